"""Pages of letters and templates: who may, what is offered, and what stays when the answer is no."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import cases
from letters.models import Audience, Dispatch, Letter, LetterTemplate
from letters.sending import deliver
from letters.workflow import DispatchStatus
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    ContactPointFactory,
    DoNotContactFactory,
    DoNotDiscloseFactory,
    ProfessionalFactory,
    ServiceFactory,
    checked,
)
from tests.factories.consent import ShareFactory
from tests.factories.letters import LetterFactory, LetterTemplateFactory, TemplateVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    made = a_world()
    AddressFactory(person=made.amelia)
    return made


@pytest.fixture
def browser(world):
    return signed_in(world.worker)


@pytest.fixture
def visit():
    template = LetterTemplateFactory(name="Visit", slug="visit")
    return TemplateVersionFactory(template=template)


def words_of(response):
    return response.content.decode()


def add(world, way="post", who=None):
    where = reverse("letters:letter-add", args=[world.case.reference])
    person = (who or world.amelia).reference
    return f"{where}?person={person}&template=visit&way={way}"


def token_in(response):
    return re.search(r'name="token" value="([0-9a-f-]{36})"', words_of(response))[1]


def test_a_letter_is_filled_from_the_record_written_and_posted(world, browser, visit):
    chosen = browser.get(reverse("letters:letter-add", args=[world.case.reference]))
    assert "Visit" in words_of(chosen)
    form = browser.get(add(world))
    page = words_of(form)
    assert "Dear Amelia," in page
    assert "Dean Okafor" in page
    given = {
        "token": token_in(form),
        # As a browser sends it: each line ends with two characters.
        "sent_to": "12 Sample Street\r\nSouthport\r\nPR9 0ZZ",
        "subject": "Your visit",
        "body": "Dear Amelia,\r\n\r\nwe come.",
    }
    for _ in range(2):
        answer = browser.post(add(world), given)
    letter = Letter.objects.get()
    assert answer.headers["Location"] == letter.get_absolute_url()
    assert "It takes a moment" in words_of(browser.get(letter.get_absolute_url()))
    deliver(letter.pk)
    page = words_of(browser.get(letter.get_absolute_url()))
    assert "I have posted it" in page
    assert letter.reference in words_of(browser.get(reverse("letters:waiting")))
    browser.post(reverse("letters:letter-posted", args=[letter.reference]))
    page = words_of(browser.get(letter.get_absolute_url()))
    assert "I have posted it" not in page
    dispatch = Dispatch.objects.get()
    assert dispatch.contact.reference in page
    again = browser.post(reverse("letters:letter-posted", args=[letter.reference]))
    assert again.status_code == 409


def test_what_was_typed_stays_when_the_letter_cannot_be(world, browser, visit):
    form = browser.get(add(world))
    answer = browser.post(add(world), {"token": token_in(form), "body": "Keep these words"})
    assert answer.status_code == 422
    assert "Keep these words" in words_of(answer)
    assert not Letter.objects.exists()


def test_whoever_must_not_be_written_to_is_said_before_anything_is_typed(world, browser, visit):
    DoNotContactFactory(person=world.amelia, reason="She asked us to wait.")
    page = words_of(browser.get(add(world)))
    assert "She asked us to wait." in page
    assert "Make the letter" not in page


def test_an_e_mail_without_a_safe_address_is_said(world, browser, visit):
    ContactPointFactory(person=world.amelia, kind="email", value="a@b.example")
    assert "no e-mail address at which a message is safe" in words_of(
        browser.get(add(world, way="email"))
    )


def test_warnings_must_be_looked_at(world, browser, visit):
    DoNotDiscloseFactory(person=world.joe, to_words="", to_person=world.amelia)
    form = browser.get(add(world))
    assert "He has threatened her." in words_of(form)
    given = {
        "token": token_in(form),
        "sent_to": "12 Sample Street\nSouthport\nPR9 0ZZ",
        "subject": "Your visit",
        "body": "Dear Amelia",
    }
    assert browser.post(add(world), given).status_code == 422
    assert browser.post(add(world), {**given, "checked": "on"}).status_code == 302


def test_large_print_and_another_language_are_thought_of(world, browser, visit):
    change(world.amelia, first_language="Polish", communication_needs="Large print, please")
    page = words_of(browser.get(add(world)))
    assert "Their first language is Polish" in page
    assert re.search(r'name="large_print"[^>]*checked', page)


def test_a_closed_case_gets_no_letter(world, browser, visit):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    assert browser.get(add(world)).status_code == 409


def shared_with_school(world, **changes):
    school = checked(AgencyFactory(name="Larch Primary School", email="office@school.example"))
    teacher = ProfessionalFactory(name="Ms Khan", agency=school)
    return ShareFactory(
        case=world.case, agency=school, professional=teacher, people=[world.joe], **changes
    )


def test_a_letter_to_a_professional_is_written_from_the_sharing_log(world, browser):
    template = LetterTemplateFactory(slug="to-school", audience=Audience.PROFESSIONAL)
    TemplateVersionFactory(template=template, body="Dear {{ name }}, {{ role }}")
    share = shared_with_school(world)
    page = words_of(browser.get(reverse("consent:share", args=[share.reference])))
    where = reverse("consent:share-letter", args=[share.reference])
    assert where in page
    where = f"{where}?template=to-school&way=email"
    form = browser.get(where)
    assert "Dear Ms Khan, health visitor" in words_of(form)
    given = {
        "token": token_in(form),
        "sent_to": "office@school.example",
        "subject": "Joe Hart",
        "body": "Dear Ms Khan",
    }
    assert browser.post(where, given).status_code == 302
    letter = Letter.objects.get()
    assert letter.shared_as == share.reference
    assert list(letter.people.all()) == [world.joe]


def test_from_an_entry_that_names_no_professional_no_letter_is_written(world, browser):
    share = ShareFactory(case=world.case, people=[world.joe], agency=AgencyFactory())
    where = reverse("consent:share-letter", args=[share.reference])
    assert browser.get(where).status_code == 409
    assert where not in words_of(browser.get(reverse("consent:share", args=[share.reference])))
    reader = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="Qi Lin"))
    assert reader.get(where).status_code == 403


def test_a_letter_that_failed_is_tried_again_or_given_up(world, browser):
    letter = LetterFactory(
        case=world.case,
        person=world.amelia,
        dispatch=DispatchStatus.FAILED,
        dispatch__failure="No paper.",
    )
    assert "No paper." in words_of(browser.get(letter.get_absolute_url()))
    browser.post(reverse("letters:letter-again", args=[letter.reference]))
    assert Dispatch.objects.get().status == DispatchStatus.MAKING
    change(Dispatch.objects.get(), status=DispatchStatus.FAILED, failure="No paper.")
    drop = reverse("letters:letter-drop", args=[letter.reference])
    assert browser.get(drop).status_code == 200
    assert browser.post(drop, {"because": ""}).status_code == 422
    browser.post(drop, {"because": "She was told by telephone."})
    assert Dispatch.objects.get().status == DispatchStatus.DROPPED


def test_another_service_and_the_front_desk_find_no_letter(world):
    letter = LetterFactory(case=world.case, person=world.amelia)
    stranger = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    desk = member_of(world.service, Role.FRONT_DESK, name="Sue Barlow")
    for user in (stranger, desk):
        with entries_since() as left:
            assert signed_in(user).get(letter.get_absolute_url()).status_code == 404
        assert [(e.verb, e.people) for e in left] == [(Verb.LOOK_REFUSED, [world.amelia.pk])]


@pytest.mark.parametrize("name", ["letters:letters", "letters:waiting"])
def test_lists_ask_as_often_for_thirty_as_for_one(world, browser, name):
    where = reverse(name, args=[world.case.reference] if name == "letters:letters" else [])

    def one_more():
        LetterFactory(
            case=world.case,
            person=world.amelia,
            dispatch=DispatchStatus.FAILED,
            dispatch__failure="No paper.",
        )

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(where).status_code == 200
        return len(asked)

    one_more()
    browser.get(where)  # the first page of a session asks more
    one = queries()
    for _ in range(29):
        one_more()
    assert queries() == one


# --- Templates ----------------------------------------------------------------------------------

WORDS = {"language": "en-GB", "subject": "Your visit", "body": "Dear {{ called }}"}


def test_a_manager_sees_a_template_with_a_real_record_and_publishes_it(world):
    manager = signed_in(world.manager)
    where = reverse("letters:template-add")
    typed = {**WORDS, "name": "Visit", "audience": "client"}
    with entries_since() as left:
        shown = manager.post(where, {**typed, "do": "show", "record": world.amelia.reference})
    assert "Dear Amelia" in words_of(shown)
    assert [e.verb for e in left] == [Verb.PERSON_FOUND]
    assert not LetterTemplate.objects.exists()
    unknown = manager.post(where, {**typed, "do": "show", "record": "P-999999"})
    assert unknown.status_code == 422
    wrong = manager.post(where, {**typed, "body": "Dear {{ nickname }}", "do": "publish"})
    assert wrong.status_code == 422
    assert "Dear {{ nickname }}" in words_of(wrong)
    assert manager.post(where, {**typed, "do": "publish"}).status_code == 302
    template = LetterTemplate.objects.get()
    write = reverse("letters:template-write", args=[template.slug])
    assert "Dear {{ called }}" in words_of(manager.get(write))
    manager.post(write, {**WORDS, "body": "Hello {{ called }}", "do": "publish"})
    page = words_of(manager.get(template.get_absolute_url()))
    assert "Version 2" in page
    assert "Dear {{ called }}" in page
    manager.post(reverse("letters:template-offer", args=[template.slug]), {"is_open": "no"})
    template.refresh_from_db()
    assert template.is_open is False


def test_who_writes_templates(world, visit):
    where = reverse("letters:templates")
    assert signed_in(the(Role.DPO)).get(where).status_code == 200
    assert signed_in(world.manager).get(where).status_code == 200
    for name in ("letters:templates", "letters:template-add"):
        with entries_since() as left:
            assert signed_in(world.worker).get(reverse(name)).status_code == 403
        assert [e.verb for e in left] == [Verb.LOOK_REFUSED]
