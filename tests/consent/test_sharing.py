"""The sharing log: what left, through which of the six gateways, and what did not."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from cases.models import Task
from cases.workflow import TaskStatus
from cases.written import SavedAlready
from consent.actions.after import review_share
from consent.actions.consents import withdraw_consent
from consent.actions.sharing import record_share
from consent.gateways import CHECKS, Gateway, Outcome, SentHow
from consent.models import Share, SharePerson
from consent.purposes import LAWFUL, Purpose
from consent.queries import recipients_of
from core.database import as_owner
from core.errors import LogUnavailable, Refused
from tests.conftest import entries_since
from tests.consent.sql import change, run
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AgencyFactory,
    CaseFactory,
    CaseProfessionalFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    ProfessionalFactory,
    RelationshipFactory,
)
from tests.factories.consent import ConsentFactory, ShareFactory, withdrawn

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.get_fixed_timezone(0))
ELEVEN = NOON - timedelta(hours=1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def case():
    return CaseFactory(people=[PersonFactory(given_names="Amelia", family_name="Hart")])


def told(case, **given):
    """`record_share` of something that the first person of the case asked us to tell, or as given."""
    words = {
        "people": [case.people.order_by("pk").first()],
        "outcome": Outcome.SHARED,
        "purpose": Purpose.OWN_REQUEST,
        "what": "The dates of the sessions.",
        "happened_at": ELEVEN,
        "told": True,
        "agency": None,
        "sent_how": SentHow.EMAIL,
        "gateway": Gateway.ASKED,
        "gateway_detail": "She asked on the telephone; I know her voice.",
        "by": None,
    } | given
    if not (words["agency"] or words.get("professional") or words.get("recipient_name")):
        words["agency"] = AgencyFactory()
    return record_share(case=case, **words | {"by": words["by"] or UserFactory()})


def on_permission(consent, **given):
    return {
        "people": [consent.person],
        "agency": consent.agency,
        "purpose": consent.purpose,
        "gateway": Gateway.PERMISSION,
        "gateway_detail": "",
    } | given


def for_public_good(**given):
    return {
        "purpose": Purpose.SAFEGUARDING,
        "gateway": Gateway.PUBLIC_GOOD,
        "gateway_detail": "The children are at risk tonight.",
        "why_without_consent": "Asking would put the children at more risk.",
        "authorised_by": UserFactory(roles=[Role.SAFEGUARDING_LEAD]),
    } | given


# What is written


def test_it_says_what_to_whom_why_and_who_decided(case):
    worker, manager = UserFactory(), UserFactory()
    with entries_since() as left:
        share = told(case, by=worker, decided_by=manager, their_views=" She is glad. ")
    person = case.people.get()
    assert [(entry.verb, entry.people) for entry in left] == [(Verb.SHARE_RECORDED, [person.pk])]
    share.refresh_from_db()
    assert (share.case, list(share.people.all())) == (case, [person])
    assert (share.decided_by, share.recorded_by) == (manager, worker)
    assert share.their_views == "She is glad."
    assert share.reference == f"S-{share.pk:06d}"
    assert (share.basis, share.condition) == (
        LAWFUL[Purpose.OWN_REQUEST].basis,
        LAWFUL[Purpose.OWN_REQUEST].condition,
    )


def test_whoever_writes_it_down_has_decided_unless_they_say_who_did(case):
    worker = UserFactory()
    assert told(case, by=worker).decided_by == worker


LAWFULLY = [
    ({}, "Legitimate interests", "Explicit consent"),
    ({"purpose": Purpose.SERVICE, "gateway": Gateway.SERVICE}, "Legitimate interests", "para 17"),
    ({"purpose": Purpose.QUALITY, "gateway": Gateway.QUALITY}, "Legitimate interests", "para 2"),
    (
        {"purpose": Purpose.RESEARCH, "gateway": Gateway.PERMISSION},
        "Consent, UK GDPR Art 6(1)(a)",
        "Explicit consent",
    ),
    *(
        (
            {"purpose": purpose, "gateway": Gateway.LAW},
            "Legal obligation, UK GDPR Art 6(1)(c)",
            condition,
        )
        for purpose, condition in (
            (Purpose.RESEARCH, "Doing what a law requires"),
            (Purpose.SAFEGUARDING, "para 18"),
            (Purpose.CRIME, "para 10"),
            (Purpose.LEGAL_DUTY, "Legal claims and courts"),
        )
    ),
    (
        {"purpose": Purpose.SAFEGUARDING, "gateway": Gateway.PUBLIC_GOOD},
        "Recognised legitimate interest, UK GDPR Art 6(1)(ea)",
        "para 18",
    ),
    (
        {"purpose": Purpose.SAFEGUARDING, "gateway": Gateway.PUBLIC_GOOD, "why_urgent": "Now."},
        "Vital interests, UK GDPR Art 6(1)(d)",
        "Art 9(2)(c); else Safeguarding",
    ),
]


@pytest.mark.parametrize(("way", "basis", "condition"), LAWFULLY)
def test_the_lawful_basis_is_that_of_the_gateway(case, way, basis, condition):
    """Law.md section 4: consent of permission alone, the law of what it requires."""
    agency, professional = AgencyFactory(), ProfessionalFactory()
    CaseProfessionalFactory(case=case, professional=professional)
    person = case.people.get()
    ConsentFactory(person=person, agency=agency, purpose=Purpose.RESEARCH)
    more = {
        "agency": agency,
        "gateway_detail": "Children Act 1989 s.47",
        "why_without_consent": "It must.",
    }
    if way.get("gateway") == Gateway.SERVICE:
        more = {"professional": professional}
    elif way.get("gateway") == Gateway.PUBLIC_GOOD and "why_urgent" not in way:
        more["authorised_by"] = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    share = told(case, **more | way)
    assert share.basis.startswith(basis)
    assert condition in share.condition
    assert ("onsent" in share.basis) == (share.gateway == Gateway.PERMISSION)


@pytest.mark.parametrize("basis", ["Consent", "consent, Art 6(1)(a)", "UK GDPR Art 6(1)(a)"])
def test_consent_is_the_basis_of_nothing_but_permission(case, basis):
    with pytest.raises(Refused, match="consent is not its lawful basis"):
        told(case, basis=basis)
    with pytest.raises(IntegrityError, match="only_by_permission"), transaction.atomic():
        ShareFactory(case=case, basis=basis)


def test_an_older_entry_that_names_consent_is_shown_put_right():
    """It is final and stays as it was written (docs/adr/0043)."""
    old = LAWFUL[Purpose.RESEARCH]
    entry = Share(
        purpose=Purpose.RESEARCH, gateway=Gateway.LAW, basis=old.basis, condition=old.condition
    )
    assert entry.basis_in_words.startswith("Legal obligation, UK GDPR Art 6(1)(c).")
    assert entry.basis_in_words.endswith(f"and not so: {old.basis}")
    assert "Doing what a law requires" in entry.condition_in_words
    entry.gateway = Gateway.PERMISSION
    assert (entry.basis_in_words, entry.condition_in_words) == (old.basis, old.condition)


def test_the_basis_can_be_another_than_the_usual_one(case):
    share = told(case, basis="Vital interests, UK GDPR Art 6(1)(d)", condition="Art 9(2)(c)")
    assert (share.basis, share.condition) == ("Vital interests, UK GDPR Art 6(1)(d)", "Art 9(2)(c)")


def test_a_closed_case_has_a_sharing_log_too(case):
    closed = CaseFactory(
        people=list(case.people.all()), status="closed", closed_at=ELEVEN, closed_by=UserFactory()
    )
    assert told(closed).case == closed


def test_the_professional_brings_their_agency(case):
    professional = ProfessionalFactory(name="Jo Lee", role="teacher")
    share = told(case, professional=professional)
    assert share.agency == professional.agency
    assert share.recipient_in_words == f"Jo Lee, teacher, {professional.agency}"


def test_somebody_by_name_needs_no_agency(case):
    share = told(case, recipient_name="Joan Hart", recipient_role="grandmother")
    assert share.recipient_in_words == "Joan Hart, grandmother"


def test_what_is_not_shared_is_written_too(case):
    share = told(
        case,
        outcome=Outcome.NOT_SHARED,
        kept_back="The police gave no authority; asked them to come back with one.",
        purpose=Purpose.CRIME,
        gateway="",
        gateway_detail="",
        sent_how="",
    )
    assert (share.gateway, share.sent_how, share.basis) == ("", "", "")
    assert recipients_of(case.people.get()) == []


def test_not_sharing_for_want_of_permission_needs_no_consent(case):
    share = told(
        case,
        outcome=Outcome.NOT_SHARED,
        kept_back="They have not agreed.",
        purpose=Purpose.WORKING_TOGETHER,
        gateway=Gateway.PERMISSION,
        gateway_detail="",
        sent_how="",
    )
    assert share.share_people.get().consent is None


def test_part_of_it_can_be_kept_back(case):
    assert told(case, outcome=Outcome.PARTLY, kept_back="Her address.").kept_back == "Her address."


# What is refused, with a sentence and no trace


WRONG = {
    "Say about whom": lambda: {"people": []},
    "is not part of C-": lambda: {"people": [PersonFactory()]},
    "has not come yet": lambda: {"happened_at": NOON + timedelta(hours=1)},
    "whether it was shared": lambda: {"outcome": "perhaps"},
    "Say what was shared": lambda: {"what": "  "},
    "so it was partly shared": lambda: {"kept_back": "Her address."},
    "Say what was not shared": lambda: {"outcome": Outcome.PARTLY},
    "Say how the information went": lambda: {"sent_how": ""},
    "so nothing went anywhere": lambda: {
        "outcome": Outcome.NOT_SHARED,
        "kept_back": "They asked for too much.",
    },
    "You name two people": lambda: {
        "professional": ProfessionalFactory(),
        "recipient_name": "Joan Hart",
    },
    "does not work for": lambda: {
        "professional": ProfessionalFactory(),
        "agency": AgencyFactory(),
    },
    "why they were not": lambda: {"told": True, "why_not_told": "She is away."},
    "Say why the person was not told": lambda: {"told": False},
    "never for marketing": lambda: {"purpose": "marketing"},
    "one of the six ways": lambda: {"gateway": "", "gateway_detail": ""},
    "or not at all": lambda: {"gateway": "favour"},
    "The way for that is “The law": lambda: {"purpose": Purpose.LEGAL_DUTY},
    "It never leaves the charity": lambda: {"purpose": Purpose.SENSITIVE_DETAILS},
    "how you knew that it was them": lambda: {"gateway_detail": ""},
    "leave that out": lambda: {"authorised_by": UserFactory(roles=[Role.DPO])},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_refused_it_leaves_no_trace(case, sentence):
    given = WRONG[sentence]()
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        told(case, **given)
    assert left == []
    assert not Share.objects.exists()


def test_without_an_entry_it_is_undone(case, request):
    words = {"agency": AgencyFactory(), "by": UserFactory()}
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        told(case, **words)
    assert not Share.objects.exists()


def test_somebody_outside_the_record_is_named(case):
    """The database too wants a recipient: the verb's own sentence comes first."""
    with pytest.raises(Refused, match="Say with whom"):
        record_share(
            case=case,
            people=list(case.people.all()),
            outcome=Outcome.SHARED,
            purpose=Purpose.OWN_REQUEST,
            what="The dates.",
            happened_at=ELEVEN,
            told=True,
            sent_how=SentHow.EMAIL,
            gateway=Gateway.ASKED,
            gateway_detail="She asked.",
            by=UserFactory(),
        )


# The gateways


@pytest.mark.parametrize("gateway", Gateway)
@pytest.mark.parametrize("purpose", Purpose)
def test_a_gateway_opens_for_its_own_purposes_only(case, gateway, purpose):
    if purpose in CHECKS[gateway].purposes:
        return
    with pytest.raises(Refused, match=r"does not go with|never leaves"):
        told(case, purpose=purpose, gateway=gateway)
    authorised_by = UserFactory() if gateway == Gateway.PUBLIC_GOOD else None
    with pytest.raises(IntegrityError, match="share_gateway_opens_for_its_purpose"):
        ShareFactory(
            purpose=purpose,
            gateway=gateway,
            why_without_consent="Danger.",
            authorised_by=authorised_by,
        )


def test_the_service_gateway_leads_to_those_named_on_the_case(case):
    professional = ProfessionalFactory(name="Jo Lee")
    service = {"purpose": Purpose.SERVICE, "gateway": Gateway.SERVICE, "gateway_detail": ""}
    with pytest.raises(Refused, match="only to somebody named on the case"):
        told(case, **service, agency=professional.agency)
    with pytest.raises(Refused, match="Jo Lee is not named on C-"):
        told(case, **service, professional=professional)
    CaseProfessionalFactory(case=case, professional=professional)
    assert told(case, **service, professional=professional).professional == professional
    with pytest.raises(Refused, match="is not named on"):
        told(case, **service, professional=ProfessionalFactory(agency=professional.agency))


def test_the_quality_gateway_names_the_review(case):
    quality = {"purpose": Purpose.QUALITY, "gateway": Gateway.QUALITY}
    with pytest.raises(Refused, match="which review"):
        told(case, **quality, gateway_detail=" ")
    told(case, **quality, gateway_detail="Review of the drop-in by the trustees, autumn 2026.")


def test_the_law_gateway_names_the_enactment_and_why_without_consent(case):
    law = {"purpose": Purpose.LEGAL_DUTY, "gateway": Gateway.LAW}
    with pytest.raises(Refused, match="which section of which Act"):
        told(case, **law, gateway_detail="")
    with pytest.raises(Refused, match="without their consent"):
        told(case, **law, gateway_detail="Order of Liverpool Family Court, 2 November 2026.")
    told(
        case,
        **law,
        gateway_detail="Order of Liverpool Family Court, 2 November 2026.",
        why_without_consent="The order leaves no choice.",
    )


def test_sharing_for_the_public_good_is_authorised_by_somebody_else(case):
    lead = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    share = told(case, **for_public_good(authorised_by=lead))
    assert share.authorised_by == lead
    with pytest.raises(Refused, match="Ask one of them"):
        told(case, **for_public_good(authorised_by=None))
    with pytest.raises(Refused, match="Nobody authorises their own sharing"):
        told(case, **for_public_good(authorised_by=lead), by=lead)
    with pytest.raises(Refused, match="Nobody authorises their own sharing"):
        told(case, **for_public_good(authorised_by=lead), decided_by=lead)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_safeguarding_lead_and_the_dpo_authorise(case, role):
    somebody = UserFactory(roles=[role])
    if role in {Role.SAFEGUARDING_LEAD, Role.DPO}:
        told(case, **for_public_good(authorised_by=somebody))
    else:
        with pytest.raises(Refused, match="cannot authorise"):
            told(case, **for_public_good(authorised_by=somebody))


def test_in_an_emergency_it_is_written_afterwards_and_one_who_could_authorise_looks_at_it(case):
    lead, writer = UserFactory(roles=[Role.SAFEGUARDING_LEAD]), UserFactory()
    urgent = {"authorised_by": None, "why_urgent": "The ambulance was at the door.", "by": writer}
    share = told(case, **for_public_good(**urgent))
    assert (share.authorised_by, share.why_urgent) == (None, "The ambulance was at the door.")
    task = Task.objects.get(for_user=lead)
    assert task.link == reverse("consent:share-review", args=[share.reference])
    with pytest.raises(Refused, match="nobody at their own"):
        review_share(share=share, is_right=True, by=writer)
    with pytest.raises(Refused, match="Data Protection Officer looks at it"):
        review_share(share=share, is_right=True, by=UserFactory(roles=[Role.SERVICE_MANAGER]))
    review_share(share=share, is_right=True, by=lead)
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"authorised_by": "lead"}, "Leave one of the two out"),
        (
            {"outcome": Outcome.NOT_SHARED, "kept_back": "No.", "sent_how": ""},
            "leave out why nobody",
        ),
        (
            {"gateway": Gateway.LAW, "gateway_detail": "Children Act 1989 s.47"},
            "leave out why nobody",
        ),
    ],
)
def test_an_emergency_elsewhere_is_refused(case, wrong, sentence):
    if "authorised_by" in wrong:
        wrong = {"authorised_by": UserFactory(roles=[Role.SAFEGUARDING_LEAD])}
    words = for_public_good(authorised_by=None, why_urgent="At the door.") | wrong
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        told(case, **words)
    assert left == []


def test_not_sharing_for_the_public_good_needs_no_authority(case):
    not_shared = {"outcome": Outcome.NOT_SHARED, "kept_back": "The risk is small.", "sent_how": ""}
    told(case, **for_public_good(**not_shared, authorised_by=None))


# On permission


def test_permission_is_each_persons_own(case):
    amelia, joe = case.people.get(), PersonFactory(given_names="Joe", family_name="Hart")
    family = CaseFactory(people=[amelia, joe])
    hers = ConsentFactory(person=amelia)
    with pytest.raises(Refused, match="Joe Hart has given no permission"):
        told(family, **on_permission(hers, people=[amelia, joe]))
    his = ConsentFactory(person=joe, agency=hers.agency)
    share = told(family, **on_permission(hers, people=[amelia, joe]))
    assert {link.person: link.consent for link in share.share_people.all()} == {
        amelia: hers,
        joe: his,
    }
    assert share.permissions_in_words == f"Amelia Hart: {hers}, Joe Hart: {his}"


@pytest.mark.parametrize(
    ("born", "on", "holds"),
    [
        (date(2008, 11, 24), date(2026, 11, 23), True),
        (date(2008, 11, 24), date(2026, 11, 24), False),
        # Born on 29 February: a year older on 1 March.
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2008, 3, 1), date(2026, 3, 1), False),
    ],
)
def test_what_a_parent_agreed_to_is_over_at_18_also_if_the_birthday_is_known_later(
    case, born, on, holds
):
    person = case.people.get()
    # As it was recorded first: wrongly.
    change(person, date_of_birth=date(2016, 5, 1))
    parent = RelationshipFactory(other=person, kind="parent", parental_responsibility=True).person
    consent = ConsentFactory(person=person, giver="parent", parent=parent)
    change(person, date_of_birth=born)
    person.refresh_from_db()
    moment = timezone.make_aware(datetime(on.year, on.month, on.day, 10))
    permission = on_permission(consent, happened_at=moment)
    if holds:
        assert told(case, **permission).share_people.get().consent == consent
        return
    with pytest.raises(Refused, match=r"\(CON-\d+, .+\) ended on"):
        told(case, **permission)
    with pytest.raises(IntegrityError, match="No consent in force"):
        ShareFactory(consents=[consent], **permission)


@pytest.mark.parametrize("way", ["agency", "professional", "name"])
def test_nobody_is_told_who_must_not_hear_of_them_until_another_decides_so(case, way):
    person, teacher = case.people.get(), ProfessionalFactory(name="Jo Lee")
    ConsentFactory(person=person, agency=teacher.agency)
    marker = {"to_words": "Ken Hart"} if way == "name" else {"to_agency": teacher.agency}
    DoNotDiscloseFactory(person=person, reason="He works there.", **marker)
    to = {
        "agency": {"agency": teacher.agency},
        "professional": {"professional": teacher},
        "name": {"recipient_name": "Ken Hart"},
    }[way]
    with entries_since() as left, pytest.raises(Refused, match=r"Nothing about .* may go to"):
        told(case, **to)
    assert left == []
    not_shared = {"outcome": Outcome.NOT_SHARED, "kept_back": "They must not.", "sent_how": ""}
    assert told(case, **to, **not_shared).kept_back == "They must not."
    with pytest.raises(Refused, match="Ask one of them before you share"):
        told(case, **to, **for_public_good())
    decided = for_public_good(why_despite="The child is there.")
    assert told(case, **to, **decided).outcome == Outcome.SHARED


WITHOUT_PERMISSION = {
    "has given no permission": lambda _person, _agency: None,
    "was refused on 12 January 2026": lambda person, agency: ConsentFactory(
        person=person, agency=agency, state="refused"
    ),
    "was withdrawn on 4 May 2026": lambda person, agency: ConsentFactory(
        person=person, agency=agency, **withdrawn(date(2026, 5, 4))
    ),
    "was withdrawn on 24 November 2026": lambda person, agency: withdraw_consent(
        consent=ConsentFactory(person=person, agency=agency),
        withdrawn_on=TODAY,
        how="phone",
        by=UserFactory(),
    ),
    "ended on 30 June 2026": lambda person, agency: ConsentFactory(
        person=person, agency=agency, until=date(2026, 6, 30)
    ),
    "for “Writing a report or letter”, and not for": lambda person, agency: ConsentFactory(
        person=person, agency=agency, purpose=Purpose.REPORT
    ),
    "with Ainsdale School, and not with": lambda person, _agency: ConsentFactory(
        person=person, agency__name="Ainsdale School"
    ),
}


@pytest.mark.parametrize("sentence", WITHOUT_PERMISSION)
def test_nothing_is_shared_on_permission_without_one_in_force(case, sentence):
    person, agency = case.people.get(), AgencyFactory()
    WITHOUT_PERMISSION[sentence](person, agency)
    permission = {
        "agency": agency,
        "purpose": Purpose.WORKING_TOGETHER,
        "gateway": Gateway.PERMISSION,
        "gateway_detail": "",
        "happened_at": NOON,
    }
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        told(case, **permission)
    assert left == []
    assert not Share.objects.exists()


def test_a_permission_given_today_covers_nothing_of_yesterday(case):
    consent = ConsentFactory(person=case.people.get(), given_on=TODAY)
    told(case, **on_permission(consent))
    with pytest.raises(Refused, match="was given only on 24 November 2026"):
        told(case, **on_permission(consent), happened_at=ELEVEN - timedelta(days=1))


def test_what_was_shared_before_the_withdrawal_can_still_be_written_down(case):
    consent = ConsentFactory(person=case.people.get())
    withdraw_consent(consent=consent, withdrawn_on=TODAY, how="phone", by=UserFactory())
    told(case, **on_permission(consent), happened_at=ELEVEN)
    with pytest.raises(Refused, match="was withdrawn"):
        told(case, **on_permission(consent), happened_at=timezone.now())


def test_permission_names_an_agency(case):
    consent = ConsentFactory(person=case.people.get(), purpose=Purpose.RESEARCH, agency=None)
    with pytest.raises(Refused, match="Permission names an agency"):
        told(case, **on_permission(consent), recipient_name="Dr Singh")


# One form, one entry


def test_a_form_sent_twice_makes_one_entry(case):
    words = {"token": uuid4(), "agency": AgencyFactory(), "by": UserFactory()}
    with entries_since() as left:
        first, second = told(case, **words), told(case, **words)
    assert first == second
    assert len(left) == Share.objects.count() == 1
    with pytest.raises(SavedAlready, match=f"as {first.reference}"):
        told(case, **words, their_views="Something else.")


# What is told to the person


def test_recipients_are_named_with_agency_and_day(case):
    person = case.people.get()
    professional = ProfessionalFactory(name="Jo Lee", role="teacher")
    first = told(case, professional=professional, happened_at=ELEVEN - timedelta(days=9))
    second = told(case, recipient_name="Joan Hart", recipient_role="grandmother")
    told(CaseFactory(people=[PersonFactory()]))
    assert [(r.name, r.agency, r.on, r.reference) for r in recipients_of(person)] == [
        (
            f"Jo Lee, teacher, {professional.agency}",
            str(professional.agency),
            date(2026, 11, 15),
            first.reference,
        ),
        ("Joan Hart, grandmother", "", TODAY, second.reference),
    ]


# The database's own rules


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"outcome": "perhaps"}, "share_outcome_is_known"),
        ({"purpose": "marketing"}, "share_gateway_opens_for_its_purpose"),
        (
            {
                "purpose": "marketing",
                "outcome": "not_shared",
                "kept_back": "All.",
                "sent_how": "",
                "gateway": "",
            },
            "share_purpose_is_known",
        ),
        ({"gateway": ""}, "share_gateway_opens_for_its_purpose"),
        ({"gateway": "favour"}, "share_gateway_opens_for_its_purpose"),
        ({"agency": None}, "share_names_its_recipient"),
        ({"sent_how": ""}, "share_sent_how_iff_shared"),
        ({"outcome": "not_shared", "kept_back": "All."}, "share_sent_how_iff_shared"),
        ({"what": ""}, "share_says_what"),
        ({"kept_back": "Her address."}, "share_says_what_was_kept_back"),
        ({"outcome": "partly"}, "share_says_what_was_kept_back"),
        ({"basis": ""}, "share_has_a_lawful_basis"),
        ({"gateway_detail": ""}, "share_gateway_says_what_it_rests_on"),
        (
            {"gateway": "law", "purpose": "legal_duty"},
            "share_without_consent_says_why",
        ),
        ({"told": False}, "share_told_or_says_why_not"),
        ({"why_not_told": "She is away."}, "share_told_or_says_why_not"),
        (
            {"gateway": "public_good", "purpose": "crime", "why_without_consent": "Danger."},
            "share_for_public_good_is_authorised",
        ),
        ({"happened_at": NOON + timedelta(days=1)}, "share_happened_before_it_was_written"),
        (
            {
                "gateway": "permission",
                "purpose": "research",
                "agency": None,
                "recipient_name": "Dr S",
            },
            "share_on_permission_names_the_agency",
        ),
    ],
)
def test_the_database_refuses(wrong, rule):
    with pytest.raises(IntegrityError, match=rule):
        ShareFactory(**wrong)


@pytest.mark.parametrize("role", ["recorded_by", "decided_by"])
def test_the_database_refuses_that_somebody_authorises_their_own_sharing(role):
    somebody = UserFactory()
    with pytest.raises(IntegrityError, match="share_authorised_by_somebody_else"):
        ShareFactory(
            gateway="public_good",
            purpose="crime",
            why_without_consent="Danger.",
            authorised_by=somebody,
            **{"decided_by": UserFactory(), "recorded_by": UserFactory()} | {role: somebody},
        )


BAD_PERMISSIONS = {
    "none": lambda _right: None,
    "of somebody else": lambda right: ConsentFactory(agency=right.agency),
    "with another agency": lambda right: ConsentFactory(person=right.person),
    "for another purpose": lambda right: ConsentFactory(
        person=right.person, agency=right.agency, purpose=Purpose.REPORT
    ),
    "refused": lambda right: ConsentFactory(
        person=right.person, agency=right.agency, state="refused"
    ),
}


@pytest.mark.parametrize("why", BAD_PERMISSIONS)
def test_the_database_refuses_sharing_on_a_wrong_permission(why):
    right = ConsentFactory()

    def share(consent):
        ShareFactory(
            people=[right.person],
            agency=right.agency,
            purpose=right.purpose,
            gateway="permission",
            consents=[consent],
        )

    share(right)
    with pytest.raises(IntegrityError, match="No consent in force"), transaction.atomic():
        share(BAD_PERMISSIONS[why](right))


def test_raw_sql_shares_nothing_on_a_withdrawn_permission():
    consent = ConsentFactory(**withdrawn(date(2026, 5, 4)))
    share = ShareFactory(people=[PersonFactory()])
    columns = (
        "recorded_at, recorded_by_id, case_id, what, kept_back, outcome, agency_id, recipient_name,"
        " recipient_role, sent_how, gateway_detail, basis, condition, why_without_consent, told,"
        " why_not_told, their_views, consulted, decided_by_id, is_quick, why_urgent, why_another,"
        " why_despite, tells_safe_address"
    )
    with pytest.raises(IntegrityError, match="No consent in force"):
        run(
            f"WITH made AS (INSERT INTO consent_share ({columns}, happened_at, purpose, gateway)"
            f" SELECT {columns}, recorded_at - interval '1 hour', 'working_together', 'permission'"
            " FROM consent_share WHERE id = %s RETURNING id)"
            " INSERT INTO consent_shareperson (share_id, person_id, consent_id)"
            " SELECT id, %s, %s FROM made",
            share.pk,
            consent.person_id,
            consent.pk,
        )


def test_another_gateway_rests_on_no_consent():
    consent = ConsentFactory()
    with pytest.raises(IntegrityError, match="Only what was shared on permission"):
        ShareFactory(people=[consent.person], consents=[consent])


@pytest.mark.django_db(transaction=True)
def test_an_entry_about_nobody_is_not_kept():
    whole = ShareFactory()
    fields = [f.attname for f in Share._meta.concrete_fields if f.name not in {"id", "reference"}]
    columns = ", ".join(fields)
    with pytest.raises(IntegrityError, match="about whom"):
        run(
            f"INSERT INTO consent_share ({columns}) SELECT {columns} FROM consent_share WHERE id = %s",
            whole.pk,
        )
    assert Share.objects.get() == whole


CHANGES = [
    "UPDATE consent_share SET what = 'Nothing at all.'",
    "UPDATE consent_share SET outcome = 'not_shared', kept_back = 'All.', sent_how = ''",
    "UPDATE consent_shareperson SET consent_id = NULL",
    "DELETE FROM consent_shareperson",
    "DELETE FROM consent_share",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_the_application_changes_nothing_in_the_log(sql):
    ShareFactory()
    with pytest.raises(DatabaseError):
        run(sql)


@pytest.mark.django_db(transaction=True)
def test_the_owner_of_the_tables_changes_nothing_in_the_log():
    share = ShareFactory()
    before = Share.objects.values().get(pk=share.pk)
    with as_owner():
        for sql in CHANGES:
            with pytest.raises(IntegrityError, match="never"):
                run(sql)
    assert Share.objects.values().get(pk=share.pk) == before
    assert SharePerson.objects.count() == 1


def test_an_entry_goes_only_where_the_log_says_that_something_is_destroyed():
    share = ShareFactory()
    with transaction.atomic():
        Entry.objects.create(
            action="delete", verb="record.destroyed", by="a test", purpose="management"
        )
        share.share_people.all().delete()
        share.delete()
    assert not Share.objects.exists()
