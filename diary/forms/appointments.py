"""What is typed to arrange, move, cancel or settle an appointment.

Each form's `clean` gives the arguments of its verb.
"""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Fieldset, Fluid, Layout, Size
from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from cases.forms.contacts import ContactForm
from cases.forms.fields import PeopleField, TimeOfDayField, TokenField, WordsField
from cases.forms.layout import Revealing
from cases.models import Case, Service
from core.forms import DayField
from diary import repeats
from diary.actions.appointments import Repeat
from diary.clock import zone
from diary.forms.fields import clock_time, day, number, one_of, radios, ticks, whole_number, words
from diary.models import Appointment, Every, Kind, Room, Where
from diary.queries.appointments import AppointmentRecord, Beginning
from diary.workflow import AppointmentStatus

MOST_MINUTES = 24 * 60
ONCE = "once"
UNTIL_DAY, UNTIL_TIMES = "day", "times"
WHICH = (("", "This one alone"), ("following", "This one and all that follow"))
NEEDS_SOMEBODY = (Kind.HOME_VISIT, Kind.PHONE)


class WhenAndWhereForm(forms.Form):
    """What is asked of an appointment whenever it is written or changed."""

    fields: dict[str, Any]

    day = DayField(label="Day")
    at = TimeOfDayField(label="Time it begins")
    minutes = whole_number("How long, in minutes", least=5, most=MOST_MINUTES)
    where = one_of("Where", Where.choices, initial=Where.ROOM)
    room = forms.ModelChoiceField(
        label="Which room",
        queryset=Room.objects.none(),
        required=False,
        empty_label="Choose a room",
    )
    place = WordsField(label="Where else", max_length=200, required=False)
    people = PeopleField(label="With whom", required=False)
    workers = forms.ModelMultipleChoiceField(
        label="In whose diary",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose in whose diary it stands."},
    )
    anyway = forms.BooleanField(
        label="Arrange it all the same, though somebody has something else then or it is a bank holiday",
        required=False,
    )
    purpose = WordsField(
        label="What it is for",
        help_text="Optional. The family may read it.",
        max_length=300,
        required=False,
    )
    alone = forms.BooleanField(
        label="The worker goes alone, and checks in when they are back", required=False
    )
    remind_family = forms.BooleanField(
        label="Remind the family by e-mail on the day before",
        help_text="Goes only to an address that they said is safe. It says the day and the time, and "
        "neither who we are nor why.",
        required=False,
    )
    remind_workers = forms.BooleanField(label="Remind the workers an hour before", required=False)

    def __init__(
        self, data: QueryDict | None, *, start: Beginning, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.start = start
        self.fields["room"].queryset = Room.objects.filter(pk__in=[one.pk for one in start.rooms])
        self.fields["workers"].queryset = User.objects.filter(
            pk__in=[one.pk for one in start.workers]
        )
        if start.people:
            self.fields["people"].offer(start.people)
        else:
            self._without("people", "remind_family")
        if start.group is not None:
            self._without("alone")
        if "anyway" not in self.data:
            self._without("anyway")
        self.helper = FormHelper(self)

    def ask_anyway(self) -> None:
        """Somebody is busy, or it is a holiday: ask whether it is arranged all the same."""
        self.fields["anyway"] = self.base_fields["anyway"]
        self.lay_out()

    def lay_out(self, before: tuple[Any, ...] = (), after: tuple[Any, ...] = ()) -> None:
        """Put the questions that this form has into the order in which they are asked."""
        asked = [
            *before,
            day("day"),
            clock_time("at"),
            number("minutes"),
            Revealing("where", {Where.ROOM: "room", Where.ELSEWHERE: "place"}),
            ("people", ticks("people")),
            ticks("workers"),
            ("anyway", "anyway"),
            words("purpose", Fluid.TWO_THIRDS),
            ("alone", "alone"),
            ("remind_family", "remind_family"),
            "remind_workers",
            *after,
        ]
        self.helper.layout = Layout(
            *(
                one[1] if isinstance(one, tuple) else one
                for one in asked
                if not isinstance(one, tuple) or one[0] in self.fields
            )
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        on, at = given.pop("day", None), given.pop("at", None)
        if on is not None and at is not None:
            given["starts"] = repeats.moment(on, at, zone())
            if given["starts"] <= timezone.now():
                self.add_error("day", "This time has passed. Choose a time to come.")
        if given.get("where") == Where.ROOM and given.get("room") is None:
            self.add_error("room", "Choose the room.")
        if given.get("where") == Where.ELSEWHERE and not given.get("place"):
            self.add_error("place", "Write where it takes place.")
        if self.start.case is not None and not given.get("people", True):
            self.add_error("people", "Say with whom it is: at least one person of the case.")
        return given

    def _without(self, *names: str) -> None:
        for name in names:
            del self.fields[name]


class AppointmentForm(WhenAndWhereForm):
    """Something new, once or repeatedly."""

    token = TokenField()
    service = forms.ModelChoiceField(
        label="Service", queryset=Service.objects.none(), empty_label="Choose a service"
    )
    kind = one_of("What kind", [choice for choice in Kind.choices if choice[0] != Kind.GROUP])
    every = one_of("Does it repeat", [(ONCE, "No, once"), *Every.choices], initial=ONCE)
    ends_by = one_of(
        "Until when",
        [(UNTIL_TIMES, "So many times"), (UNTIL_DAY, "Up to a day")],
        initial=UNTIL_TIMES,
        required=False,
    )
    times = whole_number("How many times", least=2, most=repeats.MOST, required=False)
    until = DayField(label="The last day", required=False)
    keep_holidays = forms.BooleanField(
        label="Also on bank holidays",
        help_text="Without this tick, days that are bank holidays are left out.",
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        start: Beginning,
        user: User,
        on: date | None = None,
    ) -> None:
        begins = {"token": uuid4(), "minutes": 60, "workers": [user.pk], "day": on}
        super().__init__(data, start=start, initial=begins)
        self.fields["service"].queryset = Service.objects.filter(
            pk__in=[one.pk for one in start.services]
        )
        if len(start.services) == 1:
            self._without("service")
        if start.group is not None:
            self._without("kind")
        self.lay_out()

    def lay_out(self, before: tuple[Any, ...] = (), after: tuple[Any, ...] = ()) -> None:
        repeating = Fieldset(
            Revealing("ends_by", {UNTIL_TIMES: "times", UNTIL_DAY: "until"}),
            "keep_holidays",
            legend="If it repeats",
            legend_size=Size.MEDIUM,
        )
        super().lay_out(
            ("token", ("service", words("service")), ("kind", radios("kind", inline=True))),
            (radios("every", inline=True), repeating),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        start = self.start
        given["service"] = given.get("service") or start.services[0]
        given |= {"case": start.case, "group": start.group}
        if start.group is not None:
            given["kind"] = Kind.GROUP
        if given.get("kind") in NEEDS_SOMEBODY and not given.get("people"):
            self.add_error(
                "people" if start.people else "kind",
                "Say with whom it is. Begin from their record or from their case.",
            )
        repeat = {
            name: given.pop(name, None)
            for name in ("every", "ends_by", "times", "until", "keep_holidays")
        }
        given["repeat"] = self._repeat(**repeat)
        return given

    def _repeat(
        self,
        *,
        every: str,
        ends_by: str,
        times: int | None,
        until: date | None,
        keep_holidays: bool,
    ) -> Repeat | None:
        if every == ONCE:
            return None
        if ends_by == UNTIL_DAY:
            if until is None and "until" not in self.errors:
                self.add_error("until", "Write the last day on which it may take place.")
            return Repeat(every=every, until=until, skips_holidays=not keep_holidays)
        if times is None and "times" not in self.errors:
            self.add_error("times", "Write how many times it takes place.")
        return Repeat(every=every, times=times, skips_holidays=not keep_holidays)


class ChangeForm(WhenAndWhereForm):
    """Another time, place or company; for one appointment or for it and all that follow."""

    following = one_of("Which of the series", WHICH, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        start: Beginning,
        record: AppointmentRecord,
    ) -> None:
        super().__init__(data, start=start, initial=_initial_of(record))
        if not record.following:
            self._without("following")
        self.lay_out()

    def lay_out(self, before: tuple[Any, ...] = (), after: tuple[Any, ...] = ()) -> None:
        super().lay_out((("following", radios("following")),))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["following"] = bool(given.get("following"))
        return given


class CancelForm(forms.Form):
    """Who cancelled it, and why."""

    fields: dict[str, Any]

    status = one_of(
        "Who cancelled it",
        [
            (AppointmentStatus.CANCELLED_BY_THEM, "The family"),
            (AppointmentStatus.CANCELLED_BY_US, "We"),
        ],
        error_messages={"required": "Choose who cancelled it."},
    )
    because = WordsField(
        label="Why", help_text="Optional. The family may read it.", max_length=300, required=False
    )
    following = one_of("Which of the series", WHICH, required=False)

    def __init__(self, data: QueryDict | None = None, *, following: int) -> None:
        super().__init__(data)
        if not following:
            del self.fields["following"]
        self.helper = FormHelper(self)
        asked = [radios("status"), words("because", Fluid.TWO_THIRDS)]
        if following:
            asked.append(radios("following"))
        self.helper.layout = Layout(*asked)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["following"] = bool(given.get("following"))
        return given


class SettleForm(forms.Form):
    """What became of work without a case."""

    status = one_of(
        "What became of it",
        [
            (AppointmentStatus.HELD, "It took place"),
            (AppointmentStatus.DID_NOT_ATTEND, "Nobody came"),
            (AppointmentStatus.CANCELLED_BY_THEM, "They cancelled it"),
            (AppointmentStatus.CANCELLED_BY_US, "We cancelled it"),
        ],
        initial=AppointmentStatus.HELD,
    )
    because = WordsField(label="A word about it", max_length=300, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(radios("status"), words("because", Fluid.TWO_THIRDS))


class OutcomeForm(ContactForm):
    """What became of an appointment, as the contact of a case: what was arranged is filled in."""

    def __init__(
        self, data: QueryDict | None, *, case: Case, record: AppointmentRecord, now: datetime
    ) -> None:
        super().__init__(data, case=case, professionals=list, now=now)
        one = record.appointment
        starts = timezone.localtime(one.starts)
        kind = Kind.MEETING if one.kind == Kind.OTHER else Kind(one.kind)
        self.initial = {
            **self.initial,
            "kind": kind.value,
            "happened_on": starts.date(),
            "happened_time": starts.strftime("%H:%M"),
            "minutes": one.minutes,
            "place": one.where_in_words,
            "people": [person.reference for person in record.people],
        }


def _initial_of(record: AppointmentRecord) -> dict[str, Any]:
    one: Appointment = record.appointment
    starts = timezone.localtime(one.starts)
    return {
        "day": starts.date(),
        "at": starts.strftime("%H:%M"),
        "minutes": one.minutes,
        "where": one.where,
        "room": one.room_id,
        "place": one.place,
        "people": [person.reference for person in record.people],
        "workers": [worker.pk for worker in record.workers],
        "purpose": one.purpose,
        "alone": one.alone,
        "remind_family": record.reminds_family,
        "remind_workers": record.reminds_workers,
    }
