"""Consents and the sharing log, by noun."""

from consent.models.agreement import Agreement, AgreementReview
from consent.models.answer import Giver, HowGiven, State
from consent.models.consent import Consent
from consent.models.first_meeting import FirstAsked
from consent.models.notice import NoticeFormat, NoticeGiven, NoticeMeans, PrivacyNotice, Readers
from consent.models.paper import ConsentPaper
from consent.models.parcel import Parcel, ShareReply, ShareReview
from consent.models.referral_out import ReferralOut, ReferralOutChase
from consent.models.review import ConsentReview, ReviewBirthday
from consent.models.share import Share, SharePerson
from consent.models.victim_request import VictimRequest
from consent.models.wording import Wording

__all__ = [
    "Agreement",
    "AgreementReview",
    "Consent",
    "ConsentPaper",
    "ConsentReview",
    "FirstAsked",
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
