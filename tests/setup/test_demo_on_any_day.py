"""The demo is as fresh on an awkward day as on any other, and quick to load."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import CaseNote
from core.privacy import our_models
from parenting2000.demo_families import is_loaded, load_families
from tests.setup.test_demo_families import check_requests

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "today",
    [
        date(2027, 1, 1),  # a holiday at the beginning of a year
        date(2028, 2, 29),  # a day that most years lack
        date(2027, 3, 29),  # Easter Monday
        date(2026, 10, 25),  # a Sunday, and the clocks go back
        date(2031, 7, 6),
    ],
    ids=str,
)
def test_it_is_fresh_on_any_day(today):
    morning = datetime(today.year, today.month, today.day, 7, 0, tzinfo=UTC)
    with time_machine.travel(morning, tick=False):
        assert not is_loaded()
        load_families()
        assert is_loaded()
        check_requests(today)
        assert CaseNote.objects.order_by("recorded_at").last().recorded_at < timezone.now()


def test_it_is_written_in_bulk():
    """Fewer statements than rows, the families' own looks up included: `make demo` waits for it."""
    with CaptureQueriesContext(connection) as asked:
        load_families()
    written = sum(model._base_manager.count() for model in our_models())
    statements = [query for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) < written
