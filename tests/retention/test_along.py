"""What is kept apart and would go along with somebody is looked at first by whoever may read it."""

import pytest
from django.urls import reverse

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from retention.actions.proposals import approve, keep_along, let_go, propose, rehearse
from retention.along import UNSEEN, along
from retention.due import due_of
from retention.kinds import ALLEGATION, CONCERN, PERSON
from retention.models import Category, GoesAlong, Proposal
from retention.permissions import along_of, can_approve, proposals_of, why_not_theirs
from retention.running import run_destruction
from retention.workflow import ProposalStatus
from safeguarding.actions.concerns import reopen
from safeguarding.models import Concern
from tests.cases.world import member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change, noted
from tests.factories.cases import BarringFactory
from tests.factories.retention import ScheduleRowFactory
from tests.factories.safeguarding import ConcernEntryFactory, two_receivers
from tests.retention.test_complaints_kept import a_complaint
from tests.retention.test_erasures import answered, decided, request_, taken_up
from tests.retention.test_judged import freshly_signed_in
from tests.retention.test_kept_apart import SAID, an_ended_allegation, an_ended_concern
from tests.retention.test_nothing_left_behind import dump
from tests.retention.world import LONG_AGO, a_family

__all__ = ["request_"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]

WHY = "Closed in 1995, and nothing came of it."


@pytest.fixture
def lead(db):
    return the(Role.SAFEGUARDING_LEAD)


@pytest.fixture
def concern(family):
    return an_ended_concern(family.mother, family.child)


def early(family, records=None):
    made = propose(
        records=records or family.all, early=True, reason="They moved away.", by=family.officer
    )
    return rehearse(proposal=made, by=family.officer)


def approved_by(family, proposal):
    return approve(proposal=proposal, typed=proposal.reference, by=family.second)


@pytest.mark.parametrize("how", ["due", "early", "one of its people"])
def test_a_concern_goes_along_only_once_a_lead_let_it_go(how, family, concern, lead):
    if how == "due":
        proposal = propose(records=family.all, by=family.officer)
        rehearse(proposal=proposal, by=family.officer)
    else:
        proposal = early(family, family.all if how == "early" else family.of_the_mother)
    one = proposal.along.get()
    assert (one.table, one.record) == (CONCERN, concern.pk)
    # Asked once, by a notice that says nothing of it.
    (told,) = Notice.objects.filter(to=lead, link=reverse("retention:due"))
    assert concern.reference not in told.sentence
    rehearse(proposal=proposal, by=family.officer)
    assert Notice.objects.filter(to=lead, link=reverse("retention:due")).count() == 1
    with entries_since() as entries, pytest.raises(Refused, match="let it go"):
        approved_by(family, proposal)
    assert entries == []
    with entries_since() as entries:
        let_go(one=one, because=WHY, by=lead)
    assert [(each.verb, each.record, each.record_id) for each in entries] == [
        (Verb.DESTRUCTION_LET_GO, CONCERN, concern.pk)
    ]
    assert (one.let_go_by, one.because) == (lead, WHY)
    approved_by(family, proposal)
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.DESTROYED, "")
    assert Concern.objects.exists() is (how == "one of its people")
    assert not GoesAlong.objects.exists()
    assert WHY not in dump()


def test_the_lead_finds_it_in_what_is_due_and_the_officer_reads_that_it_waits(
    family, concern, lead
):
    proposal = early(family)
    reader = signed_in(lead)
    where = proposal.along.get().get_absolute_url()
    assert f'href="{where}"' in reader.get(reverse("retention:due")).content.decode()
    page = reader.get(where).content.decode()
    for words in (concern.get_absolute_url(), "They moved away.", "Earlier than the schedule"):
        assert words in page
    # Nothing else of the proposal is theirs.
    assert not proposals_of(lead).exists()
    for other in (family.officer, family.second):
        officer = signed_in(other)
        assert officer.get(where).status_code == 404
        due = officer.get(reverse("retention:due")).content.decode()
        told = officer.get(proposal.get_absolute_url()).content.decode()
        assert concern.reference not in due + told
        assert "Whoever may read it was asked to look at it first" in told
    empty = reader.post(where, {"decision": "goes", "because": ""})
    assert empty.status_code == 422
    assert "Say why it may go." in empty.content.decode()
    assert reader.post(where, {"decision": "goes", "because": WHY}).status_code == 302
    assert reader.get(where).status_code == 404
    told = signed_in(family.second).get(proposal.get_absolute_url()).content.decode()
    assert "was asked to look at it first" not in told


@pytest.mark.parametrize(("months", "words"), [(12, "is over."), (12 * 90, "without a day still.")])
def test_the_day_of_somebody_names_no_concern_to_whoever_may_not_read_it(months, words):
    title = "Child protection concerns, long kept"
    ScheduleRowFactory(category=Category.SAFEGUARDING, months_after_end=months, title=title)
    for category in (Category.CASE_FILE, Category.ENQUIRY):
        ScheduleRowFactory(category=category, months_after_end=0)
    family = a_family()
    an_ended_concern(family.mother, family.child)
    assert title.lower() in due_of(PERSON, family.child.pk).sentence.lower()
    pages = []
    if months == 12:
        where = f"{reverse('retention:propose')}?record=cases.Case:{family.case.pk}"
        pages.append(signed_in(family.officer).get(where))
    proposal = early(family)
    manager = member_of(family.case.service, Role.SERVICE_MANAGER, name="Priya Nair")
    pages += [
        signed_in(reader).get(proposal.get_absolute_url()) for reader in (family.officer, manager)
    ]
    for page in pages:
        shown = page.content.decode()
        assert family.child.family_name in shown
        assert title.lower() not in shown.lower()
        assert words in shown


def test_where_it_stays_nothing_of_the_proposal_goes(family, concern, lead):
    proposal = early(family)
    where = proposal.along.get().get_absolute_url()
    with entries_since() as entries:
        keep_along(one=proposal.along.get(), by=lead)
    assert [entry.verb for entry in entries] == [Verb.DESTRUCTION_RETURNED]
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.RETURNED
    assert "whoever may read it says that it stays" in proposal.ended_because
    assert not GoesAlong.objects.exists()
    assert signed_in(lead).get(where).status_code == 404
    proposal = early(family)
    where = proposal.along.get().get_absolute_url()
    assert signed_in(lead).post(where, {"decision": "stays"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.RETURNED


def test_neither_whoever_proposed_it_nor_who_may_not_read_it_lets_it_go(family, concern, lead):
    proposal = early(family)
    one = proposal.along.get()
    for by in (family.officer, family.second, the(Role.SERVICE_MANAGER)):
        for verb in (
            lambda by=by: let_go(one=one, because=WHY, by=by),
            lambda by=by: keep_along(one=one, by=by),
        ):
            with entries_since() as entries, pytest.raises(Refused, match="may read it"):
                verb()
            assert entries == []
    change(proposal, recorded_by=lead)
    one = GoesAlong.objects.get()
    with pytest.raises(Refused, match="did not propose this"):
        let_go(one=one, because=WHY, by=lead)
    assert not along_of(lead).exists()
    assert GoesAlong.objects.get().let_go_at is None


def test_a_lead_in_conflict_leaves_it_to_another(family, concern, lead):
    other = the(Role.SAFEGUARDING_LEAD)
    BarringFactory(user=lead, person=family.mother)
    proposal = early(family)
    assert not along_of(lead).exists()
    assert along_of(other).exists()
    with pytest.raises(Refused, match="may read it"):
        let_go(one=proposal.along.get(), because=WHY, by=lead)


def test_what_was_written_since_is_looked_at_again(family, concern, lead):
    proposal = early(family)
    let_go(one=proposal.along.get(), because=WHY, by=lead)
    with pytest.raises(Refused, match="already"):
        let_go(one=proposal.along.get(), because=WHY, by=lead)
    reopen(concern=concern, reason="Her sister called.", by=lead)
    by = concern.recorded_by
    change(concern, status="ended", ended_at=LONG_AGO, ended_by=by)
    with pytest.raises(Refused, match="let it go"):
        approved_by(family, proposal)
    rehearse(proposal=proposal, by=family.officer)
    one = proposal.along.get()
    assert one.let_go_at is None
    let_go(one=one, because=WHY, by=lead)
    approved_by(family, proposal)


def test_approved_without_it_nothing_goes(family, concern, lead):
    """Approved by an older version: the engine asks again at the last moment."""
    proposal = early(family)
    let_go(one=proposal.along.get(), because=WHY, by=lead)
    approved_by(family, proposal)
    noted(lambda: GoesAlong.objects.all().delete())
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.RETURNED, UNSEEN)
    assert Concern.objects.exists()


def test_an_allegation_that_goes_along_is_looked_at_by_whoever_receives_them(family, lead):
    one, two = two_receivers()
    allegation = an_ended_allegation()
    person = allegation.people.get()
    proposal = propose(
        records=[(PERSON, person.pk)], early=True, reason="They asked.", by=family.officer
    )
    rehearse(proposal=proposal, by=family.officer)
    waiting = proposal.along.get()
    assert (waiting.table, waiting.record) == (ALLEGATION, allegation.pk)
    assert not along_of(lead).exists()
    let_go(one=waiting, because=WHY, by=two)
    approved_by(family, proposal)
    assert one != two


def test_without_an_entry_nothing_is_let_go(request, family, concern, lead):
    proposal = early(family)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        let_go(one=proposal.along.get(), because=WHY, by=lead)
    with pytest.raises(LogUnavailable):
        keep_along(one=proposal.along.get(), by=lead)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.PROPOSED
    assert proposal.along.get().let_go_at is None


def test_what_few_may_read_by_itself_needs_nobody_besides_its_two(family, concern, lead):
    made = propose(records=[(CONCERN, concern.pk)], early=True, reason=WHY, by=lead)
    assert along(made) == set()


@pytest.mark.parametrize("passages", [[], ["church hall"]])
def test_a_concern_asked_to_be_erased_waits_for_a_lead_and_is_the_officers(
    passages, family, request_, concern, lead
):
    decided(request_, concern, family, passages=passages)
    proposal = taken_up(request_, family)
    # What two people decided for the request they carry out, and the lead sees nothing but the concern.
    assert proposal in proposals_of(family.officer)
    assert proposal not in proposals_of(lead)
    with pytest.raises(Refused, match="let it go"):
        approve(proposal=proposal, typed=proposal.reference, by=family.officer)
    let_go(one=proposal.along.get(), because=WHY, by=lead)
    approve(proposal=proposal, typed=proposal.reference, by=family.officer)
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.DESTROYED, "")
    assert not Concern.objects.filter(what=SAID).exists()
    assert Concern.objects.exists() is bool(passages)


def test_an_officer_in_conflict_sees_no_erasure_of_a_concern(family, request_, concern, lead):
    decided(request_, concern, family)
    proposal = taken_up(request_, family)
    other = the(Role.DPO)
    assert proposal in proposals_of(other)
    BarringFactory(user=other, person=family.mother)
    assert proposal not in proposals_of(other)


def test_nobody_says_that_an_erasure_goes_with_a_complaint_that_is_not_theirs(family, request_):
    complaint = a_complaint(closed_at=LONG_AGO, person=family.mother, about_staff=family.officer)
    decided(request_, family.mother, family)
    answered(request_, family)
    proposal = taken_up(request_, family)
    assert isinstance(proposal, Proposal)
    assert not can_approve(family.officer, proposal)
    assert "Ask Ben Two." in why_not_theirs(family.officer, proposal)
    reader = signed_in(family.officer)
    page = reader.get(proposal.get_absolute_url()).content.decode()
    assert "More would go than stands here" in page
    assert complaint.reference not in page
    step = reverse("retention:step", args=[proposal.reference, "approve"])
    freshly_signed_in(reader)
    assert reader.post(step, {"typed": proposal.reference}).status_code == 403
    with pytest.raises(Refused, match="not yours to read"):
        approve(proposal=proposal, typed=proposal.reference, by=family.officer)
    assert why_not_theirs(family.second, proposal) == ""
    assert can_approve(family.second, proposal)


def test_something_added_to_a_concern_is_of_that_concern(family, concern):
    entry = ConcernEntryFactory(concern=concern)
    proposal = early(family, family.of_the_mother)
    noted(lambda: proposal.items.update(table="safeguarding.ConcernEntry", record=entry.pk))
    assert along(proposal) == {(CONCERN, concern.pk)}
