"""The six ways in which information that identifies somebody may leave the charity.

They are those of the charity's privacy notice ("How we share your information"), each with what must be
said or shown to pass it. There is no seventh.
"""

from dataclasses import dataclass

from django.db import models

from consent.purposes import CAN_LEAVE, Purpose


class Gateway(models.TextChoices):
    """Which promise of the privacy notice a sharing rests on."""

    SERVICE = "service", "To somebody who gives them the service"
    QUALITY = "quality", "To somebody who checks the quality of the service"
    ASKED = "asked", "They asked us to"
    PERMISSION = "permission", "They gave us permission"
    LAW = "law", "The law or a court requires it"
    PUBLIC_GOOD = "public_good", "The public good outweighs confidentiality"


class Outcome(models.TextChoices):
    """What came of the question whether to share."""

    SHARED = "shared", "Shared"
    PARTLY = "partly", "Partly shared"
    NOT_SHARED = "not_shared", "Not shared"


# Outcomes in which something left the charity.
LEFT_US = (Outcome.SHARED, Outcome.PARTLY)


class SentHow(models.TextChoices):
    """How the information went."""

    IN_PERSON = "in_person", "In person"
    PHONE = "phone", "By telephone"
    MEETING = "meeting", "At a meeting"
    EMAIL = "email", "By e-mail"
    POST = "post", "By post"
    THEIR_SYSTEM = "their_system", "Through the recipient’s own system"


@dataclass(frozen=True, slots=True)
class Check:
    """What one gateway asks: for which purposes it opens, and what must be written down."""

    purposes: frozenset[Purpose]
    # The question that `gateway_detail` answers; "" where nothing more is asked.
    detail: str = ""
    # Whether to say why the person's consent was not the way.
    why_without_consent: bool = False


CHECKS: dict[Gateway, Check] = {
    Gateway.SERVICE: Check(frozenset({Purpose.SERVICE})),
    Gateway.QUALITY: Check(
        frozenset({Purpose.QUALITY}), detail="which review of the service it is"
    ),
    Gateway.ASKED: Check(
        frozenset({Purpose.OWN_REQUEST}),
        detail="who asked, when and how, and how you knew that it was them",
    ),
    Gateway.PERMISSION: Check(frozenset(CAN_LEAVE)),
    Gateway.LAW: Check(
        frozenset({Purpose.LEGAL_DUTY, Purpose.SAFEGUARDING, Purpose.CRIME, Purpose.RESEARCH}),
        detail="which section of which Act, or which order of which court",
        why_without_consent=True,
    ),
    Gateway.PUBLIC_GOOD: Check(
        frozenset({Purpose.SAFEGUARDING, Purpose.CRIME}),
        detail="why the public good is greater here than the person’s confidentiality",
        why_without_consent=True,
    ),
}

NEED_DETAIL = tuple(gateway for gateway, check in CHECKS.items() if check.detail)
NEED_WHY = tuple(gateway for gateway, check in CHECKS.items() if check.why_without_consent)
# By these something may be written down in four fields; the others ask for the full form.
QUICK = (Gateway.SERVICE, Gateway.QUALITY, Gateway.PERMISSION)
