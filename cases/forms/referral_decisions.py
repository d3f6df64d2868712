"""What is typed when a referral is screened, decided and waits. Each form's `clean` gives the arguments of
its verb in `cases.actions.referral_decisions`.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import LongWordsField
from cases.forms.layout import Revealing
from cases.forms.people import day, short
from cases.models import Referral, WaitingPlace
from core.dates import plain
from core.forms import DayField

Priority = WaitingPlace.Priority
LIST, AT_ONCE = "list", "at_once"


class PriorityField(forms.TypedChoiceField):
    """How urgent it is for the family."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Priority")
        super().__init__(choices=Priority.choices, coerce=int, empty_value=None, **options)


class ScreenForm(forms.Form):
    """What somebody of the service found before it was decided."""

    screening = LongWordsField(
        label="What the screening found",
        help_text="Is it for this service? Is anybody in danger? Who works with the family already? The "
        "family may read it.",
        rows=6,
    )


class _Beginning(forms.Form):
    """The case that opens because of a referral."""

    fields: dict[str, Any]

    worker = forms.ModelChoiceField(
        label="Who works with them", queryset=User.objects.none(), empty_label="Choose a worker"
    )
    opened_on = DayField(label="Day the case opens")
    summary = LongWordsField(
        label="What the work will be about",
        help_text="It begins with the reason of the referral. The family may read it.",
        rows=6,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        referral: Referral,
        workers: Iterable[User],
        on: date,
    ) -> None:
        super().__init__(data, initial={"opened_on": on, "summary": referral.reason})
        self.referral, self.on = referral, on
        takers = [worker.pk for worker in workers]
        self.fields["worker"].queryset = User.objects.filter(pk__in=takers)
        if len(takers) == 1:
            self.fields["worker"].initial = takers[0]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.questions())

    def questions(self) -> list[Any]:
        return [
            short("worker", Fluid.ONE_HALF),
            day("opened_on"),
            Field.text("summary", label_size=Size.SMALL),
        ]

    def clean_opened_on(self) -> date | None:
        opened_on: date | None = self.cleaned_data["opened_on"]
        if opened_on and opened_on > self.on:
            raise forms.ValidationError("This day has not come yet. Write today or an earlier day.")
        if opened_on and opened_on < self.referral.received_on:
            raise forms.ValidationError(
                f"The referral came on {plain(self.referral.received_on)}, after this day."
            )
        return opened_on


class AllocateForm(_Beginning):
    """The family's turn has come."""


class AcceptForm(_Beginning):
    """Yes: onto the waiting list, or to a worker at once."""

    priority = PriorityField(initial=Priority.USUAL)
    begins = forms.ChoiceField(
        label="When does the work begin?",
        choices=[
            (LIST, "When their turn comes: they go on the waiting list"),
            (AT_ONCE, "At once: a case opens"),
        ],
        initial=LIST,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("worker", "opened_on"):
            self.fields[name].required = False

    def questions(self) -> list[Any]:
        return [
            Field.radios("priority", legend_size=Size.SMALL, inline=True),
            Revealing("begins", {AT_ONCE: ("worker", "opened_on", "summary")}),
        ]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given.pop("begins", LIST) == LIST:
            # What belongs to the other answer is left out.
            for name in ("worker", "opened_on"):
                self.errors.pop(name, None)
            return {"priority": given.get("priority")}
        if not given.get("worker") and "worker" not in self.errors:
            self.add_error("worker", "Choose who works with them, or put them on the waiting list.")
        return given


class DeclineForm(forms.Form):
    """Why the service does not work with the family, and where they can go instead."""

    reason = LongWordsField(
        label="Why the referral is declined",
        help_text="The family may read it.",
        rows=5,
    )
    signpost = LongWordsField(
        label="Where else the family was pointed to",
        help_text="Another of our services, another organisation, a number to ring. If there is nothing, "
        "say so.",
        rows=3,
    )


class WithdrawForm(forms.Form):
    """Why nobody waits for an answer any more."""

    reason = LongWordsField(
        label="Why it is no longer wanted",
        help_text="For example: the family has moved away; three letters came back.",
        rows=4,
    )


class PlaceForm(forms.Form):
    """Another place on the waiting list."""

    fields: dict[str, Any]

    priority = PriorityField()
    before = forms.ChoiceField(label="Where among those of this priority", required=False)
    reason = LongWordsField(
        label="Why the order changes", help_text="Anybody of the service can read it.", rows=4
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        priority: int,
        others: Iterable[tuple[int, Any]],
    ) -> None:
        super().__init__(data, initial={"priority": priority})
        self.others = {str(one.reference): one for _, one in others}
        self.fields["before"].choices = [
            ("", "Last of its priority"),
            *(
                (
                    str(one.reference),
                    f"Before number {number}: {one.reference}, "
                    f"{Priority(one.priority).label.lower()}",
                )
                for number, one in others
            ),
        ]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("priority", legend_size=Size.SMALL, inline=True),
            short("before"),
            Field.text("reason", label_size=Size.SMALL),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        before = given["before"] = self.others.get(given.get("before", ""))
        priority = given.get("priority")
        if before is not None and priority and before.priority != priority:
            self.add_error(
                "before",
                f"{before.reference} has another priority. Choose the same priority for both, or another "
                "place.",
            )
        return given
