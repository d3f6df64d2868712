"""The privacy notice in its versions, and who was given which."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.models import Person
from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from consent.expressions import day_of
from consent.triggers import ONLY_DESTROYED, GivenNotice, NoticeIsForEver
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section


class Readers(models.TextChoices):
    """For whom a notice is written."""

    EVERYBODY = "everybody", "Everybody"
    CHILDREN = "children", "Children and young people"


class NoticeMeans(models.TextChoices):
    """How somebody was given the notice."""

    HANDED = "handed", "Handed over on paper"
    READ_OUT = "read_out", "Read out and explained"
    SCREEN = "screen", "Shown on a screen"
    EMAIL = "email", "Sent by e-mail"
    POST = "post", "Sent by post"


class NoticeFormat(models.TextChoices):
    """In what form it was, so that they could take it in (UK GDPR Art 12(1))."""

    STANDARD = "standard", "As it stands"
    LARGE_PRINT = "large_print", "Large print"
    EASY_READ = "easy_read", "Easy to read"
    SPOKEN = "spoken", "Spoken, recorded or signed"


class PrivacyNotice(models.Model):
    """One version of the privacy notice (UK GDPR Arts 13 and 14), as the DPO adopted it. For ever."""

    readers = models.TextField("for", choices=Readers.choices)
    version = models.PositiveIntegerField()
    text = models.TextField("the notice")
    adopted_at = models.DateTimeField(default=timezone.now, editable=False)
    adopted_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    app_rights = ("SELECT", "INSERT")

    class Meta:
        ordering = ("readers", "-version")
        permissions = (("adopt_notice", "Can adopt a privacy notice"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, NoticeIsForEver(name="for_ever")]
        constraints = (
            models.UniqueConstraint(fields=["readers", "version"], name="notice_version_once"),
            models.CheckConstraint(
                condition=Q(readers__in=Readers.values), name="notice_readers_are_known"
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="privacy_notice_says_something",
                violation_error_message="Write the notice.",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "readers", "version", "text", "adopted_at"})
        staff = frozenset({"adopted_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("a notice to everybody, about nobody; named where somebody was given it")
        destruction = Keep("shows what people were told")
        counted = False

    def __str__(self) -> str:
        name = "Privacy notice" if self.readers == Readers.EVERYBODY else "Notice for children"
        return f"{name}, version {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("notices:version", args=[self.readers, self.version])


class NoticeGiven(Recorded):
    """That somebody was given a version of the notice: when, how, in which form and language. Final."""

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="notices_given")
    notice = models.ForeignKey(to=PrivacyNotice, on_delete=models.PROTECT, related_name="given")
    given_on = models.DateField("on")
    means = models.TextField("how", choices=NoticeMeans.choices)
    form = models.TextField(choices=NoticeFormat.choices, default=NoticeFormat.STANDARD)
    language = models.CharField(max_length=60, default="English")
    to_parent = models.BooleanField("given to a parent or carer for them", default=False)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "privacy notice given"
        verbose_name_plural = "privacy notices given"
        ordering = ("-given_on", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            FINAL,
            ONLY_DESTROYED,
            GivenNotice(name="given_rightly"),
        ]
        indexes = (models.Index(fields=["person", "notice"], name="notice_of_person"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(means__in=NoticeMeans.values), name="notice_means_are_known"
            ),
            models.CheckConstraint(
                condition=Q(form__in=NoticeFormat.values), name="notice_form_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(language=""),
                name="notice_language_is_said",
                violation_error_message="Say in which language it was.",
            ),
            models.CheckConstraint(
                condition=Q(given_on__lte=day_of("recorded_at")),
                name="notice_given_before_it_was_written",
                violation_error_message="This day has not come yet.",
            ),
        )

    class Privacy:
        personal = frozenset({"person", "notice", "given_on", "means", "form", "language"})
        third_party = frozenset({"to_parent"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.CONSENTS,
            when="given_on",
            shows=(
                "notice",
                "given_on",
                "means",
                "form",
                "language",
                "to_parent",
                "recorded_at",
                "recorded_by",
            ),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.given_on}"
