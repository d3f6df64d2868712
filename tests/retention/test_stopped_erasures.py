"""An erasure was promised by a day, and something stops it: the person is told, the engine waits (Art 12(4))."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import CaseNote, Task
from cases.task_kinds import TaskKind
from core.dates import plain
from core.errors import LogUnavailable, Refused
from parenting2000.jobs import note_erasures_that_are_stopped
from retention.actions.holds import place_hold, release_hold
from retention.actions.stops import IN_GENERAL, TOLD_OF_HOLDS, note_stopped_erasures
from retention.models import Hold
from sar.actions.answering import answer_request
from sar.actions.letters import drop_letter, keep_pages, say_posted, send_letter
from sar.actions.notices import tell_of_erasures
from sar.actions.stops import end_stop, note_stop, tell_stop_by_word
from sar.letter_kinds import LetterKind
from sar.letter_rules import draft_for, owed, why_not
from sar.models import ErasureStop, RequestLetter, RightsRequest
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change, noted
from tests.factories.cases import AddressFactory, AlertFactory, CaseNoteFactory
from tests.factories.safeguarding import ConcernFactory
from tests.factories.sar import EvidenceSeenFactory, RightsRequestFactory
from tests.retention.test_erasures import TEXT, carried_out, decided
from tests.sar.conftest import EMPTY
from tests.sar.test_pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]

TODAY = timezone.localdate()
HOME = "5 Sample Road\nPR9 0ZZ"


def afresh(request):
    return RightsRequest.objects.get(pk=request.pk)


def letter_for(kind, request, by):
    begun = draft_for(kind, afresh(request), name="Zebedee Quillfeather", by=by, on=TODAY)
    return {"way": "post", "sent_to": HOME, "subject": begun.subject, "body": begun.body}


@pytest.fixture
def promised(family):
    """A note of the mother's is to be erased, and she was told by which day it is gone."""
    AddressFactory(person=family.mother, lines="5 Sample Road", postcode="PR9 0ZZ")
    CaseNoteFactory(case=family.case, people=[family.mother], body=TEXT)
    request = RightsRequestFactory(person=family.mother, kind="erasure", recorded_by=family.officer)
    EvidenceSeenFactory(request=request)
    decided(request, CaseNote.objects.get(), family)
    answer_request(
        request=afresh(request),
        outcome="done",
        **letter_for(LetterKind.DONE, request, family.officer),
        by=family.officer,
    )
    return afresh(request)


def hold_for(family, kind="claim"):
    return place_hold(
        kind=kind,
        reason="A solicitor of somebody who was there has written.",
        review_by=TODAY + timedelta(days=90),
        person=family.mother,
        by=family.officer,
    )


def sent(request, family, **changed):
    """The letter that tells it: written, printed and posted."""
    letter = send_letter(
        kind=LetterKind.NOT_ERASED,
        request=afresh(request),
        **letter_for(LetterKind.NOT_ERASED, request, family.officer) | changed,
        by=family.officer,
    )
    keep_pages(letter=letter, content=EMPTY)
    say_posted(letter=letter, by=family.officer)
    return letter


def test_a_hold_after_the_answer_asks_the_officer_to_tell_the_person_by_a_day(promised, family):
    assert "If something in law stops us until then, we tell you." in promised.letters.get().body
    with entries_since() as entries:
        hold_for(family)
    assert [one.verb for one in entries].count(Verb.ERASURE_STOPPED) == 1
    stop = promised.stops.get()
    assert (stop.due, stop.stands, stop.is_untold) == (TODAY + timedelta(days=7), True, True)
    task = Task.objects.get(kind=TaskKind.ERASURE)
    assert (task.for_user, task.due_on, task.link) == (
        family.officer,
        stop.due,
        promised.get_absolute_url(),
    )
    assert (task.person, task.case) == (None, None)
    assert owed(afresh(promised)) == [LetterKind.NOT_ERASED]
    # What the letter says: what is still here and why, and where to complain; nothing of the solicitor.
    letter = sent(promised, family)
    for said in (
        "something is not erased yet",
        f"by {plain(promised.gone_by)}",
        f"This is still here:\n\n1 note of {plain(timezone.localdate(CaseNote.objects.get().happened_at))}\n\n",
        TOLD_OF_HOLDS[Hold.Kind.CLAIM],
        "You need not ask again.",
        "section 164A",
        "section 165",
        "section 167",
    ):
        assert said in f"{letter.subject}\n{letter.body}\n{letter.routes}", said
    assert "solicitor" not in letter.body
    stop.refresh_from_db()
    task.refresh_from_db()
    assert (stop.told_by, stop.is_untold, task.status) == (family.officer, False, "done")
    assert owed(afresh(promised)) == []
    # Who knows it is not reminded of it, and the letter stays on the request.
    assert tell_of_erasures(on=promised.gone_by + timedelta(days=1)) == 0
    assert RequestLetter.objects.filter(request=promised, kind=LetterKind.NOT_ERASED).count() == 1


def test_a_hold_on_the_case_stops_what_stands_in_it_and_the_officer_is_asked_to_tell(
    promised, family
):
    place_hold(
        kind="claim",
        reason="A solicitor of somebody who was there has written.",
        review_by=TODAY + timedelta(days=90),
        case=family.case,
        by=family.officer,
    )
    stop = promised.stops.get()
    assert (stop.stands, stop.is_untold) == (True, True)
    assert owed(afresh(promised)) == [LetterKind.NOT_ERASED]


def test_when_nothing_stops_it_any_more_it_is_erased_and_they_hear_of_it(promised, family):
    hold = hold_for(family)
    sent(promised, family)
    with entries_since() as entries:
        release_hold(hold=hold, because="No claim came.", by=family.officer)
    assert [one.verb for one in entries].count(Verb.ERASURE_STOP_ENDED) == 1
    assert not promised.stops.get().stands
    carried_out(promised, family)
    assert not CaseNote.objects.exists()
    assert owed(afresh(promised)) == [LetterKind.ERASED]


def a_concern(family):
    ConcernFactory(people=[family.child, family.mother])


def an_alert(family):
    AlertFactory(person=family.mother, kind="safeguarding")


def what_somebody_else_asked(family):
    RightsRequestFactory(person=family.mother, kind="access", recorded_by=family.officer)


@pytest.mark.parametrize(
    ("what", "secret"),
    [
        (a_concern, "safeguarding"),
        (an_alert, "safeguarding"),
        (what_somebody_else_asked, "request about their information is open"),
        (lambda family: hold_for(family, "authority"), "police"),
        (lambda family: hold_for(family, "safeguarding"), "safeguarding"),
    ],
)
def test_what_must_not_be_told_stands_before_the_officer_and_in_no_letter(
    promised, family, what, secret
):
    what(family)
    note_erasures_that_are_stopped(timestamp=0)
    stop = promised.stops.get()
    assert secret in stop.because.lower()
    assert stop.telling == IN_GENERAL
    officer = signed_in(family.officer)
    page = officer.get(
        reverse("sar:letter-add", args=[promised.reference]), {"kind": "not_erased", "way": "post"}
    )
    assert secret in text(page).lower()
    assert secret not in page.context["form"].initial["body"].lower()
    assert IN_GENERAL in page.context["form"].initial["body"]


def test_the_morning_finds_a_stop_once_and_its_end(promised, family):
    assert note_stopped_erasures(on=TODAY) == 0
    concern = ConcernFactory(people=[family.mother])
    assert note_stopped_erasures(on=TODAY) == 1
    assert note_stopped_erasures(on=TODAY + timedelta(days=1)) == 0
    by, at = family.officer, timezone.now()
    change(concern, status="ended", read_at=at, read_by=by, ended_at=at, ended_by=by)
    assert note_stopped_erasures(on=TODAY) == 0
    assert not promised.stops.get().stands
    assert owed(afresh(promised)) == []
    # What was not told in time is not told at all; the task says so to a person, who ends it.
    assert Task.objects.get(kind=TaskKind.ERASURE).status == "open"


@pytest.mark.parametrize(("left", "within"), [(21, 7), (3, 3), (0, 7), (-5, 7)])
def test_they_are_told_within_a_week_and_before_the_day_they_were_promised(
    promised, family, left, within
):
    on = promised.gone_by - timedelta(days=left)
    words = {"because": "Held.", "telling": IN_GENERAL, "on": on, "by": family.officer}
    assert note_stop(request=promised, **words).due == on + timedelta(days=within)
    assert note_stop(request=promised, **words) is None


def test_a_letter_that_did_not_go_is_still_owed_and_word_of_mouth_is_kept(promised, family):
    hold_for(family)
    letter = send_letter(
        kind=LetterKind.NOT_ERASED,
        request=promised,
        **letter_for(LetterKind.NOT_ERASED, promised, family.officer),
        by=family.officer,
    )
    assert owed(afresh(promised)) == []
    keep_pages(letter=letter, content=EMPTY)
    drop_letter(letter=letter, because="She rang.", by=family.officer)
    assert owed(afresh(promised)) == [LetterKind.NOT_ERASED]
    lever = reverse("sar:request-lever", args=[promised.reference, "stop-told"])
    officer = signed_in(family.officer)
    wrong = officer.post(lever, {"said": "Ada told her on the telephone."})
    assert wrong.status_code == 422
    assert "Ada told her on the telephone." in text(wrong)
    right = {"said": "Ada told her on the telephone.", "routes": "on"}
    assert officer.post(lever, right).status_code == 302
    assert officer.post(lever, right).status_code == 422
    stop = promised.stops.get()
    assert (stop.said, stop.told_by) == ("Ada told her on the telephone.", family.officer)
    assert "By word of mouth: Ada told her" in text(officer.get(promised.get_absolute_url()))
    assert owed(afresh(promised)) == []


def test_what_stops_it_is_for_whoever_works_on_requests(promised, family):
    hold_for(family)
    assert "the erasure is stopped. Held: claim" in text(
        signed_in(family.officer).get(promised.get_absolute_url())
    )
    lead = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    change(promised, recorded_by=lead)
    page = signed_in(lead).get(promised.get_absolute_url())
    assert page.status_code == 200
    assert "is stopped" not in text(page)
    lever = reverse("sar:request-lever", args=[promised.reference, "stop-told"])
    assert signed_in(lead).post(lever, {"said": "x", "routes": "on"}).status_code == 403


def test_nothing_is_told_or_ended_that_does_not_stand(promised, family):
    assert "Nothing stops what the answer promised" in why_not(LetterKind.NOT_ERASED, promised)
    with entries_since() as entries:
        with pytest.raises(Refused, match="Nothing stops an erasure"):
            tell_stop_by_word(request=promised, said="x", by=family.officer)
        with pytest.raises(Refused, match="promised no erasure"):
            note_stop(
                request=RightsRequestFactory(),
                because="x",
                telling="x",
                on=TODAY,
                by=family.officer,
            )
    assert not {Verb.ERASURE_STOPPED, Verb.ERASURE_STOP_TOLD} & {one.verb for one in entries}
    hold = hold_for(family)
    stop = promised.stops.get()
    with pytest.raises(Refused, match="Write down"):
        tell_stop_by_word(request=promised, said=" ", by=family.officer)
    release_hold(hold=hold, because="Over.", by=family.officer)
    with pytest.raises(Refused, match="ended already"):
        end_stop(stop=stop, by=family.officer)
    # A promise whose day has passed may be spoken of although nothing stops it.
    with time_machine.travel(promised.gone_by + timedelta(days=1)):
        assert why_not(LetterKind.NOT_ERASED, afresh(promised)) == ""
    with pytest.raises(IntegrityError):
        noted(ErasureStop.objects.filter(pk=stop.pk).update, because="")


def test_without_the_log_no_hold_is_placed_and_no_stop_written(promised, family, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        hold_for(family)
    assert not Hold.objects.exists()
    assert not ErasureStop.objects.exists()
    with pytest.raises(LogUnavailable):
        note_stop(request=promised, because="x", telling="x", on=TODAY, by=family.officer)
    assert not ErasureStop.objects.exists()
