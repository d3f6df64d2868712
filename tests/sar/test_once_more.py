"""A letter that came back is sent once more: the same words, a sending of its own, and never two of them."""

from http import HTTPStatus
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from letters.models import Way
from letters.workflow import DispatchStatus
from sar.actions.correcting import correct_address
from sar.actions.letters import (
    begin_sending,
    drop_letter,
    finish_sending,
    keep_pages,
    say_posted,
    send_letter,
)
from sar.actions.once_more import send_once_more
from sar.actions.requests import refuse
from sar.kinds import Requester
from sar.letter_kinds import LetterKind
from sar.letter_rules import owed
from sar.models import RequestLetter
from sar.sending import deliver
from tests.cases.world import a_world, signed_in
from tests.conftest import entries_since
from tests.factories.cases import AddressFactory
from tests.factories.sar import (
    RequestCorrectionFactory,
    RequestLetterFactory,
    RightsRequestFactory,
)
from tests.sar.test_complaints_and_breaches import JO, complains, writes
from tests.sar.test_letters import again

pytestmark = pytest.mark.django_db

THERE = "3 New Lane\nFormby\nL37 0AB"
BACK = "It came back by post: gone away."


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def came_back(amelia, worker, dpo):
    """The letter with which the request of her solicitor was refused: it was posted."""
    request = RightsRequestFactory(
        person=amelia,
        requester=Requester.SOLICITOR,
        requester_name="Jo Lee",
        reply_address="1 Old Lane\nFormby\nL37 0AA",
        reply_email="jo@example.org",
        recorded_by=worker,
    )
    request.refresh_from_db()
    refuse(request=request, reasons="Asked thrice this week.", by=dpo)
    letter = send_letter(
        request=request,
        kind=LetterKind.REFUSE,
        way=Way.POST,
        sent_to=request.reply_address,
        subject="Your request",
        body="Dear Jo Lee,\n\nwe refuse it.",
        large_print=True,
        by=dpo,
    )
    keep_pages(letter=letter, content=b"%PDF-1.7")
    say_posted(letter=letter, by=dpo)
    return known(letter)


def known(record):
    record.refresh_from_db()
    return record


def moved(letter, by):
    correct_address(
        request=letter.request,
        because="It came back.",
        reply_email="jo@example.org",
        reply_address=THERE,
        by=by,
    )
    letter.request.refresh_from_db()


def once_more(letter, by, **given):
    words = {"way": Way.POST, "sent_to": THERE, "because": BACK}
    return send_once_more(letter=letter, by=by, **words | given)


def test_the_same_words_go_to_where_they_are_now(came_back, dpo):
    with pytest.raises(Refused, match="sent again from there"):
        send_letter(
            request=came_back.request,
            kind=LetterKind.REFUSE,
            way=Way.POST,
            sent_to=came_back.sent_to,
            subject="Your request",
            body="Other words",
            by=dpo,
        )
    moved(came_back, dpo)
    with entries_since() as entries:
        made = once_more(came_back, dpo)
    assert [entry.verb for entry in entries] == [Verb.RIGHTS_LETTER_WRITTEN_AGAIN]
    assert (made.again_of, made.again_because, made.sent_to) == (came_back, BACK, THERE)
    for name in ("kind", "subject", "body", "routes", "addressee", "request", "large_print"):
        assert getattr(made, name) == getattr(came_back, name), name
    assert made.status == DispatchStatus.MAKING
    deliver(made.pk)
    assert known(made).status == DispatchStatus.READY
    assert known(came_back).status == DispatchStatus.POSTED
    assert owed(again(came_back.request)) == []


def test_by_email_it_goes_once(came_back, dpo, smtp):
    made = once_more(came_back, dpo, way=Way.EMAIL, sent_to="jo@example.org")
    deliver(made.pk)
    deliver(made.pk)
    assert len(smtp.to("jo@example.org")) == 1
    assert known(made).status == DispatchStatus.SENT


def test_pressed_twice_it_goes_once_and_by_two_people_once(came_back, dpo):
    moved(came_back, dpo)
    token = uuid4()
    first = once_more(came_back, dpo, token=token)
    with entries_since() as entries:
        assert once_more(came_back, dpo, token=token) == first
        with pytest.raises(Refused, match=f"as {known(first)}"):
            once_more(came_back, dpo, token=token, because="Other.")
        with pytest.raises(Refused, match="sent again already"):
            once_more(came_back, dpo)
    assert entries == []
    with pytest.raises(IntegrityError, match="goes_again_once"), transaction.atomic():
        RequestLetterFactory(
            request=came_back.request,
            kind=LetterKind.REFUSE,
            routes="Complain.",
            again_of=came_back,
            again_because="x",
        )


def test_it_is_sent_a_third_time_when_that_one_comes_back_or_is_given_up(came_back, dpo):
    moved(came_back, dpo)
    given_up = once_more(came_back, dpo)
    keep_pages(letter=given_up, content=b"%PDF-1.7")
    drop_letter(letter=given_up, because="Printed on the wrong paper.", by=dpo)
    second = once_more(came_back, dpo)
    keep_pages(letter=second, content=b"%PDF-1.7")
    say_posted(letter=second, by=dpo)
    third = once_more(second, dpo, because="This one came back as well.")
    assert third.again_of == second


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"because": " "}, "Say how you know"),
        ({"sent_to": "1 Old Lane\nFormby\nL37 0AA"}, "not one to write to"),
        ({"way": Way.EMAIL}, "not one to write to"),
    ],
)
def test_refused_it_leaves_no_trace(came_back, dpo, given, says):
    moved(came_back, dpo)
    with entries_since() as entries, pytest.raises(Refused, match=says):
        once_more(came_back, dpo, **given)
    assert (entries, RequestLetter.objects.count()) == ([], 1)


def test_what_has_not_gone_is_not_sent_again(access, dpo):
    ready = known(RequestLetterFactory(request=access))
    with entries_since() as entries, pytest.raises(Refused, match="has not gone"):
        once_more(ready, dpo)
    assert entries == []
    page = signed_in(dpo).get(reverse("sar:letter-once-more", args=[ready.reference]))
    assert "has not gone" in page.content.decode()
    assert "Send it once more</button>" not in page.content.decode()


def test_without_its_entry_it_is_undone(came_back, dpo, request):
    moved(came_back, dpo)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        once_more(came_back, dpo)
    assert RequestLetter.objects.count() == 1


def test_the_letter_about_a_complaint_goes_to_whoever_complains(world, dpo):
    one = complains(world, kind="data", from_name="Jo Lee", reply_email=JO)
    letter = writes(one, LetterKind.COMPLAINT_ACKNOWLEDGED, dpo)
    begin_sending(letter=letter)
    finish_sending(letter=letter, content=b"as sent")
    made = once_more(letter, dpo, way=Way.EMAIL, sent_to=JO)
    assert (made.matter, made.kind, made.addressee) == (
        known(one).reference,
        LetterKind.COMPLAINT_ACKNOWLEDGED,
        "Jo Lee",
    )


def test_an_old_letter_sent_again_tells_nothing_new(access, dpo):
    """The day was corrected after the acknowledgement: the letter that says so is still owed."""
    AddressFactory(person=access.person, lines="12 Sample Street\nSouthport", postcode="PR9 0ZZ")
    letter = known(RequestLetterFactory(request=access, status=DispatchStatus.MAKING))
    keep_pages(letter=letter, content=b"%PDF-1.7")
    say_posted(letter=letter, by=dpo)
    RequestCorrectionFactory(request=access)
    assert LetterKind.CORRECTED in owed(again(access))
    once_more(letter, dpo, sent_to="12 Sample Street\nSouthport\nPR9 0ZZ")
    assert LetterKind.CORRECTED in owed(again(access))


def test_the_officer_does_it_on_the_pages(came_back, dpo):
    browser = signed_in(dpo)
    page = browser.get(came_back.get_absolute_url()).content.decode()
    address = reverse("sar:letter-once-more", args=[came_back.reference])
    assert address in page
    moved(came_back, dpo)
    form = browser.get(address).content.decode()
    assert "By post: 3 New Lane, Formby, L37 0AB" in form
    assert "1 Old Lane, Formby, L37 0AA</strong> on" in form
    typed = {"token": str(uuid4()), "because": BACK, "place": ""}
    wrong = browser.post(address, typed)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert BACK in wrong.content.decode()
    # As a browser sends the lines.
    typed["place"] = f"post\n{THERE}".replace("\n", "\r\n")
    for _ in range(2):
        done = browser.post(address, typed)
        assert done.status_code == HTTPStatus.FOUND
    made = known(RequestLetter.objects.get(again_of=came_back))
    assert done.url == made.get_absolute_url()
    assert BACK in browser.get(done.url).content.decode()
    first = browser.get(came_back.get_absolute_url()).content.decode()
    assert made.reference in first
    assert address not in first
    listed = browser.get(came_back.request.get_absolute_url()).content.decode()
    assert f"({made.reference}), once more" in listed
    typed["token"] = str(uuid4())
    late = browser.post(address, typed)
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "sent again already" in late.content.decode()
