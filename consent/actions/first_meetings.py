"""What a service asks of everybody at first, and a first meeting written down in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Agency, Document, Person, Service
from consent.actions.consents import record_consent
from consent.actions.notices import give_notice
from consent.models import Consent, FirstAsked, NoticeGiven, PrivacyNotice, State, Wording
from consent.purposes import LAWFUL, purpose_named
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class NoticeSaid:
    """Which notice somebody was given at the meeting, and how."""

    notice: PrivacyNotice
    means: str
    form: str
    language: str
    to_parent: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to one question of the meeting, or why it was not asked."""

    wording: Wording
    state: str
    agency: Agency | str | None = None
    why_not_asked: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """What was written down of a first meeting."""

    given: NoticeGiven | None
    consents: tuple[Consent, ...]


@transaction.atomic
def hold_first_meeting(
    *,
    person: Person,
    given_on: date,
    notice: NoticeSaid | None,
    answers: Sequence[Answered],
    giver: str,
    how: str,
    parent: Person | None = None,
    authority: str = "",
    witness: str = "",
    evidence: Document | None = None,
    why_late: str = "",
    by: User,
) -> Met:
    """Write down a first meeting: the notice that was given, and each answer; all of it, or nothing.

    Each leaves the entry that it leaves by itself. Refused where there is nothing to write down, and with
    the sentence of whichever part is refused. The same form sent twice makes one of each.
    """
    if notice is None and not answers:
        raise Refused(
            "Write down at least one thing: that they were given the notice, or an answer."
        )
    given = None
    if notice is not None:
        given = give_notice(
            person=person,
            notice=notice.notice,
            given_on=given_on,
            means=notice.means,
            form=notice.form,
            language=notice.language,
            to_parent=notice.to_parent,
            by=by,
        )
    answered: dict[str, Any] = {
        "giver": giver,
        "parent": parent,
        "authority": authority,
        "how": how,
        "witness": witness,
        "evidence": evidence,
    }
    said = [
        record_consent(
            person=person,
            wording=one.wording,
            agency=one.agency,
            state=one.state,
            why_not_asked=one.why_not_asked,
            given_on=given_on,
            why_late=why_late,
            by=by,
            # Nobody answered what was not asked.
            **({"how": "", "giver": ""} if one.state == State.NOT_ASKED else answered),
        )
        for one in answers
    ]
    return Met(given=given, consents=tuple(said))


@transaction.atomic
def set_first_asked(*, asked: Mapping[Service, Sequence[str]], by: User) -> dict[str, list[str]]:
    """The DPO says for which consents each service asks at a first meeting; services not named stay.

    Refused for what does not rest on consent: a tick that decides nothing is not called consent.
    """
    if not by.has_perm("consent.set_first_asked"):
        raise Refused("The Data Protection Officer says what is asked at a first meeting.")
    wanted = {
        service.pk: {purpose_named(name) for name in names} for service, names in asked.items()
    }
    for purpose in {purpose for purposes in wanted.values() for purpose in purposes}:
        if not LAWFUL[purpose].by_consent:
            raise Refused(f"“{purpose.label}” does not rest on consent, so nobody is asked for it.")
    # Two who set it at once go one after the other.
    list(Service.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    have: dict[int, set[str]] = {number: set() for number in wanted}
    for one in FirstAsked.objects.filter(service__in=wanted):
        have[one.service_id].add(one.purpose)
    if have == wanted:
        raise Refused("This is what they ask already.")
    names = {service.pk: service.name for service in asked}
    before, after = (
        {names[number]: sorted(purposes) for number, purposes in each.items()}
        for each in (have, wanted)
    )
    # Taking some away is in the same entry: they are a setting, about nobody.
    record(
        Verb.FIRST_ASKED_SET,
        by=by,
        action=Action.UPDATE,
        record=FirstAsked,
        values={"before": before, "after": after},
    )
    for number, purposes in wanted.items():
        FirstAsked.objects.filter(service=number).exclude(purpose__in=purposes).delete()
    FirstAsked.objects.bulk_create(
        FirstAsked(service_id=number, purpose=purpose, recorded_by=by)
        for number, purposes in wanted.items()
        for purpose in sorted(purposes - have[number])
    )
    return after
