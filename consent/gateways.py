"""The six ways in which information that identifies somebody may leave the charity.

They are those of the charity's privacy notice ("How we share your information"), each with what must be
said or shown to pass it. There is no seventh.
"""

from dataclasses import dataclass

from django.db import models

from consent.purposes import BY_CONSENT, CAN_LEAVE, LAWFUL, Lawful, Purpose


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

LEGAL_OBLIGATION = "Legal obligation, UK GDPR Art 6(1)(c)"
VITAL = "Vital interests, UK GDPR Art 6(1)(d)"
# Whoever is in danger and can still be asked has not lost their say: then the purpose's own condition holds.
VITAL_CONDITION = "Vital interests where they cannot consent, Art 9(2)(c); else {condition}"
BY_STATUTE = "Doing what a law requires, Art 9(2)(g) with DPA 2018 Sch 1 para 6"


def lawful_through(gateway: Gateway | None, purpose: Purpose, *, urgent: bool = False) -> Lawful:
    """What makes it lawful to share for `purpose` through `gateway` (UK GDPR Arts 6, 9 and 10).

    Consent is the basis of what goes on permission and of nothing else. What the law requires rests on
    that law (Art 6(1)(c)), whatever it is for; what goes for the public good, on the recognised legitimate
    interest in preventing harm or crime (Art 6(1)(ea)), and in an emergency on somebody's life (Art 6(1)(d)).
    """
    lawful = LAWFUL[purpose]
    if gateway is Gateway.LAW:
        condition = BY_STATUTE if lawful.basis == BY_CONSENT else lawful.condition
        return Lawful(LEGAL_OBLIGATION, condition)
    if gateway is Gateway.PUBLIC_GOOD and urgent:
        return Lawful(VITAL, VITAL_CONDITION.format(condition=lawful.condition))
    return lawful


def says_consent(basis: str) -> bool:
    """Whether a lawful basis, as somebody wrote it, is the person's consent."""
    return basis.strip().casefold().startswith("consent") or "6(1)(a)" in basis


NEED_DETAIL = tuple(gateway for gateway, check in CHECKS.items() if check.detail)
NEED_WHY = tuple(gateway for gateway, check in CHECKS.items() if check.why_without_consent)
# What a court orders or saves somebody from harm may go to whom a marker keeps somebody from, where another
# person decides so.
MAY_OVERRIDE = (Gateway.LAW, Gateway.PUBLIC_GOOD)
# By these something may be written down in four fields; the others ask for the full form.
QUICK = (Gateway.SERVICE, Gateway.QUALITY, Gateway.PERMISSION)
