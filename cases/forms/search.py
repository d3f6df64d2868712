"""What is typed to find somebody."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms

from cases.forms.fields import WordsField
from cases.sought import LONGEST


class SearchForm(forms.Form):
    """One box for whatever is known of somebody."""

    words = WordsField(
        label="Name, date of birth, telephone, e-mail, postcode or reference",
        help_text="Former names and misspelt names are found as well. For example: Amelia Hart, "
        "14 March 1990, 01704 496 000, PR9 0ZZ, P-000123",
        max_length=LONGEST,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("words", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS)
        )
