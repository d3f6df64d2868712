"""What of an item is withheld, and why."""

from typing import Any, Protocol

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField
from sar.exemptions import EXEMPTIONS, RULINGS, Exemption
from sar.models import Withholding
from sar.pack.held import FILE, Item

WHOLE_ITEM = "whole item"


class Proposed(Protocol):
    """A passage that a form begins with: its words, and the text they stand in."""

    @property
    def words(self) -> str: ...

    @property
    def field(self) -> str: ...


EDGES = ("left", "top", "right", "bottom")


def edge_field(label: str) -> forms.DecimalField:
    """Where an edge of an area lies on its page."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, max_digits=4, decimal_places=1
    )


class WhyForm(forms.Form):
    """Why something is withheld, and whether the person is told."""

    fields: dict[str, Any]

    exemption = forms.TypedChoiceField(
        label="Why the law allows it",
        choices=EXEMPTIONS,
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

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        silent = given.pop("silent", False)
        exemption = given.get("exemption")
        if silent and exemption and not RULINGS[exemption].may_be_silent:
            self.add_error("silent", "This exemption does not allow us to be silent.")
        given["told"] = not silent
        return given


class AreaForm(WhyForm):
    """Which part of a page is painted over, in per cent of what is seen of it, and why."""

    left = edge_field("From the left edge, in per cent")
    top = edge_field("From the upper edge, in per cent")
    right = edge_field("To the right, in per cent")
    bottom = edge_field("Down to, in per cent")

    def __init__(self, data: QueryDict | None = None, *, like: Withholding | None = None) -> None:
        """A form that begins with the reason of `like`: names on one page have one reason, mostly."""
        initial = {"exemption": like.exemption, "factors": like.factors} if like else {}
        super().__init__(data, initial=initial)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            *(Field.text(name, field_width=Fluid.ONE_QUARTER) for name in EDGES),
            Field.radios("exemption", legend_size=Size.SMALL),
            Field.text("factors", label_size=Size.SMALL),
            Field.checkbox("silent"),
        )

    def clean(self) -> dict[str, Any]:
        """The edges in thousandths of the page."""
        given = super().clean()
        edges = {name: round(given[name] * 10) for name in EDGES if given.get(name) is not None}
        return {**given, **edges}


class WithholdForm(WhyForm):
    """Which passage of an item, or all of it, is withheld, and why."""

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

    def __init__(
        self, data: QueryDict | None = None, *, item: Item, proposal: Proposed | None = None
    ) -> None:
        """A form about `item`; `proposal` is a passage that is proposed."""
        super().__init__(data, initial={"quote": proposal.words if proposal else ""})
        passages = [value for value in item.values if value.is_passage and value.text]
        self.fields["field"].choices = [
            *((value.field, f"A passage of “{value.label}”") for value in passages),
            *([(FILE, "Words in the file")] if item.file else []),
            (WHOLE_ITEM, "The whole item"),
        ]
        self.fields["field"].initial = passages[0].field if passages else WHOLE_ITEM
        if proposal is not None:
            self.fields["field"].initial = proposal.field
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("field", legend_size=Size.SMALL),
            Field.text("quote", label_size=Size.SMALL),
            Field.text("only_here", field_width=Fluid.ONE_QUARTER),
            Field.radios("exemption", legend_size=Size.SMALL),
            Field.text("factors", label_size=Size.SMALL),
            Field.checkbox("silent"),
        )

    @property
    def is_whole(self) -> bool:
        """Whether the whole item is chosen; asked once the form is valid."""
        return "field" not in self.cleaned_data

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        chosen = given.get("field")
        if given.get("only_here") is None:
            given.pop("only_here", None)
        if chosen == WHOLE_ITEM:
            if given.get("quote"):
                self.add_error("quote", "Leave this empty, or choose the text it stands in.")
            for name in ("field", "quote", "only_here"):
                given.pop(name, None)
        elif chosen and not given.get("quote") and "quote" not in self.errors:
            self.add_error("quote", "Copy the passage from the text into this box.")
        return given


class NotHeldForm(forms.Form):
    """How somebody knows that an item was held nowhere when the request came."""

    how_known = LongWordsField(
        label="How you know that we did not hold it then",
        help_text="Such as “Asked Siân: he told her on 12 October, and she wrote it down the same day.”",
        rows=3,
    )
    is_certain = forms.BooleanField(
        label=(
            "I made sure that nothing of it was held when the request came: not on paper, in an e-mail, on a "
            "telephone or in a draft"
        ),
        error_messages={
            "required": "Make sure first, and tick this. What was held somewhere is a part of the answer."
        },
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("how_known", label_size=Size.SMALL), Field.checkbox("is_certain")
        )
