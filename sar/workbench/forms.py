"""One decision about somebody, for all the places where they are named."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField
from sar.exemptions import EXEMPTIONS, Basis, Exemption, HarmAnswer, HealthGround
from sar.forms.fields import PastDayField
from sar.models import HarmConsultation

STAYS, GOES = "stays", "withheld"


class GroupForm(forms.Form):
    """Withheld everywhere, or left in everywhere; and why."""

    fields: dict[str, Any]

    what = forms.ChoiceField(
        label="What is decided",
        choices=[
            (GOES, "Withhold it in all these places"),
            (STAYS, "Leave it in, in the whole pack"),
        ],
        widget=forms.RadioSelect,
    )
    exemption = forms.TypedChoiceField(
        label="If it is withheld: why the law allows it",
        choices=EXEMPTIONS,
        widget=forms.RadioSelect,
        coerce=Exemption,
        required=False,
    )
    basis = forms.TypedChoiceField(
        label="If it stays in: why",
        choices=Basis.choices,
        widget=forms.RadioSelect,
        coerce=Basis,
        required=False,
    )
    factors = LongWordsField(
        label="What you weighed",
        help_text=(
            "What it is, any duty of confidence, what was done to ask them, whether they can agree, and "
            "whether they refused. Whoever checks this later reads it."
        ),
        rows=3,
    )

    def __init__(self, data: QueryDict | None = None, *, is_open_proposed: bool = False) -> None:
        initial: dict[str, str] = {"exemption": Exemption.THIRD_PARTY}
        if is_open_proposed:
            initial = {"what": STAYS, "basis": Basis.PROFESSIONAL}
        super().__init__(data, initial=initial)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("what", legend_size=Size.SMALL),
            Field.radios("exemption", legend_size=Size.SMALL),
            Field.radios("basis", legend_size=Size.SMALL),
            Field.text("factors", label_size=Size.SMALL),
        )

    @property
    def stays(self) -> bool:
        """Whether it stays in; asked once the form is valid."""
        return "basis" in self.cleaned_data

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        what = given.pop("what", None)
        wanted, other = ("basis", "exemption") if what == STAYS else ("exemption", "basis")
        if what and not given.get(wanted):
            self.add_error(wanted, "Choose why.")
        given.pop(other, None)
        return given


class AskHealthForm(forms.Form):
    """Whom we asked about serious harm."""

    whom = forms.CharField(
        label="Whom you asked, and what they are",
        help_text="Such as “Dr Shah, GP of the person”.",
        max_length=200,
    )
    about = LongWordsField(
        label="What you asked them about", help_text="Which entries, and what they say.", rows=3
    )
    asked_on = PastDayField(label="Day you asked")


class HealthAnswerForm(forms.Form):
    """What they said."""

    answer = forms.TypedChoiceField(
        label="What they say",
        choices=HarmAnswer.choices,
        widget=forms.RadioSelect,
        coerce=HarmAnswer,
    )
    advice = LongWordsField(label="In their words", rows=3)
    answered_on = PastDayField(label="Day they answered")


class HealthRulingForm(forms.Form):
    """Why an item about health may go out."""

    fields: dict[str, Any]

    ground = forms.TypedChoiceField(
        label="Why it may go out",
        choices=HealthGround.choices,
        widget=forms.RadioSelect,
        coerce=HealthGround,
    )
    consultation = forms.ModelChoiceField(
        label="Whose opinion",
        queryset=HarmConsultation.objects.none(),
        required=False,
        empty_label="Nobody’s: it rests on no opinion",
    )
    why = LongWordsField(
        label="How you know", help_text="Such as “she told us so herself, note N-000004”.", rows=2
    )

    def __init__(
        self, data: QueryDict | None = None, *, consultations: list[HarmConsultation]
    ) -> None:
        super().__init__(data)
        numbers = [asked.pk for asked in consultations]
        self.fields["consultation"].queryset = HarmConsultation.objects.filter(pk__in=numbers)
        self.fields["consultation"].label_from_instance = _in_words

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("ground") == HealthGround.OPINION and not given.get("consultation"):
            self.add_error("consultation", "Choose whose opinion it is.")
        return given


def _in_words(asked: HarmConsultation) -> str:
    return asked.whom
