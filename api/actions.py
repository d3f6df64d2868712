"""What is done with tokens, and what a program makes through one: each key makes one thing."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.keys import hash_of, new_key, prefix_of
from api.models import Creation, Token
from api.scopes import Scope
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.entries import record_contact
from cases.actions.referrals import take_in
from cases.models import Case
from cases.written import SavedAlready
from core.dates import plain
from core.errors import Refused

KEPT = timedelta(days=7)  # how long a key is remembered


@dataclass(frozen=True, slots=True)
class Made:
    """A token and its key, which nobody sees again."""

    token: Token
    key: str


@transaction.atomic
def make_token(*, name: str, scopes: Iterable[str], expires: date, by: User) -> Made:
    """A key by which one program does some of what `by` may do, until a day not too far away."""
    name = " ".join(name.split())
    chosen = [scope for scope in Scope.values if scope in set(scopes)]
    last = timezone.localdate() + timedelta(days=settings.API["longest_days"])
    if not name:
        raise Refused("Say for which program it is.")
    if not chosen:
        raise Refused("Choose what it may be used for.")
    if not timezone.localdate() < expires <= last:
        raise Refused(f"Choose a day from tomorrow to {plain(last)}.")
    key = new_key()
    record(
        Verb.PROGRAM_ALLOWED,
        by=by,
        action=Action.CREATE,
        record=Token,
        purpose=Purpose.ACCESS_CONTROL,
        values={"name": name, "prefix": prefix_of(key), "scopes": chosen},
    )
    token = Token.objects.create(
        owner=by,
        name=name,
        scopes=chosen,
        prefix=prefix_of(key),
        key_hash=hash_of(key),
        expires=expires,
    )
    return Made(token=token, key=key)


@transaction.atomic
def revoke_token(*, token: Token, by: User) -> Token:
    """It stops working now."""
    record(
        Verb.PROGRAM_ENDED,
        by=by,
        action=Action.UPDATE,
        record=token,
        purpose=Purpose.ACCESS_CONTROL,
    )
    taken = Token.objects.filter(pk=token.pk, revoked_at=None)
    if taken.update(revoked_at=timezone.now(), revoked_by=by) != 1:
        raise Refused("It was taken back already.")
    token.refresh_from_db()
    return token


@transaction.atomic
def record_contact_once(*, token: Token, key: UUID, case: Case, by: User, **words: Any) -> str:
    """Record a contact, once for each key; gives its reference."""
    sent = _hash({"case": case.reference, **words, "people": [p.pk for p in words["people"]]})
    if before := _made_before(token, key, sent):
        return before
    made = record_contact(case=case, by=by, **words)
    return _remembered(token, key, sent, made.reference)


@transaction.atomic
def take_in_once(*, token: Token, key: UUID, by: User, sent: Any, **words: Any) -> str:
    """Take in a referral, once for each key; gives its reference. `sent` is the request as it came."""
    if before := _made_before(token, key, _hash(sent)):
        return before
    made = take_in(by=by, **words)
    return _remembered(token, key, _hash(sent), made.reference)


@transaction.atomic
def forget_keys(*, now: Any, by: Actor = SYSTEM) -> int:
    """Keys that no program sends again any more."""
    old = Creation.objects.filter(made__lt=now - KEPT)
    if not old.exists():
        return 0
    record(
        Verb.PROGRAM_KEYS_FORGOTTEN,
        by=by,
        action=Action.DELETE,
        record=Creation,
        purpose=Purpose.MANAGEMENT,
    )
    return old.delete()[0]


def _made_before(token: Token, key: UUID, sent: str) -> str:
    """What this key has made already, or ""; two requests with one token go one after the other."""
    list(Token.objects.select_for_update(no_key=True).filter(pk=token.pk).values_list("pk"))
    before = Creation.objects.filter(token=token, key=key).first()
    if before is None:
        return ""
    if before.sent_hash != sent:
        raise SavedAlready(
            f"This Idempotency-Key was used before, for {before.reference}, with other words. Send what is "
            "new with a new key."
        )
    return before.reference


def _remembered(token: Token, key: UUID, sent: str, reference: str) -> str:
    Creation.objects.create(token=token, key=key, sent_hash=sent, reference=reference)
    return reference


def _hash(words: Any) -> str:
    text = json.dumps(words, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
