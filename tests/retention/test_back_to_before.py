"""Going back to a version that does not know a kind of record: in a sentence where it cannot be, and whole where it can."""

from importlib import import_module

import pytest
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from core.database import as_owner
from retention.models import Category, Hold, ScheduleRow
from tests.factories.retention import HoldFactory, ScheduleRowFactory
from tests.retention.test_breaches_kept import a_breach

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = [
    ("0011_a_period_for_complaints", "0010_looked_at", Category.COMPLAINT),
    ("0012_a_period_for_breaches", "0011_a_period_for_complaints", Category.BREACH),
]


def state_after(name):
    return MigrationLoader(connection).project_state(("retention", name))


def migration(name):
    return import_module(f"retention.migrations.{name}").Migration(name, "retention")


def known():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
            ["schedule_category_is_known"],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("name", "before", "category"), KINDS)
def test_it_goes_back_and_forth_while_no_row_was_adopted(name, before, category):
    assert str(category) in known()
    # What is changed of the tables is taken back in any case: other tests use them.
    with as_owner(), transaction.atomic():
        with connection.schema_editor(atomic=False) as editor:
            migration(name).unapply(state_after(before), editor)
        assert str(category) not in known()
        with connection.schema_editor(atomic=False) as editor:
            migration(name).apply(state_after(before), editor)
        assert str(category) in known()
        transaction.set_rollback(True)


@pytest.mark.parametrize(("name", "before", "category"), KINDS)
def test_with_an_adopted_row_it_says_so_and_changes_nothing(name, before, category):
    ScheduleRowFactory(category=category)
    with (
        as_owner(),
        pytest.raises(CommandError, match=r"Nothing was changed\. Stay with this version"),
        transaction.atomic(),
        connection.schema_editor(atomic=False) as editor,
    ):
        migration(name).unapply(state_after(before), editor)
    assert str(category) in known()
    assert ScheduleRow.objects.count() == 1


def test_with_a_hold_on_a_breach_it_says_so():
    HoldFactory(breach=a_breach())
    with (
        as_owner(),
        pytest.raises(CommandError, match="There are holds on breaches"),
        transaction.atomic(),
        connection.schema_editor(atomic=False) as editor,
    ):
        migration("0015_hold_on_a_breach").unapply(state_after("0014_goes_along"), editor)
    assert Hold.objects.get().breach is not None
