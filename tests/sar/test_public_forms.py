"""Strangers on the public site: a request or a referral in short steps, kept locked and for two hours."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, User
from accounts.roles import Role
from audit.actors import SYSTEM, Stranger
from audit.models import Entry
from audit.verbs import Verb
from cases.models import Person, Referral
from core.cookies import ONE_TASK
from core.errors import LogUnavailable, Refused
from sar.kinds import Channel, Kind
from sar.models import Complaint, PublicDraft, RightsRequest
from sar.public.actions import SITE, forget_public_drafts, keep_step, send, throw_away
from sar.public.sealing import hash_of, new_secret, seal, unseal
from sar.public.tasks import TASKS
from tests.cases.world import Browser, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import ServiceFactory

pytestmark = pytest.mark.django_db

REQUEST, REFER, COMPLAIN = TASKS["request"], TASKS["refer"], TASKS["complain"]
COMPLAINED = {
    "what": {"about": "data", "words": "My letter went to him."},
    "who": {"name": "Amelia Hart", "for_whom": "Joe Hart"},
    "reach": {"email": "safe@friend.example", "confirm": "on"},
}
ASKED = {
    "what": {"kinds": ["access", "erasure"], "asked": "All of it, please."},
    "who": {
        "requester": "person",
        "name": "Amelia Hart",
        "born_0": "2",
        "born_1": "May",
        "born_2": "1986",
    },
    "reach": {"email": "safe@friend.example", "beware": "Do not ring.", "confirm": "on"},
    "answer": {"answer_format": "large_print"},
}


@pytest.fixture(autouse=True)
def _nobody_has_sent_anything():
    cache.clear()


@pytest.fixture
def service():
    return ServiceFactory(name="Family support", public_text="We visit families at home.")


def referred(service):
    return {
        "service": {"service": str(service.pk), "came_from": "self"},
        "person": {
            "given_names": "Joe",
            "family_name": "Hart",
            "part": "child",
            "others": "His sister, 4",
        },
        "why": {"reason": "He does not sleep.", "knows": "on"},
        "reach": {"phone": "07700 900123"},
    }


def at(task, *part):
    return reverse("ask:step" if part else "ask:start", args=[task.slug, *part])


def check(task):
    return reverse("ask:check", args=[task.slug])


def fill(browser, task, answers):
    for part, given in answers.items():
        answer = browser.post(at(task, part), given)
        assert answer.status_code == 302, answer.content.decode()
    return answer


def keep(answers, task=REQUEST, *, now=None):
    secret = ""
    for step in task.steps:
        given = {
            name: value if isinstance(value, list) else [value]
            for name, value in answers[step.slug].items()
        }
        secret = keep_step(
            task=task,
            step=step,
            given=given,
            secret=secret,
            now=now or timezone.now(),
            by=Stranger(),
        )
    return secret


# --- From the first page to the number -----------------------------------------------------------------


def test_request_reaches_the_list_of_requests_with_its_clock(
    smtp, django_capture_on_commit_callbacks
):
    browser = Browser()
    assert fill(browser, REQUEST, ASKED)["Location"] == check(REQUEST)
    page = browser.get(check(REQUEST)).content.decode()
    for words in ("All of it, please.", "Amelia Hart", "2 May 1986", "Have something removed"):
        assert words in page
    with django_capture_on_commit_callbacks(execute=True):
        page = browser.post(check(REQUEST)).content.decode()
    copy, removal = RightsRequest.objects.order_by("pk")
    assert [copy.kind, removal.kind] == [Kind.ACCESS, Kind.ERASURE]
    assert copy.reference in page
    assert removal.reference in page
    assert (copy.channel, copy.received_on) == (Channel.FORM, timezone.localdate())
    assert copy.about_name == "Amelia Hart\nBorn 2 May 1986"
    assert copy.reach_by == "E-mail: safe@friend.example\nDo not: Do not ring."
    assert copy.answer_format == "large_print"
    desk = signed_in(the(Role.DPO)).get("/requests/").content.decode()
    assert copy.reference in desk
    assert "left" in desk
    (mail,) = smtp.letters
    text = mail.get_content()
    assert copy.reference in text
    assert "Amelia" not in text
    assert "Parenting" not in text + mail["Subject"]


def test_nothing_is_left_behind_and_sent_again_makes_nothing_more(service):
    browser = Browser()
    fill(browser, REFER, referred(service))
    secret = browser.cookies[ONE_TASK.name].value
    first = browser.post(check(REFER))
    assert first.status_code == 200
    assert browser.cookies[ONE_TASK.name].value == ""
    assert not PublicDraft.objects.exists()
    browser.cookies[ONE_TASK.name] = secret
    assert browser.post(check(REFER)).status_code == 410
    with pytest.raises(Refused, match="sent already"):
        send(task=REFER, secret=secret, now=timezone.now(), on=timezone.localdate(), by=Stranger())
    assert Referral.objects.count() == 1


def test_referral_of_a_family_waits_to_be_screened(service):
    browser = Browser()
    fill(browser, REFER, referred(service))
    browser.post(check(REFER))
    referral = Referral.objects.get()
    assert (referral.service, referral.status, referral.how_received) == (
        service,
        "received",
        "form",
    )
    assert referral.reason == (
        "He does not sleep.\n\nAlso in the family: His sister, 4\n\n"
        "How to reach them safely:\nTelephone: 07700 900123"
    )
    assert Person.objects.get().birth_certainty == "not_known"
    site = referral.recorded_by
    assert (site.email, site.is_active, site.has_usable_password()) == (SITE, False, False)


def test_professional_names_themself_and_says_whether_the_family_knows(service):
    answers = referred(service)
    answers["service"] |= {"came_from": "agency"}
    browser = Browser()
    refused = browser.post(at(REFER, "service"), answers["service"])
    assert refused.status_code == 422
    assert "Write the name of your organisation." in refused.content.decode()
    answers["service"] |= {
        "agency": "Holy Trinity School",
        "worker": "Jo Day",
        "worker_role": "teacher",
    }
    answers["why"].pop("knows")
    fill(browser, REFER, answers)
    browser.post(check(REFER))
    referral = Referral.objects.get()
    assert (referral.agency.name, referral.professional.name) == ("Holy Trinity School", "Jo Day")
    assert "did not say that the family knows" in referral.reason


def test_complaint_is_on_the_desk_with_the_day_by_which_it_is_acknowledged(
    smtp, django_capture_on_commit_callbacks
):
    officer, browser = the(Role.DPO), Browser()
    fill(browser, COMPLAIN, COMPLAINED)
    page = browser.get(check(COMPLAIN)).content.decode()
    for words in ("How we used your information", "My letter went to him.", "Joe Hart"):
        assert words in page
    with time_machine.travel("2026-11-24 10:00Z"), django_capture_on_commit_callbacks(execute=True):
        fill(browser, COMPLAIN, COMPLAINED)
        page = browser.post(check(COMPLAIN)).content.decode()
    complaint = Complaint.objects.get()
    assert complaint.reference in page
    assert "within 30 days" in page
    assert (complaint.kind, complaint.channel, complaint.status) == ("data", "form", "received")
    assert (complaint.from_name, complaint.words) == (
        "Amelia Hart",
        "For: Joe Hart\n\nMy letter went to him.",
    )
    assert complaint.reach_by == "E-mail: safe@friend.example"
    desk = signed_in(officer).get(reverse("admin:sar_complaint_changelist")).content.decode()
    assert complaint.reference in desk
    assert "24 December 2026" in desk
    assert Notice.objects.filter(to=officer, sentence__contains=complaint.reference).exists()
    (mail,) = smtp.letters
    assert complaint.reference in mail.get_content()
    assert not {"complain", "Amelia", "Parenting"} & set(f"{mail['Subject']} {mail}".split())


def test_complaint_about_a_service_names_it_and_needs_words(service):
    browser = Browser()
    refused = browser.post(at(COMPLAIN, "what"), {"about": "service", "words": ""})
    assert refused.status_code == 422
    answers = {**COMPLAINED, "what": {"about": "service", "which": service.pk, "words": "Late."}}
    change(service, is_open=False)  # what went wrong in it did
    fill(browser, COMPLAIN, answers)
    browser.post(check(COMPLAIN))
    complaint = Complaint.objects.get()
    assert (complaint.kind, complaint.service) == ("service", service)


# --- Half-way ----------------------------------------------------------------------------------------


def test_whoever_leaves_half_way_finds_it_again_and_nobody_else_does():
    browser, other = Browser(), Browser()
    fill(browser, REQUEST, {"what": ASKED["what"]})
    again = browser.get(at(REQUEST, "what")).content.decode()
    assert "All of it, please." in again
    assert "Go on where you left" in browser.get(at(REQUEST)).content.decode()
    assert browser.get(check(REQUEST))["Location"] == at(REQUEST, "who")
    assert "All of it" not in other.get(at(REQUEST, "what")).content.decode()
    assert "All of it" not in browser.get(at(REFER, "why")).content.decode()


def test_draft_lies_locked_in_the_database_and_in_no_log():
    browser = Browser()
    fill(browser, REQUEST, {"what": ASKED["what"], "who": ASKED["who"]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(body, 'escape'), key_hash FROM sar_publicdraft")
        ((body, found_by),) = cursor.fetchall()
    secret = browser.cookies[ONE_TASK.name].value
    assert "Amelia" not in body
    assert secret not in body + found_by
    entry = Entry.objects.filter(verb=Verb.PUBLIC_STEP_KEPT).first()
    assert (entry.by, entry.address, entry.request, entry.values_hash) == (
        "not signed in",
        None,
        None,
        None,
    )


def test_cookie_is_strictly_for_this_task():
    browser = Browser()
    assert ONE_TASK.name not in browser.get(at(REQUEST, "what")).cookies
    browser.post(at(REQUEST, "what"), ASKED["what"])
    cookie = browser.cookies[ONE_TASK.name]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Lax", "/ask/", 7200)


def test_after_two_hours_it_is_gone():
    browser = Browser()
    fill(browser, REQUEST, ASKED)
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert browser.get(check(REQUEST)).status_code == 410
        assert forget_public_drafts(now=timezone.now(), by=SYSTEM) == 1
    assert not PublicDraft.objects.exists()


def test_it_can_be_thrown_away():
    browser = Browser()
    fill(browser, REQUEST, {"what": ASKED["what"]})
    browser.post(reverse("ask:throw-away", args=["request"]))
    assert not PublicDraft.objects.exists()
    assert "All of it" not in browser.get(at(REQUEST, "what")).content.decode()


def test_secret_that_somebody_planted_is_not_used():
    browser = Browser()
    browser.cookies[ONE_TASK.name] = "planted-by-somebody"
    fill(browser, REQUEST, {"what": ASKED["what"]})
    assert browser.cookies[ONE_TASK.name].value != "planted-by-somebody"
    assert not PublicDraft.objects.filter(key_hash=hash_of("planted-by-somebody")).exists()


def test_other_key_opens_nothing():
    one, other = new_secret(), new_secret()
    body = seal({"what": {"asked": ["x"]}}, one)
    assert unseal(body, one) == {"what": {"asked": ["x"]}}
    assert unseal(body, other) is None


# --- What is refused, in words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "given", "says"),
    [
        ("what", {"kinds": ["access"], "asked": ""}, "Fill in “Tell us in your own words”."),
        ("what", {"kinds": ["everything"], "asked": "Kept words"}, "Choose one of the answers"),
        ("what", {"kinds": ["access"], "asked": "Kept words" + "x" * 5000}, "Shorten it."),
        ("who", {"requester": "agent", "name": "Kept words"}, "Write your own name as well."),
        (
            "who",
            {
                "requester": "person",
                "name": "Kept words",
                "born_0": "31",
                "born_1": "2",
                "born_2": "1990",
            },
            "no such day",
        ),
        (
            "who",
            {
                "requester": "person",
                "name": "Kept words",
                "born_0": "3",
                "born_1": "2",
                "born_2": "2099",
            },
            "Check the year",
        ),
        ("reach", {"beware": "Kept words"}, "Give us one safe way to reach you"),
        (
            "reach",
            {"phone": "1", "confirm": "on", "beware": "Kept words"},
            "Write the e-mail address",
        ),
        (
            "reach",
            {"email": "not an address", "beware": "Kept words"},
            "in full, like name@example.org.",
        ),
        (
            "what",
            {"kinds": ["access"], "asked": "Kept words", "homepage": "http://spam.example"},
            "A box that people do not see",
        ),
    ],
)
def test_bad_input_is_refused_in_words_and_keeps_what_was_typed(part, given, says):
    browser = Browser()
    answer = browser.post(at(REQUEST, part), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Kept words" in page or not any("Kept words" in str(one) for one in given.values())
    assert not PublicDraft.objects.exists()


def test_hostile_words_are_shown_as_words():
    browser = Browser()
    script = "<script>alert(1)</script> ' OR 1=1 -- \x1b[31m"
    fill(browser, REQUEST, {**ASKED, "what": {"kinds": ["access"], "asked": script}})
    page = browser.get(check(REQUEST)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_null_byte_is_refused_in_words():
    answer = Browser().post(at(REQUEST, "what"), {"kinds": ["access"], "asked": "a\x00b"})
    assert answer.status_code == 422
    assert "Null characters are not allowed." in answer.content.decode()


def test_too_many_from_one_connection_wait_and_lose_nothing():
    browser = Browser()
    for _ in range(80):
        browser.post(at(REQUEST, "what"), ASKED["what"])
    answer = browser.post(at(REQUEST, "what"), ASKED["what"])
    assert answer.status_code == 429
    assert "All of it, please." in answer.content.decode()
    other = Browser(REMOTE_ADDR="192.0.2.7")
    assert other.post(at(REQUEST, "what"), ASKED["what"]).status_code == 302


def test_too_many_messages_from_one_connection_wait(service):
    for number in range(10):
        browser = Browser()
        fill(
            browser,
            REFER,
            referred(service) | {"why": {"reason": f"Reason {number}", "knows": "on"}},
        )
        assert browser.post(check(REFER)).status_code == 200
    fill(browser, REFER, referred(service))
    assert browser.post(check(REFER)).status_code == 429
    assert Referral.objects.count() == 10


@pytest.mark.parametrize("where", ["/ask/nothing/", "/ask/request/nothing/", "/ask/refer/what/"])
def test_what_is_not_there_is_not_found(where):
    assert Browser().get(where).status_code == 404


def test_service_that_closed_meanwhile_is_asked_again(service):
    browser = Browser()
    fill(browser, REFER, referred(service))
    change(service, is_open=False)
    assert browser.post(check(REFER))["Location"] == at(REFER, "service")
    assert not Referral.objects.exists()


# --- The verbs ---------------------------------------------------------------------------------------


def test_verbs_leave_their_entries():
    with entries_since() as left:
        secret = keep(ASKED)
    assert [one.verb for one in left] == [Verb.PUBLIC_STEP_KEPT] * 4
    with entries_since() as left:
        send(
            task=REQUEST, secret=secret, now=timezone.now(), on=timezone.localdate(), by=Stranger()
        )
    assert [one.verb for one in left] == [
        Verb.USER_ADDED,
        Verb.USER_SUSPENDED,
        Verb.REQUEST_RECORDED,
        Verb.REQUEST_RECORDED,
        Verb.PUBLIC_DRAFT_DROPPED,
    ]
    assert User.objects.filter(email=SITE).count() == 1


@pytest.mark.parametrize("verb", ["keep", "drop", "send"])
def test_nothing_happens_without_its_entry(verb, request):
    secret = keep(ASKED)
    body = PublicDraft.objects.get().body
    request.getfixturevalue("log_broken")
    now = timezone.now()
    acts = {
        "keep": lambda: keep_step(
            task=REQUEST, step=REQUEST.steps[0], given={}, secret=secret, now=now, by=Stranger()
        ),
        "drop": lambda: throw_away(secret=secret, by=Stranger()),
        "send": lambda: send(
            task=REQUEST, secret=secret, now=now, on=timezone.localdate(), by=Stranger()
        ),
    }
    with pytest.raises(LogUnavailable):
        acts[verb]()
    assert bytes(PublicDraft.objects.get().body) == bytes(body)
    assert not RightsRequest.objects.exists()


def test_send_refuses_what_is_not_complete():
    secret = keep({**ASKED, "who": {"requester": "person", "name": ""}})
    with entries_since() as left, pytest.raises(Refused, match="Who it is about"):
        send(
            task=REQUEST, secret=secret, now=timezone.now(), on=timezone.localdate(), by=Stranger()
        )
    assert left == []
