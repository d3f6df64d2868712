"""Sealing a record, saying who may still see it, and lifting the seal with a second person (P17)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person, Seal, SealReader
from cases.permissions import can_read_sealed
from cases.queries.staff import keepers_of_seals
from core.database import next_number
from core.errors import Refused


@transaction.atomic
def place_seal(*, person: Person, reason: str, readers: Iterable[User], by: User) -> Seal:
    """From now on the record of `person` exists for `readers`, whoever seals it, and the Data Protection
    Officer alone. Refused without a reason, and where the record is sealed.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the record is sealed.")
    # Two who seal one record at the same moment go one after the other.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Seal.objects.filter(person=person, lifted_at=None).exists():
        raise Refused(
            f"{person.reference} is sealed already. Add readers to the seal that is there."
        )
    seal = Seal(pk=next_number(Seal), person=person, reason=reason, recorded_by=by)
    record(
        Verb.SEAL_PLACED,
        by=by,
        action=Action.CREATE,
        record=seal,
        people=[person],
        purpose=Purpose.ACCESS_CONTROL,
    )
    seal.save(force_insert=True)
    named = {reader.pk: reader for reader in (*readers, by)}
    SealReader.objects.bulk_create(
        SealReader(seal=seal, user=reader, recorded_by=by) for reader in named.values()
    )
    seal.refresh_from_db()
    return seal


@transaction.atomic
def name_reader(*, seal: Seal, user: User, by: User) -> SealReader:
    """`user` may see the sealed record too, if they need to know it anyway."""
    _stands(seal)
    if seal.seal_readers.filter(user=user, ended_at=None).exists():
        raise Refused(f"{user} is named on this seal already.")
    _record(Verb.SEAL_READER_NAMED, seal, by)
    return SealReader.objects.create(seal=seal, user=user, recorded_by=by)


@transaction.atomic
def take_off_reader(*, seal: Seal, user: User, by: User) -> SealReader:
    """The record does not exist for `user` any more. Refused for the last one who is named."""
    _stands(seal)
    named = seal.seal_readers.filter(ended_at=None)
    one = named.filter(user=user).first()
    if one is None:
        raise Refused(f"{user} is not named on this seal.")
    if named.count() == 1:
        raise Refused("They are the last one named. Name somebody else first, or lift the seal.")
    _record(Verb.SEAL_READER_TAKEN_OFF, seal, by)
    SealReader.objects.filter(pk=one.pk, ended_at=None).update(ended_at=timezone.now(), ended_by=by)
    one.refresh_from_db()
    return one


@transaction.atomic
def ask_to_lift(*, seal: Seal, reason: str, by: User) -> Seal:
    """Ask that the seal is lifted; a second person who keeps seals decides."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the record need not be sealed any more.")
    _stands(seal)
    others = [one for one in keepers_of_seals() if one != by and can_read_sealed(one, seal)]
    if not others:
        raise Refused(
            "Nobody else who lifts seals can see this record: name one of them on the seal first."
        )
    _record(Verb.SEAL_LIFT_ASKED, seal, by)
    waits = Seal.objects.filter(pk=seal.pk, lifted_at=None, lift_asked_at=None)
    if waits.update(lift_asked_at=timezone.now(), lift_asked_by=by, lift_reason=reason) != 1:
        raise Refused("Somebody has asked for it already.")
    tell(
        who=others,
        sentence="A colleague asks you to lift a seal.",
        link=seal.get_absolute_url(),
        by=by,
    )
    seal.refresh_from_db()
    return seal


@transaction.atomic
def lift_seal(*, seal: Seal, by: User) -> Seal:
    """Lift it: by a second person, once it was asked for. The record is as any other again."""
    _second_person(seal, by)
    _record(Verb.SEAL_LIFTED, seal, by)
    asked = Seal.objects.filter(pk=seal.pk, lifted_at=None, lift_asked_at=seal.lift_asked_at)
    if asked.update(lifted_at=timezone.now(), lifted_by=by) != 1:
        raise Refused("Somebody has decided it meanwhile. Look again.")
    seal.refresh_from_db()
    return seal


@transaction.atomic
def keep_seal(*, seal: Seal, by: User) -> Seal:
    """It is not lifted after all. Whoever asked for it is told; they may take it back like this too."""
    if seal.lift_asked_by is None:
        raise Refused("Nobody has asked to lift it.")
    _stands(seal)
    asker = seal.lift_asked_by
    _record(Verb.SEAL_KEPT, seal, by)
    Seal.objects.filter(pk=seal.pk, lifted_at=None).update(
        lift_asked_at=None, lift_asked_by=None, lift_reason=""
    )
    if asker != by:
        tell(
            who=[asker],
            sentence="The seal that you asked to lift stays.",
            link=seal.get_absolute_url(),
            by=by,
        )
    seal.refresh_from_db()
    return seal


def _second_person(seal: Seal, by: User) -> None:
    if seal.lift_asked_by is None:
        raise Refused("Nobody has asked to lift it.")
    if seal.lift_asked_by == by:
        raise Refused("You asked for it yourself: somebody else lifts the seal.")
    _stands(seal)


def _stands(seal: Seal) -> None:
    Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    seal.refresh_from_db()
    if seal.lifted_at is not None:
        raise Refused("This seal was lifted.")


def _record(verb: Verb, seal: Seal, by: User) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=seal,
        people=[seal.person_id],
        purpose=Purpose.ACCESS_CONTROL,
    )
