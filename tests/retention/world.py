"""A mother and her child in a case that ended long ago, two officers, and the short way to a destruction."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from cases.models import Case, CaseRole, PaperFile, Person
from cases.workflow import CaseStatus, PaperStatus
from retention.actions.proposals import approve, let_go, propose, rehearse
from retention.kinds import PERSON
from retention.models import Category, Proposal
from retention.permissions import readers_of
from safeguarding.models import Allegation, AllegationEntry, AllegationReport
from tests.factories.accounts import UserFactory
from tests.factories.base import change, noted
from tests.factories.cases import CaseFactory, CasePersonFactory, PersonFactory
from tests.factories.retention import ScheduleRowFactory

LONG_AGO = timezone.now() - timedelta(days=12000)
GIVEN, FAMILY = "Zebedee", "Quillfeather"
NAME = f"{GIVEN} {FAMILY}"


@dataclass
class Family:
    mother: Person
    child: Person
    case: Case
    officer: User
    second: User

    @property
    def all(self) -> list[tuple[str, int]]:
        return [("cases.Case", self.case.pk), (PERSON, self.mother.pk), (PERSON, self.child.pk)]

    @property
    def of_the_mother(self) -> list[tuple[str, int]]:
        return [(PERSON, self.mother.pk)]


def a_family(name: str = FAMILY) -> Family:
    mother = PersonFactory(given_names=GIVEN, family_name=name)
    child = PersonFactory(given_names="Barnaby", family_name=name)
    case = CaseFactory(summary="Help with bedtimes.")
    CasePersonFactory(case=case, person=mother, role=CaseRole.PARENT)
    CasePersonFactory(case=case, person=child, role=CaseRole.CHILD)
    close(case)
    return Family(
        mother=mother,
        child=child,
        case=case,
        officer=UserFactory(full_name="Ada One", roles=[Role.DPO]),
        second=UserFactory(full_name="Ben Two", roles=[Role.DPO]),
    )


def close(case: Case) -> None:
    change(case, status=CaseStatus.CLOSED, closed_at=LONG_AGO, closed_by=case.recorded_by)


def end_everything(person: Person) -> None:
    """Every record about `person` ended long ago, so that the time of the schedule is over."""
    by = person.recorded_by
    ended: dict[str, Any] = {"ended_at": LONG_AGO, "ended_by": by}
    for case in person.cases.all():
        close(case)
    for request in person.rights_requests.all():
        change(
            request,
            status="refused",
            refused_at=LONG_AGO,
            refused_by=by,
            refusal_reasons="Asked twice.",
        )
    for referral in person.referrals.filter(case=None):
        change(
            referral,
            status="withdrawn",
            withdrawn_at=LONG_AGO,
            withdrawn_by=by,
            withdrawal_reason="Not wanted.",
        )
    for concern in person.concerns.all():
        change(concern, status="ended", read_at=LONG_AGO, read_by=by, **ended)
    for allegation in person.allegations.all():
        change(
            allegation,
            status="ended",
            read_at=LONG_AGO,
            read_by=by,
            outcome="unfounded",
            proposed_at=LONG_AGO,
            proposed_by=UserFactory(),
            **ended,
        )
    for complaint in person.complaints.all():
        change(
            complaint,
            status="closed",
            outcome="upheld",
            findings="Somebody rings now.",
            closed_at=LONG_AGO,
            closed_by=by,
        )
    for paper in PaperFile.objects.filter(person=person):
        change(paper, status=PaperStatus.SHREDDED)


def adopt_everything() -> None:
    """Everything is due on the day it ended."""
    for category in (
        Category.CASE_FILE,
        Category.ENQUIRY,
        Category.SAFEGUARDING,
        Category.RIGHTS_REQUEST,
        Category.COMPLAINT,
        Category.GROUP_ACTIVITY,
        Category.ALLEGATION,
    ):
        ScheduleRowFactory(category=category, months_after_end=0)


def approved(records: list[tuple[str, int]], family: Family, **how: Any) -> Proposal:
    """Proposed, rehearsed and approved; every word that stands elsewhere is said to be somebody else's."""
    proposal = propose(records=records, by=family.officer, **how)
    rehearse(proposal=proposal, by=family.officer)
    assert not proposal.remainders.exists(), list(proposal.remainders.values())
    let_everything_go(proposal)
    return approve(proposal=proposal, typed=proposal.reference, by=family.second)


def let_everything_go(proposal: Proposal) -> None:
    """What would go along with it, those who may read it looked at and let go."""
    for one in proposal.along.all():
        readers = readers_of(one.table, one.record) or [UserFactory(roles=[Role.SAFEGUARDING_LEAD])]
        let_go(one=one, because="Nobody needs it any more.", by=readers[0])


def with_entry_and_report(allegation: Allegation, by: User) -> None:
    """What was added to `allegation`, and that the police were told."""
    noted(
        AllegationEntry.objects.create,
        allegation=allegation,
        kind="addition",
        text="x",
        recorded_by=by,
    )
    noted(
        AllegationReport.objects.create,
        allegation=allegation,
        to="police",
        to_whom="x",
        sent_how="phone",
        what="x",
        basis="x",
        told_on=timezone.localdate(),
        recorded_by=by,
    )
