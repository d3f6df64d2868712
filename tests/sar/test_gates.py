"""Who asks, and what speaks against giving them anything: warnings, a child's competence, authority that ends."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.dates import birthday
from core.errors import Refused
from sar.actions import conflicts, evidence
from sar.actions.pack import sign_off
from sar.actions.release import release
from sar.actions.requests import record_request, record_requests
from sar.building import build_pack
from sar.conflicts import conflicts_of
from sar.gates import hindrances
from sar.kinds import Channel, EvidenceGate, HowEstablished, Kind, Requester
from sar.models import ConflictWarning, RightsRequest
from sar.workflow import RequestStatus
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.cases import (
    AddressFactory,
    AlertFactory,
    BarringFactory,
    CasePersonFactory,
    CourtOrderFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    RelationshipFactory,
)
from tests.factories.safeguarding import ConcernFactory
from tests.factories.sar import (
    BuiltPackFactory,
    CompetenceFactory,
    ConflictWarningFactory,
    EvidenceSeenFactory,
    RightsRequestFactory,
    signed_off,
)
from tests.sar.test_pages import text, typed

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
Warned = ConflictWarning.Kind


@pytest.fixture
def child(case):
    child = PersonFactory(
        given_names="Robin", family_name="Hart", date_of_birth=date(TODAY.year - 12, 3, 3)
    )
    CasePersonFactory(case=case, person=child, role="child")
    return child


def of_parent(child, **given):
    """A father asks for his child's record; that is established."""
    request = RightsRequestFactory(
        person=child, requester=Requester.PARENT, requester_name="Mo Quill", **given
    )
    EvidenceSeenFactory(request=request)
    EvidenceSeenFactory(request=request, gate=EvidenceGate.AUTHORITY, what="birth certificate")
    return request


def kinds_of(request):
    return {(one.kind, one.words) for one in conflicts_of(request, on=TODAY)}


# --- What is found -------------------------------------------------------------------------------


def test_nothing_on_record_is_no_conflict(access):
    assert conflicts_of(access, on=TODAY) == []


def test_everything_that_speaks_against_it_is_found_also_on_linked_records(case, amelia, child):
    he = PersonFactory(given_names="Mo", family_name="Quill")
    RelationshipFactory(person=he, other=child)
    order = CourtOrderFactory(about=[amelia], against=[he])
    DoNotDiscloseFactory(person=amelia, to_words="Mo Quill")
    alert = AlertFactory(person=amelia, kind="risk_from", words="Violent when he has drunk.")
    AddressFactory(person=amelia, kind="safe")
    concern = ConcernFactory(people=[child])
    found = kinds_of(of_parent(child))
    assert {kind for kind, _ in found} == set(Warned) - {Warned.SIBLINGS}
    words = " ".join(sentence for _, sentence in found)
    for named in (order.reference, alert.reference, concern.reference, "Mo Quill"):
        assert named in words


# Each on a linked record, and in none of them a word of what it is: only what kind of row it is tells.
DULL = "See the file."
ROWS = {
    "an order for a brother": lambda of: CourtOrderFactory(
        about=[of["brother"]], against=[of["he"]], kind="no_contact", says=DULL
    ),
    "an order against whoever asks, who is linked to nobody": lambda of: CourtOrderFactory(
        about=[PersonFactory()], against=[of["he"]], kind="restraining", says=DULL
    ),
    "a marker on the mother": lambda of: DoNotDiscloseFactory(
        person=of["mother"], to_words="A. N. Other", reason=DULL
    ),
    "an alert of a risk on the mother": lambda of: AlertFactory(
        person=of["mother"], kind="risk_from", words=DULL
    ),
    "an alert on whoever asks": lambda of: AlertFactory(
        person=of["he"], kind="staff_risk", words=DULL
    ),
    "an alert of an order": lambda of: AlertFactory(
        person=of["brother"], kind="court_order", words=DULL
    ),
    "a safeguarding alert": lambda of: AlertFactory(
        person=of["child"], kind="safeguarding", words=DULL
    ),
    "a concern for a brother": lambda of: ConcernFactory(people=[of["brother"]], what=DULL),
    "a safe address of a brother": lambda of: AddressFactory(person=of["brother"], kind="safe"),
    "an address that stays secret": lambda of: AddressFactory(
        person=of["mother"], is_confidential=True
    ),
}


@pytest.mark.parametrize("which", ROWS)
def test_each_is_found_from_its_row_and_from_no_word_of_it(case, amelia, child, dpo, which):
    brother = PersonFactory(given_names="Wren", date_of_birth=None, birth_certainty="not_known")
    RelationshipFactory(person=brother, other=child, kind="sibling")
    he = PersonFactory(given_names="Mo", family_name="Quill")
    request = of_parent(child, requester_person=he)
    before = {one.key for one in conflicts_of(request, on=TODAY)}
    # A brother of unknown age is information, and no responsibility of his stands on record.
    assert before == {"parental responsibility", f"child {brother.reference}"}
    ROWS[which]({"brother": brother, "he": he, "mother": amelia, "child": child})
    (found,) = [one for one in conflicts_of(request, on=TODAY) if one.key not in before]
    assert found.kind in {Warned.KEPT_AWAY, Warned.FEARED, Warned.SAFE_ADDRESS}
    raised = conflicts.look_for_conflicts(request=request, by=dpo)
    assert any(one.key == found.key and one.is_open for one in raised)


def test_ones_own_record_is_kept_from_nobody_by_a_concern_for_them(access, case, child):
    ConcernFactory(people=[access.person], what=DULL)
    hers = {one.key for one in conflicts_of(access, on=TODAY)}
    assert hers == {f"child {child.reference}"}
    of_the_child = ConcernFactory(people=[child], what=DULL)
    found = {one.key for one in conflicts_of(access, on=TODAY)}
    assert found - hers == {f"concern {of_the_child.reference}"}


def test_parental_responsibility_that_is_recorded_is_no_conflict(child, amelia):
    RelationshipFactory(
        person=amelia,
        other=child,
        parental_responsibility=True,
        responsibility_by="birth",
        responsibility_evidence="Birth certificate",
    )
    hers = RightsRequestFactory(
        person=child, requester=Requester.PARENT, requester_name="Amelia Hart"
    )
    assert Warned.NO_RESPONSIBILITY not in {kind for kind, _ in kinds_of(hers)}
    change(hers, requester_name="Somebody Else")
    assert Warned.NO_RESPONSIBILITY in {kind for kind, _ in kinds_of(hers)}
    change(hers, requester_person=amelia)
    assert Warned.NO_RESPONSIBILITY not in {kind for kind, _ in kinds_of(hers)}


def test_brothers_and_sisters_are_information(child, case, dpo):
    sister = PersonFactory(given_names="Wren", date_of_birth=date(TODAY.year - 8, 1, 1))
    CasePersonFactory(case=case, person=sister, role="child")
    request = RightsRequestFactory(person=child)
    (warning,) = conflicts.look_for_conflicts(request=request, by=dpo)
    assert (warning.kind, warning.is_open) == (Warned.SIBLINGS, False)
    with pytest.raises(Refused, match="for information"):
        conflicts.decide_on_warning(
            request=request, warning=warning, decision="go_on", reason="x", by=dpo
        )


def test_information_is_said_on_the_request_and_stops_nothing(child, case, dpo, dpo_client):
    request = RightsRequestFactory(person=child)
    sister = PersonFactory(given_names="Wren", date_of_birth=date(TODAY.year - 8, 1, 1))
    CasePersonFactory(case=case, person=sister, role="child")
    page = reverse("sar:request", args=[request.reference])
    shown = dpo_client.get(page).content.decode()
    assert "For information: Wren" in shown
    assert "has to be weighed first" not in shown
    known = {"how": HowEstablished.KNOWN, "seen_on": TODAY, "seen_by": dpo, "by": dpo}
    evidence.see_identity(request=request, **known)


def test_warnings_are_raised_when_a_request_is_recorded_and_once(amelia, worker, dpo):
    AddressFactory(person=amelia, kind="safe")
    request = record_request(
        kind=Kind.ACCESS,
        channel=Channel.PHONE,
        received_on=TODAY,
        asked="All.",
        reach_by="Ring.",
        person=amelia,
        by=worker,
    )
    assert [one.kind for one in request.warnings.all()] == [Warned.SAFE_ADDRESS]
    with entries_since() as entries:
        assert conflicts.look_for_conflicts(request=request, by=dpo) == []
    assert entries == []


# --- What they stop ------------------------------------------------------------------------------


def test_identity_is_not_accepted_before_each_warning_is_decided(access, dpo):
    AddressFactory(person=access.person, kind="safe")
    known = {"how": HowEstablished.KNOWN, "seen_on": TODAY, "seen_by": dpo, "by": dpo}
    with pytest.raises(Refused, match="has to be weighed first"):
        evidence.see_identity(request=access, **known)
    (warning,) = conflicts.look_for_conflicts(request=access, by=dpo)
    with pytest.raises(Refused, match="Decide on the warnings first"):
        evidence.see_identity(request=access, **known)
    conflicts.decide_on_warning(
        request=access, warning=warning, decision="go_on", reason="It is her own address.", by=dpo
    )
    evidence.see_identity(request=access, **known)


@pytest.mark.usefixtures("quick_print")
def test_what_comes_up_after_the_build_is_said_and_stops_signature_and_release(
    access, note, dpo, dpo_client
):
    EvidenceSeenFactory(request=access)
    pack = BuiltPackFactory(request=access)
    build_pack(pack.pk)
    page = reverse("sar:request", args=[access.reference])
    assert "has to be weighed first" not in dpo_client.get(page).content.decode()
    AlertFactory(person=access.person, kind="risk_from", words="Her brother.")
    shown = dpo_client.get(page).content.decode()
    assert "has to be weighed first" in shown
    assert "Her brother." in shown
    pack.refresh_from_db()
    with pytest.raises(Refused, match="Her brother"):
        sign_off(
            request=access, sha256=pack.final_sha256, by=UserFactory(roles=[Role.SAFEGUARDING_LEAD])
        )
    with pytest.raises(Refused, match="Her brother"):
        release(request=access, by=dpo)


@pytest.mark.usefixtures("quick_print")
def test_a_warning_that_says_stop_stops_the_release(access, note, dpo):
    EvidenceSeenFactory(request=access)
    warning = ConflictWarningFactory(request=access)
    conflicts.decide_on_warning(
        request=access, warning=warning, decision="stop", reason="It is not her.", by=dpo
    )
    build_pack(BuiltPackFactory(request=access).pk)
    with pytest.raises(Refused, match="nothing may go"):
        release(request=access, by=dpo)


def eighteen_on(day):
    return day.replace(year=day.year - 18)


@pytest.mark.usefixtures("quick_print")
def test_a_child_who_has_grown_up_meanwhile_is_not_released_to_a_parent(child, amelia, dpo):
    request = of_parent(child)
    conflicts.look_for_conflicts(request=request, by=dpo)
    for warning in request.warnings.all():
        conflicts.decide_on_warning(
            request=request, warning=warning, decision="go_on", reason="Seen.", by=dpo
        )
    CompetenceFactory(request=request)
    assert hindrances(RightsRequest.objects.get(pk=request.pk), on=TODAY) == []
    change(child, date_of_birth=eighteen_on(TODAY - timedelta(days=1)))
    build_pack(BuiltPackFactory(request=request).pk)
    with pytest.raises(Refused, match="is 18 now"):
        release(request=request, by=dpo)


@pytest.mark.parametrize(
    ("finding", "wish", "sentence"),
    [
        (None, "", "Nobody has assessed"),
        ("competent", "against", "has not agreed"),
        ("competent", "not_asked", "has not agreed"),
        ("competent", "agrees", ""),
        ("not_competent", "against", ""),
    ],
)
def test_a_competent_childs_wish_stands_before_the_parents(child, finding, wish, sentence):
    request = of_parent(child)
    if finding:
        CompetenceFactory(request=request, finding=finding, wish=wish)
    said = hindrances(request, on=TODAY)
    assert any(sentence in one for one in said) if sentence else said == [], said


def test_a_child_who_asks_themself_needs_to_understand_it(child):
    request = RightsRequestFactory(person=child)
    EvidenceSeenFactory(request=request)
    assert hindrances(request, on=TODAY) == [
        "Nobody has assessed yet whether the child understands what this means."
    ]
    CompetenceFactory(request=request, finding="competent", wish="agrees")
    assert hindrances(RightsRequest.objects.get(pk=request.pk), on=TODAY) == []


def test_authority_that_has_ended_is_found_at_release(amelia):
    request = RightsRequestFactory(
        person=amelia, requester=Requester.ATTORNEY, requester_name="Ann Law"
    )
    EvidenceSeenFactory(request=request)
    EvidenceSeenFactory(
        request=request,
        gate=EvidenceGate.AUTHORITY,
        what="lasting power of attorney",
        valid_until=TODAY,
    )
    assert hindrances(request, on=TODAY) == []
    assert "ended on" in hindrances(request, on=TODAY + timedelta(days=1))[0]


def test_authority_that_had_ended_when_it_was_seen_shows_nothing(amelia, dpo):
    request = RightsRequestFactory(
        person=amelia, requester=Requester.ATTORNEY, requester_name="Ann Law"
    )
    seen = {"request": request, "seen_on": TODAY, "seen_by": dpo, "what": "letter", "by": dpo}
    with pytest.raises(Refused, match="had ended on"):
        evidence.see_authority(**seen, valid_until=TODAY - timedelta(days=1))
    assert not request.evidence_seen.exists()
    evidence.see_authority(**seen, valid_until=TODAY)
    assert request.evidence_seen.exists()


@pytest.mark.usefixtures("quick_print")
@pytest.mark.parametrize("against", ["warning", "grown_up", "competence", "authority"])
def test_the_database_releases_nothing_while_something_stands_against_it(child, note, dpo, against):
    request = of_parent(child)
    CompetenceFactory(request=request)
    built = BuiltPackFactory(request=request)
    build_pack(built.pk)
    signed_off(request)
    if against == "warning":
        ConflictWarningFactory(request=request)
    elif against == "grown_up":
        change(child, date_of_birth=eighteen_on(TODAY))
    elif against == "competence":
        CompetenceFactory(request=request, finding="competent", wish="against")
    else:
        request.evidence_seen.filter(gate="authority").delete()
        EvidenceSeenFactory(
            request=request, gate="authority", what="letter", valid_until=TODAY - timedelta(days=1)
        )
    entry()
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=r"warning|18|competence|authority has"),
    ):
        cursor.execute(
            "UPDATE sar_rightsrequest SET status = 'released', released_at = now(),"
            " released_by_id = %s, released_pack_id = %s WHERE id = %s",
            [dpo.pk, built.pk, request.pk],
        )


def test_a_birthday_on_29_february_is_18_on_1_march():
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(year FROM age(date '2026-02-28', date '2008-02-29')),"
            " extract(year FROM age(date '2026-03-01', date '2008-02-29'))"
        )
        assert [int(years) for years in cursor.fetchone()] == [17, 18]


# --- Taking in -----------------------------------------------------------------------------------


def test_several_things_in_one_letter_become_linked_requests(worker, amelia):
    given = {
        "channel": Channel.LETTER,
        "received_on": TODAY,
        "asked": "Send me everything, then erase it.",
        "reach_by": "Post.",
        "person": amelia,
        "by": worker,
    }
    first, second = record_requests(kinds=[Kind.ACCESS, Kind.ERASURE], **given)
    assert (first.came_with, second.came_with) == (None, first)
    assert [one.kind for one in (first, second)] == [Kind.ACCESS, Kind.ERASURE]


def test_a_form_sent_twice_makes_one_request_of_each_kind(worker_client, worker, case):
    page = worker_client.get(reverse("sar:request-add"))
    token = str(
        page.context["form"].get_initial_for_field(page.context["form"].fields["token"], "token")
    )
    sent = typed(token=token, about_name="Jo Lee", kinds=["access", "erasure"])
    first = worker_client.post(reverse("sar:request-add"), sent)
    again = worker_client.post(reverse("sar:request-add"), sent)
    assert first["Location"] == again["Location"]
    assert RightsRequest.objects.count() == 2
    shown = text(worker_client.get(first["Location"]))
    assert "Came together with" in shown


def test_what_may_be_the_same_asked_twice_is_shown(dpo_client, access):
    twin = RightsRequestFactory(person=access.person)
    other = RightsRequestFactory(person=access.person, kind=Kind.ERASURE)
    shown = text(dpo_client.get(reverse("sar:request", args=[access.reference])))
    assert f"May be the same, asked twice: {twin.reference}" in shown
    assert other.reference not in shown
    unknown = RightsRequestFactory(person=None, about_name="Jo Lee-Marsh\nSouthport")
    same = RightsRequestFactory(person=None, about_name="lee-marsh, jo")
    RightsRequestFactory(person=None, about_name="Jo Smith")
    shown = text(dpo_client.get(reverse("sar:request", args=[unknown.reference])))
    assert f"May be the same, asked twice: {same.reference}" in shown


def test_the_officer_weighs_a_warning_on_the_page_and_a_worker_sees_none(
    client, dpo, worker, access, dpo_client
):
    warning = ConflictWarningFactory(request=access)
    page = reverse("sar:request", args=[access.reference])
    assert "he must not come near" in text(dpo_client.get(page))
    lever = reverse("sar:request-lever", args=[access.reference, "warning"])
    wrong = dpo_client.post(lever, {"warning": warning.pk, "decision": "go_on", "reason": ""})
    assert wrong.status_code == 422
    dpo_client.post(lever, {"warning": warning.pk, "decision": "go_on", "reason": "She asks."})
    assert "She asks. (Ruth Ellis" in text(dpo_client.get(page))
    client.force_login(worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = text(client.get(page))
    assert access.reference in shown
    assert "he must not come near" not in shown


def test_how_they_would_like_to_be_answered_is_written_down(dpo_client, access, worker):
    lever = reverse("sar:request-lever", args=[access.reference, "care"])
    dpo_client.post(
        lever,
        {
            "answer_format": "large_print",
            "in_stages": "on",
            "warn_of": "Her father’s death",
            "reach_by": "Ring at noon.",
            # Asked for after it was taken in: without it nobody could write to them.
            "reply_email": "amelia@example.org",
            "reply_address": "12 Sample Street\r\nPR9 0ZZ",
            "named_contact": worker.email,
        },
    )
    shown = text(dpo_client.get(reverse("sar:request", args=[access.reference])))
    for words in (
        "in large print",
        "Her father’s death",
        "They would like it in parts",
        "amelia@example.org",
        "12 Sample Street",
        str(worker),
    ):
        assert words in shown
    access.refresh_from_db()
    assert access.reply_address == "12 Sample Street\nPR9 0ZZ"
    assert access.status == RequestStatus.IN_PROGRESS


def test_whom_they_can_talk_to_opens_the_request_and_is_nobody_to_whom_they_are_closed(
    dpo_client, access
):
    lever = reverse("sar:request-lever", args=[access.reference, "care"])
    contact = UserFactory(roles=[Role.FRONT_DESK])
    page = reverse("sar:request", args=[access.reference])
    assert signed_in(contact).get(page).status_code == 404
    sent = {"answer_format": "paper", "reach_by": "Ring at noon.", "named_contact": contact.email}
    assert str(contact) in dpo_client.get(lever).content.decode()
    barring = BarringFactory(person=access.person, user=contact)
    # Not offered, and refused whoever sends it all the same.
    assert str(contact) not in dpo_client.get(lever).content.decode()
    refused = dpo_client.post(lever, sent)
    assert refused.status_code == 422
    assert "cannot be asked about this request" in refused.content.decode()
    access.refresh_from_db()
    assert access.named_contact is None
    change(barring, ended_at=timezone.now(), ended_by=access.recorded_by, ended_because="Moved.")
    assert dpo_client.post(lever, sent).status_code == 302
    assert signed_in(contact).get(page).status_code == 200
