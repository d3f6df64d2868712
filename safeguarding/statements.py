"""What every statement needs, whoever it is about; and whether a form made one already."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from cases.models import Person
from cases.written import SavedAlready
from core.dates import plain
from core.errors import Refused
from safeguarding.models import Allegation, Concern, Harm, HowKnown


def words_of(
    *,
    in_danger: bool,
    what: str,
    own_words: str,
    described: str,
    harm: Iterable[str],
    how_known: str,
    suspected_on: date,
    suspected_by: str,
    told_whom: str,
    told_when: datetime | None,
    by: User,
) -> dict[str, Any]:
    """The statement's own fields as they are kept; Refused, in words, where they cannot stand."""
    words = {
        "in_danger": in_danger,
        "what": what.strip(),
        "own_words": own_words.strip(),
        "described": described.strip(),
        "harm": [kind for kind in Harm.values if kind in set(harm)],
        "how_known": how_known,
        "suspected_on": suspected_on,
        "suspected_by": suspected_by.strip() or by.full_name,
        "told_whom": told_whom.strip(),
        "told_when": told_when,
    }
    if not words["what"]:
        raise Refused("Write what was seen or said.")
    if how_known not in HowKnown.values:
        raise Refused("Say how it became known.")
    if suspected_on > timezone.localdate():
        raise Refused(f"{plain(suspected_on)} has not come yet. Write when it was first suspected.")
    if told_when and not words["told_whom"]:
        raise Refused("Say whom you told.")
    if told_when and told_when > timezone.now():
        raise Refused("The time at which somebody was told has not come yet. Check it.")
    return words


def sent_before[Kept: (Concern, Allegation)](
    model: type[Kept],
    token: UUID | None,
    *,
    words: dict[str, Any],
    people: list[Person],
    by: User,
) -> Kept | None:
    """What the same form has made already, if it has; SavedAlready if it said other words."""
    before = model.objects.filter(token=token).first() if token else None
    if before is None:
        return None
    same = all(getattr(before, name) == value for name, value in words.items())
    about = set(before.people.values_list("pk", flat=True))
    if before.recorded_by_id == by.pk and same and about == {person.pk for person in people}:
        return before
    raise SavedAlready(
        f"This form was received before, as {before.reference}, and now says something else. Press the "
        "button again to send what stands here as another one."
    )
