"""Words for what somebody asks, how, and on whose behalf: plain data."""

from django.db import models

from sar.clock import Gate, Ground, Right


class Kind(models.TextChoices):
    """The right that somebody uses; each runs on the same clock (UK GDPR Art 12, 12A)."""

    ACCESS = Right.ACCESS.value, "A copy of what we hold (access)"
    RECTIFICATION = Right.RECTIFICATION.value, "To put something right (rectification)"
    ERASURE = Right.ERASURE.value, "To remove something (erasure)"
    RESTRICTION = Right.RESTRICTION.value, "To hold back from using it (restriction)"
    OBJECTION = Right.OBJECTION.value, "To stop doing something with it (objection)"
    PORTABILITY = Right.PORTABILITY.value, "To take it elsewhere (portability)"


# What they asked for, inside a sentence: “your request for …”.
ASKED_FOR: dict[Kind, str] = {
    Kind.ACCESS: "a copy of what we hold",
    Kind.RECTIFICATION: "something to be put right",
    Kind.ERASURE: "something to be erased",
    Kind.RESTRICTION: "something to be held back from use",
    Kind.OBJECTION: "us to stop using something",
    Kind.PORTABILITY: "a file of what you gave us",
}


class Channel(models.TextChoices):
    """How it came. A spoken request counts like a written one."""

    IN_PERSON = "in_person", "Said to one of us"
    PHONE = "phone", "By telephone"
    EMAIL = "email", "By e-mail"
    LETTER = "letter", "By letter"
    FORM = "form", "On a form"
    MESSAGE = "message", "By text or another message"
    WEBSITE = "website", "On our website"


class Requester(models.TextChoices):
    """Who asks: the person, or somebody for them, who then has to show that they may."""

    PERSON = "person", "The person themself"
    PARENT = "parent", "A parent, or somebody with parental responsibility"
    AGENT = "agent", "Somebody they chose: a friend, a relative, an adviser"
    SOLICITOR = "solicitor", "A solicitor"
    ATTORNEY = "attorney", "An attorney, under a lasting power"
    DEPUTY = "deputy", "A deputy whom the court appointed"


class AnswerFormat(models.TextChoices):
    """How the person would like to have the answer."""

    PDF = "pdf", "A file (PDF)"
    PAPER = "paper", "On paper"
    LARGE_PRINT = "large_print", "On paper, in large print"
    READ_TOGETHER = "read_together", "Read together with a worker"


class EvidenceGate(models.TextChoices):
    """What has to be established before anything is released."""

    IDENTITY = "identity", "Who they are"
    AUTHORITY = "authority", "That they may act for the person"


CLOCK_GATES = {EvidenceGate.IDENTITY: Gate.IDENTITY, EvidenceGate.AUTHORITY: Gate.AUTHORITY}


class HowEstablished(models.TextChoices):
    """Known to a worker is enough; papers are asked for on doubt only, looked at and given back."""

    KNOWN = "known", "Known to a worker"
    EVIDENCE = "evidence", "Evidence was seen"


class LateReason(models.TextChoices):
    """Why an answer came after its day, for the figures (features.md P25)."""

    COMPLEX = "complex", "It was more than we thought"
    SEARCH = "search", "Searching took longer"
    OTHERS = "others", "We waited for others"
    ABSENCE = "absence", "Somebody was away"
    NOT_SEEN = "not_seen", "It was not seen as a request"
    OTHER = "other", "Another reason"


class Outcome(models.TextChoices):
    """What was done about a request for another right than access; a refusal is no outcome of these."""

    DONE = "done", "Done as they asked"
    PARTLY = "partly", "Done in part"


class ExtensionGround(models.TextChoices):
    """Why one month may become three (UK GDPR Art 12A(3))."""

    COMPLEXITY = Ground.COMPLEXITY.value, "The request is complex"
    NUMBER = Ground.NUMBER.value, "The person has made a number of requests"
