from django.urls import path

from planning import views

app_name = "planning"

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:quarter>/release/", views.release_figures, name="figures-release"),
    path("figures/<slug:quarter>/correct/", views.correct_figures, name="figures-correct"),
    path("figures/<slug:quarter>/<int:version>/", views.release, name="release"),
    path(
        "figures/<slug:quarter>/<int:version>/<slug:form>/", views.release_file, name="release-file"
    ),
]
