"""Taking records away, searching for what was left, and saying what became of each proposal.

Inside the transaction of the verb that calls it: a rehearsal is undone, a destruction stays.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from audit.log import entry_for, insert
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from retention.alike import Arranged
from retention.anonymising import leave_figures
from retention.destroying.closure import Closure
from retention.destroying.proof import Place, Unreadable, search
from retention.destroying.rows import take_away, take_out
from retention.destroying.words import words_of_each
from retention.erasing import (
    Passages,
    going_each,
    items_of,
    leave_papers_without_a_name,
    passages_of,
    searched_for,
    take_passages_out,
    use_for,
    whole_records,
    words_of_entries,
)
from retention.holding import Record, touched_by, touched_by_each
from retention.kinds import BY_ITSELF, PERSON
from retention.ledger import hash_of
from retention.models import GoesAlong, Proposal, ProposalItem, Remainder
from retention.proposing import rows_of
from retention.steps import Step, reached
from sar.actions.erasure import acted


@dataclass(frozen=True, slots=True)
class Gone:
    """What a destruction took: the closure of each proposal, files to remove, hashes for the ledger."""

    closures: dict[int, Closure]
    files: set[str]
    hashes: dict[int, list[str]]
    lines: set[str]
    left: dict[int, list[Place | Unreadable]]
    # Files that no machine could read, and that somebody had looked at by hand.
    looked_at: list[Unreadable]
    anonymous: Arranged


def carry_out(
    proposals: Sequence[Proposal],
    *,
    by: User,
    verb: Verb = Verb.RECORD_DESTROYED,
    closures: dict[int, Closure] | None = None,
) -> Gone:
    """Take the records of `proposals` away and search for what is left of them; the log comes first.

    `closures`, where it was worked out already what goes with each.
    """
    items = items_of(proposals)
    records = {number: whole_records(of) for number, of in items.items()}
    asked = [one for one in proposals if one.kind == Proposal.Kind.ERASURE]
    rows = rows_of(one for of in items.values() for one in of)
    hashes = {
        number: [
            hash_of(rows[one.table, one.record]) for one in of if (one.table, one.record) in rows
        ]
        for number, of in items.items()
    }
    for proposal in asked:
        use_for(proposal, by=by)
    if closures is None:
        closures = going_each(proposals)
    words = dict(zip(closures, words_of_each([*closures.values()]), strict=True))
    # Its people stay, so that no name of theirs may be searched for: what was written in it is.
    for number, of in records.items():
        if any(table in BY_ITSELF for table, _ in of):
            words[number] |= words_of_entries(closures[number])
    passages = {proposal.pk: passages_of(items[proposal.pk]) for proposal in asked}
    for number, found in passages.items():
        words[number] |= searched_for(closures[number], found)
    lines = _lines(proposals, items, passages, rows)
    write_entries(records.values(), closures.values(), by=by, verb=verb)
    write_entries_of_passages(passages.values(), by=by)
    reached(Step.NOTED)
    # While they are there still; what stays leads back to none of them.
    anonymous = leave_figures(proposals, items)
    reached(Step.FIGURES)
    for proposal in asked:
        _acted(items[proposal.pk], by)
        leave_papers_without_a_name(closures[proposal.pk])
    decided = list(Remainder.objects.filter(proposal__in=proposals))
    forget_papers(proposals)
    whole = together(closures.values())
    files = take_away(whole, set().union(*words.values()))
    for found in passages.values():
        take_passages_out(found)
    for one in decided:
        if one.decision == Remainder.Decision.TAKE_OUT and one.table:
            take_out(one.table, one.column, one.record, one.word)
    reached(Step.TAKEN)
    left, looked_at = _left(words, files, decided)
    reached(Step.SEARCHED)
    return Gone(
        closures=closures,
        files=files,
        hashes=hashes,
        lines=lines,
        left=left,
        looked_at=looked_at,
        anonymous=anonymous,
    )


def _lines(
    proposals: Sequence[Proposal],
    items: dict[int, list[ProposalItem]],
    passages: dict[int, list[Passages]],
    rows: dict[Record, Any],
) -> set[str]:
    """What the ledger outside remembers, so that no restored backup brings it back."""
    found = {one.line for each in passages.values() for one in each}
    for proposal in proposals:
        whole = [
            one for one in items[proposal.pk] if one.erasure is None or not one.erasure.passages
        ]
        for row in (rows[key] for one in whole if (key := (one.table, one.record)) in rows):
            line = hash_of(row)
            is_asked_for = proposal.kind == Proposal.Kind.ERASURE
            found.add(f"{row._meta.label}:{line}:" if is_asked_for else line)
    return found


def _acted(items: list[ProposalItem], by: User) -> None:
    """Each decision says that it is done, in this transaction; a text with several versions says it once."""
    for one in {item.erasure for item in items if item.erasure is not None}:
        acted(item=one, by=by)


def write_entries(
    records: Iterable[list[Record]], closures: Iterable[Closure], *, by: Any, verb: Verb
) -> None:
    """One entry for each record and each person that goes, before anything does."""
    entries = []
    groups = list(records)
    for of, closure, touched in zip(groups, closures, touched_by_each(groups), strict=True):
        people = touched.people
        gone = {*of, *((PERSON, number) for number in closure.people)}
        for table, number in sorted(gone):
            about = [number] if table == PERSON else sorted(people)
            entry = entry_for(
                verb, by=by, action=Action.DELETE, people=about, purpose=Purpose.MANAGEMENT
            )
            entry.record, entry.record_id = table, number
            entries.append(entry)
    if entries:
        insert(entries)


def write_entries_of_passages(found: Iterable[list[Passages]], *, by: Any) -> None:
    """One entry for each row that stays and loses words."""
    entries = []
    for one in (one for each in found for one in each):
        record = (one.row._meta.label, one.row.pk)
        entry = entry_for(
            Verb.WORDS_ERASED,
            by=by,
            action=Action.DELETE,
            people=sorted(touched_by([record]).people),
            purpose=Purpose.MANAGEMENT,
        )
        entry.record, entry.record_id = record
        entries.append(entry)
    if entries:
        insert(entries)


def together(closures: Iterable[Closure]) -> Closure:
    """Several closures as one: what they take twice goes once."""
    whole = Closure()
    for closure in closures:
        for model, keys in closure.going.items():
            whole.going[model] |= keys
        for key, rows in closure.loosened.items():
            whole.loosened[key] |= rows
    for (model, name), rows in whole.loosened.items():
        whole.loosened[model, name] = rows - whole.going.get(model, set())
    return whole


def forget_papers(proposals: Sequence[Proposal]) -> None:
    """What the proposals themselves say of anybody: their items, words and reasons."""
    Remainder.objects.filter(proposal__in=proposals).delete()
    GoesAlong.objects.filter(proposal__in=proposals).delete()
    ProposalItem.objects.filter(proposal__in=proposals).delete()
    Proposal.objects.filter(pk__in=[one.pk for one in proposals], kind=Proposal.Kind.DUE).update(
        reason=""
    )
    Proposal.objects.filter(pk__in=[one.pk for one in proposals], kind=Proposal.Kind.EARLY).update(
        reason="Before its time, for a reason that was destroyed with it."
    )


def _left(
    words: dict[int, set[str]], files: set[str], decided: list[Remainder]
) -> tuple[dict[int, list[Place | Unreadable]], list[Unreadable]]:
    """Where words of each proposal stand still, but for what a person said belongs to somebody who stays; and the
    files that could not be read, but were looked at by hand.
    """
    stays = {Remainder.Decision.THEIRS, Remainder.Decision.PAPERS}
    theirs = {(one.word, one.place) for one in decided if one.decision in stays}
    of: dict[str, set[int]] = {}
    for number, each in words.items():
        for word in each:
            of.setdefault(word.lower(), set()).add(number)
    left: dict[int, list[Place | Unreadable]] = {}
    looked_at: list[Unreadable] = []
    for found in search(of, leaving_out=files):
        if isinstance(found, Unreadable):
            if found.looked_at is not None:
                looked_at.append(found)
                continue
            for number in words:
                if ("", found.place) not in theirs:
                    left.setdefault(number, []).append(found)
        elif (found.word, found.place) not in theirs:
            for number in of[found.word]:
                left.setdefault(number, []).append(found)
    return left, looked_at


def fingerprint_of(closure: Closure) -> str:
    """Of every row that would go: another one as soon as one comes or goes."""
    rows = {
        model._meta.label: sorted(map(str, keys)) for model, keys in closure.going.items() if keys
    }
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def outcome_of(
    proposal: Proposal, gone: Gone, *, rules: list[str], records: dict[str, int]
) -> dict[str, Any]:
    """What the certificate says of one proposal: numbers, rules and hashes, and nobody."""
    closure = gone.closures[proposal.pk]
    return {
        "records": records,
        "rows": closure.counts(),
        "rules": rules,
        "people": len(closure.people),
        "hashes": gone.hashes[proposal.pk],
        "anonymous": gone.anonymous.stays[proposal.pk],
        "too_few": gone.anonymous.nothing[proposal.pk],
        "looked_at": [
            {"file": one.file, "sha256": one.sha256, "by": one.looked_at.looked_by_id}
            for one in gone.looked_at
            if one.looked_at is not None
        ],
    }
