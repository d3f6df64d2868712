from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Figures for planning, funders and trustees, from which nobody can be told (features.md S11, P36, N27)."""

    name = "planning"
    verbose_name = "Planning"
