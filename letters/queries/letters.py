"""Letters of a case, one letter, and those that wait for somebody to do something."""

from collections.abc import Callable

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case
from cases.permissions import cases_of
from cases.queries.cases import gather_case, shown_case
from cases.queries.purposes import for_task
from cases.restricted import usable
from letters.models import Letter, LetterPerson
from letters.workflow import DispatchStatus

PAGE_LENGTH = 30  # letters

# Somebody has to print and post it, or to see why it did not go.
WAITING = (DispatchStatus.READY, DispatchStatus.FAILED, DispatchStatus.SENDING)


def list_letters(reference: str, *, look: Look, page: int | str = 1) -> tuple[Case, Page]:
    """One page of the letters of a case, the latest first; one entry a row.

    As `cases.queries.cases.open_case` for a case that is not theirs.
    """
    case, look = gather_case(reference, look=look)
    rows = Paginator(
        _whole(usable(Letter.objects.filter(case=case), by=look.by)), PAGE_LENGTH
    ).get_page(page)
    show(look, [shown_case(case), *_listed(rows)])
    return case, rows


def list_waiting(*, look: Look, page: int | str = 1) -> Page:
    """Letters of their cases that wait to be posted or did not go; one entry a row."""
    user: User = look.by
    if not user.has_perm("cases.open_record"):
        raise NotNow("Your role reads no letters.", look=look, record=Letter)
    theirs = Letter.objects.filter(case__in=cases_of(user), dispatch__status__in=WAITING)
    found = usable(theirs, by=user)
    rows = Paginator(_whole(found), PAGE_LENGTH).get_page(page)
    show(for_task(look, {one.case.service_id for one in rows}), _listed(rows))
    return rows


def open_letter(
    reference: str, *, look: Look, may: Callable[[User, Letter], bool] | None = None
) -> Letter:
    """Open one letter, and write that `look.by` did.

    NotYours (404, logged) if it is in no case of theirs; NotNow (403, logged) if their role does not
    do with it what the page is for (`may`, of letters.permissions).
    """
    user: User = look.by
    found = usable(Letter.objects.filter(reference=reference, case__in=cases_of(user)), by=user)
    letter = _whole(found).first()
    if letter is None:
        raise NotYours(
            "No letter with this reference.",
            look=look,
            record=Letter,
            people=LetterPerson.objects.filter(letter__reference=reference).values_list(
                "person_id", flat=True
            ),
            values={"reference": reference},
        )
    look = for_task(look, [letter.case.service_id])
    people = [one.pk for one in letter.people.all()]
    if may is not None and not may(user, letter):
        raise NotNow(
            "Your role reads this letter and does not do this with it.",
            look=look,
            record=letter,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [Shown(Verb.LETTER_READ, letter, people)])
    return letter


def _whole(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return (
        letters.select_related(
            "case__service",
            "person",
            "professional__agency",
            "version__template",
            "recorded_by",
            "dispatch__document",
            "dispatch__contact",
            "dispatch__went_by",
        )
        .prefetch_related("people", "case__case_people__person")
        .order_by("-recorded_at", "-pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def _listed(rows: Page) -> list[Shown]:
    return [Shown(Verb.LETTER_LISTED, one, [who.pk for who in one.people.all()]) for one in rows]
