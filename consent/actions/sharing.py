"""What was shared, or not, is written in the sharing log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task
from cases.models import Agency, Case, CaseProfessional, Person, Professional
from cases.queries.agencies import same_agency
from cases.task_kinds import TaskKind
from cases.written import SavedAlready
from consent.actions.recipients import agency_named
from consent.gateways import (
    CHECKS,
    LEFT_US,
    MAY_OVERRIDE,
    QUICK,
    Gateway,
    Outcome,
    SentHow,
    lawful_through,
    says_consent,
)
from consent.kept_from import check_may_be_told
from consent.models import Consent, Share, SharePerson, State
from consent.permissions import can_authorise
from consent.purposes import WITHOUT_CASE, Purpose, purpose_named
from consent.queries import stands
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def record_share(
    *,
    case: Case | None,
    people: Iterable[Person],
    outcome: str,
    purpose: str,
    what: str,
    told: bool,
    happened_at: datetime | None = None,
    agency: Agency | str | None = None,
    professional: Professional | None = None,
    recipient_name: str = "",
    recipient_role: str = "",
    sent_how: str = "",
    kept_back: str = "",
    gateway: str = "",
    gateway_detail: str = "",
    basis: str = "",
    condition: str = "",
    why_without_consent: str = "",
    why_not_told: str = "",
    their_views: str = "",
    consulted: str = "",
    decided_by: User | None = None,
    authorised_by: User | None = None,
    why_urgent: str = "",
    why_another: str = "",
    why_despite: str = "",
    tells_safe_address: bool | None = None,
    is_quick: bool = False,
    token: UUID | None = None,
    by: User,
) -> Share:
    """Write in the sharing log that something about `people` was shared, partly shared or not shared.

    Through one of the six gateways of the privacy notice, each with its check; on permission only while
    each person's consent for that purpose and agency was in force. Without a `case` only to protect
    somebody; the workers of their cases do not read it then. `basis` and `condition` are those of
    the gateway where they are left empty. An agency that is new is given by its name. In an emergency
    (`why_urgent`) nobody authorised it before: those who could have look at it now. Where the name is like one that must not
    be told, `why_another` says how it is known to be somebody else; where it is one, `why_despite` says why the
    law or the public good lets it go all the same, as `authorised_by` decided, and `tells_safe_address` whether a secret
    address was among it (`check_may_be_told`). It was just now where nobody says when (`happened_at`). The same form (`token`) sent twice makes one entry. Final.
    """
    people = list(people)
    # Two sendings of one form wait for each other here.
    _lock(case, people)
    named = purpose_named(purpose)
    lawful = lawful_through(
        Gateway(gateway) if gateway in Gateway.values else None,
        named,
        urgent=bool(why_urgent.strip()),
    )
    left_us = outcome in LEFT_US
    agency = agency_named(agency=agency, by=by)
    words: dict[str, Any] = {
        "outcome": outcome,
        "purpose": named,
        "what": what.strip(),
        "kept_back": kept_back.strip(),
        "happened_at": happened_at or timezone.now(),
        "agency": professional.agency.now if professional else agency,
        "professional": professional,
        "recipient_name": recipient_name.strip(),
        "recipient_role": recipient_role.strip(),
        "sent_how": sent_how,
        "gateway": gateway,
        "gateway_detail": gateway_detail.strip(),
        "basis": basis.strip() or (lawful.basis if left_us else ""),
        "condition": condition.strip() or (lawful.condition if left_us else ""),
        "why_without_consent": why_without_consent.strip(),
        "told": told,
        "why_not_told": why_not_told.strip(),
        "their_views": their_views.strip(),
        "consulted": consulted.strip(),
        "is_quick": is_quick,
        "decided_by": decided_by or by,
        "authorised_by": authorised_by,
        "why_urgent": why_urgent.strip(),
        "why_another": why_another.strip(),
        "why_despite": why_despite.strip(),
    }
    if gateway == Gateway.PERMISSION and words["agency"] is not None:
        words["agency"] = _held(people, words["agency"])
    if professional and agency and professional.agency.number_now != agency.pk:
        raise Refused(f"{professional.name} does not work for {agency}. Choose one of the two.")
    _check_people(case, people, named)
    _check_what(words)
    _check_recipient(words)
    _check_openness(words)
    _check_gateway(case, words, by=by)
    _check_basis(words)
    check_may_be_told(people, words, address_said=tells_safe_address)
    if is_quick and gateway not in QUICK:
        raise Refused("This way asks for more than four fields: use the full form.")
    said = words if happened_at else {k: v for k, v in words.items() if k != "happened_at"}
    if before := _sent_before(token, case=case, words=said, people=people, by=by):
        return before
    consents = _permissions(people, words) if left_us and gateway == Gateway.PERMISSION else {}
    record(Verb.SHARE_RECORDED, by=by, action=Action.CREATE, record=Share, people=people)
    share = Share.objects.create(case=case, token=token, recorded_by=by, **words)
    SharePerson.objects.bulk_create(
        SharePerson(share=share, person=person, consent=consents.get(person.pk))
        for person in people
    )
    if share.why_urgent or share.why_despite:
        _ask_to_look(share, people, by)
    return share


def _ask_to_look(share: Share, people: list[Person], by: User) -> None:
    """A task for whoever decided it, or in an emergency for each who could have: neither who shared nor who
    wrote it down.
    """
    if share.authorised_by:
        what = (
            f"{share.reference} went to whom a marker keeps somebody from, and says that you decided it. "
            "Look at it, and say whether that is so."
        )
    else:
        what = f"{share.reference} was shared in an emergency before anybody was asked. Look at it."
    asked = [share.authorised_by] if share.authorised_by else people_with("consent.authorise_share")
    for one in asked:
        if one not in {by, share.decided_by}:
            add_task(
                kind=TaskKind.SAFEGUARDING,
                what=what,
                for_user=one,
                due_on=timezone.localdate(),
                case=share.case,
                person=people[0],
                link=reverse("consent:share-review", args=[share.reference]),
                by=by,
            )


def _lock(case: Case | None, people: list[Person]) -> None:
    if case is not None:
        list(Case.objects.select_for_update(no_key=True).filter(pk=case.pk).values_list("pk"))
    else:
        numbers = [person.pk for person in people]
        waited = Person.objects.select_for_update(no_key=True).filter(pk__in=numbers)
        list(waited.order_by("pk").values_list("pk"))


def _held(people: list[Person], agency: Agency) -> Agency:
    """The agency as it stands now. Neither it nor `people` are merged or parted until this is written."""
    numbers = [person.pk for person in people]
    waited = Person.objects.select_for_update(no_key=True).filter(pk__in=numbers)
    list(waited.order_by("pk").values_list("pk"))
    held = Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)
    return held if held.merged_into is None else _held([], held.merged_into)


def _check_people(case: Case | None, people: list[Person], purpose: Purpose) -> None:
    if not people:
        raise Refused("Say about whom it was: at least one person.")
    if case is None and purpose not in WITHOUT_CASE:
        raise Refused("Say in which case it was shared.")
    if case is None:
        return
    part = set(case.case_people.values_list("person_id", flat=True))
    for person in people:
        if person.pk not in part:
            raise Refused(f"{person} is not part of {case.reference}: add them to the case first.")


def _check_what(words: dict[str, Any]) -> None:
    now = timezone.now()
    if words["happened_at"] > now:
        when = plain(timezone.localdate(words["happened_at"]))
        raise Refused(
            f"{when} at that time has not come yet: write down what was shared once it is shared."
        )
    if words["outcome"] not in Outcome.values:
        raise Refused("Say whether it was shared, partly shared or not shared.")
    if not words["what"]:
        raise Refused("Say what was shared or asked for.")
    if words["outcome"] == Outcome.SHARED and words["kept_back"]:
        raise Refused("You say what was kept back, so it was partly shared. Choose that outcome.")
    if words["outcome"] != Outcome.SHARED and not words["kept_back"]:
        raise Refused("Say what was not shared, and why.")


def _check_recipient(words: dict[str, Any]) -> None:
    if not (words["agency"] or words["recipient_name"]):
        raise Refused("Say with whom: a professional, an agency, or somebody by name.")
    if words["professional"] and words["recipient_name"]:
        raise Refused("You name two people. Choose the professional, or write the name, not both.")
    if words["outcome"] == Outcome.NOT_SHARED:
        if words["sent_how"]:
            raise Refused("Nothing was shared, so nothing went anywhere: leave out how it went.")
    elif words["sent_how"] not in SentHow.values:
        raise Refused("Say how the information went.")


def _check_openness(words: dict[str, Any]) -> None:
    if words["told"] and words["why_not_told"]:
        raise Refused(
            "You say that they were told, and why they were not. Leave one of the two out."
        )
    if not words["told"] and not words["why_not_told"]:
        raise Refused("Say why the person was not told.")


def _check_basis(words: dict[str, Any]) -> None:
    """Consent is the basis of what went on permission, and of nothing else (law.md section 4)."""
    if words["gateway"] != Gateway.PERMISSION and says_consent(words["basis"]):
        raise Refused(
            "It did not go on their permission, so consent is not its lawful basis. Leave the lawful basis "
            "empty to write down the usual one, or choose “They gave us permission”."
        )


def _check_gateway(case: Case | None, words: dict[str, Any], *, by: User) -> None:
    left_us = words["outcome"] in LEFT_US
    if not words["gateway"] and not left_us:
        if words["authorised_by"]:
            raise Refused("Only sharing for the public good is authorised: leave that out.")
        _check_not_urgent(words)
        return
    if words["gateway"] not in Gateway.values:
        raise Refused(
            "Say why it could be shared: information that identifies somebody leaves through one of the "
            "six ways that the privacy notice names, or not at all."
        )
    gateway, purpose = Gateway(words["gateway"]), Purpose(words["purpose"])
    check = CHECKS[gateway]
    if purpose not in check.purposes:
        ways = [str(g.label) for g, other in CHECKS.items() if purpose in other.purposes]
        way = (
            f"The way for that is “{'” or “'.join(ways)}”."
            if ways
            else "It never leaves the charity."
        )
        raise Refused(f"“{purpose.label}” does not go with “{gateway.label}”. {way}")
    if left_us and check.detail and not words["gateway_detail"]:
        raise Refused(f"“{gateway.label}”: write {check.detail}.")
    if left_us and check.why_without_consent and not words["why_without_consent"]:
        raise Refused("Say why you shared without their consent.")
    if left_us and gateway == Gateway.SERVICE:
        _check_delivers(case, words["professional"])
    if gateway == Gateway.PUBLIC_GOOD:
        _check_authorised(words, needed=left_us, by=by)
    elif words["authorised_by"] and not (gateway in MAY_OVERRIDE and words["why_despite"]):
        raise Refused("Only sharing for the public good is authorised: leave that out.")
    else:
        _check_not_urgent(words)
        _check_authoriser(words, by=by)


def _check_not_urgent(words: dict[str, Any]) -> None:
    if words["why_urgent"]:
        raise Refused(
            "Only sharing for the public good waits for somebody: leave out why nobody could be asked."
        )


def _check_delivers(case: Case | None, professional: Professional | None) -> None:
    """The notice: "the people providing you with a service", and nobody else of their agency."""
    if case is None or professional is None:
        raise Refused(
            "Say which professional gives them the service: this way is open only to somebody named on "
            "the case."
        )
    if not CaseProfessional.objects.filter(case=case, professional=professional).exists():
        raise Refused(
            f"{professional.name} is not named on {case.reference} as working with this family. Name them "
            "there first, or ask for permission."
        )


def _check_authorised(words: dict[str, Any], *, needed: bool, by: User) -> None:
    authorised_by = words["authorised_by"]
    if not needed:
        _check_not_urgent(words)
    if authorised_by is None:
        if needed and not words["why_urgent"]:
            raise Refused(
                "Sharing for the public good is authorised by the safeguarding lead or the Data "
                "Protection Officer. Ask one of them, and say who it was. In an emergency, say why nobody "
                "could be asked before."
            )
        return
    if words["why_urgent"]:
        raise Refused(
            "You say who authorised it, and why nobody could be asked before. Leave one of the two out."
        )
    _check_authoriser(words, by=by)


def _check_authoriser(words: dict[str, Any], *, by: User) -> None:
    authorised_by = words["authorised_by"]
    if authorised_by is None:
        return
    if authorised_by in {by, words["decided_by"]}:
        raise Refused(
            "Nobody authorises their own sharing: somebody else decides than the one who authorises, and "
            "somebody else writes it down."
        )
    if not can_authorise(authorised_by):
        raise Refused(
            f"{authorised_by} cannot authorise this: the safeguarding lead or the Data Protection Officer "
            "can."
        )


def _permissions(people: list[Person], words: dict[str, Any]) -> dict[int, Consent]:
    """Each person's consent that covers the sharing, locked, so that withdrawing waits."""
    purpose, agency, moment = words["purpose"], words["agency"], words["happened_at"]
    if agency is None:
        raise Refused(
            "Permission names an agency: say which. If they asked you to tell somebody else, choose "
            "“They asked us to”."
        )
    theirs = list(
        Consent.objects.filter(
            same_agency(agency), person__in=people, purpose=purpose, state=State.GIVEN
        )
        .select_related("person")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    day = timezone.localdate(moment)
    hold = set(
        Consent.objects.filter(stands(day), pk__in=[one.pk for one in theirs]).values_list(
            "pk", flat=True
        )
    )
    found = {
        consent.person_id: consent
        for consent in theirs
        if consent.pk in hold and consent.covers(moment)
    }
    for person in people:
        if person.pk not in found:
            raise Refused(_why_not_permitted(person, purpose, agency, moment))
    return found


def _why_not_permitted(person: Person, purpose: Purpose, agency: Agency, moment: datetime) -> str:
    """In a sentence, what there is instead of the consent that is needed, and what to do."""
    answers = (
        Consent.objects.filter(person=person)
        .select_related("agency", "person")
        .order_by("-given_on", "-pk")
    )
    same = answers.filter(same_agency(agency), purpose=purpose).first()
    ask = "Ask them first, or do not share."
    if same is not None and same.covers(moment):
        return f"{person} said no to this after {same.reference} was given, and that counts. {ask}"
    if same is not None:
        return (
            f"{person}’s permission to share with {agency} ({same.reference}, “{purpose.label}”) "
            f"{same.why_not(moment)}. {ask}"
        )
    given = [answer for answer in answers.filter(state=State.GIVEN) if answer.covers(moment)]
    for answer in given:
        if answer.agency and answer.agency.number_now == agency.pk:
            return (
                f"{person} gave permission to share with {agency} for “{answer.get_purpose_display()}”, "
                f"and not for “{purpose.label}”. {ask}"
            )
    for answer in given:
        if answer.purpose == purpose and answer.agency:
            return f"{person} gave permission to share with {answer.agency}, and not with {agency}. {ask}"
    return f"{person} has given no permission to share with {agency}. {ask}"


def _sent_before(
    token: UUID | None, *, case: Case | None, words: dict[str, Any], people: list[Person], by: User
) -> Share | None:
    """The entry that the same form has made already; Refused if it now says something else."""
    before = Share.objects.filter(token=token).first() if token else None
    if before is None:
        return None
    about = set(before.share_people.values_list("person_id", flat=True))
    if (
        before.case_id == (case.pk if case else None)
        and before.recorded_by_id == by.pk
        and about == {person.pk for person in people}
        and all(getattr(before, name) == value for name, value in words.items())
    ):
        return before
    raise SavedAlready(
        f"This form was saved before, as {before.reference}, and now says something else. Press the "
        "button again to save what stands here as another entry."
    )
