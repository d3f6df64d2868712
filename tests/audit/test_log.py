"""The log: complete, unchangeable, and first."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.log import SYSTEM, hash_of, record
from audit.models import Entry, EntryValue
from audit.verbs import Action, Verb
from cases.models import Person
from core.database import as_owner
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_what_whom_when_and_why():
    worker = UserFactory(full_name="Dean Okafor", email="dean@charity.example")
    person = PersonFactory(recorded_by=worker)
    entry = record(
        Verb.PERSON_CHANGED, by=worker, action=Action.UPDATE, record=person, people=[person]
    )
    entry.refresh_from_db()
    assert entry.by == "Dean Okafor <dean@charity.example>"
    assert (entry.record, entry.record_id, entry.people) == ("cases.Person", person.pk, [person.pk])
    assert entry.at is not None
    assert entry.xid > 0


def test_values_lie_beside_the_entry_and_their_salted_hash_in_it():
    person = PersonFactory()
    entry = record(
        Verb.PERSON_CHANGED,
        by=SYSTEM,
        action=Action.UPDATE,
        people=[person],
        values={"family_name": ["Hart", "Sutton"]},
    )
    kept = EntryValue.objects.get(entry=entry)
    assert kept.people == [person.pk]
    assert bytes(entry.values_hash) == hash_of(bytes(kept.salt), kept.body)
    kept.delete()
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_time_and_transaction_are_the_databases():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (xid, at, action, verb, by, by_roles, record, people, purpose)"
            " VALUES ('7', '1999-01-01', 'create', 'x', 'y', '', '', '{}', 'service')"
            " RETURNING xid::text, at"
        )
        xid, at = cursor.fetchone()
    assert xid != "7"
    assert at.year > 2000


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET by = 'somebody else'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "UPDATE audit_entryvalue SET body = '{}'",
        "SET session_replication_role = replica",
        "DROP TABLE audit_entry CASCADE",
        "INSERT INTO django_admin_log (action_time, object_repr, action_flag, change_message,"
        " user_id) VALUES (now(), '', 1, '', 1)",
    ],
)
def test_the_application_cannot_change_the_log(sql):
    record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, values={"a": 1})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET by = 'somebody else'",
        "DELETE FROM audit_entry",
        "SELECT set_config('pgtrigger.ignore', '{audit_entry:pgtrigger_for_ever}', false);"
        " DELETE FROM audit_entry",
    ],
)
def test_not_even_the_owner_changes_an_entry(sql):
    record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE)
    with (
        as_owner(),
        pytest.raises(DatabaseError, match="never changed"),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_a_client_table_refuses_a_change_without_an_entry():
    person = PersonFactory()
    changes = [
        lambda: Person.objects.filter(pk=person.pk).update(pronouns="she/her"),
        lambda: Person.objects.filter(pk=person.pk).delete(),
        lambda: Person.objects.bulk_create([Person(given_names="A", family_name="B")]),
        lambda: connection.cursor().execute("UPDATE cases_person SET pronouns = 'x'"),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="No entry in the log"):
            change()
    with transaction.atomic():
        record(Verb.PERSON_CHANGED, by=SYSTEM, action=Action.UPDATE, people=[person])
        assert Person.objects.filter(pk=person.pk).update(pronouns="she/her") == 1


@pytest.mark.django_db(transaction=True)
def test_an_entry_of_an_undone_savepoint_or_another_transaction_does_not_count():
    person = PersonFactory()
    with transaction.atomic():
        try:
            with transaction.atomic():
                record(Verb.PERSON_CHANGED, by=SYSTEM, action=Action.UPDATE, people=[person])
                raise KeyError  # noqa: TRY301
        except KeyError:
            pass
        with pytest.raises(DatabaseError, match="No entry in the log"), transaction.atomic():
            Person.objects.update(pronouns="she/her")
    with transaction.atomic():
        record(Verb.PERSON_CHANGED, by=SYSTEM, action=Action.UPDATE, people=[person])
    with pytest.raises(DatabaseError, match="No entry in the log"):
        Person.objects.update(pronouns="she/her")
