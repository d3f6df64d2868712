"""The other rights on the Data Protection Officer's desk: recipients, rectifications, erasures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from cases.forms.fields import LongWordsField
from sar.actions import erasure, recipients
from sar.desk_permissions import can_approve_erasure
from sar.models import ErasureItem, RecipientNotice, Rectification


class RecipientForm(forms.Form):
    """How telling a recipient ended."""

    outcome = forms.ChoiceField(
        label="How it ended",
        choices=[c for c in RecipientNotice.Outcome.choices if c[0] != "waiting"],
        widget=forms.RadioSelect,
    )
    because = LongWordsField(label="How they were told, or why not", rows=3)


class OfRequestDesk(ReadingDesk):
    """Rows of a request; about its person."""

    permission = "sar.work_requests"
    purpose = Purpose.RIGHTS_REQUEST

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("request__person", "recorded_by")

    def people_of(self, record: Any) -> list[int]:
        return [record.request.person_id] if record.request.person_id else []


@admin.register(RecipientNotice)
class RecipientDesk(OfRequestDesk):
    """Whom we told before, and have to tell that it was corrected, erased or restricted (Art 19)."""

    list_display = ("name", "request", "what", "outcome")
    list_filter = ("outcome",)
    fields = ("request", "share", "name", "what", "outcome", "because", "ended_at", "ended_by")
    levers = (
        Lever(
            name="end",
            words="Say how it ended",
            pull=lambda notice, **given: recipients.end_notice(notice=notice, **given),
            allowed=lambda user, one: user.has_perm("sar.work_requests") and one.is_waiting,
            form=RecipientForm,
            explanation="They are told unless that is impossible or out of proportion (UK GDPR Art 19).",
            done="Written down. The person is told who they are on asking.",
        ),
    )


@admin.register(Rectification)
class RectificationDesk(OfRequestDesk):
    """What is disputed, with whom it is, and what became of it."""

    list_display = ("reference", "request", "entry", "for_user", "outcome")
    list_filter = ("outcome",)
    fields = (
        "request",
        "entry",
        "says",
        "for_user",
        "restriction",
        "outcome",
        "because",
        "decided_at",
        "decided_by",
    )


@admin.register(ErasureItem)
class ErasureDesk(OfRequestDesk):
    """What is erased, what is kept and why, and what the retention engine has done."""

    list_display = ("request", "source", "decision", "why_in_words", "approved_by", "acted")
    list_filter = ("decision",)
    fields = (
        "request",
        "source",
        "decision",
        "ground",
        "exception",
        "because",
        "recorded_by",
        "approved_at",
        "approved_by",
        "acted",
    )
    levers = (
        Lever(
            name="approve",
            words="Approve",
            pull=lambda item, **given: erasure.approve(item=item, **given),
            allowed=can_approve_erasure,
            explanation="You stand by what somebody else decided. What is to be erased is then erased by the "
            "next destruction; backups follow as they are overwritten.",
            done="Approved.",
        ),
    )
