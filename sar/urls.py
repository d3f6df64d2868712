"""Addresses of requests; references and names that nobody guesses, never numbers of rows."""

from django.urls import path

from sar.views import (
    complaints,
    figures,
    items,
    letters,
    packs,
    requests,
    rights,
    searches,
    status,
)
from sar.workbench import views as workbench

app_name = "sar"

urlpatterns = [
    path("", requests.requests, name="requests"),
    path("add/", requests.request_add, name="request-add"),
    path("statement/<str:reference>/", requests.statement, name="statement"),
    path("statement/<str:reference>/print/", requests.statement_print, name="statement-print"),
    path("letters/words/", letters.wordings, name="letter-wordings"),
    path("letters/words/<slug:wording>/", letters.wording, name="letter-wording"),
    path("letters/<str:reference>/", letters.letter, name="letter"),
    path("letters/<str:reference>/file/", letters.letter_file, name="letter-file"),
    path("letters/<str:reference>/text/", letters.letter_text, name="letter-text"),
    path("letters/<str:reference>/posted/", letters.letter_posted, name="letter-posted"),
    path("letters/<str:reference>/again/", letters.letter_again, name="letter-again"),
    path("letters/<str:reference>/drop/", letters.letter_drop, name="letter-drop"),
    path("letters/<str:reference>/settle/", letters.letter_settle, name="letter-settle"),
    path("figures/", figures.figures, name="figures"),
    path("status/<str:secret>/", status.status, name="status"),
    path("places/", searches.places, name="places"),
    path("places/<slug:place>/", searches.place_offer, name="place-offer"),
    path("mistakes/report/", complaints.mistake, name="mistake"),
    path("complaints/add/", complaints.complaint_add, name="complaint-add"),
    path("complaints/<reference:reference>/", complaints.complaint, name="complaint"),
    path("rectifications/<reference:reference>/", rights.rectification, name="rectification"),
    path("erasures/<reference:reference>/", rights.erasure, name="erasure"),
    path("erasures/<reference:reference>/<slug:key>/", rights.erasure_item, name="erasure-item"),
    path(
        "erasures/<reference:reference>/<slug:key>/approve/",
        rights.erasure_approve,
        name="erasure-approve",
    ),
    path("provided/<reference:reference>/<str:kind>/", rights.portable, name="portable"),
    path("together/<reference:reference>/", rights.together, name="together"),
    path("<str:reference>/", requests.request, name="request"),
    path("<str:reference>/searches/<slug:place>/", searches.search, name="search"),
    path("<str:reference>/searches/<slug:place>/ask/", searches.search_ask, name="search-ask"),
    path("<str:reference>/letter/", letters.letter_add, name="letter-add"),
    path("<str:reference>/items/", items.items, name="items"),
    path("<str:reference>/items/<slug:key>/", items.item, name="item"),
    path("<str:reference>/items/<slug:key>/check/", items.item_check, name="item-check"),
    path("<str:reference>/items/<slug:key>/undo/", items.item_undo, name="item-undo"),
    path("<str:reference>/items/<slug:key>/health/", workbench.item_health, name="item-health"),
    path(
        "<str:reference>/items/<slug:key>/health/undo/",
        workbench.item_health_undo,
        name="item-health-undo",
    ),
    path("<str:reference>/names/", workbench.everybody, name="names"),
    path("<str:reference>/names/<slug:name>/", workbench.somebody, name="name"),
    path("<str:reference>/names/<slug:name>/undo/", workbench.somebody_undo, name="name-undo"),
    path("<str:reference>/opinions/", workbench.opinions, name="opinions"),
    path("<str:reference>/opinions/<int:number>/", workbench.opinion, name="opinion"),
    path("<str:reference>/packs/<uuid:name>/", packs.pack, name="pack"),
    path("<str:reference>/packs/<uuid:name>/progress/", packs.pack_progress, name="pack-progress"),
    path("<str:reference>/packs/<uuid:name>/file/", packs.pack_file, name="pack-file"),
    path("<str:reference>/<slug:name>/", requests.request_lever, name="request-lever"),
]
