"""Consents and the sharing log, by noun."""

from consent.models.agreement import Consent, Giver, HowGiven, State, Wording
from consent.models.notice import NoticeFormat, NoticeGiven, NoticeMeans, PrivacyNotice, Readers
from consent.models.referral_out import ReferralOut, ReferralOutChase
from consent.models.share import Share, SharePerson

__all__ = [
    "Consent",
    "Giver",
    "HowGiven",
    "NoticeFormat",
    "NoticeGiven",
    "NoticeMeans",
    "PrivacyNotice",
    "Readers",
    "ReferralOut",
    "ReferralOutChase",
    "Share",
    "SharePerson",
    "State",
    "Wording",
]
