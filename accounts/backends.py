"""What a deputy may do: the permissions of the role, on the days for which they have it."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.roles import ROLES, Role


class Deputies(BaseBackend):
    """Signs nobody in; answers for the roles that somebody holds as a deputy today."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return user_obj.is_active and any(
            perm in ROLES[Role(role)].permissions for role in user_obj.deputy_roles
        )
