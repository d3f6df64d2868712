"""What an agency was asked to do for a family, and what became of it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from cases.forms.fields import LongWordsField
from consent.workflow import REFERRAL_OUT_MOVES, ReferralOutMove, ReferralOutStatus
from core.forms import DayField

CHASED = "chased"
BECAME = {
    CHASED: "We asked again and still wait",
    ReferralOutMove.ACCEPT.value: "They accepted",
    ReferralOutMove.DECLINE.value: "They declined",
    ReferralOutMove.GIVE_UP.value: "No answer, and we wait no longer",
}


class ChaseDayField(DayField):
    """From which day somebody asks again; it has not passed."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and day < timezone.localdate():
            raise forms.ValidationError("This day has passed. Write today or a day to come.")
        return day


def can_become(status: str) -> list[str]:
    """What a referral that stands at `status` may become; nothing once they accepted or declined."""
    moves = [move.value for move, made in REFERRAL_OUT_MOVES.items() if status in made.sources]
    return [CHASED, *moves] if status == ReferralOutStatus.WAITING else moves


class ReferOutForm(forms.Form):
    """What an agency was asked to do."""

    asked_for = LongWordsField(label="What they were asked to do", rows=3)
    chase_on = ChaseDayField(
        label="Ask again on, if there is no answer",
        help_text="It becomes a task of yours. For example, 27 3 2026",
        required=False,
    )


class AnswerForm(forms.Form):
    """What became of it."""

    became = forms.ChoiceField(
        label="What became of it",
        choices=list(BECAME.items()),
        widget=forms.RadioSelect,
    )
    words = LongWordsField(label="What they said, and who", rows=3)
    chase_on = ChaseDayField(
        label="Ask again on, if you still wait",
        help_text="It becomes a task of yours. For example, 27 3 2026",
        required=False,
    )

    def __init__(self, data: QueryDict | None, *, status: str) -> None:
        """`status` as the page shows it: what was sent is not told that there is no such choice, but why."""
        super().__init__(data)
        if data is None:
            self.fields["became"].choices = [(name, BECAME[name]) for name in can_become(status)]  # type: ignore[attr-defined]
            if CHASED not in can_become(status):
                del self.fields["chase_on"]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given.get("chase_on") and given.get("became") not in {CHASED, None}:
            self.add_error(
                "chase_on", "There is an answer, so nobody asks again: leave this empty."
            )
        return given
