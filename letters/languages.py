"""Languages in which letters are written here: what a screen reader and a PDF call them."""

from django.db import models


class Language(models.TextChoices):
    ENGLISH = "en-GB", "English"
    WELSH = "cy", "Welsh"
    ARABIC = "ar", "Arabic"
    BENGALI = "bn", "Bengali"
    CHINESE = "zh", "Chinese"
    FARSI = "fa", "Farsi"
    KURDISH = "ku", "Kurdish"
    LATVIAN = "lv", "Latvian"
    LITHUANIAN = "lt", "Lithuanian"
    POLISH = "pl", "Polish"
    PORTUGUESE = "pt", "Portuguese"
    PUNJABI = "pa", "Punjabi"
    ROMANIAN = "ro", "Romanian"
    RUSSIAN = "ru", "Russian"
    SPANISH = "es", "Spanish"
    TURKISH = "tr", "Turkish"
    UKRAINIAN = "uk", "Ukrainian"
    URDU = "ur", "Urdu"

    @property
    def direction(self) -> str:
        return "rtl" if self in FROM_THE_RIGHT else "ltr"


FROM_THE_RIGHT = frozenset({Language.ARABIC, Language.FARSI, Language.URDU})
