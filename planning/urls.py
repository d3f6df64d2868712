from django.urls import path

from planning.views import figures, funder, uses, visits

app_name = "planning"

urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("figures/years/<int:number>/", figures.year, name="year"),
    path("figures/<slug:quarter>/release/", figures.release_figures, name="figures-release"),
    path("figures/<slug:quarter>/correct/", figures.correct_figures, name="figures-correct"),
    path("figures/<slug:quarter>/<int:version>/", figures.release, name="release"),
    path(
        "figures/<slug:quarter>/<int:version>/<slug:form>/",
        figures.release_file,
        name="release-file",
    ),
    path("contracts/<str:reference>/", funder.reports, name="funder"),
    path(
        "contracts/<str:reference>/<slug:quarter>/<int:version>/<slug:form>/",
        funder.report_file,
        name="funder-file",
    ),
    path("uses/", uses.uses, name="uses"),
    path("uses/ask/", uses.use_ask, name="use-ask"),
    path("uses/<str:reference>/", uses.use, name="use"),
    path("uses/<str:reference>/decide/", uses.use_decide, name="use-decide"),
    path("uses/<str:reference>/end/", uses.use_end, name="use-end"),
    path("uses/<str:reference>/file/", uses.use_file, name="use-file"),
    path("visits/", visits.visits, name="visits"),
]
