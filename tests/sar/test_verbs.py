"""What is done to a request: each verb does it and leaves one entry, or leaves no trace."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from sar import building, models
from sar.actions import announcing, conflicts, evidence, pack, release, requests, time, withholding
from sar.building import build_pack
from sar.clock import Ground
from sar.deadlines import deadline_of
from sar.exemptions import Basis, Exemption
from sar.kinds import AnswerFormat, Channel, EvidenceGate, HowEstablished, Kind, Requester
from sar.leaks import Leak
from sar.models import RightsRequest
from sar.pack.gather import gather
from sar.permissions import can_sign_off
from sar.signing import to_be_signed
from sar.workflow import PackStatus, RequestStatus
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.cases import AddressFactory, CaseNoteFactory
from tests.factories.sar import (
    BuiltPackFactory,
    ClarificationFactory,
    ConflictWarningFactory,
    EvidenceSeenFactory,
    ExtensionFactory,
    RightsRequestFactory,
    SignOffFactory,
    WithholdingFactory,
    opened,
    signed_off,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)


def rows():
    """Everything in the tables of this app, to see that nothing has changed."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (
            models.RightsRequest,
            models.EvidenceAsked,
            models.EvidenceSeen,
            models.Clarification,
            models.Extension,
            models.ConflictWarning,
            models.Competence,
            models.Withholding,
            models.ItemCheck,
            models.Announced,
            models.BuiltPack,
            models.LeakFinding,
            models.LeakCleared,
            models.SignOff,
        )
    ]


def note_item(request, note):
    return next(
        item
        for item in gather(request.person).items
        if item.source == "cases.CaseNote" and item.record_id == note.pk
    )


def a_request(**given):
    return {
        "kind": Kind.ACCESS,
        "channel": Channel.PHONE,
        "received_on": days_ago(1),
        "asked": "All of it.",
        "reach_by": "Ring before noon.",
        **given,
    }


def of_a_solicitor(person):
    return RightsRequestFactory(
        person=person, requester=Requester.SOLICITOR, requester_name="Ann Law"
    )


def ready(access):
    """`access` with its requester established and a pack built."""
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    signed_off(access)
    access.refresh_from_db()


# Each function prepares and yields a call that does the verb, then one that the verb refuses. `a` is an
# access request, `n` a note about its person, `by` the officer.
VERBS = {}


def leaves(verb):
    def registered(function):
        VERBS[function.__name__] = (verb, function)
        return function

    return registered


@leaves(Verb.REQUEST_RECORDED)
def record_request(a, n, by):
    yield lambda: requests.record_request(**a_request(person=a.person), by=by)
    tomorrow = a_request(person=a.person, received_on=days_ago(-1))
    yield lambda: requests.record_request(**tomorrow, by=by)


@leaves(Verb.REQUEST_PERSON_FOUND)
def find_person(a, n, by):
    unknown = RightsRequestFactory(person=None, about_name="A. Hart")
    yield lambda: requests.find_person(request=unknown, person=a.person, by=by)
    yield lambda: requests.find_person(request=a, person=a.person, by=by)


@leaves(Verb.REQUEST_ACKNOWLEDGED)
def acknowledge(a, n, by):
    yield lambda: requests.acknowledge(request=a, by=by)
    requests.acknowledge(request=a, by=by)
    yield lambda: requests.acknowledge(request=a, by=by)


@leaves(Verb.REQUEST_REFUSED)
def refuse(a, n, by):
    yield lambda: requests.refuse(request=a, reasons="Repeated.", by=by)
    yield lambda: requests.refuse(request=a, reasons=" ", by=by)


@leaves(Verb.REQUEST_CARE_SAID)
def say_care(a, n, by):
    given = {
        "request": a,
        "answer_format": AnswerFormat.LARGE_PRINT,
        "in_stages": True,
        "warn_of": "Her father’s death",
        "named_contact": by,
        "by": by,
    }
    yield lambda: requests.say_care(reach_by="Ring at noon.", **given)
    yield lambda: requests.say_care(reach_by=" ", **given)


@leaves(Verb.CONFLICTS_FOUND)
def look_for_conflicts(a, n, by):
    AddressFactory(person=a.person, kind="safe")
    yield lambda: conflicts.look_for_conflicts(request=a, by=by)
    done = RightsRequestFactory(
        status="refused", refused_at=timezone.now(), refused_by=by, refusal_reasons="No."
    )
    yield lambda: conflicts.look_for_conflicts(request=done, by=by)


@leaves(Verb.CONFLICT_DECIDED)
def decide_on_warning(a, n, by):
    given = {
        "request": a,
        "warning": ConflictWarningFactory(request=a),
        "decision": "go_on",
        "by": by,
    }
    yield lambda: conflicts.decide_on_warning(reason="She asks herself.", **given)
    yield lambda: conflicts.decide_on_warning(reason=" ", **given)


@leaves(Verb.COMPETENCE_ASSESSED)
def assess_competence(a, n, by):
    given = {
        "request": a,
        "assessed_by": by,
        "assessed_on": days_ago(1),
        "finding": "competent",
        "wish": "agrees",
        "views": "She wants it.",
        "weighed": "No order.",
        "by": by,
    }
    yield lambda: conflicts.assess_competence(considered="She explained it.", **given)
    yield lambda: conflicts.assess_competence(considered=" ", **given)


@leaves(Verb.IDENTITY_ASKED)
def ask_identity(a, n, by):
    when = days_ago(2)
    yield lambda: evidence.ask_identity(request=a, asked_on=when, because="Another voice.", by=by)
    yield lambda: evidence.ask_identity(request=a, asked_on=when, because="", by=by)


@leaves(Verb.IDENTITY_SEEN)
def see_identity(a, n, by):
    given = {"request": a, "seen_on": days_ago(1), "seen_by": by, "by": by}
    yield lambda: evidence.see_identity(how=HowEstablished.KNOWN, **given)
    yield lambda: evidence.see_identity(how=HowEstablished.EVIDENCE, what=" ", **given)


@leaves(Verb.AUTHORITY_ASKED)
def ask_authority(a, n, by):
    theirs = of_a_solicitor(a.person)
    yield lambda: evidence.ask_authority(request=theirs, asked_on=days_ago(2), by=by)
    yield lambda: evidence.ask_authority(request=a, asked_on=days_ago(2), by=by)


@leaves(Verb.AUTHORITY_SEEN)
def see_authority(a, n, by):
    theirs = of_a_solicitor(a.person)
    given = {"seen_on": days_ago(1), "seen_by": by, "what": "signed letter", "by": by}
    yield lambda: evidence.see_authority(request=theirs, **given)
    yield lambda: evidence.see_authority(request=a, **given)


@leaves(Verb.CLARIFICATION_ASKED)
def ask_clarification(a, n, by):
    given = {"asked_on": days_ago(2), "question": "Which years?", "by": by}
    yield lambda: time.ask_clarification(request=a, **given)
    erasure = RightsRequestFactory(person=a.person, kind=Kind.ERASURE)
    yield lambda: time.ask_clarification(request=erasure, **given)


@leaves(Verb.CLARIFICATION_ANSWERED)
def answer_clarification(a, n, by):
    given = {"answered_on": days_ago(1), "answer": "All of them.", "by": by}
    asked = RightsRequestFactory(person=a.person)
    ClarificationFactory(request=asked)
    yield lambda: time.answer_clarification(request=asked, **given)
    yield lambda: time.answer_clarification(request=a, **given)


@leaves(Verb.REQUEST_EXTENDED)
def extend(a, n, by):
    given = {
        "ground": Ground.COMPLEXITY,
        "reasons": "Nine years of notes.",
        "notice_sent_on": days_ago(1),
        "by": by,
    }
    yield lambda: time.extend(request=a, **given)
    ExtensionFactory(request=a)
    yield lambda: time.extend(request=a, **given)


@leaves(Verb.ITEM_WITHHELD)
def withhold_item(a, n, by):
    given = {"request": a, "item": note_item(a, n), "exemption": Exemption.CRIME, "by": by}
    yield lambda: withholding.withhold_item(factors="The police asked.", **given)
    yield lambda: withholding.withhold_item(factors="", **given)


@leaves(Verb.ITEM_LEFT_OUT)
def leave_out_as_not_held(a, n, by):
    given = {"request": a, "item": note_item(a, n), "how_known": "Asked Dean.", "by": by}
    yield lambda: withholding.leave_out_as_not_held(is_certain=True, **given)
    yield lambda: withholding.leave_out_as_not_held(is_certain=False, **given)


@leaves(Verb.ITEM_WITHHELD)
def withhold_passage(a, n, by):
    given = {
        "request": a,
        "item": note_item(a, n),
        "field": "body",
        "exemption": Exemption.THIRD_PARTY,
        "factors": "She has not agreed.",
        "by": by,
    }
    yield lambda: withholding.withhold_passage(quote="The neighbour, Mrs Quill", **given)
    yield lambda: withholding.withhold_passage(quote="words that are not there", **given)


@leaves(Verb.WITHHOLDING_UNDONE)
def undo_withholding(a, n, by):
    decision = WithholdingFactory(request=a, source="cases.CaseNote", record_id=n.pk)
    yield lambda: withholding.undo_withholding(withholding=decision, by=by)
    withholding.undo_withholding(withholding=decision, by=by)
    yield lambda: withholding.undo_withholding(withholding=decision, by=by)


@leaves(Verb.ITEM_DISCLOSED)
def check_item(a, n, by):
    item = note_item(a, n)
    yield lambda: withholding.check_item(request=a, item=item, by=by)
    requests.refuse(request=a, reasons="Repeated.", by=by)
    yield lambda: withholding.check_item(request=a, item=item, by=by)


@leaves(Verb.ITEM_ANNOUNCED)
def announce_item(a, n, by):
    item = note_item(a, n)
    yield lambda: announcing.announce_item(request=a, item=item, by=by)
    announcing.announce_item(request=a, item=item, by=by)
    yield lambda: announcing.announce_item(request=a, item=item, by=by)


@leaves(Verb.ITEM_NOT_ANNOUNCED)
def stop_announcing(a, n, by):
    item = note_item(a, n)
    announcing.announce_item(request=a, item=item, by=by)
    yield lambda: announcing.stop_announcing(request=a, item=item, by=by)
    announcing.stop_announcing(request=a, item=item, by=by)
    yield lambda: announcing.stop_announcing(request=a, item=item, by=by)


@leaves(Verb.PACK_ASKED)
def ask_for_pack(a, n, by):
    yield lambda: pack.ask_for_pack(request=a, by=by)
    BuiltPackFactory(request=a)
    yield lambda: pack.ask_for_pack(request=a, by=by)


@leaves(Verb.PACK_FAILED)
def fail_pack(a, n, by):
    waiting = BuiltPackFactory(request=a)
    yield lambda: pack.fail_pack(pack=waiting, sentence="The disk is full.", by=by)
    build_pack(waiting.pk)
    yield lambda: pack.fail_pack(pack=waiting, sentence="The disk is full.", by=by)


@leaves(Verb.REQUEST_RELEASED)
def release_pack(a, n, by):
    established = RightsRequestFactory(person=a.person)
    ready(established)
    yield lambda: release.release(request=established, by=by)
    yield lambda: release.release(request=a, by=by)


@leaves(Verb.PACK_SIGNED_OFF)
def sign_off(a, n, by):
    EvidenceSeenFactory(request=a)
    built = BuiltPackFactory(request=a)
    build_pack(built.pk)
    built.refresh_from_db()
    given = {"request": a, "sha256": built.final_sha256, "remarks": "All notes."}
    opened(built, by)
    yield lambda: pack.sign_off(**given, by=by)
    theirs = RightsRequestFactory(person=a.person, recorded_by=by)
    build_pack(BuiltPackFactory(request=theirs).pk)
    opened(theirs.packs.get(), by)
    yield lambda: pack.sign_off(**{**given, "request": theirs}, by=by)


@leaves(Verb.PACK_LEAK_CLEARED)
def clear_leak(a, n, by):
    waiting = BuiltPackFactory(request=a)
    leak = Leak("Quill", "a comment", None, "it is withheld")
    pack.stop_for_leaks(pack=waiting, leaks=[leak], by=by)
    yield lambda: pack.clear_leak(finding=waiting.leaks.get(), reason="A bird.", by=by)
    yield lambda: pack.clear_leak(finding=waiting.leaks.get(), reason=" ", by=by)


@leaves(Verb.PACK_LEAKED)
def stop_for_leaks(a, n, by):
    waiting = BuiltPackFactory(request=a)
    leaks = [Leak("Quill", "a comment", 1, "it is withheld")]
    yield lambda: pack.stop_for_leaks(pack=waiting, leaks=leaks, by=by)
    built = BuiltPackFactory(request=RightsRequestFactory(person=a.person))
    build_pack(built.pk)
    built.refresh_from_db()
    yield lambda: pack.stop_for_leaks(pack=built, leaks=leaks, by=by)


@pytest.fixture(params=VERBS)
def tried(request):
    return VERBS[request.param]


@pytest.mark.usefixtures("quick_print")
def test_a_verb_does_it_and_leaves_one_entry(tried, access, note, dpo):
    verb, calls = tried
    call = next(calls(access, note, dpo))
    before = rows()
    with entries_since() as entries:
        call()
    assert rows() != before
    assert [(e.verb, e.by_id, e.people, e.purpose) for e in entries] == [
        (verb, dpo.pk, [access.person_id], "rights request")
    ]


@pytest.mark.usefixtures("quick_print")
def test_a_refused_verb_leaves_no_trace(tried, access, note, dpo):
    _, calls = tried
    _, refused = calls(access, note, dpo)
    before = rows()
    with entries_since() as entries, pytest.raises(Refused) as refusal:
        refused()
    assert str(refusal.value).endswith((".", "”"))
    assert rows() == before
    assert entries == []


@pytest.mark.usefixtures("quick_print")
def test_a_verb_is_undone_when_its_entry_cannot_be_written(tried, access, note, dpo, monkeypatch):
    _, calls = tried
    call = next(calls(access, note, dpo))
    before = rows()

    def broken(*args, **kwargs):
        raise LogUnavailable("The log could not be written.")

    monkeypatch.setattr("audit.log.insert", broken)
    with pytest.raises(LogUnavailable):
        call()
    assert rows() == before


def test_a_verb_fails_when_the_real_log_refuses(access, dpo, log_broken):
    with pytest.raises(LogUnavailable):
        requests.acknowledge(request=access, by=dpo)
    access.refresh_from_db()
    assert access.acknowledged_at is None


# --- Taking in and refusing ----------------------------------------------------------------------


def test_a_request_about_nobody_in_particular_is_refused(dpo):
    with pytest.raises(Refused, match="who they say they are"):
        requests.record_request(**a_request(), by=dpo)


def test_a_request_of_somebody_unknown_is_a_request(dpo):
    recorded = requests.record_request(**a_request(about_name="Mo, born in 2010"), by=dpo)
    assert recorded.about_whom == "Mo, born in 2010"
    assert recorded.reference == f"Q-{recorded.pk:06d}"


def test_somebody_who_asks_for_another_is_named(amelia, dpo):
    with pytest.raises(Refused, match="name of whoever asks"):
        requests.record_request(**a_request(person=amelia, requester=Requester.PARENT), by=dpo)


def test_nothing_is_added_to_an_answered_request(access, dpo):
    requests.refuse(request=access, reasons="Repeated.", by=dpo)
    with pytest.raises(Refused, match="is answered"):
        time.ask_clarification(request=access, asked_on=days_ago(1), question="?", by=dpo)


# --- Who asks, and the clock ---------------------------------------------------------------------


def test_known_to_a_worker_resets_nothing(access, dpo):
    due = deadline_of(access, TODAY).deadline.due
    evidence.see_identity(
        request=access, how=HowEstablished.KNOWN, seen_on=days_ago(1), seen_by=dpo, by=dpo
    )
    assert deadline_of(access, TODAY).deadline.due == due


def test_evidence_asked_for_on_doubt_starts_the_time_when_it_comes(access, dpo):
    evidence.ask_identity(request=access, asked_on=days_ago(5), because="New address.", by=dpo)
    waiting = deadline_of(access, TODAY)
    assert waiting.deadline.due is None
    assert waiting.words == "not started, evidence of identity is awaited"
    evidence.see_identity(
        request=access,
        how=HowEstablished.EVIDENCE,
        what="passport",
        seen_on=days_ago(2),
        seen_by=dpo,
        by=dpo,
    )
    assert deadline_of(access, TODAY).deadline.start == days_ago(2)


def test_knowing_them_after_asking_ends_the_waiting_and_resets_nothing(access, dpo):
    due = deadline_of(access, TODAY).deadline.due
    evidence.ask_identity(request=access, asked_on=days_ago(5), because="New address.", by=dpo)
    evidence.see_identity(
        request=access, how=HowEstablished.KNOWN, seen_on=days_ago(2), seen_by=dpo, by=dpo
    )
    assert deadline_of(access, TODAY).deadline.due == due


def test_evidence_that_nobody_asked_for_resets_nothing(access, dpo):
    due = deadline_of(access, TODAY).deadline.due
    EvidenceSeenFactory(request=access)
    assert deadline_of(access, TODAY).deadline.due == due


def test_a_clock_that_was_paused_does_not_start_again(access, dpo):
    ClarificationFactory(request=access)
    with pytest.raises(Refused, match="cannot be paused before it starts"):
        evidence.ask_identity(request=access, asked_on=days_ago(1), because="Doubt.", by=dpo)


def test_an_open_question_pauses_and_its_answer_goes_on(access, dpo):
    time.ask_clarification(request=access, asked_on=days_ago(4), question="Which?", by=dpo)
    assert deadline_of(access, TODAY).words == "paused, 3 days used"
    with pytest.raises(Refused, match="open already"):
        time.ask_clarification(request=access, asked_on=days_ago(3), question="Which?", by=dpo)
    time.answer_clarification(request=access, answered_on=days_ago(1), answer="All.", by=dpo)
    standing = deadline_of(access, TODAY)
    assert standing.deadline.due is not None
    assert standing.days_left is not None


def test_an_extension_notice_that_came_too_late_is_refused(amelia, dpo):
    old = RightsRequestFactory(person=amelia, received_on=days_ago(60))
    with pytest.raises(Refused, match="too late"):
        time.extend(
            request=old,
            ground=Ground.NUMBER,
            reasons="Many.",
            notice_sent_on=days_ago(1),
            by=dpo,
        )


@pytest.mark.parametrize("day", [8, -1])
def test_no_event_before_the_request_or_in_the_future(access, dpo, day):
    with pytest.raises(Refused, match=r"before the request|in the future"):
        evidence.see_identity(
            request=access, how=HowEstablished.KNOWN, seen_on=days_ago(day), seen_by=dpo, by=dpo
        )


def test_a_request_has_no_deadline_to_type_in():
    names = {field.name for field in RightsRequest._meta.concrete_fields}
    assert not {name for name in names if "due" in name or "deadline" in name}


# --- Release -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick_print")
def test_release_without_identity_is_refused_by_the_verb(access, note, dpo):
    build_pack(BuiltPackFactory(request=access).pk)
    with pytest.raises(Refused, match="how we know who asks"):
        release.release(request=access, by=dpo)


@pytest.mark.usefixtures("quick_print")
def test_what_happens_to_a_request_makes_its_pack_one_to_build_again(access, note, dpo):
    build_pack(BuiltPackFactory(request=access).pk)
    access.refresh_from_db()
    assert access.status == RequestStatus.READY
    evidence.see_identity(
        request=access,
        how=HowEstablished.KNOWN,
        seen_on=timezone.localdate(),
        seen_by=dpo,
        what="",
        by=dpo,
    )
    assert access.status == RequestStatus.IN_PROGRESS


@pytest.mark.usefixtures("quick_print")
def test_release_to_somebody_else_needs_their_authority(amelia, note, dpo):
    theirs = of_a_solicitor(amelia)
    ready(theirs)
    with pytest.raises(Refused, match="Ann Law may ask"):
        release.release(request=theirs, by=dpo)
    EvidenceSeenFactory(request=theirs, gate=EvidenceGate.AUTHORITY, what="signed letter")
    build_pack(BuiltPackFactory(request=theirs).pk)
    with pytest.raises(Refused, match="nobody has signed off"):
        release.release(request=theirs, by=dpo)
    signed_off(theirs)
    release.release(request=theirs, by=dpo)
    assert theirs.status == RequestStatus.RELEASED


@pytest.mark.usefixtures("quick_print")
def test_release_after_a_new_withholding_is_refused_until_it_is_built_again(access, note, dpo):
    ready(access)
    withholding.withhold_item(
        request=access,
        item=note_item(access, note),
        exemption=Exemption.CRIME,
        factors="Police asked.",
        by=dpo,
    )
    assert access.status == RequestStatus.IN_PROGRESS
    with pytest.raises(Refused, match="changed since the pack was built"):
        release.release(request=access, by=dpo)
    build_pack(BuiltPackFactory(request=access).pk)
    signed_off(access)
    release.release(request=access, by=dpo)


@pytest.mark.usefixtures("quick_print")
def test_nobody_signs_a_file_that_they_never_opened(access, note, dpo):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    earlier = access.packs.get()
    second, another = UserFactory(), UserFactory()
    opened(earlier, second)
    build_pack(BuiltPackFactory(request=access).pk)
    built = access.packs.first()
    opened(built, another)

    def sign():
        return pack.sign_off(request=access, sha256=built.final_sha256, by=second)

    # An earlier build, and somebody else's look, are not theirs at this file.
    with entries_since() as entries, pytest.raises(Refused, match="not opened this pack yet"):
        sign()
    assert (entries, models.SignOff.objects.count()) == ([], 0)
    # Nor is a look at this build of when its file was another one.
    opened(built, second)
    kept = built.final_sha256
    change(built, final_sha256="0" * 64)
    with pytest.raises(Refused, match="not opened this pack yet"):
        pack.sign_off(request=access, sha256="0" * 64, by=second)
    change(built, final_sha256=kept)
    assert sign().recorded_by == second


@pytest.mark.usefixtures("quick_print")
def test_the_database_takes_no_signature_of_somebody_who_never_opened_the_file(access, note):
    build_pack(BuiltPackFactory(request=access).pk)
    built, second = access.packs.get(), UserFactory()
    given = {"pack": built, "sha256": built.final_sha256, "recorded_by": second}
    entry()
    with pytest.raises(DatabaseError, match="have not opened"), transaction.atomic():
        models.SignOff.objects.create(**given)
    opened(built, UserFactory())
    with pytest.raises(DatabaseError, match="have not opened"), transaction.atomic():
        models.SignOff.objects.create(**given)
    opened(built, second)
    models.SignOff.objects.create(**given)


@pytest.mark.parametrize(
    "made",
    [
        lambda given: models.LeakCleared.objects.create(
            **given, words="Quill", place="a comment", reason="A bird."
        ),
        lambda given: models.StaysIn.objects.create(
            **given,
            group="person:P-000001",
            who="A relative",
            basis=Basis.CONSENT,
            factors="Asked.",
        ),
    ],
    ids=["cleared a false alarm", "left somebody's name in"],
)
@pytest.mark.usefixtures("quick_print")
def test_whoever_let_something_out_does_not_sign_it_off(access, note, made):
    second = UserFactory(roles=[Role.DPO])
    EvidenceSeenFactory(request=access)
    entry()
    made({"request": access, "recorded_by": second})
    build_pack(BuiltPackFactory(request=access).pk)
    built = access.packs.get()
    opened(built, second)
    # A charity with two people is told what to do, and one with more who may do it.
    assert "Nobody else here may at the moment: name a deputy" in to_be_signed(built)
    for name, role in (("Ann Lee", Role.SAFEGUARDING_LEAD), ("Bo Day", Role.DPO)):
        UserFactory(full_name=name, roles=[role])
    assert to_be_signed(built).endswith("Ann Lee or Bo Day may.")
    with (
        entries_since() as entries,
        pytest.raises(Refused, match=r"You prepared this pack.* Ann Lee or Bo Day may"),
    ):
        pack.sign_off(request=access, sha256=built.final_sha256, by=second)
    assert (entries, models.SignOff.objects.count()) == ([], 0)
    given = {"pack": built, "sha256": built.final_sha256}
    with pytest.raises(DatabaseError, match="prepared a pack"), transaction.atomic():
        models.SignOff.objects.create(**given, recorded_by=second)
    third = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    opened(built, third)
    access.refresh_from_db()
    assert [can_sign_off(one, access) for one in (second, third)] == [False, True]
    pack.sign_off(request=access, sha256=built.final_sha256, by=third)


@pytest.mark.usefixtures("quick_print")
def test_release_after_a_new_note_is_refused(access, note, case, dpo):
    ready(access)
    CaseNoteFactory(case=case, people=[access.person], body="Written after the build.")
    with pytest.raises(Refused, match="changed since the pack was built"):
        release.release(request=access, by=dpo)


@pytest.mark.usefixtures("quick_print")
def test_clearing_a_false_alarm_undoes_the_signature(access, note, dpo):
    ready(access)
    entry()
    alarm = models.LeakFinding.objects.create(
        pack=access.packs.get(), words="Quill", place="a comment", because="withheld"
    )
    pack.clear_leak(finding=alarm, reason="A bird.", by=dpo)
    access.refresh_from_db()
    assert access.status != RequestStatus.READY
    with pytest.raises(Refused, match="cannot become “Released”"):
        release.release(request=access, by=dpo)
    # What is built then is another build, which nobody has signed.
    build_pack(BuiltPackFactory(request=access).pk)
    assert not models.SignOff.objects.filter(pack=access.packs.first()).exists()
    with pytest.raises(Refused, match="sign"):
        release.release(request=access, by=dpo)


@pytest.mark.usefixtures("quick_print")
def test_a_decision_made_while_the_pages_were_printed_leaves_the_request_unready(
    access, note, dpo, monkeypatch
):
    instead = building.print_pack

    def meanwhile(*args, **kwargs):
        WithholdingFactory(request=access, source="cases.CaseNote", record_id=note.pk)
        return instead(*args, **kwargs)

    monkeypatch.setattr("sar.building.print_pack", meanwhile)
    built = BuiltPackFactory(request=access)
    build_pack(built.pk)
    built.refresh_from_db()
    access.refresh_from_db()
    assert built.status == PackStatus.BUILT
    assert access.status != RequestStatus.READY


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick_print")
def test_raw_sql_releases_nothing_without_identity(access, note, dpo):
    built = BuiltPackFactory(request=access)
    build_pack(built.pk)

    def by_hand(sql, values):
        with transaction.atomic(), connection.cursor() as cursor:
            entry()
            cursor.execute(sql, values)

    release_it = (
        "UPDATE sar_rightsrequest SET status = 'released', released_at = now(),"
        " released_by_id = %s, released_pack_id = %s WHERE id = %s",
        [dpo.pk, built.pk, access.pk],
    )
    with pytest.raises(DatabaseError, match="established who asks"):
        by_hand(*release_it)
    seen = EvidenceSeenFactory(request=access)
    with pytest.raises(DatabaseError, match="permission denied"):
        by_hand("UPDATE sar_evidenceseen SET what = 'nothing' WHERE id = %s", [seen.pk])
    with pytest.raises(DatabaseError, match="second person has not signed off"):
        by_hand(*release_it)
    built.refresh_from_db()
    with pytest.raises(DatabaseError, match="prepared a pack"), transaction.atomic():
        SignOffFactory(pack=built, recorded_by=built.recorded_by)
    with pytest.raises(DatabaseError, match="very file"), transaction.atomic():
        SignOffFactory(pack=built, sha256="0" * 64)
    signed_off(access)
    with pytest.raises(DatabaseError, match="permission denied"):
        by_hand("UPDATE sar_signoff SET remarks = 'none' WHERE pack_id = %s", [built.pk])
    late = WithholdingFactory(request=access, source="cases.CaseNote", record_id=note.pk)
    with pytest.raises(DatabaseError, match="decided after the pack was signed off"):
        by_hand(*release_it)
    by_hand("DELETE FROM sar_withholding WHERE id = %s", [late.pk])
    by_hand(
        "INSERT INTO sar_leakcleared (request_id, words, place, reason, recorded_at, recorded_by_id)"
        " VALUES (%s, 'Quill', 'a comment', 'A bird.', now(), %s)",
        [access.pk, dpo.pk],
    )
    with pytest.raises(DatabaseError, match="decided after the pack was signed off"):
        by_hand(*release_it)
    by_hand("DELETE FROM sar_leakcleared WHERE request_id = %s", [access.pk])
    by_hand(*release_it)
    access.refresh_from_db()
    assert access.status == RequestStatus.RELEASED
    with pytest.raises(DatabaseError, match="never taken back"):
        by_hand(
            "UPDATE sar_rightsrequest SET status = 'ready', released_at = NULL,"
            " released_by_id = NULL, released_pack_id = NULL WHERE id = %s",
            [access.pk],
        )
