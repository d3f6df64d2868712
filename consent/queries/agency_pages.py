"""The door to agencies: what is known of them, whether it was checked, and what was agreed with them."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Agency, ContactCheck, Professional
from cases.queries.agencies import agencies, last_check, same_agency
from cases.queries.cases import PAGE_LENGTH
from consent.models import Agreement
from consent.queries.agreements import agreements_with, holding, with_next_review
from core.references import AGENCY, AGREEMENT, PROFESSIONAL, as_now


@dataclass(frozen=True, slots=True)
class Contact:
    """An agency or somebody who works there, and when the address that stands there was last checked."""

    of: Any
    check: ContactCheck | None


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """Everything about one agency, under whichever name it was written down."""

    contact: Contact
    people: list[Contact]
    agreements: list[Agreement]
    merged: list[Agency]

    @property
    def agency(self) -> Agency:
        found: Agency = self.contact.of
        return found


def keeps_agencies(look: Look) -> Look:
    """`look`, by somebody whose work it is to know agencies; NotNow (403, logged) for everybody else."""
    return _may(look, "cases.keep_agencies", "Your role keeps no agencies.", Agency)


def keeps_agreements(look: Look) -> Look:
    """`look`, by somebody who keeps agreements; NotNow (403, logged) for everybody else."""
    sentence = "The Data Protection Officer keeps the agreements."
    return _may(look, "consent.keep_agreements", sentence, Agreement)


def list_agencies(*, look: Look, words: str = "", page: int | str = 1) -> Page:
    """One page of the agencies, by name; those whose name has `words` in it, or whose reference,
    professional's or agreement's it is, where some are given.
    """
    look = keeps_agencies(look)
    checks = ContactCheck.objects.filter(agency=OuterRef("pk"), email=OuterRef("email"))
    theirs = Agreement.objects.filter(
        holding(timezone.localdate()),
        Q(agency=OuterRef("pk")) | Q(agency__merged_into=OuterRef("pk")),
    )
    found = agencies().annotate(was_checked=Exists(checks), has_agreement=Exists(theirs))
    if words := words.strip():
        found = found.filter(
            Q(name__icontains=words)
            | Q(reference__iexact=as_now(AGENCY, words.upper()))
            | Q(professionals__reference__iexact=as_now(PROFESSIONAL, words.upper()))
            | Q(agreements__reference__iexact=as_now(AGREEMENT, words.upper()))
        ).distinct()
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    show(look, [])
    return rows


def open_agency(reference: str, *, look: Look, may: str = "") -> AgencyPage:
    """Open one agency. NotYours (404, logged) if there is none; NotNow (403, logged) without `may`."""
    look = keeps_agencies(look)
    if may:
        look = _may(look, may, "Your role reads this and does not do this with it.", Agency)
    agency = (
        Agency.objects.filter(reference=as_now(AGENCY, reference))
        .select_related("merged_into", "merged_by")
        .first()
    )
    if agency is None:
        raise NotYours("No agency with this reference.", look=look, record=Agency)
    people = Professional.objects.filter(same_agency(agency)).select_related("agency")
    show(look, [Shown(Verb.AGENCY_READ, agency, [])])
    return AgencyPage(
        contact=Contact(agency, last_check(agency)),
        people=_checked(list(people.order_by("name", "pk"))),
        agreements=list(agreements_with(agency)),
        merged=list(agency.merged.order_by("name")),
    )


def open_professional(reference: str, *, look: Look) -> Contact:
    """Open one professional; refused as `open_agency` is."""
    look = keeps_agencies(look)
    one = (
        Professional.objects.filter(reference=as_now(PROFESSIONAL, reference))
        .select_related("agency")
        .first()
    )
    if one is None:
        raise NotYours("Nobody with this reference.", look=look, record=Professional)
    show(look, [Shown(Verb.AGENCY_READ, one.agency, [])])
    return Contact(one, last_check(one))


def open_agreement(reference: str, *, look: Look) -> Agreement:
    """Open one agreement; refused as `open_agency` is, and to everybody who keeps none."""
    look = keeps_agreements(look)
    found = Agreement.objects.filter(reference=as_now(AGREEMENT, reference)).select_related(
        "agency", "recorded_by", "ended_by"
    )
    one = with_next_review(found).prefetch_related("reviews__recorded_by").first()
    if one is None:
        raise NotYours("No agreement with this reference.", look=look, record=Agreement)
    show(look, [Shown(Verb.AGENCY_READ, one.agency, [])])
    return one


def _checked(people: list[Professional]) -> list[Contact]:
    """Each of `people` with the last check of the address that stands there, in one question."""
    checks: dict[tuple[int | None, str], ContactCheck] = {}
    made = ContactCheck.objects.filter(professional__in=people).select_related("recorded_by")
    for one in made.order_by("checked_on", "pk"):
        checks[one.professional_id, one.email] = one
    return [Contact(one, checks.get((one.pk, one.email))) for one in people]


def _may(look: Look, permission: str, sentence: str, record: Any) -> Look:
    user: User = look.by
    if not (user.is_active and user.has_perm(permission)):
        raise NotNow(sentence, look=look, record=record)
    return look
