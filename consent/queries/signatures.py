"""Signed papers: those about somebody, and those that stand beside their answers. Behind the door."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from cases.models import Document, Person
from cases.permissions import cases_of
from cases.restricted import usable_entries
from consent.models import Consent, ConsentPaper, HowGiven


def documents_about(person: Person, *, reader: User) -> QuerySet[Document]:
    """Documents about `person`, of cases that exist for `reader`, the newest first."""
    found = Document.objects.filter(people=person, case__in=cases_of(reader))
    return usable_entries(found, by=reader).order_by("-pk")


def signed_papers(consents: Iterable[Consent], *, reader: User) -> dict[int, list[Document]]:
    """The papers beside each of `consents`, by its number, as far as they exist for `reader`."""
    signed = [one for one in consents if one.how == HowGiven.SIGNED]
    beside = {one.pk: [one.evidence_id] for one in signed}
    for consent, document in ConsentPaper.objects.filter(consent__in=signed).values_list(
        "consent", "document"
    ):
        beside[consent].append(document)
    theirs = Document.objects.filter(
        pk__in=[number for numbers in beside.values() for number in numbers if number],
        case__in=cases_of(reader),
    )
    seen = {one.pk: one for one in usable_entries(theirs, by=reader)} if beside else {}
    return {
        consent: [seen[number] for number in numbers if number in seen]
        for consent, numbers in beside.items()
    }
