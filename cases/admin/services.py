"""Services and who belongs to them, in the admin: settings of the charity, no client record."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone

from accounts.models import User
from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from cases.actions import services
from cases.models import Service, ServiceMember, Wanted
from core.forms import DayField


class NewServiceForm(forms.Form):
    """A new service, with its words for the website and for people's packs."""

    name = forms.CharField(label="Name", max_length=100)
    public_text = forms.CharField(
        label="What the website says about it", widget=forms.Textarea, required=False
    )
    retention_rule = forms.CharField(
        label="How long its records are kept, as people are told",
        widget=forms.Textarea,
        required=False,
    )


class ServiceForm(forms.Form):
    """What may change about a service. Its name stays: old records carry it."""

    public_text = NewServiceForm.base_fields["public_text"]
    retention_rule = NewServiceForm.base_fields["retention_rule"]
    is_open = forms.BooleanField(label="Takes new people", required=False)


class GapsForm(forms.Form):
    """What counts as a gap in the records of a service."""

    quiet_days = forms.IntegerField(
        label="Days without a contact, after which a case stands on the list",
        min_value=1,
        max_value=365,
    )
    wanted = forms.MultipleChoiceField(
        label="What is wanted of everybody the service works with",
        choices=Wanted.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class NarrowForm(forms.Form):
    """Who of a service knows its cases."""

    own_workers_only = forms.BooleanField(
        label="Each case is known to its own workers and the manager alone", required=False
    )


class SupervisionForm(forms.Form):
    """From which day on a manager signs off what is written."""

    notes_signed_off_from = DayField(label="Notes, written from this day on", required=False)
    closings_signed_off_from = DayField(label="Closings of cases, from this day on", required=False)


class MemberForm(forms.Form):
    """Who belongs to a service from which day on."""

    user = forms.ModelChoiceField(
        label="Who", queryset=User.objects.filter(is_active=True).order_by("full_name")
    )
    in_charge = forms.BooleanField(label="Is in charge of the service", required=False)
    since = DayField(label="From", initial=timezone.localdate)


class EndForm(forms.Form):
    """Until which day."""

    until = DayField(label="The last day", initial=timezone.localdate)


def _manages(user: Any, _record: Any) -> bool:
    return bool(user.has_perm("cases.manage_services"))


@admin.register(Service)
class ServiceDesk(ReadingDesk):
    """The services of the charity."""

    permission = "cases.manage_services"
    purpose = Purpose.MANAGEMENT
    list_display = ("name", "is_open")
    fields = (
        "name",
        "public_text",
        "retention_rule",
        "is_open",
        "notes_signed_off_from",
        "closings_signed_off_from",
        "quiet_days",
        "wanted",
    )
    adding = Lever(
        name="add",
        words="Add a service",
        pull=services.add_service,
        allowed=_manages,
        form=NewServiceForm,
        done="The service is added. Say who belongs to it.",
    )
    levers = (
        Lever(
            name="change",
            words="Change its words",
            pull=lambda service, **given: services.change_service(service=service, **given),
            allowed=_manages,
            form=ServiceForm,
            opens_with=("public_text", "retention_rule", "is_open"),
            explanation="What is written here replaces what is there now.",
            done="The service is changed.",
        ),
        Lever(
            name="gaps",
            words="Say what counts as a gap",
            pull=lambda service, **given: services.set_gap_rules(service=service, **given),
            allowed=_manages,
            form=GapsForm,
            opens_with=("quiet_days", "wanted"),
            explanation="Cases and people that lack it stand on the service's lists of gaps.",
            done="The lists of gaps follow it from now on.",
        ),
        Lever(
            name="supervision",
            words="Say what is signed off",
            pull=lambda service, **given: services.set_supervision(service=service, **given),
            allowed=_manages,
            form=SupervisionForm,
            opens_with=("notes_signed_off_from", "closings_signed_off_from"),
            explanation="Without a day nothing is signed off. A service needs two who may, since nobody "
            "signs off their own.",
            done="The sign-off of the service is set.",
        ),
        Lever(
            name="narrow",
            words="Say who knows its cases",
            pull=lambda service, **given: services.set_own_workers_only(service=service, **given),
            allowed=_manages,
            form=NarrowForm,
            opens_with=("own_workers_only",),
            explanation="For counselling: colleagues of the service do not see each other’s cases.",
            done="It holds from their next page on.",
        ),
        Lever(
            name="add-member",
            words="Add somebody to it",
            pull=lambda service, **given: services.add_member(service=service, **given),
            allowed=_manages,
            form=MemberForm,
            explanation="They can open its records from that day on, as far as their role allows.",
            done="They belong to the service.",
        ),
    )


@admin.register(ServiceMember)
class MemberDesk(ReadingDesk):
    """Who belongs to which service, and since when."""

    permission = "cases.manage_services"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("user", "service", "in_charge", "since", "until")
    list_filter = ("service",)
    search_fields = ("user__full_name", "user__email")
    list_select_related = ("user", "service")
    levers = (
        Lever(
            name="end",
            words="End it",
            pull=lambda member, **given: services.end_member(member=member, **given),
            allowed=lambda user, member: _manages(user, member) and member.until is None,
            form=EndForm,
            explanation="From the day after, its records do not open for them any more.",
            done="It ends on that day.",
        ),
    )
