"""The pages: raising in a minute, the receipt, the lead's desk, and who may not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from safeguarding.models import Allegation, Choice, Concern, Report
from safeguarding.workflow import ConcernStatus
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory
from tests.factories.safeguarding import ConcernFactory, read_concern, two_receivers

pytestmark = pytest.mark.django_db

RAISE = reverse("safeguarding:raise")
DESK = reverse("safeguarding:concerns")
TODAY = timezone.localdate()

TYPED = {
    "in_danger": "no",
    "whom": "nobody",
    "what": "A bruise.",
    "how_known": "seen",
    "suspected_on_0": TODAY.day,
    "suspected_on_1": TODAY.month,
    "suspected_on_2": TODAY.year,
    "described": "A boy in a red coat",
}


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def lead():
    return the(Role.SAFEGUARDING_LEAD)


def lever(concern, name):
    return reverse("safeguarding:concern-lever", args=[concern.reference, name])


def text(response):
    return response.content.decode()


# --- Raising ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_every_role_finds_the_button_and_raises(role):
    browser = signed_in(UserFactory(roles=[role]))
    assert RAISE in text(browser.get(reverse("safeguarding:raised")))
    assert browser.get(RAISE).status_code == 200
    answer = browser.post(RAISE, TYPED)
    concern = Concern.objects.get()
    assert answer["Location"] == reverse("safeguarding:receipt", args=[concern.reference])


def test_the_button_on_a_persons_page_brings_the_person(world):
    browser = signed_in(world.worker)
    page = text(browser.get(reverse("cases:person", args=[world.joe.reference])))
    address = f"{RAISE}?about={world.joe.reference}"
    assert address in page
    with entries_since() as left:
        page = text(browser.get(address))
    assert "Joe Hart" in page
    assert [(entry.verb, entry.people) for entry in left] == [(Verb.PERSON_FOUND, [world.joe.pk])]
    browser.post(address, TYPED | {"people": [world.joe.reference], "described": ""})
    assert list(Concern.objects.get().people.all()) == [world.joe]


def test_the_button_on_a_case_offers_the_family_and_keeps_the_case(world):
    browser = signed_in(world.worker)
    address = f"{RAISE}?about={world.case.reference}"
    page = text(browser.get(address))
    assert "Joe Hart" in page
    assert "Amelia Hart" in page
    browser.post(address, TYPED | {"people": [world.joe.reference]})
    assert Concern.objects.get().case == world.case


def test_somebody_of_another_service_is_not_offered_but_can_be_described(world):
    stranger = UserFactory(roles=[Role.CASEWORKER])
    page = text(signed_in(stranger).get(f"{RAISE}?about={world.joe.reference}"))
    assert "Joe Hart" not in page
    answer = signed_in(stranger).post(RAISE, TYPED | {"people": [world.joe.reference]})
    assert answer.status_code == 422
    assert "A boy in a red coat" in text(answer)


def test_looking_for_a_person_keeps_what_was_typed_and_sends_nothing(world):
    with entries_since() as left:
        answer = signed_in(world.worker).post(
            RAISE, TYPED | {"words": "Joe Hart", "look_for": "Find them", "own_words": "It hurt."}
        )
    page = text(answer)
    assert answer.status_code == 200
    for words in ("A bruise.", "It hurt.", "A boy in a red coat", world.joe.reference):
        assert words in page
    assert "There is a problem" not in page
    assert not Concern.objects.exists()
    assert Verb.PEOPLE_SEARCHED in {entry.verb for entry in left}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"in_danger": ""}, "Is somebody in immediate danger"),
        ({"described": ""}, "Say about whom it is"),
        ({"what": ""}, "What did you see or hear"),
        ({"suspected_on_0": "31", "suspected_on_1": "2"}, "no such day"),
        ({"told_time": "3pm"}, "Write the day as well"),
        ({"whom": "staff"}, "Choose the colleague"),
    ],
)
def test_bad_input_says_what_to_do_and_keeps_what_was_typed(world, wrong, sentence):
    answer = signed_in(world.worker).post(RAISE, TYPED | {"own_words": "It hurt."} | wrong)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "It hurt." in text(answer)
    assert not Concern.objects.exists()
    assert not Allegation.objects.exists()


def test_danger_says_first_whom_to_ring(world, settings):
    settings.SAFEGUARDING = settings.SAFEGUARDING | {"council_phone": "01632 960999"}
    browser = signed_in(world.worker)
    page = text(browser.get(RAISE))
    assert page.index("999") < page.index('<form method="post"')
    assert "01632 960999" in page
    answer = browser.post(RAISE, TYPED | {"in_danger": "yes"}, follow=True)
    page = text(answer)
    assert page.index("Ring 999 first") < page.index("Your concern was received")


def test_an_allegation_goes_another_way(world):
    two_receivers()
    accused = UserFactory(full_name="Gregor Accused")
    answer = signed_in(world.worker).post(
        RAISE, TYPED | {"whom": "staff", "about_staff": accused.pk}, follow=True
    )
    assert "Your concern was received" in text(answer)
    assert "Gregor Accused" not in text(answer)
    assert not Concern.objects.exists()
    assert Allegation.objects.get().about_staff == accused


def test_a_form_sent_twice_makes_one_and_with_other_words_asks(world):
    browser = signed_in(world.worker)
    typed = TYPED | {"token": "6f1f57f8-1111-4222-8333-0123456789ab"}
    browser.post(RAISE, typed)
    assert browser.post(RAISE, typed).status_code == 302
    answer = browser.post(RAISE, typed | {"what": "Two bruises."})
    assert answer.status_code == 422
    assert "received before" in text(answer)
    assert Concern.objects.count() == 1


# --- The receipt --------------------------------------------------------------------------------


def test_the_receipt_tells_nothing_else_and_is_nobody_elses(world, lead):
    concern = read_concern(
        lead, recorded_by=world.worker, people=[world.joe], what="A mark of a hand."
    )
    where = reverse("safeguarding:receipt", args=[concern.reference])
    page = text(signed_in(world.worker).get(where))
    assert "Your concern was received" in page
    for secret in ("A mark of a hand.", "Joe Hart", lead.full_name):
        assert secret not in page
    listed = text(signed_in(world.worker).get(reverse("safeguarding:raised")))
    assert concern.reference in listed
    assert "Joe" not in listed
    with entries_since() as left:
        assert signed_in(world.manager).get(where).status_code == 404
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]


def test_the_raiser_adds_and_reads_nothing(world):
    concern = ConcernFactory(recorded_by=world.worker)
    where = reverse("safeguarding:receipt", args=[concern.reference])
    answer = signed_in(world.worker).post(where, {"text": "She was six."}, follow=True)
    assert concern.entries.get().text == "She was six."
    assert "She was six." not in text(answer)


# --- The desk -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SAFEGUARDING_LEAD])
def test_nobody_else_reads_concerns(world, lead, role):
    concern = ConcernFactory(people=[world.joe])
    user = UserFactory(roles=[role])
    with entries_since() as left:
        assert signed_in(user).get(DESK).status_code == 403
        assert signed_in(user).get(concern.get_absolute_url()).status_code == 404
        assert signed_in(user).post(lever(concern, "read")).status_code == 404
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED] * 3
    assert signed_in(lead).get(concern.get_absolute_url()).status_code == 200


def test_the_lead_prints_a_concern_and_nobody_else_has_the_sheet(world, lead):
    concern = ConcernFactory(people=[world.joe], what="He would not take his coat off.")
    sheet = reverse("safeguarding:concern-print", args=[concern.reference])
    assert sheet in text(signed_in(lead).get(concern.get_absolute_url()))
    with entries_since() as left:
        body = text(signed_in(lead).get(sheet))
        assert signed_in(world.manager).get(sheet).status_code == 404
    assert [entry.verb for entry in left] == [Verb.CONCERN_PRINTED, Verb.LOOK_REFUSED]
    for words in ("Confidential", f"Printed by {lead}", "He would not take his coat off."):
        assert words in body


def test_a_worker_of_the_case_is_not_told_that_there_is_one(world, lead):
    concern = ConcernFactory(people=[world.joe], case=world.case)
    for user in (world.worker, world.manager):
        browser = signed_in(user)
        for page in (
            reverse("cases:person", args=[world.joe.reference]),
            reverse("cases:case", args=[world.case.reference]),
            reverse("consent:person", args=[world.joe.reference]),
        ):
            shown = text(browser.get(page))
            assert "Joe Hart" in shown
            assert concern.reference not in shown
            assert "Safeguarding concern" not in shown
    where = reverse("safeguarding:person", args=[world.joe.reference])
    assert signed_in(world.worker).get(where).status_code == 403
    assert concern.reference in text(signed_in(lead).get(where))


def test_the_desk_shows_age_clock_and_danger_first(lead):
    now = timezone.now()
    old = ConcernFactory(recorded_at=now - timedelta(hours=5), described="An old one")
    urgent = ConcernFactory(in_danger=True, described="A child on a roof")
    page = text(signed_in(lead).get(DESK))
    assert page.index(urgent.reference) < page.index(old.reference)
    assert "Unread for 5 hours" in page
    assert "Late" in page
    assert "Immediate danger" in page


def test_the_lists_of_the_desk(lead):
    ended = read_concern(lead, described="Ended")
    Concern_ended(ended, lead)
    page = text(signed_in(lead).get(DESK))
    assert ended.reference not in page
    assert ended.reference in text(signed_in(lead).get(f"{DESK}?list=ended"))
    assert signed_in(lead).get(f"{DESK}?list=nonsense&page=99").status_code == 200


def Concern_ended(concern, lead):  # noqa: N802  # reads as a statement
    answer = signed_in(lead).post(
        lever(concern, "decide"), {"choice": Choice.NO_FURTHER_ACTION, "reason": "A game."}
    )
    assert answer.status_code == 302


def test_one_page_of_concerns_takes_the_same_queries_for_one_and_thirty(lead):
    browser = signed_in(lead)
    ConcernFactory(people=[PersonFactory()])
    browser.get(DESK)
    with CaptureQueriesContext(connection) as one:
        browser.get(DESK)
    for _ in range(29):
        ConcernFactory(people=[PersonFactory(), PersonFactory()])
    with CaptureQueriesContext(connection) as thirty:
        page = browser.get(DESK)
    assert len(page.context["page"].object_list) == 30
    assert len(thirty) == len(one)


def test_the_lead_works_a_concern_through_the_pages(world, lead):
    dpo = the(Role.DPO)
    browser = signed_in(lead)
    concern = ConcernFactory(people=[world.joe])
    assert "I have read it" in text(browser.get(concern.get_absolute_url()))
    browser.post(lever(concern, "read"))
    answer = browser.post(lever(concern, "decide"), {"choice": "watch", "reason": "Wait."})
    assert answer.status_code == 422
    assert "Say when you look at it again." in text(answer)
    assert "Wait." in text(answer)
    browser.post(lever(concern, "decide"), {"choice": "council", "reason": "A mark."})
    moment = timezone.localtime() - timedelta(minutes=2)
    tomorrow = TODAY + timedelta(days=1)
    told = {
        "to": "council",
        "new_agency": "Sefton Council",
        "recipient_name": "Duty social worker",
        "happened_on_0": moment.day,
        "happened_on_1": moment.month,
        "happened_on_2": moment.year,
        "happened_time": moment.strftime("%H:%M"),
        "sent_how": "phone",
        "what": "What he said.",
        "gateway": "public_good",
        "detail_public_good": "He may be hurt again.",
        "why_without_consent": "It would put him at risk.",
        "told": "no",
        "why_not_told": "It would put him at risk.",
        "next_chase_on_0": tomorrow.day,
        "next_chase_on_1": tomorrow.month,
        "next_chase_on_2": tomorrow.year,
    }
    answer = browser.post(lever(concern, "report"), told)
    assert answer.status_code == 422
    assert "Choose who authorised it" in text(answer)
    assert "He may be hurt again." in text(answer)
    answer = browser.post(lever(concern, "report"), told | {"authorised_by": dpo.pk}, follow=True)
    page = text(answer)
    assert "Duty social worker" in page
    assert Report.objects.get().share.reference in page
    browser.post(lever(concern, "answer"), {"words": "An assessment begins."})
    page = text(browser.get(concern.get_absolute_url()))
    for words in ("An assessment begins.", "Decision: Refer to the council", "Being decided"):
        assert words in page
    browser.post(lever(concern, "end"), {"outcome": "The council works with them."})
    concern.refresh_from_db()
    assert concern.status == ConcernStatus.ENDED


def test_whoever_raised_it_gets_the_sentence_and_keeps_the_reason(lead):
    the(Role.SAFEGUARDING_LEAD)
    concern = read_concern(lead, recorded_by=lead, described="A boy")
    browser = signed_in(lead)
    page = text(browser.get(concern.get_absolute_url()))
    assert lever(concern, "decide") not in page
    assert browser.get(lever(concern, "decide")).status_code == 409
    answer = browser.post(lever(concern, "decide"), {"choice": "council", "reason": "My reason."})
    assert answer.status_code == 422
    assert "somebody else decides" in text(answer)
    assert "My reason." in text(answer)


def test_an_unknown_lever_is_no_page(lead):
    concern = ConcernFactory()
    assert signed_in(lead).get(lever(concern, "dance")).status_code == 404


def test_nothing_is_shown_while_the_log_cannot_be_written(world, lead, request):
    concern = ConcernFactory(people=[world.joe])
    pages = [concern.get_absolute_url(), DESK, f"{RAISE}?about={world.joe.reference}"]
    browser = signed_in(lead)
    assert all("Joe Hart" in text(browser.get(page)) for page in pages)
    request.getfixturevalue("log_broken")
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 503
        assert "Joe Hart" not in text(answer)
    assert Entry.objects.exists()
