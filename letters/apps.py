from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Ordinary letters and e-mails from templates, kept on the record."""

    name = "letters"
    verbose_name = "Letters"
