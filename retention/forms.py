"""What is typed about keeping and destroying. Forms check and never save."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from cases.forms.fields import LongWordsField, WordsField
from cases.models import Case, Person, Service
from core.forms import DayField
from retention.models import (
    About,
    Category,
    Hold,
    OfficerPaper,
    Outcome,
    OutsidePlace,
    Remainder,
    ScheduleRow,
)
from sar.models import Breach


class AdoptForm(forms.Form):
    """One row of the schedule. The latest of what it counts from decides."""

    title = WordsField(label="In a few words", max_length=120)
    category = forms.ChoiceField(
        label="Kind of record", choices=Category.choices, widget=forms.RadioSelect
    )
    service = forms.ModelChoiceField(
        label="Of which service",
        queryset=Service.objects.all(),
        required=False,
        empty_label="Every service without a row of its own",
    )
    about_whom = forms.ChoiceField(
        label="Of whom", choices=About.choices, widget=forms.RadioSelect, initial=About.ANYBODY
    )
    months_after_end = forms.IntegerField(
        label="Months after it ended",
        required=False,
        min_value=0,
        max_value=1800,
        help_text="72 months are six years. Where several are filled in, the latest decides.",
    )
    months_after_activity = forms.IntegerField(
        label="Months after the last contact or entry", required=False, min_value=0, max_value=1800
    )
    birthday = forms.IntegerField(
        label="Birthday of the youngest, in years", required=False, min_value=1, max_value=120
    )
    months_after_death = forms.IntegerField(
        label="Months after a death",
        required=False,
        min_value=0,
        max_value=1800,
        help_text="Of the last of everybody in it. While one of them lives, or nobody wrote down that they died, "
        "nothing is due.",
    )
    months_after_consent = forms.IntegerField(
        label="Months after the end of their consents",
        required=False,
        min_value=0,
        max_value=1800,
        help_text="After the last of what anybody in it agreed to was withdrawn or came to its end. Where one goes "
        "on without a last day, or none was given, nothing is due.",
    )
    outcome = forms.ChoiceField(
        label="What happens then", choices=Outcome.choices, widget=forms.RadioSelect
    )
    reason = LongWordsField(label="Why so long", rows=3)
    citation = WordsField(label="Rule or guidance, if there is one", required=False, max_length=200)

    def __init__(self, *args: Any, anew: ScheduleRow | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.anew = anew

    def clean(self) -> dict[str, Any]:
        """A row ends by being changed, and never because the service was left open by mistake."""
        given = dict(super().clean() or {})
        if self.errors:
            return given
        standing = ScheduleRow.objects.filter(
            category=given["category"],
            service=given["service"],
            about_whom=given["about_whom"],
            ended_at=None,
        ).first()
        if standing is not None and standing != self.anew and standing.title != given["title"]:
            self.add_error(
                "service",
                f"“{standing}” decides this already. Choose a service of its own, or use Change beside that row "
                "on the schedule.",
            )
        return given


class HoldForm(forms.Form):
    """A hold on a person, on a case or on a breach, by reference."""

    reference = WordsField(
        label="Reference of the person, the case or the breach",
        max_length=20,
        help_text="As its page shows it, like P-000123, C-000123 or BRE-000123. For somebody who came to a drop-in of yours without "
        "a case: that of the attendance, like W-000123.",
    )
    kind = forms.ChoiceField(label="Kind", choices=Hold.Kind.choices, widget=forms.RadioSelect)
    reason = LongWordsField(label="Why nothing may be destroyed", rows=3)
    review_by = DayField(label="Look again by")

    def __init__(
        self, *args: Any, find: Callable[[str], Person | Case | Breach | None], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.find = find

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        words = given.pop("reference", "")
        found = self.find(words) if words else None
        if words and found is None:
            self.add_error(
                "reference",
                "There is no such attendance for you, or nobody said who it was. Look under Drop-ins."
                if words.strip().upper().startswith("W-")
                else "There is no such person, case or breach for you. Check the reference.",
            )
        given["person"] = found if isinstance(found, Person) else None
        given["case"] = found if isinstance(found, Case) else None
        given["breach"] = found if isinstance(found, Breach) else None
        day = given.get("review_by")
        if day is not None and day <= timezone.localdate():
            self.add_error("review_by", "The day to look again lies ahead. Write a later day.")
        return given


class BecauseForm(forms.Form):
    """Why."""

    because = LongWordsField(label="Why", rows=3)


class SendBackForm(forms.Form):
    """Why it is not destroyed: the sentence stands in the register, so it names nobody."""

    because = LongWordsField(
        label="Why it is not destroyed",
        help_text="This stands in the register of destructions for years. Do not name anybody.",
        rows=3,
    )


class TicksForm(forms.Form):
    """The due records, by their addresses, that are to be proposed together."""

    record = forms.Field(
        widget=forms.MultipleHiddenInput,
        error_messages={"required": "Tick the records that are to be proposed together."},
    )


class ProposeForm(forms.Form):
    """What the review found, where the schedule asks for one."""

    reason = LongWordsField(
        label="What the review found",
        help_text="Leave it empty if none was asked for.",
        required=False,
        rows=3,
    )


class EarlyForm(forms.Form):
    """Records that go before their time."""

    references = WordsField(
        label="References of the people and cases",
        max_length=200,
        help_text="With spaces between, like P-000123 P-000124 C-000045.",
    )
    reason = LongWordsField(label="Why they go before their time", rows=3)

    def __init__(self, *args: Any, of_families: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not of_families:
            told = self.fields["references"]
            told.label = "Reference of the concern or the allegation"
            told.help_text = "As its page shows it. Each is proposed by itself."


class ApproveForm(forms.Form):
    """The reference, typed by hand."""

    typed = WordsField(label="Type the reference of the proposal to approve it", max_length=20)


class RemainderForm(forms.Form):
    """Whose the words are."""

    decision = forms.ChoiceField(
        label="Whose are these words here?",
        choices=[
            (one.value, one.label)
            for one in Remainder.Decision
            if one != Remainder.Decision.LOOKED_AT
        ],
        widget=forms.RadioSelect,
    )


class LookIntoForm(forms.Form):
    """Who opened a file by hand that no machine can read, and what is in it."""

    looked_by = forms.ModelChoiceField(
        label="Who opened the file and looked into it",
        queryset=User.objects.filter(is_active=True),
        empty_label="Choose somebody",
    )
    holds = LongWordsField(
        label="What it holds",
        help_text="Name nobody who is to be destroyed: this stays, and would be found by the search.",
        rows=3,
    )
    reason = LongWordsField(label="Why it stays, though no machine can read it", rows=3)


class AlongForm(forms.Form):
    """Whether what would go along with something else may go."""

    GOES, STAYS = "goes", "stays"

    decision = forms.ChoiceField(
        label="What happens to it",
        choices=[
            (GOES, "It may go with the rest"),
            (STAYS, "It stays: nothing of the proposal is destroyed"),
        ],
        widget=forms.RadioSelect,
    )
    because = LongWordsField(
        label="If it may go: why",
        required=False,
        help_text="For example, what you looked at. It is destroyed with the record.",
        rows=3,
    )

    def clean(self) -> dict[str, Any]:
        """Say why it may go, where it does."""
        found = super().clean() or {}
        if found.get("decision") == self.GOES and not found.get("because"):
            self.add_error("because", "Say why it may go.")
        return found


class SignForm(forms.Form):
    """One place outside the system, of those nobody has signed off for this proposal yet."""

    place = forms.ModelChoiceField(
        label="Where somebody looked, and nothing is any more",
        queryset=OutsidePlace.objects.none(),
        empty_label="Choose a place",
        error_messages={
            "invalid_choice": "This place is signed off already, or is not on the list. Choose one that is offered."
        },
    )

    def __init__(self, data: Any = None, *, unsigned: Sequence[OutsidePlace] = ()) -> None:
        super().__init__(data)
        places: Any = self.fields["place"]
        places.queryset = OutsidePlace.objects.filter(pk__in=[one.pk for one in unsigned])


class PlaceForm(forms.Form):
    """A place outside the system."""

    name = WordsField(
        label="Another place", max_length=100, help_text="For example, mailboxes or printed sheets."
    )


class PaperForm(forms.Form):
    """A paper of the Data Protection Officer's file."""

    title = WordsField(label="Title", max_length=120)
    kind = forms.ChoiceField(
        label="Kind", choices=OfficerPaper.Kind.choices, widget=forms.RadioSelect
    )
    text = LongWordsField(label="What it says", rows=20)
    in_force_on = DayField(label="In force from")
    review_by = DayField(label="Look at it again by")


class TrainingForm(forms.Form):
    """A training that a member of staff did."""

    user = forms.ModelChoiceField(
        label="Who", queryset=User.objects.filter(is_active=True), empty_label="Choose somebody"
    )
    what = WordsField(label="Which training", max_length=120)
    done_on = DayField(label="Done on")
    due_by = DayField(label="Due again by")


class Nothing(forms.Form):
    """A button that asks nothing."""
