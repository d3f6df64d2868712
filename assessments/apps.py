from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """What a charity asks by a form of its own: services' questions, assessments, outcomes, plans."""

    name = "assessments"
    verbose_name = "Questions and assessments"
