"""What is handed to the public site: the services' own public words, and nothing of any record."""

from cases.models import Service
from core.public import PublicService


def services() -> list[PublicService]:
    """Every service with words for everybody, by name."""
    rows = Service.objects.exclude(public_text="").values_list("name", "public_text", "is_open")
    return [PublicService(*row) for row in rows]
