"""Data-sharing agreements on the Data Protection Officer's desk: all of them, to be read in one list.

What is done to one is done on the page of its agency.
"""

from django.contrib import admin

from audit.admin_base import ReadingDesk
from audit.purposes import Purpose
from consent.models import Agreement


@admin.register(Agreement)
class AgreementDesk(ReadingDesk):
    """With whom there is an agreement, from when, until when, and where the paper is."""

    permission = "consent.keep_agreements"
    purpose = Purpose.MANAGEMENT
    list_display = ("reference", "agency", "title", "starts_on", "ends_on", "review_on", "ended_on")
    list_select_related = ("agency",)
    search_fields = ("title", "agency__name")
    fields = (
        "reference",
        "agency",
        "title",
        "covers",
        "kept_where",
        "starts_on",
        "ends_on",
        "review_on",
        "ended_on",
        "why_ended",
        "recorded_by",
    )
