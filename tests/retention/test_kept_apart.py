"""Concerns and allegations are destroyed by themselves, by those who read them; nobody else learns of it."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.roles import Role
from audit.kept_apart import entries_for
from audit.log import record as note_of
from audit.verbs import Action, Verb
from audit.verification import verify
from core.errors import LogUnavailable, Refused
from core.privacy import Delete, Retention, declarations
from retention.actions.proposals import approve, propose
from retention.destroying.closure import closure_of
from retention.due import due_of
from retention.kinds import ALLEGATION, CONCERN, PERSON
from retention.models import Category, Outcome, Proposal, Remainder
from retention.permissions import can_approve, proposals_of
from retention.proposing import family_of
from retention.running import run_destruction
from safeguarding.models import Report
from tests.cases.world import freshly, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change, noted
from tests.factories.cases import CaseFactory, CaseNoteFactory, PersonFactory
from tests.factories.consent import ShareFactory
from tests.factories.retention import HoldFactory, ScheduleRowFactory
from tests.factories.safeguarding import (
    AllegationFactory,
    ConcernEntryFactory,
    ConcernFactory,
    two_receivers,
)
from tests.retention.test_nothing_left_behind import dump, plant, snapshot
from tests.retention.world import LONG_AGO, close, with_entry_and_report

SAID = "Her teacher heard it on the stairs of the church hall and wrote it down."
FOUND = "The reviews found nothing that is needed any more."


@pytest.fixture
def leads(db):
    return the(Role.SAFEGUARDING_LEAD), the(Role.SAFEGUARDING_LEAD)


@pytest.fixture
def due_at_once(db, switched_on):
    """Both kinds are looked at on the day they ended; case files stay."""
    for category in (Category.SAFEGUARDING, Category.ALLEGATION):
        ScheduleRowFactory(category=category, months_after_end=0, outcome=Outcome.REVIEW)


def an_ended_concern(*people, **fields):
    concern = ConcernFactory(people=people or [PersonFactory()], what=SAID, **fields)
    by = concern.recorded_by
    change(concern, status="ended", read_at=LONG_AGO, read_by=by, ended_at=LONG_AGO, ended_by=by)
    return concern


def an_ended_allegation(**fields):
    allegation = AllegationFactory(**{"people": [PersonFactory()], "what": SAID} | fields)
    by = allegation.recorded_by
    change(
        allegation,
        status="ended",
        read_at=LONG_AGO,
        read_by=by,
        outcome="unfounded",
        proposed_at=LONG_AGO,
        proposed_by=the(Role.SAFEGUARDING_LEAD),
        ended_at=LONG_AGO,
        ended_by=by,
    )
    return allegation


def walked(address, one, two):
    """From the list of what is due to the approval, by two people, over the pages; the proposal."""
    reader = signed_in(one)
    assert reader.get(reverse("retention:due")).content.decode().count("Look at it") == 1
    where = f"{reverse('retention:propose')}?record={address}"
    assert reader.post(where, {"reason": ""}).status_code == 422
    assert reader.post(where, {"reason": FOUND}).status_code == 302
    proposal = Proposal.objects.get()

    def step(by, name, **sent):
        return freshly(signed_in(by)).post(
            reverse("retention:step", args=[proposal.reference, name]), sent
        )

    assert step(one, "rehearse").status_code == 302
    assert not Remainder.objects.exists()
    assert step(one, "approve", typed=proposal.reference).status_code == 403
    assert step(two, "approve", typed=proposal.reference).status_code == 302
    proposal.refresh_from_db()
    return proposal


@pytest.mark.usefixtures("due_at_once")
@pytest.mark.parametrize("kind", [CONCERN, ALLEGATION])
def test_two_of_those_who_read_it_let_it_go_and_nobody_else_sees_that_it_was_there(kind, leads):
    officer, manager = the(Role.DPO), the(Role.SERVICE_MANAGER)
    if kind == CONCERN:
        record, (one, two) = an_ended_concern(), leads
    else:
        record, (one, two) = an_ended_allegation(), two_receivers()
    people = list(record.people.all())
    address = f"{kind}:{record.pk}"
    page = signed_in(one).get(
        reverse(f"retention:{record._meta.model_name}", args=[record.reference])
    )
    assert "Looked at from" in page.content.decode()
    proposal = walked(address, one, two)
    assert proposal.approved_by == two
    for reader in (officer, manager):
        browser = signed_in(reader)
        assert browser.get(proposal.get_absolute_url()).status_code in {403, 404}
        assert browser.get(f"{reverse('retention:propose')}?record={address}").status_code == 404
        assert not proposals_of(reader).exists()
        assert not can_approve(reader, proposal)
    assert record.reference not in signed_in(officer).get(reverse("retention:due")).content.decode()
    told = entries_for(officer).filter(verb=Verb.DESTRUCTION_PROPOSED).exists()
    assert told is (kind == CONCERN)

    run = run_destruction(by=officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == ("destroyed", "")
    assert not type(record).objects.exists()
    assert all(type(person).objects.filter(pk=person.pk).exists() for person in people)
    assert proposal.outcome["records"] == {kind: 1}
    # Those who decided read what became of it, and the officer the certificate, which names nobody.
    assert signed_in(two).get(proposal.get_absolute_url()).status_code == 200
    for reader in (one, officer):
        page = signed_in(reader).get(run.get_absolute_url()).content.decode()
        assert proposal.reference in page
        assert record.reference not in page


@pytest.mark.usefixtures("due_at_once")
def test_never_by_whom_an_allegation_is_about(leads):
    one, two = two_receivers()
    allegation = an_ended_allegation(about_staff=two)
    propose(records=[(ALLEGATION, allegation.pk)], reason=FOUND, by=one)
    (proposal,) = proposals_of(one)
    assert not proposals_of(two).exists()
    with pytest.raises(Refused, match="Only those who may read it"):
        approve(proposal=proposal, typed=proposal.reference, by=two)
    assert "Nothing is due" in signed_in(two).get(reverse("retention:due")).content.decode()


HELD = {
    "open": ("A case is open.", lambda person: CaseFactory(people=[person])),
    "hold": ("Held: claim", lambda person: HoldFactory(person=person)),
    "hold on a case": (
        "Held: claim",
        lambda person: HoldFactory(case=close_of(CaseFactory(people=[person]))),
    ),
    "another concern": ("A safeguarding concern", lambda person: ConcernFactory(people=[person])),
}


def close_of(case):
    close(case)
    return case


@pytest.mark.usefixtures("due_at_once")
@pytest.mark.parametrize("name", HELD)
def test_what_holds_its_people_holds_the_concern(name, leads):
    words, hold = HELD[name]
    person = PersonFactory()
    concern = an_ended_concern(person)
    hold(person)
    with entries_since() as entries, pytest.raises(Refused, match=words):
        propose(records=[(CONCERN, concern.pk)], reason=FOUND, by=leads[0])
    assert entries == []
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("due_at_once")
def test_it_is_proposed_alone_and_leaves_one_entry_or_nothing(leads, request):
    person = PersonFactory()
    concern = an_ended_concern(person)
    assert family_of(CONCERN, concern.pk, on=timezone.localdate()).records == [
        (CONCERN, concern.pk)
    ]
    with pytest.raises(Refused, match="by itself"):
        propose(records=[(CONCERN, concern.pk), (PERSON, person.pk)], reason=FOUND, by=leads[0])
    with entries_since() as entries:
        propose(records=[(CONCERN, concern.pk)], reason=FOUND, by=leads[0])
    (entry,) = entries
    assert (entry.verb, entry.record, entry.record_id) == (
        Verb.DESTRUCTION_PROPOSED,
        CONCERN,
        concern.pk,
    )
    other = an_ended_concern()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        propose(records=[(CONCERN, other.pk)], reason=FOUND, by=leads[0])
    assert Proposal.objects.count() == 1


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("kind", [CONCERN, ALLEGATION])
def test_it_goes_before_its_time_with_a_reason_by_two_of_those_who_read_it(kind, leads):
    if kind == CONCERN:
        record, (one, two) = an_ended_concern(), leads
    else:
        record, (one, two) = an_ended_allegation(), two_receivers()
    reader = signed_in(one)
    where = reverse("retention:propose-early")
    kept = reverse(f"retention:{record._meta.model_name}", args=[record.reference])
    assert f"{where}?on={record.reference}" in reader.get(kept).content.decode()
    page = reader.get(f"{where}?on={record.reference}").content.decode()
    assert f'value="{record.reference}"' in page
    assert "Somebody else who may read the record approves it." in page
    empty = reader.post(where, {"references": record.reference, "reason": ""})
    assert empty.status_code == 422
    assert not Proposal.objects.exists()
    # To the officer, who may propose everything else, it is no reference at all.
    officer = signed_in(the(Role.DPO))
    refused = officer.post(where, {"references": record.reference, "reason": FOUND})
    assert refused.status_code == 422
    assert "P-000123 or C-000123" in refused.content.decode()
    sent = {"references": record.reference, "reason": FOUND}
    with entries_since() as entries:
        assert reader.post(where, sent).status_code == 302
    noted = [entry for entry in entries if entry.verb == Verb.DESTRUCTION_PROPOSED]
    assert [(entry.record, entry.record_id) for entry in noted] == [(kind, record.pk)]
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.reason) == (Proposal.Kind.EARLY, FOUND)
    step = reverse("retention:step", args=[proposal.reference, "rehearse"])
    assert reader.post(step).status_code == 302
    typed = {"typed": proposal.reference}
    step = reverse("retention:step", args=[proposal.reference, "approve"])
    assert freshly(signed_in(one)).post(step, typed).status_code == 403
    assert freshly(officer).post(step, typed).status_code in {403, 404}
    assert freshly(signed_in(two)).post(step, typed).status_code == 302
    run_destruction(by=one)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == ("destroyed", "")
    assert not type(record).objects.exists()
    assert FOUND not in (proposal.reason, *dump())


@pytest.mark.usefixtures("switched_on")
def test_one_that_is_not_ended_or_not_theirs_goes_neither_early(leads):
    open_one = ConcernFactory(people=[PersonFactory()], what=SAID)
    theirs = an_ended_allegation(about_staff=leads[0])
    where = reverse("retention:propose-early")
    reader = signed_in(leads[0])
    for record, words in (
        (open_one, "The concern is not ended yet"),
        (theirs, "is not there any more"),
    ):
        answer = reader.post(where, {"references": record.reference, "reason": FOUND})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert FOUND in answer.content.decode()
    of_a_family = reader.post(where, {"references": "P-000001", "reason": FOUND})
    assert "Write references like G-000123" in of_a_family.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("switched_on")
def test_an_allegation_that_names_nobody_holds_itself_until_it_is_ended(leads):
    one, _ = two_receivers()
    nameless = AllegationFactory(people=[], what=SAID)
    sent = {"references": nameless.reference, "reason": FOUND}
    where = reverse("retention:propose-early")
    answer = signed_in(one).post(where, sent)
    assert answer.status_code == 422
    assert "The allegation is not ended yet." in answer.content.decode()
    assert not Proposal.objects.exists()
    ended = an_ended_allegation(people=[])
    sent = {"references": ended.reference, "reason": FOUND}
    assert signed_in(one).post(where, sent).status_code == 302


@pytest.mark.django_db
def test_the_time_of_a_concern_counts_from_the_last_contact_with_its_people():
    ScheduleRowFactory(
        category=Category.SAFEGUARDING, months_after_end=None, months_after_activity=420
    )
    person = PersonFactory()
    concern = an_ended_concern(person)
    by_itself = due_of(CONCERN, concern.pk).day
    note = CaseNoteFactory(case=CaseFactory(people=[person]), people=[person])
    assert due_of(CONCERN, concern.pk).day > by_itself
    assert due_of(CONCERN, concern.pk).day.year == timezone.localdate(note.happened_at).year + 35


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("due_at_once")
@pytest.mark.parametrize("kind", [CONCERN, ALLEGATION])
def test_nothing_of_it_is_left_and_its_people_stay_whole(kind, request):
    leads = (the(Role.SAFEGUARDING_LEAD), the(Role.SAFEGUARDING_LEAD))
    if kind == CONCERN:
        record, (one, two) = an_ended_concern(), leads
        ConcernEntryFactory(concern=record, text=SAID)
        case = CaseFactory(people=[record.people.get()])
        close(case)
        share = ShareFactory(case=case)
        noted(Report.objects.create, concern=record, to="council", share=share, recorded_by=one)
    else:
        record, (one, two) = an_ended_allegation(), two_receivers()
        with_entry_and_report(record, one)
    tell(who=[one], sentence="Something waits.", link=record.get_absolute_url(), by=two)
    if kind == CONCERN:
        own = reverse("safeguarding:receipt", args=[record.reference])
        tell(who=[record.recorded_by], sentence="It was dealt with.", link=own, by=one)
    wanted = Retention.SAFEGUARDING if kind == CONCERN else Retention.ALLEGATION
    closure = closure_of([(kind, record.pk)])
    # Every declared table of its kind has a row of it: a table added tomorrow fails here.
    assert {model._meta.label for model, keys in closure.going.items() if keys} == {
        told.model._meta.label
        for told in declarations()
        if told.retention == wanted and isinstance(told.destruction, Delete)
    }
    planted, refused = plant(closure)
    # Lists of choices, and a name that only stands where there is no account.
    assert {name.rpartition(".")[2] for name in refused} <= {"harm", "about_name"}
    with transaction.atomic():
        note_of(
            Verb.CONCERN_ADDED_TO,
            by=one,
            action=Action.UPDATE,
            record=record,
            values={"was": "ndlvalue"},
        )
    before = dump()
    assert [word for word in planted if word not in before] == []
    others = snapshot(closure)
    walked(f"{kind}:{record.pk}", one, two)
    run_destruction(by=one)
    assert Proposal.objects.get().status == "destroyed"
    after = dump()
    assert [
        word for word in (*planted, "ndlvalue", record.get_absolute_url()) if word in after
    ] == []
    # Everything of its people and of everybody else is as it was; the notice that led to it went.
    now = snapshot(closure)
    changed = {key for key in others if others[key] != now.get(key)}
    assert {key for key in changed if key[0] != "accounts.User"} == {  # they signed in
        key for key in others if key[0] == "accounts.Notice"
    }
    assert verify(None).faults == []
