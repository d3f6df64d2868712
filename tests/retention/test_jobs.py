"""What the worker does by itself: noting what protects people, and a backup every night."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as ours
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from parenting2000.jobs import back_up, note_protections
from retention import protections
from retention.actions.holds import place_hold
from retention.backups.making import backups
from tests.factories.accounts import UserFactory
from tests.factories.base import note
from tests.factories.cases import PersonFactory
from tests.factories.retention import HoldFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


@pytest.fixture
def noted(settings):
    """What is noted outside, as its bytes."""
    folder = settings.RETENTION["ledger"].parent
    return lambda: [one.read_bytes() for one in folder.glob("*-protections")]


def test_each_minute_what_protects_people_is_noted_if_anything_was_done(noted):
    HoldFactory(person=PersonFactory(), reason="A letter of a solicitor came.")
    assert noted() == []
    note_protections(timestamp=0)
    first = noted()
    assert len(first) == 1
    assert b"solicitor" not in first[0]
    assert "A letter of a solicitor came." in protections.words()
    # Nothing was done since, and then somebody only looked.
    note_protections(timestamp=0)
    Entry.objects.create(verb="person.opened", action="access", by="Ada", purpose="service")
    note_protections(timestamp=0)
    assert noted() == first
    place_hold(
        kind="claim",
        reason="Another came.",
        review_by=timezone.localdate() + timedelta(days=9),
        person=PersonFactory(),
        by=UserFactory(roles=[Role.DPO]),
    )
    note_protections(timestamp=0)
    assert noted() != first
    assert "Another came." in protections.words()


def test_each_night_a_backup_is_made_and_old_ones_go(settings, tmp_path):
    settings.BACKUPS = {**ours.BACKUPS, "folder": tmp_path / "backups", "key": "", "days": 35}
    note()
    back_up(timestamp=0)
    assert not (tmp_path / "backups").exists()
    settings.BACKUPS = {**settings.BACKUPS, "key": "a key for tests alone: 0123456789 0123456789"}
    with time_machine.travel(timezone.now() - timedelta(days=36), tick=True):
        back_up(timestamp=0)
    (old,) = backups()
    back_up(timestamp=0)
    (new,) = backups()
    assert new.made - old.made > timedelta(days=35)
    assert not old.folder.exists()
    assert new.size > 0
    assert Entry.objects.filter(verb=Verb.BACKUP_MADE, by_id=None).count() == 2
