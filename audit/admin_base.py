"""Desks in the admin: each list row and each record read there is a look, and each lever a verb."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from audit.door import NotNow, NotYours, Shown, show
from audit.looks import look_of
from audit.purposes import Purpose
from audit.verbs import Verb
from core.admin import ReadingRoom
from core.fresh_sign_in import must_be_fresh
from core.pages import answer, carry_out, sent

NOT_NOW = "This cannot be done to it now, or not by you."


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that may be done to a row from its page in the admin.

    `pull` calls the verb with the record, what the form holds and by whom; `allowed` says whether this
    person may do it to this record now, and a lever that is not allowed is not shown.
    """

    name: str
    words: str
    pull: Callable[..., Any]
    allowed: Callable[[Any, Any], bool]
    form: type[forms.Form] = forms.Form
    # The fields of the record that the form opens with, so that nothing is blanked by saving.
    opens_with: tuple[str, ...] = ()
    explanation: str = ""
    # What has to be so first, to whoever comes too early or too late.
    otherwise: str = NOT_NOW
    done: str = "Done."
    # Whoever pulls it signs in afresh before (`core.fresh_sign_in`).
    is_dangerous: bool = False


class ReadingDesk(ReadingRoom):
    """A reading room whose readers are written in the log, with levers."""

    purpose = Purpose.RIGHTS_REQUEST
    levers: ClassVar[tuple[Lever, ...]] = ()
    # How a new row is made, where one is made by hand; `pull` then gets no record.
    adding: Lever | None = None
    listed = Verb.ADMIN_LISTED
    read = Verb.ADMIN_READ
    change_form_template = "admin/desk.html"

    def people_of(self, record: models.Model) -> Iterable[int]:
        """The numbers of the people that `record` shows something about."""
        return ()

    # --- Pages --------------------------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", {}).get("cl")
        rows = list(found.result_list) if found is not None else []
        show(
            look_of(request, self.purpose),
            [Shown(self.listed, row, self.people_of(row)) for row in rows]
            or [Shown(self.listed, self.model)],
            values={"filter": request.GET.urlencode()} if request.GET else None,
        )
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        record = self._open(request, object_id)
        user = request.user
        context = {
            "levers": [lever for lever in self.levers if lever.allowed(user, record)],
            "desk": self.page_of(record),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def page_of(self, record: Any) -> dict[str, Any]:
        """What the template of the page needs besides the fields, under `desk`."""
        return {}

    def lever_view(self, request: HttpRequest, object_id: str, lever: str) -> HttpResponse:
        """Ask what the lever needs, then pull it; a refusal is shown beside what was typed."""
        record = self._open(request, object_id)
        pulled = next((each for each in self.levers if each.name == lever), None)
        if pulled is None or not pulled.allowed(request.user, record):
            raise NotNow(
                pulled.otherwise if pulled else NOT_NOW,
                look=look_of(request, self.purpose),
                record=record,
                people=self.people_of(record),
                values={"lever": lever},
            )
        if pulled.is_dangerous:
            must_be_fresh(request)
        form = pulled.form(
            sent(request), initial={name: getattr(record, name) for name in pulled.opens_with}
        )
        carry_out(form, partial(pulled.pull, record), by=request.user)
        if form.is_bound and not form.errors:
            messages.success(request, pulled.done)
            return redirect(self.address_of(record))
        return self._ask(request, pulled, form, record=record, address=self.address_of(record))

    def address_of(self, record: models.Model) -> str:
        """Where the page of `record` is."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[record.pk])

    def get_urls(self) -> list[URLPattern]:
        """The list, the page of a row, and its levers: nothing to delete or type over."""
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name=f"{info}_changelist"),
            path("add/", wrap(self.add_view), name=f"{info}_add"),
            path("<path:object_id>/do/<slug:lever>/", wrap(self.lever_view), name=f"{info}_lever"),
            path("<path:object_id>/change/", wrap(self.change_view), name=f"{info}_change"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.adding is not None and self.adding.allowed(request.user, None)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask what a new row needs and call its verb; where nothing is added by hand, refused."""
        look = look_of(request, self.purpose)
        if self.adding is None or not self.has_add_permission(request):
            raise NotNow("Nothing is added here by you.", look=look, record=self.model)
        show(look, [Shown(self.read, self.model)])
        form = self.adding.form(sent(request))
        if made := carry_out(form, self.adding.pull, by=request.user):
            messages.success(request, self.adding.done)
            return redirect(self.address_of(made))
        return self._ask(request, self.adding, form, record=self.opts.verbose_name_plural)

    def _ask(
        self, request: HttpRequest, lever: Lever, form: forms.Form, **context: Any
    ) -> HttpResponse:
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": lever.words,
            "lever": lever,
            "address": address,
            **context,
        }
        return answer(request, "admin/lever.html", page, form)

    # --- The door -----------------------------------------------------------------------------

    def _open(self, request: HttpRequest, object_id: str) -> Any:
        look = look_of(request, self.purpose)
        if not self.has_view_permission(request):
            raise NotNow("This desk is not for your role.", look=look, record=self.model)
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise NotYours("There is no such record.", look=look, record=self.model)
        show(look, [Shown(self.read, record, self.people_of(record))])
        return record
