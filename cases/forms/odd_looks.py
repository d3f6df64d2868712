"""What an odd look was."""

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms

from cases.forms.fields import LongWordsField


class ReviewForm(forms.Form):
    """The explanation of one odd look."""

    explanation = LongWordsField(
        label="What it was",
        help_text="Whom you asked and what they said. For example: covered for Priya that day.",
        max_length=2000,
        rows=4,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.layout = Layout(Field.text("explanation", label_size=Size.SMALL))
