"""What goes beyond yes and no: not asked, late, signed on a screen, looked at again, and what a no stops."""

import re
from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.deaths import take_back_death
from cases.actions.merging import merge, undo_merge
from cases.models import CaseRole, Kinship, Task
from consent.actions.consents import record_consent, withdraw_consent
from consent.actions.copies import send_copy
from consent.actions.referrals_out import refer_out
from consent.actions.reviews import ask_for_consent_reviews, review_consent, set_review_birthdays
from consent.actions.sharing import record_share
from consent.gateways import Gateway, Outcome, SentHow
from consent.models import Consent, ConsentReview, Giver, HowGiven, ReviewBirthday, State
from consent.models.answer import Standing
from consent.purposes import Purpose
from consent.queries import live_consent
from consent.queries.stops import what_stops
from core.errors import LogUnavailable, Refused
from core.organisation import ORGANISATION
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.cases import (
    AgencyFactory,
    CasePersonFactory,
    ContactPointFactory,
    DeathFactory,
    PersonFactory,
    RelationshipFactory,
    ServiceFactory,
)
from tests.factories.consent import ConsentFactory, ShareFactory, WordingFactory, withdrawn

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.get_fixed_timezone(0))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def world():
    return a_world()


def answered(**given):
    words = {"how": HowGiven.SIGNED, "given_on": TODAY} | given
    for name, make in (
        ("person", PersonFactory),
        ("wording", WordingFactory),
        ("agency", AgencyFactory),
        ("by", UserFactory),
    ):
        words[name] = words.get(name) or make()
    return record_consent(**words)


# Not asked, late, signed


def test_that_they_were_not_asked_is_written_down_with_why():
    with entries_since() as left:
        made = answered(state=State.NOT_ASKED, why_not_asked=" She was in tears. ", how="")
    assert [entry.verb for entry in left] == [Verb.CONSENT_RECORDED]
    assert (made.giver, made.how, made.why_not_asked) == ("", "", "She was in tears.")
    assert made.standing(TODAY) == Standing.NOT_ASKED
    assert live_consent(made.person, made.purpose, made.agency, TODAY) is None
    assert "was not asked" in made.why_not(timezone.now())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"state": State.NOT_ASKED}, "why they were not asked"),
        ({"given_on": TODAY - timedelta(days=1)}, "only now"),
        ({"how": ""}, "how they answered"),
        ({"how": HowGiven.ELECTRONIC}, "type your name"),
        ({"signed_name": "Amelia"}, "Only an answer on a screen"),
        (
            {"how": HowGiven.ELECTRONIC, "signed_name": "A", "signed_drawing": "<svg>"},
            "could not be read",
        ),
        ({"review_on": TODAY}, "after they gave it"),
        ({"state": State.REFUSED, "review_on": date(2027, 1, 1)}, "Only a consent"),
    ],
)
def test_refused_it_leaves_no_trace(wrong, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        answered(**wrong)
    assert left == []
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"state": State.NOT_ASKED, "how": "", "giver": ""}, "consent_not_asked_says_why"),
        ({"state": State.NOT_ASKED, "why_not_asked": "x"}, "consent_how_is_known"),
        ({"why_not_asked": "x"}, "consent_not_asked_says_why"),
        ({"review_on": date(2026, 1, 12)}, "consent_reviewed_after_start"),
        ({"why_late": ""}, "written down later says why"),
        ({"how": HowGiven.ELECTRONIC}, "signed with a name"),
    ],
)
def test_the_database_refuses(wrong, rule):
    with pytest.raises(IntegrityError, match=rule):
        ConsentFactory(**wrong)


# Withdrawing


def test_withdrawing_asks_to_tell_everybody_who_was_told_and_to_stop_the_referral(world):
    agency = AgencyFactory(name="Wrackline")
    consent = ConsentFactory(person=world.amelia, agency=agency)
    share = {"case": world.case, "people": [world.amelia], "consents": [consent], "agency": agency}
    share |= {"gateway": "permission", "gateway_detail": "", "purpose": consent.purpose}
    ShareFactory(**share)
    sent = ShareFactory(**share, recorded_by=world.worker)
    refer_out(share=sent, asked_for="A place.", chase_on=date(2026, 12, 1), by=world.worker)
    stops = what_stops(consent)
    assert (len(stops.told), len(stops.referrals), len(stops.tasks)) == (1, 1, 1)
    page = signed_in(world.worker).get(
        reverse("consent:consent-withdraw", args=[consent.reference])
    )
    assert "Wrackline" in page.content.decode()
    with entries_since() as left:
        withdraw_consent(consent=consent, withdrawn_on=TODAY, how="phone", by=world.worker)
    assert [entry.verb for entry in left] == [
        Verb.CONSENT_WITHDRAWN,
        Verb.TASK_ADDED,
        Verb.TASK_ADDED,
    ]
    tasks = Task.objects.filter(kind="consent")
    assert {task.for_user for task in tasks} == {world.worker}
    assert any("Tell Wrackline" in task.what for task in tasks)
    assert any("Stop the referral" in task.what for task in tasks)


# Two records that become one: the stricter answer counts


def test_of_two_records_merged_the_stricter_answer_counts_and_undoing_restores(world):
    double = PersonFactory(given_names="Mel", family_name="Hart", recorded_by=world.worker)
    CasePersonFactory(case=world.case, person=double, role=CaseRole.OTHER)
    agency = AgencyFactory()
    consent = ConsentFactory(person=world.amelia, agency=agency)
    no = ConsentFactory(
        person=double, agency=agency, state=State.REFUSED, given_on=date(2026, 5, 4)
    )

    def holds():
        return live_consent(world.amelia, consent.purpose, agency, TODAY)

    assert holds() == consent
    made = merge(
        survivor=world.amelia, other=double, chosen={}, reason="She said so.", by=world.manager
    )
    assert holds() is None
    assert live_consent(world.amelia, consent.purpose, agency, date(2026, 5, 3)) == consent
    with pytest.raises(Refused, match="was refused on 4 May 2026"):
        record_share(
            case=world.case,
            people=[world.amelia],
            outcome=Outcome.SHARED,
            purpose=consent.purpose,
            what="Dates.",
            happened_at=timezone.now(),
            told=True,
            agency=agency,
            sent_how=SentHow.PHONE,
            gateway=Gateway.PERMISSION,
            by=world.worker,
        )
    with pytest.raises(IntegrityError, match="No consent in force"), transaction.atomic():
        ShareFactory(
            case=world.case,
            people=[world.amelia],
            consents=[consent],
            agency=agency,
            gateway="permission",
            gateway_detail="",
            purpose=consent.purpose,
        )
    page = signed_in(world.worker).get(reverse("consent:person", args=[world.amelia.reference]))
    assert "A later no counts" in page.content.decode()
    undo_merge(merge=made, reason="They are sisters.", by=world.manager)
    assert holds() == consent
    assert no.pk


def test_a_consent_that_stayed_with_the_old_number_stops_the_other_when_it_is_withdrawn(world):
    double = PersonFactory(recorded_by=world.worker)
    agency = AgencyFactory()
    consent = ConsentFactory(person=world.amelia, agency=agency)
    other = ConsentFactory(person=double, agency=agency)
    merge(survivor=world.amelia, other=double, chosen={}, reason="One.", by=world.manager)
    other.refresh_from_db()
    withdraw_consent(consent=other, withdrawn_on=TODAY, how="phone", by=world.worker)
    assert live_consent(world.amelia, consent.purpose, agency, TODAY) is None


# Looking again


def test_asking_again_is_written_down_and_ends_the_task():
    consent = ConsentFactory(review_on=TODAY)
    assert ask_for_consent_reviews(on=TODAY) == 1
    assert ask_for_consent_reviews(on=TODAY) == 0
    task = Task.objects.get()
    worker = UserFactory()
    with entries_since() as left:
        review_consent(
            consent=consent, words="Yes, she said.", review_on=date(2027, 11, 24), by=worker
        )
    assert [entry.verb for entry in left] == [Verb.CONSENT_REVIEWED, Verb.TASK_FINISHED]
    task.refresh_from_db()
    assert task.ended_by == worker
    assert ask_for_consent_reviews(on=TODAY + timedelta(days=1)) == 0
    assert ask_for_consent_reviews(on=date(2027, 11, 24)) == 1


@pytest.mark.parametrize(
    ("about", "said", "sentence"),
    [
        ({"until": date(2026, 6, 1)}, {}, "no longer in"),
        ({}, {"words": " "}, "what they said"),
        ({}, {"review_on": TODAY}, "a day to come"),
    ],
)
def test_asking_again_refused_leaves_no_trace(about, said, sentence):
    consent, by = ConsentFactory(**about), UserFactory()
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        review_consent(**{"consent": consent, "words": "Yes.", "by": by} | said)
    assert left == []
    assert not ConsentReview.objects.exists()


def test_nobody_is_reminded_to_ask_somebody_who_has_died():
    consents = [
        ConsentFactory(until=TODAY + timedelta(days=3), given_on=TODAY - timedelta(days=30)),
        ConsentFactory(review_on=TODAY, given_on=TODAY - timedelta(days=30)),
        _given_by_parent(date(2008, 11, 24), until=date(2026, 11, 23)),
    ]
    deaths = [DeathFactory(person=one.person, died_on=TODAY) for one in consents]
    assert ask_for_consent_reviews(on=TODAY) == 0
    take_back_death(person=deaths[0].person, because="It was her namesake.", by=UserFactory())
    assert ask_for_consent_reviews(on=TODAY) == 1


def test_one_that_ends_soon_is_asked_for_once():
    ConsentFactory(until=TODAY + timedelta(days=14))
    ConsentFactory(until=TODAY + timedelta(days=15))
    ConsentFactory(until=TODAY, **withdrawn(date(2026, 5, 4)))
    assert [ask_for_consent_reviews(on=TODAY) for _ in range(2)] == [1, 0]


def _given_by_parent(born, **about):
    young = PersonFactory(date_of_birth=born)
    parent = RelationshipFactory(
        other=young, kind=Kinship.PARENT, parental_responsibility=True
    ).person
    return ConsentFactory(person=young, giver=Giver.PARENT, parent=parent, **about)


def test_a_birthday_of_the_dpo_s_asks_the_young_person():
    _given_by_parent(date(2013, 11, 24))
    assert ask_for_consent_reviews(on=TODAY) == 0
    dpo = the(Role.DPO)
    with entries_since() as left:
        assert set_review_birthdays(ages=[16, 13], by=dpo) == [13, 16]
    assert [entry.verb for entry in left] == [Verb.REVIEW_BIRTHDAYS_SET]
    assert [ask_for_consent_reviews(on=day) for day in (TODAY - timedelta(1), TODAY, TODAY)] == [
        0,
        1,
        0,
    ]
    assert "answer for themselves" in Task.objects.get().what


def test_at_eighteen_what_a_parent_agreed_to_has_ended_and_they_are_asked():
    consent = _given_by_parent(date(2008, 11, 24), until=date(2026, 11, 23))
    assert consent.standing(date(2026, 11, 23)) == Standing.GIVEN
    assert consent.standing(TODAY) == Standing.ENDED
    assert live_consent(consent.person, consent.purpose, consent.agency, TODAY) is None
    assert ask_for_consent_reviews(on=TODAY) == 1
    # The day before it ended its worker was asked to think of it.
    assert f"has ended ({consent.reference})" in Task.objects.get().what


def test_at_eighteen_the_task_names_who_was_told_and_which_referral_waits(world):
    agency = AgencyFactory(name="Wrackline")
    consent = _given_by_parent(date(2008, 11, 24), until=date(2026, 11, 23), agency=agency)
    CasePersonFactory(case=world.case, person=consent.person)
    with time_machine.travel(NOON - timedelta(days=3)):
        share = ShareFactory(
            case=world.case,
            people=[consent.person],
            consents=[consent],
            agency=agency,
            gateway="permission",
            gateway_detail="",
            purpose=consent.purpose,
            recorded_by=world.worker,
        )
        refer_out(share=share, asked_for="A place.", chase_on=date(2026, 12, 1), by=world.worker)
    assert ask_for_consent_reviews(on=TODAY) == 1
    share.refresh_from_db()
    what = Task.objects.get(kind="consent").what
    assert "Told on it until now: Wrackline." in what
    assert f"Referrals that wait: Wrackline ({share.reference})." in what


@pytest.mark.parametrize(
    ("role", "ages", "sentence"),
    [
        (Role.SERVICE_MANAGER, [13], "Data Protection Officer"),
        (Role.DPO, [7], "from 8 to 17"),
        (Role.DPO, [], "already"),
    ],
)
def test_setting_birthdays_refused(role, ages, sentence):
    by = the(role)
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        set_review_birthdays(ages=ages, by=by)
    assert left == []
    assert not ReviewBirthday.objects.exists()


def test_without_an_entry_it_is_undone(request):
    consent, dpo = ConsentFactory(), the(Role.DPO)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        review_consent(consent=consent, words="Yes.", by=dpo)
    with pytest.raises(LogUnavailable):
        set_review_birthdays(ages=[13], by=dpo)
    assert not ConsentReview.objects.exists()
    assert not ReviewBirthday.objects.exists()


# On a tablet


def settled_in(page):
    """What the page for the tablet carries of what was chosen before."""
    found = re.search(r'name="settled" value="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def test_they_answer_and_sign_on_a_tablet(world):
    wording, agency = WordingFactory(), AgencyFactory(name="Wrackline")
    browser = signed_in(world.worker)
    page = reverse("consent:tablet", args=[world.amelia.reference])
    shown = browser.post(page, {"wording": wording.pk, "agency": agency.pk, "parent": ""})
    asked, settled = shown.content.decode(), settled_in(shown)
    assert wording.text in asked
    assert f"{ORGANISATION.controller} and Wrackline decide how it is used." in " ".join(
        asked.split()
    )
    assert "My work" not in asked
    wrong = browser.post(page, {"state": "given", "signed_name": "", "settled": settled})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="given"' in wrong.content.decode()
    answer = {"state": "given", "signed_name": "Amelia H", "signed_drawing": "M1 2 L3 4 "}
    sent = browser.post(page, {**answer, "settled": settled_in(wrong)})
    made = Consent.objects.get()
    assert sent["Location"] == reverse("consent:consent-signed", args=[made.reference])
    assert (made.how, made.signed_name, made.agency) == ("electronic", "Amelia H", agency)
    assert "give the tablet back" in browser.get(sent["Location"]).content.decode()
    with entries_since() as left:
        paper = browser.get(reverse("consent:consent-copy", args=[made.reference])).content.decode()
    assert 'd="M1 2 L3 4"' in paper
    assert f"{ORGANISATION.controller} and Wrackline" in paper
    assert [entry.verb for entry in left] == [Verb.CONSENT_COPY_PRINTED]


def test_a_child_is_not_asked_without_a_word_on_how_they_understand(world):
    wording, browser = WordingFactory(purpose=Purpose.SENSITIVE_DETAILS), signed_in(world.worker)
    page = reverse("consent:tablet", args=[world.joe.reference])
    # Said to the worker, before the tablet is handed over, and not to the child.
    wrong = browser.post(page, {"wording": wording.pk})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Write why you think that they understand" in wrong.content.decode()
    asked = browser.post(page, {"wording": wording.pk, "understanding": "He told it back."})
    assert "told it back" not in asked.content.decode()
    browser.post(page, {"state": "given", "signed_name": "Joe", "settled": settled_in(asked)})
    assert Consent.objects.get().authority == "He told it back."


def test_somebody_with_authority_signs_on_a_tablet_for_them(world):
    wording, browser = WordingFactory(purpose=Purpose.SENSITIVE_DETAILS), signed_in(world.worker)
    page = reverse("consent:tablet", args=[world.amelia.reference])
    authority = "Joan Hart, attorney since 3 March 2025"
    shown = browser.post(page, {"wording": wording.pk, "authority": authority})
    asked = shown.content.decode()
    assert "You answer for Amelia Hart" in asked
    assert "attorney" not in asked
    answer = {"state": "given", "signed_name": "Joan Hart", "settled": settled_in(shown)}
    browser.post(page, answer)
    made = Consent.objects.get()
    assert (made.giver, made.authority) == ("authority", authority)


def test_what_was_settled_before_counts_for_that_person_and_worker_and_day_alone(world):
    wording, browser = WordingFactory(purpose=Purpose.SENSITIVE_DETAILS), signed_in(world.worker)
    page = reverse("consent:tablet", args=[world.joe.reference])
    with time_machine.travel(timezone.now() - timedelta(hours=13), tick=False):
        old = browser.post(page, {"wording": wording.pk, "understanding": "He told it back."})
    browser = signed_in(world.worker)
    answer = {"state": "given", "signed_name": "Joe", "settled": settled_in(old)}
    late = browser.post(page, answer)
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "open for too long" in late.content.decode()
    # What the worker typed is there, to be shown again by one button.
    assert "He told it back." in late.content.decode()
    new = browser.post(page, {"wording": wording.pk, "understanding": "He told it back."})
    answer["settled"] = settled_in(new)
    other = reverse("consent:tablet", args=[world.amelia.reference])
    for place, sealed in ((other, answer["settled"]), (page, answer["settled"][:-1])):
        refused = browser.post(place, {**answer, "settled": sealed})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "belongs to another page" in refused.content.decode()
    assert not Consent.objects.exists()
    browser.post(page, answer)
    assert Consent.objects.get().person == world.joe


def test_a_tablet_whose_session_has_ended_loses_nothing(world):
    wording, browser = WordingFactory(purpose=Purpose.SENSITIVE_DETAILS), signed_in(world.worker)
    page = reverse("consent:tablet", args=[world.amelia.reference])
    settled = settled_in(browser.post(page, {"wording": wording.pk}))
    with time_machine.travel(timezone.now() + timedelta(hours=11)):
        answer = {"state": "given", "signed_name": "Amelia", "settled": settled}
        assert "login" in browser.post(page, answer)["Location"]
        assert not Consent.objects.exists()
        browser.force_login(world.worker)
        again = browser.get(reverse("cases:send-again")).content.decode()
    assert settled in again
    assert 'value="Amelia"' in again


def test_the_copy_goes_only_where_a_message_is_safe(world):
    consent = ConsentFactory(person=world.amelia)
    unsafe = {"person": world.amelia, "kind": "email"}
    ContactPointFactory(**unsafe, value="shared@example.org", safe_for_messages=False)
    with entries_since() as left, pytest.raises(Refused, match="Print the copy instead"):
        send_copy(consent=consent, on=TODAY, by=world.worker)
    assert left == []
    assert mail.outbox == []
    ContactPointFactory(**unsafe, value="own@example.org", safe_for_messages=True)
    with entries_since() as left:
        assert send_copy(consent=consent, on=TODAY, by=world.worker) == "own@example.org"
    assert [entry.verb for entry in left] == [Verb.CONSENT_COPY_SENT]
    assert mail.outbox[0].to == ["own@example.org"]
    assert consent.wording.text in mail.outbox[0].body


@pytest.mark.parametrize("name", ["consent-signed", "consent-copy", "consent-review"])
def test_nobody_of_another_service_finds_them(world, name):
    consent = ConsentFactory(person=world.amelia)
    outsider = signed_in(member_of(ServiceFactory(), Role.CASEWORKER, name="Outsider"))
    page = reverse(f"consent:{name}", args=[consent.reference])
    with entries_since() as left:
        assert outsider.get(page).status_code == HTTPStatus.NOT_FOUND
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]


def test_the_record_says_the_day_on_which_what_a_parent_agreed_to_ended_after_a_corrected_birthday(
    world,
):
    parent = RelationshipFactory(
        other=world.joe, kind="parent", parental_responsibility=True
    ).person
    ConsentFactory(person=world.joe, giver="parent", parent=parent, until=date(2037, 5, 1))
    joe = world.joe
    record = reverse("consent:person", args=[joe.reference])
    reader = signed_in(world.worker)
    assert "until 1 May 2037" in reader.get(record).content.decode()
    change(joe, date_of_birth=date(2008, 5, 2))
    shown = reader.get(record).content.decode()
    assert "until 1 May 2026" in shown
    assert "2037" not in shown


def test_a_page_to_say_that_they_still_agree_and_one_for_the_birthdays(world):
    consent = ConsentFactory(person=world.amelia)
    browser = signed_in(world.worker)
    page = reverse("consent:consent-review", args=[consent.reference])
    assert browser.post(page, {"words": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert browser.post(page, {"words": "Still yes."}).status_code == HTTPStatus.FOUND
    assert "Still yes." in browser.get(page).content.decode()
    birthdays = reverse("consent:birthdays")
    assert browser.get(birthdays).status_code == HTTPStatus.FORBIDDEN
    dpo = signed_in(the(Role.DPO))
    assert dpo.post(birthdays, {"ages": ["13"]}).status_code == HTTPStatus.FOUND
    assert "checked" in dpo.get(birthdays).content.decode()
