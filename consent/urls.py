from django.urls import path

from consent.views import agencies, consents, first_meetings, notices, pictures, record, sending

app_name = "consent"

urlpatterns = [
    path("people/<str:reference>/consent/", record.person, name="person"),
    path("people/<str:reference>/consent/add/", consents.consent_add, name="consent-add"),
    path("people/<str:reference>/consent/tablet/", consents.tablet, name="tablet"),
    path("consents/<str:reference>/signed/", consents.signed, name="consent-signed"),
    path("consents/<str:reference>/copy/", consents.copy, name="consent-copy"),
    path("consents/<str:reference>/review/", consents.review, name="consent-review"),
    path("cases/<str:reference>/first-meeting/", first_meetings.meet, name="first-meeting"),
    path("agencies/", agencies.listed, name="agencies"),
    path("agencies/<str:reference>/", agencies.agency, name="agency"),
    path("agencies/<str:reference>/change/", agencies.change, name="agency-change"),
    path("agencies/<str:reference>/check/", agencies.check, name="agency-check"),
    path("agencies/<str:reference>/merge/", agencies.merge, name="agency-merge"),
    path("agencies/<str:reference>/part/", agencies.part, name="agency-part"),
    path("agencies/<str:reference>/agreement/", agencies.agreement_add, name="agreement-add"),
    path("agreements/<str:reference>/", agencies.agreement, name="agreement"),
    path(
        "professionals/<str:reference>/change/",
        agencies.professional_change,
        name="professional-change",
    ),
    path(
        "professionals/<str:reference>/check/",
        agencies.professional_check,
        name="professional-check",
    ),
    path("notices/first-meetings/", first_meetings.first_asked, name="first-asked"),
    path("notices/birthdays/", consents.birthdays, name="birthdays"),
    path("people/<str:reference>/notice/", notices.give, name="notice-give"),
    path("notices/", notices.notices, name="notices"),
    path("notices/missed/", notices.missed, name="notices-missed"),
    path("notices/adopt/<slug:readers>/", notices.adopt, name="notice-adopt"),
    path("people/<str:reference>/sharing/", record.sharing, name="sharing"),
    path("consents/<str:reference>/withdraw/", consents.consent_withdraw, name="consent-withdraw"),
    path("cases/<str:reference>/sharing/add/", record.share_add, name="share-add"),
    path("cases/<str:reference>/send/", sending.send, name="send"),
    path("cases/<str:reference>/told/", sending.quick, name="share-quick"),
    path("consents-ending/", pictures.ending, name="ending"),
    path("sharing-by-quarter/", pictures.quarters, name="quarters"),
    path("sharing-to-review/", sending.to_review, name="shares-to-review"),
    path("sharing/<str:reference>/pack/", sending.parcel, name="parcel"),
    path("sharing/<str:reference>/victim-request/", sending.victim_request, name="victim-request"),
    path("sharing/<str:reference>/reply/", sending.reply, name="share-reply"),
    path("sharing/<str:reference>/review/", sending.look_at, name="share-review"),
    path("referrals-out/", record.referrals_out, name="referrals-out"),
    path(
        "sharing/<str:reference>/referral/",
        record.referral_out,
        name="referral-out",
    ),
    path("sharing/<str:reference>/", record.share, name="share"),
    path("sharing/<str:reference>/letter/", record.share_letter, name="share-letter"),
]
