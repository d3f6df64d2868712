"""The filter of the timeline."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import PersonField, WordsField
from cases.models import CaseNote, Circumstance, Contact, Document, Person
from cases.queries.timeline import CONTACT, DECISION, DOCUMENT, NOTE
from cases.queries.timeline_sources import Filters, sources_for
from core.forms import DayField


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

    def __init__(self, data: QueryDict, *, people: Iterable[Person], reader: User) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [
            ("", "Everything"),
            ("Notes", _with_all(NOTE, "All notes", CaseNote.Kind.choices)),
            ("Contacts", _with_all(CONTACT, "All contacts", Contact.Kind.choices)),
            (DECISION, "Decisions"),
            ("Documents", _with_all(DOCUMENT, "All documents", Document.Kind.choices)),
            *((source.noun, source.plural) for source in sources_for(reader)),
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
