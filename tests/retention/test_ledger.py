"""The ledger outside, when a run dies while it is written; where else it may die: test_killed_and_raced."""

import pytest
from django.core.files.storage import default_storage

from retention import ledger
from retention.models import Journal
from retention.running import run_destruction
from tests.factories.cases import DocumentFactory
from tests.retention.world import approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


class Killed(BaseException):
    """The process is gone: nothing that runs afterwards catches this."""


def dies(*args, **kwargs):
    raise Killed


def test_a_half_written_line_of_the_ledger_spoils_no_other(family, settings):
    proposal = approved(family.all, family)
    ledger.append(["0" * 64])
    path = settings.RETENTION["ledger"]
    path.write_bytes(path.read_bytes() + b"0123")
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert set(proposal.outcome["hashes"]) | {"0" * 64} == ledger.read()


def test_files_wait_until_the_ledger_is_written(family, monkeypatch):
    """What is gone must stay gone after a restore, so the ledger comes first."""
    document = DocumentFactory(case=family.case, people=[family.mother])
    approved(family.all, family)
    monkeypatch.setattr(ledger, "append", dies)
    with pytest.raises(Killed):
        run_destruction(by=family.officer)
    assert default_storage.exists(document.file)
    assert {one.file for one in Journal.objects.exclude(file="")} == {document.file}
