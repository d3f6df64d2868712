"""Where was searched: the list, colleagues asked, chased and escalated, nothing held, and an answer with a gap."""

import smtplib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Notice
from audit.models import Entry
from audit.verbs import Verb
from cases.models import Task
from cases.workflow import TaskStatus
from core.errors import LogUnavailable, Refused
from sar.actions import evidence, search
from sar.actions.notices import mail_trustee, tell_of_deadlines, trustee_not_reached
from sar.actions.release import release
from sar.actions.requests import withdraw
from sar.building import build_pack
from sar.deadlines import deadline_of
from sar.gates import hindrances
from sar.kinds import Channel
from sar.letter_kinds import LetterKind
from sar.letter_rules import draft_for, owed
from sar.models import DeadlineNotice, RightsRequest, Search, SearchPlace
from sar.permissions import can_find_nothing
from sar.searching import SUGGESTED, searched_places
from sar.tasks import tell_trustee
from sar.workflow import RequestStatus
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.cases import BarringFactory
from tests.factories.sar import (
    BuiltPackFactory,
    ClarificationFactory,
    EvidenceSeenFactory,
    RightsRequestFactory,
    SearchFactory,
    SearchPlaceFactory,
    signed_off,
)
from tests.sar.test_pages import day, text

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
SEARCHED = {"searched_by": "Dean Okafor", "searched_on": TODAY, "terms": "Amelia, Hart"}


def in_days(days):
    return TODAY + timedelta(days=days)


@pytest.fixture
def unknown():
    return RightsRequestFactory(person=None, about_name="Jo Lee")


def test_the_suggested_places_are_taken_over_once_and_put_on_a_request(dpo, access):
    assert len(search.add_suggested_places(by=dpo)) == len(SUGGESTED)
    assert search.add_suggested_places(by=dpo) == []
    shut = SearchPlace.objects.first()
    search.offer_place(place=shut, is_open=False, by=dpo)
    with entries_since() as entries:
        begun = search.begin_search(request=access, by=dpo)
    assert [one.verb for one in entries] == [Verb.SEARCH_BEGUN]
    assert {one.place_id for one in begun} == set(
        SearchPlace.objects.filter(is_open=True).values_list("pk", flat=True)
    )
    with pytest.raises(Refused, match="on the request already"):
        search.begin_search(request=access, by=dpo)
    with pytest.raises(Refused, match="of this name"):
        search.add_place(name=" e-MAIL", by=dpo)


def test_nobody_is_asked_to_whom_the_person_is_closed_nor_for_a_day_too_late(dpo, worker, access):
    row = SearchFactory(request=access)
    late = deadline_of(access, timezone.localdate()).deadline.due + timedelta(days=1)
    BarringFactory(person=access.person, user=worker)
    for asked_of, due_on, words in (
        (worker, in_days(5), "cannot be asked about this request"),
        (dpo, late, "The answer is due on"),
    ):
        with entries_since() as entries, pytest.raises(Refused, match=words):
            search.ask_to_search(search=row, asked_of=asked_of, due_on=due_on, by=dpo)
        assert entries == []
    assert not Task.objects.exists()
    search.ask_to_search(search=row, asked_of=dpo, due_on=late - timedelta(days=1), by=dpo)


def test_a_colleague_is_asked_with_a_task_and_answers(dpo, worker, access):
    row = SearchFactory(request=access)
    with pytest.raises(Refused, match="is past"):
        search.ask_to_search(search=row, asked_of=worker, due_on=in_days(-1), by=dpo)
    search.ask_to_search(search=row, asked_of=worker, due_on=in_days(5), by=dpo)
    task = Task.objects.get()
    assert (task.for_user, task.due_on, task.link) == (worker, in_days(5), row.get_absolute_url())
    assert access.person.family_name not in task.what
    assert Notice.objects.filter(to=worker).count() == 1
    with pytest.raises(Refused, match="asked already"):
        search.ask_to_search(search=row, asked_of=dpo, due_on=in_days(5), by=dpo)
    search.answer_search(search=row, outcome="none", **SEARCHED, by=worker)
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE
    with pytest.raises(Refused, match="already what came of"):
        search.answer_search(search=row, outcome="none", **SEARCHED, by=worker)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"outcome": "found"}, "who searched, when"),
        ({"outcome": "none", **SEARCHED, "terms": " "}, "who searched, when"),
        ({"outcome": "not_searched"}, "why it was not searched"),
        ({"outcome": "none", **SEARCHED, "searched_on": in_days(1)}, "in the future"),
    ],
)
def test_an_answer_that_says_too_little_is_refused(dpo, access, given, sentence):
    row = SearchFactory(request=access)
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        search.answer_search(search=row, **given, by=dpo)
    row.refresh_from_db()
    assert (entries, row.outcome) == ([], "")


def test_whoever_does_not_answer_is_asked_again_and_the_officer_is_told_once(
    dpo, worker, access, settings
):
    settings.SEARCH_CHASE_DAYS = 3
    row = SearchFactory(request=access)
    search.ask_to_search(search=row, asked_of=worker, due_on=in_days(4), by=dpo)
    done = [search.chase_searches(on=in_days(days)) for days in (0, 2, 3, 3, 5, 6, 6)]
    assert done == [0, 0, 1, 0, 1, 1, 0]
    assert Notice.objects.filter(to=worker).count() == 3
    assert Notice.objects.filter(to=dpo).count() == 1
    search.answer_search(search=row, outcome="none", **SEARCHED, by=worker)
    assert search.chase_searches(on=in_days(20)) == 0


def test_nothing_held_is_answered_after_a_complete_search_alone(dpo, unknown, access):
    with pytest.raises(Refused, match="Begin the search first"):
        search.answer_nothing_held(request=unknown, by=dpo)
    row = SearchFactory(request=unknown)
    with pytest.raises(Refused, match="Not answered yet: E-mail"):
        search.answer_nothing_held(request=unknown, by=dpo)
    search.answer_search(search=row, outcome="none", **SEARCHED, because="No hit.", by=dpo)
    with entries_since() as entries:
        search.answer_nothing_held(request=unknown, by=dpo)
    assert [one.verb for one in entries] == [Verb.REQUEST_NOTHING_HELD]
    assert unknown.status == RequestStatus.NOTHING_HELD
    assert owed(unknown) == [LetterKind.NOTHING_HELD]
    letter = draft_for(LetterKind.NOTHING_HELD, unknown, name="Jo Lee", by=dpo, on=TODAY)
    assert "E-mail: searched by Dean Okafor" in letter.body
    assert "Amelia, Hart" in letter.body
    with pytest.raises(Refused, match="has a record here"):
        search.answer_nothing_held(request=access, by=dpo)


def searched_for_nothing(**given):
    asked = RightsRequestFactory(person=None, about_name="Jo Lee", **given)
    SearchFactory(request=asked, outcome="none", because="No hit.", **SEARCHED)
    return asked


def test_that_nothing_is_held_is_told_to_nobody_who_was_doubted(dpo, dpo_client):
    asked = searched_for_nothing()
    page = text(dpo_client.get(asked.get_absolute_url()))
    assert "Nobody has doubted it, so that it may be answered that nothing is held" in page
    evidence.ask_identity(request=asked, asked_on=TODAY, because="Another name signs it.", by=dpo)
    assert not can_find_nothing(dpo, asked)
    with entries_since() as entries, pytest.raises(Refused, match="write down “Identity seen”"):
        search.answer_nothing_held(request=asked, by=dpo)
    assert entries == []
    page = text(dpo_client.get(asked.get_absolute_url()))
    assert "It is not established yet who asks." in page
    assert "Nobody has doubted it" not in page
    lever = reverse("sar:request-lever", args=[asked.reference, "nothing-held"])
    too_early = dpo_client.get(lever)
    assert too_early.status_code == 409
    assert "established first who asks" in text(too_early)
    EvidenceSeenFactory(request=asked, gate="identity")
    search.answer_nothing_held(request=RightsRequest.objects.get(pk=asked.pk), by=dpo)


def test_that_nothing_is_held_is_told_to_nobody_else_before_they_may_ask(dpo):
    asked = searched_for_nothing(requester="agent", requester_name="A. Solicitor")
    with pytest.raises(Refused, match="write down “Identity seen”"):
        search.answer_nothing_held(request=asked, by=dpo)
    EvidenceSeenFactory(request=asked, gate="identity")
    with pytest.raises(Refused, match="write down “Authority seen”"):
        search.answer_nothing_held(request=asked, by=dpo)
    EvidenceSeenFactory(request=asked, gate="authority")
    assert can_find_nothing(dpo, RightsRequest.objects.get(pk=asked.pk))
    search.answer_nothing_held(request=asked, by=dpo)
    assert asked.status == RequestStatus.NOTHING_HELD
    ended = searched_for_nothing(requester="agent", requester_name="A. Solicitor")
    EvidenceSeenFactory(request=ended, gate="identity")
    EvidenceSeenFactory(request=ended, gate="authority", valid_until=in_days(-1))
    with pytest.raises(Refused, match="ended on"):
        search.answer_nothing_held(request=ended, by=dpo)


def test_something_found_is_not_nothing(dpo, unknown):
    SearchFactory(request=unknown, outcome="found", **SEARCHED)
    with pytest.raises(Refused, match="Something was found"):
        search.answer_nothing_held(request=unknown, by=dpo)


@pytest.mark.usefixtures("quick_print")
def test_an_unsearched_place_lets_nothing_out_before_the_gap_is_stated(dpo, access, note):
    EvidenceSeenFactory(request=access)
    row = SearchFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    with pytest.raises(Refused, match="Not answered yet: E-mail"):
        release(request=access, by=dpo)
    search.say_gap(request=access, gap="The mailboxes follow in January.", by=dpo)
    assert hindrances(access, on=TODAY) == []
    search.answer_search(search=row, outcome="found", **SEARCHED, by=dpo)
    assert [one.outcome for one in searched_places(access)] == ["Something was found"]


def test_a_list_that_was_not_gone_through_stands_in_the_way(access):
    SearchPlaceFactory()
    assert any("has not been begun" in one for one in hindrances(access, on=TODAY))


@pytest.mark.usefixtures("quick_print")
def test_the_database_lets_no_whole_answer_out_with_an_unsearched_place(dpo, access, note):
    EvidenceSeenFactory(request=access)
    SearchFactory(request=access)
    built = BuiltPackFactory(request=access)
    build_pack(built.pk)
    signed_off(access)
    entry()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="states the gap"):
        cursor.execute(
            "UPDATE sar_rightsrequest SET status = 'released', released_at = now(),"
            " released_by_id = %s, released_pack_id = %s WHERE id = %s",
            [dpo.pk, built.pk, access.pk],
        )


def test_no_search_without_its_entry(dpo, access, request):
    row = SearchFactory(request=access)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        search.answer_search(search=row, outcome="none", **SEARCHED, by=dpo)
    assert Search.objects.get().outcome == ""


# --- Pages ---------------------------------------------------------------------------------------


def test_whoever_is_asked_opens_the_search_and_nobody_else_does(worker_client, worker, dpo, access):
    row = SearchFactory(request=RightsRequestFactory())
    page = row.get_absolute_url()
    with entries_since() as entries:
        assert worker_client.get(page).status_code == 404
    assert [one.verb for one in entries] == [Verb.LOOK_REFUSED]
    search.ask_to_search(search=row, asked_of=worker, due_on=in_days(3), by=dpo)
    assert "an offence" in text(worker_client.get(page))
    typed = {"outcome": "found", "searched_by": "Dean", "terms": "", **day("searched_on", TODAY)}
    wrong = worker_client.post(page, {**typed, "because": "Two letters of 2024."})
    assert wrong.status_code == 422
    assert "Two letters of 2024." in wrong.content.decode()
    worker_client.post(page, {**typed, "terms": "Hart"})
    row.refresh_from_db()
    assert row.outcome == "found"
    assert worker_client.get(f"{page}ask/").status_code == 403
    assert worker_client.get(reverse("sar:places")).status_code == 403


def test_the_officer_keeps_the_list_and_asks(dpo_client, worker, access):
    dpo_client.post(reverse("sar:places"), {"suggested": "yes"})
    assert "Shared drive" in text(dpo_client.get(reverse("sar:places")))
    wrong = dpo_client.post(reverse("sar:places"), {"name": "Telephones", "help_text": "Ours"})
    assert wrong.status_code == 422
    dpo_client.post(reverse("sar:request-lever", args=[access.reference, "search"]))
    row = access.searches.first()
    ask = reverse("sar:search-ask", args=[access.reference, row.place.slug])
    assert "Who is asked" in text(dpo_client.get(ask))
    dpo_client.post(ask, {"asked_of": worker.email, **day("due_on", in_days(4))})
    shown = text(dpo_client.get(reverse("sar:request", args=[access.reference])))
    assert "Dean Okafor is asked, by" in shown


# --- Nearly due and late -------------------------------------------------------------------------


def test_those_who_can_act_are_told_once_before_the_day_and_once_after_it(
    dpo, worker, amelia, settings, smtp
):
    settings.DEADLINE_NEAR_DAYS, settings.TRUSTEE_EMAIL = 7, "trustee@example.org"
    request = RightsRequestFactory(
        person=amelia, received_on=TODAY, named_contact=worker, recorded_by=worker
    )
    due = request_due(request)
    days = [due - timedelta(days=8), due - timedelta(days=7), due, due + timedelta(days=1)]
    assert [tell_of_deadlines(on=one) for one in days] == [0, 1, 0, 1]
    assert tell_of_deadlines(on=due + timedelta(days=9)) == 0
    for user in (dpo, worker):
        sentences = [one.sentence for one in Notice.objects.filter(to=user).order_by("pk")]
        assert [("7 days left" in s, "1 day late" in s) for s in sentences] == [
            (True, False),
            (False, True),
        ]
        assert not any("Hart" in one for one in sentences)
    assert DeadlineNotice.objects.count() == 2
    (job,) = jobs_for_a_trustee()
    late = DeadlineNotice.objects.get(kind="late")
    assert (job.queue_name, job.args) == ("upkeep", {"notice_id": late.pk})
    assert smtp.letters == []
    tries(job)
    tries(job)
    (mail,) = smtp.to("trustee@example.org")
    assert f"{request.reference} was due on" in mail.get_content()
    assert "1 day late" in mail.get_content()
    assert "Hart" not in mail.get_content()


def tries(job, attempts=0):
    """The worker takes the job, after it failed `attempts` times."""
    tell_trustee.func(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), **job.args)


def jobs_for_a_trustee():
    return list(ProcrastinateJob.objects.filter(task_name="sar.mail_trustee"))


@pytest.fixture
def late(dpo, settings):
    """The notice of a request whose day has passed, which a trustee is to be told of."""
    settings.TRUSTEE_EMAIL = "trustee@example.org"
    RightsRequestFactory(received_on=TODAY - timedelta(days=60), recorded_by=dpo)
    assert tell_of_deadlines(on=TODAY) == 1
    return DeadlineNotice.objects.get()


def test_a_trustee_is_told_once_and_it_is_written_down(late, smtp):
    with entries_since() as entries:
        assert mail_trustee(notice=late) is True
        assert mail_trustee(notice=late) is False
    assert [(one.verb, one.by) for one in entries] == [(Verb.REQUEST_TRUSTEE_TOLD, "system")]
    assert entries[0].people == [late.request.person_id]
    assert len(smtp.to("trustee@example.org")) == 1
    late.refresh_from_db()
    assert late.trustee_mailed is not None


def test_nobody_hears_of_a_day_whose_notice_was_rolled_back(dpo, settings, smtp):
    settings.TRUSTEE_EMAIL = "trustee@example.org"
    RightsRequestFactory(received_on=TODAY - timedelta(days=60), recorded_by=dpo)
    with entries_since() as entries, transaction.atomic():
        assert tell_of_deadlines(on=TODAY) == 1
        assert jobs_for_a_trustee()
        transaction.set_rollback(True)
    assert (entries, jobs_for_a_trustee(), smtp.letters) == ([], [], [])
    assert not DeadlineNotice.objects.exists()
    assert not Notice.objects.exists()


def test_a_mail_server_that_takes_nothing_undoes_only_the_e_mail(late, dpo, smtp):
    smtp.refusing = True
    (job,) = jobs_for_a_trustee()
    with entries_since() as entries, pytest.raises(smtplib.SMTPDataError):
        tries(job)
    assert entries == []
    late.refresh_from_db()
    assert late.trustee_mailed is None
    assert Notice.objects.filter(to=dpo).count() == 1
    assert Entry.objects.filter(verb=Verb.REQUEST_LATE).count() == 1
    # The queue tries again.
    assert tell_trustee.retry_strategy.max_attempts == 30
    smtp.refusing = False
    tries(job, 29)
    assert len(smtp.to("trustee@example.org")) == 1


def test_no_trustee_hears_of_what_was_answered_meanwhile_or_where_none_is_named(
    late, dpo, settings, smtp
):
    settings.TRUSTEE_EMAIL = ""
    assert mail_trustee(notice=late) is False
    settings.TRUSTEE_EMAIL = "trustee@example.org"
    withdraw(
        request=late.request,
        withdrawn_on=TODAY,
        withdrawn_how=Channel.PHONE,
        withdrawal="They rang.",
        by=dpo,
    )
    with entries_since() as entries:
        assert mail_trustee(notice=late) is False
    tell_trustee.func(None, notice_id=0)
    assert (entries, smtp.letters) == ([], [])


def test_after_the_last_try_those_who_can_act_are_told_that_no_trustee_was(late, dpo, smtp):
    smtp.refusing = True
    (job,) = jobs_for_a_trustee()
    for attempts in (0, 29):
        with pytest.raises(smtplib.SMTPDataError):
            tries(job, attempts)
    assert Notice.objects.filter(to=dpo).count() == 1
    with entries_since() as entries, pytest.raises(smtplib.SMTPDataError):
        tries(job, 30)
    assert [one.verb for one in entries] == [Verb.REQUEST_TRUSTEE_UNTOLD, Verb.NOTICE_GIVEN]
    assert entries[0].people == [late.request.person_id]
    notice = Notice.objects.filter(to=dpo).latest("pk")
    assert f"the answer to {late.request} is late could not be sent" in notice.sentence
    assert notice.link == late.request.get_absolute_url()


def test_nobody_is_told_that_a_trustee_was_not_where_one_was_or_it_was_answered(late, dpo, smtp):
    assert mail_trustee(notice=late) is True
    with entries_since() as entries:
        assert trustee_not_reached(notice=late) is False
    change(late, trustee_mailed=None)
    withdraw(
        request=late.request,
        withdrawn_on=TODAY,
        withdrawn_how=Channel.PHONE,
        withdrawal="They rang.",
        by=dpo,
    )
    said = Notice.objects.count()
    assert trustee_not_reached(notice=late) is False
    assert entries == []
    assert Notice.objects.count() == said


def test_nobody_is_told_that_a_trustee_was_not_without_its_entry(late, request):
    said = Notice.objects.count()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        trustee_not_reached(notice=late)
    assert Notice.objects.count() == said


def test_a_trustee_is_not_told_without_its_entry(late, smtp, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        mail_trustee(notice=late)
    assert smtp.letters == []


def test_nothing_is_said_while_the_clock_stands_still(dpo):
    paused = RightsRequestFactory(received_on=TODAY - timedelta(days=20))
    ClarificationFactory(request=paused)
    assert tell_of_deadlines(on=TODAY + timedelta(days=60)) == 0


def request_due(request):
    return deadline_of(RightsRequest.objects.get(pk=request.pk), TODAY).deadline.due
