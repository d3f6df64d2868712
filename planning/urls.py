from django.urls import path

from planning.views import figures, visits

app_name = "planning"

urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("figures/<slug:quarter>/release/", figures.release_figures, name="figures-release"),
    path("figures/<slug:quarter>/correct/", figures.correct_figures, name="figures-correct"),
    path("figures/<slug:quarter>/<int:version>/", figures.release, name="release"),
    path(
        "figures/<slug:quarter>/<int:version>/<slug:form>/",
        figures.release_file,
        name="release-file",
    ),
    path("visits/", visits.visits, name="visits"),
]
