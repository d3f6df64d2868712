"""What protects people, noted outside the database, so that no restored backup loses it (features.md N25).

A backup knows nothing of what was done after it: that somebody withdrew a consent, that a record was
restricted or sealed, that an address must stay secret, that nothing may be destroyed, that a colleague may
not sign in any more. Every minute in which something was written the whole of it is written anew beside the
ledger (docs/adr/0032), encrypted with the same key. After a restore what is missing comes back before
anything is served; what it was about must be there, and the very same.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.log import record
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import (
    Address,
    Alert,
    Barring,
    DoNotContact,
    DoNotDisclose,
    Restriction,
    Seal,
    SealReader,
)
from consent.models import Consent
from core.errors import Refused
from retention.models import Hold, Stop

WITHDRAWN = ("withdrawn_on", "withdrawn_at", "withdrawn_by", "withdrawn_how")
CONSENT, USER = "consent.Consent", "accounts.User"


# The rows that protect while they last. Restrictions come last: what is restricted can hardly be written to.
def _rows(today: date) -> dict[type[models.Model], Q]:
    secret = Q(kind=Address.Kind.SAFE) | Q(is_confidential=True)
    standing = Q(ended_at=None) & (Q(until=None) | Q(until__gte=today))
    return {
        Address: secret & (Q(until=None) | Q(until__gte=today)),
        DoNotContact: standing,
        DoNotDisclose: standing,
        Alert: standing,
        Barring: Q(ended_at=None),
        Seal: Q(lifted_at=None),
        SealReader: Q(ended_at=None, seal__lifted_at=None),
        Hold: Q(released_at=None),
        Stop: Q(ended_at=None),
        Restriction: Q(lifted_at=None),
    }


@dataclass(frozen=True, slots=True)
class Missing:
    """One protection that this database lacks: a row of a table, a withdrawal, or a suspension."""

    label: str
    noted: dict[str, Any]


# --- Noting ---------------------------------------------------------------------------------------


def write() -> bool:
    """Note everything that protects now, in the place of what was noted before; False if it may not be.

    Never while something that was noted is missing here: that is a restored database, and what it lost
    would be lost for good.
    """
    if _is_missing_any():
        return False
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    horizon = _horizon()
    noted = {
        "entry": newest or 0,
        "horizon": horizon,
        "beyond": _done_since(horizon),
        "at": timezone.now(),
        "protections": list(_all()),
    }
    text = json.dumps(noted, default=_told_moment)
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(_lock().encrypt(text.encode()))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return True


def write_if_changed() -> bool:
    """Note them again if anything was done since; whether they were. Looking changes nothing."""
    noted = _noted()
    done = Entry.objects.exclude(action=Action.ACCESS).filter(pk__gt=noted.get("entry", 0))
    # What was under way when it was noted last has a smaller number, and came to its end since.
    is_late = _done_since(noted.get("horizon", 0)) != noted.get("beyond", 0)
    return write() if is_late or done.exists() else False


def _horizon() -> int:
    """The oldest transaction that is still under way: everything before it has come to its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])


def _done_since(horizon: int) -> int:
    """How much was done in transactions from `horizon` on, as far as it shows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry WHERE xid >= %s::text::xid8 AND action <> %s",
            [str(horizon), str(Action.ACCESS)],
        )
        return int(cursor.fetchone()[0])


def words() -> str:
    """Everything that is noted, as text: for whoever searches whether somebody is left anywhere."""
    return json.dumps(_noted().get("protections", []), ensure_ascii=False)


def _all() -> Iterator[dict[str, Any]]:
    today = timezone.localdate()
    for model, lasting in _rows(today).items():
        rows: QuerySet[Any] = model._base_manager.filter(lasting).order_by("pk")
        for row in rows.select_related(*_keys(model)).iterator(chunk_size=500):
            yield {"label": model._meta.label, **_told(row)}
    withdrawn = Consent.objects.filter(withdrawn_at__isnull=False).select_related("withdrawn_by")
    for consent in withdrawn.order_by("pk").iterator(chunk_size=500):
        values = {name: getattr(consent, name) for name in WITHDRAWN if name != "withdrawn_by"}
        by = consent.withdrawn_by
        yield {
            "label": CONSENT,
            "of": _identity(consent),
            "values": values,
            "staff": {"withdrawn_by": by.email if by is not None else None},
        }
    for user in User.objects.filter(is_active=False).order_by("pk"):
        yield {"label": USER, "email": user.email}


def _told(row: Any) -> dict[str, Any]:
    """A row as it can be written again elsewhere: staff by address, records by what they are."""
    values, staff, of = {}, {}, {}
    for one in row._meta.concrete_fields:
        if one.primary_key or one.generated:
            continue
        if one.remote_field is None:
            values[one.name] = getattr(row, one.name)
            continue
        other = getattr(row, one.name)
        if one.related_model is User:
            staff[one.name] = other.email if other is not None else None
        else:
            of[one.name] = _identity(other) if other is not None else None
    return {"values": values, "staff": staff, "of": of}


def _identity(row: Any) -> list[Any]:
    """Which record it is: a restored database gives its numbers again, but not the moment with them."""
    return [row._meta.label, row.pk, getattr(row, "recorded_at", None)]


def _told_moment(moment: date) -> str:
    """A day or a moment to the millionth of a second: it is by their moment that rows are known again."""
    return moment.isoformat()


def _keys(model: type[models.Model]) -> list[str]:
    return [one.name for one in model._meta.concrete_fields if one.remote_field is not None]


# --- Bringing back --------------------------------------------------------------------------------


def missing() -> Iterator[Missing]:
    """What was noted and is not here, though what it was about is."""
    noted = _noted()
    by_label: dict[str, list[dict[str, Any]]] = {}
    for one in noted.get("protections", []):
        by_label.setdefault(one["label"], []).append(one)
    for label, all_of_it in by_label.items():
        if label == USER:
            lost = _admitted(all_of_it, since=noted["at"])
        elif label == CONSENT:
            lost = _given_again(all_of_it)
        else:
            lost = _lost(label, all_of_it)
        yield from (Missing(label, one) for one in lost)


@transaction.atomic
def bring_back(*, by: Actor) -> int:
    """Write again what was noted and is missing here; how many protections."""
    lost = list(missing())
    if not lost:
        return 0
    record(
        Verb.PROTECTIONS_BROUGHT_BACK,
        by=by,
        action=Action.CREATE,
        record=Hold,
        people=sorted({number for one in lost for number in _people(one)}),
        purpose=Purpose.ACCESS_CONTROL,
    )
    for one in lost:
        if one.label == USER:
            User.objects.filter(email=one.noted["email"]).update(is_active=False)
        elif one.label == CONSENT:
            values = one.noted["values"] | {
                "withdrawn_by": _staff(one.noted["staff"]["withdrawn_by"])
            }
            number = one.noted["of"][1]
            Consent.objects.filter(pk=number, withdrawn_at=None).update(**values)
        else:
            _insert(one)
    return len(lost)


def _insert(one: Missing) -> None:
    model = apps.get_model(one.label)
    of = {name: _find(told) for name, told in one.noted["of"].items() if told is not None}
    staff = {name: _staff(email) for name, email in one.noted["staff"].items() if email}
    fields = {each.name: each for each in model._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in one.noted["values"].items()}
    model(**values, **of, **staff).save(force_insert=True)


def _lost(label: str, noted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that are not here, although what they are about is. The moment of writing tells one from another."""
    moments = {one["values"]["recorded_at"]: one for one in noted}
    rows = apps.get_model(label)._base_manager.filter(recorded_at__in=moments)
    here = set(rows.values_list("recorded_at", flat=True))
    return [
        one
        for moment, one in moments.items()
        if parse_datetime(moment) not in here
        and all(told is None or _is_or_comes(told) for told in one["of"].values())
    ]


def _given_again(noted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The withdrawals of consents that are here and not withdrawn."""
    numbers = [one["of"][1] for one in noted]
    here = Consent.objects.filter(pk__in=numbers, withdrawn_at=None)
    given = set(here.values_list("pk", "recorded_at"))
    return [one for one in noted if (one["of"][1], parse_datetime(one["of"][2])) in given]


def _is_or_comes(told: list[Any]) -> bool:
    """Whether what a protection is about is here, or comes back before it."""
    label, _, written = told
    if label != "cases.Seal":
        return _find(told) is not None
    return any(
        one["label"] == label and one["values"]["recorded_at"] == written
        for one in _noted().get("protections", [])
    )


def _find(told: list[Any]) -> Any:
    """The very record that was noted; None if it is not here. A seal that came back has another number."""
    label, number, written = told
    model: Any = apps.get_model(label)
    if written is None:
        return model._base_manager.filter(pk=number).first()
    moment = parse_datetime(written)
    if label == "cases.Seal":
        return model._base_manager.filter(recorded_at=moment).first()
    return model._base_manager.filter(pk=number, recorded_at=moment).first()


def _people(one: Missing) -> Iterator[int]:
    told = one.noted.get("of", {})
    for record_ in [told] if isinstance(told, list) else told.values():
        if record_ is not None and record_[0] == "cases.Person":
            yield record_[1]


def _admitted(noted: list[dict[str, Any]], *, since: str) -> list[dict[str, Any]]:
    """The colleagues who may sign in here, and were suspended when it was noted."""
    emails = [one["email"] for one in noted]
    active = dict(User.objects.filter(email__in=emails, is_active=True).values_list("pk", "email"))
    # Somebody may have been let in again a moment ago, after it was noted last.
    again = Entry.objects.filter(
        verb=Verb.USER_READMITTED, record=USER, record_id__in=active, at__gt=parse_datetime(since)
    )
    since_then = {active[number] for number in again.values_list("record_id", flat=True) if number}
    return [
        one for one in noted if one["email"] in active.values() and one["email"] not in since_then
    ]


def _staff(email: str | None) -> User:
    """The same colleague, or, if they came after the backup, a Data Protection Officer in their place."""
    found = User.objects.filter(email=email).first()
    if found is None:
        officers = User.objects.filter(groups__name=Role.DPO).order_by("pk")
        found = officers.first() or User.objects.order_by("pk").first()
    if found is None:
        raise Refused("Nobody has an account here. Make one first, then run this again.")
    return found


def _is_missing_any() -> bool:
    return next(missing(), None) is not None


def is_missing_any() -> bool:
    """Whether any protection that was noted is missing here; False where the database cannot say."""
    try:
        return _is_missing_any()
    except DatabaseError:
        return False


# --- The file -------------------------------------------------------------------------------------


def _noted() -> dict[str, Any]:
    path = _path()
    if not path.is_file():
        return {}
    try:
        found: dict[str, Any] = json.loads(_lock().decrypt(path.read_bytes()))
    except InvalidToken:
        raise Refused(
            f"{path} does not open with ERASURE_KEY. Give the key back that it was written with; without it "
            "nobody knows what must be protected."
        ) from None
    return found


def _path() -> Path:
    ledger = Path(settings.RETENTION["ledger"])
    return ledger.with_name(f"{ledger.stem}-protections")


def _lock() -> Fernet:
    key = hashlib.sha256(f"protections:{settings.RETENTION['key']}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
