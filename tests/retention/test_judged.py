"""Whoever approves a destruction can read all that would go; who may not read a part of it cannot approve it."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.errors import LogUnavailable, Refused
from retention.actions.proposals import approve, propose, rehearse, send_back
from retention.kinds import COMPLAINT, CONCERN
from retention.models import ProposalItem
from retention.permissions import can_approve, closed_to, proposals_of, why_not_theirs
from retention.proposing import family_of
from retention.workflow import ProposalStatus
from safeguarding.permissions import concerns_of
from tests.cases.world import member_of, signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.cases import BarringFactory, CaseNoteFactory
from tests.factories.retention import a_proposal
from tests.factories.safeguarding import ConcernFactory
from tests.retention.test_complaints_kept import a_complaint
from tests.retention.test_pages import freshly_signed_in
from tests.retention.world import LONG_AGO

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


@pytest.fixture
def complaint(family):
    return a_complaint(closed_at=LONG_AGO, person=family.mother, service=family.case.service)


@pytest.fixture
def manager(family):
    return member_of(family.case.service, Role.SERVICE_MANAGER, name="Priya Nair")


@pytest.fixture
def mixed(family, complaint):
    """A case, its people and a complaint of theirs, proposed as one and rehearsed."""
    together = family_of("cases.Case", family.case.pk, on=timezone.localdate())
    assert (COMPLAINT, complaint.pk) in together.records
    made = propose(records=together.records, by=family.officer)
    return rehearse(proposal=made, by=family.officer)


def test_who_may_read_all_of_it_has_a_way_to_each_record_and_approves(mixed, family, complaint):
    reader = signed_in(family.second)
    page = reader.get(mixed.get_absolute_url()).content.decode()
    for record in (complaint, family.case, family.mother):
        assert f'href="{record.get_absolute_url()}"' in page
    assert "More would go" not in page
    assert complaint.words in reader.get(complaint.get_absolute_url()).content.decode()
    approve(proposal=mixed, typed=mixed.reference, by=family.second)
    mixed.refresh_from_db()
    assert mixed.status == ProposalStatus.APPROVED


def test_a_manager_sees_that_there_is_more_is_told_whom_to_ask_and_approves_nothing(
    mixed, family, complaint, manager
):
    reader = signed_in(manager)
    page = reader.get(mixed.get_absolute_url()).content.decode()
    assert family.case.reference in page
    assert complaint.reference not in page
    assert "CMP-" not in page
    assert "More would go than stands here: it is not yours to read." in page
    assert "nothing of theirs stands elsewhere" not in page
    assert "Part of what would go is not yours to read, so you cannot approve it." in page
    assert "Ask Ben Two." in page
    where = reverse("retention:step", args=[mixed.reference, "approve"])
    assert where not in page
    freshly_signed_in(reader)
    with entries_since() as entries:
        answer = reader.post(where, {"typed": mixed.reference})
    assert answer.status_code == 403
    assert "Ask Ben Two." in answer.content.decode()
    assert [entry.verb for entry in entries if entry.action != "access"] == []
    mixed.refresh_from_db()
    assert mixed.status == ProposalStatus.PROPOSED
    with entries_since() as entries, pytest.raises(Refused, match="not yours to read"):
        approve(proposal=mixed, typed=mixed.reference, by=manager)
    assert entries == []
    # Whoever proposed it reads beforehand that no manager could.
    told = signed_in(family.officer).get(mixed.get_absolute_url()).content.decode()
    assert "Part of it is not a manager’s to read" in told


def test_a_manager_who_looked_into_the_complaint_may_judge_it(mixed, complaint, manager):
    assert not can_approve(manager, mixed)
    change(complaint, investigator=manager)
    assert can_approve(manager, mixed)
    reader = signed_in(manager)
    page = reader.get(mixed.get_absolute_url()).content.decode()
    assert f'href="{complaint.get_absolute_url()}"' in page
    assert complaint.words in reader.get(complaint.get_absolute_url()).content.decode()


def test_nobody_approves_with_a_complaint_about_themself_and_where_nobody_could_it_is_said(
    mixed, family, complaint
):
    change(complaint, about_staff=family.second)
    told = why_not_theirs(family.second, mixed)
    assert "Today there is nobody else who could." in told
    assert "name a deputy" in told
    with pytest.raises(Refused, match="nobody else who could"):
        approve(proposal=mixed, typed=mixed.reference, by=family.second)
    third = UserFactory(full_name="Cleo Three", roles=[Role.DPO])
    assert "Ask Cleo Three." in why_not_theirs(family.second, mixed)
    assert why_not_theirs(third, mixed) == ""
    page = signed_in(family.second).get(mixed.get_absolute_url()).content.decode()
    assert complaint.reference not in page


def test_a_complaint_that_goes_along_with_whoever_goes_early_is_shown_as_well(
    family, complaint, manager
):
    made = propose(records=family.all, early=True, reason="A test.", by=family.officer)
    assert not made.items.filter(table=COMPLAINT).exists()
    rehearse(proposal=made, by=family.officer)
    page = signed_in(family.second).get(made.get_absolute_url()).content.decode()
    assert complaint.reference in page
    assert not can_approve(manager, made)
    assert (
        complaint.reference not in signed_in(manager).get(made.get_absolute_url()).content.decode()
    )


def test_who_may_not_know_of_a_complaint_does_not_propose_it(family, complaint):
    change(complaint, about_staff=family.officer)
    with pytest.raises(Refused, match="not there any more"):
        propose(records=[(COMPLAINT, complaint.pk), *family.all], by=family.officer)


def test_without_an_entry_nothing_is_approved(mixed, family, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        approve(proposal=mixed, typed=mixed.reference, by=family.second)
    mixed.refresh_from_db()
    assert mixed.status == ProposalStatus.PROPOSED


@pytest.mark.parametrize("whom", ["mother", "child"])
def test_to_an_officer_in_conflict_nothing_of_the_family_is_due_or_proposed(mixed, family, whom):
    """Another officer proposes it and approves it; one in conflict does not learn that we know them (P17)."""
    officer = UserFactory(roles=[Role.DPO])
    reader = signed_in(officer)
    due, theirs = reverse("retention:due"), mixed.get_absolute_url()
    assert family.case.reference in reader.get(theirs).content.decode()
    assert can_approve(officer, mixed)
    BarringFactory(user=officer, person=getattr(family, whom))
    assert mixed.reference not in reader.get(reverse("retention:proposals")).content.decode()
    assert reader.get(theirs).status_code == 404
    freshly_signed_in(reader)
    step = reverse("retention:step", args=[mixed.reference, "approve"])
    assert reader.post(step, {"typed": mixed.reference}).status_code == 404
    with pytest.raises(Refused, match="not yours to read"):
        approve(proposal=mixed, typed=mixed.reference, by=officer)
    # Sent back: it is due again, for everybody else.
    send_back(proposal=mixed, because="Look again.", by=family.second)
    assert family.case.reference in signed_in(family.second).get(due).content.decode()
    assert family.case.reference not in reader.get(due).content.decode()
    together = f"{reverse('retention:propose')}?record=cases.Case:{family.case.pk}"
    assert signed_in(family.second).get(together).status_code == 200
    assert reader.get(together).status_code == 404
    with entries_since() as entries, pytest.raises(Refused, match="not there any more"):
        propose(records=[("cases.Case", family.case.pk)], by=officer)
    assert entries == []


def test_what_was_asked_to_be_erased_of_somebody_closed_is_no_proposal_for_them(family):
    officer = UserFactory(roles=[Role.DPO])
    note = CaseNoteFactory(case=family.case, people=[family.mother])
    made = a_proposal(family.case, by=family.officer)
    with transaction.atomic():
        entry()
        made.items.all().delete()
        ProposalItem.objects.create(proposal=made, table="cases.CaseNote", record=note.pk)
    assert made in proposals_of(officer)
    BarringFactory(user=officer, person=family.mother)
    assert made not in proposals_of(officer)
    assert made in proposals_of(family.second)


def test_a_concern_that_the_only_lead_still_reads_is_a_proposal_of_theirs(family):
    lead = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    concern = ConcernFactory(people=[family.child])
    made = a_proposal(family.case, by=family.officer)
    with transaction.atomic():
        entry()
        made.items.all().delete()
        ProposalItem.objects.create(proposal=made, table=CONCERN, record=concern.pk)
    BarringFactory(user=lead, person=family.child)
    assert concern in concerns_of(lead)
    assert made in proposals_of(lead)
    assert closed_to(lead, [(CONCERN, concern.pk)]) == set()
