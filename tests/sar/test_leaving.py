"""What leaves beside the pack: an encrypted copy that only a passphrase opens, and our own record of why."""

import io

import pikepdf
import pytest
from django.urls import reverse

from accounts.roles import Role
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from sar.actions.release import release
from sar.building import build_pack
from sar.exemptions import Basis
from sar.models import StaysIn
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import note as entry
from tests.factories.sar import (
    BuiltPackFactory,
    EvidenceSeenFactory,
    WithholdingFactory,
    signed_off,
)
from tests.sar.conftest import BACKEND

pytestmark = pytest.mark.django_db

WORDS = {"passphrase": "four quiet green hills", "again": "four quiet green hills"}


def address(pack):
    return reverse("sar:pack-encrypted", args=[pack.request.reference, pack.name])


@pytest.mark.usefixtures("quick_print")
def test_a_released_pack_leaves_encrypted_with_a_passphrase_kept_nowhere(
    dpo_client, dpo, access, note
):
    EvidenceSeenFactory(request=access)
    pack = BuiltPackFactory(request=access)
    build_pack(pack.pk)
    assert dpo_client.get(address(pack)).status_code == 200
    assert dpo_client.post(address(pack), WORDS).status_code == 403
    signed_off(access)
    release(request=access, by=dpo)
    for wrong in ({"passphrase": "short", "again": "short"}, {**WORDS, "again": "others, others"}):
        assert dpo_client.post(address(pack), wrong).status_code == 422
    with entries_since() as entries:
        answer = dpo_client.post(address(pack), WORDS)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(answer.content))
    with pikepdf.open(io.BytesIO(answer.content), password=WORDS["passphrase"]) as opened:
        assert opened.encryption.bits == 256
    assert [(e.verb, e.people) for e in entries] == [("pack.encrypted", [access.person_id])]
    assert "quiet green" not in str(entries[0].__dict__)


def test_our_own_record_says_what_and_why_and_who(dpo_client, dpo, access, note):
    entry()
    StaysIn.objects.create(
        request=access,
        group="x",
        who="Dr Green",
        basis=Basis.PROFESSIONAL,
        factors="Paid.",
        recorded_by=dpo,
    )
    WithholdingFactory(
        request=access,
        source="cases.CaseNote",
        record_id=note.pk,
        field="body",
        quote="Mrs Quill",
        recorded_by=dpo,
    )
    with entries_since() as entries:
        answer = dpo_client.get(reverse("sar:reasons", args=[access.reference]))
    assert answer.status_code == 200
    pages = text_of(answer.content)
    text = " ".join(" ".join(pages).split())
    for words in (
        f"Note {note}",
        "“Mrs Quill”",
        "paragraph 16",
        "would be known at once",
        "Ruth Ellis",
        "Dr Green: A paid professional",
        "Nobody has signed the pack off.",
    ):
        assert words in text, words
    assert all("Internal: never part of the answer" in page for page in pages)
    assert tagging_report(answer.content) == []
    assert "reasons.read" in {e.verb for e in entries} or "request.reasons-read" in {
        e.verb for e in entries
    }


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SAFEGUARDING_LEAD])
def test_our_own_record_is_for_whoever_works_on_requests(client, access, note, role):
    client.force_login(UserFactory(roles=[role]), backend=BACKEND)
    answer = client.get(reverse("sar:reasons", args=[access.reference]))
    assert answer.status_code in {403, 404}
