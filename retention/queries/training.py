"""Doors to the register of trainings and undertakings: the officer's, and everybody's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import UndertakingAcceptance, User
from accounts.queries import current_undertaking
from audit.door import NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from core.dates import plain
from retention.models import Training

COLUMNS = (
    "Member of staff",
    "Undertaking accepted",
    "Wording in force",
    "Training",
    "Done on",
    "Due again by",
)


@dataclass(frozen=True, slots=True)
class Registered:
    """One member of staff: which undertaking they accepted last, and which trainings they did."""

    user: User
    accepted: UndertakingAcceptance | None
    is_current: bool
    trainings: list[Training]


def in_force() -> list[Training]:
    """The latest of each training of each member of staff, of those that are not struck out."""
    found: dict[tuple[int, str], Training] = {}
    for one in Training.objects.filter(struck_out_at=None).select_related("user"):
        found.setdefault((one.user_id, one.what), one)
    return list(found.values())


def register_of(users: list[User]) -> list[Registered]:
    """The register of these members of staff, in as many questions as for one."""
    current = current_undertaking()
    accepted: dict[int, UndertakingAcceptance] = {}
    told = UndertakingAcceptance.objects.filter(accepted_by__in=users).select_related("undertaking")
    for one in told.order_by("undertaking__version"):
        accepted[one.accepted_by_id] = one
    trainings: dict[int, list[Training]] = {}
    for training in in_force():
        trainings.setdefault(training.user_id, []).append(training)
    return [
        Registered(
            user=user,
            accepted=accepted.get(user.pk),
            is_current=user.pk in accepted and accepted[user.pk].undertaking == current,
            trainings=trainings.get(user.pk, []),
        )
        for user in users
    ]


def staff_now() -> list[User]:
    """Whoever may sign in, by name."""
    return list(User.objects.filter(is_active=True).order_by("full_name", "pk"))


def register_as_rows(register: list[Registered]) -> Iterator[tuple[str, ...]]:
    """The register as rows of a file: a row for each training, one at least for each member of staff."""
    for one in register:
        accepted = plain(timezone.localdate(one.accepted.accepted_at)) if one.accepted else ""
        rows = [(each.what, plain(each.done_on), plain(each.due_by)) for each in one.trainings]
        for done in rows or [("", "", "")]:
            yield (str(one.user), accepted, "yes" if one.is_current else "no", *done)


@dataclass(frozen=True, slots=True)
class Own:
    """What is written down of oneself."""

    registered: Registered
    today: date


def open_own(*, look: Look) -> Own:
    """The trainings and the undertaking of whoever looks."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    show(look, [Shown(Verb.RETENTION_READ, Training)])
    user = User.objects.get(pk=look.by.pk)
    return Own(register_of([user])[0], timezone.localdate())


def find_training(number: int, *, look: Look) -> Training:
    """One training that counts; NotYours (404, logged) if there is none. The caller opened the file."""
    found = Training.objects.select_related("user").filter(pk=number, struck_out_at=None).first()
    if found is None:
        raise NotYours("No training of this number.", look=look, record=Training)
    return found
