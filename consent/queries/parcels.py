"""The door to the packs that agencies were sent, and to the quick entries that wait for a manager."""

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case
from cases.permissions import cases_of, services_of
from cases.queries.cases import PAGE_LENGTH, open_case
from cases.queries.purposes import for_task
from cases.restricted import usable
from consent.models import Parcel, Share, SharePerson
from consent.permissions import can_send
from consent.queries.record import open_share


def open_sending(reference: str, *, look: Look) -> Case:
    """Open a case to send something of it.

    NotYours (404, logged) if it does not exist for `look.by`; NotNow (403, logged) where they do not write
    in it.
    """
    return open_case(reference, look=look, may=can_send, verb=Verb.PARCEL_CHOSEN)


def open_parcel(reference: str, *, look: Look) -> Parcel | None:
    """The pack that an entry of the sharing log is about; None where it was told otherwise."""
    share = open_share(reference, look=look)
    found = Parcel.objects.filter(share=share).select_related("recorded_by").first()
    if found is not None:
        found.share = share
    return found


def printable(parcel: Parcel, *, by: User) -> bool:
    """Whether `by` may take the pack to print it: whoever made it, while it is there."""
    return bool(
        parcel.file
        and not parcel.link_hash
        and parcel.recorded_by_id == by.pk
        and parcel.expires > timezone.now()
    )


def list_to_review(*, look: Look, page: int | str = 1) -> Page:
    """One page of the quick entries of one's services that no manager has looked at, the oldest on top.

    One entry for each; NotNow (403, logged) for everybody who does not look at them.
    """
    user: User = look.by
    if not user.has_perm("consent.review_share"):
        raise NotNow("A manager looks at quick entries.", look=look, record=Share)
    people = SharePerson.objects.select_related("person", "consent")
    found = (
        usable(Share.objects.all(), by=user)
        .filter(
            is_quick=True,
            review=None,
            case__in=cases_of(user).filter(service__in=services_of(user)),
        )
        .exclude(recorded_by=user)
        .exclude(decided_by=user)
        .select_related("case__service", "agency", "professional__agency", "recorded_by")
        .prefetch_related(Prefetch("share_people", people))
        .order_by("happened_at", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    show(
        for_task(look, {one.case.service_id for one in rows}),
        [
            Shown(Verb.SHARE_LISTED, one, [link.person_id for link in one.share_people.all()])
            for one in rows
        ],
    )
    return rows


def file_of(parcel: Parcel) -> File:
    """The file of `parcel`, to be read."""
    return default_storage.open(parcel.file)
