"""What is typed about a use with names. Forms check and never save; their questions are the verbs' own names."""

from django import forms

from cases.forms.fields import LongWordsField
from core.forms import DayField
from planning.models import IdentifiedUse


class AskUseForm(forms.Form):
    """What is wanted, of whom, and what makes it lawful."""

    kind = forms.ChoiceField(
        label="What kind of use", choices=IdentifiedUse.Kind.choices, widget=forms.RadioSelect
    )
    what_for = LongWordsField(
        label="What it is for, and why figures will not do",
        help_text="The people it is about read this if they ask for their record. Name nobody.",
        max_length=2000,
    )
    who_sees = LongWordsField(
        label="Who will see it, and where it is kept",
        help_text="Only colleagues: what goes to another agency goes through the sharing log.",
        max_length=1000,
        rows=3,
    )
    basis = forms.ChoiceField(
        label="What makes it lawful", choices=IdentifiedUse.Basis.choices, widget=forms.RadioSelect
    )
    law = LongWordsField(
        label="If a law or a court requires it: which one",
        help_text="The section, or the number of the order. That a law would allow it is not enough.",
        max_length=500,
        rows=2,
        required=False,
    )
    parts = forms.MultipleChoiceField(
        label="What is taken out",
        help_text="No more than it needs.",
        choices=IdentifiedUse.Part.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    references = LongWordsField(
        label="Numbers of the people",
        help_text="Like P-000012, with spaces between. Left empty, it is everybody you know who has said yes "
        "to planning or research with their name.",
        max_length=20_000,
        rows=4,
        required=False,
    )
    ends_on = DayField(label="Last day on which it may be taken out", help_text="Within a year")


class DecideUseForm(forms.Form):
    """Why a use with names is approved or refused."""

    decision = LongWordsField(
        label="Why do you decide so?",
        help_text="Whether figures would do, whether it is fair to the people, what makes it lawful.",
        max_length=2000,
    )
