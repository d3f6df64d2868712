"""Templates that a manager or the Data Protection Officer edits, letters, and what became of them."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Contact, Document, Means, Person, Professional
from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from core.fields import reference_field
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section, Unprinted
from letters.languages import Language
from letters.variables import FOR_CLIENT, FOR_PROFESSIONAL
from letters.workflow import DispatchStatus


class Audience(models.TextChoices):
    """To whom a template is written."""

    CLIENT = "client", "People we work with"
    PROFESSIONAL = "professional", "Professionals"


class Way(models.TextChoices):
    """How a letter goes."""

    POST = "post", "By post"
    EMAIL = "email", "By e-mail"

    @property
    def means(self) -> Means:
        return Means.POST if self == Way.POST else Means.EMAIL


class LetterTemplate(Recorded):
    """A letter that is written often: what it is called and to whom it goes. Its words are versions."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    audience = models.TextField("to", choices=Audience.choices)
    is_open = models.BooleanField("offered to whoever writes", default=True)

    class Meta(Recorded.Meta):
        ordering = ("name",)
        permissions = (("manage_templates", "Can write the templates of letters"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="template_audience_is_known"
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "slug", "name", "audience", "is_open"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("the charity's own words; about nobody")
        destruction = Keep("the charity's own words; about nobody")
        counted = False

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("letters:template", args=[self.slug])

    @property
    def variables(self) -> dict[str, str]:
        """What its words may name, and what that stands for."""
        return FOR_CLIENT if self.audience == Audience.CLIENT else FOR_PROFESSIONAL


class TemplateVersion(Recorded):
    """The words of a template from a moment on. Final: letters keep the words they were made from."""

    template = models.ForeignKey(
        to=LetterTemplate, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    language = models.TextField(choices=Language.choices, default=Language.ENGLISH)
    subject = models.CharField(max_length=200)
    body = models.TextField("letter")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("-number",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.UniqueConstraint(
                fields=["template", "number"], name="version_once_in_a_template"
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="template_language_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="template_has_words"
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "template", "number", "language", "subject", "body"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("the charity's own words; about nobody")
        destruction = Keep("the charity's own words; about nobody")
        counted = False

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"


class Letter(Recorded):
    """A letter or e-mail about people of a case, as it was written. Final (features.md P45).

    To one of them; or to a professional, and then only as what an entry of the sharing log says
    (`shared_as`): what leaves us about somebody is shared, whatever the envelope (docs/adr/0015).
    """

    reference = reference_field("L")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="letters")
    people = models.ManyToManyField(
        to=Person, through="LetterPerson", related_name="letters", verbose_name="about"
    )
    person = models.ForeignKey(
        verbose_name="to",
        to=Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters_to",
    )
    professional = models.ForeignKey(
        verbose_name="to the professional",
        to=Professional,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters_to",
    )
    shared_as = models.CharField("entry in the sharing log", max_length=20, blank=True)
    version = models.ForeignKey(
        verbose_name="template",
        to=TemplateVersion,
        on_delete=models.PROTECT,
        related_name="letters",
    )
    way = models.TextField("how it goes", choices=Way.choices)
    sent_to = models.TextField("address")
    subject = models.CharField(max_length=200)
    body = models.TextField("letter")
    large_print = models.BooleanField(default=False)
    token = models.UUIDField(null=True, unique=True, editable=False)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("-recorded_at", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(condition=Q(way__in=Way.values), name="letter_way_is_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, professional=None, shared_as="")
                | (Q(person=None, professional__isnull=False) & ~Q(shared_as="")),
                name="letter_to_a_professional_is_in_the_sharing_log",
                violation_error_message=(
                    "A letter to a professional about somebody is sharing: write in the sharing log "
                    "first, and write the letter from there."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body="") & ~Q(sent_to=""), name="letter_has_words"
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "sent_to"})
        personal = frozenset({"case", "people", "person", "way", "large_print", "version"})
        special_category = frozenset({"subject", "body"})
        third_party = frozenset({"professional"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token", "shared_as"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.LETTERS,
            when="recorded_at",
            shows=(
                "reference",
                "case",
                "to_in_words",
                "way",
                "sent_to",
                "subject",
                "body",
                "shared_as",
                "became_in_words",
                "recorded_at",
                "recorded_by",
            ),
            called="subject",
            passages=("sent_to", "subject", "body", "to_in_words"),
            left_out={
                "people": "whoever else it is about is named in the letter where they are",
                "person": "printed in words",
                "professional": "printed in words",
                "version": "the charity's own template",
                "large_print": "how large its letters were",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("letters:letter", args=[self.reference])

    @property
    def to_in_words(self) -> str:
        return str(self.person or self.professional)

    @property
    def addressee(self) -> str:
        """The name above the address; the address of a professional has theirs in it already."""
        return self.person.full_name if self.person is not None else ""

    @property
    def became_in_words(self) -> str:
        """Whether it went, and when."""
        return self.dispatch.in_words

    @property
    def is_post(self) -> bool:
        return self.way == Way.POST


class LetterPerson(models.Model):
    """That a letter is about somebody."""

    letter = models.ForeignKey(to=Letter, on_delete=models.PROTECT, related_name="letter_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="letter_people")

    class Meta:
        verbose_name_plural = "letter people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["letter", "person"], name="person_once_in_a_letter"),
        )

    class Privacy:
        personal = frozenset({"letter", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal("the letter itself is shown", Unprinted.WITH_ENTRY)
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.person_id}"


class Dispatch(models.Model):
    """What became of a letter: made, posted, sent, failed; and what the record keeps of it."""

    letter = models.OneToOneField(to=Letter, on_delete=models.PROTECT, related_name="dispatch")
    status = models.TextField(choices=DispatchStatus.choices)
    # When it came to this status.
    since = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField("why it did not go", blank=True)
    document = models.OneToOneField(
        to=Document, on_delete=models.PROTECT, null=True, blank=True, related_name="sent_by"
    )
    contact = models.OneToOneField(
        to=Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="made_by_letter"
    )
    went_at = models.DateTimeField("went", null=True, blank=True)
    went_by = models.ForeignKey(
        verbose_name="sent by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "what became of a letter"
        verbose_name_plural = "what became of letters"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=DispatchStatus.values), name="dispatch_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[DispatchStatus.POSTED, DispatchStatus.SENT],
                    went_at__isnull=False,
                    went_by__isnull=False,
                    document__isnull=False,
                )
                | (
                    ~Q(status__in=[DispatchStatus.POSTED, DispatchStatus.SENT])
                    & Q(went_at=None, went_by=None)
                ),
                name="dispatch_went_at_and_by_iff_it_went",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[DispatchStatus.FAILED, DispatchStatus.DROPPED])
                | ~Q(failure=""),
                name="dispatch_says_why_it_did_not_go",
            ),
        )

    class Privacy:
        personal = frozenset({"status", "failure", "document", "contact", "went_at"})
        staff = frozenset({"went_by"})
        not_personal = frozenset({"id", "letter", "since", "tries"})
        about = ("letter__people",)
        retention = Retention.CASE_FILE
        pack = Internal("said with the letter itself", Unprinted.WITH_ENTRY)
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.letter}: {self.get_status_display()}"

    @property
    def in_words(self) -> str:
        return str(self.get_status_display())
