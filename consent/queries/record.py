"""The door to somebody's consents and to the sharing log about them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.closed import closed, closed_cases
from cases.models import Agency, Case, Death, Document, Person
from cases.permissions import people_of
from cases.queries.agencies import same_agency
from cases.queries.cases import PAGE_LENGTH
from cases.queries.people import PersonRecord, gather
from cases.queries.purposes import for_task
from cases.restricted import usable
from consent.expressions import Contradicted
from consent.gateways import LEFT_US
from consent.models import (
    Consent,
    NoticeGiven,
    Share,
    SharePerson,
    ShareReview,
    State,
    VictimRequest,
    Wording,
)
from consent.models.answer import Standing
from consent.permissions import (
    can_authorise,
    can_record_consent,
    can_see_consents,
    shares_of,
)
from consent.queries.notices import given_to
from consent.queries.signatures import signed_papers
from core.references import CONSENT, as_now

NEWEST_SHARES = 10  # rows of the sharing log beside the consents; the rest has its own pages


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent, how it stands today, and who gave it, as far as the reader needs to know them.

    `papers` show what was signed. They are of cases that exist for the reader; None where nothing was
    signed on paper.
    """

    consent: Consent
    standing: Standing
    giver: str
    papers: list[Document] | None


@dataclass(frozen=True, slots=True)
class PersonConsents:
    """What somebody was asked and answered, and what was last shared about them.

    `shares_in_all` counts the sharing log of the cases that exist for whoever looks, `elsewhere` that of
    the others: so much is told, that there is more.
    """

    person: Person
    cases: list[Case]
    consents: Page
    rows: list[ConsentRow]
    shares: list[Share]
    shares_in_all: int
    elsewhere: int
    given: list[NoticeGiven]
    death: Death | None


@dataclass(frozen=True, slots=True)
class PersonSharing:
    """A page of the sharing log about one person."""

    person: Person
    shares: Page
    elsewhere: int


@dataclass(frozen=True, slots=True)
class RecipientTold:
    """Somebody who was told something about a person, and when (UK GDPR Art 15(1)(c))."""

    name: str
    agency: str
    on: date
    reference: str


def open_consents(reference: str, *, look: Look, page: int | str = 1) -> PersonConsents:
    """Open what the person with `reference` agreed to and what was shared about them; one entry.

    NotYours (404, logged) if nobody of that reference exists for `look.by`; NotNow (403, logged) where
    their role does not see consents.
    """
    user: User = look.by
    found = gather(reference, look=look, may=can_see_consents)
    person, today = found.person, timezone.localdate()
    consents = Paginator(_consents_of(person, today), PAGE_LENGTH).get_page(page)
    rows, seen = _rows(consents, reader=user, on=today)
    log = _shares_of(person, user)
    theirs = log.filter(pk__in=shares_of(user).values("pk"))
    in_all = theirs.count()
    shares = list(_with_people(theirs)[:NEWEST_SHARES])
    _show(found, look, Verb.CONSENTS_READ, {*seen, *_in_log(shares)})
    return PersonConsents(
        person=person,
        cases=found.cases,
        consents=consents,
        rows=rows,
        shares=shares,
        shares_in_all=in_all,
        elsewhere=log.count() - in_all,
        given=list(given_to(person)),
        death=death_of(person),
    )


def death_of(person: Person) -> Death | None:
    """That somebody has died, as it is recorded now."""
    return person.deaths.filter(taken_back_at=None).first()


def list_sharing(reference: str, *, look: Look, page: int | str = 1) -> PersonSharing:
    """One page of the sharing log about a person, newest first; refused as `open_consents` is."""
    found = gather(reference, look=look, may=can_see_consents)
    log = _shares_of(found.person, look.by)
    theirs = log.filter(pk__in=shares_of(look.by).values("pk"))
    shares = Paginator(_with_people(theirs), PAGE_LENGTH).get_page(page)
    _show(found, look, Verb.SHARING_READ, _in_log(shares))
    return PersonSharing(
        person=found.person, shares=shares, elsewhere=log.count() - shares.paginator.count
    )


def open_consent(reference: str, *, look: Look, verb: Verb = Verb.CONSENT_READ) -> ConsentRow:
    """Open one consent to withdraw it, to look at it again, or to give a copy of it.

    NotYours (404, logged) if its person does not exist for `look.by`; NotNow (403, logged) where their
    role does not record consents.
    """
    asked = Consent.objects.filter(reference=as_now(CONSENT, reference)).select_related(
        "person", "agency", "parent", "wording"
    )
    consent = asked.first()
    if (
        consent is None
        or not people_of(look.by, among=Person.objects.filter(pk=consent.person_id)).exists()
    ):
        raise NotYours(
            "No consent with this reference.",
            look=look,
            record=Consent,
            people=[consent.person_id] if consent else [],
            values={"reference": reference},
        )
    found = gather(consent.person.reference, look=look, may=can_record_consent)
    (row,), seen = _rows([consent], reader=look.by, on=timezone.localdate())
    _show(found, look, verb, seen, record=consent)
    return row


def open_share(
    reference: str, *, look: Look, may: Callable[[User, Share], bool] | None = None
) -> Share:
    """Open one entry of the sharing log.

    NotYours (404, logged) unless it exists for `look.by`: with its case, or by their task; NotNow (403,
    logged) if their role does not do with it what the page is for (`may`, of consent.permissions).
    """
    user: User = look.by
    asked = Share.objects.filter(reference=reference)
    share = (
        _with_people(shares_of(user).filter(reference=reference))
        .select_related(
            "case__service",
            "agency",
            "professional__agency",
            "decided_by",
            "authorised_by",
            "recorded_by",
        )
        .prefetch_related("case__case_people__person")
        .first()
    )
    if share is None:
        raise NotYours(
            "No entry of the sharing log with this reference.",
            look=look,
            record=Share,
            people=SharePerson.objects.filter(share__in=asked).values_list("person", flat=True),
            values={"reference": reference},
        )
    look = for_task(look, [share.case.service_id] if share.case else ())
    people = [link.person_id for link in share.share_people.all()]
    if may is not None and not may(user, share):
        raise NotNow(
            "Your role reads this entry and does not do this with it.",
            look=look,
            record=share,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [Shown(Verb.SHARE_READ, share, people)])
    return share


def review_of(share: Share) -> ShareReview | None:
    """What a manager thought of `share`, which was opened before; None where nobody looked."""
    return ShareReview.objects.filter(share=share).select_related("recorded_by").first()


def victim_request_of(share: Share) -> VictimRequest | None:
    """What police showed who asked about a victim; None where an entry is about something else."""
    return VictimRequest.objects.filter(share=share).first()


def live_consent(person: Person, purpose: str, agency: Agency | None, on: date) -> Consent | None:
    """The consent of `person` for `purpose` and `agency` that is in force on the day `on`, if any."""
    return Consent.objects.filter(
        in_force_on(on),
        stands(on),
        same_agency(agency),
        person=person,
        purpose=purpose,
    ).first()


def stands(on: date) -> Q:
    """Consents after which nobody said no for the same thing, on either number of theirs, by the day `on`.

    Of two answers that meet because two records were merged, the stricter one counts.
    """
    return ~Q(Contradicted(F("pk"), Value(on)))


def in_force_on(on: date) -> Q:
    """Consents that were given and hold on the day `on`, to its end."""
    return (
        Q(state=State.GIVEN, given_on__lte=on)
        & (Q(until=None) | Q(until__gte=on))
        & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))
    )


def recipients_of(person: Person) -> list[RecipientTold]:
    """Everybody who was told something about `person`, by name, and when, in the order of time."""
    told = (
        Share.objects.filter(people=person, outcome__in=LEFT_US)
        .select_related("agency", "professional__agency")
        .order_by("happened_at", "pk")
    )
    return [
        RecipientTold(
            name=share.recipient_in_words,
            agency=str(share.agency or ""),
            on=timezone.localdate(share.happened_at),
            reference=str(share.reference),
        )
        for share in told
    ]


def wordings() -> QuerySet[Wording]:
    """All published wordings, by purpose, the current version of each first."""
    return Wording.objects.order_by("purpose", "-version")


def current_wordings() -> QuerySet[Wording]:
    """The newest wording of each purpose."""
    return wordings().distinct("purpose")


def deciders() -> QuerySet[User]:
    """Members of staff who can have decided to share."""
    return _staff_with("record_share")


def authorisers(asker: User) -> QuerySet[User]:
    """Who can authorise sharing for the public good, when `asker` writes it down: somebody else."""
    return _staff_with("authorise_share").exclude(pk=asker.pk)


def _staff_with(codename: str) -> QuerySet[User]:
    return people_with(f"consent.{codename}")


def _show(
    found: PersonRecord,
    look: Look,
    verb: Verb,
    others: Iterable[int],
    record: models.Model | None = None,
) -> None:
    """One entry for the page, about the person and all `others` whom it names."""
    look = for_task(look, {case.service_id for case in found.cases})
    show(look, [Shown(verb, record or found.person, {found.person.pk, *others})])


def _consents_of(person: Person, on: date) -> QuerySet[Consent]:
    """In force first, then the newest."""
    return (
        Consent.objects.filter(person__in=person.numbers)
        .annotate(rank=models.Case(When(in_force_on(on), then=Value(0)), default=Value(1)))
        .select_related("person", "agency", "parent", "wording", "recorded_by", "withdrawn_by")
        .order_by("rank", "-given_on", "-pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def _shares_of(person: Person, reader: User) -> QuerySet[Share]:
    """The log about `person` as far as `reader` may be told that it is there."""
    about = Share.objects.filter(
        Exists(SharePerson.objects.filter(share=OuterRef("pk"), person=person))
    )
    shut = SharePerson.objects.filter(closed(reader, "person")).values("share")
    about = about.exclude(Q(case__in=closed_cases(reader)) | Q(pk__in=shut))
    about = usable(about, by=reader)
    return about if can_authorise(reader) else about.exclude(case=None)


def _with_people(shares: QuerySet[Share]) -> QuerySet[Share]:
    about = SharePerson.objects.select_related("person", "consent")
    return (
        shares.select_related("case__service", "agency", "professional__agency")
        .prefetch_related(Prefetch("share_people", about))
        .order_by("-happened_at", "-pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def _in_log(shares: Iterable[Share]) -> set[int]:
    """Everybody about whom `shares` are."""
    return {link.person_id for share in shares for link in share.share_people.all()}


def _rows(
    consents: Iterable[Consent], *, reader: User, on: date
) -> tuple[list[ConsentRow], set[int]]:
    """`consents` as `reader` may read them, and the parents whom they name to them."""
    consents = list(consents)
    parents = {consent.parent_id for consent in consents if consent.parent_id}
    theirs = people_of(reader, among=Person.objects.filter(pk__in=parents)) if parents else ()
    seen = {parent.pk for parent in theirs}
    given = [consent.pk for consent in consents if consent.standing(on) == Standing.GIVEN]
    hold = set(Consent.objects.filter(stands(on), pk__in=given).values_list("pk", flat=True))
    papers = signed_papers(consents, reader=reader)
    rows = [
        ConsentRow(
            consent=consent,
            standing=Standing.OVERRIDDEN
            if consent.pk in given and consent.pk not in hold
            else consent.standing(on),
            giver=consent.giver_in_words
            if consent.parent_id is None or consent.parent_id in seen
            else "A parent or carer known to another service",
            papers=papers.get(consent.pk),
        )
        for consent in consents
    ]
    return rows, seen
