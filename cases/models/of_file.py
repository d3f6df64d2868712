"""What a row says that is about one file, which is kept as it came."""

from django.db import models

from core.files.formats import Format


class OfFile(models.Model):
    """Where a file lies in the store, what it was called, what it is, and the hash of its bytes."""

    file = models.CharField(max_length=200, editable=False)
    file_name = models.CharField("name of the file", max_length=200, blank=True, editable=False)
    format = models.TextField("kind of file", choices=Format.choices, editable=False)
    size = models.PositiveIntegerField("size in bytes", editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    scanned = models.BooleanField("checked by a virus scanner", editable=False)

    class Meta:
        abstract = True

    @property
    def file_in_words(self) -> str:
        """What kind of file it is and what it was called."""
        called = f", called {self.file_name}" if self.file_name else ""
        return f"{self.get_format_display()}{called}"
