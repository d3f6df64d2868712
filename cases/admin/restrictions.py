"""What is restricted, on the Data Protection Officer's desk: place, allow a use, tell, lift."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import restrictions as verbs
from cases.forms.fields import LongWordsField
from cases.forms.restrictions import RestrictForm
from cases.kinds import people_of_entry
from cases.models import Case, LawfulReason, Person, Restriction
from cases.permissions import can_restrict
from cases.queries.restrictions import refusal_of_leave, to_go_through
from core.forms import DayField


class NoticeForm(forms.Form):
    """When and how the person was told that the restriction ends."""

    notice_on = DayField(label="When were they told", initial=timezone.localdate)
    notice_means = forms.ChoiceField(
        label="How", choices=Restriction.Means.choices, widget=forms.RadioSelect
    )

    def clean_notice_on(self) -> date:
        day: date = self.cleaned_data["notice_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(verbs.NOT_TOLD_YET)
        return day


class LiftForm(forms.Form):
    """Why it ends."""

    because = LongWordsField(label="Why it is lifted", rows=3)


def _four_weeks_on() -> Any:
    return timezone.localdate() + timedelta(days=28)


class GrantForm(forms.Form):
    """Who may use it all the same, for which of the four reasons, until when."""

    worker = forms.ModelChoiceField(
        label="Who", queryset=User.objects.filter(is_active=True).order_by("full_name")
    )
    reason = forms.ChoiceField(
        label="Which lawful reason", choices=LawfulReason.choices, widget=forms.RadioSelect
    )
    because = LongWordsField(label="Why it applies", rows=3)
    until = DayField(label="Until", initial=_four_weeks_on, help_text="28 days at most")

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if refusal := refusal_of_leave(until):
            raise forms.ValidationError(refusal)
        return until


class EndGrantForm(forms.Form):
    """Whose leave ends today."""

    worker = GrantForm.base_fields["worker"]


def _end_grants(restriction: Restriction, *, worker: User, by: User) -> None:
    for grant in restriction.grants.filter(worker=worker, ended_at=None):
        verbs.end_grant(grant=grant, by=by)


def _lasts(user: Any, restriction: Restriction) -> bool:
    return can_restrict(user) and restriction.is_live


@admin.register(Restriction)
class RestrictionDesk(ReadingDesk):
    """The register of restrictions."""

    permission = "cases.restrict_records"
    purpose = Purpose.RIGHTS_REQUEST
    listed = Verb.RESTRICTION_LISTED
    read = Verb.RESTRICTION_READ
    change_form_template = "admin/cases/restriction.html"
    list_display = ("reference", "what_in_words", "ground", "recorded_at", "state")
    list_filter = ("ground",)
    fields = (
        "what_in_words",
        "ground",
        "because",
        "alerts_stay",
        "recorded_at",
        "recorded_by",
        "notice_on",
        "notice_means",
        "notice_by",
        "lifted_at",
        "lifted_by",
        "lifted_because",
    )
    readonly_fields = ("what_in_words",)
    adding = Lever(
        name="add",
        words="Restrict a record",
        pull=verbs.restrict,
        allowed=lambda user, _: can_restrict(user),
        form=RestrictForm,
        explanation="From then on it is kept and not used: no list, page, figure, export or letter shows "
        "it, and nobody changes it (UK GDPR Art 18).",
        done="It is restricted. Go through the entries about several people, if there are any.",
    )
    levers = (
        Lever(
            name="grant",
            words="Allow somebody to use it",
            pull=lambda restriction, **given: verbs.grant(restriction=restriction, **given),
            allowed=_lasts,
            form=GrantForm,
            explanation="For one of the four reasons of UK GDPR Art 18(2). Each look stays in the log.",
            done="They may use it until that day, and have been told.",
        ),
        Lever(
            name="end-grant",
            words="Take a leave back",
            pull=_end_grants,
            allowed=_lasts,
            form=EndGrantForm,
            done="Their leave has ended.",
        ),
        Lever(
            name="tell",
            words="The person was told that it ends",
            pull=lambda restriction, **given: verbs.tell_of_end(restriction=restriction, **given),
            allowed=_lasts,
            form=NoticeForm,
            explanation="The first of two steps. Tell them first, then write it down here.",
            done="Written down. It can be lifted now.",
        ),
        Lever(
            name="lift",
            words="Lift it",
            pull=lambda restriction, **given: verbs.lift(restriction=restriction, **given),
            allowed=lambda user, one: _lasts(user, one) and one.notice_on is not None,
            form=LiftForm,
            explanation="From now on the record is used again.",
            otherwise="Tell the person first that the restriction ends, and write down the day and how (UK GDPR "
            "Art 18(3)). Or it is lifted already.",
            done="Lifted.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Restriction]:
        return Restriction.objects.select_related(
            "person", "case", "note", "contact", "decision", "document", "recorded_by"
        )

    def people_of(self, record: Any) -> list[int]:
        of = record.of
        if isinstance(of, Person):
            return [of.pk]
        if isinstance(of, Case):
            return list(of.case_people.values_list("person_id", flat=True))
        return people_of_entry(of)

    def page_of(self, record: Any) -> dict[str, Any]:
        return {
            "grants": record.grants.select_related("worker", "recorded_by"),
            "to_go_through": to_go_through(record),
        }

    @admin.display(description="state")
    def state(self, restriction: Restriction) -> str:
        if not restriction.is_live:
            return "Lifted"
        return "Person told, to be lifted" if restriction.notice_on else "Lasts"
