"""What is proposed to whoever decides about an item: what its writer marked, then everybody who is named (N13)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from cases.models import CaseNote, PassageKind
from cases.passages import marks_in
from cases.written import spans_kept
from sar.models import RightsRequest
from sar.pack.held import FILE, Item
from sar.pack.redact import covered_by, occurrences
from sar.proposals.find import Finder
from sar.queries.item_rows import ItemRow
from sar.workbench.around import words_of_files


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that somebody decides about, and why: marked by their writer, or about somebody else (N13).

    `group` is where one decision is made for the whole pack; "" for a mark, which is of this item alone.
    `is_left`: somewhere the words would still go out, and nobody has said that they may.
    """

    number: int
    kind: str
    words: str
    field: str
    decided: str
    is_left: bool
    group: str = ""


def proposals_in(request: RightsRequest, row: ItemRow[Item], finder: Finder) -> list[Proposal]:
    """What was marked while it was written, then everybody who is named; each wording once."""
    texts = _texts(row)
    covered = {name: covered_by(row.decisions, name, text) for name, text in texts.items()}
    staying = {
        kept.group: str(kept.get_basis_display()) for kept in request.staying.filter(undone_at=None)
    }
    once: dict[tuple[str, str], _Draft] = {}
    for draft in (*_marked(row), *_named(texts, finder)):
        once.setdefault((draft.field, draft.words), draft)
    proposals = []
    for number, draft in enumerate(once.values(), 1):
        stands = list(occurrences(draft.words, texts.get(draft.field, "")))
        out = sum(
            any(first <= start and end <= last for first, last in covered.get(draft.field, ()))
            for start, end in stands
        )
        is_withheld = row.is_withheld or (bool(stands) and out == len(stands))
        stays = staying.get(draft.group, "")
        proposals.append(
            Proposal(
                number=number,
                kind=draft.kind,
                words=draft.words,
                field=draft.field,
                decided=_decided(stays, out, len(stands), is_withheld=is_withheld),
                is_left=not is_withheld and not stays,
                group=group_name(draft.group) if draft.group else "",
            )
        )
    return proposals


def group_name(key: str) -> str:
    """How an address names somebody of the proposals: no name stands there."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Draft:
    field: str
    words: str
    kind: str
    group: str = ""


def _decided(stays: str, out: int, of: int, *, is_withheld: bool) -> str:
    if is_withheld:
        return "Withheld"
    if stays:
        return f"Stays in: {stays}"
    return f"Withheld in {out} of {of} places" if out else ""


def _marked(row: ItemRow[Item]) -> Iterator[_Draft]:
    if row.item.source == CaseNote._meta.label:
        note = CaseNote.objects.prefetch_related("passages").get(pk=row.item.record_id)
        body = row.item.value("body")
        for mark in marks_in(note.body, spans_kept(note)):
            # What is held back for somebody restricted is not shown beside the note either.
            if body is None or mark.words not in body.text:
                continue
            label = str(PassageKind(mark.kind).label)
            yield _Draft("body", mark.words, f"Marked when it was written: {label.lower()}")


def _texts(row: ItemRow[Item]) -> dict[str, str]:
    """Each text of which a part may be withheld, and the words of the file."""
    texts = {value.field: value.text for value in row.item.values if value.is_passage}
    for text in words_of_files([row.item]).values():
        texts[FILE] = text
    return texts


def _named(texts: dict[str, str], finder: Finder) -> Iterator[_Draft]:
    for name, text in texts.items():
        for found in finder.find(text):
            yield _Draft(name, " ".join(found.words.split()), found.why, found.group)
