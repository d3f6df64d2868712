"""What information is used for, what makes each use lawful, and the words in which people are asked."""

from dataclasses import dataclass

from audit.door import NotNow
from audit.looks import Look
from consent.models import Wording
from consent.purposes import LAWFUL, Lawful, Purpose


@dataclass(frozen=True, slots=True)
class PurposeInUse:
    """A purpose, what makes it lawful, and every version of its wording, the newest first.

    `versions` is empty where nobody is asked: what does not rest on consent is told in the notice.
    """

    purpose: Purpose
    lawful: Lawful
    versions: list[Wording]


def purposes_in_use() -> list[PurposeInUse]:
    """All purposes, those for which people are asked first."""
    versions: dict[str, list[Wording]] = {}
    for one in Wording.objects.select_related("published_by").order_by("purpose", "-version"):
        versions.setdefault(one.purpose, []).append(one)
    found = [PurposeInUse(one, LAWFUL[one], versions.get(one, [])) for one in Purpose]
    return sorted(found, key=lambda one: not one.lawful.by_consent)


def publishes_wordings(look: Look) -> Look:
    """`look`, by the Data Protection Officer; NotNow (403, logged) for everybody else."""
    if not look.by.has_perm("consent.publish_wording"):
        raise NotNow(
            "The Data Protection Officer publishes the words in which people are asked.",
            look=look,
            record=Wording,
        )
    return look
