"""Nothing goes to whom a marker keeps somebody from, however the name is spelt (features.md N1)."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.agencies import merge_agencies
from cases.models import Agency, Task
from cases.workflow import TaskStatus
from consent.actions.after import review_share
from consent.actions.sharing import record_share
from consent.gateways import Gateway, Outcome, SentHow
from consent.kept_from import KeptFrom, MaybeTheOne
from consent.models import Share
from consent.purposes import Purpose
from core.errors import Refused
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    CaseNoteFactory,
    CaseProfessionalFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    ProfessionalFactory,
)
from tests.factories.consent import ConsentFactory, ShareFactory

pytestmark = pytest.mark.django_db

KNOWS = "I rang: this one is in Bootle, and knows nobody of that name."


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def school(world):
    """An agency that must not be told about Amelia."""
    school = AgencyFactory(name="Ainsdale School")
    DoNotDiscloseFactory(person=world.amelia, to_agency=school, reason="Her aunt works there.")
    return school


def asked(world, **given):
    """Something shared because Amelia asked, with whom `given` says."""
    words = {
        "case": world.case,
        "people": [world.amelia],
        "outcome": Outcome.SHARED,
        "purpose": Purpose.OWN_REQUEST,
        "what": "The dates of her sessions.",
        "sent_how": SentHow.PHONE,
        "gateway": Gateway.ASKED,
        "gateway_detail": "On the telephone; I know her voice.",
        "told": True,
        "by": world.worker,
    }
    return record_share(**words | given)


CERTAIN = ["ainsdale school", "The Ainsdale School Ltd.", "AINSDALE-SCHOOL"]
POSSIBLE = ["Ansdale Schol", "Ainsdale High School", "Aynsdale Skool"]


@pytest.mark.parametrize("name", CERTAIN)
def test_the_same_agency_in_other_letters_is_refused(world, school, name):
    for to in ({"agency": name}, {"recipient_name": name}):
        with entries_since() as left, pytest.raises(Refused, match="Her aunt works there"):
            asked(world, **to, why_another=KNOWS)
        assert left == []
    assert list(Agency.objects.filter(name__icontains="ainsdale")) == [school]


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_may_be_the_agency_misspelt_needs_to_be_known_as_another(world, school, name):
    with entries_since() as left, pytest.raises(MaybeTheOne, match="may be the same"):
        asked(world, agency=name)
    assert left == []
    assert not Agency.objects.filter(name=name).exists()
    share = asked(world, agency=name, why_another=KNOWS)
    assert share.why_another == KNOWS
    assert asked(world, agency="Wrackline", why_another=KNOWS).why_another == ""


def test_a_person_misspelt_and_whoever_is_named_beside_an_agency(world):
    marcus = PersonFactory(given_names="Marcus", family_name="Webb")
    DoNotDiscloseFactory(person=world.amelia, to_person=marcus, reason="Threats.")
    to = {"agency": AgencyFactory(name="Wrackline"), "recipient_role": "volunteer"}
    with pytest.raises(Refused, match="Threats"):
        asked(world, **to, recipient_name="Mr Marcus WEBB", why_another=KNOWS)
    with pytest.raises(MaybeTheOne, match="Markus Web"):
        asked(world, **to, recipient_name="Markus Web")
    worker = ProfessionalFactory(name="Markus Webb")
    with pytest.raises(MaybeTheOne, match="Markus Webb"):
        asked(world, professional=worker)
    assert asked(world, professional=worker, why_another=KNOWS).why_another == KNOWS


LAW = {
    "gateway": Gateway.LAW,
    "purpose": Purpose.LEGAL_DUTY,
    "gateway_detail": "An order of the family court.",
    "why_without_consent": "The court orders it.",
}
GOOD = {
    "gateway": Gateway.PUBLIC_GOOD,
    "purpose": Purpose.SAFEGUARDING,
    "gateway_detail": "The children are at risk tonight.",
    "why_without_consent": "Asking would put them at more risk.",
}
WHY = "The order names the school; the day and the hour alone are told."


@pytest.mark.parametrize("way", [LAW, GOOD])
@pytest.mark.parametrize("name", ["Ainsdale School", "Ansdale School"])
def test_the_law_and_the_public_good_need_the_decision_of_another(world, school, way, name):
    lead = the(Role.SAFEGUARDING_LEAD)
    named = {} if way is LAW else {"authorised_by": lead}
    with entries_since() as left, pytest.raises(KeptFrom, match=r"Her aunt works there.* Ask one"):
        asked(world, agency=name, **way, **named)
    for own in (world.worker, world.manager):
        with pytest.raises(Refused, match=r"own sharing|cannot authorise"):
            asked(world, agency=name, **way, why_despite=WHY, authorised_by=own)
    assert (left, list(Share.objects.all())) == ([], [])
    share = asked(world, agency=name, **way, why_despite=WHY, authorised_by=lead)
    assert (share.why_despite, share.authorised_by, share.why_another) == (WHY, lead, "")
    task = Task.objects.get()
    assert (task.for_user, share.reference in task.what) == (lead, True)
    # Whoever is named says whether it is so, and nobody for them.
    with pytest.raises(Refused, match="is said to have decided it"):
        review_share(share=share, is_right=True, by=the(Role.DPO))
    review_share(share=share, is_right=True, by=lead)
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE
    # With nobody in the way a decision is not asked, and none is kept.
    other = asked(world, agency="Wrackline", **way, why_despite=WHY, authorised_by=lead)
    assert (other.why_despite, other.authorised_by) == ("", None if way is LAW else lead)


def test_in_an_emergency_they_look_at_it_afterwards(world, school):
    lead = the(Role.SAFEGUARDING_LEAD)
    urgent = GOOD | {"why_urgent": "He was at the door."}
    with pytest.raises(KeptFrom, match="look at it afterwards"):
        asked(world, agency=school, **urgent)
    share = asked(world, agency=school, **urgent, why_despite=WHY)
    assert (share.authorised_by, Task.objects.get().for_user) == (None, lead)


def test_a_safe_address_goes_to_them_by_the_law_alone(world, school):
    AddressFactory(person=world.amelia, lines="2 Hidden Street", postcode="PR8 9ZZ", kind="safe")
    lead = the(Role.SAFEGUARDING_LEAD)
    decided = {"agency": school, "why_despite": WHY, "authorised_by": lead}
    with pytest.raises(KeptFrom) as unsaid:
        asked(world, **LAW, **decided)
    assert unsaid.value.secret
    for what in ("She lives at 2, hidden street.", "Near PR89ZZ"):
        with pytest.raises(Refused, match="names the secret address"):
            asked(world, **LAW, **decided, what=what, tells_safe_address=False)
    with pytest.raises(Refused, match="Tell them without the address"):
        asked(world, **GOOD, **decided, tells_safe_address=True)
    assert not Share.objects.exists()
    assert not asked(world, **GOOD, **decided, tells_safe_address=False).tells_safe_address
    assert asked(world, **LAW, **decided, tells_safe_address=True).tells_safe_address


DESPITE = {"why_despite": WHY, "why_without_consent": "The court orders it."}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"gateway": "law", "purpose": "legal_duty"}, "A marker keeps"),
        ({"gateway": "law", "purpose": "legal_duty", **DESPITE}, "despite_a_marker_is_decided"),
        ({"gateway": "asked", "authorised": True, **DESPITE}, "despite_a_marker_is_decided"),
        (
            {
                "gateway": "public_good",
                "purpose": "safeguarding",
                "authorised": True,
                "tells_safe_address": True,
                **DESPITE,
            },
            "safe_address_only_by_law",
        ),
        ({"gateway": "law", "purpose": "legal_duty", "authorised": True, **DESPITE}, ""),
    ],
)
def test_the_database_asks_for_the_decision_as_well(world, school, given, sentence):
    words = {"why_without_consent": "The court orders it.", "agency": school} | given
    if words.pop("authorised", False):
        words["authorised_by"] = the(Role.DPO)
    if not sentence:
        ShareFactory(case=world.case, people=[world.amelia], **words)
        return
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        ShareFactory(case=world.case, people=[world.amelia], **words)


@pytest.mark.parametrize(
    ("name", "why", "stands"),
    [
        ("The Ainsdale School", KNOWS, False),
        ("Ansdale School", "", False),
        ("Ansdale School", KNOWS, True),
        ("Birkdale School", "", True),
    ],
)
def test_the_database_holds_to_it_as_well(world, school, name, why, stands):
    for to in ({"agency": AgencyFactory(name=name)}, {"agency": None, "recipient_name": name}):
        words = {"case": world.case, "people": [world.amelia], "why_another": why, **to}
        if stands:
            ShareFactory(**words)
        else:
            with pytest.raises(IntegrityError, match="marker keeps"), transaction.atomic():
                ShareFactory(**words)


def test_the_database_refuses_the_agency_itself_and_its_double(world, school):
    double = AgencyFactory(name="Kings Meadow")
    merge_agencies(survivor=school, other=double, reason="One house.", by=the(Role.DPO))
    for agency in (school, double):
        with pytest.raises(IntegrityError, match="A marker keeps"), transaction.atomic():
            ShareFactory(case=world.case, people=[world.amelia], agency=agency, why_another=KNOWS)
    ShareFactory(case=world.case, people=[world.joe], agency=school)


def day(moment):
    return {
        "happened_on_0": moment.day,
        "happened_on_1": moment.month,
        "happened_on_2": moment.year,
        "happened_time": f"{moment:%H:%M}",
    }


def test_the_form_shows_the_match_and_asks_how_they_know(world, school):
    browser = signed_in(world.worker)
    address = reverse("consent:share-add", args=[world.case.reference])
    assert "why_another" not in browser.get(address).content.decode()
    typed = {
        "people": [world.amelia.reference],
        "outcome": "shared",
        "what": "The dates of her sessions.",
        "to_whom": "agency",
        "new_agency": "Ansdale School",
        "sent_how": "phone",
        "purpose": "own_request",
        "gateway": "asked",
        "detail_asked": "On the telephone; I know her voice.",
        "told": "yes",
        "decided_by": world.worker.pk,
        **day(timezone.localtime() - timedelta(minutes=5)),
    }
    refused = browser.post(address, typed)
    page = refused.content.decode()
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Nothing about Amelia Hart may go to Ainsdale School: Her aunt works there." in page
    assert "How you know that it is somebody else" in page
    assert 'value="Ansdale School"' in page
    assert not Share.objects.exists()
    again = browser.post(address, typed | {"why_another": KNOWS, "what": ""})
    assert KNOWS in again.content.decode()
    browser.post(address, typed | {"why_another": KNOWS})
    share = Share.objects.get()
    assert share.why_another == KNOWS
    assert KNOWS in browser.get(share.get_absolute_url()).content.decode()


def test_the_form_asks_who_decided_and_whether_the_address_was_told(world, school):
    AddressFactory(person=world.amelia, lines="2 Hidden Street", postcode="PR8 9ZZ", kind="safe")
    lead = the(Role.SAFEGUARDING_LEAD)
    browser = signed_in(world.worker)
    address = reverse("consent:share-add", args=[world.case.reference])
    typed = {
        "people": [world.amelia.reference],
        "outcome": "shared",
        "what": "The dates of her sessions.",
        "to_whom": "agency",
        "agency": school.pk,
        "sent_how": "post",
        "purpose": "legal_duty",
        "gateway": "law",
        "detail_law": "An order of the family court.",
        "why_law": "The court orders it.",
        "told": "yes",
        "decided_by": world.worker.pk,
        **day(timezone.localtime() - timedelta(minutes=5)),
    }
    refused = browser.post(address, typed)
    page = refused.content.decode()
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Ask one of them before you share" in page
    for question in ("why_despite", "despite_by", "tells_safe_address"):
        assert f'name="{question}"' in page
    decided = {"why_despite": WHY, "despite_by": lead.pk}
    again = browser.post(address, typed | decided).content.decode()
    assert WHY in again
    assert 'name="tells_safe_address"' in again
    assert not Share.objects.exists()
    # Under another way the answers do not count, and the marker holds.
    other = {"gateway": "asked", "purpose": "own_request", "detail_asked": "By telephone."}
    assert (
        "report it as a mistake" in browser.post(address, typed | decided | other).content.decode()
    )
    browser.post(address, typed | decided | {"tells_safe_address": "no"})
    share = Share.objects.get()
    assert (share.authorised_by, share.tells_safe_address) == (lead, False)
    assert "whom a marker keeps" in browser.get(share.get_absolute_url()).content.decode()
    assert (
        "Despite a marker"
        in signed_in(lead).get(reverse("consent:shares-to-review")).content.decode()
    )


def test_four_fields_and_a_pack_ask_as_well(world):
    browser = signed_in(world.worker)
    DoNotDiscloseFactory(person=world.amelia, to_words="Marcus Webb", reason="Threats.")
    worker = ProfessionalFactory(name="Markus Web", agency=AgencyFactory(name="Wrackline"))
    CaseProfessionalFactory(case=world.case, professional=worker)
    address = reverse("consent:share-quick", args=[world.case.reference])
    told = {
        "people": [world.amelia.reference],
        "professional": worker.pk,
        "what": "She comes on Mondays.",
        "why": "service:service",
        "sent_how": "phone",
        "when": "now",
    }
    refused = browser.post(address, told).content.decode()
    assert "Markus Web, " in refused
    assert "How you know that it is somebody else" in refused
    assert browser.post(address, told | {"why_another": KNOWS}).status_code == HTTPStatus.FOUND
    assert Share.objects.get().why_another == KNOWS

    note = CaseNoteFactory(case=world.case, people=[world.amelia], body="She sleeps well.")
    ConsentFactory(person=world.amelia, agency=worker.agency)
    to = (
        f"{reverse('consent:send', args=[world.case.reference])}?people={world.amelia.reference}"
        f"&professional={worker.pk}&gateway=service"
    )
    page = browser.get(to).content.decode()
    assert "may be the same in another spelling" in page
    chosen = {"items": [note.reference], "told": "yes", "way": "print"}
    refused = browser.post(to, chosen | {"send": "yes"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with entries_since() as left:
        sent = browser.post(to, chosen | {"send": "yes", "why_another": KNOWS})
    assert sent.status_code == HTTPStatus.OK, sent.content.decode()
    assert Verb.PARCEL_SENT in [entry.verb for entry in left]
    assert Share.objects.filter(why_another=KNOWS).count() == 2
