"""What an agency was asked to do for a family, and what became of it."""

from typing import Any

from django import forms

from cases.forms.fields import LongWordsField
from consent.workflow import ReferralOutMove
from core.forms import DayField

CHASED = "chased"


class ReferOutForm(forms.Form):
    """What an agency was asked to do."""

    asked_for = LongWordsField(label="What they were asked to do", rows=3)
    chase_on = DayField(
        label="Ask again on, if there is no answer",
        help_text="It becomes a task of yours. For example, 27 3 2026",
        required=False,
    )


class AnswerForm(forms.Form):
    """What became of it."""

    became = forms.ChoiceField(
        label="What became of it",
        choices=[
            (CHASED, "We asked again and still wait"),
            (ReferralOutMove.ACCEPT.value, "They accepted"),
            (ReferralOutMove.DECLINE.value, "They declined"),
            (ReferralOutMove.GIVE_UP.value, "No answer, and we wait no longer"),
        ],
        widget=forms.RadioSelect,
    )
    words = LongWordsField(label="What they said, and who", rows=3)
    chase_on = DayField(
        label="Ask again on, if you still wait",
        help_text="It becomes a task of yours. For example, 27 3 2026",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given.get("chase_on") and given.get("became") not in {CHASED, None}:
            self.add_error(
                "chase_on", "There is an answer, so nobody asks again: leave this empty."
            )
        return given
