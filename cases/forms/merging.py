"""What is chosen when two records of one person become one."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms

from cases.forms.fields import LongWordsField, WordsField
from cases.forms.people import short
from cases.merging import BOTH, OTHER, SURVIVOR, Choice
from core.dates import plain


class OtherRecordForm(forms.Form):
    """Which record may be of the same person."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The word of the address.
        self.fields["with"] = WordsField(
            label="Reference of the other record", help_text="For example, P-000123", max_length=20
        )
        self.helper = FormHelper(self)
        self.helper.layout = Layout(short("with", Fluid.ONE_THIRD))


class MergeForm(forms.Form):
    """Whose value stays, for each basic detail that differs, and how we know."""

    fields: dict[str, Any]

    reason = LongWordsField(
        label="How do you know that they are one person?",
        help_text="For example: same telephone number, and she confirmed it today.",
        rows=3,
    )

    def __init__(self, *args: Any, choices: list[Choice], **options: Any) -> None:
        super().__init__(*args, **options)
        for choice in choices:
            self.fields[choice.name] = forms.ChoiceField(
                label=f"{choice.label[0].upper()}{choice.label[1:]}",
                choices=_answers(choice),
                widget=forms.RadioSelect,
                initial=choice.suggested,
            )
        self.names = [choice.name for choice in choices]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            *(Field.radios(name, legend_size=Size.SMALL) for name in self.names),
            Field.text("reason", label_size=Size.SMALL),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        chosen = {name: given.pop(name) for name in self.names if name in given}
        return {"chosen": chosen, "reason": given.get("reason", "")}

    @property
    def outcome(self) -> list[dict[str, str]]:
        """What the one record will say, for the second look."""
        return [
            {
                "key": str(self.fields[name].label),
                "value": dict(self.fields[name].choices)[self.cleaned_data["chosen"][name]],
            }
            for name in self.names
        ]


class UndoMergeForm(forms.Form):
    """Why they are two people after all."""

    reason = LongWordsField(label="Why are they two people after all?", rows=3)


def _answers(choice: Choice) -> list[tuple[str, str]]:
    answers = [(SURVIVOR, _words(choice.survivor)), (OTHER, _words(choice.other))]
    return [*answers, (BOTH, "Both, one below the other")] if choice.can_be_both else answers


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value in {None, ""}:
        return "Nothing"
    return plain(value) if hasattr(value, "year") else str(value)
