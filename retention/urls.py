"""Addresses about keeping and destroying; nothing of a person in any of them but a reference."""

from django.urls import path

from retention.views import (
    erasures,
    figures,
    holds,
    kept,
    papers,
    processing,
    proposals,
    runs,
    schedule,
)

app_name = "retention"

urlpatterns = [
    path("", schedule.schedule, name="schedule"),
    path("schedule/adopt/<slug:kind>/", schedule.adopt, name="adopt"),
    path("schedule/pdf/", schedule.pdf, name="schedule-pdf"),
    path("schedule/file/", schedule.file, name="schedule-file"),
    path("schedule/<int:number>/end/", schedule.end, name="schedule-end"),
    path("due/", proposals.due, name="due"),
    path("due/propose/", proposals.propose, name="propose"),
    path("due/early/", proposals.propose_early, name="propose-early"),
    path("holds/", holds.holds, name="holds"),
    path("holds/add/", holds.hold_add, name="hold-add"),
    path("holds/stop/", holds.stop, name="stop"),
    path("holds/start/", holds.start, name="start"),
    path("holds/<int:number>/release/", holds.hold_release, name="hold-release"),
    path("places/", proposals.places, name="places"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<str:reference>/", proposals.proposal, name="proposal"),
    path("proposals/<str:reference>/words/<int:number>/", proposals.remainder, name="remainder"),
    path("proposals/<str:reference>/<slug:name>/", proposals.step, name="step"),
    path("destroyed/", runs.runs, name="runs"),
    path("destroyed/<str:reference>/", runs.run, name="run"),
    path("destroyed/<str:reference>/certificate/", runs.certificate, name="certificate"),
    path("erasures/", erasures.erasures, name="erasures"),
    path("erasures/<str:reference>/", erasures.erasure, name="erasure"),
    path("file/", papers.papers, name="papers"),
    path("file/add/<slug:kind>/", papers.add, name="paper-add"),
    path("file/<int:number>/", papers.paper, name="paper"),
    path("file/<int:number>/anew/", papers.renew, name="paper-renew"),
    path("file/<int:number>/end/", papers.end, name="paper-end"),
    path("figures/", figures.figures, name="figures"),
    path("figures/anonymous/", figures.anonymous_file, name="anonymous-file"),
    path("processing/", processing.page, name="processing"),
    path("processing/pdf/", processing.pdf, name="processing-pdf"),
    path("processing/file/", processing.file, name="processing-file"),
    path("processing/map/", processing.map_page, name="data-map"),
    path("processing/map/pdf/", processing.map_pdf, name="data-map-pdf"),
    path("processing/map/file/", processing.map_file, name="processing-map"),
    path("people/<str:reference>/", kept.person, name="person"),
    path("cases/<str:reference>/", kept.case, name="case"),
]
