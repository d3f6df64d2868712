"""Whatever would switch the log off is found before anything is served."""

from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from audit.checks import GUARDS, two_people_hold_the_anchor
from audit.eras import open_new_era
from core.database import always_enable_triggers, as_owner, declared_triggers
from parenting2000.serving import refuse_to_serve_unguarded


def found(**kwargs):
    return {error.id for error in run_checks(**kwargs) if error.id.startswith("audit.")}


@pytest.mark.django_db
def test_a_missing_or_misplaced_middleware_is_found(settings):
    assert found() == set()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "core.middleware.RequestIdentity"]
    assert found() == {"audit.E002"}
    settings.MIDDLEWARE = []
    assert found() == {"audit.E001", "audit.E002"}


@pytest.mark.django_db
@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_that_is_missing_is_named(settings, guard):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if one != guard]
    said = [error.msg for error in run_checks() if error.id == "audit.E001"]
    assert said == [f"{guard} is not in MIDDLEWARE, so it guards nothing."]


@pytest.mark.parametrize(
    ("addresses", "warned"),
    [
        ([], {"audit.W001"}),
        (["dpo@charity.example"], {"audit.W001"}),
        # One person twice is one person.
        (["dpo@charity.example", " DPO@charity.example"], {"audit.W001"}),
        (["dpo@charity.example", "trustee@charity.example"], set()),
    ],
)
def test_fewer_than_two_people_with_the_seal_are_warned_of(settings, addresses, warned):
    settings.AUDIT_ANCHOR_EMAILS = addresses
    assert {one.id for one in two_people_hold_the_anchor(None)} == warned


@pytest.mark.django_db
def test_the_two_people_are_looked_for_before_deployment(settings):
    settings.AUDIT_ANCHOR_EMAILS = []
    assert "audit.W001" in found(include_deployment_checks=True)
    assert "audit.W001" not in found()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("sql", "undo", "error"),
    [
        (
            "ALTER TABLE cases_person DISABLE TRIGGER {noted}",
            "ALTER TABLE cases_person ENABLE ALWAYS TRIGGER {noted}",
            "audit.E004",
        ),
        (
            "ALTER TABLE cases_person ENABLE TRIGGER {noted}",
            "ALTER TABLE cases_person ENABLE ALWAYS TRIGGER {noted}",
            "audit.E004",
        ),
        (
            "GRANT UPDATE ON audit_entry TO {app}",
            "REVOKE UPDATE ON audit_entry FROM {app}",
            "audit.E005",
        ),
        (
            "GRANT TRUNCATE ON audit_entryvalue TO {app}",
            "REVOKE TRUNCATE ON audit_entryvalue FROM {app}",
            "audit.E005",
        ),
    ],
)
def test_a_rule_that_is_switched_off_is_found(settings, sql, undo, error):
    settings.AUDIT_ANCHOR_EMAILS = ["dpo@charity.example", "trustee@charity.example"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE 'pgtrigger_noted%'"
            " AND tgrelid = 'cases_person'::regclass"
        )
        words = {"noted": cursor.fetchone()[0], "app": settings.DATABASE_APP_ROLE}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql.format(**words))
    try:
        assert found(databases=["default"]) == {error}
        assert found(include_deployment_checks=True) == {error}
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(undo.format(**words))
    assert found(databases=["default"]) == set()


@pytest.mark.django_db(transaction=True)
def test_running_as_the_owner_is_found():
    with as_owner():
        assert "audit.E003" in found(databases=["default"])


@pytest.mark.django_db(transaction=True)
def test_a_database_of_another_server_must_say_that_it_was_restored():
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_era SET server = '1'")
    assert found(databases=["default"]) == {"audit.E007"}
    with as_owner():
        open_new_era(because="R. Hale restored the backup of 25 November.")
    assert found(databases=["default"]) == set()


@pytest.mark.django_db(transaction=True)
def test_a_log_without_an_era_is_found():
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_era")
    assert found(databases=["default"]) == {"audit.E008"}


@pytest.mark.django_db(transaction=True)
def test_a_rule_that_was_taken_down_is_named_and_migrate_puts_it_up_again():
    # Nothing that another test needs, should this one break.
    table, name = next(key for key in declared_triggers() if key[0] == "cases_statedpurpose")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name} ON {table}")
    assert found(databases=["default"]) == {"audit.E004"}
    said = StringIO()
    call_command("migrate", verbosity=0, stderr=said)
    assert said.getvalue().strip() == f"The rule {name} on {table} was missing, and stands again."
    assert found(databases=["default"]) == set()


@pytest.mark.django_db(transaction=True)
def test_the_web_server_does_not_start_on_an_unguarded_database(settings):
    refuse_to_serve_unguarded()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_person DISABLE TRIGGER USER")
    try:
        with pytest.raises(ImproperlyConfigured, match="cases_person is missing or switched off"):
            refuse_to_serve_unguarded()
    finally:
        with as_owner():
            always_enable_triggers()
    refuse_to_serve_unguarded()
