"""What the lead and the deputy do about a concern."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Task
from core.errors import LogUnavailable, Refused
from core.workflow import MoveRefused
from safeguarding.actions import concerns as verbs
from safeguarding.models import Choice, Concern, ConcernEntry
from safeguarding.permissions import concerns_of, leads_of
from safeguarding.workflow import ConcernStatus
from tests.cases.world import signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import note
from tests.factories.cases import (
    BarringFactory,
    CaseFactory,
    CasePersonFactory,
    PersonFactory,
    RelationshipFactory,
)
from tests.factories.safeguarding import ConcernEntryFactory, ConcernFactory, read_concern

pytestmark = pytest.mark.django_db

SOON = timezone.localdate() + timedelta(days=14)


@pytest.fixture
def lead():
    return the(Role.SAFEGUARDING_LEAD)


def verbs_of(left):
    return [entry.verb for entry in left]


def test_reading_stops_the_clock(lead):
    concern = ConcernFactory()
    with entries_since() as left:
        verbs.take_on(concern=concern, by=lead)
    assert verbs_of(left) == [Verb.CONCERN_READ]
    assert (concern.status, concern.read_by) == (ConcernStatus.READ, lead)
    with pytest.raises(MoveRefused):
        verbs.take_on(concern=concern, by=lead)


@pytest.mark.parametrize(
    ("choice", "status", "more"),
    [
        (Choice.WATCH, ConcernStatus.WATCHED, {"review_on": SOON}),
        (Choice.EARLY_HELP, ConcernStatus.WATCHED, {"review_on": SOON}),
        (Choice.COUNCIL, ConcernStatus.TO_REPORT, {}),
        (Choice.POLICE, ConcernStatus.TO_REPORT, {}),
        (Choice.NO_FURTHER_ACTION, ConcernStatus.ENDED, {}),
    ],
)
def test_deciding_leads_on(lead, choice, status, more):
    concern = read_concern(lead)
    with entries_since() as left:
        verbs.decide(concern=concern, choice=choice, reason="I weighed it.", by=lead, **more)
    assert verbs_of(left)[0] == Verb.CONCERN_DECIDED
    assert concern.status == status
    assert concern.review_on == more.get("review_on")
    assert concern.entries.get().choice == choice


def test_watching_puts_a_task_on_the_desk_and_a_new_decision_ends_it(lead):
    concern = read_concern(lead)
    verbs.decide(concern=concern, choice=Choice.WATCH, reason="Wait.", review_on=SOON, by=lead)
    task = Task.objects.get(for_user=lead)
    assert (task.due_on, task.person, task.case) == (SOON, None, None)
    assert concern.reference in task.what
    verbs.decide(concern=concern, choice=Choice.NO_FURTHER_ACTION, reason="Well.", by=lead)
    task.refresh_from_db()
    assert task.status == "done"


def test_whoever_raised_it_is_told_that_it_was_dealt_with_and_no_more(lead):
    concern = read_concern(lead)
    verbs.decide(concern=concern, choice=Choice.NO_FURTHER_ACTION, reason="A game.", by=lead)
    notice = Notice.objects.get(to=concern.recorded_by)
    assert notice.sentence == "A safeguarding concern that you raised was dealt with"
    assert notice.link.endswith(f"/raised/{concern.reference}/")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": " "}, "Say why"),
        ({"choice": Choice.WATCH}, "when you look at it again"),
        ({"choice": Choice.WATCH, "review_on": timezone.localdate()}, "is not ahead"),
    ],
)
def test_deciding_refused_leaves_no_trace(lead, wrong, sentence):
    concern = read_concern(lead)
    words = {"choice": Choice.COUNCIL, "reason": "I weighed it."} | wrong
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        verbs.decide(concern=concern, by=lead, **words)
    assert left == []
    concern.refresh_from_db()
    assert concern.status == ConcernStatus.READ


def test_deciding_is_undone_when_the_log_cannot_be_written(lead, request):
    concern = read_concern(lead)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        verbs.decide(concern=concern, choice=Choice.COUNCIL, reason="I weighed it.", by=lead)
    concern.refresh_from_db()
    assert concern.status == ConcernStatus.READ
    assert not concern.entries.exists()


def test_nothing_is_decided_before_it_is_read(lead):
    concern = ConcernFactory()
    with pytest.raises(Refused, match="not read yet"):
        verbs.decide(concern=concern, choice=Choice.COUNCIL, reason="I weighed it.", by=lead)


# --- Nobody decides alone on what they raised -----------------------------------------------------


def test_nobody_decides_on_what_they_raised_while_there_is_another_lead(lead):
    deputy = the(Role.SAFEGUARDING_LEAD)
    concern = read_concern(lead, recorded_by=lead)
    with entries_since() as left, pytest.raises(Refused, match=f"ask {deputy}"):
        verbs.decide(concern=concern, choice=Choice.COUNCIL, reason="I weighed it.", by=lead)
    assert left == []
    verbs.decide(concern=concern, choice=Choice.COUNCIL, reason="I weighed it.", by=deputy)


def test_the_only_lead_decides_also_on_what_they_raised(lead):
    suspended = the(Role.SAFEGUARDING_LEAD)
    type(suspended).objects.filter(pk=suspended.pk).update(is_active=False)
    concern = read_concern(lead, recorded_by=lead)
    verbs.decide(concern=concern, choice=Choice.COUNCIL, reason="Nobody else is here.", by=lead)


def test_the_database_refuses_a_decision_on_ones_own_concern(lead):
    the(Role.SAFEGUARDING_LEAD)
    concern = read_concern(lead, recorded_by=lead)
    with pytest.raises(IntegrityError, match="Nobody decides alone"), transaction.atomic():
        ConcernEntryFactory(
            concern=concern, kind="decision", choice=Choice.COUNCIL, recorded_by=lead
        )


# --- Second opinion -------------------------------------------------------------------------------


def test_a_second_opinion_is_asked_and_given(lead):
    deputy = the(Role.SAFEGUARDING_LEAD)
    concern = read_concern(lead)
    verbs.decide(concern=concern, choice=Choice.COUNCIL, reason="I weighed it.", by=lead)
    with entries_since() as left:
        verbs.ask_opinion(concern=concern, of=deputy, question="Too early?", by=lead)
        verbs.give_opinion(concern=concern, agrees=False, text="Police first.", by=deputy)
    assert verbs_of(left) == [
        Verb.CONCERN_OPINION_ASKED,
        Verb.NOTICE_GIVEN,
        Verb.CONCERN_OPINION_GIVEN,
        Verb.NOTICE_GIVEN,
    ]
    assert Notice.objects.filter(to=deputy).count() == 1
    opinion = concern.entries.last()
    assert (opinion.agrees, opinion.decided_by) == (False, lead)


def test_nobody_gives_a_second_opinion_on_their_own_decision(lead):
    concern = read_concern(lead)
    with pytest.raises(Refused, match="Nothing is decided"):
        verbs.give_opinion(concern=concern, agrees=True, text="Well.", by=lead)
    verbs.decide(concern=concern, choice=Choice.COUNCIL, reason="I weighed it.", by=lead)
    with entries_since() as left, pytest.raises(Refused, match="own decision"):
        verbs.give_opinion(concern=concern, agrees=True, text="Well done, me.", by=lead)
    assert left == []
    with pytest.raises(IntegrityError, match="somebody_elses"), transaction.atomic():
        ConcernEntryFactory(
            concern=concern, kind="opinion", agrees=True, decided_by=lead, recorded_by=lead
        )


def test_an_opinion_is_asked_of_those_who_may_read_it(lead):
    concern = read_concern(lead)
    with entries_since() as left, pytest.raises(Refused, match="does not work on concerns"):
        verbs.ask_opinion(concern=concern, of=the(Role.DPO), question="Well?", by=lead)
    assert left == []


# --- Ending, opening again, naming ----------------------------------------------------------------


def test_ending_wants_a_decision_and_says_how(lead):
    concern = read_concern(lead)
    with pytest.raises(Refused, match="Decide first"):
        verbs.end(concern=concern, outcome="All is well.", by=lead)
    verbs.decide(concern=concern, choice=Choice.WATCH, reason="Wait.", review_on=SOON, by=lead)
    with entries_since() as left:
        verbs.end(concern=concern, outcome="All is well.", by=lead)
    assert verbs_of(left)[0] == Verb.CONCERN_ENDED
    assert (concern.status, concern.ended_by) == (ConcernStatus.ENDED, lead)
    with entries_since() as left:
        verbs.reopen(concern=concern, reason="Another bruise.", by=lead)
    assert verbs_of(left) == [Verb.CONCERN_REOPENED]
    assert (concern.status, concern.ended_at) == (ConcernStatus.READ, None)


def test_a_person_is_named_once(lead):
    concern, person = read_concern(lead, described="A boy"), PersonFactory()
    with entries_since() as left:
        verbs.name_person(concern=concern, person=person, by=lead)
    assert [(entry.verb, entry.people) for entry in left] == [
        (Verb.CONCERN_PERSON_NAMED, [person.pk])
    ]
    with entries_since() as left, pytest.raises(Refused, match="already"):
        verbs.name_person(concern=concern, person=person, by=lead)
    assert left == []


# --- What the database keeps ----------------------------------------------------------------------


def by_hand(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        note()
        cursor.execute(sql, params)


@pytest.mark.parametrize(
    "change", ["what = 'Nothing.'", "own_words = 'x'", "in_danger = true", "recorded_by_id = 1"]
)
def test_the_statement_is_never_rewritten(change):
    concern = ConcernFactory()
    with pytest.raises(IntegrityError, match="never rewritten"):
        by_hand(f"UPDATE safeguarding_concern SET {change} WHERE id = %s", concern.pk)


@pytest.mark.parametrize("table", ["safeguarding_concernentry", "safeguarding_concern"])
def test_entries_and_concerns_are_not_deleted(table):
    ConcernEntryFactory()
    with pytest.raises(IntegrityError, match="never deleted"):
        by_hand(f"DELETE FROM {table}")
    assert ConcernEntry.objects.count() == Concern.objects.count() == 1


STATUSES = list(ConcernStatus)


@pytest.mark.parametrize("status", STATUSES)
def test_no_status_is_reached_without_what_it_needs(status):
    if status == ConcernStatus.RAISED:
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        ConcernFactory(status=status)


def test_somebody_else_than_a_lead_is_never_asked_to_decide():
    assert UserFactory(roles=[Role.DPO]).has_perm("safeguarding.work_concerns") is False


# --- Telling the workers --------------------------------------------------------------------------

ALERT = {"words": "Speak to the lead before a visit.", "was_told": False}


def test_workers_learn_as_much_as_the_lead_writes(lead):
    person = PersonFactory()
    concern = read_concern(lead, people=[person])
    with entries_since() as left:
        verbs.tell_workers(
            concern=concern,
            people=[person],
            review_on=SOON,
            not_told_because="It would put her at risk.",
            by=lead,
            **ALERT,
        )
    assert verbs_of(left) == [Verb.ALERT_RAISED, Verb.CONCERN_WORKERS_TOLD]
    alert = person.alerts.get()
    assert (alert.kind, alert.words) == ("safeguarding", ALERT["words"])
    assert concern.reference not in alert.words + alert.source


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"people": []}, "on whose record"), ({"words": " "}, "must know|Write")],
)
def test_telling_the_workers_refused_leaves_no_trace(lead, wrong, sentence):
    person = PersonFactory()
    concern = read_concern(lead, people=[person])
    words = {"people": [person], "review_on": SOON, "not_told_because": "A risk."} | ALERT | wrong
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        verbs.tell_workers(concern=concern, by=lead, **words)
    assert left == []
    assert not person.alerts.exists()


def test_telling_the_workers_is_undone_when_the_log_cannot_be_written(lead, request):
    person = PersonFactory()
    concern = read_concern(lead, people=[person])
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        verbs.tell_workers(
            concern=concern,
            people=[person],
            review_on=SOON,
            not_told_because="A risk.",
            by=lead,
            **ALERT,
        )
    assert not person.alerts.exists()


def test_a_conflict_about_the_mother_leaves_her_childs_concern_to_the_other_lead(lead):
    mother, child, stepchild, stranger = (PersonFactory() for _ in range(4))
    case = CaseFactory(people=[mother])
    CasePersonFactory(case=case, person=child)
    RelationshipFactory(person=mother, other=stepchild)
    about = [ConcernFactory(people=[one]) for one in (mother, child, stepchild)]
    about.append(ConcernFactory(case=case, described="Somebody in the garden"))
    other_case = ConcernFactory(people=[stranger])
    BarringFactory(user=lead, person=mother)

    # Alone, they act: protecting from harm never waits.
    assert set(concerns_of(lead)) == {*about, other_case}
    deputy = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    assert set(concerns_of(lead)) == {other_case}
    assert set(concerns_of(deputy)) == {*about, other_case}
    assert leads_of(about[1]) == [deputy]
    response = signed_in(lead).get(about[1].get_absolute_url())
    assert response.status_code == 404
    assert signed_in(deputy).get(about[1].get_absolute_url()).status_code == 200

    # Where every lead knows the family, none is kept from acting.
    BarringFactory(user=deputy, person=child)
    assert set(leads_of(about[1])) == {lead, deputy}
    assert set(concerns_of(lead)) == {about[0], about[1], about[3], other_case}
