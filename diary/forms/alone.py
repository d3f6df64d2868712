"""What is typed by those who go alone, and about who is on duty; and rooms."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Fixed, Fluid, Layout
from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from cases.forms.fields import LongWordsField, TimeOfDayField, WordsField
from core.dates import ONE_DAY
from core.forms import DayField
from diary import repeats
from diary.clock import zone
from diary.forms.fields import clock_time, day, one_of, radios, words

# A time that has passed by more than this is meant for tomorrow.
SLIP = timedelta(hours=6)


class GoAloneForm(forms.Form):
    """Where somebody goes, and by when they will have checked in."""

    place = WordsField(
        label="Where you go",
        help_text="So that somebody finds you: the address, and who lives there if it helps.",
        max_length=300,
    )
    back_by = TimeOfDayField(label="By when you will check in")
    phone = WordsField(label="Number on which you can be called", max_length=40, required=False)

    def __init__(
        self, data: QueryDict | None = None, *, now: datetime, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.now = now
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            words("place", Fluid.TWO_THIRDS), clock_time("back_by"), words("phone", Fixed.TWENTY)
        )

    def clean_back_by(self) -> datetime:
        return time_to_come(self.cleaned_data["back_by"], now=self.now)


class LongerForm(forms.Form):
    """Until when it takes now."""

    back_by = TimeOfDayField(label="By when you will check in now")

    def __init__(self, data: QueryDict | None = None, *, now: datetime) -> None:
        super().__init__(data)
        self.now = now
        self.helper = FormHelper(self)
        self.helper.layout = Layout(clock_time("back_by"))

    def clean_back_by(self) -> datetime:
        return time_to_come(self.cleaned_data["back_by"], now=self.now)


class OutcomeForm(forms.Form):
    """What had happened, written by whoever looked after an alarm."""

    outcome = LongWordsField(
        label="What had happened, and how you know that they are safe", rows=4, max_length=2000
    )


class DutyForm(forms.Form):
    """Who is on duty, from when to when."""

    fields: dict[str, Any]

    worker = forms.ModelChoiceField(
        label="Who", queryset=User.objects.none(), empty_label="Choose a colleague"
    )
    rank = one_of(
        "When they are called",
        [("1", "First"), ("2", "Second, if the first does not answer")],
        initial="1",
    )
    first_day = DayField(label="From the day")
    first_time = TimeOfDayField(label="From the time")
    last_day = DayField(label="Until the day")
    last_time = TimeOfDayField(label="Until the time")

    def __init__(self, data: QueryDict | None = None, *, workers: Iterable[User], on: Any) -> None:
        begins = {"first_day": on, "last_day": on, "first_time": "09:00", "last_time": "17:00"}
        super().__init__(data, initial=begins)
        self.fields["worker"].queryset = User.objects.filter(pk__in=[one.pk for one in workers])
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            words("worker"),
            radios("rank"),
            day("first_day"),
            clock_time("first_time"),
            day("last_day"),
            clock_time("last_time"),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        for name, parts in (("starts", "first"), ("ends", "last")):
            on, at = given.pop(f"{parts}_day", None), given.pop(f"{parts}_time", None)
            if on is not None and at is not None:
                given[name] = repeats.moment(on, at, zone())
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("last_day", "The duty ends after it begins. Check the days and times.")
        given["rank"] = int(given.get("rank") or 1)
        return given


class RoomForm(forms.Form):
    """A room that can be booked."""

    name = WordsField(label="What the room is called", max_length=100)
    about = WordsField(
        label="What it offers",
        help_text="For example: eight chairs, a step at the door, toys.",
        max_length=200,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(words("name", Fluid.ONE_HALF), words("about", Fluid.TWO_THIRDS))


def time_to_come(at: Any, *, now: datetime) -> datetime:
    """The next moment at which clocks show `at`: today, or in the small hours after.

    A time that has just passed is a slip, and said to be one.
    """
    today = timezone.localdate(now)
    moment = repeats.moment(today, at, zone())
    if moment > now:
        return moment
    if now - moment < SLIP:
        raise forms.ValidationError("This time has passed. Write a time to come.")
    return repeats.moment(today + ONE_DAY, at, zone())
