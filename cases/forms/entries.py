"""What is typed into a note, a correction, a contact and a decision, and the filter of the timeline.

Each form's `clean` gives the arguments of its verb in `cases.actions.entries`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Fluid, Layout, Size
from django import forms
from django.http import QueryDict
from django.utils import timezone

from cases.forms.fields import (
    LongWordsField,
    PeopleField,
    PersonField,
    TimeOfDayField,
    TokenField,
    WordsField,
)
from cases.forms.layout import Revealing
from cases.models import (
    Case,
    CaseNote,
    Circumstance,
    Contact,
    HowReceived,
    Person,
    Professional,
    SourceKind,
)
from cases.moments import not_yet
from cases.queries.timeline import CONTACT, DECISION, NOTE, Filters
from core.forms import DayField

MOST_MINUTES = 24 * 60


class EntryForm(forms.Form):
    """What every entry is asked: when it happened. A form sent twice makes one entry."""

    noun = "entry"
    fields: dict[str, Any]
    field_order: Sequence[str] = ()

    token = TokenField()
    happened_on = DayField(label="Day it happened")
    happened_time = TimeOfDayField(label="Time")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        now: datetime,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.now = timezone.localtime(now)
        moment = timezone.localtime((initial or {}).get("happened_at", now))
        super().__init__(
            data,
            initial={
                "token": uuid4(),
                "happened_on": moment.date(),
                "happened_time": moment.strftime("%H:%M"),
                **(initial or {}),
            },
        )
        self.helper = FormHelper(self)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        day, at = given.pop("happened_on", None), given.pop("happened_time", None)
        if day is not None and at is not None:
            moment = timezone.make_aware(datetime.combine(day, at))
            given["happened_at"] = moment
            if sentence := not_yet(self.noun, moment, now=self.now):
                self.add_error("happened_on", sentence)
        return given

    def renew_token(self) -> None:
        """Make this another form, so that what stands in it can be saved as another entry."""
        typed = cast("QueryDict", self.data).copy()
        typed["token"] = str(uuid4())
        self.data = typed


class NoteForm(EntryForm):
    """A note (features.md S3, S4, S5)."""

    noun = "note"
    field_order: Sequence[str] = ("token", "kind", "happened_on", "happened_time", "people", "body")

    kind = forms.ChoiceField(
        label="What kind of note", choices=CaseNote.Kind.choices, widget=forms.RadioSelect
    )
    people = PeopleField(label="Whom it is about")
    body = LongWordsField(
        label="Note",
        help_text="Write what you saw and heard, and say so where you give an opinion. The person "
        "may read it.",
        rows=12,
    )
    circumstances = forms.MultipleChoiceField(
        label="Parts of life it is about",
        help_text="Health and offences are protected more by law; tick them wherever they come up.",
        choices=Circumstance.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    source_kind = forms.ChoiceField(
        label="Where it comes from",
        choices=SourceKind.choices,
        widget=forms.RadioSelect,
        initial=SourceKind.OWN,
    )
    told_by_person = PersonField(label="Which of them", required=False)
    told_by_relative = PersonField(label="Who told you", required=False)
    source_professional = forms.ModelChoiceField(
        label="Which professional",
        queryset=Professional.objects.none(),
        required=False,
        empty_label="Choose a professional",
    )
    how_received = forms.ChoiceField(
        label="How it came to you",
        choices=HowReceived.choices,
        widget=forms.RadioSelect,
        initial=HowReceived.IN_PERSON,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        professionals: Iterable[Professional],
        now: datetime,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, now=now, initial=initial)
        family = people_of_case(case)
        self.fields["people"].offer(family)
        self.fields["told_by_person"].offer(family, ("", "The person it is about"))
        self.fields["told_by_relative"].offer(
            family,
            ("", "Choose a person"),
            after="Somebody who is not part of this case: I name them in the note",
        )
        offer_professionals(self.fields["source_professional"], professionals, first=case)
        self.helper.layout = Layout("token", *self.questions())

    def questions(self) -> list[Any]:
        """The questions in the order in which they are asked."""
        return [
            Field.radios("kind", legend_size=Size.SMALL, inline=True),
            *when(),
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.text("body", label_size=Size.SMALL),
            Field.checkboxes("circumstances", legend_size=Size.SMALL, small=True),
            Revealing(
                "source_kind",
                {
                    SourceKind.PERSON: "told_by_person",
                    SourceKind.RELATIVE: "told_by_relative",
                    SourceKind.PROFESSIONAL: "source_professional",
                },
            ),
            Field.radios("how_received", legend_size=Size.SMALL, inline=True),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        person, relative = given.pop("told_by_person", None), given.pop("told_by_relative", None)
        professional = given.pop("source_professional", None)
        given |= {"source_person": None, "source_professional": None}
        kind = given.get("source_kind")
        if kind == SourceKind.PERSON:
            given["source_person"] = self._told_by(person, given.get("people") or [])
        elif kind == SourceKind.RELATIVE:
            given["source_person"] = relative
            if relative is None and self.data.get(self.add_prefix("told_by_relative")) != "nobody":
                self.add_error("told_by_relative", "Choose who told you.")
        elif kind == SourceKind.PROFESSIONAL:
            given["source_professional"] = professional
            if professional is None and "source_professional" not in self.errors:
                self.add_error("source_professional", "Choose which professional told you.")
        return given

    def _told_by(self, person: Person | None, about: list[Person]) -> Person | None:
        if person is None and len(about) == 1:
            return about[0]
        if person is None and about:
            self.add_error(
                "told_by_person", "The note is about several people: choose who told you."
            )
        elif person is not None and about and person not in about:
            self.add_error(
                "told_by_person",
                f"The note is not about {person}. Tick them as well, or say that a relative told you.",
            )
        return person


class CorrectionForm(NoteForm):
    """The note as it should have been, and why."""

    field_order: Sequence[str] = ("token", "reason", "kind", "happened_on", "happened_time")

    reason = LongWordsField(
        label="Why it is corrected",
        help_text="For example: wrong date; the name of the school was another one.",
        max_length=2000,
        rows=2,
    )

    def questions(self) -> list[Any]:
        return [Field.text("reason", label_size=Size.SMALL), *super().questions()]


def initial_of(note: CaseNote) -> dict[str, Any]:
    """What the form of a correction begins with: the note as it stands."""
    person = note.source_person.reference if note.source_person else ""
    told_by_relative = note.source_kind == SourceKind.RELATIVE
    return {
        "kind": note.kind,
        "happened_at": note.happened_at,
        "people": [one.reference for one in note.people.all()],
        "body": note.body,
        "circumstances": note.circumstances,
        "source_kind": note.source_kind,
        "told_by_person": "" if told_by_relative else person,
        "told_by_relative": (person or "nobody") if told_by_relative else "",
        "source_professional": note.source_professional_id,
        "how_received": note.how_received,
    }


class ContactForm(EntryForm):
    """A meeting, visit, call or message (features.md S2)."""

    noun = "contact"
    field_order: Sequence[str] = (
        "token",
        "kind",
        "outcome",
        "happened_on",
        "happened_time",
        "minutes",
    )

    kind = forms.ChoiceField(
        label="What kind of contact", choices=Contact.Kind.choices, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(
        label="What became of it",
        choices=Contact.Outcome.choices,
        widget=forms.RadioSelect,
        initial=Contact.Outcome.ATTENDED,
    )
    minutes = forms.IntegerField(
        label="How long, in minutes",
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Write the minutes as a number, like 45.",
            "min_value": "Write at least 1 minute, or leave it empty.",
            "max_value": "A contact lasts at most a day. Check the minutes.",
        },
    )
    place = WordsField(label="Where", max_length=200, required=False)
    people = PeopleField(label="With whom", help_text="Also if they did not come.")
    others_present = WordsField(label="Who else was there", max_length=300, required=False)
    summary = LongWordsField(label="What was said and done", rows=8, required=False)
    next_step = LongWordsField(label="Next step", rows=2, max_length=2000, required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case, now: datetime) -> None:
        super().__init__(data, now=now)
        self.fields["happened_on"].label = "Day it took place, or should have"
        self.fields["people"].offer(people_of_case(case))
        self.helper.layout = Layout(
            "token",
            Field.radios("kind", legend_size=Size.SMALL, inline=True),
            Field.radios("outcome", legend_size=Size.SMALL, inline=True),
            *when(),
            Field.text("minutes", label_size=Size.SMALL, field_width=Fixed.FOUR),
            Field.text("place", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.text("others_present", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.text("summary", label_size=Size.SMALL),
            Field.text("next_step", label_size=Size.SMALL),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        took_place = given.get("outcome") == Contact.Outcome.ATTENDED
        if given.get("minutes") is not None and not took_place:
            self.add_error(
                "minutes", "It did not take place, so it took no time: leave the minutes empty."
            )
        return given


class DecisionForm(EntryForm):
    """A decision, on what basis, and what the family thinks (features.md S12)."""

    noun = "decision"
    field_order: Sequence[str] = (
        "token",
        "decision",
        "decided_by_whom",
        "happened_on",
        "happened_time",
    )

    decision = LongWordsField(label="What was decided", rows=4)
    decided_by_whom = WordsField(
        label="Who decided",
        help_text="A name, a meeting or a court.",
        max_length=200,
    )
    basis = LongWordsField(label="On what basis", help_text="What was known, and why.", rows=4)
    clients_view = LongWordsField(label="What the family thinks of it", rows=4, required=False)

    def __init__(self, data: QueryDict | None = None, *, now: datetime) -> None:
        super().__init__(data, now=now)
        self.helper.layout = Layout(
            "token",
            Field.text("decision", label_size=Size.SMALL),
            Field.text("decided_by_whom", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            *when(),
            Field.text("basis", label_size=Size.SMALL),
            Field.text("clients_view", label_size=Size.SMALL),
        )


class TimelineFilterForm(forms.Form):
    """What the timeline is narrowed to."""

    fields: dict[str, Any]

    kind = forms.ChoiceField(label="Kind of entry", required=False)
    circumstance = forms.ChoiceField(
        label="Part of life",
        choices=(("", "Any"), *Circumstance.choices),
        required=False,
    )
    about = PersonField(label="About", required=False)
    words = WordsField(label="Words in it", max_length=200, required=False)
    since = DayField(label="From", required=False, help_text="")
    until = DayField(label="Until", required=False, help_text="")

    def __init__(self, data: QueryDict, *, people: Iterable[Person]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [
            ("", "Everything"),
            ("Notes", _with_all(NOTE, "All notes", CaseNote.Kind.choices)),
            ("Contacts", _with_all(CONTACT, "All contacts", Contact.Kind.choices)),
            (DECISION, "Decisions"),
        ]
        people = list(people)
        if len(people) > 1:
            self.fields["about"].offer(people, ("", "Anybody"))
        else:
            del self.fields["about"]

    def filters(self) -> Filters:
        """What is asked for; a box with an error in it asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        entry, _, kind = given.get("kind", "").partition(".")
        return Filters(
            entry=entry,
            kind=kind,
            circumstance=given.get("circumstance", ""),
            person=given.get("about"),
            words=given.get("words", ""),
            since=given.get("since"),
            until=given.get("until"),
        )


def _with_all(
    entry: str, everything: str, kinds: Iterable[tuple[str, Any]]
) -> list[tuple[str, str]]:
    return [(entry, everything), *((f"{entry}.{value}", str(label)) for value, label in kinds)]


def when() -> tuple[Any, Any]:
    """The two questions of when something happened."""
    return (
        Field("happened_on", context={"legend_size": "govuk-fieldset__legend--s"}),
        Field.text("happened_time", label_size=Size.SMALL, field_width=Fixed.FIVE),
    )


def people_of_case(case: Case) -> list[Person]:
    """Everybody in `case`, in the order in which they came to it."""
    return [one.person for one in case.case_people.all()]


def offer_professionals(
    question: Any, professionals: Iterable[Professional], *, first: Case | None = None
) -> None:
    """Offer `professionals` by agency; before them those who work with the family of `first`."""
    everybody = list(professionals)
    question.queryset = Professional.objects.select_related("agency")
    near = {one.professional_id for one in first.case_professionals.all()} if first else set()
    choices: list[Any] = [("", "Choose a professional")]
    if near:
        of_family = [(one.pk, str(one)) for one in everybody if one.pk in near]
        choices.append(("Working with this family", of_family))
    others = [one for one in everybody if one.pk not in near]
    for agency, members in groupby(others, key=lambda one: one.agency):
        choices.append((str(agency), [(one.pk, f"{one.name}, {one.role}") for one in members]))
    question.choices = choices
