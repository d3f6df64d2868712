"""What the tests of imports share: a service with its manager, and files of their own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imports.actions.files import name_columns, upload
from imports.checking import check_import
from imports.kinds import Kind, guess
from imports.reading import read_sheet
from tests.cases.world import a_world, signed_in


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def manager(world):
    return signed_in(world.manager)


def uploaded(world, content, kind=Kind.PEOPLE, name="old.xlsx"):
    if isinstance(content, str):
        content = content.encode()
    return upload(
        service=world.service,
        kind=kind,
        content=content,
        file_name=name,
        sheet=read_sheet(content),
        by=world.manager,
    )


def checked(world, content, kind=Kind.PEOPLE):
    """A file as it is after the worker has checked it."""
    batch = uploaded(world, content, kind)
    name_columns(batch=batch, columns=guess(kind, batch.headings), by=world.manager)
    check_import(batch.pk)
    batch.refresh_from_db()
    return batch


def sends(browser, world, content, *, kind="people", name="people.csv"):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return browser.post(
        reverse("imports:add"), {"service": world.service.pk, "kind": kind, "file": file}
    )
