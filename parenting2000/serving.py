"""What must hold before the first page is served."""

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

# The checks of the log (middleware, triggers, rights, eras) and of what must stay destroyed.
ASKED = ("audit.", "retention.")


def refuse_to_serve_unguarded() -> None:
    """Asked by the web server before its first page; ImproperlyConfigured says what is not as it must be.

    A database that is away stops the start too: whoever starts the server tries again.
    """
    errors = [
        error for error in run_checks(databases=["default"]) if str(error.id).startswith(ASKED)
    ]
    connections["default"].close()
    if errors:
        raise ImproperlyConfigured(" ".join(str(error.msg) for error in errors))
