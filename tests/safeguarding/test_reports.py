"""Telling the council: through the sharing log, and asking until they answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Task
from cases.permissions import cases_of
from consent.gateways import Gateway, SentHow
from consent.models import Share
from consent.permissions import shares_of
from consent.purposes import Purpose
from consent.queries import recipients_of
from core.errors import LogUnavailable, Refused
from core.workflow import MoveRefused
from safeguarding.actions import reports as verbs
from safeguarding.actions.concerns import decide
from safeguarding.models import Choice, Report
from safeguarding.workflow import ConcernStatus
from tests.cases.world import a_world, the
from tests.conftest import entries_since
from tests.factories.safeguarding import read_concern

pytestmark = pytest.mark.django_db

TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def lead():
    return the(Role.SAFEGUARDING_LEAD)


@pytest.fixture
def dpo():
    return the(Role.DPO)


@pytest.fixture
def concern(world, lead):
    made = read_concern(lead, people=[world.joe])
    decide(concern=made, choice=Choice.COUNCIL, reason="A mark of a hand.", by=lead)
    return made


def reported(concern, lead, dpo, **more):
    words = {
        "to": Report.To.COUNCIL,
        "agency": "Sefton Council",
        "recipient_name": "Duty social worker",
        "sent_how": SentHow.PHONE,
        "happened_at": timezone.now() - timedelta(minutes=5),
        "what": "The mark, and what he said.",
        "gateway": Gateway.PUBLIC_GOOD,
        "gateway_detail": "A child may be hurt again tonight.",
        "why_without_consent": "Asking would put him at risk.",
        "told": False,
        "why_not_told": "It would put him at risk.",
        "authorised_by": dpo,
        "next_chase_on": TOMORROW,
    }
    return verbs.report(concern=concern, by=lead, **words | more)


def test_the_council_is_told_through_the_sharing_log(concern, lead, dpo, world):
    with entries_since() as left:
        made = reported(concern, lead, dpo, their_reference="MASH 123")
    assert [entry.verb for entry in left] == [
        Verb.AGENCY_ADDED,
        Verb.SHARE_RECORDED,
        Verb.CONCERN_REPORTED,
        Verb.TASK_FINISHED,
        Verb.TASK_ADDED,
    ] or [entry.verb for entry in left][1:3] == [Verb.SHARE_RECORDED, Verb.CONCERN_REPORTED]
    share = made.share
    assert (share.purpose, share.gateway, share.case) == (
        Purpose.SAFEGUARDING,
        Gateway.PUBLIC_GOOD,
        None,
    )
    assert (share.decided_by, share.authorised_by) == (lead, dpo)
    assert (concern.status, concern.next_chase_on) == (ConcernStatus.REPORTED, TOMORROW)
    assert Task.objects.get(status="open").due_on == TOMORROW
    # Told to the person on asking, by name (UK GDPR Art 15(1)(c)).
    assert [told.reference for told in recipients_of(world.joe)] == [share.reference]


def test_the_workers_of_the_case_do_not_read_in_the_log_that_there_was_a_concern(
    concern, lead, dpo, world
):
    made = reported(concern, lead, dpo)
    assert world.case in cases_of(world.worker)
    for user in (world.worker, world.manager):
        assert made.share not in shares_of(user)
    for user in (lead, dpo):
        assert made.share in shares_of(user)


def test_a_form_sent_twice_tells_once(concern, lead, dpo):
    token = uuid4()
    first = reported(concern, lead, dpo, token=token)
    assert reported(concern, lead, dpo, token=token) == first
    assert Share.objects.count() == Report.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"authorised_by": None}, "authorised by"),
        ({"authorised_by": "lead"}, "Nobody authorises their own"),
        ({"gateway_detail": ""}, "write why the public good"),
        ({"gateway": Gateway.PERMISSION}, "does not go with"),
        ({"why_not_told": ""}, "why the person was not told"),
    ],
)
def test_what_the_sharing_log_refuses_leaves_no_trace(concern, lead, dpo, wrong, sentence):
    wrong = {name: lead if value == "lead" else value for name, value in wrong.items()}
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        reported(concern, lead, dpo, **wrong)
    assert left == []
    assert not Share.objects.exists()


def test_nothing_is_told_before_it_is_known_about_whom(lead, dpo):
    concern = read_concern(lead, described="A boy in a red coat")
    decide(concern=concern, choice=Choice.COUNCIL, reason="A mark of a hand.", by=lead)
    with pytest.raises(Refused, match="which person of the record"):
        reported(concern, lead, dpo)


def test_telling_waits_for_the_decision(world, lead, dpo):
    concern = read_concern(lead, people=[world.joe])
    with pytest.raises(MoveRefused):
        reported(concern, lead, dpo)
    assert not Share.objects.exists()


def test_telling_is_undone_when_the_log_cannot_be_written(concern, lead, dpo, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        reported(concern, lead, dpo, agency=None)
    assert not Share.objects.exists()
    concern.refresh_from_db()
    assert concern.status == ConcernStatus.TO_REPORT


def test_they_are_asked_until_they_answer(concern, lead, dpo):
    reported(concern, lead, dpo)
    later = TOMORROW + timedelta(days=3)
    with entries_since() as left:
        verbs.chase(concern=concern, words="Rang; no news.", next_chase_on=later, by=lead)
    assert left[0].verb == Verb.CONCERN_CHASED
    assert concern.next_chase_on == later
    assert Task.objects.get(status="open").due_on == later
    with entries_since() as left:
        verbs.answer(concern=concern, words="Section 47 enquiry opened.", by=lead)
    assert left[0].verb == Verb.CONCERN_ANSWERED
    assert (concern.status, concern.next_chase_on) == (ConcernStatus.READ, None)
    assert not Task.objects.filter(status="open").exists()
    with entries_since() as left, pytest.raises(Refused, match="waits for no answer"):
        verbs.chase(concern=concern, words="Rang.", next_chase_on=later, by=lead)
    assert left == []


@pytest.mark.parametrize("verb", [verbs.answer, verbs.chase])
def test_asking_and_answers_are_undone_when_the_log_cannot_be_written(
    concern, lead, dpo, request, verb
):
    reported(concern, lead, dpo)
    more = {"next_chase_on": TOMORROW} if verb is verbs.chase else {}
    with entries_since() as left, pytest.raises(Refused):
        verb(concern=concern, words=" ", by=lead, **more)
    assert left == []
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        verb(concern=concern, words="They see to it.", by=lead, **more)
    concern.refresh_from_db()
    assert concern.status == ConcernStatus.REPORTED
