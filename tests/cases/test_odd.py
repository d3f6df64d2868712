"""The rules of what is odd, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.odd import (
    Alike,
    OddKind,
    Seen,
    Working,
    findings_of,
    has_same_name,
    is_out_of_hours,
    most_at_once,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
NONE_ALIKE = Alike()
NOBODY = Working(now=frozenset(), before=frozenset())


def seen(entry=1, at=NOON, **given):
    return Seen(entry=entry, looker=7, at=at, **({"person": 1} | given))


def kinds(looks, *, working=NOBODY, alike=NONE_ALIKE, many=40):
    found = findings_of(looks, working=working, alike=alike, many=many)
    return [(finding.kind, finding.person, finding.times) for finding in found]


def test_a_record_on_the_list_in_working_hours_is_not_odd():
    assert kinds([seen()], working=Working(frozenset({(7, (1, None))}), frozenset())) == []


def test_a_record_not_on_the_list_is_found_once_with_how_often():
    assert kinds([seen(1), seen(2), seen(3)]) == [(OddKind.NOT_THEIRS, 1, 3)]


def test_a_record_worked_on_before_is_its_own_kind():
    before = Working(frozenset(), frozenset({(7, (1, None))}))
    assert kinds([seen()], working=before) == [(OddKind.LEFT_IT, 1, 1)]


def test_other_roles_and_tasks_need_no_list():
    assert kinds([seen(as_caseworker=False)]) == []


@pytest.mark.parametrize("record", [{"person": 1}, {"person": None, "case": 4}])
def test_the_same_family_name_or_house_is_found_at_a_person_and_at_a_case(record):
    look = seen(**record)
    pair = frozenset({(7, look.record)})
    for alike, kind in (
        (Alike(names=pair), OddKind.SAME_NAME),
        (Alike(addresses=pair), OddKind.SAME_ADDRESS),
    ):
        assert (kind, look.person, 1) in kinds([look], alike=alike)
        assert kind not in [found for found, *_ in kinds([seen(person=2)], alike=alike)]


@pytest.mark.parametrize(
    ("looker", "family", "same"),
    [
        ("dean hart", "hart", True),
        ("dean smith jones", "smith jones", True),
        ("dean hartley", "hart", False),
        ("hart dean", "hart", False),
        ("dean hart", "", False),
    ],
)
def test_names_are_the_same_as_whole_words_at_the_end(looker, family, same):
    assert has_same_name(looker, family) is same


@pytest.mark.parametrize(
    ("at", "odd"),
    [
        (datetime(2026, 11, 25, 6, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 7, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 19, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 20, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), True),  # Saturday
        (datetime(2026, 12, 25, 12, 0, tzinfo=UTC), True),  # Christmas
    ],
)
def test_out_of_hours(at, odd):
    assert is_out_of_hours(at) is odd


def test_only_the_late_looks_are_counted_as_late():
    late = NOON.replace(hour=22)
    found = kinds([seen(1), seen(2, at=late)])
    assert (OddKind.OUT_OF_HOURS, 1, 1) in found


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 9)), max_size=40))
def test_most_at_once_is_what_counting_every_hour_gives(given_looks):
    looks = [
        seen(number, at=NOON + timedelta(minutes=minute), person=person)
        for number, (minute, person) in enumerate(given_looks)
    ]
    hours = (
        {
            other.record
            for other in looks
            if timedelta(0) <= other.at - look.at <= timedelta(hours=1)
        }
        for look in looks
    )
    assert most_at_once(looks) == max(map(len, hours), default=0)


def test_many_records_within_an_hour_are_one_finding_about_none_of_them():
    looks = [seen(n, at=NOON + timedelta(minutes=n), person=n) for n in range(1, 6)]
    assert (OddKind.MANY, None, 5) in kinds(looks, many=5)
    assert OddKind.MANY not in [kind for kind, *_ in kinds(looks, many=6)]
