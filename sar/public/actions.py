"""What strangers do on the public site: keep a step, throw it away, send it.

What they send is written down by an account of the site itself, which nobody can sign in to
(docs/adr/0027).
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from accounts.actions.staff import add_user, suspend
from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.referrals import NewPerson, NewProfessional, take_in
from cases.models import CaseRole, HowReceived, Referral
from core.dates import plain
from core.errors import Refused
from sar.actions.complaints import record_complaint
from sar.actions.requests import record_requests
from sar.kinds import AnswerFormat, Channel, Kind, Requester
from sar.models import PublicDraft
from sar.public.queries import first_missing, form_of, open_draft
from sar.public.sealing import Typed, hash_of, new_secret, seal
from sar.public.tasks import PublicTask, Step

KEPT_FOR = timedelta(hours=2)
SITE = "public-site@localhost"
SITE_LOCK = 2000_0027  # a number of our own, for nothing else
GONE = (
    "These answers have been sent already, or they are older than two hours and were thrown away. "
    "If you have a number from us, we have your message."
)


@transaction.atomic
def keep_step(
    *,
    task: PublicTask,
    step: Step,
    given: dict[str, list[str]],
    secret: str,
    now: datetime,
    by: Actor,
) -> str:
    """Keep what was typed on one page, sealed, for two hours; the secret that opens it."""
    typed: Typed | None = open_draft(task, secret, now=now)
    record(Verb.PUBLIC_STEP_KEPT, by=by, action=Action.UPDATE, record=PublicDraft)
    if typed is None:
        # Never one that a stranger brought: somebody else might have put it there.
        secret, typed = new_secret(), {}
    PublicDraft.objects.update_or_create(
        key_hash=hash_of(secret),
        defaults={
            "task": task.slug,
            "body": seal({**typed, step.slug: given}, secret),
            "expires": now + KEPT_FOR,
        },
    )
    return secret


@transaction.atomic
def throw_away(*, secret: str, by: Actor) -> None:
    """Throw away what was typed so far."""
    record(Verb.PUBLIC_DRAFT_DROPPED, by=by, action=Action.DELETE, record=PublicDraft)
    PublicDraft.objects.filter(key_hash=hash_of(secret)).delete()


@transaction.atomic
def forget_public_drafts(*, now: datetime, by: Actor) -> int:
    """Throw away what was left lying for two hours; how many there were."""
    old = PublicDraft.objects.filter(expires__lte=now)
    if not old.exists():
        return 0
    record(Verb.PUBLIC_DRAFT_DROPPED, by=by, action=Action.DELETE, record=PublicDraft)
    return old.delete()[0]


@transaction.atomic
def send(*, task: PublicTask, secret: str, now: datetime, on: date, by: Actor) -> list[str]:
    """Send what was typed: the references of what came of it. Sent twice, the second is refused.

    Refused too where a step is missing or has gone out of date.
    """
    # Two who send the same go one after the other; for the second it is gone.
    PublicDraft.objects.select_for_update().filter(key_hash=hash_of(secret)).first()
    typed = open_draft(task, secret, now=now)
    if typed is None:
        raise Refused(GONE)
    if (missing := first_missing(task, typed)) is not None:
        raise Refused(f"Something is missing: look at “{missing.title}” again.")
    given: dict = {}
    for step in task.steps:
        form = form_of(step, typed)
        if form is not None and form.is_valid():
            given |= form.cleaned_data
    references = SENDS[task.slug](given, on, _site())
    throw_away(secret=secret, by=by)
    return references


def _ask(given: dict, on: date, site: User) -> list[str]:
    about = [given["name"]]
    if given["other_names"]:
        about.append(f"Also known as {given['other_names']}")
    if given["born"]:
        about.append(f"Born {plain(given['born'])}")
    if given["lives"]:
        about.append(f"Address: {given['lives']}")
    made = record_requests(
        kinds=[Kind(kind) for kind in given["kinds"]],
        channel=Channel.FORM,
        received_on=on,
        asked=given["asked"],
        reach_by=_reach(given),
        about_name="\n".join(about),
        requester=Requester(given["requester"]),
        requester_name=given["requester_name"],
        reply_email=given["email"],
        reply_address=given["post"],
        answer_format=AnswerFormat(given["answer_format"]),
        by=site,
    )
    return [one.reference for one in made]


def _refer(given: dict, on: date, site: User) -> list[str]:
    from_agency = given["came_from"] == Referral.From.AGENCY
    parts = [given["reason"], f"How to reach them safely:\n{_reach(given)}"]
    if given["others"]:
        parts.insert(1, f"Also in the family: {given['others']}")
    if from_agency and not given["knows"]:
        parts.append("Whoever refers did not say that the family knows and agrees.")
    person = NewPerson(
        given_names=given["given_names"],
        family_name=given["family_name"],
        date_of_birth=given["born"],
        birth_certainty="known" if given["born"] else "not_known",
    )
    referral = take_in(
        service=given["service"],
        came_from=given["came_from"],
        agency=given["agency"] if from_agency else None,
        professional=NewProfessional(given["worker"], given["worker_role"])
        if from_agency
        else None,
        received_on=on,
        how_received=HowReceived.FORM,
        reason="\n\n".join(parts),
        people=[(person, CaseRole(given["part"]))],
        on=on,
        by=site,
    )
    return [referral.reference]


def _complain(given: dict, on: date, site: User) -> list[str]:
    words = given["words"]
    if given["for_whom"]:
        words = f"For: {given['for_whom']}\n\n{words}"
    complaint = record_complaint(
        kind=given["about"],
        channel=Channel.FORM,
        received_on=on,
        from_name=given["name"],
        words=words,
        reach_by=_reach(given),
        reply_email=given["email"],
        reply_address=given["post"],
        service=given["which"],
        by=site,
    )
    return [complaint.reference]


SENDS: dict[str, Callable[[dict, date, User], list[str]]] = {
    "request": _ask,
    "refer": _refer,
    "complain": _complain,
}


def _reach(given: dict) -> str:
    """Every way they said is safe, and what they said must not be done."""
    ways = (("E-mail", "email"), ("Telephone", "phone"), ("Letters", "post"), ("Do not", "beware"))
    return "\n".join(f"{words}: {given[name]}" for words, name in ways if given[name])


def _site() -> User:
    """The account in whose name strangers' messages are written down."""
    known = User.objects.filter(email=SITE).first()
    if known is None:
        # The first two who send at once go one after the other.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SITE_LOCK])
        known = User.objects.filter(email=SITE).first()
    if known is None:
        known = add_user(email=SITE, full_name="The public site", by=SYSTEM)
        suspend(user=known, by=SYSTEM)
    return known
