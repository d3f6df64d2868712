"""What people say about entries of theirs, wherever the entries show (UK GDPR Art 16)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from cases.kinds import kind_of
from cases.models import Statement


def put_statements_beside(entries: Iterable[Any], firsts: Mapping[Any, Any]) -> None:
    """Read, once for all `entries`, what people say about them; `firsts` is their first versions, where an
    entry was corrected.
    """
    entries = list(entries)
    about = Q()
    for entry in entries:
        about |= Q(**{kind_of(entry).noun: firsts.get(entry, entry)})
    found: dict[tuple[str, int], list[Statement]] = {}
    for one in Statement.objects.filter(about).order_by("pk") if entries else ():
        for noun in ("note", "contact", "decision", "document"):
            if (number := getattr(one, f"{noun}_id")) is not None:
                found.setdefault((noun, number), []).append(one)
    for entry in entries:
        first = firsts.get(entry, entry)
        entry.said_about = found.get((kind_of(entry).noun, first.pk), [])


def statements_beside(entry: Any) -> list[tuple[str, str]]:
    """What stands beside `entry`, as facts of it."""
    return [(str(one.get_kind_display()), one.words) for one in getattr(entry, "said_about", ())]
