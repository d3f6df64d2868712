"""`manage.py migrate` from nothing, and what it leaves behind."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from core.database import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def test_migrating_puts_a_rule_back_that_the_check_misses():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE 'pgtrigger_noted%'"
            " AND tgrelid = 'cases_person'::regclass"
        )
        trigger = cursor.fetchone()[0]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE cases_person DISABLE TRIGGER {trigger}")
    with pytest.raises(SystemCheckError, match="missing or switched off"):
        call_command("check", databases=["default"], stdout=io.StringIO(), stderr=io.StringIO())
    call_command("migrate", verbosity=0, skip_checks=False)
    call_command("check", databases=["default"], stdout=io.StringIO())
