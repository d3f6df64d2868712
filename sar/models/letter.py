"""Letters about rights and complaints: their words, and what became of each."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.models import Person
from cases.models.base import Recorded
from cases.triggers import FINAL
from core.fields import reference_field
from core.files.formats import Format
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section
from core.references import RIGHTS_LETTER
from letters.models import Way
from letters.workflow import DispatchStatus
from sar.letter_kinds import ONCE, ROUTES, LetterKind
from sar.models.request import RightsRequest
from sar.triggers import LETTER_STAYS, NOTED

_WENT = (DispatchStatus.POSTED, DispatchStatus.SENT)


class LetterWording(Recorded):
    """The Data Protection Officer's own words for one kind of letter, from a moment on. Final.

    Where there are none, the words that come with the software are used (`sar.wording`).
    """

    kind = models.TextField(choices=LetterKind.choices)
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField("letter")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "words of a letter"
        verbose_name_plural = "words of letters"
        ordering = ("kind", "-number")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.UniqueConstraint(fields=["kind", "number"], name="wording_once_of_a_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="wording_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="wording_has_words"
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "kind", "number", "subject", "body"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("the charity's own words; about nobody")
        destruction = Keep("the charity's own words; about nobody")
        counted = False

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.number}"


class RequestLetter(Recorded):
    """A letter or e-mail about a request or a complaint: its words, and what became of it.

    The words are final once written. It belongs to a request, or to another matter that is named by its
    reference (a complaint). Refusals and answers carry the ways to complain (UK GDPR Art 12(4)).
    """

    reference = reference_field(RIGHTS_LETTER)
    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    # What it belongs to where that is no request, and the person it is about, where known.
    matter = models.CharField("belongs to", max_length=20, blank=True)
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="rights_letters"
    )
    kind = models.TextField(choices=LetterKind.choices)
    wording = models.ForeignKey(
        verbose_name="made from",
        to=LetterWording,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
    )
    way = models.TextField("how it goes", choices=Way.choices)
    addressee = models.CharField("to", max_length=200)
    sent_to = models.TextField("address")
    subject = models.CharField(max_length=200)
    body = models.TextField("letter")
    routes = models.TextField("ways to complain", blank=True)
    large_print = models.BooleanField(default=False)
    token = models.UUIDField(null=True, unique=True, editable=False)
    # The letter that did not reach them, where this is the same one sent once more.
    again_of = models.ForeignKey(
        verbose_name="sent again after",
        to="self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sent_again",
        editable=False,
    )
    again_because = models.TextField("why it was sent again", blank=True, editable=False)
    # What became of it; all above never changes.
    status = models.TextField(choices=DispatchStatus.choices)
    since = models.DateTimeField(default=timezone.now, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    failure = models.TextField("why it did not go", blank=True)
    file = models.CharField("what went out", max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    went_at = models.DateTimeField("went", null=True, blank=True, editable=False)
    went_by = models.ForeignKey(
        verbose_name="sent by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name = "letter about a right"
        verbose_name_plural = "letters about rights"
        ordering = ("-recorded_at", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, LETTER_STAYS]
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="rights_letter_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(way__in=Way.values), name="rights_letter_way_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=DispatchStatus.values), name="rights_letter_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(request__isnull=False, matter="", person=None)
                | (Q(request=None) & ~Q(matter="")),
                name="rights_letter_belongs_to_one_matter",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body="") & ~Q(sent_to="") & ~Q(addressee=""),
                name="rights_letter_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=list(ROUTES)) | ~Q(routes=""),
                name="rights_letter_names_the_ways_to_complain",
                violation_error_message="This letter has to name the ways to complain.",
            ),
            # Two people at once, or one who presses twice: the second is refused.
            models.UniqueConstraint(
                fields=["request", "kind"],
                condition=Q(kind__in=ONCE, again_of=None) & ~Q(status=DispatchStatus.DROPPED),
                name="rights_letter_goes_once",
            ),
            # As well of the same letter sent once more: again only after that one did not reach them either.
            models.UniqueConstraint(
                fields=["again_of"],
                condition=~Q(status=DispatchStatus.DROPPED),
                name="rights_letter_goes_again_once",
            ),
            models.CheckConstraint(
                condition=Q(again_of=None, again_because="")
                | (Q(again_of__isnull=False) & ~Q(again_because="")),
                name="rights_letter_says_why_it_goes_again",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=_WENT, went_at__isnull=False, went_by__isnull=False)
                    & ~Q(file="")
                    & ~Q(sha256="")
                )
                | (~Q(status__in=_WENT) & Q(went_at=None, went_by=None)),
                name="rights_letter_went_at_and_by_iff_it_went",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[DispatchStatus.FAILED, DispatchStatus.DROPPED])
                | ~Q(failure=""),
                name="rights_letter_says_why_it_did_not_go",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "addressee", "sent_to"})
        personal = frozenset(
            {
                "kind",
                "way",
                "status",
                "large_print",
                "failure",
                "went_at",
                "person",
                "again_because",
            }
        )
        special_category = frozenset({"subject", "body"})
        staff = frozenset({"recorded_at", "recorded_by", "went_by"})
        not_personal = frozenset(
            {
                "id",
                "request",
                "matter",
                "wording",
                "routes",
                "token",
                "again_of",
                "since",
                "tries",
                "file",
                "sha256",
            }
        )
        about = ("request__person", "person")
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="recorded_at",
            shows=(
                "reference",
                "belongs_to",
                "kind",
                "way",
                "addressee",
                "sent_to",
                "subject",
                "body",
                "again_because",
                "became_in_words",
                "recorded_by",
            ),
            called="subject",
            passages=("addressee", "sent_to", "subject", "body", "again_because"),
            left_out={
                "person": "the person whose pack it is",
                "status": "said in words",
                "failure": "said in words",
                "went_at": "said in words",
                "large_print": "how large its letters were",
            },
        )
        destruction = Delete()
        counted = True
        files = ("file",)

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("sar:letter", args=[self.reference])

    @property
    def is_post(self) -> bool:
        return self.way == Way.POST

    @property
    def format(self) -> Format:
        """What kind of file is kept of what went out."""
        return Format.PDF if self.is_post else Format.EML

    @property
    def belongs_to(self) -> str:
        """The reference of the request or complaint that it is about."""
        return self.request.reference if self.request is not None else self.matter

    @property
    def people(self) -> list[int]:
        """The number of whoever it is about, as far as anybody knows."""
        about = self.request.person_id if self.request is not None else self.person_id
        return [about] if about is not None else []

    @property
    def became_in_words(self) -> str:
        """Whether it went, and if not, why not."""
        return f"{self.get_status_display()}. {self.failure}".strip()
