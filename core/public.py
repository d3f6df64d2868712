"""What the public site may say of the record's side: its services, in words made for everybody.

The site opens no record and imports none. The settings name the one function that hands these words over.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class PublicService:
    """A service of the charity as the public site shows it."""

    name: str
    text: str
    is_open: bool


def open_services() -> list[PublicService]:
    """The services that have words for everybody."""
    export: Callable[[], list[PublicService]] = import_string(settings.PUBLIC_SERVICES)
    return export()
