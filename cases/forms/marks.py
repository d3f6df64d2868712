"""Marking passages of a text: words and what they are, in rows that need neither mouse nor script."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string

from cases.models import PassageKind
from cases.passages import Mark

EMPTY_ROWS = 3


class MarksWidget(forms.Widget):
    """Reads the rows; `Marks` draws them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Mark]:
        kinds, words = data.getlist(f"{name}_kind"), data.getlist(f"{name}_words")
        return [Mark(kind, text) for kind, text in zip(kinds, words, strict=False)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_words" not in data


class MarksField(forms.Field):
    """Some words and what they are. Gives a list of Mark."""

    widget = MarksWidget

    def clean(self, value: Any) -> list[Mark]:
        marks = [Mark(mark.kind, " ".join(mark.words.split())) for mark in value or ()]
        marks = [mark for mark in marks if mark.words]
        for mark in marks:
            if mark.kind not in PassageKind.values:
                raise ValidationError(f"Choose what the words “{mark.words}” are.", code="kind")
        return marks


class Marks(LayoutObject):
    """The rows of a MarksField, and some empty ones, for the text in `beside`."""

    template = "cases/_marks.html"

    def __init__(self, field: str, beside: str) -> None:
        self.field, self.beside = field, beside
        self.fields = [field]

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        box = form[self.field]
        given = [mark for mark in box.value() or () if mark.words or mark.kind]
        if hasattr(form, "rendered_fields"):
            form.rendered_fields.add(self.field)
        values: Mapping[str, Any] = {
            "field": box,
            "rows": [*given, *(Mark("", "") for _ in range(EMPTY_ROWS))],
            "kinds": PassageKind.choices,
            "beside": form[self.beside].id_for_label,
        }
        return render_to_string(self.template, dict(values))
