"""Consents and the sharing log, by noun."""

from consent.models.agreement import Consent, Giver, HowGiven, State, Wording
from consent.models.referral_out import ReferralOut, ReferralOutChase
from consent.models.share import Share, SharePerson

__all__ = [
    "Consent",
    "Giver",
    "HowGiven",
    "ReferralOut",
    "ReferralOutChase",
    "Share",
    "SharePerson",
    "State",
    "Wording",
]
