"""What happened to a request, as one story in the order of its days, for the page and the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from core.dates import plain
from core.templatetags.pages import plain_time
from sar.models import ErasureStop, RightsRequest


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened; `written` puts what is of one day in the order in which it was written down."""

    day: date
    written: datetime
    words: str
    still_to_do: str = ""


def what_happened(request: RightsRequest, *, works: bool, story: bool) -> list[Happening]:
    """By day, then as it was written down. `story`: with the reasons; `works`: with what is for the desk alone."""
    found = [
        *_asked_and_seen(request, story=story),
        *_about_time(request, story=story),
        *_answers(request, story=story),
        *(_stop(one) for one in request.stops.all() if works),
    ]
    # What it began with stays first, whenever it was written down.
    first = Happening(
        request.received_on,
        request.recorded_at,
        f"received, {request.get_channel_display().lower()}.",
    )
    return [first, *sorted(found, key=lambda one: (one.day, one.written))]


def _asked_and_seen(request: RightsRequest, *, story: bool) -> Iterator[Happening]:
    if request.acknowledged_at:
        yield _at(request.acknowledged_at, f"acknowledged by {request.acknowledged_by}.")
    for asked in request.evidence_asked.all():
        words = f"evidence asked for ({asked.get_gate_display().lower()}) by {asked.recorded_by}."
        why = asked.because if story else ""
        yield Happening(asked.asked_on, asked.recorded_at, f"{words} {why}".strip())
    for seen in request.evidence_seen.all():
        what = f" ({seen.what})" if seen.what and story else ""
        until = f" It ends on {plain(seen.valid_until)}." if seen.valid_until else ""
        yield Happening(
            seen.seen_on,
            seen.recorded_at,
            f"{seen.get_gate_display().lower()}: {seen.get_how_display().lower()}{what}, {seen.seen_by}.{until}",
        )


def _about_time(request: RightsRequest, *, story: bool) -> Iterator[Happening]:
    for question in request.clarifications.all():
        asked = f" “{question.question}”" if story else ""
        yield Happening(question.asked_on, question.recorded_at, f"we asked what they mean.{asked}")
        if question.answered_on:
            said = f" “{question.answer}”" if story else ""
            yield Happening(question.answered_on, question.recorded_at, f"they answered.{said}")
    for one in request.corrections.all():
        if one.is_address and not story:
            yield _at(one.recorded_at, f"corrected by {one.recorded_by}. {one.get_what_display()}.")
            continue
        yield _at(
            one.recorded_at,
            f"corrected by {one.recorded_by}. {one.get_what_display()}: {one.after_in_words}, and not "
            f"{one.before_in_words}. {one.because}",
        )


def _answers(request: RightsRequest, *, story: bool) -> Iterator[Happening]:
    extension = getattr(request, "extension", None)
    if extension is not None:
        why = f" {extension.get_ground_display()}: {extension.reasons}" if story else ""
        told_on = extension.notice_sent_on
        yield Happening(
            told_on or timezone.localdate(extension.recorded_at),
            extension.recorded_at,
            f"extended, and the person was told.{why}"
            if told_on
            else f"a longer time was planned, of which the person was not told yet.{why}",
        )
    for part in request.parts.all():
        gap = f" Still missing: {part.gap}" if story else ""
        yield _at(part.recorded_at, f"a part was released by {part.recorded_by}.{gap}")
    if request.released_at:
        yield _at(request.released_at, f"released by {request.released_by}.")
    if request.nothing_held_at:
        yield _at(
            request.nothing_held_at, f"answered by {request.nothing_held_by}: nothing is held."
        )
    if request.answered_at:
        said = f" By word of mouth: {request.said}" if request.said and story else ""
        outcome = request.get_outcome_display().lower()
        yield _at(request.answered_at, f"answered by {request.answered_by}: {outcome}.{said}")
        if request.gone_by:
            yield _at(request.answered_at, _gone(request, request.gone_by))
    if request.withdrawn_on and request.withdrawn_at:
        yield Happening(
            request.withdrawn_on,
            request.withdrawn_at,
            f"withdrawn, {request.get_withdrawn_how_display().lower()}; written down by "
            f"{request.withdrawn_by}, {plain_time(request.withdrawn_at)}. {request.withdrawal}",
        )
    if request.refused_at:
        why = f" {request.refusal_reasons}" if story else ""
        yield _at(request.refused_at, f"refused by {request.refused_by}.{why}")


def _gone(request: RightsRequest, by: date) -> str:
    left = sum(one.is_erased_later for one in request.erasures.all())
    rest = f"Not gone yet: {left} of what was decided." if left else "All of it is gone."
    return f"they were told that what is erased is gone by {plain(by)}. {rest}"


def _stop(stop: ErasureStop) -> Happening:
    words = f"the erasure is stopped. {stop.because}"
    if stop.told_at:
        words += f" They were told on {_day(stop.told_at)} by {stop.told_by}."
        if stop.said:
            words += f" By word of mouth: {stop.said}"
    if stop.cleared:
        words += f" Since {_day(stop.cleared)} nothing stops it."
    due = f"They are told by {plain(stop.due)}." if stop.stands and not stop.told_at else ""
    return Happening(timezone.localdate(stop.noticed), stop.noticed, words, due)


def _day(moment: datetime) -> str:
    return plain(timezone.localdate(moment))


def _at(moment: datetime, words: str) -> Happening:
    return Happening(timezone.localdate(moment), moment, words)
