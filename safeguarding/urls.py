from django.urls import path

from safeguarding.views import desk, printing, raising

app_name = "safeguarding"

urlpatterns = [
    path("", desk.concerns, name="concerns"),
    path("raise/", raising.raise_one, name="raise"),
    path("raised/", raising.raised, name="raised"),
    path("raised/<reference:reference>/", raising.receipt, name="receipt"),
    path("people/<reference:reference>/", desk.person, name="person"),
    path("concerns/<reference:reference>/", desk.concern, name="concern"),
    path("concerns/<reference:reference>/print/", printing.concern, name="concern-print"),
    path(
        "concerns/<reference:reference>/do/<slug:name>/", desk.concern_lever, name="concern-lever"
    ),
    path("allegations/", desk.allegations, name="allegations"),
    path("allegations/<reference:reference>/", desk.allegation, name="allegation"),
    path("allegations/<reference:reference>/print/", printing.allegation, name="allegation-print"),
    path(
        "allegations/<reference:reference>/do/<slug:name>/",
        desk.allegation_lever,
        name="allegation-lever",
    ),
]
