"""Questions are worded once, and each time they are asked for somebody else, another day, another row."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef

from accounts.models import User
from core.worded import Slot, answers, day_for, holds, numbers
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

worded: list[object] = []


def _groups(user, *, at_least=0):
    worded.append(user)
    return User.groups.through.objects.filter(user=user, group__gte=at_least).values("group")


def _in_same_group(user, other):
    theirs = User.groups.through.objects.filter(user=user, group=OuterRef("group"))
    return Exists(User.groups.through.objects.filter(Exists(theirs), user=other))


def _here_by_today(user):
    return User.objects.filter(pk=user, last_login__date__lte=day_for(user)).values("pk")


@pytest.fixture
def groups():
    return [Group.objects.create(name=name) for name in ("Reds", "Blues")]


@pytest.fixture
def staff(groups):
    red, blue, both = (UserFactory() for _ in range(3))
    groups[0].user_set.add(red, both)
    groups[1].user_set.add(blue, both)
    return red, blue, both


def names(user, **kinds):
    found = Group.objects.filter(pk__in=numbers(_groups, user, **kinds))
    return set(found.values_list("name", flat=True))


def test_numbers_are_those_of_whoever_asks_and_worded_once(staff):
    *_, both = staff
    worded.clear()
    assert [names(user) for user in staff] == [{"Reds"}, {"Blues"}, {"Reds", "Blues"}]
    assert len(worded) <= 1
    assert all(isinstance(user, Slot) for user in worded)
    assert [len(answers(_groups, user)) for user in staff] == [1, 1, 2]
    # Another kind is another question; what is not found by it is the rest.
    blues = Group.objects.get(name="Blues").pk
    assert names(both, at_least=blues) == {"Blues"}
    left = Group.objects.exclude(pk__in=numbers(_groups, both))
    assert not left.intersection(both.groups.all()).exists()


def test_a_condition_is_about_the_row_outside_also_deep_inside(staff):
    red, blue, both = staff

    def of(user):
        return holds(_in_same_group, user, of=("pk",))

    assert set(User.objects.filter(of(red))) == {red, both}
    assert blue in User.objects.exclude(of(red))
    assert set(User.objects.filter(of(red) & ~of(blue))) == {red}
    # The same question twice, one inside the other, each about its own row and its own reader.
    outside = User.objects.filter(of(both), pk__in=User.objects.filter(of(red)).values("pk"))
    assert set(outside) == {red, both}
    through = User.groups.through.objects.filter(holds(_in_same_group, red, of=("user_id",)))
    assert set(through.values_list("user", flat=True)) == {red.pk, both.pk}


def test_the_day_is_that_of_asking():
    user = UserFactory(last_login=datetime(2026, 3, 2, 12, tzinfo=UTC))
    found = []
    for day in (date(2026, 3, 1), date(2026, 3, 2)):
        with time_machine.travel(day, tick=False):
            asked = User.objects.filter(pk__in=numbers(_here_by_today, user))
            found.append(asked.exists())
    assert found == [False, True]


def test_nobody_and_somebody_who_has_no_place_in_a_question_are_asked_for_as_they_are(staff):
    red, *_ = staff
    worded.clear()
    assert names(red.pk) == names(red) == {"Reds"}
    assert names(None) == set()
    assert red.pk in worded
