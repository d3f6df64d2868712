"""A restored backup brings destroyed people back: the site does not start before they are gone again."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection

from audit.models import Entry
from audit.verbs import Verb
from cases.models import Case, CasePerson, Person
from parenting2000.serving import ASKED
from retention import ledger
from retention.running import run_destruction
from tests.conftest import entries_since
from tests.factories.base import noted
from tests.factories.cases import CaseNoteFactory, PersonFactory
from tests.retention.world import FAMILY, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


def copies(*rows):
    """Rows as they lie in a backup."""
    found = []
    with connection.cursor() as cursor:
        for row in rows:
            table = row._meta.db_table
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE id = %s", [row.pk])
            found.append((row._meta, cursor.fetchone()[0]))
    return found


def restored(backup):
    """Put them back as a restore does, numbers and moments as they were."""

    def put_back():
        with connection.cursor() as cursor:
            for meta, text in backup:
                columns = ", ".join(f.column for f in meta.concrete_fields if not f.generated)
                cursor.execute(
                    f"INSERT INTO {meta.db_table} ({columns}) SELECT {columns}"
                    f" FROM jsonb_populate_record(NULL::{meta.db_table}, %s::jsonb)",
                    [text],
                )

    noted(put_back)


def test_destroyed_people_stay_destroyed_after_a_restore(family, capsys):
    stays = PersonFactory()
    note = CaseNoteFactory(case=family.case, people=[])
    links = CasePerson.objects.filter(case=family.case)
    backup = copies(family.case, family.mother, family.child, note, *links)
    approved(family.all, family)
    run_destruction(by=family.officer)
    assert "retention_replay" not in _refusal()
    restored(backup)
    assert Person.objects.filter(family_name=FAMILY).count() == 2
    assert "manage.py retention_replay" in _refusal()
    with entries_since() as entries:
        call_command("retention_replay")
    assert "3 records destroyed again." in capsys.readouterr().out
    assert [entry.verb for entry in entries] == [
        Verb.DESTRUCTION_RUN,
        *[Verb.RECORD_DESTROYED_AGAIN] * 3,
    ]
    assert not Person.objects.filter(family_name=FAMILY).exists()
    assert not Case.objects.filter(pk=family.case.pk).exists()
    assert Person.objects.filter(pk=stays.pk).exists()
    assert "retention_replay" not in _refusal()
    call_command("retention_replay")
    assert "0 records destroyed again." in capsys.readouterr().out


def test_somebody_new_with_the_number_of_somebody_destroyed_is_not_touched(family):
    number = family.mother.pk
    approved(family.all, family)
    run_destruction(by=family.officer)
    new = PersonFactory(pk=number)
    call_command("retention_replay")
    assert Person.objects.filter(pk=new.pk).exists()
    assert Entry.objects.filter(verb=Verb.RECORD_DESTROYED_AGAIN).count() == 0


def test_the_ledger_says_nothing_to_whoever_has_not_the_key(family, switched_on):
    approved(family.all, family)
    run_destruction(by=family.officer)
    mine = ledger.hash_of(family.child)
    assert mine in ledger.read()
    switched_on.RETENTION = {**switched_on.RETENTION, "key": "another"}
    assert ledger.hash_of(family.child) not in ledger.read()


def _refusal():
    """What the web server asks before its first page."""
    return " ".join(
        str(error.msg)
        for error in run_checks(databases=["default"])
        if str(error.id).startswith(ASKED)
    )
