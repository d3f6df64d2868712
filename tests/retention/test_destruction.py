"""What is destroyed and what stays, who decides, and everything that stops it."""

import logging
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.looks import Look
from audit.models import Entry, EntryValue
from audit.verbs import Verb
from cases.actions.merging import merge
from cases.models import Alert, CaseNote, Document, Person, Task
from cases.workflow import CaseStatus
from core.errors import LogUnavailable, Refused
from core.pdf.text import text_of
from retention import ledger, steps
from retention.actions.destruction import begin_run, destroy
from retention.actions.holds import place_hold, release_hold, start_again, stop_everything
from retention.actions.proposals import (
    approve,
    decide_remainder,
    name_place,
    propose,
    rehearse,
    send_back,
    sign_outside,
)
from retention.actions.schedule import adopt_row, end_row
from retention.certificate import certificate_of
from retention.destroying.closure import closure_of, closures_of
from retention.holding import by_hand_each, holds_on
from retention.kinds import PERSON
from retention.models import (
    Hold,
    Journal,
    Outcome,
    Proposal,
    ProposalItem,
    Remainder,
    Run,
    ScheduleRow,
    Stop,
)
from retention.proposing import family_of
from retention.queries.proposals import open_run
from retention.running import LEFT, run_destruction
from retention.steps import Step
from retention.workflow import ProposalStatus
from safeguarding.models import Concern
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.assessments import PlanFactory
from tests.factories.base import change, noted
from tests.factories.cases import (
    AlertFactory,
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    ContactFactory,
    DocumentFactory,
    EnquiryFactory,
    PaperFileFactory,
    PersonFactory,
    RelationshipFactory,
    TaskFactory,
)
from tests.factories.consent import ConsentFactory
from tests.factories.diary import AppointmentFactory, DropInFactory
from tests.factories.retention import HoldFactory, ScheduleRowFactory
from tests.factories.safeguarding import AllegationFactory, ConcernFactory
from tests.factories.sar import RightsRequestFactory
from tests.retention.world import FAMILY, LONG_AGO, NAME, a_family, approved, close

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


def done(proposal, family):
    run = run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.DESTROYED, "")
    return run


# --- What goes ------------------------------------------------------------------------------------


def test_a_whole_family_goes_and_the_certificate_names_nobody(family):
    document = DocumentFactory(case=family.case, people=[family.mother], title=f"About {NAME}")
    CaseNoteFactory(case=family.case, people=[family.mother, family.child], body=f"{NAME} came.")
    proposal = approved(family.all, family)
    run = done(proposal, family)
    assert not Person.objects.filter(family_name=FAMILY).exists()
    assert not CaseNote.objects.filter(case=family.case.pk).exists()
    assert not default_storage.exists(document.file)
    assert not ProposalItem.objects.exists()
    assert not Journal.objects.exists()
    assert proposal.outcome["rows"]["cases.CaseNote"] == 1
    assert proposal.outcome["records"] == {"cases.Case": 1, "cases.Person": 2}
    assert proposal.outcome["rules"] == ["Family support (version 1)"]
    assert set(proposal.outcome["hashes"]) == ledger.read()
    assert len(ledger.read()) == 3
    assert run.finished is not None
    entries = Entry.objects.filter(verb=Verb.RECORD_DESTROYED)
    assert {(e.record, e.record_id) for e in entries} == set(family.all)


def test_a_hold_on_a_case_holds_its_people_and_what_stands_in_it(family):
    note = CaseNoteFactory(case=family.case, people=[family.mother])
    plan = PlanFactory(case=family.case)
    elsewhere = CaseNoteFactory(case=CaseFactory(people=[family.mother]), people=[family.mother])
    today = timezone.localdate()
    records = [
        ("cases.Case", family.case.pk),
        (PERSON, family.mother.pk),
        ("cases.CaseNote", note.pk),
        ("assessments.Plan", plan.pk),
    ]
    other = ("cases.CaseNote", elsewhere.pk)
    assert not any(one.hold for record in records for one in holds_on([record], on=today))
    hold = HoldFactory(case=family.case)
    for record in records:
        assert [one.hold for one in holds_on([record], on=today) if one.hold] == [hold], record
    assert not any(one.hold for one in holds_on([other], on=today))
    assert by_hand_each([*records, other]) == {record: [hold] for record in records}
    with entries_since() as entries, pytest.raises(Refused, match="Held: claim"):
        propose(records=family.of_the_mother, reason="She asked.", early=True, by=family.officer)
    assert entries == []


def test_the_family_of_a_case_is_everybody_whose_time_is_over(family):
    together = family_of("cases.Case", family.case.pk, on=timezone.localdate())
    assert set(together.records) == set(family.all)
    assert together.holds == ()
    other = CaseFactory()
    CasePersonFactory(case=other, person=family.child)
    together = family_of("cases.Case", family.case.pk, on=timezone.localdate())
    assert set(together.records) == {("cases.Case", family.case.pk), *family.of_the_mother}


def test_what_is_about_others_as_well_stays_for_them(family):
    shared = CaseNoteFactory(
        case=family.case, people=[family.mother, family.child], body="They came by bus."
    )
    own = CaseNoteFactory(case=family.case, people=[family.mother], body="She alone.")
    visit = AppointmentFactory(
        service=family.case.service, case=family.case, people=[family.mother, family.child]
    )
    task = TaskFactory(case=family.case, person=family.mother)
    RelationshipFactory(person=family.mother, other=family.child)
    concern = ConcernFactory(
        people=[family.mother, family.child],
        case=family.case,
        status="ended",
        read_at=timezone.now(),
        read_by=family.officer,
        ended_at=timezone.now(),
        ended_by=family.officer,
    )
    done(approved(family.of_the_mother, family, early=True, reason="She asked."), family)
    assert list(shared.people.all()) == [family.child]
    assert not CaseNote.objects.filter(pk=own.pk).exists()
    assert list(visit.people.all()) == [family.child]
    assert list(concern.people.all()) == [family.child]
    task.refresh_from_db()
    assert (task.person, task.case) == (None, family.case)
    family.case.refresh_from_db()
    assert list(family.case.people.all()) == [family.child]


def test_what_goes_with_several_is_what_goes_with_each_alone(family):
    other = a_family("Larkwhistle")
    both = CaseNoteFactory(case=family.case, people=[family.mother, other.mother])
    corrected = CaseNoteFactory(case=other.case, people=[other.mother])
    CaseNoteFactory(
        case=other.case, people=[other.child], corrects=corrected, correction_reason="The day."
    )
    EnquiryFactory(person=other.mother)
    groups = [
        family.all,
        family.of_the_mother,
        other.of_the_mother,
        other.all,
        [*family.all, *other.all],
    ]
    together, alone = closures_of(groups), [closure_of(one) for one in groups]
    for one, same in zip(together, alone, strict=True):
        assert one.counts() == same.counts()
        assert {**one.going} == {**same.going}
        assert {key: rows for key, rows in one.loosened.items() if rows} == {
            key: rows for key, rows in same.loosened.items() if rows
        }
    assert both.pk not in together[2].numbers("cases.CaseNote")
    assert both.pk in together[0].numbers("cases.CaseNote")


def test_several_go_with_as_many_questions_as_two(family):
    def questions(count):
        families = [a_family(f"Larkwhistle{count}{n}") for n in range(count)]
        for one in families:
            approved(one.all, one)
        with CaptureQueriesContext(connection) as asked:
            run = run_destruction(by=family.officer)
        assert run.proposals.filter(status="destroyed").count() == count
        return len(asked)

    few, many = questions(2), questions(6)
    # Each proposal is marked by itself, so that another process that was quicker is noticed.
    assert many - few <= 4 * 4


def test_versions_of_one_note_stay_together(family):
    first = CaseNoteFactory(case=family.case, people=[family.mother], body="Wrong.")
    second = CaseNoteFactory(
        case=family.case,
        people=[family.mother, family.child],
        body="Right.",
        corrects=first,
        correction_reason="It was another day.",
    )
    done(approved(family.of_the_mother, family, early=True, reason="She asked."), family)
    second.refresh_from_db()
    assert second.corrects == first


def test_a_case_goes_without_its_people_and_a_concern_outlives_it(family):
    note = CaseNoteFactory(case=family.case, people=[family.mother])
    concern = ConcernFactory(
        people=[family.child],
        case=family.case,
        status="ended",
        read_at=timezone.now(),
        read_by=family.officer,
        ended_at=timezone.now(),
        ended_by=family.officer,
    )
    task = TaskFactory(case=family.case)
    alert = AlertFactory(person=family.mother, household=family.case)
    done(approved([("cases.Case", family.case.pk)], family), family)
    assert Person.objects.filter(family_name=FAMILY).count() == 2
    assert not CaseNote.objects.filter(pk=note.pk).exists()
    assert not Task.objects.filter(pk=task.pk).exists()
    concern.refresh_from_db()
    assert concern.case is None
    alert = Alert.objects.get(pk=alert.pk)
    assert (alert.household, alert.person) == (None, family.mother)


def test_every_number_of_somebody_merged_goes(family):
    double = PersonFactory(given_names="Zeb", family_name=FAMILY)
    merge(survivor=family.mother, other=double, chosen={}, reason="Same letter.", by=family.officer)
    done(approved(family.all, family), family)
    assert not Person.objects.filter(pk__in=[double.pk, family.mother.pk]).exists()


def test_values_of_the_log_and_what_points_at_them_go_and_the_entries_stay(family):
    with transaction.atomic():
        change(family.mother, preferred_name="Zed")
    noted(
        Notice.objects.create,
        to=family.officer,
        sentence="Something waits.",
        link=f"/casework/people/{family.mother.reference}/",
    )
    place = {"text": NAME.upper()}
    entry = Entry.objects.create(
        verb="people.searched", action="access", by="Dean", purpose="service", people=[]
    )
    EntryValue.objects.create(entry=entry, people=[], salt=b"s", body={"words": place})
    before = Entry.objects.count()
    done(approved(family.all, family), family)
    assert not EntryValue.objects.filter(pk=entry.pk).exists()
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert Entry.objects.count() > before
    assert not Notice.objects.exists()


# --- What is left elsewhere -----------------------------------------------------------------------


def test_words_that_stand_elsewhere_are_decided_one_by_one(family):
    stranger = CaseFactory()
    somebody = PersonFactory()
    CasePersonFactory(case=stranger, person=somebody)
    note = CaseNoteFactory(case=stranger, people=[somebody], body=f"Met {NAME} at the door.")
    contact = ContactFactory(case=stranger, people=[somebody], summary=f"{NAME} rang too.")
    proposal = propose(records=family.all, by=family.officer)
    rehearse(proposal=proposal, by=family.officer)
    found = {one.table: one for one in proposal.remainders.all()}
    assert set(found) == {"cases_casenote", "cases_contact"}
    assert Person.objects.filter(family_name=FAMILY).count() == 2
    with pytest.raises(Refused, match="not decided yet"):
        approve(proposal=proposal, typed=proposal.reference, by=family.second)
    decide_remainder(
        remainder=found["cases_casenote"], decision=Remainder.Decision.TAKE_OUT, by=family.officer
    )
    decide_remainder(
        remainder=found["cases_contact"], decision=Remainder.Decision.THEIRS, by=family.officer
    )
    approve(proposal=proposal, typed=proposal.reference.lower(), by=family.second)
    done(proposal, family)
    note.refresh_from_db()
    contact.refresh_from_db()
    assert note.body == "Met [taken out] at the door."
    assert contact.summary == f"{NAME} rang too."
    assert not Remainder.objects.exists()


def test_words_written_elsewhere_after_the_approval_send_it_back(family):
    proposal = approved(family.all, family)
    stranger = CaseFactory()
    CaseNoteFactory(case=stranger, people=[], body=f"Asked for {NAME}.")
    other = approved([("cases.Case", _another(family).pk)], family)
    run = run_destruction(by=family.officer)
    proposal.refresh_from_db()
    other.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.RETURNED, LEFT)
    assert (other.status, other.run) == (ProposalStatus.DESTROYED, run)
    assert Person.objects.filter(family_name=FAMILY).count() == 2


def _another(family):
    case = CaseFactory(people=[PersonFactory()])
    close(case)
    return case


def test_a_consent_for_a_child_who_stays_keeps_the_parent(family):
    RelationshipFactory(
        person=family.mother, other=family.child, kind="parent", parental_responsibility=True
    )
    ConsentFactory(person=family.child, giver="parent", parent=family.mother)
    proposal = propose(records=family.of_the_mother, by=family.officer)
    with pytest.raises(Refused, match="rests on it"):
        rehearse(proposal=proposal, by=family.officer)


# --- What stops it --------------------------------------------------------------------------------


def a_request(family):
    RightsRequestFactory(person=family.child)


def a_concern(family):
    ConcernFactory(people=[family.child])


def an_allegation(family):
    AllegationFactory(people=[family.mother])


def a_hold_on_a_person(family):
    HoldFactory(person=family.child)


def a_hold_on_the_case(family):
    HoldFactory(case=family.case)


def an_alert(family):
    AlertFactory(person=family.mother, kind=Alert.Kind.SAFEGUARDING)


def an_open_case(family):
    CaseFactory(people=[family.mother])


def the_case_opened_again(family):
    change(family.case, status=CaseStatus.OPEN, closed_at=None, closed_by=None)


def another_row(family):
    row = ScheduleRow.objects.get(category="case file")
    adopt_row(
        category=row.category,
        about_whom=row.about_whom,
        title="Longer",
        outcome=Outcome.DESTROY,
        reason="Because.",
        months_after_end=1,
        by=family.officer,
    )


def no_row(family):
    end_row(row=ScheduleRow.objects.get(category="case file"), by=family.officer)


def a_note(family):
    CaseNoteFactory(case=family.case, people=[family.mother])


def a_place(family):
    name_place(name="The cellar", by=family.officer)


def a_file_on_paper(family):
    PaperFileFactory(case=family.case)


STOPS = {
    a_file_on_paper: "A file on paper is not shredded yet",
    a_request: "A request about their information is open",
    a_concern: "A safeguarding concern is not dealt with yet",
    an_allegation: "A safeguarding concern is not dealt with yet",
    a_hold_on_a_person: "Held: claim or litigation",
    a_hold_on_the_case: "Held: claim or litigation",
    an_alert: "A safeguarding alert stands",
    an_open_case: "A case is open",
    the_case_opened_again: "A case is open",
}
LATER = {
    **STOPS,
    another_row: "The row of the retention schedule was changed meanwhile",
    no_row: "The time of one of its records is not over any more",
    a_note: "Something about it was changed after it was approved",
    a_place: "A place outside the system is not signed off yet",
}


@pytest.mark.parametrize(
    ("what", "words"), STOPS.items(), ids=lambda one: getattr(one, "__name__", "")
)
def test_what_is_held_is_not_proposed(family, what, words):
    what(family)
    with entries_since() as entries, pytest.raises(Refused, match=words):
        propose(records=family.all, early=True, reason="Somebody asked.", by=family.officer)
    assert entries == []
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("what", "words"), LATER.items(), ids=lambda one: getattr(one, "__name__", "")
)
def test_what_happens_while_it_waits_sends_it_back(family, what, words):
    proposal = approved(family.all, family)
    what(family)
    run = run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.RETURNED
    assert proposal.run == run
    assert words in proposal.ended_because
    assert FAMILY not in proposal.ended_because
    assert Person.objects.filter(family_name=FAMILY).count() == 2


def test_a_place_is_signed_off_while_it_waits_and_it_goes(family):
    place = name_place(name="The cellar", by=family.officer)
    proposal = approved(family.all, family)
    sign_outside(proposal=proposal, place=place, by=family.second)
    done(proposal, family)


def test_nothing_goes_before_the_waiting_is_over(family, switched_on):
    switched_on.RETENTION = {**switched_on.RETENTION, "cooling_days": 14}
    proposal = approved(family.all, family)
    run = run_destruction(by=family.officer)
    assert destroy(run=run, proposals=[proposal], by=family.officer) == 0
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.APPROVED
    change(proposal, approved_at=timezone.now() - timedelta(days=14))
    done(proposal, family)


def test_nothing_goes_while_the_switch_is_off(family, switched_on):
    proposal = approved(family.all, family)
    switched_on.RETENTION = {**switched_on.RETENTION, "on": False}
    with pytest.raises(Refused, match="master switch"):
        run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.APPROVED


def test_anybody_with_the_right_stops_everything_and_another_starts_it_again(family):
    approved(family.all, family)
    stop = stop_everything(because="A solicitor rang.", by=family.officer)
    with pytest.raises(Refused, match="A solicitor rang"):
        run_destruction(by=family.officer)
    with pytest.raises(Refused, match="stopped already"):
        stop_everything(because="Again.", by=family.second)
    with pytest.raises(Refused, match="Somebody else"):
        start_again(stop=stop, by=family.officer)
    start_again(stop=stop, by=family.second)
    assert run_destruction(by=family.officer).proposals.get().status == ProposalStatus.DESTROYED


class StopsAt(logging.Handler):
    """Somebody stops all destruction as soon as a step is reached, and only the first time."""

    def __init__(self, step, by):
        super().__init__()
        self.step, self.by = step, by

    def emit(self, record):
        if record.step == self.step and not Stop.objects.exists():
            stop_everything(because="A solicitor rang.", by=self.by)


# Between two batches, and within a batch, when its transaction has begun.
@pytest.mark.parametrize(
    ("step", "destroyed"), [(Step.TIDIED, 1), (Step.BEGUN, 0)], ids=["between", "before"]
)
def test_the_certificate_of_a_stopped_run_names_those_whose_turn_did_not_come(
    family, settings, step, destroyed
):
    settings.RETENTION = {**settings.RETENTION, "batch": 1}
    first = approved(family.all, family)
    others = [
        approved(one.all, family) for one in (a_family("Larkwhistle"), a_family("Thornbuckle"))
    ]
    stops = StopsAt(step, family.officer)
    level = steps.LOG.level
    steps.LOG.setLevel(logging.DEBUG)
    steps.LOG.addHandler(stops)
    try:
        run = run_destruction(by=family.officer)
    finally:
        steps.LOG.removeHandler(stops)
        steps.LOG.setLevel(level)
    waiting = [one.reference for one in ([] if destroyed else [first]) + others]
    assert run.left == waiting
    assert "A solicitor rang." in run.stopped_because
    record = open_run(run.reference, look=Look(by=family.second))
    words = " ".join("".join(text_of(certificate_of(record))).split())
    assert "Not destroyed" in words
    for reference in waiting:
        assert f"{reference}Destruction was stopped before its turn came" in words.replace(
            f"{reference} ", reference
        )
    page = signed_in(family.second).get(run.get_absolute_url()).content.decode()
    assert all(reference in page for reference in waiting)
    start_again(stop=Stop.objects.get(), by=family.second)
    rest = run_destruction(by=family.officer)
    assert rest.left == []
    assert sorted(one.reference for one in rest.proposals.all()) == sorted(waiting)
    run.refresh_from_db()
    assert run.left == waiting


def test_a_stop_within_the_last_batch_is_told_as_well(family, monkeypatch):
    proposal = approved(family.all, family)

    def destroy_when_stopped(**given):
        stop_everything(because="A solicitor rang.", by=family.officer)
        return destroy(**given)

    monkeypatch.setattr("retention.running.destruction.destroy", destroy_when_stopped)
    run = run_destruction(by=family.officer)
    assert run.left == [proposal.reference]
    assert "A solicitor rang." in run.stopped_because


def test_a_killed_run_names_those_whose_turn_did_not_come(family):
    proposal = approved(family.all, family)
    killed = begin_run(by=family.officer)
    later = approved((other := a_family("Larkwhistle")).all, other)
    run_destruction(by=family.officer)
    killed.refresh_from_db()
    assert killed.left == [proposal.reference]
    assert later.reference not in killed.left
    assert killed.stopped_because == "The machine stopped it."


def test_nobody_approves_their_own_and_the_database_says_so_too(family):
    proposal = propose(records=family.all, by=family.officer)
    rehearse(proposal=proposal, by=family.officer)
    with pytest.raises(Refused, match="Somebody else"):
        approve(proposal=proposal, typed=proposal.reference, by=family.officer)
    with pytest.raises(IntegrityError, match="proposal_approved_by_another"), transaction.atomic():
        change(
            proposal,
            status="approved",
            approved_at=timezone.now(),
            approved_by=family.officer,
            fingerprint="x",
        )
    with pytest.raises(IntegrityError, match="destroyed_only_when_approved"), transaction.atomic():
        change(proposal, status="destroyed", ended_at=timezone.now(), ended_by=family.officer)


@pytest.mark.parametrize(
    ("typed", "words"), [("", "Type the reference"), ("X-1", "Type the reference")]
)
def test_the_reference_is_typed_to_approve(family, typed, words):
    proposal = propose(records=family.all, by=family.officer)
    with pytest.raises(Refused, match=words):
        approve(proposal=proposal, typed=typed, by=family.second)
    with pytest.raises(Refused, match="not been rehearsed"):
        approve(proposal=proposal, typed=proposal.reference, by=family.second)


def test_before_its_time_only_with_a_reason_and_after_a_review_with_what_it_found(family):
    ScheduleRow.objects.filter(category="case file").get()
    service_row = ScheduleRowFactory(
        service=family.case.service, months_after_end=1200, outcome=Outcome.DESTROY
    )
    with pytest.raises(Refused, match="is not due"):
        propose(records=family.all, by=family.officer)
    with pytest.raises(Refused, match="before its time"):
        propose(records=family.all, early=True, reason=" ", by=family.officer)
    change(service_row, ended_at=timezone.now(), ended_by=service_row.recorded_by)
    ScheduleRowFactory(service=family.case.service, months_after_end=0, outcome=Outcome.REVIEW)
    with pytest.raises(Refused, match="what the review found"):
        propose(records=family.all, by=family.officer)
    made = propose(records=family.all, reason="Nobody asks for it.", by=family.officer)
    assert made.service == family.case.service


def test_the_manager_of_a_drop_in_may_be_the_second_person(family):
    came = DropInFactory(person=PersonFactory(), came_on=timezone.localdate(LONG_AGO))
    assert propose(records=[("diary.DropIn", came.pk)], by=family.officer).service == came.service


def test_one_record_is_in_one_proposal_at_a_time(family):
    first = propose(records=family.all, by=family.officer)
    with pytest.raises(Refused, match="in a proposal already"):
        propose(records=family.of_the_mother, by=family.officer)
    send_back(proposal=first, because="Not now.", by=family.second)
    propose(records=family.all, by=family.officer)


def test_a_concern_is_not_there_for_whoever_may_not_read_it(family):
    concern = ConcernFactory(people=[family.child])
    with pytest.raises(Refused, match="not there any more"):
        propose(
            records=[("safeguarding.Concern", concern.pk)],
            early=True,
            reason="x",
            by=family.officer,
        )
    assert Concern.objects.filter(pk=concern.pk).exists()


def test_the_database_lets_nothing_go_where_nothing_is_destroyed(family):
    note = CaseNoteFactory(case=family.case, people=[family.mother])
    for call in (
        "public.retention_let_go('cases_task', 'id', 'person_id', '{1}')",
        "public.retention_take_out('cases_casenote', 'id', 'body', '1', 'x')",
    ):
        with (
            pytest.raises(IntegrityError, match="Nothing is destroyed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {call}")
    note.refresh_from_db()


# --- The verbs' entries ---------------------------------------------------------------------------


def test_each_verb_leaves_one_entry(family):
    def leaves(verb, act, **arguments):
        with entries_since() as entries:
            made = act(**arguments)
        assert [entry.verb for entry in entries] == [verb]
        return made

    later = timezone.localdate() + timedelta(days=30)
    by = family.officer
    hold = leaves(
        Verb.HOLD_PLACED,
        place_hold,
        kind=Hold.Kind.CLAIM,
        reason="A claim.",
        review_by=later,
        person=family.child,
        by=by,
    )
    leaves(Verb.HOLD_RELEASED, release_hold, hold=hold, because="Settled.", by=by)
    proposal = leaves(Verb.DESTRUCTION_PROPOSED, propose, records=family.all, by=by)
    leaves(Verb.DESTRUCTION_REHEARSED, rehearse, proposal=proposal, by=by)
    place = leaves(Verb.OUTSIDE_PLACE_NAMED, name_place, name="Cellar", by=by)
    leaves(Verb.OUTSIDE_SIGNED, sign_outside, proposal=proposal, place=place, by=by)
    leaves(
        Verb.DESTRUCTION_APPROVED,
        approve,
        proposal=proposal,
        typed=proposal.reference,
        by=family.second,
    )
    leaves(Verb.DESTRUCTION_RETURNED, send_back, proposal=proposal, because="No.", by=by)
    stop = leaves(Verb.DESTRUCTION_STOPPED, stop_everything, because="Wait.", by=by)
    leaves(Verb.DESTRUCTION_ALLOWED_AGAIN, start_again, stop=stop, by=family.second)


REFUSED = [
    (place_hold, {"kind": "claim", "reason": "x"}, "Name the person, the case or the breach"),
    (name_place, {"name": " "}, "Name the place"),
    (stop_everything, {"because": ""}, "Say why"),
]


@pytest.mark.parametrize(("verb", "arguments", "words"), REFUSED)
def test_refused_verbs_leave_no_trace(family, verb, arguments, words):
    if verb is place_hold:
        arguments = {**arguments, "review_by": timezone.localdate()}
    with entries_since() as entries, pytest.raises(Refused, match=words):
        verb(**arguments, by=family.officer)
    assert entries == []
    assert not Hold.objects.exists()
    assert not Stop.objects.exists()


def test_nothing_happens_while_the_log_cannot_be_written(family, request):
    proposal = approved(family.all, family)
    request.getfixturevalue("log_broken")
    for act, arguments in (
        (place_hold, {"kind": "claim", "reason": "x", "person": family.child}),
        (stop_everything, {"because": "x"}),
        (run_destruction, {}),
    ):
        if act is place_hold:
            arguments["review_by"] = timezone.localdate() + timedelta(days=3)
        with pytest.raises(LogUnavailable), transaction.atomic():
            act(**arguments, by=family.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.APPROVED
    assert not Hold.objects.exists()
    assert not Stop.objects.exists()
    assert not Run.objects.exists()


# --- The command ----------------------------------------------------------------------------------


def test_the_command_is_dry_unless_told_otherwise(family, capsys):
    proposal = approved(family.all, family)
    call_command("retention_destroy", by=family.officer.email)
    assert "1 proposal would be destroyed. Nothing was" in capsys.readouterr().out
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.APPROVED
    call_command("retention_destroy", by=family.officer.email, wet_run=True)
    assert "1 proposal destroyed." in capsys.readouterr().out


def test_the_command_asks_who_and_whether_they_may(family):
    worker = UserFactory(roles=[Role.CASEWORKER])
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("retention_destroy", by="nobody@example.org", wet_run=True)
    with pytest.raises(CommandError, match="may not destroy"):
        call_command("retention_destroy", by=worker.email, wet_run=True)


def test_a_missing_file_is_no_reason_to_stop(family):
    document = DocumentFactory(case=family.case, people=[family.mother])
    default_storage.delete(document.file)
    done(approved(family.all, family), family)
    assert not Document.objects.exists()
