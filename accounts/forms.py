"""Forms about staff accounts."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from accounts.roles import ROLES, Role
from core.forms import DayField


class UndertakingForm(forms.Form):
    """Accepting the confidentiality undertaking."""

    accepted = forms.BooleanField(
        label="I have read this and I will keep to it",
        error_messages={"required": "Tick the box to say that you accept the undertaking."},
    )
    # Which wording stood above the box.
    version = forms.IntegerField(widget=forms.HiddenInput)


class DeputyForm(forms.Form):
    """Who has a role while somebody is away, and for which days."""

    fields: dict[str, Any]

    user = forms.ModelChoiceField(
        label="Who is the deputy", queryset=User.objects.none(), empty_label="Choose a colleague"
    )
    role = forms.ChoiceField(label="For which role", widget=forms.RadioSelect)
    since = DayField(label="First day")
    until = DayField(label="Last day", help_text="At most a year. For example, 27 3 2027")
    reason = forms.CharField(
        label="Why", help_text="Who is away. For example: Judith is on leave.", max_length=300
    )

    def __init__(self, data: QueryDict | None = None, *, roles: Iterable[Role], by: User) -> None:
        super().__init__(data)
        staff = User.objects.filter(is_active=True).exclude(pk=by.pk)
        self.fields["user"].queryset = staff.order_by("full_name", "pk")
        self.fields["role"].choices = [
            (role.value, f"{role.value}: {ROLES[role].meaning}") for role in roles
        ]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.select("user", label_size=Size.SMALL),
            Field.radios("role", legend_size=Size.SMALL),
            Field("since", context={"legend_size": "govuk-fieldset__legend--s"}),
            Field("until", context={"legend_size": "govuk-fieldset__legend--s"}),
            Field.text("reason", label_size=Size.SMALL),
        )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])
