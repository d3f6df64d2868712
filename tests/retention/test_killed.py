"""A run that is killed at any of its steps: nothing half-gone, and the next run finishes what was left."""

import pytest
from django.core.files.storage import default_storage

from cases.models import Person
from retention import ledger
from retention.actions import destruction
from retention.models import Journal, Run
from retention.running import run_destruction
from retention.workflow import ProposalStatus
from tests.factories.cases import DocumentFactory
from tests.retention.world import FAMILY, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


class Killed(BaseException):
    """The process is gone: nothing that runs afterwards catches this."""


def dies(*args, **kwargs):
    raise Killed


def then_dies(function):
    """Does its work, and never comes back."""

    def called(*args, **kwargs):
        function(*args, **kwargs)
        raise Killed

    return called


# Where the process dies, and whether the rows are gone by then.
STEPS = {
    "before the run is written": (destruction, "next_number", dies, False),
    "before anything is deleted": (destruction, "carry_out", dies, False),
    "when everything is deleted and searched": (
        destruction,
        "carry_out",
        then_dies(destruction.carry_out),
        False,
    ),
    "while the journal is written": (destruction, "outcome_of", dies, False),
    "before the ledger": (ledger, "append", dies, True),
    "after the ledger": (ledger, "append", then_dies(ledger.append), True),
    "before the first file": (destruction, "remove", dies, True),
    "after the last file": (destruction, "remove", then_dies(destruction.remove), True),
    "before the run is called finished": (destruction, "finish_run", dies, True),
}


@pytest.mark.parametrize(("where", "name", "how", "gone"), STEPS.values(), ids=STEPS)
def test_the_next_run_finishes_what_a_killed_one_left(family, monkeypatch, where, name, how, gone):
    document = DocumentFactory(case=family.case, people=[family.mother])
    proposal = approved(family.all, family)
    with monkeypatch.context() as patched:
        patched.setattr(where, name, how)
        with pytest.raises(Killed):
            run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert Person.objects.filter(family_name=FAMILY).exists() is not gone
    assert (proposal.status == ProposalStatus.DESTROYED) is gone
    if not gone:
        assert default_storage.exists(document.file)
        assert ledger.read() == set()
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DESTROYED
    assert not Person.objects.filter(family_name=FAMILY).exists()
    assert not default_storage.exists(document.file)
    assert set(proposal.outcome["hashes"]) == ledger.read()
    assert not Journal.objects.exists()
    assert not Run.objects.filter(finished=None).exists()


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
