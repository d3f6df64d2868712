"""Addresses of files that are brought in."""

from django.urls import path

from imports import views

app_name = "imports"

urlpatterns = [
    path("", views.imports, name="imports"),
    path("add/", views.import_add, name="add"),
    path("template/", views.template, name="template"),
    path("<reference:reference>/", views.import_, name="import"),
    path("<reference:reference>/columns/", views.columns, name="columns"),
    path("<reference:reference>/progress/", views.progress, name="progress"),
    path("<reference:reference>/rows/", views.rows, name="rows"),
    path("<reference:reference>/answers/", views.answers, name="answers"),
    path("<reference:reference>/answer-rest/", views.answer_rest, name="answer-rest"),
    path("<reference:reference>/start/", views.start, name="start"),
    path("<reference:reference>/undo/", views.undo, name="undo"),
    path("<reference:reference>/discard/", views.discard, name="discard"),
]
