"""The door to the packs that agencies were sent."""

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case
from cases.queries.cases import open_case
from consent.models import Parcel
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


def file_of(parcel: Parcel) -> File:
    """The file of `parcel`, to be read."""
    return default_storage.open(parcel.file)
