"""What is typed into a note."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from crispy_forms_gds.layout import Field, Size
from django import forms

from cases.forms.entries import FIRST, CaseEntryForm, offer_professionals, people_of_case, when
from cases.forms.fields import LongWordsField, PeopleField, PersonField
from cases.forms.layout import Revealing
from cases.forms.marks import Marks, MarksField
from cases.models import (
    Case,
    CaseNote,
    Circumstance,
    Document,
    HowReceived,
    Person,
    Professional,
    SourceKind,
)
from cases.passages import Mark, MarkMissing, marks_in, now_perhaps, places_of
from cases.written import spans_kept


class NoteForm(CaseEntryForm):
    """A note (features.md S3, S4, S5)."""

    noun = "note"
    field_order: Sequence[str] = (*FIRST, "kind", "happened_on", "happened_time", "people", "body")

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
    marks = MarksField(
        label="Passages that need care",
        help_text="Words of the note that are about somebody else, were told in confidence, are an "
        "opinion, or are about health or an offence. Copy them from the note and say what they are; "
        "they are marked wherever they stand in it.",
        required=False,
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

    def offer(self, case: Case, professionals: Callable[[], Iterable[Professional]]) -> None:
        family = people_of_case(case)
        self.fields["people"].offer(family)
        self.fields["told_by_person"].offer(family, ("", "The person it is about"))
        self.fields["told_by_relative"].offer(
            family,
            ("", "Choose a person"),
            after="Somebody who is not part of this case: I name them in the note",
        )
        offer_professionals(self.fields["source_professional"], professionals(), first=case)

    def questions(self) -> list[Any]:
        return [
            Field.radios("kind", legend_size=Size.SMALL, inline=True),
            *when(),
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.text("body", label_size=Size.SMALL),
            Marks("marks", beside="body"),
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
        if given.get("body") and "marks" not in self.errors:
            self._place(given["marks"], given["body"])
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

    def _place(self, marks: list[Mark], body: str) -> None:
        """Words that do not stand in the note are shown again for a decision: none is lost.

        In a correction the box then holds what they may have become.
        """
        placed, wrong = [], []
        for mark in marks:
            now = mark
            if not any(places_of(mark.words, body)):
                before = self.corrects.body if self.corrects else ""
                perhaps = now_perhaps(mark, before, body)
                now = Mark(mark.kind, perhaps or mark.words)
                wrong.append(
                    f"“{mark.words}” is marked and does not stand in the note any more. It may be "
                    f"“{perhaps}” now, which is in the box: check it, or empty the box."
                    if perhaps
                    else str(MarkMissing(mark))
                )
            placed.append(now)
        if wrong:
            self._retype(
                marks_words=[mark.words for mark in placed],
                marks_kind=[mark.kind for mark in placed],
            )
            self.add_error("marks", wrong)

    def _told_by(self, person: Person | None, about: list[Person]) -> Person | None:
        if person is None and len(about) == 1:
            return about[0]
        if person is None and about:
            self.add_error(
                "told_by_person", f"The {self.noun} is about several people: choose who told you."
            )
        elif person is not None and about and person not in about:
            self.add_error(
                "told_by_person",
                f"The {self.noun} is not about {person}. Tick them as well, or say that a relative "
                "told you.",
            )
        return person

    @staticmethod
    def initial_of(entry: Any) -> dict[str, Any]:
        return {
            "kind": entry.kind,
            "happened_at": entry.happened_at,
            "people": [one.reference for one in entry.people.all()],
            "body": entry.body,
            "marks": marks_in(entry.body, spans_kept(entry)),
            "circumstances": entry.circumstances,
            **initial_source(entry),
        }


def initial_source(entry: CaseNote | Document) -> dict[str, Any]:
    """The answers about where `entry` came from, as the questions begin with them."""
    person = entry.source_person.reference if entry.source_person else ""
    told_by_relative = entry.source_kind == SourceKind.RELATIVE
    return {
        "source_kind": entry.source_kind,
        "told_by_person": "" if told_by_relative else person,
        "told_by_relative": (person or "nobody") if told_by_relative else "",
        "source_professional": entry.source_professional_id,
        "how_received": entry.how_received,
    }
