"""The first notices, for the Data Protection Officer to better and adopt."""

from django.template.loader import render_to_string

from consent.models import Readers
from core.organisation import ORGANISATION


def first_text(readers: Readers) -> str:
    """What a notice for `readers` may say to begin with, with the charity's own name and numbers."""
    words = {"organisation": ORGANISATION}
    return render_to_string(f"consent/notices/{readers.value}.md", words).strip()
