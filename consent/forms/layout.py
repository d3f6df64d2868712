"""What the forms about consents and sharing have in common."""

from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from crispy_forms_gds.layout import Field, Fieldset, Size
from django import forms
from django.template import Context
from django.template.loader import render_to_string

from cases.forms.fields import LongWordsField

LEGEND = {"legend_size": "govuk-fieldset__legend--s"}
LABEL = {"label_size": "govuk-label--s"}


def choose_or_write(form: forms.Form, given: dict[str, Any]) -> None:
    """An agency of the list or a new name, not both."""
    new = given.pop("new_agency", "")
    if new and given.get("agency"):
        form.add_error("new_agency", "Choose an agency or write a new one, not both.")
    given["agency"] = given.get("agency") or new or None


class AskedWho:
    """A form that asks, once the name was found to be like one that must not be told, how it is somebody else."""

    data: Any
    fields: dict[str, Any]
    helper: Any

    def ask_who(self) -> None:
        """The question comes first; it stands there again where it was answered."""
        if "why_another" not in self.fields:
            self.fields["why_another"] = LongWordsField(
                label="How you know that it is somebody else",
                rows=2,
                max_length=2000,
                required=False,
            )
            self.helper.layout.insert(1, Field.text("why_another", label_size=Size.SMALL))

    def ask_who_again(self) -> None:
        if self.data and self.data.get("why_another", "").strip():
            self.ask_who()


def question(form: forms.Form, name: str) -> Any:
    """A question of `form`; what may be set of it depends on its kind."""
    return form.fields[name]


def section(heading: str, *questions: Any) -> Fieldset:
    return Fieldset(*questions, legend=heading, legend_size=Size.MEDIUM, legend_tag="h2")


class Reading(LayoutObject):
    """Something to read between the questions of a form."""

    def __init__(self, template: str, **words: Any) -> None:
        self.template = template
        self.words = words
        self.fields: list[str] = []

    def render(
        self, form: Any, context: Context, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        return render_to_string(self.template, self.words)
