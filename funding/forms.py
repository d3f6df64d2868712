"""What is typed about contracts, and to say which one pays."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, WordsField
from cases.models import Service
from core.forms import DayField
from funding.eligibility import Eligibility
from funding.models import Contract


class AgreedForm(forms.Form):
    """What was agreed with a funder, and may be agreed anew."""

    fields: dict[str, Any]

    name = WordsField(label="What the contract is called", max_length=200)
    ends_on = DayField(label="Until")
    districts = WordsField(
        label="Postcode districts it pays for",
        help_text="The part before the space, with commas: PR8, PR9, L37. Leave empty for everywhere.",
        max_length=500,
        required=False,
    )
    target_people = forms.IntegerField(label="People in a quarter", min_value=0, required=False)
    target_families = forms.IntegerField(label="Families in a quarter", min_value=0, required=False)
    target_contacts = forms.IntegerField(label="Contacts in a quarter", min_value=0, required=False)

    def clean_districts(self) -> list[str]:
        return str(self.cleaned_data["districts"]).replace(",", " ").split()


class ContractForm(AgreedForm):
    """A new contract with a funder."""

    funder = WordsField(label="Who pays", max_length=200)
    service = forms.ModelChoiceField(
        label="For which service", queryset=Service.objects.none(), empty_label="Choose a service"
    )
    starts_on = DayField(label="From")
    field_order = ("funder", "service", "name", "starts_on", "ends_on")

    def __init__(self, data: QueryDict | None = None, *, services: Iterable[Service]) -> None:
        super().__init__(data)
        numbers = [one.pk for one in services]
        self.fields["service"].queryset = Service.objects.filter(pk__in=numbers)


class ContractChangeForm(AgreedForm):
    """A contract as it is agreed from now on."""

    def __init__(self, data: QueryDict | None = None, *, contract: Contract) -> None:
        initial = {name: getattr(contract, name) for name in self.base_fields}
        super().__init__(data, initial=initial | {"districts": ", ".join(contract.districts)})


class FundCaseForm(forms.Form):
    """Which contract pays for the case."""

    fields: dict[str, Any]

    contract = forms.ModelChoiceField(
        label="Contract",
        queryset=Contract.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    since = DayField(label="From")
    why_outside = LongWordsField(
        label="Why it pays, if they live outside its area or nobody knows where they live",
        rows=2,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        offers: Iterable[tuple[Contract, Eligibility]],
        since: Any,
    ) -> None:
        super().__init__(data, initial={"since": since})
        offers = list(offers)
        question = self.fields["contract"]
        question.queryset = Contract.objects.filter(pk__in=[one.pk for one, _ in offers])
        question.choices = [(one.pk, f"{one}. {found.sentence}") for one, found in offers]


class FundContactForm(forms.Form):
    """Which contract pays for one contact, if another than that of its case."""

    fields: dict[str, Any]

    contract = forms.ModelChoiceField(
        label="Which contract it counts for",
        queryset=Contract.objects.none(),
        required=False,
        empty_label="That of the case",
    )

    def __init__(self, data: QueryDict | None = None, *, contracts: Iterable[Contract]) -> None:
        super().__init__(data)
        self.fields["contract"].queryset = Contract.objects.filter(
            pk__in=[one.pk for one in contracts]
        )
