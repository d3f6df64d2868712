"""In which house a member of staff lives."""

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Fluid, Layout, Size
from django import forms

from cases.forms.fields import WordsField
from cases.normal import is_full_postcode


class HomeForm(forms.Form):
    """The house and its postcode; neither is kept."""

    house = WordsField(
        label="Number or name of the house",
        help_text="For example 14, Flat 2, 14 Lord Street, or Rose Cottage.",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    postcode = WordsField(
        label="Postcode",
        help_text="The whole of it, for example PR9 0ZZ.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.text("house", label_size=Size.SMALL, field_width=Fluid.ONE_HALF),
            Field.text("postcode", label_size=Size.SMALL, field_width=Fixed.TEN),
        )

    def clean_postcode(self) -> str:
        typed: str = self.cleaned_data["postcode"]
        if not is_full_postcode(typed):
            raise forms.ValidationError("Write the whole postcode, for example PR9 0ZZ.")
        return typed
