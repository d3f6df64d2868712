"""Complaints, compliments and breaches on the Data Protection Officer's desk."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.queries import reader_of
from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from cases.forms.fields import LongWordsField, TimeOfDayField, WordsField
from core.dates import plain
from core.forms import DayField
from core.templatetags.pages import plain_time
from sar.actions import breaches, complaints
from sar.desk_permissions import can_work_breach, can_work_complaint, complaints_of
from sar.forms.fields import PastDayField
from sar.forms.rights import DataStepForm, StepForm
from sar.models import Breach, Complaint


class InvestigatorForm(forms.Form):
    """Who looks into it."""

    investigator = forms.ModelChoiceField(
        label="Who", queryset=User.objects.filter(is_active=True).order_by("full_name")
    )


class CloseComplaintForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(
        label="How it ended", choices=Complaint.Outcome.choices, widget=forms.RadioSelect
    )
    findings = LongWordsField(label="What was found, as they are told", rows=4)
    learning = LongWordsField(label="What we learn from it", rows=3, required=False)


class RegulatorForm(forms.Form):
    """The regulator's side."""

    regulator_case = WordsField(label="The regulator’s case number", max_length=100)
    regulator_outcome = LongWordsField(label="What the regulator decided", rows=3, required=False)


class LinkForm(forms.Form):
    """Which request it is about."""

    reference = WordsField(label="Reference of the request, such as Q-000012", max_length=20)


@admin.register(Complaint)
class ComplaintDesk(ReadingDesk):
    """Complaints about the service and about data, and compliments."""

    permission = "sar.work_complaints"
    purpose = Purpose.COMPLAINT
    list_display = ("reference", "kind", "from_name", "received_on", "due", "status")
    list_filter = ("status", "kind", "outcome")
    fields = (
        "kind",
        "channel",
        "received_on",
        "due",
        "from_name",
        "reach_by",
        "reply_email",
        "reply_address",
        "person",
        "words",
        "service",
        "about_staff",
        "request",
        "acknowledged_at",
        "acknowledged_by",
        "investigator",
        "happened",
        "outcome",
        "findings",
        "learning",
        "closed_at",
        "closed_by",
        "regulator_case",
        "regulator_outcome",
    )
    readonly_fields = ("due", "happened")
    levers = (
        Lever(
            name="acknowledge",
            words="They were told that it has come",
            pull=lambda one, **given: complaints.acknowledge_complaint(complaint=one, **given),
            allowed=lambda user, one: can_work_complaint(user, one) and one.acknowledged_at is None,
            otherwise="It is acknowledged or closed already, or it is about you.",
            explanation="A complaint about data is acknowledged within 30 days (DPA 2018 s.164A). The letter "
            "that says so acknowledges it by itself: use “View on site”, “Write a letter”.",
            done="Acknowledged.",
        ),
        Lever(
            name="look-into",
            words="Say who looks into it",
            pull=lambda one, **given: complaints.look_into(complaint=one, **given),
            allowed=can_work_complaint,
            form=InvestigatorForm,
            explanation="Somebody else than whom it is about.",
            done="They have been told.",
        ),
        Lever(
            name="step",
            words="Write down what happened",
            pull=lambda one, **given: complaints.add_step(complaint=one, **given),
            allowed=lambda user, one: can_work_complaint(user, one) and not one.is_about_data,
            form=StepForm,
            done="Written down.",
        ),
        Lever(
            name="data-step",
            words="Write down what happened",
            pull=lambda one, **given: complaints.add_step(complaint=one, **given),
            allowed=lambda user, one: user.has_perm("sar.work_complaints") and one.is_about_data,
            form=DataStepForm,
            explanation="After it is closed, only what the regulator says is added.",
            done="Written down.",
        ),
        Lever(
            name="close",
            words="Close it",
            pull=lambda one, **given: complaints.close_complaint(complaint=one, **given),
            allowed=can_work_complaint,
            form=CloseComplaintForm,
            explanation="The answer about personal data names the regulator and the court as well; one about "
            "a service leads back to us.",
            done="Closed.",
        ),
        Lever(
            name="request",
            words="Link it to a request",
            pull=lambda one, **given: complaints.link_to_request(complaint=one, **given),
            allowed=lambda user, _: user.has_perm("sar.work_complaints"),
            form=LinkForm,
            explanation="Of somebody who complains about our answer.",
            done="Linked.",
        ),
        Lever(
            name="regulator",
            words="The regulator’s case",
            pull=lambda one, **given: complaints.record_regulator(complaint=one, **given),
            allowed=lambda user, one: user.has_perm("sar.work_complaints") and one.is_about_data,
            form=RegulatorForm,
            otherwise="Only a complaint about data goes to the regulator.",
            opens_with=("regulator_case", "regulator_outcome"),
            done="Written down.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        return complaints_of(reader_of(request)).select_related(
            "person", "service", "about_staff", "request", "investigator", "recorded_by"
        )

    def people_of(self, record: Any) -> list[int]:
        return [record.person_id] if record.person_id else []

    @admin.display(description="acknowledge by")
    def due(self, complaint: Complaint) -> str:
        day = complaint.acknowledge_by
        if complaint.acknowledged_at is not None or day is None:
            return "-"
        late = timezone.localdate() > day
        return f"{plain(day)}{' (overdue)' if late else ''}"

    @admin.display(description="what happened")
    def happened(self, complaint: Complaint) -> str:
        steps = complaint.steps.select_related("recorded_by")
        return "\n".join(
            f"{plain_time(one.recorded_at)}, {one.recorded_by}: {one.get_kind_display()}. {one.words}"
            for one in steps
        )


class RiskForm(forms.Form):
    """How great the risk is."""

    risk = forms.ChoiceField(
        label="The risk to people", choices=Breach.Risk.choices, widget=forms.RadioSelect
    )
    risk_because = LongWordsField(label="Why it is that", rows=3)


class MomentForm(forms.Form):
    """When the regulator was told."""

    fields: dict[str, Any]

    day = DayField(label="The day", initial=timezone.localdate)
    hour = TimeOfDayField(label="The time")
    regulator_case = WordsField(label="The regulator’s case number", max_length=100, required=False)
    late_because = LongWordsField(
        label="If it was more than 72 hours after we knew: why", rows=3, required=False
    )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        day: date | None = given.pop("day", None)
        hour: time | None = given.pop("hour", None)
        if day is not None and hour is not None:
            given["regulator_told"] = timezone.make_aware(datetime.combine(day, hour))
            if given["regulator_told"] > timezone.now():
                self.add_error("day", breaches.AFTER_WE_KNEW)
        return given


class PeopleToldForm(forms.Form):
    """How the people were told."""

    people_told_how = LongWordsField(label="How they were told, or why they were not", rows=3)
    people_told_on = PastDayField(label="When", required=False)


class CloseBreachForm(forms.Form):
    """What was done and learnt."""

    remedy = LongWordsField(label="What was done about it", rows=3)
    lessons = LongWordsField(label="What we learn from it", rows=3)


@admin.register(Breach)
class BreachDesk(ReadingDesk):
    """The log of breaches: every one, whatever was decided (UK GDPR Art 33(5))."""

    permission = "sar.work_breaches"
    view_on_site = False  # this is its only page
    purpose = Purpose.CORRECTING_AN_ERROR
    list_display = ("reference", "aware", "left", "risk", "status")
    list_filter = ("status", "risk")
    fields = (
        "what",
        "aware",
        "left",
        "recorded_by",
        "whom",
        "held",
        "risk",
        "risk_because",
        "decided_at",
        "decided_by",
        "regulator_told",
        "regulator_case",
        "late_because",
        "people_told_on",
        "people_told_how",
        "remedy",
        "lessons",
        "closed_at",
        "closed_by",
    )
    readonly_fields = ("left", "whom", "held")
    change_form_template = "admin/sar/breach.html"
    levers = (
        Lever(
            name="assess",
            words="Decide the risk",
            pull=lambda one, **given: breaches.assess(breach=one, **given),
            allowed=can_work_breach,
            form=RiskForm,
            opens_with=("risk", "risk_because"),
            done="Decided.",
        ),
        Lever(
            name="regulator",
            words="The regulator was told",
            pull=lambda one, **given: breaches.tell_regulator(breach=one, **given),
            allowed=can_work_breach,
            form=MomentForm,
            explanation="72 straight hours from when we knew, weekends and nights too (UK GDPR Art 33).",
            done="Written down.",
        ),
        Lever(
            name="people",
            words="The people were told",
            pull=lambda one, **given: breaches.tell_people(breach=one, **given),
            allowed=can_work_breach,
            form=PeopleToldForm,
            done="Written down.",
        ),
        Lever(
            name="close",
            words="Close it",
            pull=lambda one, **given: breaches.close_breach(breach=one, **given),
            allowed=lambda user, one: can_work_breach(user, one) and bool(one.risk),
            otherwise="Decide the risk first. Or it is closed already.",
            form=CloseBreachForm,
            done="Closed.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Breach]:
        return Breach.objects.select_related("recorded_by").prefetch_related("people")

    def people_of(self, record: Any) -> list[int]:
        return [person.pk for person in record.people.all()]

    @admin.display(description="whom it is about")
    def whom(self, breach: Breach) -> str:
        return ", ".join(str(person) for person in breach.people.all()) or "Nobody is named"

    @admin.display(description="held, so that it is not destroyed")
    def held(self, breach: Breach) -> str:
        """The holds that were placed on it by hand."""
        standing = breach.holds.filter(released_at=None)
        return (
            "; ".join(
                f"{one.get_kind_display()}, to be looked at by {plain(one.review_by)}: {one.reason}"
                for one in standing
            )
            or "By no hold"
        )

    @admin.display(description="the regulator is told by")
    def left(self, breach: Breach) -> str:
        if breach.regulator_told is not None:
            return f"Told {plain_time(breach.regulator_told)}"
        if breach.risk == Breach.Risk.NONE:
            return "No risk: not told"
        hours = int((breach.tell_by - timezone.now()).total_seconds() // 3600)
        left = f"{hours} hours left" if hours >= 0 else f"{-hours} hours late"
        return f"{plain_time(breach.tell_by)}, {left}"
