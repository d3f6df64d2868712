"""What information is used and shared for, and what makes each of these lawful.

The Data Protection Officer answers for this table. A purpose that is not in it does not exist: neither a
consent nor a sharing-log entry can name another, in the pages or in the database. Marketing is not in
it, as the privacy notice promises, and no purpose of that kind is ever added.
"""

from dataclasses import dataclass
from enum import Enum

from django.db import models

from core.errors import Refused


class Purpose(models.TextChoices):
    """One thing that information may be used or shared for."""

    # Where the person's consent decides.
    WORKING_TOGETHER = "working_together", "Working with another agency to help"
    REFERRING_ON = "referring_on", "Referring to another agency"
    ASKING = "asking", "Asking another agency what it knows"
    REPORT = "report", "Writing a report or letter"
    RESEARCH = "research", "Planning or research that needs to know who it is about"
    SENSITIVE_DETAILS = "sensitive_details", "Keeping sensitive details that were offered"
    # Where something else decides.
    SERVICE = "service", "Providing the service"
    QUALITY = "quality", "Checking the quality of the service"
    OWN_REQUEST = "own_request", "Doing what the person asked for"
    SAFEGUARDING = "safeguarding", "Protecting somebody from harm"
    CRIME = "crime", "Preventing or solving a crime"
    LEGAL_DUTY = "legal_duty", "Doing what a law or a court requires"


class Recipient(Enum):
    """To whom a consent for a purpose may let information go."""

    AGENCY = "another agency, named in the consent"
    OURSELVES = "nobody outside the charity"
    EITHER = "ourselves, or another agency that the consent names"


@dataclass(frozen=True, slots=True)
class Lawful:
    """What makes a purpose lawful, as it is told to people (UK GDPR Arts 6, 9 and 10).

    `recipient` is set exactly where consent is the basis: a tick that is not the basis is not called
    consent, and none can be recorded.
    """

    basis: str
    condition: str
    recipient: Recipient | None = None

    @property
    def by_consent(self) -> bool:
        return self.recipient is not None


BY_CONSENT = "Consent, UK GDPR Art 6(1)(a)"
EXPLICIT = "Explicit consent, Art 9(2)(a); for offences DPA 2018 Sch 1 para 29"
INTERESTS = "Legitimate interests, UK GDPR Art 6(1)(f)"
RECOGNISED = "Recognised legitimate interest, UK GDPR Art 6(1)(ea)"

LAWFUL: dict[Purpose, Lawful] = {
    Purpose.WORKING_TOGETHER: Lawful(BY_CONSENT, EXPLICIT, Recipient.AGENCY),
    Purpose.REFERRING_ON: Lawful(BY_CONSENT, EXPLICIT, Recipient.AGENCY),
    Purpose.ASKING: Lawful(BY_CONSENT, EXPLICIT, Recipient.AGENCY),
    Purpose.REPORT: Lawful(BY_CONSENT, EXPLICIT, Recipient.AGENCY),
    # The notice: identifiable use for planning and research only with consent, or where law requires.
    Purpose.RESEARCH: Lawful(BY_CONSENT, EXPLICIT, Recipient.EITHER),
    Purpose.SENSITIVE_DETAILS: Lawful(
        INTERESTS, "Explicit consent, Art 9(2)(a)", Recipient.OURSELVES
    ),
    Purpose.SERVICE: Lawful(
        INTERESTS,
        "Confidential counselling, advice or support, Art 9(2)(g) with DPA 2018 Sch 1 para 17",
    ),
    Purpose.QUALITY: Lawful(
        INTERESTS, "Managing social care, Art 9(2)(h) with DPA 2018 Sch 1 para 2"
    ),
    Purpose.OWN_REQUEST: Lawful(INTERESTS, EXPLICIT),
    Purpose.SAFEGUARDING: Lawful(
        RECOGNISED,
        "Safeguarding children and people at risk, Art 9(2)(g) with DPA 2018 Sch 1 para 18",
    ),
    Purpose.CRIME: Lawful(
        RECOGNISED,
        "Preventing or detecting unlawful acts, Art 9(2)(g) with DPA 2018 Sch 1 para 10",
    ),
    Purpose.LEGAL_DUTY: Lawful(
        "Legal obligation, UK GDPR Art 6(1)(c)",
        "Legal claims and courts, Art 9(2)(f); for offences DPA 2018 Sch 1 para 33",
    ),
}

# The purposes for which somebody can be asked to consent.
ASKED_FOR = tuple(purpose for purpose in Purpose if LAWFUL[purpose].by_consent)
NEEDS_AGENCY = tuple(p for p in ASKED_FOR if LAWFUL[p].recipient is Recipient.AGENCY)
STAYS_WITH_US = tuple(p for p in ASKED_FOR if LAWFUL[p].recipient is Recipient.OURSELVES)
EITHER_WAY = tuple(p for p in ASKED_FOR if LAWFUL[p].recipient is Recipient.EITHER)
# For these something may be told about people in no case, or without the workers of their case knowing.
WITHOUT_CASE = (Purpose.SAFEGUARDING, Purpose.CRIME, Purpose.LEGAL_DUTY)
CAN_LEAVE = NEEDS_AGENCY + EITHER_WAY

NO_SUCH_PURPOSE = (
    "There is no such purpose. Information is used and shared for the purposes that the privacy notice "
    "names, and never for marketing."
)


def purpose_named(name: str) -> Purpose:
    """The purpose called `name`; Refused, with the notice's promise, if there is none."""
    try:
        return Purpose(name)
    except ValueError:
        raise Refused(NO_SUCH_PURPOSE) from None
