from django.urls import path

from consent import views

app_name = "consent"

urlpatterns = [
    path("people/<str:reference>/consent/", views.person, name="person"),
    path("people/<str:reference>/consent/add/", views.consent_add, name="consent-add"),
    path("people/<str:reference>/sharing/", views.sharing, name="sharing"),
    path("consents/<str:reference>/withdraw/", views.consent_withdraw, name="consent-withdraw"),
    path("cases/<str:reference>/sharing/add/", views.share_add, name="share-add"),
    path("referrals-out/", views.referrals_out, name="referrals-out"),
    path(
        "sharing/<str:reference>/referral/",
        views.referral_out,
        name="referral-out",
    ),
    path("sharing/<str:reference>/", views.share, name="share"),
    path("sharing/<str:reference>/letter/", views.share_letter, name="share-letter"),
]
