"""Migrating without drawing every model anew for a rule: the rule stands, and what Django reads of it."""

import pytest
from django.db import models
from django.db.migrations.operations import (
    AddConstraint,
    AddIndex,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.state import ProjectState
from pgtrigger import Protect, Update
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from core.rules_in_place import RULES, rules_in_place

A_RULE = models.CheckConstraint(condition=models.Q(days__gte=0), name="days_not_negative")
AN_INDEX = models.Index(fields=["days"], name="days_index")
A_TRIGGER = Protect(name="nobody_changes_it", operation=Update)


@pytest.fixture
def state() -> ProjectState:
    """A model that is rendered, and another that points to it."""
    state = ProjectState()
    CreateModel(
        "Visit", [("id", models.AutoField(primary_key=True)), ("days", models.IntegerField())]
    ).state_forwards("diary", state)
    CreateModel(
        "Note",
        [
            ("id", models.AutoField(primary_key=True)),
            ("visit", models.ForeignKey("diary.Visit", on_delete=models.PROTECT)),
        ],
    ).state_forwards("diary", state)
    assert state.apps.get_model("diary", "Note")
    return state


def rendered(state: ProjectState) -> type[models.Model]:
    return state.apps.get_model("diary", "visit")


def names(state: ProjectState) -> tuple[list[str], list[str]]:
    meta = rendered(state)._meta
    return [rule.name for rule in meta.constraints], [index.name for index in meta.indexes]


STEPS = [
    (AddConstraint("visit", A_RULE), (["days_not_negative"], [])),
    (AddIndex("visit", AN_INDEX), (["days_not_negative"], ["days_index"])),
    (AddTrigger("visit", A_TRIGGER), (["days_not_negative"], ["days_index"])),
    (RemoveConstraint("visit", "days_not_negative"), ([], ["days_index"])),
    (RemoveIndex("visit", "days_index"), ([], [])),
    (RemoveTrigger("visit", "nobody_changes_it"), ([], [])),
]


def test_rules_are_known_and_nothing_is_drawn_anew(state: ProjectState):
    before = rendered(state)
    with rules_in_place():
        for operation, expected in STEPS:
            operation.state_forwards("diary", state)
            assert names(state) == expected, operation.describe()
    assert rendered(state) is before


def test_it_says_the_same_as_django_does_which_draws_them_anew(state: ProjectState):
    before = rendered(state)
    for operation, expected in STEPS:
        operation.state_forwards("diary", state)
        assert names(state) == expected, operation.describe()
    assert rendered(state) is not before


def test_what_is_not_rendered_yet_is_rendered_with_the_rules():
    state = ProjectState()
    CreateModel(
        "Visit", [("id", models.AutoField(primary_key=True)), ("days", models.IntegerField())]
    ).state_forwards("diary", state)
    with rules_in_place():
        AddConstraint("visit", A_RULE).state_forwards("diary", state)
        assert "apps" not in state.__dict__
    assert names(state) == (["days_not_negative"], [])


def test_djangos_own_way_is_back_also_after_an_error():
    before = [kind.state_forwards for kind in RULES]

    def break_off() -> None:
        with rules_in_place():
            assert [kind.state_forwards for kind in RULES] != before
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert [kind.state_forwards for kind in RULES] == before
