"""The log of breaches has a time of its own, and stays without whoever goes before it is over (UK GDPR Art 33(5))."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.looks import Look
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from retention import ledger, protections
from retention.actions.holds import ask_for_hold_reviews, place_hold, release_hold
from retention.actions.proposals import propose, send_back
from retention.actions.schedule import adopt_row
from retention.due import due_of
from retention.holding import by_hand_each
from retention.kinds import BREACH, PERSON
from retention.models import Category, Hold, Remainder, ScheduleRow
from retention.permissions import second_person
from retention.proposing import family_of
from retention.queries.due import list_due, open_families
from retention.queries.proposals import open_run
from retention.replaying import is_back
from retention.running import run_destruction
from retention.suggestions import suggestion_named
from retention.workflow import ProposalStatus
from sar.actions.breaches import report
from sar.models import Breach, BreachPerson
from sar.queries.complaint_figures import open_figures
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change, noted
from tests.factories.cases import PersonFactory
from tests.factories.retention import HoldFactory, ScheduleRowFactory
from tests.factories.sar import RightsRequestFactory
from tests.retention.world import LONG_AGO, NAME, a_family, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


def a_breach(*people, closed_at=LONG_AGO, aware=LONG_AGO, what="A letter went to the neighbours."):
    by = UserFactory()
    made = noted(Breach.objects.create, what=what, aware=aware, recorded_by=by)
    made.refresh_from_db()
    for person in people:
        noted(BreachPerson.objects.create, breach=made, person=person, recorded_by=by)
    if closed_at is not None:
        change(
            made,
            status="closed",
            risk="none",
            risk_because=f"It came back unopened: {made.reference}.",
            decided_at=closed_at,
            decided_by=by,
            remedy=f"Fetched: {made.reference}.",
            lessons=f"Look twice: {made.reference}.",
            closed_at=closed_at,
            closed_by=by,
        )
    made.refresh_from_db()
    return made


def kept(months=72, **given):
    return ScheduleRowFactory(
        category=Category.BREACH, title="Breach log", months_after_end=months, **given
    )


@pytest.fixture
def officers():
    return [UserFactory(full_name=name, roles=[Role.DPO]) for name in ("Ada One", "Ben Two")]


def destroyed(breach, officers):
    people = type("People", (), {"officer": officers[0], "second": officers[1]})
    proposal = approved([(BREACH, breach.pk)], people)
    run = run_destruction(by=officers[0])
    proposal.refresh_from_db()
    return proposal, run


def test_its_time_counts_from_the_day_it_was_closed_and_only_under_an_adopted_row():
    closed = timezone.now() - timedelta(days=800)
    breach = a_breach(closed_at=closed)
    assert "no row of the retention schedule" in due_of(BREACH, breach.pk).sentence
    kept()
    due = due_of(BREACH, breach.pk)
    assert due.day.year == timezone.localdate(closed).year + 6
    assert "counted from the end" in due.sentence
    assert due_of(BREACH, a_breach(closed_at=None).pk).day is None


def test_nothing_is_suggested_that_could_be_taken_for_law(officers):
    suggestion = suggestion_named("breach-log")
    assert suggestion.months_after_end is None
    reader = signed_in(officers[0])
    assert (
        "Nothing is suggested: the Data Protection Officer decides"
        in reader.get(reverse("retention:schedule")).content.decode()
    )
    page = reader.get(reverse("retention:adopt", args=["breach-log"])).content.decode()
    assert "No law says for how long" in page
    with pytest.raises(Refused, match="at least one of"):
        adopt_row(
            category=suggestion.category,
            about_whom=suggestion.about_whom,
            title=suggestion.title,
            outcome=suggestion.outcome,
            reason=suggestion.reason,
            by=officers[0],
        )
    assert not ScheduleRow.objects.exists()


def test_one_that_names_nobody_goes_at_its_time_and_is_proved_and_certified(officers):
    kept(months=0)
    breach, other = a_breach(), a_breach(what="A bag was left in a train.")
    proposal, run = destroyed(breach, officers)
    assert proposal.status == ProposalStatus.DESTROYED, proposal.ended_because
    assert list(Breach.objects.all()) == [other]
    record = open_run(run.reference, look=Look(by=officers[0]))
    assert record.destroyed[0].records == [("Breaches", 1)]
    assert "what had been written in it" in record.destroyed[0].proved
    assert set(proposal.outcome["hashes"]) <= ledger.read()
    assert not is_back()


def test_whoever_reported_one_leaves_no_notice_of_it(officers):
    kept(months=0)
    breach = report(what="A list of names was left in the copier.", by=UserFactory())
    assert Notice.objects.filter(link=breach.get_absolute_url()).exists()
    by = officers[0]
    long_ago = {"aware": LONG_AGO, "closed_at": LONG_AGO, "closed_by": by, "status": "closed"}
    decided = {"risk": "none", "risk_because": "x", "decided_at": LONG_AGO, "decided_by": by}
    change(breach, **long_ago, **decided, remedy="Taken away.", lessons="Look at the copier.")
    proposal, _ = destroyed(breach, officers)
    assert proposal.status == ProposalStatus.DESTROYED, proposal.ended_because
    assert not Notice.objects.filter(link__contains="sar/breach").exists()


def test_its_people_go_at_their_own_time_and_it_stays_without_them(officers):
    for category in (Category.CASE_FILE, Category.ENQUIRY):
        ScheduleRowFactory(category=category, months_after_end=0)
    family, neighbours = a_family(), a_family("Featherstonehaugh")
    alone = a_breach(family.mother, closed_at=timezone.now())
    shared = a_breach(family.mother, neighbours.mother, closed_at=timezone.now())
    # Nobody adopted a row for breaches: whoever is named in one is not kept for that.
    assert due_of(PERSON, family.mother.pk).on(timezone.localdate())
    together = family_of("cases.Case", family.case.pk, on=timezone.localdate())
    assert {one.table for one in together.dues} == {"cases.Case", PERSON}
    proposal = approved(family.all, family)
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DESTROYED, proposal.ended_because
    assert list(Breach.objects.order_by("pk")) == [alone, shared]
    assert list(alone.people.all()) == []
    assert list(shared.people.all()) == [neighbours.mother]
    assert "sar.Breach" not in proposal.outcome["rows"]


def test_what_its_words_say_of_somebody_who_goes_is_decided(family):
    a_breach(family.mother, closed_at=LONG_AGO, what=f"A letter to {NAME} went astray.")
    with pytest.raises(AssertionError):
        approved(family.all, family)
    found = Remainder.objects.get()
    assert (found.table, found.column) == ("sar_breach", "what")


def test_it_goes_by_itself_and_what_holds_one_of_its_people_holds_it(officers):
    for category in (Category.CASE_FILE, Category.ENQUIRY):
        ScheduleRowFactory(category=category, months_after_end=0)
    kept(months=0)
    family = a_family()
    breach = a_breach(family.mother, family.child)
    address = f"{BREACH}:{breach.pk}"
    opened = open_families([address], look=Look(by=officers[0]))
    assert opened.records == [(BREACH, breach.pk)]
    with pytest.raises(Refused, match="by itself"):
        propose(records=[(BREACH, breach.pk), *family.all], by=officers[0])
    HoldFactory(person=family.child)
    with pytest.raises(Refused, match="Held: claim"):
        propose(records=[(BREACH, breach.pk)], by=officers[0])
    other = a_breach(RightsRequestFactory().person)
    with pytest.raises(Refused, match=r"DPA 2018 s\.173"):
        propose(records=[(BREACH, other.pk)], by=officers[0])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"closed_at": None}, "not closed"),
        ({"aware": timezone.now() - timedelta(days=400)}, "counted in the figures"),
    ],
)
def test_while_it_is_open_or_counted_in_the_figures_it_stays(officers, given, says):
    kept(months=0)
    breach = a_breach(**({"closed_at": timezone.now()} | given))
    with pytest.raises(Refused, match=says):
        propose(records=[(BREACH, breach.pk)], early=True, reason="Tidying up.", by=officers[0])
    assert Breach.objects.get() == breach


def test_the_figures_of_the_last_two_years_are_the_same_when_one_has_gone(officers):
    kept(months=0)
    a_breach(aware=timezone.now() - timedelta(days=30), closed_at=timezone.now())
    old = a_breach(what="A telephone was lost.")

    def figures():
        read = open_figures(look=Look(by=officers[0]), on=timezone.localdate())
        return [(one.begins, dict(one.breaches)) for one in read]

    before = figures()
    assert before
    proposal, _ = destroyed(old, officers)
    assert proposal.status == ProposalStatus.DESTROYED, proposal.ended_because
    assert figures() == before


def test_who_does_not_work_on_breaches_neither_finds_nor_proposes_one(officers):
    kept(months=0)
    breach = a_breach()
    lead = UserFactory(roles=[Role.SAFEGUARDING_LEAD])

    def listed(user):
        return [row.record for row in list_due(look=Look(by=user), on=timezone.localdate())]

    assert listed(officers[0]) == [breach]
    assert listed(lead) == []
    with pytest.raises(Refused, match="not there any more"):
        propose(records=[(BREACH, breach.pk)], by=lead)
    told = second_person([(BREACH, breach.pk)], None, proposed_by=officers[0])
    assert "a Data Protection Officer who did not propose it" in told
    assert "nobody who could" not in told


# --- Holds placed by hand -------------------------------------------------------------------------


def a_hold(breach, by):
    return place_hold(
        kind="claim",
        reason="They announced a claim about the letter.",
        review_by=timezone.localdate() + timedelta(days=30),
        breach=breach,
        by=by,
    )


@pytest.mark.parametrize("names_somebody", [False, True])
def test_a_hold_on_it_stops_it_until_it_is_released(officers, names_somebody, request):
    kept(months=0)
    breach = a_breach(*([PersonFactory()] if names_somebody else []))
    proposal = propose(records=[(BREACH, breach.pk)], by=officers[0])
    with entries_since() as entries:
        hold = a_hold(breach, officers[0])
    placed = [entry for entry in entries if entry.verb == Verb.HOLD_PLACED]
    assert len(placed) == 1
    # Whoever proposed it is told.
    assert Notice.objects.filter(to=officers[0], link=proposal.get_absolute_url()).exists()
    send_back(proposal=proposal, because="Held.", by=officers[0])
    with pytest.raises(Refused, match="Held: claim"):
        propose(records=[(BREACH, breach.pk)], by=officers[0])
    assert ask_for_hold_reviews(on=hold.review_by) == 1
    with entries_since() as entries:
        release_hold(hold=hold, because="Settled.", by=officers[1])
    assert [entry.verb for entry in entries].count(Verb.HOLD_RELEASED) == 1
    proposal, _ = destroyed(breach, officers)
    assert proposal.status == ProposalStatus.DESTROYED, proposal.ended_because
    assert not Hold.objects.exists()
    with entries_since() as entries, pytest.raises(Refused, match="not there any more"):
        a_hold(breach, officers[0])
    assert entries == []
    other = a_breach()
    with pytest.raises(Refused, match="only one"):
        place_hold(
            kind="claim",
            reason="x",
            review_by=timezone.localdate() + timedelta(days=3),
            breach=other,
            person=PersonFactory(),
            by=officers[0],
        )
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        a_hold(other, officers[0])
    assert not Hold.objects.exists()


def test_a_hold_placed_after_the_approval_keeps_it_at_the_last_moment(officers):
    kept(months=0)
    breach = a_breach()
    people = type("People", (), {"officer": officers[0], "second": officers[1]})
    proposal = approved([(BREACH, breach.pk)], people)
    a_hold(breach, officers[1])
    run_destruction(by=officers[0])
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.RETURNED
    assert "Held: claim" in proposal.ended_because
    assert Breach.objects.get() == breach


def test_whoever_is_named_in_it_does_not_go_while_it_is_held(family):
    breach = a_breach(family.mother, closed_at=LONG_AGO)
    hold = a_hold(breach, family.officer)
    with pytest.raises(Refused, match="Held: claim"):
        propose(records=family.all, by=family.officer)
    assert set(by_hand_each([*family.all, (BREACH, breach.pk)])) == {
        (PERSON, family.mother.pk),
        (BREACH, breach.pk),
    }
    release_hold(hold=hold, because="Settled.", by=family.officer)
    propose(records=family.all, by=family.officer)


def test_the_database_takes_a_hold_on_one_record_alone(officers):
    with pytest.raises(IntegrityError, match="hold_is_on_one_record"), transaction.atomic():
        HoldFactory(breach=a_breach(), person=PersonFactory())


def test_it_is_placed_shown_and_released_on_the_pages(officers):
    kept(months=0)
    breach = a_breach()
    reader, manager = signed_in(officers[0]), UserFactory(roles=[Role.SERVICE_MANAGER])
    desk = breach.get_absolute_url()
    why = reverse("retention:breach", args=[breach.pk])
    assert f'href="{why}"' in reader.get(desk).content.decode()
    assert "By no hold" in reader.get(desk).content.decode()
    add = f"{reverse('retention:hold-add')}?on={breach.reference}"
    page = reader.get(why).content.decode()
    assert f'href="{add}"' in page
    assert "counted from the end" in page
    assert "before its time" not in page
    day = timezone.localdate() + timedelta(days=30)
    sent = {
        "reference": breach.reference,
        "kind": "claim",
        "reason": "A claim about the letter.",
        "review_by_0": str(day.day),
        "review_by_1": str(day.month),
        "review_by_2": str(day.year),
    }
    # A manager places holds, and knows of no breach.
    other = signed_in(manager)
    refused = other.post(reverse("retention:hold-add"), sent)
    assert refused.status_code == 422
    assert "no such person, case or breach for you" in refused.content.decode()
    assert other.get(why).status_code == 404
    assert reader.post(reverse("retention:hold-add"), sent).status_code == 302
    hold = Hold.objects.get()
    assert hold.breach == breach
    for where in (desk, why, reverse("retention:holds")):
        assert "A claim about the letter." in reader.get(where).content.decode()
    assert breach.reference in reader.get(reverse("retention:holds")).content.decode()
    assert breach.reference not in other.get(reverse("retention:holds")).content.decode()
    release = reverse("retention:hold-release", args=[hold.pk])
    assert f'href="{release}"' in reader.get(why).content.decode()
    assert other.post(release, {"because": "Settled."}).status_code == 404
    assert reader.post(release, {"because": "Settled."}).status_code == 302
    assert "By no hold" in reader.get(desk).content.decode()


def test_a_restored_database_gets_it_back(officers):
    hold = a_hold(a_breach(), officers[0])
    assert protections.write()
    noted(lambda: Hold.objects.filter(pk=hold.pk)._raw_delete("default"))
    assert [one.label for one in protections.missing()] == ["retention.Hold"]
    assert protections.bring_back(by=officers[0]) == 1
    assert Hold.objects.get().breach == hold.breach
