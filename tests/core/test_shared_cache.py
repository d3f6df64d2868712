"""The cache that all processes share: what is counted counts, whoever counts it and whatever is undone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    cache.clear()


def test_it_keeps_what_it_is_given_for_its_time():
    assert cache.get("tried", "nothing") == "nothing"
    cache.set("tried", [1.5, "x"], timeout=60)
    assert cache.get("tried") == [1.5, "x"]
    assert cache.add("tried", 1, timeout=60) is False
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert cache.get("tried") is None
        assert cache.add("tried", 1, timeout=60) is True
    cache.set("tried", None, timeout=None)
    assert "tried" in cache
    assert cache.touch("tried", 5) is True
    assert cache.touch("other", 5) is False
    assert cache.delete("tried") is True
    assert cache.delete("tried") is False


def test_counting_keeps_the_time_and_fails_for_what_is_not_there():
    cache.set("times", 1, timeout=60)
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        assert cache.incr("times") == 2
    with time_machine.travel(timezone.now() + timedelta(seconds=61)), pytest.raises(ValueError):
        cache.incr("times")


def test_an_attempt_counts_although_its_request_is_undone():
    with transaction.atomic():
        cache.add("times", 1, timeout=60)
        transaction.set_rollback(True)
    assert cache.get("times") == 1


def test_none_of_many_at_once_is_lost():
    cache.set("times", 0, timeout=60)
    with ThreadPoolExecutor(max_workers=4) as several:
        counted = list(several.map(lambda _: cache.incr("times"), range(40)))
    assert sorted(counted) == list(range(1, 41))


def test_no_address_lies_in_the_table_and_what_is_over_goes():
    cache.set("limit-192.0.2.7", 1, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM shared_cache")
        ((key,),) = cursor.fetchall()
        assert "192.0.2.7" not in key
        cache.forget_expired(now=timezone.now() + timedelta(minutes=2))
        cursor.execute("SELECT count(*) FROM shared_cache")
        assert cursor.fetchone() == (0,)
