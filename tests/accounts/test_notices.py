"""Telling staff: on the desk and by e-mail, once, and naming nobody."""

import smtplib

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.actions.notices import mail, read_notice, tell
from accounts.models import Notice
from accounts.tasks import mail_notice
from audit.actors import SYSTEM
from core.errors import LogUnavailable
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return UserFactory(full_name="Ruth Hale", email="ruth@charity.example")


@pytest.fixture
def notice(lead):
    return tell(
        who=[lead], sentence="A concern waits for you.", link="/concerns/S-000001/", by=SYSTEM
    )[0]


def jobs():
    return [(job.task_name, job.args) for job in ProcrastinateJob.objects.filter(status="todo")]


def test_tell_leaves_a_notice_an_entry_and_one_job_each_with_a_number_only(lead):
    other = UserFactory()
    with entries_since() as left:
        notices = tell(who=[lead, other, lead], sentence="Something waits.", by=lead)
    assert [notice.to for notice in notices] == [lead, other]
    assert [entry.verb for entry in left] == ["notice.given"]
    assert jobs() == [("accounts.mail_notice", {"notice_id": notice.pk}) for notice in notices]


def test_tell_tells_nobody_who_may_not_sign_in(lead):
    gone = UserFactory(is_active=False)
    assert [notice.to for notice in tell(who=[gone, lead], sentence="Waits.", by=SYSTEM)] == [lead]


@pytest.mark.usefixtures("log_broken")
def test_tell_is_undone_without_its_entry(lead):
    with pytest.raises(LogUnavailable):
        tell(who=[lead], sentence="Something waits.", by=SYSTEM)


def test_mail_arrives_once_and_names_nobody(notice, smtp):
    with entries_since() as left:
        assert mail(notice=notice) is True
        assert mail(notice=notice) is False
    (letter,) = smtp.to("ruth@charity.example")
    assert letter["Subject"] == "Parenting 2000: A concern waits for you."
    assert "/concerns/S-000001/" in letter.get_content()
    assert [(entry.verb, entry.by) for entry in left] == [("notice.mailed", "system")]
    notice.refresh_from_db()
    assert notice.mailed is not None


def test_mail_that_the_server_refuses_stays_to_be_sent(notice, smtp):
    smtp.refusing = True
    with entries_since() as left, pytest.raises(smtplib.SMTPDataError):
        mail_notice.func(notice_id=notice.pk)
    assert left == []
    notice.refresh_from_db()
    assert notice.mailed is None
    smtp.refusing = False
    mail_notice.func(notice_id=notice.pk)
    assert len(smtp.letters) == 1


def test_mail_of_a_notice_that_is_gone_does_nothing(smtp):
    mail_notice.func(notice_id=0)
    assert smtp.letters == []


def test_read_notice_leaves_one_entry_however_often(notice, lead):
    with entries_since() as left:
        read_notice(notice=notice, by=lead)
        read_notice(notice=notice, by=lead)
    assert [entry.verb for entry in left] == ["notice.read"]
    assert Notice.objects.get().read is not None
