"""Who refers a family, when and why: the questions of a referral that is taken in and of its correction."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from cases.actions.referrals import NewProfessional
from cases.forms.entries import offer_professionals
from cases.forms.fields import LongWordsField, WordsField
from cases.forms.layout import Revealing
from cases.forms.people import day
from cases.models import Agency, HowReceived, Professional, Referral, Service
from core.dates import plain
from core.forms import DayField


class SourceForm(forms.Form):
    """Who refers, the day it came, how, and why."""

    fields: dict[str, Any]
    on: date

    came_from = forms.ChoiceField(
        label="Who refers", choices=Referral.From.choices, widget=forms.RadioSelect
    )
    agency = forms.ModelChoiceField(
        label="Which agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Choose an agency, or write a new one below",
    )
    new_agency = WordsField(label="An agency we do not know yet", max_length=200, required=False)
    professional = forms.ModelChoiceField(
        label="Who wrote or called for it",
        queryset=Professional.objects.none(),
        required=False,
    )
    new_professional = WordsField(
        label="Somebody we do not know yet: their name", max_length=200, required=False
    )
    new_role = WordsField(
        label="What they are",
        help_text="For example: health visitor",
        max_length=100,
        required=False,
    )
    other_service = forms.ModelChoiceField(
        label="Which of our services",
        queryset=Service.objects.none(),
        required=False,
        empty_label="Choose a service",
    )
    received_on = DayField(label="Day it was received")
    how_received = forms.ChoiceField(
        label="How it came", choices=HowReceived.choices, widget=forms.RadioSelect
    )
    reason = LongWordsField(
        label="Why the family is referred",
        help_text="What is asked for, in the words of whoever asks. The family may read it.",
        rows=6,
    )

    def offer_sources(
        self, agencies: Iterable[Agency], professionals: Iterable[Professional]
    ) -> None:
        """Offer whom we know: agencies, those who work there, and our own services."""
        self.fields["other_service"].queryset = Service.objects.all()
        self.fields["agency"].queryset = agencies
        offer_professionals(self.fields["professional"], professionals)

    def source_and_words(self) -> list[Any]:
        """The questions in the order in which they are asked."""
        return [
            Revealing(
                "came_from",
                {
                    Referral.From.AGENCY: (
                        "agency",
                        "new_agency",
                        "professional",
                        "new_professional",
                        "new_role",
                    ),
                    Referral.From.OTHER_SERVICE: "other_service",
                },
            ),
            day("received_on"),
            Field.radios("how_received", legend_size=Size.SMALL, inline=True),
            Field.text("reason", label_size=Size.SMALL),
        ]

    def check_source_and_day(self, given: dict[str, Any], *, asked_of: Service | None) -> None:
        """Who refers, as the verb wants it, to the service `asked_of`; what belongs to another answer is
        left out. A referral came today or earlier.
        """
        self._check_source(given, asked_of)
        received_on = given.get("received_on")
        if received_on and received_on > self.on:
            self.add_error(
                "received_on",
                f"{plain(received_on)} has not come yet. A referral came today or earlier.",
            )

    def _check_source(self, given: dict[str, Any], asked_of: Service | None) -> None:
        new = {name: given.pop(name, "") for name in ("new_agency", "new_professional", "new_role")}
        came_from = given.get("came_from")
        professional = given.get("professional")
        agency = given.get("agency") or (professional.agency.now if professional else None)
        if came_from != Referral.From.AGENCY:
            agency = professional = None
        elif agency and new["new_agency"]:
            self.add_error("new_agency", "Choose an agency or write a new one, not both.")
        elif not agency and not new["new_agency"] and "agency" not in self.errors:
            self.add_error("agency", "Choose the agency that refers, or write a new one.")
        elif professional and agency and professional.agency.number_now != agency.pk:
            self.add_error("professional", f"{professional.name} does not work for {agency}.")
        if came_from == Referral.From.AGENCY:
            professional = self._professional(professional, new)
        if came_from == Referral.From.OTHER_SERVICE:
            self._check_other_service(given, asked_of)
        else:
            given["other_service"] = None
        given |= {"agency": agency or new["new_agency"] or None, "professional": professional}

    def _professional(
        self, chosen: Professional | None, new: dict[str, str]
    ) -> Professional | NewProfessional | None:
        name, role = new["new_professional"], new["new_role"]
        if chosen and (name or role):
            self.add_error("new_professional", "Choose somebody or write a new name, not both.")
        elif name and not role:
            self.add_error("new_role", f"Say what {name} is, for example health visitor.")
        elif role and not name:
            self.add_error("new_professional", "Write their name as well.")
        elif name:
            return NewProfessional(name=name, role=role)
        return chosen

    def _check_other_service(self, given: dict[str, Any], asked_of: Service | None) -> None:
        other = given.get("other_service")
        if other is None and "other_service" not in self.errors:
            self.add_error("other_service", "Choose the service that refers.")
        elif other is not None and other == asked_of:
            self.add_error("other_service", "A service does not refer to itself.")


class ReferralCorrectionForm(SourceForm):
    """What was taken in wrongly. `clean` gives the arguments of `cases.actions.referrals.correct_referral`.

    `seen` travels hidden in the form: how many corrections there were when the page was opened.
    """

    because = LongWordsField(
        label="Why it is corrected",
        help_text="What stood there stays readable. The family may read this.",
        rows=3,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        referral: Referral,
        seen: int,
        agencies: Iterable[Agency],
        professionals: Iterable[Professional],
        on: date,
    ) -> None:
        kept = (
            "came_from",
            "professional",
            "other_service",
            "received_on",
            "how_received",
            "reason",
        )
        stands = {name: getattr(referral, name) for name in kept}
        # An agency that was written down twice is offered once, as it stands now.
        stands["agency"] = referral.agency and referral.agency.now
        super().__init__(data, initial={**stands, "seen": seen})
        self.on, self.asked_of = on, referral.service
        self.offer_sources(agencies, professionals)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            *self.source_and_words(), Field.text("because", label_size=Size.SMALL), "seen"
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        self.check_source_and_day(given, asked_of=self.asked_of)
        return given
