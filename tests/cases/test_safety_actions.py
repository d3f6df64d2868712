"""Alerts, markers and court orders: each act leaves its one entry, or no trace."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from accounts.roles import Role
from audit.models import EntryValue
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import safety
from cases.actions.tasks import add_task
from cases.models import (
    Alert,
    CourtOrder,
    CourtOrderPerson,
    DoNotContact,
    DoNotDisclose,
    Task,
)
from cases.task_kinds import TaskKind
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, the
from tests.conftest import entries_since
from tests.consent.sql import change
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AgencyFactory,
    AlertFactory,
    CaseFactory,
    CourtOrderFactory,
    DoNotContactFactory,
    DoNotDiscloseFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
ALL = (Alert, CourtOrder, CourtOrderPerson, DoNotContact, DoNotDisclose)


@pytest.fixture
def world():
    return a_world()


def everything():
    return {model: sorted(model.objects.values_list()) for model in ALL}


ALERT = {
    "kind": "staff_risk",
    "words": "Two of us, always.",
    "source": "Police, by telephone, today.",
    "review_on": TODAY + timedelta(days=90),
    "was_told": True,
}
REVIEW = {name: value for name, value in ALERT.items() if name != "kind"}
ORDER = {
    "kind": "non_molestation",
    "court": "Family Court at Liverpool",
    "says": "Must not come near.",
    "since": YESTERDAY,
    "seen_what": "Sealed order",
    "seen_on": TODAY,
}


def acts(world):
    """Every act, by the verb of its entry, with the people whom the entry names."""
    amelia, joe, by = world.amelia, world.joe, world.worker
    marcus = PersonFactory(given_names="Marcus", family_name="Webb")
    alert = AlertFactory(person=amelia)
    contact = DoNotContactFactory(person=amelia)
    disclosure = DoNotDiscloseFactory(person=amelia)
    order = CourtOrderFactory(about=[joe], against=[marcus])
    return {
        Verb.ALERT_RAISED: (
            lambda: safety.raise_alert(person=amelia, on=TODAY, by=by, **ALERT),
            [amelia],
        ),
        Verb.ALERT_REVIEWED: (
            lambda: safety.review_alert(alert=alert, on=TODAY, by=by, **REVIEW),
            [amelia],
        ),
        Verb.ALERT_ENDED: (
            lambda: safety.end_alert(alert=alert, reason="He moved away.", by=by),
            [amelia],
        ),
        Verb.NO_CONTACT_MARKED: (
            lambda: safety.bar_contact(
                person=amelia, barred="post", reason="He opens it.", on=TODAY, by=by
            ),
            [amelia],
        ),
        Verb.NO_CONTACT_ENDED: (
            lambda: safety.end_contact_bar(marker=contact, reason="She asked.", by=by),
            [amelia],
        ),
        Verb.NO_DISCLOSURE_MARKED: (
            lambda: safety.bar_disclosure(
                person=amelia, to_person=marcus, reason="Threats.", on=TODAY, by=by
            ),
            [amelia],
        ),
        Verb.NO_DISCLOSURE_ENDED: (
            lambda: safety.end_disclosure_bar(marker=disclosure, reason="She asked.", by=by),
            [amelia],
        ),
        Verb.COURT_ORDER_RECORDED: (
            lambda: safety.record_order(
                about=[amelia, joe], against=[marcus], seen_by=by, on=TODAY, by=by, **ORDER
            ),
            [amelia, joe, marcus],
        ),
        Verb.COURT_ORDER_ENDED: (
            lambda: safety.end_order(
                order=order, reason="Discharged.", until=YESTERDAY, on=TODAY, by=by
            ),
            [joe, marcus],
        ),
    }


VERBS = (
    Verb.ALERT_RAISED,
    Verb.ALERT_REVIEWED,
    Verb.ALERT_ENDED,
    Verb.NO_CONTACT_MARKED,
    Verb.NO_CONTACT_ENDED,
    Verb.NO_DISCLOSURE_MARKED,
    Verb.NO_DISCLOSURE_ENDED,
    Verb.COURT_ORDER_RECORDED,
    Verb.COURT_ORDER_ENDED,
)


@pytest.mark.parametrize("verb", VERBS)
def test_each_act_leaves_one_entry_that_names_whom_it_is_about(world, verb):
    act, about = acts(world)[verb]
    before = everything()
    with entries_since() as entries:
        written = act()
    assert [(e.verb, e.people, e.record_id, e.by) for e in entries] == [
        (verb, sorted(one.pk for one in about), written.pk, world.worker.name_for_log)
    ]
    assert everything() != before


@pytest.mark.parametrize("verb", VERBS)
def test_without_an_entry_nothing_is_done(world, verb, request):
    act, _ = acts(world)[verb]
    before = everything()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        act()
    assert everything() == before


def refused(act, sentence):
    before = everything()
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        act()
    assert (entries, everything()) == ([], before)


class TestAlerts:
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"words": " "}, "what everybody must know"),
            ({"source": ""}, "how we know"),
            ({"review_on": TODAY}, "a day to come"),
            ({"review_on": date(2027, 11, 27)}, "within a year"),
            ({"was_told": False}, "why the person was not told"),
            ({"not_told_because": "Asleep."}, "keep one"),
        ],
    )
    def test_what_cannot_be_so_leaves_no_trace(self, world, changes, sentence):
        arguments = {"person": world.amelia, "on": TODAY, "by": world.worker, **ALERT, **changes}
        refused(lambda: safety.raise_alert(**arguments), sentence)

    def test_sent_twice_it_is_one(self, world):
        safety.raise_alert(person=world.amelia, on=TODAY, by=world.worker, **ALERT)
        refused(
            lambda: safety.raise_alert(person=world.amelia, on=TODAY, by=world.worker, **ALERT),
            "there already",
        )

    def test_a_household_is_a_case_of_theirs(self, world):
        another = CaseFactory()
        refused(
            lambda: safety.raise_alert(
                person=world.amelia, household=another, on=TODAY, by=world.worker, **ALERT
            ),
            "not part of",
        )

    def test_a_review_keeps_what_it_said_before(self, world):
        alert = safety.raise_alert(person=world.amelia, on=TODAY, by=world.worker, **ALERT)
        safety.review_alert(
            alert=alert, on=TODAY, by=world.manager, **(REVIEW | {"words": "Three of us."})
        )
        assert (alert.words, alert.reviewed_by) == ("Three of us.", world.manager)
        body = EntryValue.objects.get(entry__verb=Verb.ALERT_REVIEWED).body
        assert body == {
            "before": {"words": "Two of us, always."},
            "after": {"words": "Three of us."},
        }

    @pytest.mark.parametrize("act", ["review", "end"])
    def test_whoever_looks_again_has_done_the_task(self, world, act):
        alert = AlertFactory(person=world.amelia)
        task = add_task(
            kind=TaskKind.REVIEW,
            what="Look at it again.",
            for_user=world.worker,
            link=alert.get_absolute_url(),
            by=world.worker,
        )
        if act == "review":
            safety.review_alert(alert=alert, on=TODAY, by=world.worker, **REVIEW)
        else:
            safety.end_alert(alert=alert, reason="Over.", by=world.worker)
        assert Task.objects.get(pk=task.pk).status == "done"

    def test_what_has_ended_is_neither_reviewed_nor_ended_again(self, world):
        alert = AlertFactory(person=world.amelia)
        safety.end_alert(alert=alert, reason="Over.", by=world.worker)
        refused(
            lambda: safety.review_alert(alert=alert, on=TODAY, by=world.worker, **REVIEW),
            "ended meanwhile",
        )
        refused(
            lambda: safety.end_alert(alert=alert, reason="Over.", by=world.worker), "ended already"
        )

    def test_nothing_ends_without_a_reason(self, world):
        alert = AlertFactory(person=world.amelia)
        refused(lambda: safety.end_alert(alert=alert, reason=" ", by=world.worker), "Say why")

    def test_the_lead_raises_it_to_protect(self, world):
        lead = the(Role.SAFEGUARDING_LEAD)
        with entries_since() as entries:
            safety.raise_alert(person=world.amelia, on=TODAY, by=lead, **ALERT)
        assert [e.purpose for e in entries] == [Purpose.SAFEGUARDING]


class TestOverdueReviews:
    def overdue(self, world, **changes):
        return AlertFactory(person=world.amelia, review_on=YESTERDAY, **changes)

    def test_whoever_raised_it_is_asked_once(self, world):
        alert = self.overdue(world, recorded_by=world.manager)
        AlertFactory(person=world.amelia, review_on=TODAY)
        with entries_since() as entries:
            assert safety.ask_for_reviews(on=TODAY) == 1
        assert [(e.verb, e.by, e.people) for e in entries] == [
            (Verb.TASK_ADDED, "system", [world.amelia.pk])
        ]
        task = Task.objects.get()
        assert (task.kind, task.for_user, task.service, task.person, task.link) == (
            TaskKind.REVIEW,
            world.manager,
            world.service,
            world.amelia,
            alert.get_absolute_url(),
        )
        assert safety.ask_for_reviews(on=TODAY) == 0

    def test_one_who_has_left_is_not_asked(self, world):
        gone = UserFactory(is_active=False)
        self.overdue(world, recorded_by=gone)
        safety.ask_for_reviews(on=TODAY)
        task = Task.objects.get()
        assert (task.for_user, task.service) == (None, world.service)

    def test_where_nobody_is_left_the_lead_is_asked(self, world):
        lead = the(Role.SAFEGUARDING_LEAD)
        rose = PersonFactory()
        AlertFactory(person=rose, review_on=YESTERDAY, recorded_by=UserFactory(is_active=False))
        safety.ask_for_reviews(on=TODAY)
        assert Task.objects.get().for_user == lead

    def test_what_has_ended_asks_nobody(self, world):
        safety.end_alert(alert=self.overdue(world), reason="Over.", by=world.worker)
        assert safety.ask_for_reviews(on=TODAY) == 0


class TestMarkers:
    def test_one_at_a_time_of_a_kind(self, world):
        mark = {"person": world.amelia, "barred": "post", "on": TODAY, "by": world.worker}
        safety.bar_contact(reason="He opens it.", **mark)
        refused(lambda: safety.bar_contact(reason="Again.", **mark), "marked already")
        safety.bar_contact(reason="He answers.", **(mark | {"barred": "call"}))
        assert world.amelia.no_contact.count() == 2

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"reason": ""}, "Say why"),
            ({"until": YESTERDAY}, "is over"),
            ({"to_words": ""}, "who must not be told"),
            ({"to_agency": "an agency"}, "one person, one agency"),
            ({"to_words": "", "to_person": "amelia"}, "about others"),
        ],
    )
    def test_what_cannot_be_so_leaves_no_trace(self, world, changes, sentence):
        known = {"an agency": AgencyFactory(), "amelia": world.amelia}
        changes = {name: known.get(value, value) for name, value in changes.items()}
        arguments = {
            "person": world.amelia,
            "to_words": "Marcus",
            "reason": "Threats.",
            "on": TODAY,
            "by": world.worker,
            **changes,
        }
        refused(lambda: safety.bar_disclosure(**arguments), sentence)


class TestOrders:
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"about": []}, "whom the order is about"),
            ({"against": "amelia"}, "protected and bound"),
            ({"says": " "}, "what it says"),
            ({"seen_what": ""}, "Write this as well"),
            ({"since": TOMORROW}, "has not come yet"),
            ({"seen_on": TOMORROW}, "has not come yet"),
            ({"until": date(2020, 1, 1)}, "before it was made"),
        ],
    )
    def test_what_cannot_be_so_leaves_no_trace(self, world, changes, sentence):
        if changes.get("against") == "amelia":
            changes = {"against": [world.amelia]}
        arguments = {
            "about": [world.amelia],
            "seen_by": world.worker,
            "on": TODAY,
            "by": world.worker,
            **ORDER,
            **changes,
        }
        refused(lambda: safety.record_order(**arguments), sentence)

    def test_sent_twice_it_is_one(self, world):
        arguments = {
            "about": [world.amelia],
            "seen_by": world.worker,
            "on": TODAY,
            "by": world.worker,
            **ORDER,
        }
        safety.record_order(**arguments)
        refused(lambda: safety.record_order(**arguments), "recorded already")

    def test_it_ends_on_a_day_between(self, world):
        order = CourtOrderFactory(about=[world.amelia], since=YESTERDAY)
        end = {"order": order, "reason": "Discharged.", "on": TODAY, "by": world.worker}
        refused(lambda: safety.end_order(until=TOMORROW, **end), "not come yet")
        refused(lambda: safety.end_order(until=date(2020, 1, 1), **end), "before that")
        safety.end_order(until=TODAY, **end)
        assert not order.in_force(TODAY)


@pytest.mark.parametrize(
    ("factory", "changes", "constraint"),
    [
        (AlertFactory, {"was_told": False}, "alert_was_told_or_says_why_not"),
        (AlertFactory, {"kind": "rumour"}, "alert_kind_is_known"),
        (AlertFactory, {"end_reason": "Over."}, "alert_ended_by_somebody_for_a_reason"),
        (DoNotContactFactory, {"barred": "pigeon"}, "no_contact_means_is_known"),
        (DoNotContactFactory, {"until": date(2020, 1, 1)}, "donotcontact_ends_after_start"),
        (DoNotDiscloseFactory, {"to_words": ""}, "no_disclosure_names_one_recipient"),
    ],
)
def test_the_database_keeps_the_rules_as_well(factory, changes, constraint):
    row = factory()
    with pytest.raises(IntegrityError, match=constraint):
        change(row, **changes)
