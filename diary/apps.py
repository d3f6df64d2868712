from django.apps import AppConfig


class DiaryConfig(AppConfig):
    """What is arranged ahead: appointments, groups, drop-ins, duty, and workers who go alone."""

    name = "diary"
    verbose_name = "Diary"
