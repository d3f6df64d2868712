"""Opening one note, with every version that it has had."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Prefetch

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case, CaseNote, CasePerson, NotePerson
from cases.permissions import cases_of
from cases.queries.purposes import for_task


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A note as it was first written and as it was corrected, the newest version first."""

    case: Case
    versions: list[CaseNote]

    @property
    def newest(self) -> CaseNote:
        return self.versions[0]


def open_note(
    reference: str, *, look: Look, may: Callable[[User, CaseNote], bool] | None = None
) -> NoteRecord:
    """Open the note of which `reference` names any version, and write that `look.by` did.

    NotYours (404, logged) if it is in no case of theirs; NotNow (403, logged) if their role does
    not do with it what the page is for (`may`, of cases.permissions).
    """
    user: User = look.by
    asked = CaseNote.objects.filter(reference=reference, case__in=cases_of(user)).first()
    if asked is None:
        raise NotYours(
            "No note with this reference.",
            look=look,
            record=CaseNote,
            people=NotePerson.objects.filter(note__reference=reference).values_list(
                "person_id", flat=True
            ),
            values={"reference": reference},
        )
    versions = _versions_of(asked)
    case = (
        Case.objects.select_related("service")
        .prefetch_related(Prefetch("case_people", CasePerson.objects.select_related("person")))
        .get(pk=asked.case_id)
    )
    look = for_task(look, [case.service_id])
    people = {person.pk for version in versions for person in version.people.all()}
    if may is not None and not may(user, asked):
        raise NotNow(
            "Your role reads this note and does not correct it.",
            look=look,
            record=asked,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [Shown(Verb.NOTE_READ, asked, people)])
    return NoteRecord(case=case, versions=versions)


def first_versions(notes: list[CaseNote]) -> dict[int, CaseNote]:
    """For each of `notes` that is a correction, by its number, the note as it was first written."""
    corrections = [note for note in notes if note.corrects_id is not None]
    if not corrections:
        return {}
    earlier = _corrected_in({note.case_id for note in corrections})
    roots = {note.pk: _trail(note.pk, earlier)[-1] for note in corrections}
    written = CaseNote.objects.select_related("recorded_by").in_bulk(set(roots.values()))
    return {number: written[root] for number, root in roots.items()}


def _versions_of(note: CaseNote) -> list[CaseNote]:
    earlier = _corrected_in({note.case_id})
    later = {corrected: number for number, corrected in earlier.items()}
    numbers = [*reversed(_trail(note.pk, later)[1:]), *_trail(note.pk, earlier)]
    versions = (
        CaseNote.objects.select_related(
            "case", "recorded_by", "source_person", "source_professional__agency"
        )
        .prefetch_related("people")
        .fetch_mode(models.FETCH_RAISE)
        .in_bulk(numbers)
    )
    return [versions[number] for number in numbers]


def _corrected_in(cases: set[int]) -> dict[int, int]:
    """Number of each correction in `cases`, with the number of what it corrects."""
    corrections = CaseNote.objects.filter(case__in=cases).exclude(corrects=None)
    return dict(corrections.order_by().values_list("pk", "corrects_id"))


def _trail(number: int, steps: dict[int, int]) -> list[int]:
    trail = [number]
    while trail[-1] in steps:
        trail.append(steps[trail[-1]])
    return trail
