"""A file that no machine can read is told in every proof, until a person says who looked into it by hand."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from core.pdf.text import text_of
from retention.actions.proposals import (
    approve,
    decide_remainder,
    look_into,
    propose,
    rehearse,
    take_look_back,
)
from retention.destroying.proof import sha256_of
from retention.models import LookedAt, Remainder
from retention.running import LEFT, run_destruction
from retention.workflow import ProposalStatus
from tests.cases.world import signed_in, the
from tests.conftest import entries_since
from tests.factories.base import noted
from tests.factories.cases import CaseFactory, DocumentFactory
from tests.retention.world import FAMILY
from tests.samples import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]

HOLDS = "The answer to another family, as it was sent."
WHY = "It waits to be fetched."


def locked(words):
    return pdf(words, password="correct horse battery staple")


@pytest.fixture
def file():
    """A locked file of somebody else."""
    document = DocumentFactory(case=CaseFactory(), people=[])
    overwrite(document.file, locked("Nothing of theirs."))
    return document


def overwrite(name, content):
    default_storage.delete(name)
    assert default_storage.save(name, ContentFile(content)) == name


def rehearsed(family):
    proposal = propose(records=family.all, by=family.officer)
    return rehearse(proposal=proposal, by=family.officer)


def looked(proposal, who, **how):
    found = proposal.remainders.get(word="")
    return look_into(
        **{"remainder": found, "looked_by": who, "holds": HOLDS, "reason": WHY, "by": who, **how}
    )


def test_it_is_asked_once_and_told_for_ever(family, file, capsys):
    with pytest.raises(SystemExit):
        call_command("retention_prove", "Quillfeather-Nowhere")
    assert "nothing is proved of it" in capsys.readouterr().out
    proposal = rehearsed(family)
    with pytest.raises(Refused, match="not decided yet"):
        approve(proposal=proposal, typed=proposal.reference, by=family.second)
    with entries_since() as entries:
        seen = looked(proposal, family.second, by=family.officer)
    assert [entry.verb for entry in entries] == [Verb.FILE_LOOKED_AT]
    assert (seen.looked_by, seen.recorded_by, seen.stored_as) == (
        family.second,
        family.officer,
        file.file,
    )
    approve(proposal=proposal, typed=proposal.reference, by=family.second)
    run = run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DESTROYED
    assert default_storage.exists(file.file)
    # Told in the certificate, with who looked.
    officer = signed_in(family.officer)
    certificate = officer.get(reverse("retention:certificate", args=[run.reference])).content
    words = re.sub(r"\s", "", " ".join(text_of(certificate)))
    assert "Lookedatbyhand" in words
    assert f"{file.file}:{family.second}.".replace(" ", "") in words
    assert seen.sha256 in words
    page = officer.get(run.get_absolute_url()).content.decode()
    assert f"it was looked at by hand by {family.second}" in page
    # And in every proof from now on, where it is no hit.
    call_command("retention_prove", "Quillfeather-Nowhere")
    told = capsys.readouterr().out
    assert HOLDS in told
    assert "Looked at by hand: 1 file." in told


def test_the_next_proposal_shows_it_and_asks_nobody(family, file):
    first = rehearsed(family)
    looked(first, family.officer)
    rehearse(proposal=first, by=family.officer)
    assert first.remainders.get().decision == Remainder.Decision.LOOKED_AT
    page = signed_in(family.second).get(first.get_absolute_url()).content.decode()
    assert HOLDS in page
    assert f"Belongs to document {file.pk}" in page


def test_as_soon_as_the_file_changes_nobody_looked_at_it(family, file):
    proposal = rehearsed(family)
    looked(proposal, family.officer)
    approve(proposal=proposal, typed=proposal.reference, by=family.second)
    overwrite(file.file, locked("Something else."))
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == (ProposalStatus.RETURNED, LEFT)
    again = rehearsed(family)
    assert again.remainders.get().decision == ""


def test_a_file_of_whoever_goes_is_destroyed_and_what_was_said_of_it_too(family):
    document = DocumentFactory(case=family.case, people=[family.mother])
    overwrite(document.file, locked("About her."))
    # Somebody looked into it when another family went.
    said = noted(
        LookedAt.objects.create,
        stored_as=document.file,
        sha256=sha256_of(document.file),
        looked_by=family.officer,
        holds=HOLDS,
        reason=WHY,
        recorded_by=family.officer,
    )
    proposal = rehearsed(family)
    assert not proposal.remainders.exists()
    approve(proposal=proposal, typed=proposal.reference, by=family.second)
    run_destruction(by=family.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DESTROYED
    assert proposal.outcome["looked_at"] == []
    assert not default_storage.exists(document.file)
    assert not LookedAt.objects.filter(pk=said.pk).exists()


def test_it_is_taken_back(family, file):
    proposal = rehearsed(family)
    seen = looked(proposal, family.officer)
    with pytest.raises(Refused, match="looked into this file already"):
        looked(proposal, family.officer)
    with entries_since() as entries:
        take_look_back(seen=seen, by=family.officer)
    assert [entry.verb for entry in entries] == [Verb.FILE_LOOK_TAKEN_BACK]
    assert proposal.remainders.get().decision == ""
    with pytest.raises(Refused, match="taken back already"):
        take_look_back(seen=seen, by=family.officer)


@pytest.mark.parametrize("said", [{"holds": " "}, {"reason": ""}])
def test_without_what_and_why_it_is_refused_and_leaves_no_trace(family, file, said):
    proposal = rehearsed(family)
    with entries_since() as entries, pytest.raises(Refused, match="Say what the file holds"):
        looked(proposal, family.officer, **said)
    assert entries == []
    assert not LookedAt.objects.exists()


def test_a_file_changed_since_the_rehearsal_is_refused(family, file):
    proposal = rehearsed(family)
    overwrite(file.file, locked("Something else."))
    with pytest.raises(Refused, match="changed or removed meanwhile"):
        looked(proposal, family.officer)
    default_storage.delete(file.file)
    with pytest.raises(Refused, match="changed or removed meanwhile"):
        looked(proposal, family.officer)


def test_a_file_is_not_said_to_be_somebody_elses_without_looking(family, file):
    proposal = rehearsed(family)
    for decision in (Remainder.Decision.THEIRS, Remainder.Decision.LOOKED_AT):
        with pytest.raises(Refused, match="Say who looked into it"):
            decide_remainder(
                remainder=proposal.remainders.get(), decision=decision, by=family.officer
            )


def test_nothing_is_said_while_the_log_cannot_be_written(family, file, request):
    proposal = rehearsed(family)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        looked(proposal, family.officer)
    assert not LookedAt.objects.exists()
    assert proposal.remainders.get().decision == ""


def test_the_pages(family, file):
    proposal = rehearsed(family)
    found = proposal.remainders.get()
    where = reverse("retention:remainder", args=[proposal.reference, found.pk])
    officer = signed_in(family.officer)
    page = officer.get(where).content.decode()
    assert f"document {file.pk}" in page
    bad = officer.post(where, {"looked_by": family.second.pk, "holds": HOLDS, "reason": ""})
    assert bad.status_code == 422
    assert HOLDS in bad.content.decode()
    assert signed_in(the(Role.SERVICE_MANAGER)).get(where).status_code == 404
    sent = {"looked_by": family.second.pk, "holds": HOLDS, "reason": WHY}
    assert officer.post(where, sent).status_code == 302
    page = officer.get(proposal.get_absolute_url()).content.decode()
    assert "Looked at by hand" in page
    assert FAMILY in page
    assert "Take this back" in officer.get(where).content.decode()
    assert officer.post(where).status_code == 302
    assert not LookedAt.objects.exists()
