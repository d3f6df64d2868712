"""Who may name deputies."""

from accounts.models import User
from accounts.roles import MAY_HAVE_A_DEPUTY, Role


def can_name_deputy(user: User, role: Role) -> bool:
    """Name a deputy for `role`: whoever has the role themselves, and who manages users. No deputy names one."""
    if role not in MAY_HAVE_A_DEPUTY:
        return False
    own = {group.name for group in user.groups.all()}
    return role.value in own or user.has_perm("accounts.manage_users")


def roles_to_give(user: User) -> list[Role]:
    """The roles for which `user` names deputies; none for most."""
    return [role for role in MAY_HAVE_A_DEPUTY if can_name_deputy(user, role)]
