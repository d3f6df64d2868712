"""How questions that belong together stand on the page."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string


class Revealing(LayoutObject):
    """A question with one answer, where some answers bring another question with them.

    `further` gives for an answer the name of that question, or the names of several. Style
    alone brings them when that answer is chosen; a browser that does not know how shows them all.
    """

    template = "gds/layout/revealing_radios.html"

    def __init__(self, field: str, further: Mapping[str, str | tuple[str, ...]]) -> None:
        self.field = field
        self.further = {
            answer: (brought,) if isinstance(brought, str) else brought
            for answer, brought in further.items()
        }
        self.fields = [field, *chain(*self.further.values())]

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        brought = {
            answer: [
                render_field(question, form, context, template_pack=template_pack)
                for question in questions
            ]
            for answer, questions in self.further.items()
        }
        question = form[self.field]
        answers = [(option, brought.get(str(option.data["value"]), [])) for option in question]
        if hasattr(form, "rendered_fields"):
            form.rendered_fields.add(self.field)
        return render_to_string(
            self.template,
            {"field": question, "answers": answers, "legend_size": "govuk-fieldset__legend--s"},
        )
