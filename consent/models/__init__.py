"""Consents and the sharing log, by noun."""

from consent.models.agreement import (
    Consent,
    ConsentReview,
    Giver,
    HowGiven,
    ReviewBirthday,
    State,
    Wording,
)
from consent.models.notice import NoticeFormat, NoticeGiven, NoticeMeans, PrivacyNotice, Readers
from consent.models.parcel import Parcel, ShareReply, ShareReview
from consent.models.referral_out import ReferralOut, ReferralOutChase
from consent.models.share import Share, SharePerson
from consent.models.victim_request import VictimRequest

__all__ = [
    "Consent",
    "ConsentReview",
    "Giver",
    "HowGiven",
    "NoticeFormat",
    "NoticeGiven",
    "NoticeMeans",
    "Parcel",
    "PrivacyNotice",
    "Readers",
    "ReferralOut",
    "ReferralOutChase",
    "ReviewBirthday",
    "Share",
    "SharePerson",
    "ShareReply",
    "ShareReview",
    "State",
    "VictimRequest",
    "Wording",
]
