"""The privacy notice in its versions, who was given it, and who was not."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import CasePerson, Death, Person
from cases.permissions import cases_of, services_in_view
from cases.queries.cases import PAGE_LENGTH
from cases.queries.gaps import WORKED_WITH
from cases.queries.people import gather
from cases.queries.purposes import for_task
from cases.restricted import usable
from cases.workflow import CaseStatus
from consent.models import NoticeGiven, PrivacyNotice, Readers
from consent.permissions import can_adopt_notice, can_record_consent, can_see_consents


@dataclass(frozen=True, slots=True)
class Giving:
    """Whom to give a notice, the current versions, and what they were given before."""

    person: Person
    current: list[PrivacyNotice]
    given: list[NoticeGiven]


def notices() -> QuerySet[PrivacyNotice]:
    """All versions, the newest of each kind first."""
    return PrivacyNotice.objects.select_related("adopted_by").order_by("readers", "-version")


def notice_numbered(readers: str, number: int) -> PrivacyNotice | None:
    """One version of the notice for `readers`, also an earlier one."""
    return PrivacyNotice.objects.filter(readers=readers, version=number).first()


def current_notice(readers: Readers) -> PrivacyNotice | None:
    """The version in use; None before the first is adopted."""
    return PrivacyNotice.objects.filter(readers=readers).order_by("-version").first()


def current_notices() -> list[PrivacyNotice]:
    """The versions in use: for everybody, and for children."""
    return [notice for readers in Readers if (notice := current_notice(readers)) is not None]


def given_to(person: Person) -> QuerySet[NoticeGiven]:
    """What `person` was given, the newest first."""
    return (
        NoticeGiven.objects.filter(person=person)
        .select_related("notice", "recorded_by")
        .fetch_mode(models.FETCH_RAISE)
    )


def open_giving(reference: str, *, look: Look) -> Giving:
    """Open the person with `reference` to write down that they were given the notice.

    NotYours (404, logged) if nobody of that reference exists for `look.by`; NotNow (403, logged) where
    their role does not record consents.
    """
    found = gather(reference, look=look, may=can_record_consent)
    show(
        for_task(look, {case.service_id for case in found.cases}),
        [Shown(Verb.CONSENTS_READ, found.person, [found.person.pk])],
    )
    return Giving(
        person=found.person, current=current_notices(), given=list(given_to(found.person))
    )


def reads_notices(look: Look) -> Look:
    """`look`, by somebody whose work is with people's records; NotNow (403, logged) for others."""
    if not can_see_consents(look.by):
        raise NotNow("Your role gives nobody the notice.", look=look, record=PrivacyNotice)
    return look


def adopts_notices(look: Look) -> Look:
    """`look`, by somebody who may adopt a notice; NotNow (403, logged) for everybody else."""
    if not can_adopt_notice(look.by):
        raise NotNow(
            "The Data Protection Officer adopts the privacy notice.",
            look=look,
            record=PrivacyNotice,
        )
    return look


def list_without_notice(*, look: Look, page: int | str = 1) -> Page:
    """One page of those in open cases of one's services who have not had a current version.

    One entry for each; NotNow (403, logged) for a role that reads no consents. Whoever adopts the notice
    looks who is to be given it: that is their task, and they are not asked for another.
    """
    user: User = look.by
    if not can_see_consents(user):
        raise NotNow("Your role reads no consents.", look=look, record=NoticeGiven)
    if can_adopt_notice(user):
        look = look.for_purpose(Purpose.MANAGEMENT)
    cases = cases_of(user).filter(status=CaseStatus.OPEN, service__in=services_in_view(user))
    rows: Page = Paginator(_without_notice(cases), PAGE_LENGTH).get_page(page)
    show(
        for_task(look, {part.case.service_id for part in rows}),
        [Shown(Verb.PRIVACY_NOTICE_MISSED, part.person, [part.person_id]) for part in rows],
    )
    return rows


def _without_notice(cases: QuerySet) -> QuerySet[CasePerson]:
    had = NoticeGiven.objects.filter(
        person=OuterRef("person"), notice__in=[notice.pk for notice in current_notices()]
    )
    # Somebody who is in two cases of theirs is missed once, in the newer one.
    newest = (
        usable(CasePerson.objects.filter(case__in=cases, role__in=WORKED_WITH), by=None)
        .order_by()
        .values("person")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    # Whoever has died is given nothing any more (features.md P51).
    died = Death.objects.filter(person=OuterRef("person"), taken_back_at=None)
    return (
        CasePerson.objects.filter(~Exists(had), ~Exists(died), pk__in=newest)
        .select_related("case__service", "person")
        .order_by("case__service__name", "person__family_name", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )
