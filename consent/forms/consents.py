"""What somebody was asked and answered, and that they no longer agree."""

from datetime import date
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, WordsField
from cases.forms.layout import Revealing
from cases.models import Agency, HowReceived
from consent.forms.answered import AnsweredForm
from consent.forms.layout import LABEL, LEGEND, choose_or_write, question
from consent.models import State, Wording
from consent.purposes import ASKED_FOR
from consent.queries import Asking, agencies, wordings
from core.forms import DayField


class ConsentForm(AnsweredForm):
    """What somebody was asked and answered (features.md P18)."""

    wording = forms.ModelChoiceField(
        label="What they were asked",
        help_text="Choose the version that they read or heard.",
        queryset=Wording.objects.none(),
    )
    agency = forms.ModelChoiceField(
        label="Which agency it names",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="No agency, or a new one below",
    )
    new_agency = WordsField(label="An agency we do not know yet", max_length=200, required=False)
    state = forms.ChoiceField(
        label="What they answered",
        choices=(
            (State.GIVEN, "They agree"),
            (State.REFUSED, "They do not agree"),
            (State.NOT_ASKED, "They were not asked"),
        ),
        widget=forms.RadioSelect,
    )
    why_not_asked = LongWordsField(
        label="Why they were not asked", rows=2, max_length=2000, required=False
    )
    until = DayField(
        label="Last day it holds",
        help_text="Leave it empty if it holds until they withdraw it.",
        required=False,
    )
    review_on = DayField(
        label="Day to ask again whether they still agree",
        help_text="You get a task then. It may be left empty. For example, 27 3 2027",
        required=False,
    )

    # As they stand on the page, so that the list of mistakes reads in its order.
    field_order = ("wording", "agency", "new_agency", "state", "why_not_asked")

    def __init__(self, data: QueryDict | None = None, *, asking: Asking, on: date) -> None:
        super().__init__(data, asking=asking, on=on)
        self._offer_wordings()
        question(self, "agency").queryset = agencies()
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field("wording", context=LABEL),
            Field("agency", context=LABEL),
            Field.text("new_agency", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Revealing("state", {State.NOT_ASKED: "why_not_asked"}),
            *self._who_and_how(),
            Field("until", context=LEGEND),
            Field("review_on", context=LEGEND),
        )

    def _offer_wordings(self) -> None:
        published = list(wordings())
        asked = question(self, "wording")
        asked.queryset = Wording.objects.filter(pk__in=[one.pk for one in published])
        order = {purpose.value: place for place, purpose in enumerate(ASKED_FOR)}
        published.sort(key=lambda one: (order[one.purpose], -one.version))
        asked.choices = [
            ("", "Choose what they were asked"),
            *(
                (label, [(one.pk, _version(one, newest=n == 0)) for n, one in enumerate(versions)])
                for label, versions in groupby(published, key=lambda w: w.get_purpose_display())
            ),
        ]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        choose_or_write(self, given)
        state = given.get("state")
        asked = state != State.NOT_ASKED
        self._settle_giver(given, answered=asked, agreed=state == State.GIVEN)
        if asked:
            given["why_not_asked"] = ""
        elif not given.get("why_not_asked"):
            self._say("why_not_asked", "Say why they were not asked.")
        return given


class ReviewForm(forms.Form):
    """That whoever gave it was asked again and still agrees."""

    words = LongWordsField(label="What they said when you asked again", rows=3, max_length=2000)
    review_on = DayField(label="Day to ask once more", required=False)


class BirthdaysForm(forms.Form):
    """On which birthdays consents given for young people are looked at again."""

    ages = forms.TypedMultipleChoiceField(
        label="Birthdays",
        help_text="At 18 what a parent agreed to ends by itself, whatever is ticked here.",
        choices=[(age, f"{age}") for age in range(8, 18)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class WithdrawForm(forms.Form):
    """That somebody no longer agrees: when and how they said so, and nothing more."""

    withdrawn_on = DayField(label="Day they withdrew it")
    how = forms.ChoiceField(
        label="How they told us", choices=HowReceived.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: QueryDict | None = None, *, on: date) -> None:
        super().__init__(data, initial={"withdrawn_on": on})
        self.on = on
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field("withdrawn_on", context=LEGEND),
            Field.radios("how", legend_size=Size.SMALL, inline=True),
        )

    def clean_withdrawn_on(self) -> date:
        withdrawn_on: date = self.cleaned_data["withdrawn_on"]
        if withdrawn_on > self.on:
            raise forms.ValidationError("This day has not come yet. Write today or an earlier day.")
        return withdrawn_on


def _version(wording: Wording, *, newest: bool) -> str:
    label = f"{wording.get_purpose_display()}, version {wording.version}"
    return label if newest else f"{label}, no longer used"
