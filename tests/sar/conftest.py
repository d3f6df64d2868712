"""What the tests of requests share: the Data Protection Officer, files of their own, pages in a moment."""

import io

import pikepdf
import pytest

from accounts.roles import Role
from sar.pack.build import Finished
from tests.cases.world import freshly
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseFactory, CaseNoteFactory, PersonFactory, ServiceFactory
from tests.factories.sar import RightsRequestFactory


def _empty():
    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(out, static_id=True)
    return out.getvalue()


EMPTY = _empty()

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def dpo():
    return UserFactory(full_name="Ruth Ellis", roles=[Role.DPO])


@pytest.fixture
def worker():
    return UserFactory(full_name="Dean Okafor", roles=[Role.CASEWORKER])


@pytest.fixture
def amelia(worker):
    return PersonFactory(given_names="Amelia", family_name="Hart", recorded_by=worker)


@pytest.fixture
def case(amelia, worker):
    return CaseFactory(
        service=ServiceFactory(name="Family support"), people=[amelia], recorded_by=worker
    )


@pytest.fixture
def note(case, amelia):
    return CaseNoteFactory(
        case=case,
        people=[amelia],
        body="Amelia sleeps better.\n\nThe neighbour, Mrs Quill, called the police twice.",
    )


@pytest.fixture
def access(amelia, worker):
    """An access request of Amelia's."""
    return RightsRequestFactory(person=amelia, recorded_by=worker)


@pytest.fixture
def dpo_client(client, dpo):
    client.force_login(dpo, backend=BACKEND)
    return freshly(client)


@pytest.fixture
def worker_client(client, worker):
    client.force_login(worker, backend=BACKEND)
    return client


@pytest.fixture
def quick_print(monkeypatch):
    """Packs without the printing, which takes seconds, for tests of what comes before and after."""

    def instead(copy, front, looks, *, files, at, progress, shelf, printed):
        progress("Printing the pages", 50)
        return Finished(final=EMPTY + b"% final", pages=3, draw_draft=lambda: EMPTY + b"% draft")

    monkeypatch.setattr("sar.building.print_pack", instead)
