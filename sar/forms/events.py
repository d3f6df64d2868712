"""What happens to a request: evidence, questions back, more time, an answer."""

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import LongWordsField, WordsField
from sar.clock import Ground
from sar.forms.fields import PastDayField
from sar.kinds import (
    ExtensionGround,
    HowEstablished,
)
from sar.models import RightsRequest


class NothingToSay(forms.Form):
    """A verb that is one button."""


class AskIdentityForm(forms.Form):
    """Why there is doubt about who they are, and when they were asked."""

    because = LongWordsField(
        label="Why there is reasonable doubt about who they are",
        help_text="Somebody whom a worker knows is never asked for papers.",
        rows=3,
    )
    asked_on = PastDayField(label="Day they were asked")


class SeenForm(forms.Form):
    """Who looked, and when."""

    fields: dict[str, Any]

    seen_by = forms.ModelChoiceField(
        label="By whom",
        queryset=User.objects.filter(is_active=True),
        to_field_name="email",
        empty_label="Choose a member of staff",
    )
    seen_on = PastDayField(label="When")


class SeeIdentityForm(SeenForm):
    """How it is known who asks."""

    how = forms.ChoiceField(
        label="How we know who they are",
        choices=HowEstablished.choices,
        widget=forms.RadioSelect,
    )
    what = WordsField(
        label="If evidence was seen: what it was",
        help_text="Such as “driving licence”. Keep no copy and no number of it.",
        max_length=300,
        required=False,
    )
    field_order = ("how", "what", "seen_by", "seen_on")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("how") == HowEstablished.EVIDENCE and not given.get("what"):
            self.add_error("what", "Say what was seen, such as “driving licence”.")
        return given


class AskAuthorityForm(forms.Form):
    """When whoever asks for somebody else was asked to show that they may."""

    asked_on = PastDayField(label="Day they were asked")
    because = LongWordsField(label="What they were asked for", required=False, rows=2)


class SeeAuthorityForm(SeenForm):
    """What showed that they may act for the person."""

    what = WordsField(
        label="What was seen",
        help_text="Such as “letter signed by her, 3 March 2026”. Keep no copy of papers of identity.",
        max_length=300,
    )
    field_order = ("what", "seen_by", "seen_on")


class AskClarificationForm(forms.Form):
    """What was asked back."""

    question = LongWordsField(
        label="What we asked",
        help_text="Only what is needed to find the information. The clock stands still meanwhile.",
        rows=3,
    )
    asked_on = PastDayField(label="Day we asked")


class AnswerClarificationForm(forms.Form):
    """What they answered."""

    answer = LongWordsField(label="What they answered", rows=3)
    answered_on = PastDayField(label="Day the answer came")


class ExtendForm(forms.Form):
    """Why the answer takes longer, and when the person was told."""

    ground = forms.TypedChoiceField(
        label="On which ground",
        choices=ExtensionGround.choices,
        widget=forms.RadioSelect,
        coerce=Ground,
    )
    reasons = LongWordsField(
        label="The reasons, as the person was told them",
        help_text="This can be done once. The notice has to reach the person within the first month.",
        rows=4,
    )
    notice_sent_on = PastDayField(label="Day the notice was sent")


class RefuseForm(forms.Form):
    """Why what was asked is not done."""

    reasons = LongWordsField(
        label="The reasons, as the person will be told them",
        help_text="The letter also names the complaint to us, to the regulator, and the court.",
        rows=5,
    )


class ReleaseForm(forms.Form):
    """That the pack was read, and its reference typed again, since a release cannot be taken back."""

    read = forms.BooleanField(
        label="I have read the pack from the first page to the last",
        error_messages={"required": "Read the whole pack first, then tick that you have."},
    )
    confirm = WordsField(label="Type the reference of the request to confirm", max_length=20)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.request = request

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("confirm", "")
        if typed and typed.strip().upper() != self.request.reference:
            self.add_error("confirm", f"Type {self.request.reference} to confirm.")
        return {}
