"""Handing a pack over."""

from typing import Any

from django import forms

from cases.forms.fields import LongWordsField, WordsField
from sar.actions.delivery import LONGEST
from sar.forms.fields import PastDayField
from sar.forms.passphrase import PassphraseForm
from sar.models import Delivery

USUAL = 7  # days


class LinkForm(PassphraseForm):
    """A passphrase, how long the link is open, and how we know that it is them who hear the passphrase."""

    days = forms.IntegerField(
        label="For how many days the link is open",
        min_value=1,
        max_value=LONGEST,
        initial=USUAL,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
    )

    identity = LongWordsField(
        label="How you make sure again that it is them, when you tell the passphrase",
        help_text="Such as “I ring the number on their record and ask what we agreed to ask”.",
        rows=2,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        return {name: value for name, value in given.items() if name != "again"}


class HandedOverForm(forms.Form):
    """On paper: to whom, when and how."""

    way = forms.ChoiceField(
        label="How it went",
        choices=[(way.value, way.label) for way in (Delivery.Way.POST, Delivery.Way.HAND)],
        widget=forms.RadioSelect,
    )
    to = WordsField(label="To whom", max_length=200)
    handed_on = PastDayField(label="Day it was handed over or posted")
    remarks = LongWordsField(
        label="Proof",
        help_text="Such as the number of a tracked parcel, or what they showed when they came.",
        rows=2,
        required=False,
    )


class RecallForm(forms.Form):
    """Why a link is taken back."""

    because = LongWordsField(label="Why it is taken back", rows=2)


class CollectForm(forms.Form):
    """The passphrase, typed by whoever got the link."""

    passphrase = forms.CharField(
        label="Passphrase",
        help_text="The one we told you by telephone or face to face.",
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
