"""The letter that ends a request for another right than access, and parts of an answer."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Referral
from core.dates import birthday, plain
from core.errors import LogUnavailable, Refused
from letters.models import Way
from sar.actions import answering, erasure, rectification, restricting, search
from sar.actions.conflicts import decide_on_warning, look_for_conflicts
from sar.actions.letters import drop_letter, send_letter
from sar.actions.pack import sign_off
from sar.actions.release import release, release_part
from sar.answering import BACKUPS, answer_in_words, unfinished
from sar.building import build_pack
from sar.deadlines import deadline_of
from sar.kinds import EvidenceGate, Kind, Requester
from sar.letter_kinds import LetterKind
from sar.letter_rules import draft_for, owed
from sar.models import BuiltPack, ReleasedPart, RequestLetter, RightsRequest
from sar.pack.gather import gather
from sar.queries.holds import what_holds
from sar.wording import WORDS_TO_WRITE
from sar.workflow import RequestStatus
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.cases import (
    AddressFactory,
    CaseNoteFactory,
    ContactPointFactory,
    PersonFactory,
)
from tests.factories.sar import (
    BuiltPackFactory,
    CompetenceFactory,
    EvidenceSeenFactory,
    ExtensionFactory,
    RequestLetterFactory,
    RightsRequestFactory,
    SearchFactory,
    opened,
    signed_off,
)
from tests.sar.test_gather import everything_about
from tests.sar.test_pages import fetched

pytestmark = pytest.mark.django_db

HERS = "amelia@example.org"
TODAY = timezone.localdate()


@pytest.fixture
def world():
    world = a_world()
    ContactPointFactory(
        person=world.amelia, kind="email", value=HERS, value_sought=HERS, safe_for_messages=True
    )
    return world


@pytest.fixture
def dpo():
    return the(Role.DPO)


def asks(world, kind, *, known=True):
    request = RightsRequestFactory(person=world.amelia, kind=kind, recorded_by=world.worker)
    if known:
        EvidenceSeenFactory(request=request)
    look_for_conflicts(request=request, by=world.worker)
    request.refresh_from_db()
    return request


def words(request, by):
    begun = draft_for(LetterKind.DONE, request, name="Amelia Hart", by=by, on=TODAY)
    body = begun.body.replace(WORDS_TO_WRITE, "What only the officer knows.")
    return {"way": Way.EMAIL, "sent_to": HERS, "subject": begun.subject, "body": body}


def note_of(world):
    return CaseNoteFactory(case=world.case, people=[world.amelia], body="She missed three visits.")


def decided(request, world, *decisions, by):
    """Of as many of her items as there are `decisions`, each decided and approved."""
    rows = []
    items = [one for one in gather(world.amelia).items if one.source == "cases.CaseNote"]
    for item, decision in zip(items, decisions, strict=True):
        made = erasure.decide(
            request=request,
            item=item,
            decision=decision,
            ground="not_needed",
            exception="claims",
            because="She may sue." if decision == "keep" else "Long ago.",
            by=by,
        )
        erasure.approve(item=made, by=the(Role.SAFEGUARDING_LEAD))
        made.refresh_from_db()
        rows.append(made)
    return rows


# --- What has to be done first -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (Kind.ACCESS, "answered with its pack"),
        (Kind.ERASURE, "Decide first"),
        (Kind.RESTRICTION, "Nothing is restricted yet"),
    ],
)
def test_nothing_is_answered_before_it_is_done(world, dpo, kind, says):
    request = asks(world, kind)
    with entries_since() as entries, pytest.raises(Refused, match=says):
        answering.answer_request(request=request, outcome="done", **words(request, dpo), by=dpo)
    assert entries == []
    assert not RequestLetter.objects.exists()


def test_nothing_is_answered_before_it_is_known_who_asks(world, dpo):
    request = asks(world, Kind.OBJECTION, known=False)
    assert owed(request) == [LetterKind.ACKNOWLEDGE]
    with pytest.raises(Refused, match="not established yet who asks"):
        answering.answer_spoken(request=request, outcome="done", said="She was told.", by=dpo)
    entry()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="established who asks"):
        cursor.execute(
            "UPDATE sar_rightsrequest SET status = 'answered', outcome = 'done', answered_at = now(),"
            " answered_by_id = %s WHERE id = %s",
            [dpo.pk, request.pk],
        )


# --- Each kind, from what was done to its letter -------------------------------------------------


def test_a_rectification_is_answered_with_what_became_of_each_entry(world, dpo):
    request, note = asks(world, Kind.RECTIFICATION), note_of(world)
    made = rectification.send_to_service(
        request=request, entry=note, says="It was one visit.", for_user=world.manager, by=dpo
    )
    assert unfinished(request, on=TODAY) == [f"{made} is still with {world.manager}."]
    rectification.decide(
        rectification=made, outcome="refused", because="The diary has three.", by=world.manager
    )
    letter = words(request, dpo)
    for said in (
        note.reference,
        "“It was one visit.” We have not changed it.",
        "this stands beside it: “It was one visit.”",
        "The diary has three.",
    ):
        assert said in letter["body"]
    with pytest.raises(Refused, match="in part"):
        answering.answer_request(request=request, outcome="done", **letter, by=dpo)
    sent = answering.answer_request(request=request, outcome="partly", **letter, by=dpo)
    assert request.status == RequestStatus.ANSWERED
    for section in ("164A", "165", "167"):
        assert f"section {section}" in sent.routes


def test_an_erasure_is_not_answered_while_somebody_has_still_to_approve_it(world, dpo):
    request = asks(world, Kind.ERASURE)
    note_of(world)
    (item,) = [one for one in gather(world.amelia).items if one.source == "cases.CaseNote"]
    erasure.decide(
        request=request,
        item=item,
        decision="erase",
        ground="not_needed",
        because="Long ago.",
        by=dpo,
    )
    assert unfinished(request, on=TODAY) == [
        "Somebody else has to approve what was decided (1 item)."
    ]
    entry()
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="when all of it is decided"),
    ):
        cursor.execute(
            "UPDATE sar_rightsrequest SET status = 'answered', outcome = 'partly',"
            " answered_at = now(), answered_by_id = %s WHERE id = %s",
            [dpo.pk, request.pk],
        )


def test_an_erasure_is_answered_once_with_what_went_what_stays_why_and_the_backups(world, dpo):
    request = asks(world, Kind.ERASURE)
    note_of(world)
    note_of(world)
    gone, _kept = decided(request, world, "erase", "keep", by=dpo)
    erasure.acted(item=gone, by=dpo)
    request = RightsRequest.objects.get(pk=request.pk)
    letter = words(request, dpo)
    for said in ("We have erased:\n1 note", "We have not erased:", "She may sue.", BACKUPS):
        assert said in letter["body"]
    token = uuid4()
    stale = RightsRequest.objects.get(pk=request.pk)
    with entries_since() as entries:
        sent = answering.answer_request(
            request=request, outcome="partly", **letter, token=token, by=dpo
        )
    assert [one.verb for one in entries] == [Verb.REQUEST_ANSWERED, Verb.RIGHTS_LETTER_WRITTEN]
    again = answering.answer_request(request=stale, outcome="partly", **letter, token=token, by=dpo)
    assert again == sent
    with pytest.raises(Refused, match="written already"):
        answering.answer_request(request=stale, outcome="partly", **letter, by=UserFactory())
    assert what_holds(world.amelia) == []
    assert deadline_of(request, TODAY).words == "answered"


def test_what_stays_is_told_once_for_each_reason_whatever_kind_it_is(dpo):
    """Also what is dated by another record, as a part in a referral is by the referral."""
    person = PersonFactory()
    everything_about(person)
    request = RightsRequestFactory(person=person, kind=Kind.ERASURE)
    items = gather(person).items
    for item in items:
        erasure.decide(
            request=request,
            item=item,
            decision="keep",
            exception="claims",
            because="She may sue.",
            by=dpo,
        )
    request = RightsRequest.objects.get(pk=request.pk)
    (line,) = [one for one in answer_in_words(request).split("\n") if "She may sue." in one]
    told = line.split("; ")
    assert sum(int(part.split()[0]) for part in told) == len(items)
    days = Referral.objects.filter(people=person).values_list("received_on", flat=True)
    (day,) = set(days)
    assert f"{len(days)} parts in referrals of {plain(day)}" in told
    assert line.endswith("(UK GDPR Article 17(3)(e)). She may sue.")


def test_an_erasure_of_nothing_is_a_refusal(world, dpo):
    request = asks(world, Kind.ERASURE)
    note_of(world)
    decided(request, world, "keep", by=dpo)
    with pytest.raises(Refused, match="refuse the request"):
        answering.answer_request(request=request, outcome="partly", **words(request, dpo), by=dpo)


def test_a_restriction_is_answered_and_goes_on(world, dpo):
    request, note = asks(world, Kind.RESTRICTION), note_of(world)
    restricting.restrict_for(
        request=request, of=note, ground="unlawful", because="She asks for it.", by=dpo
    )
    letter = words(request, dpo)
    assert "We tell you before we use it again." in letter["body"]
    answering.answer_request(request=request, outcome="done", **letter, by=dpo)
    assert [one.record for one in what_holds(world.amelia)] == ["cases.Restriction"]


def test_a_person_restricted_themself_is_named_in_their_own_letter(world, dpo):
    """A worker process has no leave of anybody: the name comes from the letter's own right."""
    request = asks(world, Kind.RESTRICTION)
    restricting.restrict_for(
        request=request,
        of=world.amelia,
        ground="unlawful",
        because="She asks for it.",
        alerts_stay=True,
        by=dpo,
    )
    request = RightsRequest.objects.get(pk=request.pk)
    assert str(request.person).startswith("Restricted record")
    sent = answering.answer_request(request=request, outcome="done", **words(request, dpo), by=dpo)
    assert sent.addressee == world.amelia.name_on_record


def begun_in(page):
    return unescape(re.search(r'<textarea name="body".*?>(.*?)</textarea>', page, re.DOTALL)[1])


@pytest.mark.parametrize(
    ("kind", "says"), [(Kind.OBJECTION, "what we stopped"), (Kind.PORTABILITY, "JSON")]
)
def test_objection_and_portability_are_answered_on_their_page(world, dpo, kind, says):
    request = asks(world, kind)
    browser = signed_in(dpo)
    address = f"/requests/{request.reference}/letter/?kind=done&way=email"
    page = browser.get(address).content.decode()
    assert says in page
    given = {"token": uuid4(), "sent_to": HERS, "subject": "Our answer", "body": "We stopped it."}
    unfinished = browser.post(address, {**given, "outcome": "done", "body": begun_in(page)})
    assert unfinished.status_code == 422
    assert "Write first what belongs where" in unfinished.content.decode()
    without = browser.post(address, given)
    assert (without.status_code, request.letters.count()) == (422, 0)
    assert "We stopped it." in without.content.decode()
    for _twice in range(2):
        assert browser.post(address, {**given, "outcome": "done"}).status_code in {302, 422}
    letter = request.letters.get()
    request.refresh_from_db()
    assert (letter.kind, request.status) == (LetterKind.DONE, RequestStatus.ANSWERED)
    assert "done as they asked" in browser.get(request.get_absolute_url()).content.decode()
    assert signed_in(world.worker).post(address, {**given, "outcome": "done"}).status_code == 403


def test_what_was_told_by_word_of_mouth_answers_too(world, dpo):
    request = asks(world, Kind.OBJECTION)
    browser = signed_in(dpo)
    address = f"/requests/{request.reference}/answer-spoken/"
    given = {"outcome": "done", "said": "Told at her visit by Judith."}
    assert browser.post(address, given).status_code == 422
    assert browser.post(address, {**given, "routes": "on"}).status_code == 302
    request = RightsRequest.objects.get(pk=request.pk)
    assert (request.status, request.said) == (RequestStatus.ANSWERED, given["said"])
    assert LetterKind.DONE not in owed(request)


def test_a_letter_that_was_given_up_is_owed_again_and_the_answer_stands(world, dpo):
    request = asks(world, Kind.OBJECTION)
    AddressFactory(person=world.amelia, lines="12 Sample Street", postcode="PR9 0ZZ")
    letter = words(request, dpo)
    sent = answering.answer_request(request=request, outcome="done", **letter, by=dpo)
    change(sent, status="failed", failure="The mail server knows no such address.")
    sent.refresh_from_db()
    drop_letter(letter=sent, because="Wrong address.", by=dpo)
    request = RightsRequest.objects.get(pk=request.pk)
    assert owed(request) == [LetterKind.DONE]
    anew = send_letter(request=request, kind=LetterKind.DONE, **letter, by=dpo)
    assert anew.pk != sent.pk


def test_a_letter_with_something_still_to_write_goes_nowhere(world, dpo):
    request = asks(world, Kind.RESTRICTION)
    ExtensionFactory(request=request, reasons="There is so much of it.")
    restricting.restrict_for(
        request=request,
        of=note_of(world),
        ground="unlawful",
        because="She asks for it.",
        by=dpo,
    )
    begun = draft_for(LetterKind.RESTRICTION_LIFTED, request, name="Amelia Hart", by=dpo, on=TODAY)
    assert "There is so much of it." not in begun.body
    given = {"way": Way.EMAIL, "sent_to": HERS, "subject": begun.subject, "by": dpo}
    with pytest.raises(Refused, match="write the day"):
        send_letter(request=request, kind=LetterKind.RESTRICTION_LIFTED, body=begun.body, **given)
    assert not RequestLetter.objects.exists()


def test_no_answer_while_the_log_cannot_be_written(world, dpo, request):
    asked = asks(world, Kind.OBJECTION)
    letter = words(asked, dpo)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        answering.answer_request(request=asked, outcome="done", **letter, by=dpo)
    assert RightsRequest.objects.get(pk=asked.pk).is_open
    assert not RequestLetter.objects.exists()


# --- Parts of an answer --------------------------------------------------------------------------

SEARCHED = {"searched_by": "Dean", "searched_on": TODAY, "terms": "Hart"}
GAP = "The mailboxes follow in January."


def built(request, *, by=None):
    build_pack(BuiltPackFactory(request=request, **({"recorded_by": by} if by else {})).pk)
    request.refresh_from_db()
    return request.packs.first()


@pytest.mark.usefixtures("quick_print")
def test_a_part_goes_with_its_gap_and_its_letter_and_the_request_stays_open(world, dpo):
    request = asks(world, Kind.ACCESS)
    note_of(world)
    row = SearchFactory(request=request)
    built(request)
    signed_off(request)
    with pytest.raises(Refused, match="Release a part"):
        release(request=request, by=dpo)
    with pytest.raises(Refused, match="State first"):
        release_part(request=request, by=dpo)
    search.say_gap(request=request, gap=GAP, by=dpo)
    first = built(request)
    signed_off(request)
    before = deadline_of(request, TODAY).deadline.due
    with entries_since() as entries:
        release_part(request=request, by=dpo)
    assert [one.verb for one in entries] == [Verb.REQUEST_PART_RELEASED]
    request = RightsRequest.objects.get(pk=request.pk)
    assert (request.is_open, request.gap) == (True, "")
    assert deadline_of(request, TODAY).deadline.due == before
    assert LetterKind.PART in owed(request)
    letter = draft_for(LetterKind.PART, request, name="A", by=dpo, on=TODAY)
    assert GAP in letter.body
    assert deadline_of(request, TODAY).due_in_words in letter.body
    # Her copy may leave the house, as the draft of the rest may not.
    assert fetched(signed_in(dpo), first)[1].endswith(b"% final")
    with pytest.raises(Refused, match="built again"):
        sign_off(request=request, sha256=first.final_sha256, by=the(Role.SAFEGUARDING_LEAD))

    search.answer_search(search=row, outcome="found", **SEARCHED, by=dpo)
    RequestLetterFactory(request=request, kind=LetterKind.PART, routes="Two ways.")
    assert LetterKind.PART not in owed(RightsRequest.objects.get(pk=request.pk))
    last = built(request)
    assert BuiltPack.objects.get(pk=first.pk).has_files
    signed_off(request)
    with pytest.raises(Refused, match="Nothing is missing"):
        release_part(request=request, by=dpo)
    assert release(request=request, by=dpo) == last
    assert request.status == RequestStatus.RELEASED


@pytest.mark.usefixtures("quick_print")
def test_the_database_lets_no_part_out_that_nobody_signed_(world, dpo):
    request = asks(world, Kind.ACCESS)
    SearchFactory(request=request)
    search.say_gap(request=request, gap=GAP, by=dpo)
    pack = built(request)
    entry()
    values = {"by": dpo.pk, "request": request.pk, "pack": pack.pk}
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="signed pack"):
        cursor.execute(PART, values)


# --- Authority again at the moment it leaves (features.md N17) ------------------------------------

PART = """
    INSERT INTO sar_releasedpart (recorded_at, recorded_by_id, request_id, pack_id, gap)
    VALUES (now(), %(by)s, %(request)s, %(pack)s, 'Some')
"""
WHOLE = """
    UPDATE sar_rightsrequest SET status = 'released', released_at = now(), released_by_id = %(by)s,
        released_pack_id = %(pack)s WHERE id = %(request)s
"""


@pytest.mark.usefixtures("quick_print")
@pytest.mark.parametrize("part", [False, True])
def test_a_child_who_turned_18_since_it_was_signed_stops_the_release(world, dpo, part):
    child = world.amelia
    change(child, date_of_birth=birthday(TODAY, 0) - timedelta(days=18 * 365))
    request = RightsRequestFactory(
        person=child, requester=Requester.PARENT, requester_name="Mo Quill"
    )
    EvidenceSeenFactory(request=request)
    EvidenceSeenFactory(request=request, gate=EvidenceGate.AUTHORITY, what="birth certificate")
    CompetenceFactory(request=request)
    for warning in look_for_conflicts(request=request, by=dpo):
        if warning.is_open:
            decide_on_warning(
                request=request, warning=warning, decision="go_on", reason="Seen.", by=dpo
            )
    if part:
        SearchFactory(request=request)
        search.say_gap(request=request, gap=GAP, by=dpo)
    pack = built(request, by=dpo)
    lead = the(Role.SAFEGUARDING_LEAD)
    opened(pack, lead)
    signature = sign_off(request=request, sha256=pack.final_sha256, by=lead)
    change(child, date_of_birth=TODAY.replace(year=TODAY.year - 18))
    request = RightsRequest.objects.get(pk=request.pk)
    verb = release_part if part else release
    with entries_since() as entries, pytest.raises(Refused, match="18"):
        verb(request=request, by=dpo)
    assert (entries, ReleasedPart.objects.count()) == ([], 0)
    # The signature counts no more: nobody can release on it, and nobody can sign the pack again.
    page = signed_in(dpo).get(request.get_absolute_url()).content.decode()
    assert signature.pack == pack
    assert "is 18 now" in page
    assert f"{request.get_absolute_url()}release" not in page
    with pytest.raises(Refused):
        sign_off(request=request, sha256=pack.final_sha256, by=lead)
    entry()
    values = {"by": dpo.pk, "request": request.pk, "pack": pack.pk}
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match=r"18|parent"):
        cursor.execute(PART if part else WHOLE, values)
