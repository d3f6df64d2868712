"""What people asked to be erased: decided in sar by two people, destroyed by the engine, gone after a restore."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from cases.actions.restrictions import restrict
from cases.models import CaseNote, Person
from cases.models.restriction import Restriction
from core.errors import LogUnavailable, Refused
from retention import ledger
from retention.actions.erasures import take_up
from retention.actions.proposals import approve, decide_remainder, rehearse
from retention.models import Proposal, ProposalItem, Remainder
from retention.running import run_destruction
from retention.workflow import ProposalStatus
from sar.actions import erasure
from sar.models import ErasureItem, RightsRequest
from sar.models.restricting import RequestedRestriction
from sar.pack.gather import gather
from sar.queries.holds import erasures_to_act_on
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.base import change, noted
from tests.factories.cases import CaseNoteFactory, CasePersonFactory
from tests.factories.retention import HoldFactory
from tests.factories.sar import EvidenceSeenFactory, RightsRequestFactory
from tests.retention.test_replay import copies, restored
from tests.retention.world import FAMILY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]

TEXT = "She told us about the long illness of her mother in 1987."


@pytest.fixture
def request_(family):
    made = RightsRequestFactory(
        person=family.mother, kind="erasure", recorded_by=family.officer, asked="Erase that note."
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def note(family):
    return CaseNoteFactory(case=family.case, people=[family.mother], body=TEXT)


def decided(request, record, family, **given):
    """That `record` is erased: decided by one officer and approved by the other."""
    label = record._meta.label
    item = next(
        one
        for one in gather(request.person).items
        if (one.source, one.record_id) == (label, record.pk)
    )
    words = {"decision": "erase", "ground": "not_needed", "because": "Not needed."} | given
    made = erasure.decide(request=request, item=item, **words, by=family.officer)
    erasure.approve(item=made, by=family.second)
    made.refresh_from_db()
    return made


def taken_up(request, family):
    (proposal,) = take_up(request=request, by=family.officer)
    rehearse(proposal=proposal, by=family.officer)
    return proposal


def carried_out(request, family):
    proposal = taken_up(request, family)
    assert not proposal.remainders.exists(), list(proposal.remainders.values())
    approve(proposal=proposal, typed=proposal.reference, by=family.officer)
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    return proposal


def test_a_note_is_erased_from_an_open_case_with_every_version_of_it(family, request_, note):
    newer = CaseNoteFactory(
        case=family.case,
        people=[family.mother],
        body=f"{TEXT} Or 1988.",
        corrects=note,
        correction_reason="The year.",
    )
    other = CaseNoteFactory(case=family.case, people=[family.mother], body="A good week.")
    change(family.case, status="open", closed_at=None, closed_by=None)
    made = decided(request_, newer, family)
    with entries_since() as entries:
        proposal = carried_out(request_, family)
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.DESTROYED, "")
    assert list(CaseNote.objects.filter(case=family.case)) == [other]
    made.refresh_from_db()
    assert made.acted is not None
    assert not erasures_to_act_on().exists()
    # The certificate names those who decided, and says nothing of what it was.
    assert (proposal.recorded_by, proposal.approved_by) == (family.officer, family.second)
    assert proposal.approved_at == made.approved_at
    assert proposal.outcome["rows"]["cases.CaseNote"] == 2
    verbs = [entry.verb for entry in entries]
    assert verbs.count(Verb.ERASURE_TAKEN_UP) == 1
    assert verbs.count(Verb.ERASURE_DONE) == 1
    assert verbs.count(Verb.RECORD_DESTROYED) == 2
    assert Person.objects.filter(pk=family.mother.pk).exists()


def test_of_a_note_about_others_only_the_words_go(family, request_):
    note = CaseNoteFactory(
        case=family.case,
        people=[family.mother, family.child],
        body="Both came. Her wartime tattoo was talked of. Barnaby drew. The WARTIME TATTOO again.",
    )
    made = decided(request_, note, family, passages=["wartime tattoo"])
    proposal = carried_out(request_, family)
    assert proposal.status == ProposalStatus.DESTROYED
    note.refresh_from_db()
    assert note.body == (
        "Both came. Her [taken out] was talked of. Barnaby drew. The [taken out] again."
    )
    assert set(note.people.all()) == {family.mother, family.child}
    made.refresh_from_db()
    assert made.passages == []
    (entry,) = Entry.objects.filter(verb=Verb.WORDS_ERASED)
    assert (entry.record, entry.record_id) == ("cases.CaseNote", note.pk)


def test_what_was_erased_goes_again_after_a_restore(family, request_, note, capsys):
    shared = CaseNoteFactory(
        case=family.case, people=[family.mother, family.child], body="A wartime tattoo was seen."
    )
    link = note.people.through.objects.filter(note=note)
    backup = copies(note, *link)
    words = copies(shared, *shared.people.through.objects.filter(note=shared))
    decided(request_, note, family)
    decided(request_, shared, family, passages=["wartime tattoo"])
    carried_out(request_, family)
    assert not ledger.read()
    assert set(ledger.read_erased()) == {"cases.CaseNote"}
    noted(lambda: shared.people.through.objects.filter(note=shared).delete())
    noted(lambda: CaseNote.objects.filter(pk=shared.pk)._raw_delete("default"))
    restored(backup)
    restored(words)
    call_command("retention_replay")
    assert "2 records destroyed again." in capsys.readouterr().out
    assert not CaseNote.objects.filter(pk=note.pk).exists()
    assert CaseNote.objects.get(pk=shared.pk).body == "A [taken out] was seen."
    call_command("retention_replay")
    assert "0 records destroyed again." in capsys.readouterr().out


def another_request(family, request_):
    RightsRequestFactory(person=family.mother, kind="access", recorded_by=family.officer)


def a_hold(family, request_):
    HoldFactory(person=family.mother, recorded_by=family.officer)


def a_restriction_of_the_note(family, request_):
    note = CaseNote.objects.get()
    made = restrict(of=note, ground="accuracy", because="Disputed.", by=family.officer)
    noted(
        lambda: RequestedRestriction.objects.create(
            request=request_, restriction=made, recorded_by=family.officer
        )
    )


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (another_request, "DPA 2018 s.173"),
        (a_hold, "Held: claim"),
        (a_restriction_of_the_note, "restricted itself"),
    ],
)
def test_holds_stop_an_erasure_and_its_own_request_does_not(family, request_, note, what, says):
    decided(request_, note, family)
    proposal = taken_up(request_, family)
    what(family, request_)
    with pytest.raises(Refused, match=says):
        approve(proposal=proposal, typed=proposal.reference, by=family.officer)
    assert CaseNote.objects.filter(pk=note.pk).exists()


def test_a_restriction_of_the_person_placed_for_the_request_does_not_hold_it(
    family, request_, note
):
    decided(request_, note, family)
    made = restrict(
        of=family.mother, ground="objection", because="Asked.", alerts_stay=True, by=family.officer
    )
    noted(
        lambda: RequestedRestriction.objects.create(
            request=request_, restriction=made, recorded_by=family.officer
        )
    )
    proposal = carried_out(request_, family)
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.DESTROYED, "")
    assert Restriction.objects.get().is_live


def answered(request_, family):
    """They were told what was decided, and by when it is gone."""
    EvidenceSeenFactory(request=request_)
    change(
        request_,
        status="answered",
        outcome="done",
        answered_at=timezone.now(),
        answered_by=family.officer,
        gone_by=timezone.localdate() + timedelta(days=21),
    )


def test_a_whole_person_goes_after_the_answer_and_the_papers_of_the_request_stay(family, request_):
    made = decided(request_, family.mother, family)
    (proposal,) = take_up(request=request_, by=family.officer)
    with pytest.raises(Refused, match="answered first"):
        rehearse(proposal=proposal, by=family.officer)
    answered(request_, family)
    rehearse(proposal=proposal, by=family.officer)
    for left in proposal.remainders.all():
        decide_remainder(remainder=left, decision=Remainder.Decision.PAPERS, by=family.officer)
    approve(proposal=proposal, typed=proposal.reference, by=family.officer)
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.DESTROYED, "")
    assert not Person.objects.filter(pk=family.mother.pk).exists()
    assert Person.objects.filter(family_name=FAMILY).count() == 1
    request = RightsRequest.objects.get(pk=request_.pk)
    assert (request.person, request.about_name) == (
        None,
        "Somebody whose record was erased at their request",
    )
    assert ErasureItem.objects.get(pk=made.pk).acted is not None


def test_what_is_kept_under_an_exception_does_not_go_with_the_person(family, request_, note):
    decided(request_, note, family, decision="keep", ground="", exception="claims")
    decided(request_, family.mother, family)
    answered(request_, family)
    (proposal,) = take_up(request=request_, by=family.officer)
    with pytest.raises(Refused, match="kept under an exception"):
        rehearse(proposal=proposal, by=family.officer)


@pytest.mark.parametrize("is_approved", [False, True])
def test_nothing_is_taken_up_twice_or_unapproved(family, request_, note, is_approved):
    if is_approved:
        decided(request_, note, family)
        take_up(request=request_, by=family.officer)
    with entries_since() as entries, pytest.raises(Refused, match="Nothing approved"):
        take_up(request=request_, by=family.officer)
    assert entries == []


def test_without_the_log_nothing_is_taken_up(request, family, request_, note):
    decided(request_, note, family)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        take_up(request=request_, by=family.officer)
    assert not ProposalItem.objects.exists()


def test_an_officer_takes_it_up_on_the_pages(family, request_, note):
    CasePersonFactory(person=family.mother)
    decided(request_, note, family)
    officer = signed_in(family.officer)
    where = reverse("retention:erasure", args=[request_.reference])
    assert where in officer.get(reverse("retention:erasures")).content.decode()
    officer.post(where)
    proposal = Proposal.objects.get()
    page = officer.get(proposal.get_absolute_url()).content.decode()
    assert "What was asked to be erased" in page
    assert "No longer necessary" in page
    officer.post(reverse("retention:step", args=[proposal.reference, "rehearse"]))
    step = reverse("retention:step", args=[proposal.reference, "approve"])
    answer = officer.post(step, {"typed": proposal.reference}, follow=True)
    if answer.redirect_chain and "reauthenticate" in answer.redirect_chain[-1][0]:
        officer.post(answer.redirect_chain[-1][0], {"password": PASSWORD})
        officer.post(step, {"typed": proposal.reference})
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.APPROVED
    assert officer.get(where).status_code == 404
    for role in (Role.SERVICE_MANAGER, Role.CASEWORKER):
        assert (
            signed_in(UserFactory(roles=[role])).get(reverse("retention:erasures")).status_code
            == 403
        )
