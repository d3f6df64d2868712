"""Complaints have a period of their own, and go with the letters about them (law.md section 5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.looks import Look
from audit.purposes import Purpose
from retention.due import due_of
from retention.kinds import COMPLAINT, PERSON
from retention.models import Category
from retention.proposing import service_of
from retention.queries.due import list_due, open_families, why_person_is_here
from retention.running import run_destruction
from retention.workflow import ProposalStatus
from sar.models import Complaint, RequestLetter
from tests.cases.world import member_of, the
from tests.factories.accounts import UserFactory
from tests.factories.base import change, noted
from tests.factories.cases import ServiceFactory
from tests.factories.retention import ScheduleRowFactory
from tests.factories.sar import RequestLetterFactory
from tests.retention.world import LONG_AGO, a_family, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


def a_complaint(*, closed_at=LONG_AGO, **given):
    by = UserFactory()
    made = noted(
        Complaint.objects.create,
        kind="service",
        channel="letter",
        received_on=LONG_AGO.date(),
        from_name="Wilhelmina Featherstonehaugh",
        words="Nobody rang back.",
        recorded_by=by,
        **given,
    )
    if closed_at is not None:
        change(
            made,
            status="closed",
            outcome="upheld",
            findings="Somebody rings now.",
            closed_at=closed_at,
            closed_by=by,
        )
    made.refresh_from_db()
    return made


def kept_ten_years():
    return ScheduleRowFactory(category=Category.COMPLAINT, title="Complaints", months_after_end=120)


def test_its_time_counts_from_the_day_it_was_resolved():
    resolved = timezone.now() - timedelta(days=800)
    complaint = a_complaint(closed_at=resolved)
    assert "no row of the retention schedule" in due_of(COMPLAINT, complaint.pk).sentence
    kept_ten_years()
    due = due_of(COMPLAINT, complaint.pk)
    assert due.day.year == timezone.localdate(resolved).year + 10
    assert "counted from the end" in due.sentence
    assert due_of(COMPLAINT, a_complaint(closed_at=None).pk).day is None


def test_whoever_complained_is_kept_as_long_and_only_who_may_read_it_is_told_why():
    family = a_family()
    for category in (Category.CASE_FILE, Category.ENQUIRY):
        ScheduleRowFactory(category=category, months_after_end=0)
    kept_ten_years()
    assert due_of(PERSON, family.mother.pk).on(timezone.localdate())
    complaint = a_complaint(closed_at=timezone.now(), person=family.mother)
    kept = due_of(PERSON, family.mother.pk)
    assert (kept.through_table, kept.through_record) == (COMPLAINT, complaint.pk)
    assert not kept.on(timezone.localdate())
    # The case goes at its time; the complaint does not hang on it.
    assert due_of("cases.Case", family.case.pk).on(timezone.localdate())

    def told(user, purpose=Purpose.SERVICE):
        found = why_person_is_here(family.mother.reference, look=Look(by=user, purpose=purpose))
        return [row.due.table for row in found.rows], [row.due.sentence for row in found.rows]

    worker = member_of(family.case.service, Role.CASEWORKER, name="Kirsty Marsh")
    tables, sentences = told(worker)
    assert COMPLAINT not in tables
    assert not any("complaint" in sentence.lower() for sentence in sentences)
    assert COMPLAINT in told(the(Role.DPO), Purpose.RIGHTS_REQUEST)[0]


def test_it_goes_with_its_letters_and_nobody_decides_who_is_meant_by_it():
    kept_ten_years()
    officer, second = (UserFactory(roles=[Role.DPO]) for _ in range(2))
    complaint, other = a_complaint(), a_complaint(closed_at=timezone.now())
    RequestLetterFactory(
        request=None, recorded_by=officer, matter=complaint.reference, addressee=complaint.from_name
    )
    before = complaint.reference.replace("CMP-", "J-")
    RequestLetterFactory(
        request=None, recorded_by=officer, matter=before, addressee=complaint.from_name
    )
    stays = RequestLetterFactory(
        request=None, recorded_by=officer, matter=other.reference, addressee="Somebody"
    )
    change(other, from_name="Somebody Else")
    people = type("People", (), {"officer": officer, "second": second})
    proposal = approved([(COMPLAINT, complaint.pk)], people)
    run_destruction(by=officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DESTROYED, proposal.ended_because
    assert list(Complaint.objects.all()) == [other]
    assert list(RequestLetter.objects.all()) == [stays]


def test_who_it_is_about_neither_proposes_it_nor_is_asked():
    kept_ten_years()
    officer, about = (UserFactory(roles=[Role.DPO]) for _ in range(2))
    service = ServiceFactory()
    complaint = a_complaint(about_staff=about, service=service)
    address = f"{COMPLAINT}:{complaint.pk}"

    def listed(user):
        return [row.record for row in list_due(look=Look(by=user), on=timezone.localdate())]

    assert listed(officer) == [complaint]
    assert listed(about) == []
    assert open_families([address], look=Look(by=officer)) is not None
    assert open_families([address], look=Look(by=about)) is None
    assert service_of([(COMPLAINT, complaint.pk)]) is None
