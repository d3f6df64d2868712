"""What is said about an item."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField
from sar.models.item_note import MOST
from sar.queries.item_notes import Notes


class ItemNoteForm(forms.Form):
    """Which item, by its heading in the pack, and what is said about it."""

    fields: dict[str, Any]

    item = forms.CharField(
        label="Which entry",
        help_text="As it is headed in the pack, such as “Note N-000123”, or its reference alone.",
        max_length=200,
    )
    words = LongWordsField(
        label="What you want to say",
        help_text="Those who prepare this pack read it, and whoever checks it. It is never in the pack.",
        rows=4,
        max_length=MOST,
    )

    def __init__(self, data: QueryDict | None = None, *, notes: Notes, item: str = "") -> None:
        super().__init__(data, initial={"item": item})
        self._notes = notes
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("item", label_size=Size.SMALL, field_width=Fluid.ONE_HALF),
            Field.text("words", label_size=Size.SMALL),
        )

    def clean_item(self) -> Any:
        """The item itself."""
        item = self._notes.headed(self.cleaned_data["item"])
        if item is None:
            raise forms.ValidationError(
                "Nothing in this request is headed like this. Copy the heading from the pack."
            )
        return item
