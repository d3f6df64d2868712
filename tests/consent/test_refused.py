"""Everything that must be refused about consents and sharing, on the pages on which somebody would try it.

One test for each; nothing of it is written, and what was typed stays on the page.
"""

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from consent.actions.consents import withdraw_consent
from consent.models import Consent, Share, Wording
from consent.purposes import Purpose
from tests.cases.world import a_world, member_of, signed_in, the
from tests.consent.sql import change
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    CaseNoteFactory,
    DoNotDiscloseFactory,
    ProfessionalFactory,
    RelationshipFactory,
    RestrictionFactory,
    ServiceFactory,
)
from tests.factories.consent import ConsentFactory, WordingFactory

pytestmark = pytest.mark.django_db

WHAT = "The dates of her sessions, as she agreed."


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def school():
    return AgencyFactory(name="Ainsdale School")


@pytest.fixture
def log(world, school):
    """Fill in the form of the sharing log: on permission, with the school, an hour ago, or as given."""

    def send(*, by=None, on=None, **changed):
        moment = timezone.localtime() if on is None else on
        typed = {
            "token": str(uuid4()),
            "people": [world.amelia.reference],
            "outcome": "shared",
            "what": WHAT,
            **day("happened_on", moment),
            "happened_time": "00:01",
            "to_whom": "agency",
            "agency": school.pk,
            "sent_how": "phone",
            "purpose": "working_together",
            "gateway": "permission",
            "told": "yes",
            "decided_by": world.worker.pk,
        }
        page = reverse("consent:share-add", args=[world.case.reference])
        return signed_in(by or world.worker).post(page, typed | changed)

    return send


def day(name, moment):
    return {f"{name}_0": moment.day, f"{name}_1": moment.month, f"{name}_2": moment.year}


def agreed(world, school, **given):
    words = {"given_on": timezone.localdate() - timedelta(days=30)}
    return ConsentFactory(person=world.amelia, agency=school, **words | given)


def is_refused(page, sentence, *kept):
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    text = page.content.decode()
    # In the summary above the heading, and not a second time in front of the questions.
    assert text.count(sentence) == 1
    for words in kept or (WHAT,):
        assert words in text
    assert not Share.objects.exists()


def test_with_a_consent_in_force_it_is_written(world, school, log):
    """What is refused below would be written but for the one thing that is wrong."""
    agreed(world, school)
    assert log().status_code == HTTPStatus.FOUND
    assert Share.objects.exists()


def test_sharing_after_withdrawal(world, school, log):
    yesterday = timezone.localdate() - timedelta(days=1)
    consent = agreed(world, school)
    withdraw_consent(consent=consent, withdrawn_on=yesterday, how="phone", by=world.worker)
    is_refused(log(), "was withdrawn on")


def test_sharing_what_is_withdrawn_between_preview_and_send(world, school):
    consent = agreed(world, school)
    note = CaseNoteFactory(case=world.case, people=[world.amelia], body="She sleeps well.")
    browser = signed_in(world.worker)
    to = (
        f"{reverse('consent:send', args=[world.case.reference])}?people={world.amelia.reference}"
        f"&agency={school.pk}&gateway=permission&purpose={consent.purpose}"
    )
    typed = {"items": [note.reference], "told": "yes", "way": "print"}
    assert "nothing has left yet" in browser.post(to, typed).content.decode()
    today = timezone.localdate()
    withdraw_consent(consent=consent, withdrawn_on=today, how="phone", by=world.worker)
    is_refused(browser.post(to, typed | {"send": "yes"}), "was withdrawn on", note.reference)


def test_sharing_before_it_was_given(world, school, log):
    agreed(world, school)
    before = timezone.localtime() - timedelta(days=31)
    is_refused(log(on=before), "was given only on")


def test_sharing_after_it_expired(world, school, log):
    agreed(world, school, until=timezone.localdate() - timedelta(days=1))
    is_refused(log(), "ended on")


def test_sharing_for_another_purpose(world, school, log):
    agreed(world, school)
    is_refused(log(purpose="report"), "and not for “Writing a report or letter”")


def test_sharing_with_another_agency(world, school, log):
    agreed(world, school)
    is_refused(
        log(agency=AgencyFactory(name="Birkdale Surgery").pk),
        "gave permission to share with Ainsdale School, and not with",
    )


def test_sharing_by_somebody_outside_the_service(world, school, log):
    agreed(world, school)
    outsider = member_of(ServiceFactory(), Role.CASEWORKER, name="Outsider")
    page = log(by=outsider)
    assert page.status_code == HTTPStatus.NOT_FOUND
    assert "Amelia" not in page.content.decode()
    assert not Share.objects.exists()


@pytest.mark.parametrize("gateway", ["permission", "asked"])
def test_sharing_a_restricted_record_without_a_lawful_reason(world, school, log, gateway):
    agreed(world, school)
    RestrictionFactory(person=world.amelia)
    purpose = "own_request" if gateway == "asked" else "working_together"
    page = log(gateway=gateway, purpose=purpose, detail_asked="On the telephone.")
    assert page.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}
    assert "Amelia" not in page.content.decode()
    assert not Share.objects.exists()


@pytest.mark.parametrize("to", ["agency", "professional", "somebody", "new"])
def test_a_safe_address_to_whom_nothing_may_be_disclosed(world, school, log, to):
    """Neither in the sharing log, nor in a pack; a secret address is in no pack for anybody."""
    AddressFactory(person=world.amelia, lines="2 Hidden Street", is_confidential=True, kind="safe")
    teacher = ProfessionalFactory(name="Marcus Webb", agency=school)
    agreed(world, school)
    marker = {"to_words": "Marcus Webb"} if to == "somebody" else {"to_agency": school}
    DoNotDiscloseFactory(person=world.amelia, reason="Threats.", **marker)
    whom = {
        "agency": {},
        "professional": {"to_whom": "professional", "professional": teacher.pk},
        "somebody": {"to_whom": "somebody", "recipient_name": "Mr WEBB, Marcus"},
        "new": {"agency": "", "new_agency": "The Ainsdale School Ltd"},
    }[to]
    what = "Where she lives now: 2 Hidden Street."
    asked = {"gateway": "asked", "purpose": "own_request", "detail_asked": "By telephone."}
    is_refused(log(**whom, **asked, what=what), "Nothing about Amelia Hart may go to", what)
    if to in {"agency", "professional"}:
        send = reverse("consent:send", args=[world.case.reference])
        to = (
            f"{send}?people={world.amelia.reference}&agency={school.pk}"
            "&gateway=permission&purpose=working_together"
        )
        chosen = {"items": [f"person-{world.amelia.reference}"], "told": "yes", "way": "print"}
        page = signed_in(world.worker).post(to, chosen | {"send": "yes"})
        is_refused(page, "Nothing about Amelia Hart may go to", "")
        assert "Hidden Street" not in page.content.decode()


def answer(world, person, wording, school, **changed):
    typed = {
        "wording": wording.pk,
        "agency": school.pk,
        "state": "given",
        "giver": "self",
        "how": "signed",
        **day("given_on", timezone.localdate()),
    }
    page = reverse("consent:consent-add", args=[person.reference])
    return signed_in(world.worker).post(page, typed | changed)


def test_consent_by_a_person_without_responsibility(world, school):
    RelationshipFactory(person=world.amelia, other=world.joe, parental_responsibility=False)
    typed = {"giver": "parent", "parent": world.amelia.reference}
    page = answer(world, world.joe, WordingFactory(), school, **typed)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Nobody is recorded with parental responsibility for Joe Hart" in page.content.decode()
    assert not Consent.objects.exists()


def test_back_dated_consent_without_reason(world, school):
    late = timezone.localdate() - timedelta(days=3)
    wording = WordingFactory()
    page = answer(world, world.amelia, wording, school, **day("given_on", late))
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Say why it is written down only now" in page.content.decode()
    assert not Consent.objects.exists()


def test_editing_a_wording_in_use(world):
    """The page writes the next version; that somebody agreed to stays, in the database too."""
    wording = WordingFactory(purpose=Purpose.WORKING_TOGETHER)
    ConsentFactory(person=world.amelia, wording=wording)
    before = wording.text
    page = reverse("consent:wording-publish", args=[wording.purpose])
    assert signed_in(the(Role.DPO)).post(page, {"text": "Other words."}).status_code == 302
    assert Wording.objects.get(text="Other words.").version == wording.version + 1
    with pytest.raises(DatabaseError), transaction.atomic():
        change(wording, text="Other words.")
    assert Wording.objects.get(pk=wording.pk).text == before
