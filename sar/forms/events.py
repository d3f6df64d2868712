"""What happens to a request: evidence, questions back, more time, an answer."""

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import LongWordsField, WordsField
from core.forms import DayField
from sar.clock import Ground
from sar.forms.fields import (
    PastDayField,
    address_they_gave,
    colleague,
    email_they_gave,
    what_to_warn_of,
)
from sar.gates import undecided
from sar.kinds import (
    AnswerFormat,
    Channel,
    ExtensionGround,
    HowEstablished,
    LateReason,
    Outcome,
)
from sar.models import Competence, ConflictWarning, RightsRequest
from sar.permissions import newest_built, who_may_be_asked


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
    valid_until = DayField(
        label="Day their authority ends, if it says one",
        help_text="It is asked again at release.",
        required=False,
    )
    field_order = ("what", "seen_by", "seen_on", "valid_until")


class WarningForm(forms.Form):
    """What the officer decides on one warning."""

    needs_request = True
    fields: dict[str, Any]

    warning = forms.ChoiceField(label="Which warning", widget=forms.RadioSelect)
    decision = forms.ChoiceField(
        label="What you decide",
        choices=ConflictWarning.Decision.choices,
        widget=forms.RadioSelect,
    )
    reason = LongWordsField(
        label="Why",
        help_text="Such as: the order binds the father, and she asks herself; what names him is withheld.",
        rows=3,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.waiting = {str(one.pk): one for one in undecided(request)}
        self.fields["warning"].choices = [
            (number, f"{one}: {one.words}") for number, one in self.waiting.items()
        ]

    def clean_warning(self) -> ConflictWarning:
        return self.waiting[self.cleaned_data["warning"]]


class CompetenceForm(forms.Form):
    """Whether a child understands what the request means, and what they want."""

    assessed_by = forms.ModelChoiceField(
        label="Assessed by",
        queryset=User.objects.filter(is_active=True),
        to_field_name="email",
        empty_label="Choose a member of staff",
    )
    assessed_on = PastDayField(label="When")
    finding = forms.ChoiceField(
        label="What they found", choices=Competence.Finding.choices, widget=forms.RadioSelect
    )
    considered = LongWordsField(
        label="What was considered",
        help_text="What they understand of what is on record, and of what happens if it is shown.",
        rows=3,
    )
    wish = forms.ChoiceField(
        label="What the child wants", choices=Competence.Wish.choices, widget=forms.RadioSelect
    )
    views = LongWordsField(label="The child’s views, or why they were not asked", rows=3)
    weighed = LongWordsField(
        label="What was weighed",
        help_text="Court orders, duties of confidence, what may follow for the child.",
        rows=3,
    )


class GapForm(forms.Form):
    """What the answer says is still missing."""

    gap = LongWordsField(
        label="What the answer says is still missing",
        help_text="Name the places that have not been searched, and when the rest comes.",
        rows=3,
    )


class SpokenForm(forms.Form):
    """What they were told by word of mouth, and that they know how to complain."""

    said = LongWordsField(
        label="What they were told, by whom and when",
        help_text="Answer by letter, unless they wish it so or no letter is safe.",
        rows=4,
    )
    routes = forms.BooleanField(
        label="They were told that they can complain to us and to the regulator, and go to court",
        error_messages={
            "required": "Tell them the three ways to complain, then tick that you have."
        },
    )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("routes", None)
        return given


class SpokenAnswerForm(SpokenForm):
    """The same of an answer, which says what was done."""

    outcome = forms.ChoiceField(
        label="What was done", choices=Outcome.choices, widget=forms.RadioSelect
    )
    field_order = ("outcome", "said", "routes")


class LateForm(forms.Form):
    """Why an answer is late."""

    late_reason = forms.ChoiceField(
        label="Why it is late", choices=LateReason.choices, widget=forms.RadioSelect
    )


class CareForm(forms.Form):
    """How they would like to be answered, and whom they can talk to."""

    needs_request = True
    fields: dict[str, Any]

    answer_format = forms.ChoiceField(
        label="How they would like the answer",
        choices=AnswerFormat.choices,
        widget=forms.RadioSelect,
    )
    in_stages = forms.BooleanField(label="They would like it in parts", required=False)
    warn_of = what_to_warn_of()
    reach_by = LongWordsField(label="A safe way to reach them", rows=2)
    reply_email = email_they_gave()
    reply_address = address_they_gave()
    named_contact = colleague(
        "Whom they can talk to about it",
        empty_label="The Data Protection Officer",
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        now = {
            name: getattr(request, name)
            for name in (
                "answer_format",
                "in_stages",
                "warn_of",
                "reach_by",
                "reply_email",
                "reply_address",
            )
        }
        contact = request.named_contact
        super().__init__(
            data,
            initial={**(initial or {}), **now, "named_contact": contact.email if contact else ""},
        )
        self.fields["named_contact"].queryset = who_may_be_asked(request)


class AskClarificationForm(forms.Form):
    """What was asked back."""

    question = LongWordsField(
        label="What we asked",
        help_text="Only what is needed to find the information. The clock stands still meanwhile.",
        rows=3,
    )
    asked_on = PastDayField(
        label="Day we asked",
        help_text="The clock stands still from this day: give the day on which the letter goes, not an earlier one.",
    )


class AnswerClarificationForm(forms.Form):
    """What they answered."""

    answer = LongWordsField(label="What they answered", rows=3)
    answered_on = PastDayField(label="Day the answer came")


class ExtendForm(forms.Form):
    """Why the answer takes longer, and whether the person was told, or the letter tells them now."""

    needs_request = True
    LETTER, TOLD = "letter", "told"

    ground = forms.TypedChoiceField(
        label="On which ground",
        choices=ExtensionGround.choices,
        widget=forms.RadioSelect,
        coerce=Ground,
    )
    reasons = LongWordsField(
        label="The reasons, as the person is told them",
        help_text="The letter begins with these words. The time can be extended once.",
        rows=4,
    )
    how = forms.ChoiceField(
        label="How they are told",
        help_text="They have to be told before the deadline. Until they are, nothing is extended.",
        choices=(
            (LETTER, "I write the letter that tells them now: it counts from the day it goes"),
            (TOLD, "They were told already"),
        ),
        widget=forms.RadioSelect,
    )
    notice_sent_on = PastDayField(
        label="Day they were told",
        help_text="Only if they were told already: the day that letter or e-mail was sent.",
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        planned = getattr(request, "extension", None)
        there = {"ground": planned.ground, "reasons": planned.reasons} if planned else {}
        super().__init__(data, initial={**(initial or {}), "notice_sent_on": None, **there})

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        how = given.pop("how", "")
        if how == self.LETTER:
            given["notice_sent_on"] = None
        elif how == self.TOLD and given.get("notice_sent_on") is None:
            self.add_error(
                "notice_sent_on", "Write the day on which they were told, or write the letter now."
            )
        return given


class WithdrawForm(forms.Form):
    """When, how and in what words they took it back."""

    withdrawal = LongWordsField(
        label="Who took it back, and what they said",
        help_text="In their words. Make sure that nobody pressed them, and that it is they who say so.",
        rows=4,
    )
    withdrawn_how = forms.ChoiceField(
        label="How they said so", choices=Channel.choices, widget=forms.RadioSelect
    )
    withdrawn_on = PastDayField(label="Day they said so")


class RefuseForm(forms.Form):
    """Why what was asked is not done."""

    reasons = LongWordsField(
        label="The reasons, as the person will be told them",
        help_text="The letter also names the complaint to us, to the regulator, and the court.",
        rows=5,
    )


class SignOffForm(forms.Form):
    """That a second person read the pack: the very file, by its hash."""

    needs_request = True

    read = forms.BooleanField(
        label="I have read the pack from the first page to the last, and it may go out as it is",
        error_messages={"required": "Read the whole pack first, then tick that you have."},
    )
    remarks = LongWordsField(
        label="What you looked at",
        help_text="Such as “every note of 2024, and each name of a neighbour”.",
        required=False,
        rows=3,
    )
    has_seen_pictures = forms.BooleanField(
        error_messages={
            "required": "Look at each of the pages that are pictures, then tick that you have."
        },
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        pack = newest_built(request)
        sha256 = pack.final_sha256 if pack is not None else ""
        super().__init__(data, initial={**(initial or {}), "sha256": sha256})
        if pack is not None and pack.unread_pages:
            self.fields[
                "has_seen_pictures"
            ].label = f"{pack.unread_in_words} I have looked at each of them."
        else:
            del self.fields["has_seen_pictures"]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("read", None)
        return given


class ReleaseForm(forms.Form):
    """That the pack was read, and its reference typed again, since a release cannot be taken back."""

    needs_request = True

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
