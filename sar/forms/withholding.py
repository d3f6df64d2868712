"""What of an item is withheld, and why."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField
from sar.exemptions import RULINGS, Exemption
from sar.pack.gather import Item

WHOLE_ITEM = "whole item"


class WithholdForm(forms.Form):
    """Which passage of an item, or all of it, is withheld, and why."""

    fields: dict[str, Any]

    field = forms.ChoiceField(label="What is withheld", widget=forms.RadioSelect)
    quote = LongWordsField(
        label="The passage",
        help_text=(
            "Copy the words from the text above, exactly. Wherever they stand in that text, they are "
            "withheld."
        ),
        required=False,
        rows=3,
    )
    exemption = forms.TypedChoiceField(
        label="Why the law allows it",
        choices=Exemption.choices,
        widget=forms.RadioSelect,
        coerce=Exemption,
    )
    factors = LongWordsField(
        label="What you weighed", help_text="Whoever checks this later reads it.", rows=3
    )
    silent = forms.BooleanField(
        label="Do not tell the person that something is withheld here",
        help_text="Only where saying so would do the very harm that the exemption is about.",
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, item: Item, quote: str = "") -> None:
        """A form about `item`; `quote` is a passage that is proposed."""
        super().__init__(data, initial={"quote": quote})
        passages = [value for value in item.values if value.is_passage and value.text]
        self.fields["field"].choices = [
            *((value.field, f"A passage of “{value.label}”") for value in passages),
            (WHOLE_ITEM, "The whole item"),
        ]
        self.fields["field"].initial = passages[0].field if passages else WHOLE_ITEM
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("field", legend_size=Size.SMALL),
            Field.text("quote", label_size=Size.SMALL),
            Field.radios("exemption", legend_size=Size.SMALL),
            Field.text("factors", label_size=Size.SMALL),
            Field.checkbox("silent"),
        )

    @property
    def is_whole(self) -> bool:
        """Whether the whole item is chosen; asked once the form is valid."""
        return "field" not in self.cleaned_data

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        silent = given.pop("silent", False)
        exemption = given.get("exemption")
        if silent and exemption and not RULINGS[exemption].may_be_silent:
            self.add_error("silent", "This exemption does not allow us to be silent.")
        given["told"] = not silent
        if given.get("field") == WHOLE_ITEM:
            if given.get("quote"):
                self.add_error("quote", "Leave this empty, or choose the text it stands in.")
            del given["field"]
            given.pop("quote", None)
        elif "field" in given and not given.get("quote"):
            self.add_error("quote", "Copy the passage from the text into this box.")
        return given
