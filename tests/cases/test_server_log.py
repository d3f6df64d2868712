"""An error in the middle of somebody's record: the log and the mail of the machine name nobody (S9)."""

import io
import logging
import logging.config

import pytest
from django.conf import settings as ours
from django.db import connection
from django.urls import reverse

from cases.models import CaseNote
from core.database import as_owner
from tests.cases.typed import typed_note
from tests.cases.world import a_world, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Quillfeather told us where she sleeps"


@pytest.fixture
def server_log():
    """What the machine's log holds, written by the handler of the settings."""
    handler = logging.getHandlerByName("console")
    if handler is None:
        logging.config.dictConfig(ours.LOGGING)
        handler = logging.getHandlerByName("console")
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def a_rule_that_quotes(transactional_db):
    """A rule of the database that nobody expects: its refusal repeats the whole row."""
    rule = f"CHECK (body NOT LIKE '%{WORDS}%')"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE cases_casenote ADD CONSTRAINT quotes {rule}")
    yield
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_casenote DROP CONSTRAINT quotes")


def test_an_error_that_quotes_a_record_leaves_it_out_of_log_mail_and_page(
    a_rule_that_quotes, server_log, smtp, settings
):
    settings.ADMINS = ["machine@charity.example"]
    world = a_world()
    browser = signed_in(world.worker, raise_request_exception=False)
    page = reverse("cases:note-add", args=[world.case.reference])
    answer = browser.post(page, typed_note(world, body=WORDS))
    assert answer.status_code == 500
    assert not CaseNote.objects.exists()
    said = server_log.getvalue()
    assert "django.db.utils.IntegrityError" in said
    assert page in said
    assert smtp.letters == []
    for place in (said, answer.content.decode()):
        assert WORDS not in place
        assert "Failing row" not in place
        assert "Amelia" not in place
