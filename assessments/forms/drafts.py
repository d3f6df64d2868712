"""What the forms of all drafts have: how often the draft was saved when the page was opened, and the page
itself, whose words are kept while they are typed (static_src/drafts.js).
"""

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from assessments.drafts import number_of_form
from cases.forms.entries import Begun, sheet_in
from cases.forms.fields import TokenField
from cases.models.draft import SAID
from core.forms import DayField

# What the page carries and nobody types; `seen` is not among them: words go back where they were typed.
PAGE = ("token", "sitting", "version", "step")
NOT_TYPED = (*PAGE, "csrfmiddlewaretoken", "stamp", "finish", "more")


class SeenField(forms.IntegerField):
    """How often the draft was saved when the page was opened; -1 if somebody has tampered with it."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int:
        try:
            return int(value)
        except (TypeError, ValueError):
            return -1


class DraftForm(forms.Form):
    """A form of a draft."""

    fields: dict[str, Any]

    seen = SeenField()
    token = TokenField()
    sitting = TokenField()
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    step = forms.CharField(widget=forms.HiddenInput, required=False)

    def begin(self, *, draft: Any, by: User, begun: Begun | None) -> None:
        """Begin with what stands in `draft`; where `by` has typed on and not saved it, with that.

        Once all questions are there.
        """
        self.initial = {
            **self.initial,
            "seen": draft.saves,
            "token": number_of_form(draft.reference, draft.saves, by),
            "sitting": uuid4(),
            "version": 0,
        }
        if begun is None:
            return
        typed = MultiValueDict(begun.typed)
        for name, question in self.fields.items():
            if name not in PAGE:
                self.initial[name] = question.widget.value_from_datadict(typed, {}, name)
        self.initial = {**self.initial, "token": begun.token, "version": begun.version}

    @property
    def page(self) -> dict[str, Any]:
        """The form and the page that it was sent from, as verbs are told."""
        data = cast("QueryDict", self.data)
        return {"token": TokenField().to_python(data.get("token")), "sheet": sheet_in(data)}

    def typed(self) -> dict[str, list[str]]:
        """What stands in the form, whether or not it can be saved; and all of it in words."""
        data = cast("QueryDict", self.data)
        typed = {name: values for name, values in data.lists() if name not in NOT_TYPED}
        return typed | {SAID: list(self._said())}

    def _said(self) -> Iterator[str]:
        """Every question that was answered, with its answer. Days are left out, as of all drafts."""
        for box in self.visible_fields():
            if isinstance(box.field, DayField):
                continue
            given = box.data if isinstance(box.data, list) else [box.data]
            words = dict(_flat(getattr(box.field, "choices", ())))
            answers = [str(words.get(one, one)) for one in given if one and str(one).strip()]
            if answers:
                yield f"{box.label}: {', '.join(answers)}"

    def take_over(self, saves: int) -> None:
        """Make this the page of a draft saved `saves` times: sent again, it stands in its place."""
        self._retype(seen=saves)

    def take_version(self, version: int) -> None:
        """Make this page go on from `version` of what was typed, whatever another window wrote."""
        self._retype(version=version)

    def _retype(self, **answers: int) -> None:
        typed = cast("QueryDict", self.data).copy()
        for name, answer in answers.items():
            typed[name] = str(answer)
        self.data = typed


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    """Choices without their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
