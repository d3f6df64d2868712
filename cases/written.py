"""What may stand in an entry, and whether a form has made one already. Checked before the log is written.

An entry is final when it is written. `token` is the number of the form it was typed into: the same form
sent twice makes one entry, and a form sent again with other words is refused, so that neither is lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from cases.kinds import Entry, kind_of
from cases.models import (
    Case,
    Circumstance,
    Contact,
    Draft,
    HowReceived,
    Person,
    Professional,
    SourceKind,
)
from cases.moments import not_yet
from cases.passages import Span
from cases.typed_over import keep_as_it_stands
from core.dates import plain
from core.errors import Refused
from core.templatetags.pages import plain_time


class SavedAlready(Refused):
    """The form was sent before and made an entry, and now says something else."""


class WrittenElsewhere(Refused):
    """Another window wrote on in the same draft; `draft` is as it stands there."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(
            f"You wrote on in another window, {plain_time(draft.saved)}, and it says something else "
            "there. Nothing is lost: open that window or draft, or press the button again to let what "
            "stands here take its place."
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page that something was typed into: which version of the draft it began with."""

    sitting: UUID
    version: int
    # Rises with every saving of the page.
    step: int


def check_sheet(draft: Draft, sheet: Sheet) -> None:
    """WrittenElsewhere unless this page wrote last, or began with what the draft says now."""
    if draft.sitting != sheet.sitting and draft.version != sheet.version:
        raise WrittenElsewhere(draft)


def note_words(
    *,
    case: Case,
    kind: str,
    body: str,
    happened_at: datetime,
    people: list[Person],
    circumstances: Iterable[str] = (),
    source_kind: str = SourceKind.OWN,
    source_person: Person | None = None,
    source_professional: Professional | None = None,
    how_received: str = HowReceived.IN_PERSON,
) -> dict[str, Any]:
    """A note's own fields as they are kept; Refused where they cannot stand."""
    body = body.strip()
    if not body:
        raise Refused("The note is empty: write what was seen, said or done.")
    check_moment("note", happened_at)
    check_people(case, people, missing="Say whom the note is about: at least one person.")
    told_by = _who_told(case, people, source_kind, source_person)
    if source_kind != SourceKind.PROFESSIONAL:
        source_professional = None
    elif source_professional is None:
        raise Refused("Say which professional told you this.")
    return {
        "kind": kind,
        "body": body,
        "happened_at": happened_at,
        "circumstances": [c for c in Circumstance.values if c in set(circumstances)],
        "source_kind": source_kind,
        "source_person": told_by,
        "source_professional": source_professional,
        "how_received": how_received,
    }


def contact_words(
    *,
    case: Case,
    kind: str,
    happened_at: datetime,
    people: list[Person],
    outcome: str = Contact.Outcome.ATTENDED,
    minutes: int | None = None,
    place: str = "",
    others_present: str = "",
    summary: str = "",
    next_step: str = "",
) -> dict[str, Any]:
    """A contact's own fields as they are kept; Refused where they cannot stand."""
    check_moment("contact", happened_at)
    check_people(case, people, missing="Say with whom it was, or should have been.")
    if minutes is not None and outcome != Contact.Outcome.ATTENDED:
        raise Refused("It did not take place, so it took no time: leave the minutes empty.")
    return {
        "kind": kind,
        "happened_at": happened_at,
        "outcome": outcome,
        "minutes": minutes,
        "place": place.strip(),
        "others_present": others_present.strip(),
        "summary": summary.strip(),
        "next_step": next_step.strip(),
    }


def decision_words(
    *,
    decision: str,
    decided_by_whom: str,
    basis: str,
    happened_at: datetime,
    clients_view: str = "",
) -> dict[str, Any]:
    """A decision's own fields as they are kept; Refused where they cannot stand."""
    check_moment("decision", happened_at)
    words = {
        "happened_at": happened_at,
        "decision": decision.strip(),
        "decided_by_whom": decided_by_whom.strip(),
        "basis": basis.strip(),
        "clients_view": clients_view.strip(),
    }
    if not (words["decision"] and words["decided_by_whom"] and words["basis"]):
        raise Refused("Say what was decided, who decided it, and on what basis.")
    return words


def sent_before[Kept: Entry](
    model: type[Kept],
    token: UUID | None,
    *,
    case: Case,
    words: dict[str, Any],
    people: list[Person] | None,
    spans: frozenset[Span] | None = None,
    sheet: Sheet | None = None,
    by: User,
) -> Kept | None:
    """The entry that the same form has made already, if it has.

    SavedAlready if it said other words; WrittenElsewhere if its draft was written on in another window
    after the page of this form, `sheet`, had it last.
    """
    if token is None:
        return None
    before: Any = model._base_manager.filter(token=token).first()
    if before is None:
        draft = Draft.objects.select_for_update().filter(token=token, recorded_by=by).first()
        if draft is not None and sheet is not None:
            check_sheet(draft, sheet)
        return None
    if (
        before.case_id == case.pk
        and before.recorded_by_id == by.pk
        and same(before, words, people, spans)
    ):
        return before
    raise SavedAlready(
        f"This form was saved before, as {before.reference}, and now says something else. Press the "
        "button again to save what stands here as another entry."
    )


def same(
    entry: Any,
    words: dict[str, Any],
    people: list[Person] | None,
    spans: frozenset[Span] | None = None,
) -> bool:
    """Whether `entry` holds exactly these words, with these marks, about these people."""
    if spans is not None and spans != spans_kept(entry):
        return False
    if any(getattr(entry, name) != value for name, value in words.items()):
        return False
    if people is None:
        return True
    return set(entry.people.values_list("pk", flat=True)) == {person.pk for person in people}


def spans_kept(note: Any) -> frozenset[Span]:
    """The marks of a note; as it is shown, where passages are held back (`cases.restricted`)."""
    if (shown := getattr(note, "spans_shown", None)) is not None:
        return frozenset(shown)
    return frozenset(Span(one.start, one.end, one.kind) for one in note.passages.all())


def check_newest(entry: Any) -> None:
    """Refused if somebody has corrected `entry` already: versions form a line and not a tree."""
    kind = kind_of(entry)
    newer = kind.model._base_manager.filter(corrects=entry).select_related("recorded_by").first()
    if newer is not None:
        day = plain(timezone.localdate(newer.recorded_at))
        raise Refused(
            f"{newer.recorded_by} corrected this {kind.noun} on {day}, as {newer.reference}. What you "
            "typed is still here: read the newer version, and correct that one if it is still wrong."
        )


def _who_told(case: Case, people: list[Person], kind: str, who: Person | None) -> Person | None:
    """The person of the case from whom the information came; None where it was nobody of the case."""
    if kind == SourceKind.PERSON:
        if who is None and len(people) == 1:
            return people[0]
        if who is None:
            raise Refused("The note is about several people: say which of them told you this.")
        if who not in people:
            raise Refused(
                f"The note is not about {who}: they told you as a relative, or tick them too."
            )
        return who
    if kind == SourceKind.RELATIVE:
        if who is not None:
            check_people(case, [who], missing="")
        return who
    return None


def check_moment(noun: str, happened_at: datetime) -> None:
    """Refused if it has not happened yet."""
    if sentence := not_yet(noun, happened_at, now=timezone.now()):
        raise Refused(sentence)


def check_people(case: Case, people: list[Person], *, missing: str) -> None:
    """Refused, with the sentence `missing` if there is nobody, unless all `people` are part of `case`."""
    if not people:
        raise Refused(missing)
    part = set(case.case_people.values_list("person_id", flat=True))
    for person in people:
        if person.pk not in part:
            raise Refused(f"{person} is not part of {case.reference}: add them to the case first.")


def settle_draft(*, token: UUID | None, sheet: Sheet | None, by: User) -> None:
    """What was typed into the form `token` is saved: its draft ends. In the saving's own transaction, which
    has written its entry.

    WrittenElsewhere if another window of theirs wrote on since the page of this form had it last.
    """
    if token is None:
        return
    draft = Draft.objects.select_for_update().filter(token=token, recorded_by=by).first()
    if draft is None:
        return
    if sheet is not None:
        check_sheet(draft, sheet)
    keep_as_it_stands(draft, by=by)
    draft.delete()
