"""Why somebody opens a record."""

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms

from audit.purposes import Purpose
from cases.actions.purposes import TO_CHOOSE
from cases.forms.fields import LongWordsField


class WhyForm(forms.Form):
    """The task, and one sentence."""

    purpose = forms.ChoiceField(
        label="For which task",
        choices=[(one.value, one.words.capitalize()) for one in TO_CHOOSE],
        widget=forms.RadioSelect,
    )
    sentence = LongWordsField(
        label="Why, in a sentence",
        help_text="For example: the school rang about her, and no concern is recorded yet.",
        max_length=500,
        rows=2,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.radios("purpose", legend_size=Size.SMALL),
            Field.text("sentence", label_size=Size.SMALL),
        )

    def clean_purpose(self) -> Purpose:
        return Purpose(self.cleaned_data["purpose"])
