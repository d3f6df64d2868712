"""Migrating in a third of the time: a rule added to a model does not make Django draw all models anew.

Almost every model of ours points to the colleague who wrote a row, so all are related to all, and Django renders
some hundred and fifty classes again for each constraint, index and trigger: most of what migrating takes (ADR 0045).
None of them changes what a model is related to.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations import (
    AddConstraint,
    AddIndex,
    AlterConstraint,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

RULES: tuple[type[Operation], ...] = (
    AddConstraint,
    AlterConstraint,
    RemoveConstraint,
    AddIndex,
    RemoveIndex,
    AddTrigger,
    RemoveTrigger,
)
# What Django itself reads of a rendered model; of triggers it reads nothing.
READ = ("constraints", "indexes")

Forwards = Callable[[Any, str, ProjectState], None]


@contextmanager
def rules_in_place() -> Iterator[None]:
    """While it lasts, migrations that add or remove a rule change the rendered model in its place."""
    before: dict[type[Operation], Forwards] = {kind: kind.state_forwards for kind in RULES}
    for kind in RULES:
        setattr(kind, "state_forwards", _in_place(before[kind]))  # noqa: B010 mypy forbids the plain form
    try:
        yield
    finally:
        for kind in RULES:
            setattr(kind, "state_forwards", before[kind])  # noqa: B010


def _in_place(forwards: Forwards) -> Forwards:
    def state_forwards(operation: Any, app_label: str, state: ProjectState) -> None:
        # Out of sight, so that nothing of it is rendered anew.
        rendered = state.__dict__.pop("apps", None)
        forwards(operation, app_label, state)
        if rendered is None:
            return
        state.__dict__["apps"] = rendered
        meta = rendered.get_model(app_label, operation.model_name)._meta
        options = state.models[app_label, operation.model_name_lower].options
        for name in READ:
            setattr(meta, name, list(options.get(name, ())))

    return state_forwards
