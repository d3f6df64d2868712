"""Complaints and compliments: taken in by anybody, looked into by somebody else, closed with what we learn."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from accounts.queries import people_with
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person, Service
from core.errors import Refused
from core.workflow import make
from sar.complaint_workflow import COMPLAINT_MOVES, ComplaintMove
from sar.desk_permissions import who_works_on
from sar.models import Complaint, ComplaintStep, RightsRequest
from sar.permissions import requests_of
from sar.rules import not_in_future, saved_before

Kind = Complaint.Kind
Outcome = Complaint.Outcome
NOBODY_WORKS = (
    "A complaint was recorded, and nobody is there who may work on it, as of one about the only Data Protection "
    "Officer. Give the role to another colleague as well: until then it waits. For that nobody needs to know what it says."
)


@transaction.atomic
def record_complaint(
    *,
    kind: str,
    channel: str,
    received_on: date,
    from_name: str,
    words: str,
    reach_by: str = "",
    reply_email: str = "",
    reply_address: str = "",
    person: Person | None = None,
    service: Service | None = None,
    about_staff: User | None = None,
    request: RightsRequest | None = None,
    token: UUID | None = None,
    by: User,
) -> Complaint:
    """Write down what somebody complains or is glad about; whoever works on complaints is told at once.

    A form sent twice is one complaint, also where both come at the same moment.
    """
    if before := saved_before(Complaint, token, words=words.strip(), kind=kind):
        return before
    not_in_future(received_on)
    if not (words.strip() and from_name.strip()):
        raise Refused("Say who says it and what, in their words.")
    _record(Verb.COMPLAINT_RECORDED, Complaint, person, by=by, action=Action.CREATE)
    made = Complaint.objects.create(
        kind=kind,
        channel=channel,
        received_on=received_on,
        from_name=from_name.strip(),
        words=words.strip(),
        reach_by=reach_by.strip(),
        reply_email=reply_email.strip(),
        reply_address=reply_address.strip(),
        person=person,
        service=service,
        about_staff=about_staff,
        request=request,
        token=token,
        recorded_by=by,
    )
    made.refresh_from_db()
    if workers := who_works_on(made):
        sentence = f"{made.get_kind_display()} was recorded: {made.reference}."
        tell(who=workers, sentence=sentence, link=made.get_absolute_url(), by=by)
    else:
        # To whoever gives roles, and need not learn of anybody.
        users = reverse("admin:accounts_user_changelist")
        tell(who=people_with("accounts.manage_users"), sentence=NOBODY_WORKS, link=users, by=by)
    return made


@transaction.atomic
def acknowledge_complaint(*, complaint: Complaint, by: User) -> None:
    """Say that they were told it has come (DPA 2018 s.164A: within 30 days for one about data)."""
    now = _open(complaint)
    if now.acknowledged_at is not None:
        raise Refused(f"{now} has been acknowledged already.")
    _record(Verb.COMPLAINT_ACKNOWLEDGED, now, now.person, by=by)
    Complaint.objects.filter(pk=now.pk).update(acknowledged_at=timezone.now(), acknowledged_by=by)
    complaint.refresh_from_db()


@transaction.atomic
def look_into(*, complaint: Complaint, investigator: User, by: User) -> None:
    """Say who looks into it: somebody else than whom it is about. They are told."""
    now = _open(complaint)
    if now.about_staff_id == investigator.pk:
        raise Refused(f"It is about {investigator}: somebody else looks into it.")
    if now.investigator_id == investigator.pk:
        raise Refused(f"{investigator} looks into it already, and was told.")
    _record(Verb.COMPLAINT_LOOKED_INTO, now, now.person, by=by)
    make(now, COMPLAINT_MOVES[ComplaintMove.LOOK_INTO], investigator=investigator)
    tell(
        who=[investigator],
        sentence=f"You look into {now.reference}.",
        link=now.get_absolute_url(),
        by=by,
    )
    complaint.refresh_from_db()


@transaction.atomic
def add_step(*, complaint: Complaint, kind: str, words: str, by: User) -> ComplaintStep:
    """Write down that they were told how it goes, what was found out, or what the regulator said."""
    if not words.strip():
        raise Refused("Say what happened.")
    now = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if kind == ComplaintStep.Kind.REGULATOR:
        _for_regulator(now)
    elif not now.is_open:
        raise Refused(f"{now} is closed. Only what the regulator says is added.")
    _record(Verb.COMPLAINT_STEP_ADDED, now, now.person, by=by)
    made = ComplaintStep.objects.create(
        complaint=now, kind=kind, words=words.strip(), recorded_by=by
    )
    if now.investigator_id == by.pk:
        tell(
            who=[user for user in who_works_on(now) if user != by],
            sentence=f"{by} wrote down what they found out for {now.reference}.",
            link=now.get_absolute_url(),
            by=by,
        )
    return made


@transaction.atomic
def close_complaint(
    *, complaint: Complaint, outcome: str, findings: str, learning: str = "", by: User
) -> None:
    """Say how it ended, what they are told, and what we learn from it.

    Refused for a complaint about data that nobody has acknowledged, and to whom it is about.
    """
    now = _open(complaint)
    if not (outcome and findings.strip()):
        raise Refused("Say how it ended and what they are told.")
    if now.about_staff_id == by.pk:
        raise Refused("It is about you: somebody else closes it.")
    if now.kind == Kind.DATA and now.acknowledged_at is None:
        raise Refused("Acknowledge it first: the law gives 30 days for that (DPA 2018 s.164A).")
    if now.kind == Kind.SERVICE and now.investigator is None:
        raise Refused("Say first who looked into it: somebody else than whom it is about.")
    if outcome == Outcome.THANKED and now.kind != Kind.COMPLIMENT:
        raise Refused(
            "Thanks are passed on for a compliment. Say whether the complaint was upheld."
        )
    if now.kind == Kind.COMPLIMENT and outcome not in {Outcome.THANKED, Outcome.WITHDRAWN}:
        raise Refused("A compliment is not upheld or refused: pass it on, with thanks.")
    _record(Verb.COMPLAINT_CLOSED, now, now.person, by=by)
    make(
        now,
        COMPLAINT_MOVES[ComplaintMove.CLOSE],
        outcome=outcome,
        findings=findings.strip(),
        learning=learning.strip(),
        closed_at=timezone.now(),
        closed_by=by,
    )
    complaint.refresh_from_db()


@transaction.atomic
def record_regulator(
    *, complaint: Complaint, regulator_case: str, regulator_outcome: str = "", by: User
) -> None:
    """The regulator's case about it, and what it decided, also after it is closed here."""
    if not regulator_case.strip():
        raise Refused("Give the regulator’s case number.")
    _for_regulator(complaint)
    _record(Verb.COMPLAINT_REGULATOR, complaint, complaint.person, by=by)
    Complaint.objects.filter(pk=complaint.pk).update(
        regulator_case=regulator_case.strip(), regulator_outcome=regulator_outcome.strip()
    )
    complaint.refresh_from_db()


@transaction.atomic
def link_to_request(*, complaint: Complaint, reference: str, by: User) -> None:
    """Say about the answer to which request it is (features.md P32), also after it is closed."""
    request = requests_of(by).filter(reference=reference.strip().upper()).first()
    if request is None:
        raise Refused("There is no request with this reference. Write it like Q-000012.")
    if complaint.request_id == request.pk:
        raise Refused(f"It is linked to {request} already.")
    _record(Verb.COMPLAINT_LINKED, complaint, complaint.person, by=by)
    Complaint.objects.filter(pk=complaint.pk).update(request=request)
    complaint.refresh_from_db()


def _for_regulator(complaint: Complaint) -> None:
    if not complaint.is_about_data:
        raise Refused(
            f"{complaint} is not about data: the regulator for data protection has nothing to do with it. Write "
            "down what was found out instead, or record a complaint about data."
        )


def _open(complaint: Complaint) -> Complaint:
    now = (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("person", "investigator")
        .get(pk=complaint.pk)
    )
    if not now.is_open:
        raise Refused(f"{now} is closed.")
    return now


def _record(
    verb: Verb,
    on: Complaint | type[Complaint],
    person: Person | None,
    *,
    by: User,
    action: Action = Action.UPDATE,
) -> None:
    record(
        verb,
        by=by,
        action=action,
        record=on,
        people=[person] if person else [],
        purpose=Purpose.COMPLAINT,
    )
