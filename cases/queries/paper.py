"""Paper files of a case or a person, one file, and those that are out."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.closed import closed_cases
from cases.models import Case, PaperFile, Person
from cases.permissions import can_see_entries, cases_of, people_of
from cases.queries.cases import gather_case, shown_case
from cases.queries.people import gather
from cases.queries.purposes import for_task
from cases.restricted import usable
from cases.workflow import PaperStatus

PAGE_LENGTH = 30  # files


def paper_of_case(
    reference: str, *, look: Look, may: Callable[[User, Case], bool] | None = None
) -> tuple[Case, list[PaperFile]]:
    """The paper files of a case; as `cases.queries.cases.open_case`."""
    case, look = gather_case(reference, look=look, may=may)
    files = list(_whole(usable(PaperFile.objects.filter(case=case), by=look.by)))
    show(look, [shown_case(case), *_listed(files)])
    return case, files


def paper_of_person(
    reference: str, *, look: Look, may: Callable[[User], bool] = can_see_entries
) -> tuple[Person, list[PaperFile]]:
    """The paper files of a person and of their cases; as `cases.queries.people.open_person`."""
    found = gather(reference, look=look, may=may)
    of_theirs = Q(person=found.person) | Q(case__in=[case.pk for case in found.cases])
    files = list(_whole(usable(PaperFile.objects.filter(of_theirs), by=look.by)))
    look = for_task(look, {case.service_id for case in found.cases})
    show(look, [Shown(Verb.PERSON_OPENED, found.person, [found.person.pk]), *_listed(files)])
    return found.person, files


def list_paper_out(*, look: Look, page: int | str = 1) -> Page:
    """The paper files that somebody has, those due back first; one entry a row."""
    user: User = look.by
    if not can_see_entries(user):
        raise NotNow("Your role sees no paper files.", look=look, record=PaperFile)
    found = _theirs(user).filter(status=PaperStatus.OUT).order_by("due_back_on", "pk")
    rows = Paginator(found, PAGE_LENGTH).get_page(page)
    show(for_task(look, {one.case.service_id for one in rows if one.case}), _listed(rows))
    return rows


def open_paper_file(
    reference: str, *, look: Look, may: Callable[[User, PaperFile], bool] | None = None
) -> PaperFile:
    """Open one paper file with its moves.

    NotYours (404, logged) if its case or person does not exist for `look.by`; NotNow (403, logged) if
    their role does not do with it what the page is for.
    """
    user: User = look.by
    asked = PaperFile.objects.filter(reference=reference)
    found = _theirs(user).filter(reference=reference) if can_see_entries(user) else asked.none()
    paper_file = found.prefetch_related("moves__recorded_by").first()
    if paper_file is None:
        hidden = _whole(asked).first()
        raise NotYours(
            "No paper file with this reference.",
            look=look,
            record=PaperFile,
            people=_people_of(hidden) if hidden else [],
            values={"reference": reference},
        )
    look = for_task(look, [paper_file.case.service_id] if paper_file.case else [])
    people = _people_of(paper_file)
    if may is not None and not may(user, paper_file):
        raise NotNow(
            "Your role does not move paper files.",
            look=look,
            record=paper_file,
            people=people,
            values={"reference": reference},
        )
    show(look, [Shown(Verb.PAPER_FILE_READ, paper_file, people)])
    return paper_file


def _theirs(user: User) -> QuerySet[PaperFile]:
    theirs = PaperFile.objects.filter(
        Q(case__in=cases_of(user)) | Q(person__in=people_of(user, among=Person.objects.all()))
    )
    open_to_them = theirs.exclude(case__in=closed_cases(user))
    return _whole(usable(open_to_them, by=user))


def _whole(files: QuerySet[PaperFile]) -> QuerySet[PaperFile]:
    return (
        files.select_related("case__service", "person", "holder", "recorded_by")
        .prefetch_related("case__case_people__person")
        .fetch_mode(models.FETCH_RAISE)
    )


def _people_of(paper_file: PaperFile) -> list[int]:
    if paper_file.person_id:
        return [paper_file.person_id]
    case: Any = paper_file.case
    return [one.person_id for one in case.case_people.all()]


def _listed(files: Any) -> list[Shown]:
    return [Shown(Verb.PAPER_FILE_LISTED, one, _people_of(one)) for one in files]
