"""The table of roles is what the groups hold, and says what the charity means."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.roles import ROLES, Role
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_groups_hold_exactly_what_the_table_says():
    held = {
        group.name: {
            f"{p.content_type.app_label}.{p.codename}"
            for p in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }
    assert held == {role.value: set(rights.permissions) for role, rights in ROLES.items()}


@pytest.mark.parametrize(
    ("role", "may_open_records", "may_enter_admin", "may_write"),
    [
        (Role.CASEWORKER, True, False, True),
        (Role.SERVICE_MANAGER, True, False, True),
        (Role.FRONT_DESK, False, False, False),
        (Role.SAFEGUARDING_LEAD, True, False, True),
        (Role.QUALITY_REVIEWER, True, False, False),
        (Role.DPO, True, True, False),
        (Role.SYSTEM_ADMINISTRATOR, False, True, False),
    ],
)
def test_who_may_do_what(role, may_open_records, may_enter_admin, may_write):
    user = UserFactory(roles=[role])
    assert user.has_perm("cases.open_record") is may_open_records
    assert user.is_staff is may_enter_admin
    assert user.has_perm("cases.write_entries") is may_write


def test_the_system_administrator_has_no_way_to_a_client():
    permissions = ROLES[Role.SYSTEM_ADMINISTRATOR].permissions
    assert not permissions & {
        "cases.search_people",
        "cases.open_basics",
        "cases.open_record",
        "cases.open_any_record",
        "sar.work_requests",
        "audit.read_log",
    }


def test_a_row_in_djangos_tables_of_permissions_opens_nothing():
    user = UserFactory(roles=[Role.FRONT_DESK])
    permission = Permission.objects.get(codename="open_any_record")
    user.user_permissions.add(permission)
    Group.objects.get(name=Role.FRONT_DESK.value).permissions.add(permission)
    assert user.has_perm("cases.search_people")
    assert not user.has_perm("cases.open_any_record")
    assert user.has_module_perms("cases")
    assert not user.has_module_perms("audit")
    user.is_active = False
    assert not user.has_perm("cases.search_people")
