"""Rules of the tables: declarations, direction of keys, staff protected, pairs, guarded tables."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import connection, models

from accounts.models import User
from cases.models import ContactPerson
from core.database import as_owner
from core.privacy import (
    ABOUT_SOMEBODY,
    OUR_APPS,
    Internal,
    Pack,
    declarations,
    our_models,
    problems_of,
)
from tests.architecture.sources import OUR_FOLDERS, ROOT

MODELS = list(our_models())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ORDER = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
# The height of each app: import-linter's own list, lowest first, siblings at one height.
LAYERS = {
    name.strip(" ()"): height
    for height, names in enumerate(reversed(ORDER))
    for name in names.split("|")
}


def test_there_are_models_to_look_at():
    assert len(MODELS) > 20
    assert set(LAYERS) >= {model._meta.app_label for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_declared(model):
    assert problems_of(model) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model):
    here = LAYERS[model._meta.app_label]
    upwards = [
        f"{model._meta.label}.{field.name}"
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many)
        and field.concrete
        and field.related_model._meta.app_label in LAYERS
        and LAYERS[field.related_model._meta.app_label] > here
    ]
    assert upwards == []


def _keys():
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if field.remote_field is not None:
                yield model, field


def test_deleting_an_account_never_deletes_or_changes_a_record():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model, field in _keys()
        if field.related_model is User and field.remote_field.on_delete is not models.PROTECT
    ]
    assert wrong == []


def test_nothing_cascades():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model, field in _keys()
        if field.remote_field.on_delete not in (models.PROTECT, models.DO_NOTHING)
    ]
    assert wrong == []


# Moments that have nobody: they happen to a record, or the person is another field of the row.
WITHOUT_BY = {
    "happened_at": "recorded_by wrote it; the moment is the family's",
    "retention.LogMonth.recorded_at": "the timetable wrote it; the ledger knows by the moment which row it was",
}


def test_moments_of_acts_name_the_actor():
    """`x_at` has `x_by` beside it, and the database keeps the pair together."""
    wrong = []
    for model in MODELS:
        if model._meta.app_label == "audit":
            continue
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, field in fields.items():
            if not name.endswith("_at") or WITHOUT_BY.keys() & {
                name,
                f"{model._meta.label}.{name}",
            }:
                continue
            partner = fields.get(f"{name[:-3]}_by")
            if partner is None:
                wrong.append(f"{model._meta.label}.{name} has no {name[:-3]}_by")
            elif field.null != partner.null:
                wrong.append(f"{model._meta.label}.{name}: one of the pair may be missing")
            elif field.null and not any(
                isinstance(constraint, models.CheckConstraint)
                and {name, partner.name} <= _fields_of(constraint.condition)
                for constraint in model._meta.constraints
            ):
                wrong.append(f"{model._meta.label}.{name}: no constraint keeps the pair")
    assert wrong == []


def _fields_of(condition: models.Q) -> set[str]:
    names = set()
    for child in condition.children:
        names |= _fields_of(child) if isinstance(child, models.Q) else {child[0].split("__")[0]}
    return names


def test_choices_bind_the_database():
    wrong = []
    for model in MODELS:
        constrained = set()
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                constrained |= _fields_of(constraint.condition)
        wrong += [
            f"{model._meta.label}.{field.name}"
            for field in model._meta.concrete_fields
            if field.choices and field.name not in constrained
        ]
    assert wrong == []


def test_text_is_never_null():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in MODELS
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and field.null
    ]
    assert wrong == []


# Tables about staff or settings only, which sign-in and set-up write.
NOT_GUARDED = {
    "accounts.User": "the sign-in library notes the last sign-in",
    "accounts.Undertaking": "about nobody",
    "accounts.UndertakingAcceptance": "about staff",
    "audit.Entry": "the log itself",
    "audit.EntryValue": "the log itself",
    "audit.Era": "the log itself; only the owner writes it",
    "audit.Seal": "the log itself",
    "website.Visit": "about nobody; written from beside the request (docs/adr/0034)",
    "website.HourTotal": "about nobody",
    "website.BusyHour": "about nobody",
    "sar.PackProgress": "how far a machine has come; about nobody",
    "imports.ImportProgress": "how far a machine has come; about nobody",
}


@pytest.mark.django_db
def test_every_client_table_refuses_a_change_without_an_entry():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgfoid = 'public.audit_require_entry()'::regprocedure AND tgenabled = 'A'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
    open_tables = {model._meta.label for model in MODELS if model._meta.db_table not in guarded}
    assert open_tables == set(NOT_GUARDED)


@pytest.mark.django_db
def test_the_application_is_neither_owner_nor_superuser_and_cannot_empty_a_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
            " AND (pg_has_role(current_user, relowner, 'MEMBER')"
            " OR has_table_privilege(oid, 'TRUNCATE'))"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_the_database_is_as_declared():
    assert run_checks(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_an_undeclared_column_or_table_stops_the_build():
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_person ADD COLUMN nickname text")
        cursor.execute("CREATE TABLE spare_copy (name text)")
    try:
        found = {error.msg.split(" is in ")[0] for error in run_checks(databases=["default"])}
        assert found == {"The column cases_person.nickname", "The table spare_copy"}
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE cases_person DROP COLUMN nickname")
            cursor.execute("DROP TABLE spare_copy")


def test_everything_about_somebody_is_shown_in_the_pack_or_kept_back_for_a_reason():
    for declaration in declarations():
        about = [f for f, label in declaration.labels.items() if label in ABOUT_SOMEBODY]
        if isinstance(declaration.pack, Pack):
            assert declaration.is_about_people, declaration.model
        elif about:
            assert len(declaration.pack.because) > 10, declaration.model


def test_what_no_pack_prints_is_declared_with_what_packs_tell_of_it(monkeypatch):
    model = ContactPerson
    assert problems_of(model) == []
    monkeypatch.setattr(model.Privacy, "pack", Internal("for a reason of its own"))
    (problem,) = problems_of(model)
    assert "does not say what packs tell of it" in problem


def test_every_app_of_this_repository_is_one_of_ours():
    """An app that OUR_APPS forgot would be checked by nothing."""
    here = {config.name for config in apps.get_app_configs() if ROOT in Path(config.path).parents}
    here = {name for name in here if (ROOT / name).is_dir()}
    assert here == {*OUR_APPS, "core", "parenting2000"} & set(OUR_FOLDERS)
    assert here == set(PROJECT["tool"]["importlinter"]["root_packages"])


# Kinds that share their letter; the list may only become shorter (docs/adr/0007).
SAID_ALIKE = {
    "B": {"cases.EmergencyLook", "cases.PaperFile"},
    "G": {"assessments.Goal", "diary.Group", "safeguarding.Concern"},
    "J": {"cases.Barring", "retention.Proposal"},
    "L": {"assessments.Plan", "cases.OddLook", "diary.LoneVisit", "letters.Letter"},
    "W": {"cases.Alert", "diary.DropIn"},
    "X": {"cases.Restriction", "cases.Seal"},
    "Y": {"cases.Access", "retention.Run"},
}


def test_kinds_of_record_are_said_apart():
    kinds: dict[str, set[str]] = {}
    for model in MODELS:
        for field in model._meta.local_fields:
            if field.name == "reference" and isinstance(field, models.GeneratedField):
                prefix = str(field.expression.source_expressions[0].source_expressions[0].value)
                kinds.setdefault(prefix.removesuffix("-"), set()).add(model._meta.label)
    assert len(kinds) > 20
    assert {letters: of for letters, of in kinds.items() if len(of) > 1} == SAID_ALIKE
