"""The log in the admin, both ways: who saw this person, and what did this member of staff see."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from audit.admin_base import ReadingDesk
from audit.kept_apart import entries_for
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Verb


class AboutPersonFilter(admin.SimpleListFilter):
    """Entries about one person, by the number in their reference (P-000123: 123)."""

    title = "person"
    parameter_name = "person"
    template = "admin/typed_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        # The admin hides a filter without choices; this one is typed, so one choice stands in.
        return [("", "Reference, such as P-000123")]

    def choices(self, changelist: Any) -> Any:
        """What was searched and filtered besides, so that typing here keeps it."""
        others = [
            (name, value)
            for name, values in changelist.get_filters_params().items()
            for value in values
            if name != self.parameter_name
        ]
        if changelist.query:
            others.append((SEARCH_VAR, changelist.query))
        yield {"display": "Reference, such as P-000123", "others": others}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        digits = "".join(c for c in self.value() or "" if c.isdigit())
        if not self.value():
            return queryset
        return queryset.filter(people__contains=[int(digits)]) if digits else queryset.none()


class WholeWordFilter(admin.SimpleListFilter):
    """A column with few different values, typed in code."""

    choices_are: tuple[tuple[str, str], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        return self.choices_are

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return (
            queryset.filter(Q((str(self.parameter_name), self.value())))
            if self.value()
            else queryset
        )


class PurposeFilter(WholeWordFilter):
    title = "purpose"
    parameter_name = "purpose"
    choices_are = tuple((purpose.value, purpose.words) for purpose in Purpose)


@admin.register(Entry)
class EntryDesk(ReadingDesk):
    """The log. Reading it is written in it."""

    permission = "audit.read_log"
    purpose = Purpose.ACCESS_CONTROL
    listed = Verb.LOOKS_READ
    read = Verb.LOOKS_READ
    list_display = ("at", "by", "by_roles", "words", "about", "record", "purpose")
    fields = (
        "at",
        "by",
        "by_roles",
        "words",
        "action",
        "about",
        "record",
        "record_id",
        "purpose",
        "address",
        "request",
        "xid",
    )
    readonly_fields = ("at", "xid", "words", "about")
    list_display_links = ("at",)
    list_filter = (AboutPersonFilter, PurposeFilter, "action")
    search_fields = ("by", "verb")
    search_help_text = (
        "Part of a colleague's name or e-mail address, or of what was done, such as search or note"
    )
    date_hierarchy = None
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return entries_for(request.user)

    def people_of(self, record: Any) -> list[int]:
        return list(record.people)

    @admin.display(description="what was done", ordering="verb")
    def words(self, entry: Entry) -> str:
        return entry.words

    @admin.display(description="about whom")
    def about(self, entry: Entry) -> str:
        """References of the people; they mean nobody once the people are destroyed."""
        return ", ".join(f"P-{number:06d}" for number in entry.people)
