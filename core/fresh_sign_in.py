"""Before what is dangerous, somebody shows again that it is they: a screen left open must not give roles.

Fresh is who typed their password, or used their second step, within ACCOUNT_REAUTHENTICATION_TIMEOUT
seconds (features.md S8). Whoever is not is led to do so and back; a form that was sent is kept meanwhile
and carried out after, so that nothing typed is lost.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse


@reauthentication_required
def _nothing(request: HttpRequest) -> None:
    """What is done while somebody is fresh: nothing more."""


def must_be_fresh(request: HttpRequest) -> None:
    """Lead to signing in again, unless whoever asks did so just now. To be called before anything is done."""
    _nothing(request)


def dangerous[View: Callable[..., HttpResponse]](view: View) -> View:
    """Mark a view that nobody enters without having signed in afresh."""

    @wraps(view)
    def fresh(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        must_be_fresh(request)
        return view(request, *args, **kwargs)

    return fresh  # type: ignore[return-value] # the view as it was
