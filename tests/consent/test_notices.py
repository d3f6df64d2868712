"""The privacy notice: adopted by the DPO, read by the public, given to people (features.md P19)."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import CaseRole
from consent.actions.notices import adopt_notice, give_notice
from consent.markdown import rendered
from consent.models import NoticeGiven, PrivacyNotice, Readers
from consent.notices import first_text
from core.errors import LogUnavailable, Refused
from tests.cases.world import Browser, a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.consent.sql import change, delete
from tests.factories.cases import CasePersonFactory, DeathFactory, PersonFactory, ServiceFactory
from tests.factories.consent import NoticeGivenFactory, PrivacyNoticeFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today():
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.get_fixed_timezone(0))
    with time_machine.travel(noon, tick=True):
        yield


def given(**changed):
    words = {"given_on": TODAY, "means": "handed"} | changed
    return give_notice(**words)


# Adopting


def test_the_dpo_adopts_the_next_version():
    dpo = the(Role.DPO)
    with entries_since() as left:
        first = adopt_notice(readers=Readers.EVERYBODY, text=" # Who we are ", by=dpo)
    assert [entry.verb for entry in left] == [Verb.PRIVACY_NOTICE_ADOPTED]
    second = adopt_notice(readers=Readers.EVERYBODY, text="# Who we are now", by=dpo)
    child = adopt_notice(readers=Readers.CHILDREN, text="# Who we are", by=dpo)
    assert [first.version, second.version, child.version] == [1, 2, 1]


@pytest.mark.parametrize(
    ("role", "text", "sentence"),
    [
        (Role.SERVICE_MANAGER, "# New", "Data Protection Officer"),
        (Role.DPO, "  ", "Write the notice"),
        (Role.DPO, "# Old", "says the same already"),
    ],
)
def test_adopting_refused_leaves_no_trace(role, text, sentence):
    PrivacyNoticeFactory(text="# Old")
    by = the(role)
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        adopt_notice(readers=Readers.EVERYBODY, text=text, by=by)
    assert left == []
    assert PrivacyNotice.objects.count() == 1


def test_without_an_entry_nothing_is_adopted_or_given(request):
    dpo, person, notice = the(Role.DPO), PersonFactory(), PrivacyNoticeFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        adopt_notice(readers=Readers.CHILDREN, text="# New", by=dpo)
    with pytest.raises(LogUnavailable):
        given(person=person, notice=notice, by=dpo)
    assert not NoticeGiven.objects.exists()


def test_an_adopted_notice_never_changes_and_never_goes():
    notice = PrivacyNoticeFactory()
    for act in (lambda: change(notice, text="Other"), lambda: delete(notice)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert PrivacyNotice.objects.get().text == notice.text


def test_the_first_texts_hold_nothing_that_is_left_out():
    for readers in Readers:
        text = first_text(readers)
        assert "{" not in text
        assert len(rendered(text).headings) > 4


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        '<p style="color:red" onclick="x()">Word</p>',
        "<iframe src='https://example.org'></iframe>",
    ],
)
def test_only_words_are_left_of_what_is_typed(typed):
    html = rendered(f"# Heading\n\n{typed}").html
    for bad in ("<script", "javascript:", "<img", "style=", "onclick", "<iframe", "example.org"):
        assert bad not in html


def test_a_wide_table_moves_by_itself_and_not_the_page():
    html = rendered("| What | How |\n|---|---|\n| `</table>` | rare |").html
    assert html.startswith('<div class="app-table" data-table><table class="govuk-table">')
    assert html.count("<table") == html.count("</table></div>") == 1


# Giving


def test_who_was_given_which_version_when_how_in_which_form_and_language():
    person, notice, worker = PersonFactory(), PrivacyNoticeFactory(), the(Role.CASEWORKER)
    with entries_since() as left:
        made = given(
            person=person,
            notice=notice,
            means="read_out",
            form="easy_read",
            language=" Polish ",
            by=worker,
        )
        again = given(
            person=person,
            notice=notice,
            means="read_out",
            form="easy_read",
            language="Polish",
            by=worker,
        )
    assert made == again
    assert [(entry.verb, entry.people) for entry in left] == [
        (Verb.PRIVACY_NOTICE_GIVEN, [person.pk])
    ]
    assert (made.language, made.form, made.recorded_by) == ("Polish", "easy_read", worker)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"given_on": TODAY + timedelta(days=1)}, "has not come yet"),
        ({"given_on": date(2026, 1, 4)}, "was adopted on 5 January 2026"),
        ({"language": " "}, "in which language"),
    ],
)
def test_giving_refused_leaves_no_trace(wrong, sentence):
    said = {"person": PersonFactory(), "notice": PrivacyNoticeFactory(), "by": the(Role.CASEWORKER)}
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        given(**said | wrong)
    assert left == []


def test_the_database_refuses_a_day_before_it_was_adopted():
    with pytest.raises(IntegrityError, match="adopted only later"):
        NoticeGivenFactory(given_on=date(2026, 1, 4))


# Pages


def test_the_public_reads_the_draft_until_a_notice_is_adopted_and_then_the_notice():
    public = Browser()
    assert "has not been adopted yet" in public.get("/privacy/").content.decode()
    PrivacyNoticeFactory(text="# Old promise", version=1)
    PrivacyNoticeFactory(text="# New promise", version=2)
    now = public.get("/privacy/").content.decode()
    assert "New promise" in now
    assert "Old promise" not in now
    old = public.get(reverse("notices:version", args=["everybody", 1])).content.decode()
    assert "Old promise" in old
    assert "earlier version" in old
    assert public.get("/privacy/children/").status_code == HTTPStatus.NOT_FOUND
    PrivacyNoticeFactory(readers="children", version=1, text="# For you")
    assert "For you" in public.get("/privacy/children/").content.decode()
    assert public.get("/privacy/everybody/9/").status_code == HTTPStatus.NOT_FOUND


def test_the_dpo_looks_before_adopting():
    browser = signed_in(the(Role.DPO))
    page = reverse("consent:notice-adopt", args=["everybody"])
    assert "# Who is responsible" in browser.get(page).content.decode()
    seen = browser.post(page, {"text": "# What we promise"})
    assert "<h2" in seen.content.decode()
    assert not PrivacyNotice.objects.exists()
    assert browser.post(page, {"text": "# What we promise", "adopt": "yes"}).status_code == 302
    again = browser.post(page, {"text": "# What we promise", "adopt": "yes"})
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "says the same already" in again.content.decode()
    assert PrivacyNotice.objects.count() == 1


@pytest.mark.parametrize("role", [Role.SERVICE_MANAGER, Role.FRONT_DESK])
def test_nobody_else_adopts(role):
    browser = signed_in(the(role))
    page = reverse("consent:notice-adopt", args=["everybody"])
    for answer in (browser.get(page), browser.post(page, {"text": "x", "adopt": "yes"})):
        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not PrivacyNotice.objects.exists()


def test_a_worker_gives_it_and_whoever_had_it_is_no_longer_missed():
    world = a_world()
    notice = PrivacyNoticeFactory()
    browser = signed_in(world.worker)
    missed, give = (
        reverse("consent:notices-missed"),
        reverse("consent:notice-give", args=[world.joe.reference]),
    )
    with entries_since() as left:
        page = browser.get(missed).content.decode()
    assert "Joe Hart" in page
    assert "Amelia Hart" in page
    assert {(entry.verb, *entry.people) for entry in left} == {
        (Verb.PRIVACY_NOTICE_MISSED, world.joe.pk),
        (Verb.PRIVACY_NOTICE_MISSED, world.amelia.pk),
    }
    typed = {
        "notice": notice.pk,
        "given_on_0": "24",
        "given_on_1": "11",
        "given_on_2": "2026",
        "means": "handed",
        "form": "standard",
        "language": "",
    }
    wrong = browser.post(give, typed)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="2026"' in wrong.content.decode()
    sent = browser.post(give, typed | {"language": "Welsh", "to_parent": "on"})
    assert sent.status_code == HTTPStatus.FOUND
    browser.get(sent["Location"])  # says once that it is written down
    page = browser.get(missed).content.decode()
    assert "Joe Hart" not in page
    assert "Amelia Hart" in page
    shown = browser.get(reverse("consent:person", args=[world.joe.reference])).content.decode()
    assert "Welsh" in shown


def test_an_earlier_version_is_not_enough_and_that_for_children_is():
    world = a_world()
    old, child = PrivacyNoticeFactory(), PrivacyNoticeFactory(readers="children")
    PrivacyNoticeFactory()
    NoticeGivenFactory(person=world.amelia, notice=old)
    NoticeGivenFactory(person=world.joe, notice=child)
    page = signed_in(world.worker).get(reverse("consent:notices-missed")).content.decode()
    assert "Amelia Hart" in page
    assert "Joe Hart" not in page


def test_the_dpo_reads_who_has_not_had_it_and_is_asked_for_no_other_reason():
    world = a_world()
    PrivacyNoticeFactory()
    with entries_since() as left:
        page = signed_in(the(Role.DPO)).get(reverse("consent:notices-missed"))
    assert page.status_code == HTTPStatus.OK
    assert "Joe Hart" in page.content.decode()
    assert {(one.verb, one.purpose) for one in left} == {(Verb.PRIVACY_NOTICE_MISSED, "management")}
    assert {number for one in left for number in one.people} == {world.amelia.pk, world.joe.pk}


def test_nobody_of_another_service_finds_them():
    world = a_world()
    PrivacyNoticeFactory()
    outsider = signed_in(member_of(ServiceFactory(), Role.CASEWORKER, name="Outsider"))
    page = outsider.get(reverse("consent:notices-missed"))
    assert page.status_code == HTTPStatus.OK
    assert "Joe" not in page.content.decode()
    give = reverse("consent:notice-give", args=[world.joe.reference])
    with entries_since() as left:
        assert outsider.get(give).status_code == HTTPStatus.NOT_FOUND
        assert outsider.post(give, {}).status_code == HTTPStatus.NOT_FOUND
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED] * 2


def test_thirty_people_cost_as_many_questions_as_one():
    world = a_world()
    PrivacyNoticeFactory()
    browser, missed = signed_in(world.worker), reverse("consent:notices-missed")
    browser.get(missed)
    counts = []
    for more in (0, 25):
        for _ in range(more):
            CasePersonFactory(case=world.case, person=PersonFactory(), role=CaseRole.CHILD)
        with CaptureQueriesContext(connection) as asked:
            browser.get(missed)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_public_needs_no_sign_in_and_staff_pages_do():
    assert Client().get(reverse("consent:notices"), secure=True).status_code == HTTPStatus.FOUND


def test_whoever_has_died_is_not_missed_and_cannot_be_asked():
    world = a_world()
    browser = signed_in(world.worker)
    missed = reverse("consent:notices-missed")
    notice = PrivacyNoticeFactory()
    assert world.amelia.reference in browser.get(missed).content.decode()
    today = timezone.localdate()
    DeathFactory(person=world.amelia, died_on=today - timedelta(days=3))
    page = browser.get(missed).content.decode()
    assert (world.amelia.reference in page, world.joe.reference in page) == (False, True)
    page = browser.get(reverse("consent:person", args=[world.amelia.reference])).content.decode()
    assert "They died on" in page
    assert ("Give the notice" in page, "Ask on a tablet" in page) == (False, False)
    assert "Record an answer" in page
    tablet = browser.get(reverse("consent:tablet", args=[world.amelia.reference]))
    assert tablet.status_code == HTTPStatus.CONFLICT
    assert "has died and cannot be asked" in tablet.content.decode()
    words = {
        "person": world.amelia,
        "notice": notice,
        "means": "handed",
        "by": world.worker,
    }
    with entries_since() as left, pytest.raises(Refused, match="died on"):
        give_notice(**words, given_on=today)
    assert left == []
