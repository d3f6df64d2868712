"""The door to putting a signed paper beside an answer."""

from dataclasses import dataclass

from django.db.models import QuerySet

from audit.looks import Look
from cases.models import Case, Document
from cases.permissions import can_write_in, cases_of
from consent.models import Consent, HowGiven
from consent.queries.record import ConsentRow, open_consent
from consent.queries.signatures import documents_about
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class Attaching:
    """An answer, and what is needed to put a paper beside it.

    `others` were signed by them on the same day, and no paper stands beside them; `papers` are documents
    about them, of cases that exist for the reader; `cases` are those in which the reader can add one.
    """

    row: ConsentRow
    others: list[Consent]
    papers: QuerySet[Document]
    cases: list[Case]

    @property
    def consent(self) -> Consent:
        return self.row.consent


def open_attaching(reference: str, *, look: Look) -> Attaching:
    """Open an answer to put a paper beside it; as `open_consent`. Refused where none was signed."""
    row = open_consent(reference, look=look)
    consent, user = row.consent, look.by
    if consent.how != HowGiven.SIGNED:
        raise Refused(f"{consent.reference} was not signed on paper, so no paper shows it.")
    theirs = cases_of(user).filter(people=consent.person).select_related("service")
    return Attaching(
        row=row,
        others=list(
            Consent.objects.filter(
                person=consent.person,
                how=HowGiven.SIGNED,
                given_on=consent.given_on,
                evidence=None,
                papers=None,
            )
            .exclude(pk=consent.pk)
            .select_related("agency", "person", "parent")
            .order_by("pk")
        ),
        papers=documents_about(consent.person, reader=user),
        cases=[case for case in theirs if can_write_in(user, case)],
    )
