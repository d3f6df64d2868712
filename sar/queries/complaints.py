"""Opening a complaint, and the page on which one or a mistake is written down."""

from collections.abc import Callable

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from core.references import COMPLAINT, as_now
from sar.desk_permissions import can_record_complaint, can_report_breach, complaints_of
from sar.models import Breach, Complaint, RightsRequest
from sar.permissions import requests_of


def open_complaint(
    reference: str, *, look: Look, to: Callable[[User], bool] | None = None
) -> Complaint:
    """Open a complaint; NotYours (404, logged) unless `look.by` recorded it, looks into it or works on all.

    NotNow (403, logged) if they open it to do something (`to`) that their role does not do.
    """
    look = look.for_purpose(Purpose.COMPLAINT)
    reference = as_now(COMPLAINT, reference)
    found = (
        complaints_of(look.by)
        .filter(reference=reference)
        .select_related(
            "person", "service", "investigator", "recorded_by", "about_staff", "request"
        )
        .prefetch_related("steps__recorded_by")
        .first()
    )
    if found is None:
        raise NotYours(
            "No complaint with this reference.",
            look=look,
            record=Complaint,
            people=Complaint.objects.filter(reference=reference, person__isnull=False).values_list(
                "person", flat=True
            ),
            values={"reference": reference},
        )
    about = [found.person_id] if found.person_id else []
    if to is not None and not to(look.by):
        raise NotNow(
            "The Data Protection Officer writes these letters.",
            look=look,
            record=found,
            people=about,
        )
    show(look, [Shown(Verb.COMPLAINT_READ, found, about)])
    return found


def find_request(reference: str, *, by: User) -> RightsRequest | None:
    """The request that a complaint is about, if it exists for `by`."""
    return requests_of(by).filter(reference=reference.strip().upper()).first()


def begin_complaint(*, look: Look) -> None:
    """The page on which a complaint is taken in; NotNow (403, logged) for a role that takes none."""
    if not can_record_complaint(look.by):
        raise NotNow(
            "Your role takes in no complaints.",
            look=look.for_purpose(Purpose.COMPLAINT),
            record=Complaint,
        )
    show(look, [])


def begin_report(*, look: Look) -> None:
    """The page on which a mistake is reported; NotNow (403, logged) for whoever is not staff."""
    if not can_report_breach(look.by):
        raise NotNow(
            "Only staff report mistakes here.",
            look=look.for_purpose(Purpose.CORRECTING_AN_ERROR),
            record=Breach,
        )
    show(look, [])
