"""What is typed to begin, write and correct an assessment."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from assessments.actions.assessments import Written
from assessments.forms.asked import AskedForm
from assessments.forms.drafts import PAGE, DraftForm
from assessments.models import Assessment, Question, Questionnaire
from assessments.models.answer import Given
from assessments.models.assessment import Moment
from cases.forms.entries import Begun, people_of_case
from cases.forms.fields import LongWordsField, PeopleField, TokenField
from cases.models import Case
from core.forms import DayField

FACTS = ("moment", "assessed_on", "summary", "next_on")


class BeginForm(forms.Form):
    """Which questions, about whom, and when."""

    fields: dict[str, Any]

    token = TokenField()
    questionnaire = forms.ModelChoiceField(
        label="Which questions",
        queryset=Questionnaire.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    people = PeopleField(
        label="Whom it is about", help_text="Outcomes are measured for one person at a time."
    )
    moment = forms.ChoiceField(
        label="When in our work", choices=Moment.choices, widget=forms.RadioSelect
    )
    assessed_on = DayField(label="Day it was done")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        offered: Iterable[Questionnaire],
        on: date,
        chosen: str = "",
    ) -> None:
        initial = {"token": uuid4(), "assessed_on": on, "questionnaire": chosen}
        super().__init__(data, initial=initial)
        self.fields["questionnaire"].queryset = Questionnaire.objects.filter(
            pk__in=[one.pk for one in offered]
        )
        self.fields["people"].offer(people_of_case(case))
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            "token",
            Field.radios("questionnaire", legend_size=Size.SMALL),
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.radios("moment", legend_size=Size.SMALL, inline=True),
            Field("assessed_on", context={"legend_size": "govuk-fieldset__legend--s"}),
        )


class WriteForm(AskedForm, DraftForm):
    """A whole assessment: whom it is about, its questions by section, and what to make of it.

    Pressed to be finished, what must be answered is asked for; saved as a draft, nothing is.
    """

    people = PeopleField(label="Whom it is about")
    moment = forms.ChoiceField(
        label="When in our work", choices=Moment.choices, widget=forms.RadioSelect
    )
    assessed_on = DayField(label="Day it was done")
    summary = LongWordsField(
        label="What we make of it",
        help_text="The person may read it. Say so where you give an opinion.",
        required=False,
    )
    next_on = DayField(
        label="The next one by",
        help_text="You are asked for it then. Leave it empty if there will be none.",
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        assessment: Assessment,
        questions: Iterable[Question],
        known: Mapping[str, Given],
        finishing: bool,
        by: User,
        begun: Begun | None = None,
    ) -> None:
        initial = {
            "people": [one.reference for one in assessment.people.all()],
            **{name: getattr(assessment, name) for name in FACTS},
        }
        super().__init__(
            data, questions=questions, known=known, all_required=finishing, initial=initial
        )
        self.fields["people"].offer(people_of_case(assessment.case))
        self.begin(draft=assessment, by=by, begun=begun)

    def first(self) -> list[Any]:
        return [
            "seen",
            *PAGE,
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.radios("moment", legend_size=Size.SMALL, inline=True),
            Field("assessed_on", context={"legend_size": "govuk-fieldset__legend--s"}),
        ]

    def last(self) -> list[Any]:
        return [
            Field.text("summary", label_size=Size.SMALL),
            Field("next_on", context={"legend_size": "govuk-fieldset__legend--s"}),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.errors:
            return given
        seen = given.pop("seen")
        written = Written(**{name: value for name, value in given.items() if name not in PAGE})
        return {"written": written, "seen": seen, **self.page}


class CorrectForm(forms.Form):
    """Why a final assessment is corrected."""

    reason = LongWordsField(
        label="Why it is corrected",
        help_text="For example: two answers were mixed up.",
        max_length=2000,
        rows=2,
    )
