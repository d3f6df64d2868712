"""The details of agencies and professionals, whether their address was checked, and doubles among them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Agency, ContactCheck, Professional
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def change_agency(
    *, agency: Agency, name: str, kind: str = "", phone: str = "", email: str = "", by: User
) -> Agency:
    """What is known of an agency is as said here from now on.

    Another e-mail address is one that nobody has checked yet: nothing is sent to it before.
    """
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the name of the agency.")
    if Agency.objects.filter(name__iexact=name).exclude(pk=agency.pk).exists():
        raise Refused(f"There is an agency called “{name}” already. If they are one, merge them.")
    after = {
        "name": name,
        "kind": " ".join(kind.split()),
        "phone": " ".join(phone.split()),
        "email": email.strip().lower(),
    }
    _set(agency, after, Verb.AGENCY_CHANGED, by)
    return agency


@transaction.atomic
def change_professional(
    *,
    professional: Professional,
    name: str,
    role: str,
    phone: str = "",
    email: str = "",
    is_paid: bool = True,
    by: User,
) -> Professional:
    """What is known of a professional is as said here from now on; another address was not checked yet."""
    name, role = " ".join(name.split()), " ".join(role.split())
    if not name or not role:
        raise Refused("Write the professional’s name and what they are, such as health visitor.")
    others = Professional.objects.filter(agency=professional.agency_id).exclude(pk=professional.pk)
    if others.filter(name__iexact=name, role__iexact=role).exists():
        raise Refused(f"{name}, {role}, is known there already.")
    after = {
        "name": name,
        "role": role,
        "phone": " ".join(phone.split()),
        "email": email.strip().lower(),
        "is_paid": is_paid,
    }
    _set(professional, after, Verb.PROFESSIONAL_CHANGED, by)
    return professional


@transaction.atomic
def check_contact(
    *,
    of: Agency | Professional,
    email: str,
    how: str,
    with_whom: str,
    checked_on: date,
    by: User,
) -> ContactCheck:
    """Somebody made sure that `email` reaches `of`: from now on packs and letters may go there.

    Refused where another address stands there by now, for a day to come, and without who said so.
    """
    email, with_whom = email.strip().lower(), " ".join(with_whom.split())
    kept: Any = type(of).objects.select_for_update(no_key=True).get(pk=of.pk)
    if not email or kept.email != email:
        raise Refused(
            f"The address there is {kept.email or 'empty'} by now. Check that one, or change it first."
        )
    if checked_on > timezone.localdate():
        raise Refused(f"{plain(checked_on)} has not come yet.")
    if how not in ContactCheck.How.values:
        raise Refused("Say how you checked it.")
    if not with_whom:
        raise Refused("Say who told you, or where it stands.")
    record(Verb.CONTACT_CHECKED, by=by, action=Action.UPDATE, record=kept)
    return ContactCheck.objects.create(
        agency=kept if isinstance(kept, Agency) else None,
        professional=kept if isinstance(kept, Professional) else None,
        email=email,
        how=how,
        with_whom=with_whom,
        checked_on=checked_on,
        recorded_by=by,
    )


@transaction.atomic
def merge_agencies(*, survivor: Agency, other: Agency, reason: str, by: User) -> Agency:
    """`other` is `survivor`, written down twice: what counts for either counts for both from now on.

    Consents and markers of both add up, and of two answers the stricter one counts. Nothing moves, so that
    parting them restores all there was (docs/adr/0029).
    """
    reason = reason.strip()
    survivor, other = _locked(survivor, other)
    if not reason:
        raise Refused("Say how you know that they are one.")
    if survivor.pk == other.pk:
        raise Refused("This is one agency already. Choose another.")
    for one in (survivor, other):
        if one.merged_into_id is not None:
            raise Refused(
                f"{one} has been merged already. Choose the agency that it was merged into."
            )
    if other.merged.exists():
        raise Refused(
            f"Others were merged into {other}. Merge the other way round, or part them first."
        )
    record(
        Verb.AGENCIES_MERGED,
        by=by,
        action=Action.UPDATE,
        record=survivor,
        values={"other": other.name, "reference": str(other.reference), "reason": reason},
    )
    Agency.objects.filter(pk=other.pk).update(
        merged_into=survivor, merged_at=timezone.now(), merged_by=by, merged_because=reason
    )
    other.refresh_from_db()
    return other


@transaction.atomic
def part_agencies(*, other: Agency, reason: str, by: User) -> Agency:
    """They were two after all: each is as it was, and what was written since stays where it was written."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why they are two after all.")
    # Both: what is being shared with either of them waits, and is then looked at anew.
    _, kept = _locked(other.merged_into or other, other)
    if kept.merged_into_id is None:
        raise Refused(f"{kept} stands by itself already.")
    record(
        Verb.AGENCIES_PARTED,
        by=by,
        action=Action.UPDATE,
        record=kept,
        values={"reason": reason, "because": kept.merged_because},
    )
    Agency.objects.filter(pk=kept.pk).update(
        merged_into=None, merged_at=None, merged_by=None, merged_because=""
    )
    kept.refresh_from_db()
    return kept


def _locked(survivor: Agency, other: Agency) -> tuple[Agency, Agency]:
    both = Agency.objects.select_for_update().filter(pk__in=(survivor.pk, other.pk))
    found = {one.pk: one for one in both.order_by("pk")}
    return found[survivor.pk], found[other.pk]


def _set(of: Agency | Professional, after: dict[str, Any], verb: Verb, by: User) -> None:
    kept: Any = type(of).objects.select_for_update(no_key=True).get(pk=of.pk)
    changed = {
        name: [getattr(kept, name), value]
        for name, value in after.items()
        if getattr(kept, name) != value
    }
    if not changed:
        raise Refused("Nothing is different. Change what is wrong, or go back.")
    record(verb, by=by, action=Action.UPDATE, record=kept, values=changed)
    type(of).objects.filter(pk=kept.pk).update(**after)
    of.refresh_from_db()
