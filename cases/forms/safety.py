"""What is typed about somebody's safety: alerts, markers, court orders. Each form's `clean` gives the
arguments of its verb in `cases.actions.safety`.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field, Fixed, Fluid, Size
from django import forms

from accounts.models import User
from cases.forms.facts import UNKNOWN_PERSON, FactForm
from cases.forms.fields import LongWordsField, PeopleField, WordsField
from cases.forms.layout import Revealing
from cases.forms.people import day, short
from cases.models import Agency, Alert, Case, CourtOrder, DoNotContact, Person
from cases.models.standing import Standing
from core.dates import plain
from core.forms import DayField

TOLD = (("yes", "Yes"), ("no", "No"))


class AlertForm(FactForm):
    """What everybody must know before anything else."""

    fields: dict[str, Any]

    kind = forms.ChoiceField(
        label="What kind of alert", choices=Alert.Kind.choices, widget=forms.RadioSelect
    )
    words = LongWordsField(
        label="What everybody must know",
        help_text="A fact, and what to do. The person may read it.",
        rows=3,
        max_length=1000,
    )
    source = WordsField(
        label="How we know", help_text="Who said or saw it, and when.", max_length=300
    )
    for_front_desk = forms.ChoiceField(
        label="Must the front desk see it?",
        help_text="Whoever opens the door or takes a call then reads these words and nothing else: say what to "
        "do. They see a risk to staff whatever you answer.",
        choices=TOLD,
        widget=forms.RadioSelect,
    )
    household = forms.ChoiceField(
        label="Whom it is about", choices=(), widget=forms.RadioSelect, required=False
    )
    review_on = DayField(
        label="Look at it again by", help_text="Within a year. For example, 27 3 2027"
    )
    was_told = forms.ChoiceField(
        label="Does the person know of this alert?", choices=TOLD, widget=forms.RadioSelect
    )
    not_told_because = LongWordsField(label="Why not", rows=2, max_length=1000, required=False)

    def __init__(
        self, *args: Any, person: Person, cases: Iterable[Case] = (), **options: Any
    ) -> None:
        self.cases = {case.reference: case for case in cases}
        super().__init__(*args, **options)
        self.fields["household"].choices = [
            ("", f"{person} alone"),
            *(
                (reference, f"Everybody in {case.service}, case {reference}")
                for reference, case in self.cases.items()
            ),
        ]

    def questions(self) -> list[Any]:
        household = [Field.radios("household", legend_size=Size.SMALL)] if self.cases else []
        return [
            Field.radios("kind", legend_size=Size.SMALL),
            Field.text("words", label_size=Size.SMALL),
            Field.radios("for_front_desk", legend_size=Size.SMALL, inline=True),
            short("source"),
            *household,
            day("review_on"),
            Revealing("was_told", {"no": "not_told_because"}),
        ]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["household"] = self.cases.get(given.get("household", ""))
        return _with_telling(self, given)


class AlertReviewForm(FactForm):
    """The alert as it stands, looked at again."""

    words = AlertForm.base_fields["words"]
    for_front_desk = AlertForm.base_fields["for_front_desk"]
    source = AlertForm.base_fields["source"]
    review_on = AlertForm.base_fields["review_on"]
    was_told = AlertForm.base_fields["was_told"]
    not_told_because = AlertForm.base_fields["not_told_because"]

    def questions(self) -> list[Any]:
        return [
            Field.text("words", label_size=Size.SMALL),
            Field.radios("for_front_desk", legend_size=Size.SMALL, inline=True),
            short("source"),
            day("review_on"),
            Revealing("was_told", {"no": "not_told_because"}),
        ]

    def clean(self) -> dict[str, Any]:
        return _with_telling(self, dict(self.cleaned_data))


class ReasonForm(FactForm):
    """Why something ends."""

    reason = LongWordsField(label="Why it ends", rows=3, max_length=1000)

    def questions(self) -> list[Any]:
        return [Field.text("reason", label_size=Size.SMALL)]


class OrderEndForm(ReasonForm):
    """When an order ended, and why."""

    until = DayField(label="Its last day")
    reason = LongWordsField(
        label="Why it ends",
        help_text="Discharged, replaced by another order, run out: and how we know.",
        rows=3,
        max_length=1000,
    )

    def questions(self) -> list[Any]:
        return [day("until"), *super().questions()]

    def clean_until(self) -> date | None:
        return self._come(self.cleaned_data["until"])


class DoNotContactForm(FactForm):
    """By which means somebody must not be reached, why, and until when."""

    barred = forms.ChoiceField(
        label="How must they not be contacted",
        choices=DoNotContact.Barred.choices,
        widget=forms.RadioSelect,
    )
    reason = LongWordsField(
        label="Why", help_text="Everybody who wants to reach them reads it.", rows=2, max_length=500
    )
    until = DayField(label="Until which day", required=False, help_text="Leave it empty if open.")

    def questions(self) -> list[Any]:
        return [
            Field.radios("barred", legend_size=Size.SMALL),
            Field.text("reason", label_size=Size.SMALL),
            day("until"),
        ]

    def clean_until(self) -> date | None:
        return _ahead(self.cleaned_data["until"], self.on)


class DoNotDiscloseForm(FactForm):
    """Who must not be told about somebody: a person known here, an agency, or somebody else."""

    fields: dict[str, Any]

    whom = forms.ChoiceField(
        label="Who must not be told",
        choices=(
            ("person", "A person who has a record here"),
            ("agency", "An agency"),
            ("words", "Somebody else"),
        ),
        widget=forms.RadioSelect,
    )
    to_person = WordsField(label="Reference of the person", max_length=20, required=False)
    to_agency = forms.ModelChoiceField(
        label="Which agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Choose an agency",
    )
    to_words = WordsField(
        label="Their name, or who they are",
        help_text="The name as they use it: it is compared when something is sent.",
        max_length=200,
        required=False,
    )
    reason = LongWordsField(
        label="Why", help_text="Everybody who is asked about them reads it.", rows=2, max_length=500
    )
    until = DayField(label="Until which day", required=False, help_text="Leave it empty if open.")

    def __init__(
        self,
        *args: Any,
        near: Iterable[Person],
        agencies: Any,
        find: Callable[[str], Person | None],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.find = find
        self.fields["to_agency"].queryset = agencies
        nearby = ", ".join(f"{one} {one.reference}" for one in near)
        self.fields["to_person"].help_text = (
            f"People around them: {nearby}"
            if nearby
            else "As their record shows it, like P-000123."
        )

    def questions(self) -> list[Any]:
        return [
            Revealing("whom", {"person": "to_person", "agency": "to_agency", "words": "to_words"}),
            Field.text("reason", label_size=Size.SMALL),
            day("until"),
        ]

    def clean_until(self) -> date | None:
        return _ahead(self.cleaned_data["until"], self.on)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        whom = given.pop("whom", "")
        typed = given.pop("to_person", "")
        given["to_person"] = None
        for name, empty in (("agency", None), ("words", "")):
            if whom != name:
                given[f"to_{name}"] = empty
        if whom == "person":
            given["to_person"] = self.find(typed) if typed else None
            if given["to_person"] is None:
                self.add_error("to_person", UNKNOWN_PERSON)
        elif whom and not given.get(f"to_{whom}"):
            words = {"agency": "Choose the agency.", "words": "Write the name."}
            self.add_error(f"to_{whom}", words[whom])
        return given


class OrderForm(FactForm):
    """What a court ordered about people of the record, and who has seen it."""

    fields: dict[str, Any]

    kind = forms.ChoiceField(
        label="What kind of order", choices=[("", "Choose what"), *CourtOrder.Kind.choices]
    )
    court = WordsField(label="Which court", max_length=200)
    case_number = WordsField(label="Number at the court", max_length=60, required=False)
    about = PeopleField(label="Whom it is about, or protects")
    against = PeopleField(label="Whom it binds", required=False)
    against_words = WordsField(
        label="Somebody else whom it binds",
        help_text="Their name, if they have no record here.",
        max_length=200,
        required=False,
    )
    says = LongWordsField(
        label="What it orders or forbids",
        help_text="So that somebody at the door knows what to do.",
        rows=3,
        max_length=2000,
    )
    since = DayField(label="Made on")
    until = DayField(
        label="Until", required=False, help_text="Leave it empty if it has no end in it."
    )
    seen_what = WordsField(
        label="What was seen of it",
        help_text="For example: sealed order, on paper. No copy is kept.",
        max_length=200,
    )
    seen_on = DayField(label="Seen on")
    seen_by = forms.ModelChoiceField(
        label="Seen by", queryset=User.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, people: list[Person], staff: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].offer(people)
        self.fields["against"].offer(people)
        self.fields["against"].initial = []
        self.fields["seen_by"].queryset = staff

    def questions(self) -> list[Any]:
        return [
            short("kind", Fluid.TWO_THIRDS),
            short("court"),
            short("case_number", Fixed.TWENTY),
            Field.checkboxes("about", legend_size=Size.SMALL),
            Field.checkboxes("against", legend_size=Size.SMALL),
            short("against_words"),
            Field.text("says", label_size=Size.SMALL),
            day("since"),
            day("until"),
            short("seen_what"),
            day("seen_on"),
            short("seen_by", Fluid.ONE_HALF),
        ]

    def clean_seen_on(self) -> date | None:
        return self._come(self.cleaned_data["seen_on"])

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "It cannot end before it was made.")
        both = {one.pk for one in given.get("about", ())} & {
            one.pk for one in given.get("against", ())
        }
        if both:
            self.add_error("against", "Nobody is protected and bound by the same order.")
        return given


class MarkerEndForm(ReasonForm):
    """Which of several markers ends, and why. Gives it under the name `marker`."""

    fields: dict[str, Any]

    which = forms.ChoiceField(label="Which marker ends", choices=(), widget=forms.RadioSelect)

    def __init__(self, *args: Any, markers: Iterable[Standing], **options: Any) -> None:
        self.markers = {str(marker.pk): marker for marker in markers}
        super().__init__(*args, **options)
        self.fields["which"].choices = [(key, str(one)) for key, one in self.markers.items()]
        if len(self.markers) == 1:
            self.fields["which"].initial = next(iter(self.markers))

    def questions(self) -> list[Any]:
        return [Field.radios("which", legend_size=Size.SMALL), *super().questions()]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["marker"] = self.markers.get(given.pop("which", ""))
        return given


def _with_telling(form: forms.Form, given: dict[str, Any]) -> dict[str, Any]:
    """Whether the person was told and the front desk is, as truth values; a reason typed beside "Yes" does
    not count.
    """
    told = given.get("was_told")
    given["for_front_desk"] = given.get("for_front_desk") == "yes"
    given["was_told"] = told == "yes"
    if told == "yes":
        given["not_told_because"] = ""
    elif told == "no" and not given.get("not_told_because"):
        form.add_error("not_told_because", "Say why the person was not told of the alert.")
    return given


def _ahead(until: date | None, on: date) -> date | None:
    if until and until < on:
        raise forms.ValidationError(
            f"{plain(until)} is over. Choose a day to come, or leave it empty."
        )
    return until
