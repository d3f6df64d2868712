"""Consents and the sharing log, by noun."""

from consent.models.agreement import Consent, Giver, HowGiven, State, Wording
from consent.models.share import Share, SharePerson

__all__ = [
    "Consent",
    "Giver",
    "HowGiven",
    "Share",
    "SharePerson",
    "State",
    "Wording",
]
