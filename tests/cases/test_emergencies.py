"""Breaking the glass: a record is opened in an emergency, and somebody else says whether it was needed (N7)."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Notice
from accounts.roles import Role
from accounts.tasks import mail_notice
from audit.models import EntryValue
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import emergencies as verbs
from cases.actions.restrictions import restrict
from cases.models import EmergencyLook
from cases.permissions import cases_of, people_of, referrals_of
from cases.queries.emergencies import NOBODY, reviewers_of
from core.errors import LogUnavailable, Refused
from parenting2000.jobs import chase_reviews_of_emergency_looks
from sar.statement import looks_of
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.base import change
from tests.factories.cases import (
    BarringFactory,
    CaseFactory,
    CaseNoteFactory,
    EmergencyLookFactory,
    PersonFactory,
    ReferralFactory,
    SealFactory,
    SealReaderFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

HERE = "/casework/emergency/"
NOW = datetime.fromisoformat("2026-11-26T10:00:00+00:00")  # a Thursday


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def stranger():
    """Somebody of another service."""
    return member_of(ServiceFactory(name="Drop-in"), Role.CASEWORKER, name="Kirsty Dutton")


@pytest.fixture
def dpo():
    return the(Role.DPO)


def opened(world, by, **given):
    return verbs.open_in_emergency(
        **{"person": world.amelia, "reason": "She fell in our hall.", "by": by, **given}
    )


def typed(**given):
    return {"words": "Amelia Hart", "reason": "She fell in our hall.", **given}


# --- Opening --------------------------------------------------------------------------------------


def test_it_opens_the_record_with_its_cases_for_four_hours_and_leaves_one_entry(world, stranger):
    assert not people_of(stranger).exists()
    with entries_since() as left:
        begun = opened(world, stranger)
    begins, *told = left
    assert (begins.verb, begins.purpose, begins.people) == (
        Verb.EMERGENCY_BEGUN,
        Purpose.EMERGENCY,
        [world.amelia.pk],
    )
    assert EntryValue.objects.get(entry=begins).body["reason"] == "She fell in our hall."
    assert {entry.verb for entry in told} == {Verb.NOTICE_GIVEN}
    assert set(people_of(stranger)) == {world.amelia, world.joe}
    assert list(cases_of(stranger)) == [world.case]
    assert (begun.until, begun.review_by) == (NOW + timedelta(hours=4), date(2026, 12, 3))
    assert opened(world, stranger) == begun
    with time_machine.travel(NOW + timedelta(hours=4), tick=False):
        assert not people_of(stranger).exists()
        assert not cases_of(stranger).exists()


def test_somebody_who_was_only_referred_or_only_written_down_opens_as_well(stranger):
    referred, alone = PersonFactory(), PersonFactory()
    referral = ReferralFactory(people=[referred])
    for person in (referred, alone):
        verbs.open_in_emergency(person=person, reason="In our hall.", by=stranger)
    assert set(people_of(stranger)) == {referred, alone}
    assert list(referrals_of(stranger)) == [referral]


def test_the_front_desk_sees_what_it_sees_anywhere(world):
    desk = the(Role.FRONT_DESK)
    begun = opened(world, desk)
    assert set(people_of(desk)) == {world.amelia, world.joe}
    assert not cases_of(desk).exists()
    page = signed_in(desk).get(world.amelia.get_absolute_url()).content.decode()
    assert "You opened this record in an emergency" in page
    assert reverse("cases:emergency-end", args=[begun.reference]) in page


def test_of_somebody_known_anyway_it_opens_what_the_other_services_know(world, stranger):
    CaseFactory(service=stranger.memberships.get().service, people=[world.amelia])
    assert cases_of(stranger).count() == 1
    opened(world, stranger)
    assert cases_of(stranger).count() == 2
    with pytest.raises(Refused):
        opened(world, world.worker, person=world.joe)


def close_by_conflict(world, user):
    BarringFactory(user=user, person=world.amelia)


def close_by_seal(world, user):
    SealFactory(person=world.amelia)


def close_by_the_family(world, user):
    SealFactory(person=world.joe)


CLOSED = (close_by_conflict, close_by_seal, close_by_the_family)


@pytest.mark.parametrize("close", CLOSED)
def test_never_through_a_conflict_or_a_seal_whenever_it_comes(world, stranger, close):
    begun = opened(world, stranger)
    close(world, stranger)
    assert not people_of(stranger).exists()
    assert not cases_of(stranger).exists()
    verbs.end_emergency(emergency=begun, by=stranger)
    with entries_since() as left, pytest.raises(Refused, match=NOBODY):
        opened(world, stranger)
    assert left == []


@pytest.mark.parametrize("close", [close_by_conflict, close_by_seal])
def test_the_database_refuses_it_as_well(world, stranger, close):
    close(world, stranger)
    with (
        pytest.raises(IntegrityError, match="No emergency opens what is closed"),
        transaction.atomic(),
    ):
        EmergencyLookFactory(person=world.amelia, recorded_by=stranger)


def test_the_page_says_the_same_of_nobody_of_a_sealed_and_of_a_barred_record(world, stranger, dpo):
    answers = []
    kirsty = signed_in(stranger)
    named = member_of(ServiceFactory(), Role.CASEWORKER, name="On the seal")
    for words, close in (
        ("Nobody Unheardof", None),
        (world.amelia.reference, close_by_conflict),
        ("Amelia Hart", close_by_seal),
    ):
        if close:
            close(world, stranger)
        with entries_since() as left:
            answer = kirsty.post(HERE, typed(words=words))
        assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED, Verb.ACT_REFUSED]
        assert left[0].people == ([world.amelia.pk] if close else [])
        text = answer.content.decode()
        assert (answer.status_code, words in text) == (422, True)
        token = answer.context["csrf_token"]
        answers.append(text.replace(words, "WORDS").replace(str(token), "TOKEN"))
    assert answers[0] == answers[1] == answers[2]
    assert NOBODY in answers[0]
    assert dpo.email in answers[0]
    assert not EmergencyLook.objects.exists()
    # To whoever the seal names, and to nobody else, the same words would have opened the record.
    SealReaderFactory(seal=world.amelia.seals.get(), user=named)
    assert signed_in(named).post(HERE, typed()).status_code == 302


def test_a_name_that_fits_several_is_asked_for_again_and_nothing_typed_is_lost(world, stranger):
    other = PersonFactory(given_names="Amelia", family_name="Hart", date_of_birth=date(1985, 3, 14))
    answer = signed_in(stranger).post(HERE, typed())
    assert (answer.status_code, "More than one person" in answer.content.decode()) == (422, True)
    assert "She fell in our hall." in answer.content.decode()
    answer = signed_in(stranger).post(HERE, typed(words="Amelia Hart 14 March 1985"))
    assert answer["Location"] == other.get_absolute_url()


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"words": ""}])
def test_without_a_reason_or_a_name_it_is_refused_and_leaves_no_trace(world, stranger, wrong):
    with entries_since() as left:
        assert signed_in(stranger).post(HERE, typed(**wrong)).status_code == 422
    assert left == []
    assert not EmergencyLook.objects.exists()


@pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.DPO, Role.SYSTEM_ADMINISTRATOR])
def test_a_role_that_meets_nobody_or_sees_everybody_opens_none(world, role):
    assert signed_in(the(role)).get(HERE).status_code == 403
    with pytest.raises(Refused):
        opened(world, the(role))


def test_a_program_is_in_no_emergency(world, stranger):
    opened(world, stranger)
    stranger.through = " by a program"
    assert not people_of(stranger).exists()


def test_without_its_entry_nothing_opens(world, stranger, log_broken):
    with pytest.raises(LogUnavailable):
        opened(world, stranger)
    assert not EmergencyLook.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"until": NOW}, {"until": NOW + timedelta(hours=25)}, {"reason": ""}]
)
def test_the_database_keeps_it_short_and_in_words(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyLookFactory(**wrong)


def test_from_the_search_the_way_there_tells_no_more_than_the_search(world, stranger):
    found = signed_in(stranger).get("/casework/search/?words=Amelia+Hart").content.decode()
    assert f"{HERE}?words=Amelia%20Hart" in found
    page = signed_in(stranger).get(f"{HERE}?words=Amelia%20Hart").content.decode()
    for words in (world.amelia.reference, "Family support", world.worker.full_name):
        assert words not in found
        assert words not in page
    assert HERE in signed_in(stranger).get(world.amelia.get_absolute_url()).content.decode()


def test_a_restricted_record_stays_restricted_and_its_alerts_show(world, stranger, dpo):
    restrict(of=world.amelia, ground="accuracy", because="Disputed.", alerts_stay=True, by=dpo)
    kirsty = signed_in(stranger)
    assert kirsty.post(HERE, typed()).status_code == 302
    page = kirsty.get(world.amelia.get_absolute_url())
    assert page.status_code == 403
    assert kirsty.get(f"/casework/people/{world.amelia.reference}/restricted/").status_code == 200


# --- Looking --------------------------------------------------------------------------------------


def test_every_look_by_it_says_that_it_was_an_emergency_and_the_person_reads_so(world, stranger):
    note = CaseNoteFactory(case=world.case, people=[world.amelia])
    note.refresh_from_db()
    opened(world, stranger)
    own = CaseFactory(service=stranger.memberships.get().service)
    kirsty = signed_in(stranger)
    pages = [
        world.amelia.get_absolute_url(),
        world.joe.get_absolute_url(),
        world.case.get_absolute_url(),
        f"/casework/notes/{note.reference}/",
    ]
    with entries_since() as left:
        for page in pages:
            assert kirsty.get(page).status_code == 200
        assert kirsty.get(own.get_absolute_url()).status_code == 200
    *by_it, last = left
    assert {entry.purpose for entry in by_it} == {Purpose.EMERGENCY}
    assert len(by_it) == len(pages)
    assert last.purpose == Purpose.SERVICE
    told = [(one.who, one.purpose) for one in looks_of(world.amelia)]
    assert ("caseworker", "helping in an emergency") in told


# --- Telling and reviewing ------------------------------------------------------------------------


def test_the_officer_reads_it_on_the_desk_and_by_e_mail_at_once(world, stranger, dpo, smtp):
    begun = opened(world, stranger)
    notice = Notice.objects.get(to=dpo)
    assert notice.link == begun.get_absolute_url()
    (job,) = ProcrastinateJob.objects.filter(queue_name="upkeep")
    mail_notice(**job.args)
    (letter,) = smtp.to(dpo.email)
    text = letter["Subject"] + letter.get_content()
    assert "opened in an emergency" in text
    assert "3 December 2026" in text
    assert not [name for name in ("Hart", "Amelia", "Kirsty") if name in text]


def test_who_may_review_is_somebody_else_who_may_know(world, stranger, dpo):
    """Two people on duty are enough: a deputy counts; never who opened it, nor who is in a conflict."""
    begun = opened(world, stranger)
    deputy = DeputyFactory(role=Role.DPO.value).user
    DeputyFactory(role=Role.DPO.value, user=stranger)
    assert set(reviewers_of(begun)) == {dpo, deputy}
    BarringFactory(user=dpo, person=world.amelia)
    assert set(reviewers_of(begun)) == {deputy}


def test_where_nobody_may_review_it_whoever_names_deputies_is_told(world, stranger):
    administrator = the(Role.SYSTEM_ADMINISTRATOR)
    opened(world, stranger)
    notice = Notice.objects.get()
    assert (notice.to, notice.link) == (administrator, "/account/deputies/")


def test_it_is_ended_early_and_reviewed_by_somebody_else(world, stranger, dpo):
    begun = opened(world, stranger)
    kirsty, judith = signed_in(stranger), signed_in(dpo)
    kirsty.get(world.amelia.get_absolute_url())
    page = begun.get_absolute_url()
    found = {"outcome": "needed", "explanation": "The ambulance asked."}
    assert judith.post(page, found).status_code == 422
    assert kirsty.post(f"{page}end/").status_code == 302
    assert not people_of(stranger).exists()
    assert kirsty.post(f"{page}end/").status_code == 409
    assert kirsty.post(page, found).status_code == 422
    assert judith.post(page, {**found, "explanation": ""}).status_code == 422
    assert "Person, opened" in judith.get(page).content.decode()
    with entries_since() as left:
        assert judith.post(page, found).status_code == 302
    assert [entry.verb for entry in left] == [Verb.EMERGENCY_READ, Verb.EMERGENCY_REVIEWED]
    begun.refresh_from_db()
    assert (begun.outcome, begun.reviewed_by) == ("needed", dpo)
    with pytest.raises(Refused):
        verbs.review_emergency(emergency=begun, by=dpo, **found)


def test_the_database_wants_a_second_person_who_is_in_no_conflict(world, stranger, dpo):
    begun = EmergencyLookFactory(person=world.amelia, recorded_by=stranger)
    BarringFactory(user=dpo, person=world.amelia)
    said = {"reviewed_at": NOW, "outcome": "needed", "explanation": "Yes."}
    for reviewer, says in ((stranger, "reviewed_by_somebody_else"), (dpo, "whom they know")):
        with pytest.raises(IntegrityError, match=says), transaction.atomic():
            change(begun, reviewed_by=reviewer, **said)
    change(begun, reviewed_by=UserFactory(), **said)
    with pytest.raises(IntegrityError, match="What was written stays"), transaction.atomic():
        change(begun, outcome="wrong")


def end(one, by):
    return verbs.end_emergency(emergency=one, by=by)


def review(one, by):
    return verbs.review_emergency(emergency=one, outcome="needed", explanation="Yes.", by=by)


@pytest.mark.parametrize(("verb", "ago"), [(end, 1), (review, 5)])
def test_ending_and_reviewing_are_undone_without_their_entry(dpo, verb, ago, request):
    one = EmergencyLookFactory(recorded_at=NOW - timedelta(hours=ago))
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        verb(one, dpo)
    one.refresh_from_db()
    assert (one.ended_at, one.reviewed_at) == (None, None)


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ("2026-12-01", False),  # due on Thursday 3 December
        ("2026-12-02", True),
        ("2026-12-03", True),
        ("2026-12-05", False),  # a Saturday
        ("2026-12-07", True),
    ],
)
def test_a_review_that_is_due_is_asked_for_on_each_working_day_once(dpo, day, asked):
    EmergencyLookFactory(recorded_at=NOW)
    with time_machine.travel(f"{day} 08:00", tick=False), entries_since() as left:
        chase_reviews_of_emergency_looks(timestamp=0)
        chase_reviews_of_emergency_looks(timestamp=0)
    assert [entry.verb for entry in left] == (
        [Verb.EMERGENCY_CHASED, Verb.NOTICE_GIVEN] if asked else []
    )
    assert Notice.objects.filter(to=dpo).count() == int(asked)
    if asked:
        assert left[0].because == "the timetable"


def test_chasing_is_undone_without_its_entry_and_not_of_what_is_reviewed(dpo, request):
    EmergencyLookFactory(
        recorded_at=NOW - timedelta(days=20),
        reviewed_at=NOW,
        reviewed_by=dpo,
        outcome="needed",
        explanation="Yes.",
    )
    assert verbs.chase_reviews(on=timezone.localdate()) == 0
    one = EmergencyLookFactory(recorded_at=NOW - timedelta(days=20))
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        verbs.chase_reviews(on=timezone.localdate())
    one.refresh_from_db()
    assert one.chased_on is None


# --- The list -------------------------------------------------------------------------------------


def test_the_list_says_how_often_and_what_is_late(world, stranger, dpo, django_assert_num_queries):
    for days in (1, 60):
        EmergencyLookFactory(recorded_by=stranger, recorded_at=NOW - timedelta(days=days))
    old = EmergencyLookFactory(recorded_at=NOW - timedelta(days=400))
    judith = signed_in(dpo)
    with entries_since() as left:
        text = judith.get("/casework/emergencies/").content.decode()
    assert [entry.verb for entry in left] == [Verb.EMERGENCY_LISTED] * 3
    assert "Kirsty Dutton: 2" in text
    assert text.count("Late") == 2
    # Whoever opened a record sees their own, and no rate.
    theirs = signed_in(stranger).get("/casework/emergencies/").content.decode()
    assert ("Kirsty Dutton: 2" in theirs, old.person.full_name in theirs) == (False, False)
    assert signed_in(stranger).get(old.get_absolute_url()).status_code == 404
    assert (
        signed_in(the(Role.SYSTEM_ADMINISTRATOR)).get("/casework/emergencies/").status_code == 403
    )


def test_one_at_a_record_that_is_closed_to_the_reviewer_is_not_there(world, stranger, dpo):
    begun = opened(world, stranger)
    BarringFactory(user=dpo, person=world.amelia)
    judith = signed_in(dpo)
    assert "Hart" not in judith.get("/casework/emergencies/").content.decode()
    with entries_since() as left:
        assert judith.get(begun.get_absolute_url()).status_code == 404
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]


def test_the_list_asks_as_much_for_thirty_as_for_one(dpo, django_assert_max_num_queries):
    judith, counts = signed_in(dpo), []
    for more in (1, 29):
        for _ in range(more):
            EmergencyLookFactory()
        with django_assert_max_num_queries(40) as asked:
            judith.get("/casework/emergencies/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
