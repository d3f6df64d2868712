"""What the forms about consents and sharing have in common."""

from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from crispy_forms_gds.layout import Field, Fieldset, Size
from django import forms
from django.template import Context
from django.template.loader import render_to_string

from cases.forms.fields import LongWordsField
from consent.gateways import MAY_OVERRIDE, Gateway
from consent.kept_from import KeptFrom, MaybeTheOne
from core.errors import Refused

LEGEND = {"legend_size": "govuk-fieldset__legend--s"}
LABEL = {"label_size": "govuk-label--s"}


def choose_or_write(form: forms.Form, given: dict[str, Any]) -> None:
    """An agency of the list or a new name, not both."""
    new = given.pop("new_agency", "")
    if new and given.get("agency"):
        form.add_error("new_agency", "Choose an agency or write a new one, not both.")
    given["agency"] = given.get("agency") or new or None


class AskedWho:
    """A form that asks, once the name was found to be one that must not be told, or like one: how it is somebody
    else, or who decided that they are told all the same.
    """

    data: Any
    fields: dict[str, Any]
    helper: Any
    # Who may decide that they are told all the same; a form whose ways never allow that has nobody.
    deciders: Any = None

    def asks_after(self, refusal: Refused) -> str | None:
        """The question that a refusal comes with, which now stands on the page (`core.pages.refused`)."""
        if isinstance(refusal, KeptFrom):
            if refusal.maybe:
                self.ask_who()
            self.ask_despite(secret=refusal.secret)
            return "why_despite"
        if isinstance(refusal, MaybeTheOne):
            self.ask_who()
            return "why_another"
        return None

    def ask_again(self) -> None:
        """What the page asked before it asks again, whatever was answered."""
        if self.data and self.data.get("why_another", "").strip():
            self.ask_who()
        if self.data and "why_despite" in self.data:
            self.ask_despite(secret="tells_safe_address" in self.data)

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

    def ask_despite(self, *, secret: bool) -> None:
        """Who decided that it goes to them all the same, and why; with `secret`, whether an address was told."""
        asked: dict[str, tuple[forms.Field, Any]] = {
            "why_despite": (
                LongWordsField(
                    label="Why it goes to them all the same",
                    help_text="Name the order, or the harm that it prevents, and what you leave out.",
                    rows=3,
                    max_length=2000,
                    required=False,
                ),
                Field.text("why_despite", label_size=Size.SMALL),
            )
        }
        if self.data.get("gateway") == Gateway.LAW:
            asked["despite_by"] = (
                forms.ModelChoiceField(
                    label="Who decided that",
                    help_text="The safeguarding lead or the Data Protection Officer, and never you. They are "
                    "asked to look at it as soon as you have saved it.",
                    queryset=self.deciders,
                    required=False,
                    empty_label="Choose who decided it",
                ),
                Field("despite_by", context=LABEL),
            )
        if secret:
            asked["tells_safe_address"] = (
                forms.ChoiceField(
                    label="Does it tell an address that is kept secret",
                    choices=(("yes", "Yes"), ("no", "No")),
                    widget=forms.RadioSelect,
                    required=False,
                ),
                Field.radios("tells_safe_address", legend_size=Size.SMALL, inline=True),
            )
        here = sum(name in self.fields for name in asked)
        for name, (field, shown) in asked.items():
            if name not in self.fields:
                self.fields[name] = field
                self.helper.layout.insert(here + 1, shown)
                here += 1

    def settle_despite(self, given: dict[str, Any]) -> None:
        """The answers as the verb takes them; without a way that may overrule a marker they do not count."""
        by = given.pop("despite_by", None)
        told = given.pop("tells_safe_address", "")
        if given.get("gateway") not in MAY_OVERRIDE:
            given.pop("why_despite", None)
            return
        if by is not None and given["gateway"] == Gateway.LAW and given.get("why_despite"):
            given["authorised_by"] = by
        given["tells_safe_address"] = {"yes": True, "no": False}.get(told)


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
