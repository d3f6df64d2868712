"""Addresses of requests; references and names that nobody guesses, never numbers of rows."""

from django.urls import path

from sar import views

app_name = "sar"

urlpatterns = [
    path("", views.requests, name="requests"),
    path("add/", views.request_add, name="request-add"),
    path("statement/<str:reference>/", views.statement, name="statement"),
    path("<str:reference>/", views.request, name="request"),
    path("<str:reference>/items/", views.items, name="items"),
    path("<str:reference>/items/<slug:key>/", views.item, name="item"),
    path("<str:reference>/items/<slug:key>/check/", views.item_check, name="item-check"),
    path("<str:reference>/items/<slug:key>/undo/", views.item_undo, name="item-undo"),
    path("<str:reference>/packs/<uuid:name>/", views.pack, name="pack"),
    path("<str:reference>/packs/<uuid:name>/progress/", views.pack_progress, name="pack-progress"),
    path("<str:reference>/packs/<uuid:name>/file/", views.pack_file, name="pack-file"),
    path("<str:reference>/<slug:name>/", views.request_lever, name="request-lever"),
]
