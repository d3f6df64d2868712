"""What is typed when somebody raises a concern: a minute for what matters, the rest if it is known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import (
    HTML,
    Button,
    Field,
    Fieldset,
    Fixed,
    Fluid,
    Layout,
    Size,
)
from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from cases.forms.fields import (
    LongWordsField,
    PeopleField,
    TimeOfDayField,
    TokenField,
    WordsField,
)
from cases.forms.layout import Revealing
from cases.forms.people import day, short
from cases.models import Person
from cases.sought import LONGEST
from core.forms import DayField
from safeguarding.models import Harm, HowKnown
from safeguarding.queries.raising import Beginning, colleagues

LOOK_FOR = "look_for"  # the name of the button that searches and sends nothing


class RaiseForm(forms.Form):
    """A concern, or an allegation where it is about a colleague (features.md P41)."""

    fields: dict[str, Any]

    token = TokenField()
    in_danger = forms.ChoiceField(
        label="Is somebody in immediate danger?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    whom = forms.ChoiceField(
        label="Is it about somebody who works or volunteers here?",
        choices=(
            ("nobody", "No"),
            ("staff", "Yes: a member of staff or a volunteer may have harmed somebody"),
        ),
        widget=forms.RadioSelect,
    )
    about_staff = forms.ModelChoiceField(
        label="Who",
        help_text="It goes only to the people named for this, and never to the one it is about.",
        queryset=User.objects.none(),
        required=False,
        empty_label="Choose a colleague, or write a name below",
    )
    about_name = WordsField(
        label="Somebody without an account here", max_length=300, required=False
    )
    people = PeopleField(label="Who may come to harm", required=False)
    words = WordsField(
        label="Find them in the record",
        help_text="A name, date of birth, telephone number, postcode or reference.",
        max_length=LONGEST,
        required=False,
    )
    described = LongWordsField(
        label="Or describe who it is about",
        help_text="Whatever is known: name, age, school, whose child.",
        rows=2,
        max_length=2000,
        required=False,
    )
    what = LongWordsField(
        label="What did you see or hear?",
        help_text="Facts first. Say so where you give an opinion.",
        rows=6,
    )
    own_words = LongWordsField(
        label="The child’s own words",
        help_text="Word for word, as they were said, and nothing else.",
        rows=3,
        required=False,
    )
    how_known = forms.ChoiceField(
        label="How did it become known?",
        choices=HowKnown.choices,
        widget=forms.RadioSelect,
        initial=HowKnown.SEEN,
    )
    harm = forms.MultipleChoiceField(
        label="What kind of harm do you fear?",
        choices=Harm.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    suspected_on = DayField(label="When was it first suspected?")
    suspected_by = WordsField(
        label="Who suspected it first?",
        help_text="Leave it empty if it was you.",
        max_length=200,
        required=False,
    )
    told_whom = WordsField(
        label="Whom have you told?",
        help_text="For example: the police, on the telephone; her mother.",
        max_length=300,
        required=False,
    )
    told_on = DayField(label="On which day?", required=False)
    told_time = TimeOfDayField(label="At what time?", required=False)

    def __init__(
        self, data: QueryDict | None = None, *, begun: Beginning, ticked: Sequence[str] = ()
    ) -> None:
        initial = {"token": uuid4(), "suspected_on": timezone.localdate(), "people": list(ticked)}
        super().__init__(data, initial=initial)
        self.begun = begun
        self.fields["people"].offer(begun.people)
        self.fields["people"].choices = [
            (person.reference, _known_apart(person)) for person in begun.people
        ]
        self.fields["about_staff"].queryset = colleagues()
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            "token",
            Revealing("in_danger", {"yes": Layout(HTML(_IN_DANGER))}),
            Revealing("whom", {"staff": ("about_staff", "about_name")}),
            *self._about(),
            Field.text("what", label_size=Size.SMALL),
            Field.text("own_words", label_size=Size.SMALL),
            Field.radios("how_known", legend_size=Size.SMALL),
            Fieldset(
                Field.checkboxes("harm", legend_size=Size.SMALL, small=True),
                day("suspected_on"),
                short("suspected_by"),
                short("told_whom"),
                day("told_on"),
                short("told_time", Fixed.TEN),
                legend="If you know",
                legend_size=Size.MEDIUM,
                legend_tag="h2",
            ),
        )

    def _about(self) -> list[Any]:
        asked: list[Any] = []
        if self.begun.people:
            asked.append(Field.checkboxes("people", legend_size=Size.SMALL))
        if self.begun.may_search:
            asked += [
                short("words", Fluid.TWO_THIRDS),
                HTML('{% include "safeguarding/_found.html" with found=begun.found only %}'),
                Button.secondary(LOOK_FOR, "Find them"),
            ]
        return [*asked, Field.text("described", label_size=Size.SMALL)]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("words", None)
        given["in_danger"] = given.get("in_danger") == "yes"
        given["told_when"] = self._moment(given.pop("told_on", None), given.pop("told_time", None))
        if given["told_when"] and not given.get("told_whom"):
            self.add_error("told_whom", "Write whom you told.")
        if given.get("suspected_on") and given["suspected_on"] > timezone.localdate():
            self.add_error(
                "suspected_on", "This day has not come yet. Write today or an earlier day."
            )
        if given.pop("whom", "") == "staff":
            self._settle_staff(given)
        else:
            given.pop("about_staff", None)
            given.pop("about_name", None)
            if (
                not given.get("people")
                and not given.get("described")
                and "described" not in self.errors
            ):
                self.add_error(
                    "described", "Say about whom it is: find and tick them, or describe them."
                )
        return given

    def leave_unchecked(self) -> None:
        """Keep what was typed and say nothing about it yet: somebody looks for a person first."""
        self._errors = ErrorDict()

    @property
    def is_about_staff(self) -> bool:
        return bool(self.data.get("whom") == "staff")

    def _settle_staff(self, given: dict[str, Any]) -> None:
        colleague, name = given.get("about_staff"), given.get("about_name")
        if colleague and name:
            self.add_error("about_name", "Choose a colleague or write a name, not both.")
        elif not colleague and not name:
            self.add_error("about_staff", "Choose the colleague, or write the name below.")

    def _moment(self, on: Any, at: Any) -> datetime | None:
        if at is not None and on is None:
            self.add_error("told_on", "Write the day as well.")
        if on is None:
            return None
        moment = timezone.make_aware(datetime.combine(on, at or datetime.min.time()))
        if moment > timezone.now():
            self.add_error("told_on", "This has not come yet. Write when they were told.")
        return moment

    def renew_token(self) -> None:
        """Make this another form, so that what stands in it can be sent as another one."""
        typed = cast("QueryDict", self.data).copy()
        typed["token"] = str(uuid4())
        self.data = typed


_IN_DANGER = '{% include "safeguarding/_danger.html" with numbers=numbers only %}'


def _known_apart(person: Person) -> str:
    """Name, reference and date of birth: two people of one name are not mistaken for one another."""
    born = f", born {person.date_of_birth:%-d %B %Y}" if person.date_of_birth else ""
    return f"{person}, {person.reference}{born}"


class AddForm(forms.Form):
    """Something more, or something put right, by whoever raised it."""

    token = TokenField()
    text = LongWordsField(
        label="What do you add?",
        help_text="What you wrote before stays as it is; what you write here stands beside it.",
        rows=4,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"token": uuid4()})
        self.helper = FormHelper(self)
        self.helper.layout = Layout("token", Field.text("text", label_size=Size.SMALL))
