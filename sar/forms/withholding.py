"""What of an item is withheld, and why."""

from typing import Any, Protocol

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField
from sar.exemptions import RULINGS, Exemption
from sar.pack.gather import FILE, Item

WHOLE_ITEM = "whole item"


class Proposed(Protocol):
    """A passage that a form begins with: its words, and the text they stand in."""

    @property
    def words(self) -> str: ...

    @property
    def field(self) -> str: ...


# A choice beside the texts of an item, and what it asks for.
AREA = "area"
EDGES = ("page", "left", "top", "right", "bottom")


def edge_field(label: str, initial: str) -> forms.DecimalField:
    """Where an edge of an area lies on its page."""
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        required=False,
        initial=initial,
    )


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
    only_here = forms.IntegerField(
        label="Only one of these places, by its number",
        help_text="Leave this empty to withhold the words wherever they stand in this text.",
        min_value=1,
        required=False,
    )
    page = forms.IntegerField(label="Page of the file", min_value=1, required=False)
    left = edge_field("From the left edge, in per cent of the page", "0")
    top = edge_field("From the upper edge, in per cent of the page", "0")
    right = edge_field("To the right, in per cent of the page", "100")
    bottom = edge_field("Down to, in per cent of the page", "100")
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

    def __init__(
        self, data: QueryDict | None = None, *, item: Item, proposal: Proposed | None = None
    ) -> None:
        """A form about `item`; `proposal` is a passage that is proposed."""
        super().__init__(data, initial={"quote": proposal.words if proposal else ""})
        passages = [value for value in item.values if value.is_passage and value.text]
        of_file = [(FILE, "Words in the file"), (AREA, "A part of a page of the file")]
        self.fields["field"].choices = [
            *((value.field, f"A passage of “{value.label}”") for value in passages),
            *(of_file if item.file else []),
            (WHOLE_ITEM, "The whole item"),
        ]
        self.fields["field"].initial = passages[0].field if passages else WHOLE_ITEM
        if proposal is not None:
            self.fields["field"].initial = proposal.field
        if not item.file:
            for name in EDGES:
                del self.fields[name]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("field", legend_size=Size.SMALL),
            Field.text("quote", label_size=Size.SMALL),
            Field.text("only_here", field_width=Fluid.ONE_QUARTER),
            *(
                Field.text(name, field_width=Fluid.ONE_QUARTER)
                for name in EDGES
                if name in self.fields
            ),
            Field.radios("exemption", legend_size=Size.SMALL),
            Field.text("factors", label_size=Size.SMALL),
            Field.checkbox("silent"),
        )

    @property
    def is_whole(self) -> bool:
        """Whether the whole item is chosen; asked once the form is valid."""
        return "field" not in self.cleaned_data and "page" not in self.cleaned_data

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        silent = given.pop("silent", False)
        exemption = given.get("exemption")
        if silent and exemption and not RULINGS[exemption].may_be_silent:
            self.add_error("silent", "This exemption does not allow us to be silent.")
        given["told"] = not silent
        chosen = given.get("field")
        area = {name: given.pop(name, None) for name in EDGES}
        if chosen == AREA:
            return self._area(given, area)
        if given.get("only_here") is None:
            given.pop("only_here", None)
        if chosen == WHOLE_ITEM:
            if given.get("quote"):
                self.add_error("quote", "Leave this empty, or choose the text it stands in.")
            for name in ("field", "quote", "only_here"):
                given.pop(name, None)
        elif chosen and not given.get("quote"):
            self.add_error("quote", "Copy the passage from the text into this box.")
        return given

    def _area(self, given: dict[str, Any], area: dict[str, Any]) -> dict[str, Any]:
        """An area in thousandths of its page; what is asked of a passage is left out."""
        for name in ("field", "quote", "only_here"):
            given.pop(name, None)
        if any(value is None for value in area.values()):
            self.add_error("page", "Give the page, and all four edges of the area.")
            return given
        edges = {name: round(value * 10) for name, value in area.items() if name != "page"}
        return {**given, "page": area["page"], **edges}
