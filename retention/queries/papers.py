"""Doors to the Data Protection Officer's file."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone

from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from retention.models import OfficerPaper
from retention.permissions import may_adopt
from retention.queries.training import Registered, register_of, staff_now

TEXTS = Path(__file__).resolve().parent.parent / "starting_texts"
KINDS = OfficerPaper.Kind


@dataclass(frozen=True, slots=True)
class File:
    """What is in force, what was, which kinds there is nothing of, and who was trained and made the undertaking."""

    papers: list[OfficerPaper]
    ended: list[OfficerPaper]
    missing: list[OfficerPaper.Kind]
    register: list[Registered]
    today: date


def open_file(*, look: Look) -> File:
    """The whole file; NotNow (403, logged) for every other role."""
    look = _keeping(look)
    show(look, [Shown(Verb.RETENTION_READ, OfficerPaper)])
    found = list(OfficerPaper.objects.select_related("recorded_by"))
    papers = [one for one in found if one.ended_at is None]
    have = {one.kind for one in papers}
    return File(
        papers=papers,
        ended=[one for one in found if one.ended_at is not None],
        missing=[kind for kind in KINDS if kind not in have and kind != KINDS.OTHER],
        register=register_of(staff_now()),
        today=timezone.localdate(),
    )


def open_paper(number: int, *, look: Look) -> OfficerPaper:
    """One paper, in force or not; NotYours (404, logged) if there is none."""
    look = _keeping(look)
    found = OfficerPaper.objects.select_related("recorded_by").filter(pk=number).first()
    if found is None:
        raise NotYours("No paper of this number.", look=look, record=OfficerPaper)
    show(look, [Shown(Verb.RETENTION_READ, found)])
    return found


def starting_text(kind: str) -> str:
    """Words to begin with, of our own; "" where there are none."""
    path = TEXTS / f"{kind}.md"
    return path.read_text() if kind in KINDS.values and path.is_file() else ""


def _keeping(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_adopt(look.by):
        raise NotNow(
            "This file is kept by the Data Protection Officer.", look=look, record=OfficerPaper
        )
    return look
