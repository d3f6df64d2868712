"""Wordings are published; consents are recorded, and withdrawn."""

import re
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task
from cases.models import Agency, Document, HowReceived, Person
from cases.queries.agencies import same_agency
from cases.queries.responsibility import responsible_for
from cases.task_kinds import TaskKind
from consent.actions.recipients import agency_named
from consent.expressions import in_force
from consent.models import Consent, Giver, HowGiven, State, Wording
from consent.models.answer import GROWN_UP
from consent.purposes import LAWFUL, Purpose, Recipient, purpose_named
from consent.queries import in_force_on
from consent.queries.stops import what_stops
from consent.wordings import DRAFTS
from core.dates import ONE_DAY, age_on, birthday, plain
from core.errors import Refused

# From here on the law lets young people decide about treatment (Family Law Reform Act 1969 s.8); below it
# somebody writes down how the child understood what they were asked.
DECIDES_ALONE = 16  # years
# A drawn signature: pen down (M) and lines (L) between whole numbers, as a browser counts pixels.
DRAWN = re.compile(r"(?:M\d{1,4} \d{1,4}(?: ?L\d{1,4} \d{1,4})* ?){1,2000}")


@transaction.atomic
def publish_wording(*, purpose: str, text: str, by: User) -> Wording:
    """Publish the words in which people are asked for `purpose`, as its next version.

    Refused for a purpose that does not exist or that does not rest on consent: a tick that decides
    nothing is not called consent (UK GDPR Art 4(11)).
    """
    if not by.has_perm("consent.publish_wording"):
        raise Refused("The Data Protection Officer publishes the words in which people are asked.")
    named = _asked_for(purpose)
    text = text.strip()
    if not text:
        raise Refused("Write the words that people are asked to agree to.")
    newest = Wording.objects.filter(purpose=named).order_by("-version").first()
    if newest is not None and newest.text == text:
        raise Refused(f"Version {newest.version} says the same already.")
    record(Verb.WORDING_PUBLISHED, by=by, action=Action.CREATE, record=Wording)
    return Wording.objects.create(
        purpose=named,
        version=newest.version + 1 if newest else 1,
        text=text,
        published_at=timezone.now(),
        published_by=by,
    )


@transaction.atomic
def publish_drafts(*, by: User) -> list[Wording]:
    """Publish our first wording for every purpose that has none yet, so that people can be asked."""
    have = set(Wording.objects.values_list("purpose", flat=True))
    return [
        publish_wording(purpose=purpose, text=text, by=by)
        for purpose, text in DRAFTS.items()
        if purpose not in have
    ]


@transaction.atomic
def record_consent(
    *,
    person: Person,
    wording: Wording,
    given_on: date,
    how: str,
    state: str = State.GIVEN,
    agency: Agency | str | None = None,
    giver: str = Giver.SELF,
    parent: Person | None = None,
    authority: str = "",
    witness: str = "",
    why_not_asked: str = "",
    why_late: str = "",
    signed_name: str = "",
    signed_drawing: str = "",
    evidence: Document | None = None,
    until: date | None = None,
    review_on: date | None = None,
    by: User,
) -> Consent:
    """Record what was answered to `wording`: given or refused, by whom, how, for which agency; or that
    they were not asked, and why.

    An answer of an earlier day says why it is written down only now, and one on a screen is signed. The
    same said twice by one member of staff makes one row.

    `until` is the last day on which it holds; what a parent agrees to ends before the child is grown up.
    An agency that the charity does not know yet is given by its name. UK GDPR Art 7(1): the charity can
    show that it was given.
    """
    purpose = _asked_for(wording.purpose)
    now = timezone.now()
    authority, witness = authority.strip(), witness.strip()
    agency = agency_named(agency=agency, by=by)
    _check_recipient(purpose, agency)
    why_not_asked, why_late = why_not_asked.strip(), why_late.strip()
    signed_name = " ".join(signed_name.split())
    _check_days(person, state, given_on, until, on=timezone.localdate(now))
    _check_late(given_on, why_late, on=timezone.localdate(now))
    _check_review(state, given_on, review_on)
    if state == State.NOT_ASKED:
        giver, parent, authority, how, witness = "", None, "", "", ""
        signed_name = signed_drawing = ""
        if not why_not_asked:
            raise Refused("Say why they were not asked.")
    else:
        why_not_asked = ""
        if how not in HowGiven.values:
            raise Refused("Say how they answered.")
        _check_signature(how, signed_name, signed_drawing)
        _check_giver(
            person,
            state=state,
            giver=giver,
            parent=parent,
            authority=authority,
            given_on=given_on,
        )
        _check_alive(parent if giver == Giver.PARENT else person, giver=giver, given_on=given_on)
    if state == State.GIVEN and how == HowGiven.SPOKEN and not witness:
        raise Refused("A spoken consent needs a witness: write who heard it.")
    if giver == Giver.PARENT and state == State.GIVEN:
        until = _before_grown_up(person, until)
    said: dict[str, Any] = {
        "person": person,
        "purpose": purpose,
        "agency": agency,
        "state": state,
        "giver": giver,
        "parent": parent,
        "authority": authority,
        "how": how,
        "witness": witness,
        "wording": wording,
        "given_on": given_on,
        "until": until,
        "review_on": review_on,
        "why_not_asked": why_not_asked,
        "why_late": why_late,
        "signed_name": signed_name,
        "signed_drawing": signed_drawing,
        "evidence": evidence,
        "recorded_by": by,
    }
    # Two sendings of one form wait for each other here, and make one row.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if before := Consent.objects.filter(**said, withdrawn_at=None).first():
        return before
    _check_none_in_force(person, purpose, agency, state, given_on)
    people = [person.pk, *([parent.pk] if parent else [])]
    record(Verb.CONSENT_RECORDED, by=by, action=Action.CREATE, record=Consent, people=people)
    try:
        with transaction.atomic():
            return Consent.objects.create(**said, recorded_at=now)
    except IntegrityError as error:
        if "consent_once_at_a_time" not in str(error):
            raise
        days = Range(given_on, until + ONE_DAY if until else None)
        standing = Consent.objects.filter(same_agency(agency), person=person, purpose=purpose)
        standing = standing.filter(state=State.GIVEN).alias(days=in_force())
        named = standing.filter(days__overlap=days).values_list("reference", flat=True)
        raise Refused(
            f"They agreed to “{purpose.label}” for these days already ({' and '.join(named)}). If they want "
            "something else now, withdraw that first; or let this one begin or end on another day."
        ) from error


@transaction.atomic
def withdraw_consent(*, consent: Consent, withdrawn_on: date, how: str, by: User) -> Consent:
    """Write down that somebody no longer agrees. From this moment nothing is shared on it.

    `withdrawn_on` is the day they said so. As easy as giving (UK GDPR Art 7(3)): anybody who may record
    a consent may record this, however it was said. Waits for a sharing on this consent that is under way.
    Whoever was told something on it is to be told this: a task each.
    """
    kept = Consent.objects.select_for_update(of=("self",), no_key=True).get(pk=consent.pk)
    now = timezone.now()
    _check_withdrawal(kept, withdrawn_on, now)
    if how not in HowReceived.values:
        raise Refused("Say how they told you.")
    people = [kept.person_id, *([kept.parent_id] if kept.parent_id else [])]
    record(Verb.CONSENT_WITHDRAWN, by=by, action=Action.UPDATE, record=kept, people=people)
    Consent.objects.filter(pk=kept.pk).update(
        withdrawn_on=withdrawn_on, withdrawn_at=now, withdrawn_by=by, withdrawn_how=how
    )
    kept.refresh_from_db()
    _tell_recipients(kept, by)
    return kept


def _tell_recipients(consent: Consent, by: User) -> None:
    """A task for each recipient who was told something on it, and for each referral under way (N10)."""
    stops = what_stops(consent)
    for share in stops.told:
        add_task(
            kind=TaskKind.CONSENT,
            what=f"Tell {share.recipient_in_words} that {consent.reference} is withdrawn, and ask what "
            "becomes of what they have.",
            for_user=by,
            case=share.case,
            person=consent.person,
            link=share.get_absolute_url(),
            by=by,
        )
    for referral in stops.referrals:
        add_task(
            kind=TaskKind.CONSENT,
            what=f"Stop the referral to {referral.share.agency}, or ask the family what they want.",
            for_user=by,
            case=referral.share.case,
            person=consent.person,
            link=reverse("consent:referral-out", args=[referral.share.reference]),
            by=by,
        )


def _asked_for(name: str) -> Purpose:
    purpose = purpose_named(name)
    if not LAWFUL[purpose].by_consent:
        raise Refused(
            f"“{purpose.label}” does not rest on consent, so nobody is asked to agree to it. Tell people "
            "about it in the privacy notice."
        )
    return purpose


def _check_recipient(purpose: Purpose, agency: Agency | None) -> None:
    recipient = LAWFUL[purpose].recipient
    if recipient is Recipient.AGENCY and agency is None:
        raise Refused(f"Say for which agency: “{purpose.label}” always names one.")
    if recipient is Recipient.OURSELVES and agency is not None:
        raise Refused(f"“{purpose.label}” shares nothing: leave the agency empty.")


def _check_days(
    person: Person, state: str, given_on: date, until: date | None, *, on: date
) -> None:
    if given_on > on:
        raise Refused(
            f"{plain(given_on)} has not come yet: write down what was said, once it is said."
        )
    if person.date_of_birth and given_on < person.date_of_birth:
        raise Refused(f"{person} was not born yet on {plain(given_on)}.")
    if until is None:
        return
    if state != State.GIVEN:
        raise Refused("A refusal has no last day: leave it empty.")
    if until < given_on:
        raise Refused("The consent ends before it begins. Check the last day.")


def _check_late(given_on: date, why_late: str, *, on: date) -> None:
    if given_on < on and not why_late:
        raise Refused(f"They answered on {plain(given_on)}. Say why it is written down only now.")


def _check_review(state: str, given_on: date, review_on: date | None) -> None:
    if review_on is None:
        return
    if state != State.GIVEN:
        raise Refused("Only a consent that was given is looked at again: leave that day empty.")
    if review_on <= given_on:
        raise Refused("Look at it again on a day after they gave it.")


def _check_signature(how: str, name: str, drawing: str) -> None:
    if how == HowGiven.ELECTRONIC and not name:
        raise Refused("An answer on a screen is signed: type your name.")
    if how != HowGiven.ELECTRONIC and (name or drawing):
        raise Refused("Only an answer on a screen is signed there.")
    if drawing and not DRAWN.fullmatch(drawing):
        raise Refused("The drawn signature could not be read. Draw it again, or leave it out.")


def _check_giver(
    person: Person, *, state: str, giver: str, parent: Person | None, authority: str, given_on: date
) -> None:
    born = person.date_of_birth
    age = age_on(born, given_on) if born else None
    if giver != Giver.PARENT and parent is not None:
        raise Refused("You name a parent and say that somebody else answered. Choose one of them.")
    if giver == Giver.SELF:
        if state == State.GIVEN and age is not None and age < DECIDES_ALONE and not authority:
            raise Refused(
                f"{person} was {age}. Write why you think that they understood what they were asked, or "
                "ask a parent with parental responsibility."
            )
    elif giver == Giver.PARENT:
        if parent is None:
            raise Refused("Say which parent answered.")
        if age is not None and age >= GROWN_UP:
            raise Refused(f"{person} was {age} and answers for themself: a parent cannot do it.")
        if parent not in responsible_for(person, on=given_on):
            raise Refused(
                f"No parental responsibility of {parent} for {person} is recorded on "
                f"{plain(given_on)}. Record it with how you know, or ask somebody who has it."
            )
    elif not authority:
        raise Refused("Say who answered, and what gives them the authority.")


def _check_alive(who: Person | None, *, giver: str, given_on: date) -> None:
    """Whoever answered was alive on that day."""
    if who is None or giver == Giver.AUTHORITY:
        return
    death = who.deaths.filter(taken_back_at=None, died_on__lt=given_on).first()
    if death is not None:
        raise Refused(
            f"{who} died on {plain(death.died_on)} and cannot have answered on {plain(given_on)}. Check "
            "the day."
        )


def _before_grown_up(person: Person, until: date | None) -> date | None:
    """The last day on which a parent's consent can hold: the one before the eighteenth birthday."""
    if person.date_of_birth is None:
        return until
    last = birthday(person.date_of_birth, GROWN_UP) - ONE_DAY
    if until is not None and until > last:
        raise Refused(
            f"{person} is {GROWN_UP} on {plain(last + ONE_DAY)} and answers for themself from then on. Let "
            f"the consent end on {plain(last)} or earlier."
        )
    return until or last


def _check_none_in_force(
    person: Person, purpose: Purpose, agency: Agency | None, state: str, given_on: date
) -> None:
    """Whoever refuses what they agreed to before withdraws it: both cannot stand."""
    if state != State.REFUSED:
        return
    standing = Consent.objects.filter(
        in_force_on(given_on),
        same_agency(agency),
        person=person,
        purpose=purpose,
    ).first()
    if standing is not None:
        raise Refused(
            f"{person} agreed to this on {plain(standing.given_on)} ({standing.reference}). Write down "
            "that it is withdrawn, instead of a refusal."
        )


def _check_withdrawal(consent: Consent, withdrawn_on: date, now: datetime) -> None:
    if consent.state != State.GIVEN:
        raise Refused("It was not given, so there is nothing to withdraw.")
    if consent.withdrawn_on is not None:
        raise Refused(f"It was withdrawn on {plain(consent.withdrawn_on)} already.")
    if withdrawn_on > timezone.localdate(now):
        raise Refused(
            f"{plain(withdrawn_on)} has not come yet. A consent that should end later is given "
            "anew, with a last day."
        )
    if withdrawn_on < consent.given_on:
        raise Refused(f"It was given on {plain(consent.given_on)}: it cannot be withdrawn before.")
    if consent.until is not None and consent.until < withdrawn_on:
        raise Refused(
            f"It ended by itself on {plain(consent.until)}: there is nothing to withdraw."
        )
