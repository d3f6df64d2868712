"""What people can answer when they are asked, who answers, how, and how an answer stands on a day."""

from django.db import models

GROWN_UP = 18  # years; what a parent agreed to ends (Family Law Reform Act 1969 s 1)


class State(models.TextChoices):
    """What somebody answered, or that they were deliberately not asked, and why."""

    GIVEN = "given", "Given"
    REFUSED = "refused", "Refused"
    NOT_ASKED = "not_asked", "Not asked"


class Giver(models.TextChoices):
    """Who answered."""

    SELF = "self", "The person themself"
    PARENT = "parent", "A parent or carer with parental responsibility"
    AUTHORITY = "authority", "Somebody else who has authority"


class HowGiven(models.TextChoices):
    """How the answer was given."""

    SIGNED = "signed", "Signed on paper"
    SPOKEN = "spoken", "Spoken, with a witness"
    ELECTRONIC = "electronic", "On a screen"


class Standing(models.TextChoices):
    """How a consent stands on a day: what it says, and whether it still says so."""

    GIVEN = "given", "In force"
    ENDED = "expired", "Ended"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REFUSED = "refused", "Refused"
    NOT_ASKED = "not_asked", "Not asked"
    OVERRIDDEN = "overridden", "A later no counts"
