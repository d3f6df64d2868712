"""The pages: who may open them, what they say, and that they leave an entry."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Kinship
from consent.actions.consents import withdraw_consent
from consent.models import Consent, Giver, Share
from consent.purposes import Purpose
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AgencyFactory,
    CaseFactory,
    CaseProfessionalFactory,
    PersonFactory,
    ProfessionalFactory,
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


@pytest.fixture
def browser(world):
    return signed_in(world.worker)


def url(name, record):
    return reverse(f"consent:{name}", args=[getattr(record, "reference", record)])


def typed_day(prefix, day):
    return {f"{prefix}_0": day.day, f"{prefix}_1": day.month, f"{prefix}_2": day.year}


def text_of(response):
    return response.content.decode()


# The page of a person


def test_it_shows_what_they_agreed_to_and_what_was_shared(world, browser):
    school = AgencyFactory(name="Ainsdale School")
    ConsentFactory(person=world.amelia, agency=school)
    ConsentFactory(person=world.amelia, agency=school, purpose=Purpose.REPORT, state="refused")
    ConsentFactory(person=world.amelia, **withdrawn(date(2026, 5, 4)))
    ConsentFactory(person=world.amelia, until=date(2026, 6, 30))
    ShareFactory(case=world.case, people=[world.amelia], agency=school, what="Dates of sessions.")
    with entries_since() as left:
        page = browser.get(url("person", world.amelia))
    assert page.status_code == HTTPStatus.OK
    assert [row.standing.label for row in page.context["record"].rows] == [
        "In force",
        "Ended",
        "Withdrawn",
        "Refused",
    ]
    for words in ("Ainsdale School", "Withdrawn", "Ended", "Refused", "withdrawn 4 May 2026"):
        assert words in text_of(page)
    assert "Dates of sessions." in text_of(page)
    assert [(entry.verb, entry.people) for entry in left] == [
        (Verb.CONSENTS_READ, [world.amelia.pk])
    ]


def test_the_entry_names_everybody_the_page_names(world, browser):
    parent = RelationshipFactory(
        person=world.amelia, other=world.joe, kind=Kinship.PARENT, parental_responsibility=True
    ).person
    ConsentFactory(person=world.joe, giver=Giver.PARENT, parent=parent)
    friend = PersonFactory(recorded_by=world.worker)
    ShareFactory(case=world.case, people=[world.joe, friend])
    with entries_since() as left:
        page = browser.get(url("person", world.joe))
    assert "Amelia Hart, who has parental responsibility" in text_of(page)
    assert left[0].people == sorted([world.joe.pk, world.amelia.pk, friend.pk])


def test_a_parent_known_to_another_service_is_not_named(world, browser):
    stranger = PersonFactory(given_names="Zelda", family_name="Quist")
    RelationshipFactory(person=stranger, other=world.joe, parental_responsibility=True)
    consent = ConsentFactory(person=world.joe, giver=Giver.PARENT, parent=stranger)
    WordingFactory()
    for name, record in (("person", world.joe), ("consent-withdraw", consent)):
        page = browser.get(url(name, record))
        assert "A parent or carer known to another service" in text_of(page)
        assert "Quist" not in text_of(page)
    assert "Quist" not in text_of(browser.get(url("consent-add", world.joe)))


def test_the_log_of_another_service_is_only_counted(world, browser):
    other = CaseFactory(people=[world.amelia])
    ShareFactory(case=other, people=[world.amelia], what="Something of the counsellor.")
    for name in ("person", "sharing"):
        page = text_of(browser.get(url(name, world.amelia)))
        assert "1 more entry belongs to services that you are not part of." in " ".join(
            page.split()
        )
        assert "counsellor" not in page
    officer = says_why(the(Role.DPO), world.amelia)
    dpo = text_of(signed_in(officer).get(url("person", world.amelia)))
    assert "counsellor" in dpo
    assert "more entr" not in dpo


def test_the_rest_of_the_log_has_its_own_pages(world, browser):
    for number in range(31):
        ShareFactory(case=world.case, people=[world.amelia], what=f"Thing {number}.")
    page = browser.get(url("person", world.amelia))
    assert "All 31 entries" in text_of(page)
    assert len(page.context["record"].shares) == 10
    with entries_since() as left:
        second = browser.get(url("sharing", world.amelia) + "?page=2")
    assert len(second.context["record"].shares) == 1
    assert [entry.verb for entry in left] == [Verb.SHARING_READ]


def test_somebody_who_was_never_asked(world, browser):
    page = text_of(browser.get(url("person", world.amelia)))
    assert "Nobody has asked them yet" in page
    assert "Nothing in the log" in page
    assert "Nothing in the log" in text_of(browser.get(url("sharing", world.amelia)))


def test_words_are_shown_as_they_were_typed(world, browser):
    evil = "<script>alert(1)</script>"
    share = ShareFactory(case=world.case, people=[world.amelia], what=evil, their_views=evil)
    ConsentFactory(
        person=world.amelia, giver=Giver.AUTHORITY, authority=evil, how="spoken", witness=evil
    )
    for name, record in (("person", world.amelia), ("share", share)):
        page = text_of(browser.get(url(name, record)))
        assert evil not in page
        assert "&lt;script&gt;alert(1)" in page


# Who may open what

READ = ("person", "sharing", "share")
EVERYBODY = {
    # role: (reads, records an answer, writes in the log); of the service itself
    Role.CASEWORKER: (True, True, True),
    Role.SERVICE_MANAGER: (True, True, True),
    Role.FRONT_DESK: (False, False, False),
    Role.SAFEGUARDING_LEAD: (True, False, True),
    Role.QUALITY_REVIEWER: (True, False, False),
    Role.DPO: (True, False, True),
    Role.SYSTEM_ADMINISTRATOR: (False, False, False),
}


def _addresses(world):
    share = ShareFactory(case=world.case, people=[world.amelia])
    consent = ConsentFactory(person=world.amelia)
    return {
        "person": url("person", world.amelia),
        "sharing": url("sharing", world.amelia),
        "share": url("share", share),
        "consent-add": url("consent-add", world.amelia),
        "consent-withdraw": url("consent-withdraw", consent),
        "share-add": url("share-add", world.case),
    }


@pytest.mark.parametrize("role", EVERYBODY)
def test_each_role_opens_what_it_needs(world, role):
    somebody = member_of(world.service, role, name="Somebody")
    if role in {Role.SAFEGUARDING_LEAD, Role.DPO}:
        says_why(somebody, world.amelia, world.joe)
    browser = signed_in(somebody)
    reads, records, writes = EVERYBODY[role]
    may = dict.fromkeys(READ, reads)
    may |= {"consent-add": records, "consent-withdraw": records, "share-add": writes}
    for name, address in _addresses(world).items():
        with entries_since() as left:
            page = browser.get(address)
        assert (page.status_code == HTTPStatus.OK) is may[name], (name, page.status_code)
        if not may[name]:
            assert page.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
            assert "Amelia" not in text_of(page)
            assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]
        else:
            assert len(left) == 1


def test_nobody_of_another_service_finds_anything(world):
    outsider = signed_in(member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Outsider"))
    for name, address in _addresses(world).items():
        for page in (outsider.get(address), outsider.post(address, {})):
            allowed = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
            assert page.status_code in allowed, name
            assert "Amelia" not in text_of(page)
    assert not Consent.objects.exclude(withdrawn_on=None).exists()


def test_references_that_do_not_exist_are_not_found(browser):
    for name, reference in (
        ("person", "P-999999"),
        ("share", "S-999999"),
        ("consent-withdraw", "CON-999999"),
        ("share-add", "C-999999"),
    ):
        assert browser.get(url(name, reference)).status_code == HTTPStatus.NOT_FOUND


def test_buttons_shown_are_buttons_that_work(world, browser):
    consent = ConsentFactory(person=world.amelia)
    page = text_of(browser.get(url("person", world.amelia)))
    for name, record in (("consent-add", world.amelia), ("consent-withdraw", consent)):
        assert url(name, record) in page
    assert url("share-add", world.case) in page
    reviewer = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="Reviewer"))
    page = text_of(reviewer.get(url("person", world.amelia)))
    for name, record in (
        ("consent-add", world.amelia),
        ("consent-withdraw", consent),
        ("share-add", world.case),
    ):
        assert url(name, record) not in page


# Recording an answer


def answer_typed(wording, agency, **changed):
    return {
        "wording": wording.pk,
        "agency": agency.pk if agency else "",
        "state": "given",
        "giver": "self",
        "how": "signed",
        **typed_day("given_on", TODAY),
    } | changed


def test_an_answer_is_recorded(world, browser):
    wording, agency = WordingFactory(), AgencyFactory()
    page = browser.get(url("consent-add", world.amelia))
    assert wording.text in text_of(page)
    with entries_since() as left:
        sent = browser.post(url("consent-add", world.amelia), answer_typed(wording, agency))
    assert sent.status_code == HTTPStatus.FOUND
    assert sent["Location"] == url("person", world.amelia)
    consent = Consent.objects.get()
    assert (consent.person, consent.agency, consent.recorded_by) == (
        world.amelia,
        agency,
        world.worker,
    )
    assert [entry.verb for entry in left] == [Verb.CONSENTS_READ, Verb.CONSENT_RECORDED]
    assert consent.reference in text_of(browser.get(url("person", world.amelia)))


def test_a_parent_answers_for_their_child(world, browser):
    RelationshipFactory(
        person=world.amelia, other=world.joe, kind=Kinship.PARENT, parental_responsibility=True
    )
    typed = answer_typed(
        WordingFactory(),
        AgencyFactory(),
        giver="parent",
        parent=world.amelia.reference,
        how="spoken",
        witness="Priya Nair",
    )
    assert browser.post(url("consent-add", world.joe), typed).status_code == HTTPStatus.FOUND
    consent = Consent.objects.get()
    assert (consent.parent, consent.witness) == (world.amelia, "Priya Nair")


WRONG_ANSWERS = {
    "has not come yet": typed_day("given_on", TODAY + timedelta(days=1)),
    "needs a witness": {"how": "spoken"},
    "what gives them the authority": {"giver": "authority"},
    "Choose an answer to": {"state": ""},
    "Choose one of the answers": {"giver": "parent"},
    "Say for which agency": {"agency": ""},
    "ends before it begins": typed_day("until", TODAY - timedelta(days=1)),
}
# Said by the rule and not by the questions of the page: the attempt is in the log.
BY_RULE = ("Say for which agency", "ends before it begins", "does not go with")


@pytest.mark.parametrize("sentence", WRONG_ANSWERS)
def test_an_answer_refused_keeps_what_was_typed(world, browser, sentence):
    typed = answer_typed(WordingFactory(), AgencyFactory(), authority="", witness="")
    typed |= {"until_0": "24", "until_1": "11", "until_2": "2027"} | WRONG_ANSWERS[sentence]
    with entries_since() as left:
        page = browser.post(url("consent-add", world.amelia), typed)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in text_of(page)
    assert 'value="2027"' in text_of(page) or 'value="2026"' in text_of(page)
    attempt = [Verb.ACT_REFUSED] if sentence in BY_RULE else []
    assert [entry.verb for entry in left] == [Verb.CONSENTS_READ, *attempt]
    assert not Consent.objects.exists()


def test_a_child_without_anybody_responsible_is_told_so(world, browser):
    WordingFactory()
    page = text_of(browser.get(url("consent-add", world.joe)))
    assert "Nobody is recorded with parental responsibility for Joe Hart" in page
    typed = answer_typed(WordingFactory(), AgencyFactory())
    page = browser.post(url("consent-add", world.joe), typed)
    assert "Write why you think that they understood" in text_of(page)
    sent = browser.post(
        url("consent-add", world.joe), typed | {"understanding": "He told it back to me."}
    )
    assert sent.status_code == HTTPStatus.FOUND


def test_an_agency_can_be_new(world, browser, log):
    typed = answer_typed(WordingFactory(), None, new_agency="Ainsdale School")
    assert browser.post(url("consent-add", world.amelia), typed).status_code == HTTPStatus.FOUND
    school = Consent.objects.get().agency
    assert str(school) == "Ainsdale School"
    both = answer_typed(WordingFactory(), school, new_agency="Other School")
    page = browser.post(url("consent-add", world.joe), both)
    assert "Choose an agency or write a new one, not both." in text_of(page)
    page = log(to_whom="agency", agency=school.pk, new_agency="Other School")
    assert "Choose an agency or write a new one, not both." in text_of(page)
    assert log(to_whom="agency", new_agency="Other School").status_code == HTTPStatus.FOUND
    assert str(Share.objects.get().agency) == "Other School"


def test_without_a_wording_nobody_is_asked(world, browser):
    assert "There is no wording yet" in text_of(browser.get(url("consent-add", world.amelia)))


def test_older_wordings_can_still_be_what_somebody_read(world, browser):
    old = WordingFactory(purpose=Purpose.REPORT, version=1, text="Old words.")
    WordingFactory(purpose=Purpose.REPORT, version=2, text="New words.")
    page = text_of(browser.get(url("consent-add", world.amelia)))
    assert "version 1, no longer used" in page
    assert "New words." in page
    assert "Old words." not in page
    browser.post(url("consent-add", world.amelia), answer_typed(old, AgencyFactory()))
    assert Consent.objects.get().wording == old


# Withdrawing


def test_withdrawing_takes_a_day_and_a_way_and_nothing_more(world, browser):
    consent = ConsentFactory(person=world.amelia)
    assert browser.get(url("consent-withdraw", consent)).status_code == HTTPStatus.OK
    with entries_since() as left:
        sent = browser.post(
            url("consent-withdraw", consent), {**typed_day("withdrawn_on", TODAY), "how": "phone"}
        )
    assert sent["Location"] == url("person", world.amelia)
    consent.refresh_from_db()
    assert (consent.withdrawn_on, consent.withdrawn_by) == (TODAY, world.worker)
    assert [entry.verb for entry in left] == [Verb.CONSENT_READ, Verb.CONSENT_WITHDRAWN]


def test_withdrawing_twice_is_refused_with_a_sentence(world, browser):
    consent = ConsentFactory(person=world.amelia)
    withdraw_consent(consent=consent, withdrawn_on=TODAY, how="phone", by=UserFactory())
    page = browser.post(
        url("consent-withdraw", consent), {**typed_day("withdrawn_on", TODAY), "how": "letter"}
    )
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "It was withdrawn on 24 November 2026 already." in text_of(page)


# Writing in the log


def share_typed(person, **changed):
    return {
        "people": [person.reference],
        "outcome": "shared",
        "what": "The dates of the sessions.",
        **typed_day("happened_on", TODAY),
        "happened_time": "11:00",
        "to_whom": "somebody",
        "recipient_name": "Joan Hart",
        "recipient_role": "grandmother",
        "sent_how": "phone",
        "purpose": "own_request",
        "gateway": "asked",
        "detail_asked": "She asked on the telephone; I know her voice.",
        "told": "yes",
    } | changed


@pytest.fixture
def log(world, browser):
    """Fill in the form of the log and send it."""

    def send(**changed):
        typed = share_typed(world.amelia, decided_by=world.worker.pk) | changed
        return browser.post(url("share-add", world.case), typed)

    return send


def test_a_sharing_is_written_down(world, browser, log):
    page = browser.get(url("share-add", world.case) + f"?person={world.amelia.reference}")
    assert "Amelia Hart" in text_of(page)
    assert "Joe Hart" in text_of(page)
    with entries_since() as left:
        sent = log()
    share = Share.objects.get()
    assert sent["Location"] == url("share", share)
    assert (share.recipient_name, share.gateway, share.decided_by) == (
        "Joan Hart",
        "asked",
        world.worker,
    )
    assert timezone.localtime(share.happened_at).hour == 11
    assert [entry.verb for entry in left] == [Verb.CASE_OPENED_TO_READ, Verb.SHARE_RECORDED]
    shown = text_of(browser.get(sent["Location"]))
    for words in ("Joan Hart, grandmother", "They asked us to", "Legitimate interests", "11am"):
        assert words in shown


def test_somebody_is_ticked_to_begin_with(world, browser):
    page = browser.get(url("share-add", world.case) + f"?person={world.joe.reference}")
    assert page.context["form"].initial["people"] == [world.joe.reference]
    stranger = PersonFactory()
    page = browser.get(url("share-add", world.case) + f"?person={stranger.reference}")
    assert "people" not in page.context["form"].initial


def test_a_professional_of_the_case_is_offered_first(world, browser, log):
    professional = ProfessionalFactory(name="Jo Lee")
    CaseProfessionalFactory(case=world.case, professional=professional)
    sent = log(
        to_whom="professional", professional=professional.pk, purpose="service", gateway="service"
    )
    assert sent.status_code == HTTPStatus.FOUND
    assert Share.objects.get().agency == professional.agency
    # What was typed under an answer that was not chosen is not kept.
    assert Share.objects.get().recipient_name == ""
    assert Share.objects.get().gateway_detail == ""


def test_sharing_on_permission(world, log):
    consent = ConsentFactory(person=world.amelia)
    permission = {
        "to_whom": "agency",
        "agency": consent.agency_id,
        "purpose": "working_together",
        "gateway": "permission",
    }
    assert log(**permission).status_code == HTTPStatus.FOUND
    assert Share.objects.get().share_people.get().consent == consent
    withdraw_consent(consent=consent, withdrawn_on=TODAY, how="phone", by=UserFactory())
    page = log(**permission, happened_time="12:00")
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "was withdrawn on 24 November 2026" in text_of(page)
    assert Share.objects.count() == 1


def test_sharing_for_the_public_good(world, log):
    lead = the(Role.SAFEGUARDING_LEAD)
    good = {
        "purpose": "safeguarding",
        "gateway": "public_good",
        "detail_public_good": "The children are at risk tonight.",
        "why_public_good": "Asking would put them at more risk.",
        "told": "no",
        "why_not_told": "It would put them at more risk.",
    }
    page = log(**good)
    assert "Choose who authorised it" in text_of(page)
    page = log(**good, authorised_by=world.worker.pk)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert log(**good, authorised_by=lead.pk).status_code == HTTPStatus.FOUND
    share = Share.objects.get()
    assert (share.authorised_by, share.told) == (lead, False)
    assert share.why_without_consent == "Asking would put them at more risk."


def test_what_is_not_shared_is_written_down(log):
    sent = log(
        outcome="not_shared",
        refused="No authority was shown.",
        sent_how="none",
        gateway="none",
        purpose="crime",
        recipient_name="PC Green",
    )
    assert sent.status_code == HTTPStatus.FOUND
    share = Share.objects.get()
    assert (share.outcome, share.kept_back) == ("not_shared", "No authority was shown.")


WRONG = {
    "cannot be dated": {**typed_day("happened_on", TODAY + timedelta(days=1))},
    "There is no such purpose": {"purpose": "marketing"},
    "does not go with": {"purpose": "legal_duty"},
    "Write who asked": {"detail_asked": ""},
    "Choose which professional.": {"to_whom": "professional"},
    "Choose which agency.": {"to_whom": "agency"},
    "Write their name.": {"recipient_name": ""},
    "Choose why it could be": {"gateway": "none"},
    "Choose how": {"sent_how": "none"},
    "Say what you kept back": {"outcome": "partly"},
    "Say why it was not shared.": {"outcome": "not_shared"},
    "Say why the person was not told.": {"told": "no"},
    "Write which section": {"gateway": "law", "purpose": "legal_duty"},
    "Say why you shared without": {"gateway": "law", "purpose": "legal_duty", "detail_law": "s.47"},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_sharing_refused_keeps_what_was_typed(log, sentence):
    with entries_since() as left:
        page = log(their_views="She is glad of it.", **WRONG[sentence])
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in text_of(page)
    assert "She is glad of it." in text_of(page)
    attempt = [Verb.ACT_REFUSED] if sentence in BY_RULE else []
    assert [entry.verb for entry in left] == [Verb.CASE_OPENED_TO_READ, *attempt]
    assert not Share.objects.exists()


def test_the_same_form_sent_twice_is_one_entry(world, browser, log):
    token = browser.get(url("share-add", world.case)).context["form"]["token"].value()
    first, second = log(token=str(token)), log(token=str(token))
    assert first["Location"] == second["Location"]
    assert Share.objects.count() == 1
    changed = log(token=str(token), their_views="Something else.")
    assert changed.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This form was saved before" in text_of(changed)
    renewed = changed.context["form"]["token"].value()
    again = log(token=renewed, their_views="Something else.")
    assert again.status_code == HTTPStatus.FOUND
    assert Share.objects.count() == 2


# How much is asked of the database


@pytest.mark.parametrize("name", ["person", "sharing"])
def test_thirty_rows_cost_as_many_queries_as_one(world, browser, name):
    def rows(count):
        for _ in range(count):
            consent = ConsentFactory(person=world.amelia)
            ShareFactory(
                case=world.case,
                people=[world.amelia],
                consents=[consent],
                agency=consent.agency,
                purpose=consent.purpose,
                gateway="permission",
                gateway_detail="",
            )

    rows(1)
    browser.get(url(name, world.amelia))
    with CaptureQueriesContext(connection) as one:
        browser.get(url(name, world.amelia))
    rows(29)
    with CaptureQueriesContext(connection) as thirty:
        browser.get(url(name, world.amelia))
    assert len(thirty) == len(one)
