"""Addresses of requests; references and names that nobody guesses, never numbers of rows."""

from django.urls import path

from sar.views import items, packs, requests

app_name = "sar"

urlpatterns = [
    path("", requests.requests, name="requests"),
    path("add/", requests.request_add, name="request-add"),
    path("statement/<str:reference>/", requests.statement, name="statement"),
    path("<str:reference>/", requests.request, name="request"),
    path("<str:reference>/items/", items.items, name="items"),
    path("<str:reference>/items/<slug:key>/", items.item, name="item"),
    path("<str:reference>/items/<slug:key>/check/", items.item_check, name="item-check"),
    path("<str:reference>/items/<slug:key>/undo/", items.item_undo, name="item-undo"),
    path("<str:reference>/packs/<uuid:name>/", packs.pack, name="pack"),
    path("<str:reference>/packs/<uuid:name>/progress/", packs.pack_progress, name="pack-progress"),
    path("<str:reference>/packs/<uuid:name>/file/", packs.pack_file, name="pack-file"),
    path("<str:reference>/<slug:name>/", requests.request_lever, name="request-lever"),
]
