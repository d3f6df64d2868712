"""What is typed to give somebody access with an end."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Fluid, Layout
from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import WordsField
from cases.forms.layout import Revealing
from cases.forms.people import day, short
from cases.forms.tasks import offer
from cases.models import Access, Service
from core.forms import DayField

KINDS = Access.Kind


class AccessForm(forms.Form):
    """Who gets access to what, from which day to which, and why."""

    fields: dict[str, Any]

    user = forms.ModelChoiceField(
        label="Who gets it", queryset=User.objects.none(), empty_label="Choose a colleague"
    )
    kind = forms.ChoiceField(label="To what", choices=KINDS.choices, widget=forms.RadioSelect)
    whole = forms.ModelChoiceField(
        label="Which service",
        queryset=Service.objects.none(),
        required=False,
        empty_label="Choose a service",
    )
    colleague = forms.ModelChoiceField(
        label="Who is away",
        queryset=User.objects.none(),
        required=False,
        empty_label="Choose a colleague",
    )
    drawn_from = forms.ModelChoiceField(
        label="From which service",
        queryset=Service.objects.none(),
        required=False,
        empty_label="Choose a service",
    )
    size = forms.IntegerField(
        label="How many cases, drawn by chance", min_value=1, max_value=200, required=False
    )
    references = WordsField(
        label="Or which ones: their references",
        help_text="With commas between, like C-000012, C-000031. Leave it empty to draw by chance.",
        max_length=2000,
        required=False,
    )
    since = DayField(label="First day")
    until = DayField(label="Last day", help_text="At most a year. For example, 27 3 2027")
    reason = WordsField(
        label="Why",
        help_text="For example: covers for Siân; reviews counselling for the trustees.",
        max_length=300,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        services: Iterable[Service],
        colleagues: Iterable[User],
        by: User,
    ) -> None:
        super().__init__(data)
        numbers = [one.pk for one in services]
        for name in ("whole", "drawn_from"):
            self.fields[name].queryset = Service.objects.filter(pk__in=numbers)
        staff = User.objects.filter(is_active=True).exclude(pk=by.pk)
        offer(self.fields["user"], staff.order_by("full_name", "pk"))
        offer(self.fields["colleague"], colleagues)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            short("user", Fluid.ONE_HALF),
            Revealing(
                "kind",
                {
                    KINDS.SERVICE: "whole",
                    KINDS.COVER: "colleague",
                    KINDS.SAMPLE: ("drawn_from", "size", "references"),
                },
            ),
            day("since"),
            day("until"),
            short("reason"),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        wanted: dict[str, list[str]] = {
            KINDS.SERVICE: ["whole"],
            KINDS.COVER: ["colleague"],
            KINDS.SAMPLE: ["drawn_from", *([] if given.get("references") else ["size"])],
        }
        for name in wanted.get(str(given.get("kind")), []):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, f"Answer “{self.fields[name].label}”.")
        return given
