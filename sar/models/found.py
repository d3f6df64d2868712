"""What a search brought up: files and papers that stand in no record, put with the papers of the request."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.models.of_file import OfFile
from core.files.formats import Format
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted
from sar.models.search import Search
from sar.triggers import FINAL, NOTED


class FoundFile(OfFile, Recorded):
    """An e-mail, a paper or a file that a search found, as it was found (UK GDPR Art 15(1); DPA 2018 s.173).

    It was held when the request came, although it stands here only since it was found, so that it goes into
    the copy like any entry. Final when added, and destroyed with the papers of the request.
    """

    search = models.ForeignKey(to=Search, on_delete=models.PROTECT, related_name="files")
    title = models.CharField("what it is", max_length=200)
    dated_on = models.DateField("date on it", null=True, blank=True)
    lay = models.CharField("where it lay", max_length=200)

    # What was found is never changed nor put away (section 173).
    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "file that a search found"
        verbose_name_plural = "files that searches found"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(lay="") & ~Q(file=""),
                name="found_file_says_what_it_is",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0),
                name="found_file_has_its_hash",
            ),
            models.CheckConstraint(
                condition=Q(format__in=Format.values), name="found_file_format_is_known"
            ),
            models.UniqueConstraint(
                fields=["search", "sha256"],
                name="file_found_once_in_a_place",
                violation_error_message="This very file is there already.",
            ),
        )

    class Privacy:
        personal = frozenset(
            {"search", "dated_on", "file", "format", "size", "sha256", "scanned", "lay"}
        )
        special_category = frozenset({"title", "file_name"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("search__request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.DOCUMENTS,
            when="dated_on",
            # Found later, and held all the time: nothing of it may be left out as written down later.
            written="dated_on",
            shows=(
                "title",
                "dated_on",
                "lay",
                "found_in_words",
                "file_in_words",
                "recorded_at",
                "recorded_by",
            ),
            called="title",
            passages=("title", "lay", "file_in_words"),
            left_out={
                "search": "printed in words",
                "file": "the name under which the charity's computer keeps it; tells nothing",
                "file_name": "printed in words",
                "format": "printed in words",
                "size": "how large it is; tells nothing of anybody",
                "sha256": "proves that the file was not changed; tells nothing of anybody",
                "scanned": "whether a virus scanner looked at it",
            },
        )
        destruction = Delete()
        counted = True
        files = ("file",)

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What tells it from others that were found: the request and its number; it names nobody."""
        return f"{self.search.request.reference}-{self.pk}"

    @property
    def found_in_words(self) -> str:
        """In which place, for which request."""
        return f"{self.search.place}, searched for {self.search.request}"

    @property
    def saved_as(self) -> str:
        """What the file is called where somebody saves it: by the request, so that it names nobody."""
        return f"{self.reference}.{self.format}"


class FoundWords(Recorded):
    """The words on the first pages of what a search found, so that whoever is named in them is proposed.

    A machine reads them; `recorded_by` is whoever put the file there. Without a row it has not been read.
    """

    found = models.OneToOneField(to=FoundFile, on_delete=models.PROTECT, related_name="words")
    pages = models.PositiveIntegerField("pages of the file")
    drawn = models.PositiveIntegerField("pages that were read")
    wordless = models.PositiveIntegerField("pages read on which no words stand")
    is_cut = models.BooleanField("read in part alone")
    text = models.TextField(blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Privacy:
        personal = frozenset({"pages", "drawn", "wordless", "is_cut"})
        special_category = frozenset({"text"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "found"})
        about = ("found__search__request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("words of the file, which is listed itself", Unprinted.NOTHING_BESIDES)
        destruction = Delete()
        counted = False
        stays = "a machine makes it of what is kept"

    def __str__(self) -> str:
        return f"Words of {self.found_id}"
