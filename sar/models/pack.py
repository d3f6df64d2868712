"""Packs: what was built for a request, from what, and how far a build has come."""

import uuid
from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.request import RightsRequest
from sar.triggers import NOTED
from sar.workflow import PackStatus


class BuiltPack(Recorded):
    """One build of the pack of a request.

    Two editions of the same pages: the draft says on each page that it is not released; the other is
    what goes out once the request is released, and is handed to nobody before. `recorded_by` asked
    for it.
    """

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="packs")
    # Its public name, and part of the names of its files: nobody guesses it.
    name = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.TextField(choices=PackStatus.choices, default=PackStatus.WAITING)
    failure = models.TextField("why it could not be built", blank=True)
    finished = models.DateTimeField(null=True, blank=True, editable=False)
    # What the pages were made from: the same content gives the same hash, whenever it is gathered.
    content_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    draft_file = models.CharField(max_length=200, blank=True, editable=False)
    draft_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    final_file = models.CharField(max_length=200, blank=True, editable=False)
    final_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    pages = models.PositiveIntegerField(default=0, editable=False)
    items = models.PositiveIntegerField(default=0, editable=False)
    counts = models.JSONField("items of each source", default=dict, editable=False)
    # Of the edition that goes out: words on them could be read by eye alone.
    unread_pages = models.JSONField(
        "pages that are pictures, which no program looked through", default=list, editable=False
    )

    class Meta(Recorded.Meta):
        verbose_name = "pack"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=PackStatus.values), name="pack_status_is_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=PackStatus.BUILT)
                    & ~Q(content_sha256="")
                    & ~Q(draft_sha256="")
                    & ~Q(final_sha256="")
                )
                | (
                    ~Q(status=PackStatus.BUILT)
                    & Q(content_sha256="", draft_sha256="", final_sha256="")
                ),
                name="pack_has_hashes_iff_built",
            ),
            models.CheckConstraint(
                condition=(Q(status=PackStatus.FAILED) & ~Q(failure=""))
                | (~Q(status=PackStatus.FAILED) & Q(failure="")),
                name="pack_says_why_iff_failed",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(status=PackStatus.WAITING),
                name="one_build_of_a_request_at_a_time",
            ),
        )

    class Privacy:
        personal = frozenset(
            {
                "content_sha256",
                "draft_file",
                "draft_sha256",
                "final_file",
                "final_sha256",
                "pages",
                "items",
                "counts",
                "unread_pages",
            }
        )
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request", "name", "status", "failure", "finished"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("a copy of what stands in the pack itself", Unprinted.ANSWERS)
        destruction = Delete()
        counted = False
        files = ("draft_file", "final_file")

    def __str__(self) -> str:
        return f"Pack for {self.request}"

    @property
    def unread_in_words(self) -> str:
        """Which pages were looked through by no program, in a sentence; nothing if there are none."""
        if not self.unread_pages:
            return ""
        stretches: list[list[int]] = []
        for number in self.unread_pages:
            if stretches and stretches[-1][-1] == number - 1:
                stretches[-1][1:] = [number]
            else:
                stretches.append([number])
        named = [" to ".join(map(str, ends)) for ends in stretches]
        which = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
        are = "Page {} is a picture" if len(self.unread_pages) == 1 else "Pages {} are pictures"
        return f"{are.format(which)}, and no program on this computer could read what stands there."

    def get_absolute_url(self) -> str:
        return reverse("sar:pack", args=[self.request.reference, self.name])

    @property
    def is_built(self) -> bool:
        return self.status == PackStatus.BUILT

    @property
    def signature(self) -> Any:
        """The sign-off of a second person, if there is one."""
        return getattr(self, "sign_off", None)

    @property
    def went_out(self) -> bool:
        """Whether this very pack was released, as the whole answer or as a part of it."""
        return hasattr(self, "released_as") or hasattr(self, "part")

    @property
    def released_on(self) -> date | None:
        """The day on which it was released, as the whole answer or as a part of it."""
        moment = None
        if hasattr(self, "part"):
            moment = self.part.recorded_at
        elif hasattr(self, "released_as"):
            moment = self.released_as.released_at
        return timezone.localdate(moment) if moment else None

    @property
    def has_files(self) -> bool:
        """Whether it can be read: the files of a superseded build are removed."""
        return bool(self.draft_file)


class KeptPages(models.Model):
    """Pages of a request's pack as they were printed, kept so that they are not printed twice.

    By a mark over everything they were made from. They go when the request is answered, and with each
    build those that are not in it any more.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="kept_pages"
    )
    mark = models.CharField(max_length=64, editable=False)
    file = models.CharField(max_length=200, editable=False)

    class Meta:
        verbose_name = "printed pages"
        verbose_name_plural = "printed pages"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["request", "mark"], name="pages_kept_once"),
            models.CheckConstraint(
                condition=Q(mark__regex=r"^[0-9a-f]{64}$") & ~Q(file=""),
                name="kept_pages_have_a_mark_and_a_file",
            ),
        )

    class Privacy:
        third_party = frozenset({"file"})
        not_personal = frozenset({"id", "request", "mark"})
        about = ("request__person",)
        retention = Retention.SHORT_LIVED
        pack = Internal("pages of the pack itself", Unprinted.ANSWERS)
        destruction = Delete()
        counted = False
        files = ("file",)

    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.request}: printed pages"


class PackProgress(models.Model):
    """How far the machine has come with a build: a step in words and a share. About nobody.

    A table of its own, so that a build can say how far it is without an entry in the log each time.
    """

    pack = models.OneToOneField(
        to=BuiltPack, on_delete=models.PROTECT, primary_key=True, related_name="progress"
    )
    step = models.TextField(default="Waiting for its turn")
    percent = models.PositiveSmallIntegerField(default=0)
    last_heard = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(percent__lte=100), name="progress_is_a_share"),
        )

    class Privacy:
        not_personal = frozenset({"pack", "step", "percent", "last_heard"})
        about = ()
        retention = Retention.SHORT_LIVED
        pack = Internal("how far a machine has come; about nobody")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.percent}%: {self.step}"
