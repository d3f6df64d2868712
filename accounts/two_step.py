"""The second step at sign-in: who needs one, from when, and how its secrets are kept."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import ClassVar

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.encoding import force_bytes

from accounts.models import User
from audit.actors import Stranger
from audit.log import record
from audit.looks import look_of
from audit.purposes import Purpose
from audit.verbs import Action, Verb

ALL = "all"


class TwoStepAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second steps encrypted: a copy of the database opens nobody's account."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "The code is not right. Wait for the next number in your app and type that one, or take a "
            "recovery code that you have not used yet."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()


class _WrongCodeIsNoted:
    """A wrong code is an entry: whoever types it has the password already."""

    user: User

    def clean_code(self) -> str:
        try:
            return super().clean_code()  # type: ignore[misc]  # of the form beside it
        except ValidationError:
            look = look_of(context.request, Purpose.ACCESS_CONTROL)
            record(
                Verb.SECOND_STEP_FAILED,
                by=Stranger(),
                action=Action.ACCESS,
                record=self.user,
                look=look,
            )
            raise


class SecondStep(_WrongCodeIsNoted, AuthenticateForm):
    """The code at sign-in."""


class SecondStepAgain(_WrongCodeIsNoted, ReauthenticateForm):
    """The code of somebody who is signed in and does what cannot be undone."""


def must_have_second_step(user: User, *, at: datetime | None = None) -> bool:
    """Whether `user` may do nothing else before setting up a second step (features.md S8)."""
    end = second_step_due(user)
    return end is not None and end <= (at or timezone.now()) and not is_mfa_enabled(user)


def second_step_due(user: User) -> datetime | None:
    """By when `user` needs a second step; None if their roles need none, as everybody's in the demo."""
    wanted = set(settings.TWO_STEP_ROLES)
    if settings.DEMO or not (ALL in wanted or wanted.intersection(user.role_names)):
        return None
    return user.second_step_from + timedelta(days=settings.TWO_STEP_GRACE_DAYS)


def _keys() -> MultiFernet:
    """The key made from SECRET_KEY, and those from the keys before it, for reading."""
    return MultiFernet(
        Fernet(
            base64.urlsafe_b64encode(hashlib.sha256(b"second step:" + force_bytes(key)).digest())
        )
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
