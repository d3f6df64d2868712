"""What somebody says when they worry about somebody's safety, whoever it is about."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from safeguarding.triggers import NOTED, ONLY_DESTROYED, STATEMENT


class Harm(models.TextChoices):
    """What kind of harm is feared (Working Together to Safeguard Children, and the duty to report)."""

    PHYSICAL = "physical", "Physical harm"
    EMOTIONAL = "emotional", "Emotional harm"
    SEXUAL = "sexual", "Sexual harm"
    NEGLECT = "neglect", "Neglect"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse in the home"
    EXPLOITATION = "exploitation", "Exploitation, criminal or sexual"
    ONLINE = "online", "Harm online"
    SELF_HARM = "self_harm", "Self-harm or suicide"
    FGM = "fgm", "Female genital mutilation"
    FORCED_MARRIAGE = "forced_marriage", "Forced marriage or honour-based abuse"
    RADICALISATION = "radicalisation", "Radicalisation"
    NOT_SURE = "not_sure", "Something else, or not sure"


class HowKnown(models.TextChoices):
    """How the worry arose; a child's own disclosure is told apart from everything else."""

    CHILD_SAID = "child_said", "The child or young person said so"
    ADULT_SAID = "adult_said", "An adult said so"
    SEEN = "seen", "I saw or heard it myself"
    SIGNS = "signs", "Signs, injuries or behaviour"
    TOLD_ELSEWHERE = "told_elsewhere", "Another agency told us"


# Said once for both kinds of statement; a class's own constraints come after these.
STATEMENT_RULES: tuple[models.BaseConstraint, ...] = (
    models.CheckConstraint(
        condition=~Q(what=""),
        name="%(class)s_says_what_was_seen_or_said",
        violation_error_message="Write what was seen or said.",
    ),
    models.CheckConstraint(
        condition=Q(how_known__in=HowKnown.values), name="%(class)s_how_known_is_known"
    ),
    models.CheckConstraint(
        condition=Q(harm__contained_by=Harm.values), name="%(class)s_harm_is_known"
    ),
    models.CheckConstraint(
        condition=Q(told_when=None) | ~Q(told_whom=""),
        name="%(class)s_told_somebody",
        violation_error_message="Say whom you told.",
    ),
    models.CheckConstraint(
        condition=Q(read_at__isnull=False, read_by__isnull=False) | Q(read_at=None, read_by=None),
        name="%(class)s_read_at_and_by",
    ),
    models.CheckConstraint(
        condition=Q(chased_when__isnull=False) | Q(escalated_when=None),
        name="%(class)s_chased_before_it_is_escalated",
    ),
)


class Statement(Recorded):
    """What was seen or said, in the words of whoever raises it. It stands as it was written."""

    in_danger = models.BooleanField("somebody is in immediate danger")
    what = models.TextField("what was seen or said")
    own_words = models.TextField("the child’s own words", blank=True)
    described = models.TextField("who else it is about", blank=True)
    harm = ArrayField(
        models.TextField(choices=Harm.choices),
        verbose_name="kind of harm",
        default=list,
        blank=True,
    )
    how_known = models.TextField("how it became known", choices=HowKnown.choices)
    suspected_on = models.DateField("first suspected")
    suspected_by = models.CharField("first suspected by", max_length=200)
    told_whom = models.CharField("who was told", max_length=300, blank=True)
    told_when = models.DateTimeField("when they were told", null=True, blank=True)
    # The number of the form it was typed into: a form sent twice makes one statement.
    token = models.UUIDField(null=True, unique=True, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)
    read_by = models.ForeignKey(
        verbose_name="read by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # When those who receive it were told again, because nobody had read it; and when others were.
    chased_when = models.DateTimeField(null=True, blank=True, editable=False)
    escalated_when = models.DateTimeField(null=True, blank=True, editable=False)
    next_chase_on = models.DateField("ask again on", null=True, blank=True)

    class Meta(Recorded.Meta):
        abstract = True
        ordering = ("-recorded_at", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, STATEMENT, ONLY_DESTROYED]

    @property
    def harm_in_words(self) -> str:
        return ", ".join(str(Harm(value).label) for value in self.harm)

    @property
    def is_unread(self) -> bool:
        return self.read_at is None
