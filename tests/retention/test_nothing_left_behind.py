"""A family that is in everything the product can hold, destroyed: nothing of it is left, and all of the others.

Needles are planted by the owner of the tables in every declared column and in files of every kind. Then the
whole database is dumped and the whole store of files read, and each needle is looked for.
"""

import io
import subprocess
import zipfile
from contextlib import suppress

import environ
import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.models import Entry, EntryValue
from audit.verification import verify
from cases.actions.merging import keep_apart, merge
from cases.documents import PREVIEWS
from cases.models import Case, PaperFile, PaperMove, Person
from consent.models import Parcel, Share
from core.database import as_owner
from core.files.keeping import keep
from core.privacy import Delete, declarations, our_models
from diary.models import AlarmCall, Reminder
from imports.models import Imported
from retention.destroying.closure import closure_of, declared, keys_to
from retention.kinds import PERSON
from retention.programs import program
from retention.running import run_destruction
from tests.cases.world import the
from tests.factories.assessments import PlanFactory
from tests.factories.base import note, noted
from tests.factories.cases import (
    CaseFactory,
    CaseNoteFactory,
    DocumentFactory,
    OddLookFactory,
    PassageFactory,
    PersonFactory,
    PreviewPageFactory,
)
from tests.factories.diary import AttendanceFactory, LoneVisitFactory
from tests.factories.funding import CaseFundingFactory, ContactFundingFactory, ContractFactory
from tests.factories.imports import ImportFactory, ImportRowFactory
from tests.factories.retention import HoldFactory
from tests.factories.safeguarding import AllegationFactory
from tests.factories.sar import (
    BuiltPackFactory,
    DeliveryFactory,
    RightsRequestFactory,
    WithholdingFactory,
    released_pack,
)
from tests.retention.world import (
    a_family,
    adopt_everything,
    approved,
    end_everything,
    with_entry_and_report,
)
from tests.samples import pdf
from tests.sar.test_gather import everything_about

pytestmark = pytest.mark.usefixtures("switched_on")

# Declared tables of which the fullest family has no row, each with its reason.
NOT_OF_A_CLIENT = {
    "accounts.Notice": "tells staff that something waits, and names nobody",
    "accounts.UndertakingAcceptance": "about staff",
    "api.Creation": "forgotten after days by the nightly job",
    "api.Token": "about staff",
    "audit.EntryValue": "looked for below",
    "cases.StaffHome": "about staff",
    "diary.DutyTurn": "about staff",
    "diary.Feed": "about staff",
    "imports.Import": "emptied and kept: it is of many people; its file is looked for below",
    "imports.ImportProgress": "about nobody",
    "retention.GoesAlong": "in tests/retention/test_along.py",
    "retention.Journal": "random names of files",
    "retention.LookedAt": "in tests/retention/test_looked_at.py",
    "retention.LogMonth": "of the log, in tests/retention/test_log_months.py",
    "retention.Remainder": "made by the proposal itself",
    "safeguarding.Receiver": "about staff",
    "sar.PublicDraft": "of strangers, locked with their cookie; forgotten within the hour by itself",
    "website.Visit": "about nobody; goes by itself after some months",
}


def reached():
    """Every table to which a key leads, from a person or a case, over whatever lies between."""
    found, waiting = set(), [Person, Case]
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            waiting += [other for other, _ in keys_to(model)]
            # Nobody is left in it: the row that a link led to goes as well.
            waiting += [
                owner
                for owner in our_models()
                if any(
                    many.remote_field.through is model for many in owner._meta.local_many_to_many
                )
            ]
    # Named by number, without a key.
    return {model._meta.label for model in found} | {"imports.Imported", "cases.MergedRow"}


def needle(table, column, key):
    return f"ndl{table}{column}{key}".replace("_", "")


def plant(closure):
    """Put a needle into every text of every row that is to go; those that took none, with the reason."""
    planted, refused = set(), []
    with as_owner(), connection.cursor() as cursor:
        for model, keys in closure.going.items():
            table = model._meta.db_table
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for field in model._meta.concrete_fields:
                if not _takes_words(field):
                    continue
                for key in keys:
                    word = needle(table, field.column, key)
                    value = f'{{"x": "{word}"}}' if isinstance(field, models.JSONField) else word
                    try:
                        with transaction.atomic():
                            cursor.execute(
                                f"UPDATE {table} SET {field.column} = %s"
                                f" WHERE {model._meta.pk.column} = %s",
                                [value[: field.max_length or 999], key],
                            )
                        planted.add(value[: field.max_length or 999].strip('{}":x '))
                    except DatabaseError:
                        refused.append(f"{table}.{field.column}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(
                "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid = %s::regclass"
                " AND NOT tgisinternal",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return planted, refused


# Files that no row of a family names.
NOT_OF_A_ROW_OF_THEIRS = {
    ("imports.Import", "file"): "of many people: its row stays, and its file is looked for below",
    ("retention.Journal", "file"): "random names of files that are being removed",
}


def plant_files(closure):
    """A file of its own, with a needle, behind every column of every row that names one; needles by column."""
    planted = {}
    with as_owner(), connection.cursor() as cursor:
        for model, keys in closure.going.items():
            for column in declared(model).files if "Privacy" in model.__dict__ else ():
                table = model._meta.db_table
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                for key in keys:
                    word = f"ndlfileof{table}{column}{key}".replace("_", "")
                    name = keep(ContentFile(word.encode()), folder="planted")
                    before = model._base_manager.values_list(column, flat=True).get(pk=key)
                    if before and default_storage.exists(before):
                        default_storage.delete(before)
                    with suppress(DatabaseError), transaction.atomic():
                        cursor.execute(
                            f"UPDATE {table} SET {column} = %s WHERE {model._meta.pk.column} = %s",
                            [name, key],
                        )
                        planted.setdefault((model._meta.label, column), []).append(word)
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
                cursor.execute(
                    "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid = %s::regclass"
                    " AND NOT tgisinternal",
                    [table],
                )
                for (trigger,) in cursor.fetchall():
                    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    return planted


def _takes_words(field):
    texts = models.CharField | models.TextField | models.JSONField
    return (
        isinstance(field, texts)
        and not field.generated
        and not field.choices
        and not field.unique
        and field.name not in {"table", "row", "source", "link", "status"}
        and not (field.name == "file" or field.name.endswith("_file"))
    )


def dump():
    """The whole database as text, as a backup would hold it."""
    owner = environ.Env.db_url_config(django_settings.DATABASE_OWNER_URL)
    return subprocess.run(
        [
            program("pg_dump"),
            "--inserts",
            "--host",
            owner["HOST"],
            "--username",
            owner["USER"],
            connection.settings_dict["NAME"],
        ],
        capture_output=True,
        check=True,
    ).stdout.decode()


def stored():
    """Every file in the store, as it lies."""
    names, waiting = [], [""]
    while waiting:
        folder = waiting.pop()
        folders, files = default_storage.listdir(folder)
        names += [f"{folder}/{name}".lstrip("/") for name in files]
        waiting += [f"{folder}/{name}".lstrip("/") for name in folders]
    found = {}
    for name in names:
        with default_storage.open(name) as file:
            found[name] = file.read()
    return found


def word_file(*words):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:t>{'</w:t><w:t>'.join(words)}</w:t>")
    return made.getvalue()


def more_about(person, request):
    """What a family may have beside everything that a pack shows."""
    case = person.cases.first()
    by = case.recorded_by
    file = DocumentFactory(case=case, people=[person], content=b"ndlfiletext")
    DocumentFactory(case=case, people=[person], content=pdf("ndlfilepdf"))
    DocumentFactory(case=case, people=[person], content=word_file("ndlfile", "word"))
    PreviewPageFactory(
        preview=file.preview,
        picture_file=keep(ContentFile(b"ndlfilepicture"), folder=PREVIEWS),
        text="x",
    )
    pack = BuiltPackFactory(request=request)
    noted(
        type(pack).objects.filter(pk=pack.pk).update,
        draft_file=keep(ContentFile(b"ndlfiledraft"), folder="packs"),
    )
    noted(request.kept_pages.create, mark="a" * 64, file="pages/x")
    noted(
        Parcel.objects.create,
        share=Share.objects.filter(people=person).first(),
        file="agency-packs/x",
        size=1,
        sha256="a" * 64,
        expires=timezone.now(),
        recorded_by=by,
    )
    WithholdingFactory(request=request, source="cases.CaseNote", record_id=1)
    noted(
        request.checks.create,
        source="cases.CaseNote",
        record_id=1,
        recorded_by=request.recorded_by,
    )
    OddLookFactory(person=person)
    HoldFactory(
        person=person,
        released_at=case.closed_at or case.recorded_at,
        released_by=by,
        released_because="Over.",
    )
    note_of_theirs = case.notes.first()
    PassageFactory(note=note_of_theirs, start=4, end=9, kind="opinion", recorded_by=by)
    contact = case.contacts.first()
    AttendanceFactory(person=person, contact=contact)
    visit = LoneVisitFactory(worker=by, appointment=case.appointments.first(), place="x")
    allegation = AllegationFactory(people=[person])
    with_entry_and_report(allegation, by)
    noted(
        Reminder.objects.create,
        appointment=case.appointments.first(),
        person=person,
        due=timezone.now(),
        recorded_by=by,
    )
    paper = PaperFile.objects.filter(person=person).first()
    noted(
        PaperMove.objects.create,
        paper_file=paper,
        kind="filed",
        moved_on=timezone.localdate(),
        words="x",
        recorded_by=by,
    )
    keep_apart(person=person, other=PersonFactory(), by=by)
    double = PersonFactory(given_names="Zeb", family_name="Quillfeather")
    merge(survivor=person, other=double, chosen={}, reason="The same letter.", by=by)
    PlanFactory(case=case, number=7, steps=[{"words": "x", "person": person}])
    contract = ContractFactory(service=case.service)
    CaseFundingFactory(case=case, contract=contract)
    ContactFundingFactory(contact=contact, contract=contract)
    noted(
        AlarmCall.objects.create,
        visit=visit,
        called=by,
        step=1,
        moment=timezone.now(),
    )
    batch = ImportFactory(file=keep(ContentFile(b"ndlfilesheet"), folder="imports"))
    ImportRowFactory(batch=batch, answer="existing", existing=person, cells={"x": "ndlimportrow"})
    noted(
        Imported.objects.create, batch=batch, row=2, table=PERSON, record=person.pk, old_number="77"
    )


def snapshot(closure):
    """Every row of ours that is to stay, as the database holds it."""
    rows = {}
    with connection.cursor() as cursor:
        for model in our_models():
            if model._meta.app_label in {"audit", "retention"} or "Import" in model.__name__:
                continue
            key = connection.ops.quote_name(str(model._meta.pk.column))
            cursor.execute(
                f"SELECT {key}, to_jsonb(t)::text FROM {model._meta.db_table} t"
                f" WHERE NOT {key} = ANY (%s)",
                [list(closure.going.get(model, ()))],
            )
            rows |= {(model._meta.label, pk): text for pk, text in cursor.fetchall()}
    return rows


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_fullest_family_is_left_and_nothing_of_anybody_else_is_touched(  # noqa: PLR0915  # one story
    capsys,
):
    adopt_everything()
    family = a_family()
    lead = the(Role.SAFEGUARDING_LEAD)
    person = family.mother
    request = everything_about(person)
    more_about(person, request)
    end_everything(person)
    DeliveryFactory(pack=released_pack(RightsRequestFactory(person=person)))
    stranger = PersonFactory(given_names="Somebody", family_name="Else")
    both = [person, family.child]
    CaseNoteFactory(case=family.case, people=both, body="Both came by tram.")
    DocumentFactory(case=family.case, people=both, content=b"About both of them.")
    DocumentFactory(case=CaseFactory(people=[stranger]), people=[stranger], content=pdf("Else"))
    RightsRequestFactory(person=stranger)
    closure = closure_of([(PERSON, person.pk)])
    made = {model._meta.label for model, keys in closure.going.items() if keys}
    deleted = {
        one.model._meta.label for one in declarations() if isinstance(one.destruction, Delete)
    }
    assert deleted - reached() == set(NOT_OF_A_CLIENT)
    assert len(made) > 70
    planted, refused = plant(closure)
    files = {"ndlfilesheet"}
    assert len(planted) > 100
    planted_files = plant_files(closure)
    # Every kind of file that is declared has one of theirs: a kind that is added tomorrow fails here.
    assert set(planted_files) | set(NOT_OF_A_ROW_OF_THEIRS) == {
        (one.model._meta.label, column) for one in declarations() for column in one.files
    }
    files |= {word for words in planted_files.values() for word in words}
    assert all(any(word.encode() in content for content in stored().values()) for word in files)
    # The needles are their name now.
    person.refresh_from_db()
    session = SessionStore()
    session["typed"] = f"Rang {person.full_name}"
    session.save()
    with transaction.atomic():
        note()
        entry = Entry.objects.create(
            verb="person.changed", action="update", by="Dean", purpose="service", people=[person.pk]
        )
        EntryValue.objects.create(
            entry=entry, people=[person.pk], salt=b"s", body={"was": "ndlvalueofthelog"}
        )
    before = dump()
    assert [word for word in planted if word not in before] == []
    assert "ndlvalueofthelog" in before
    others = snapshot(closure)

    # One word stands in many of the places where the test planted it; none of them is a name by itself.
    proposal = approved([(PERSON, person.pk)], family, early=True, reason="A test.")
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == ("destroyed", "")

    after = dump()
    assert [word for word in sorted(planted) if word in after] == []
    for word in ("Quillfeather, Zeb", person.full_name, person.reference, "ndlvalueofthelog"):
        assert word not in after
    kept = stored()
    for word in (*files, "ndlfilepdf", "ndlfiletext", "ndlimportrow"):
        assert [name for name, content in kept.items() if word.encode() in content] == []
    assert not SessionStore(session.session_key).load()
    loosened = {
        (model._meta.label, key) for (model, _), keys in closure.loosened.items() for key in keys
    }
    now = snapshot(closure)
    assert {key: text for key, text in others.items() if key not in loosened} == {
        key: text for key, text in now.items() if key not in loosened and key in others
    }
    # Whoever may read what goes along was asked to look at it first.
    asked = {("accounts.Notice", one.pk) for one in Notice.objects.filter(to=lead)}
    assert asked - set(others)
    assert set(now) == set(others) | asked
    call_command("retention_prove", person.full_name, person.reference, *sorted(planted)[:50])
    assert "Found nowhere." in capsys.readouterr().out
    assert verify(None).faults == []
    # Columns that their row may fill in another state alone, such as why something was undone.
    assert 4 * len(set(refused)) < len(planted)
