"""Why somebody looks who has no case of the person: the task at hand says it, or they are asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry, EntryValue
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions.purposes import state_purpose
from cases.models import StatedPurpose
from core.errors import LogUnavailable, Refused
from safeguarding.workflow import ConcernStatus
from sar.actions.complaints import record_complaint
from sar.workflow import RequestStatus
from tests.cases.world import a_world, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import AllocationFactory, CaseNoteFactory, OddLookFactory
from tests.factories.consent import ShareFactory, ShareReviewFactory
from tests.factories.safeguarding import ConcernFactory
from tests.factories.sar import RightsRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def page(world, part=""):
    return f"/casework/people/{world.amelia.reference}/{part}"


def pages(world):
    note = CaseNoteFactory(case=world.case, people=[world.amelia])
    note.refresh_from_db()
    return [page(world), page(world, "details/"), f"/casework/notes/{note.reference}/"]


@pytest.mark.parametrize("role", [Role.DPO, Role.SAFEGUARDING_LEAD])
def test_a_look_outside_any_task_is_asked_for_before_anything_is_shown(world, role):
    browser = signed_in(the(role))
    for where in pages(world):
        with entries_since() as entries:
            answer = browser.get(f"{where}?page=1")
        assert answer.status_code == 302, where
        asks = answer["Location"]
        assert asks.startswith(page(world, "why/?next=")), where
        assert entries == []
        question = browser.get(asks).content.decode()
        assert "Why do you open" in question
        assert "Hart" not in question


def test_the_answer_leads_to_the_page_and_counts_for_the_day(world):
    browser = signed_in(the(Role.DPO))
    asks = browser.get(page(world, "family/"))["Location"]
    with entries_since() as entries:
        answer = browser.post(asks, {"purpose": "complaint", "sentence": "Her mother complained."})
    assert answer["Location"] == page(world, "family/")
    (entry,) = entries
    assert (entry.verb, entry.purpose, entry.people) == (
        Verb.PURPOSE_STATED,
        Purpose.COMPLAINT,
        [world.amelia.pk],
    )
    assert EntryValue.objects.get(entry=entry).body == {"sentence": "Her mother complained."}
    for part in ("family/", "", "details/"):
        with entries_since() as entries:
            assert browser.get(page(world, part)).status_code == 200
        assert [entry.purpose for entry in entries] == [Purpose.COMPLAINT]
    case = browser.get(f"/casework/cases/{world.case.reference}/")
    assert case.status_code == 200
    # Another person of the family is another record.
    assert browser.get(f"/casework/people/{world.joe.reference}/").status_code == 302


def test_the_latest_answer_counts(world):
    dpo = the(Role.DPO)
    says_why(dpo, world.amelia, purpose="complaint")
    says_why(dpo, world.amelia, purpose="quality")
    signed_in(dpo).get(page(world))
    assert Entry.objects.latest("pk").purpose == Purpose.QUALITY


def test_tomorrow_it_is_asked_again(world):
    dpo = the(Role.DPO)
    says_why(dpo, world.amelia)
    yesterday = timezone.now() - timedelta(days=1)
    StatedPurpose.objects.all().delete()
    StatedPurpose.objects.create(
        person=world.amelia,
        purpose="complaint",
        sentence="x",
        recorded_by=dpo,
        recorded_at=yesterday,
    )
    assert signed_in(dpo).get(page(world)).status_code == 302


def test_a_form_without_an_answer_is_refused_with_the_way_to_it(world):
    answer = signed_in(the(Role.SAFEGUARDING_LEAD)).post(page(world, "alerts/add/"), {})
    assert answer.status_code == 409
    assert "say first why you look" in answer.content.decode()
    assert "Hart" not in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"purpose": "", "sentence": "Her mother rang."}, "Choose an answer"),
        ({"purpose": "complaint", "sentence": " "}, "Fill in"),
        ({"purpose": "service", "sentence": "Her mother rang."}, "Choose one of the answers"),
    ],
)
def test_half_an_answer_is_asked_for_again_and_nothing_is_lost(world, typed, says):
    browser = signed_in(the(Role.DPO))
    answer = browser.post(page(world, "why/"), typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert typed["sentence"].strip() in answer.content.decode()
    assert not StatedPurpose.objects.exists()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:x()"])
def test_the_answer_leads_to_our_own_pages_only(world, away):
    browser = signed_in(the(Role.DPO))
    answer = browser.post(
        page(world, "why/"), {"purpose": "complaint", "sentence": "x"}, query_params={"next": away}
    )
    assert answer["Location"] == page(world)


def test_caseworkers_and_managers_are_never_asked(world):
    for user in (world.worker, world.manager):
        for where in pages(world):
            with entries_since() as entries:
                assert signed_in(user).get(where).status_code == 200
            assert {entry.purpose for entry in entries} == {Purpose.SERVICE}
        assert signed_in(user).get(page(world, "why/")).status_code == 403


def _a_request(world):
    return RightsRequestFactory(person=world.amelia)


def _an_ended_request(world):
    change(_a_request(world), status=RequestStatus.REFUSED)


def _a_concern(world):
    return ConcernFactory(people=[world.amelia])


def _a_complaint(world, kind="data"):
    return record_complaint(
        kind=kind,
        channel="phone",
        received_on=timezone.localdate(),
        from_name="Amelia Hart",
        words="You sent my letter to the wrong house.",
        person=world.amelia,
        by=world.worker,
    )


def _a_complaint_about_the_service(world):
    return _a_complaint(world, kind="service")


def _an_emergency(world):
    ShareFactory(case=world.case, people=[world.amelia])
    return ShareFactory(
        case=world.case,
        people=[world.amelia],
        purpose="safeguarding",
        gateway="public_good",
        gateway_detail="The children are at risk tonight.",
        why_without_consent="Asking would put the children at more risk.",
        why_urgent="The ambulance was at the door.",
        told=False,
        why_not_told="They were in the ambulance.",
    )


def _an_emergency_somebody_looked_at(world):
    ShareReviewFactory(share=_an_emergency(world), recorded_by=the(Role.DPO))


AT_HAND = [
    (Role.DPO, _a_request, Purpose.RIGHTS_REQUEST),
    (Role.SAFEGUARDING_LEAD, _a_concern, Purpose.SAFEGUARDING),
    (Role.DPO, _a_complaint, Purpose.COMPLAINT),
    (Role.SAFEGUARDING_LEAD, _an_emergency, Purpose.MANAGEMENT),
    (Role.DPO, lambda world: OddLookFactory(person=world.amelia), Purpose.MANAGEMENT),
]


@pytest.mark.parametrize(("role", "task", "purpose"), AT_HAND)
def test_the_task_at_hand_carries_the_purpose(world, role, task, purpose):
    task(world)
    with entries_since() as entries:
        answer = signed_in(the(role)).get(page(world))
    assert answer.status_code == 200
    assert [entry.purpose for entry in entries] == [purpose]


def test_a_case_of_theirs_is_a_task(world):
    lead = the(Role.SAFEGUARDING_LEAD)
    AllocationFactory(case=world.case, worker=lead)
    with entries_since() as entries:
        assert signed_in(lead).get(page(world)).status_code == 200
    assert [entry.purpose for entry in entries] == [Purpose.SERVICE]


@pytest.mark.parametrize(
    ("role", "task"),
    [
        # Tasks of others, and what is over, explain nothing.
        (Role.SAFEGUARDING_LEAD, _a_request),
        (Role.DPO, _a_concern),
        (Role.DPO, _a_complaint_about_the_service),
        (Role.SAFEGUARDING_LEAD, _a_complaint),
        (Role.SAFEGUARDING_LEAD, _an_emergency_somebody_looked_at),
        (
            Role.SAFEGUARDING_LEAD,
            lambda world: change(
                _a_concern(world),
                status=ConcernStatus.ENDED,
                read_at=timezone.now(),
                read_by=the(Role.SAFEGUARDING_LEAD),
                ended_at=timezone.now(),
                ended_by=the(Role.SAFEGUARDING_LEAD),
            ),
        ),
    ],
)
def test_the_task_of_somebody_else_explains_nothing(world, role, task):
    task(world)
    assert signed_in(the(role)).get(page(world)).status_code == 302


def test_lists_and_searches_ask_nothing(world):
    browser = signed_in(the(Role.DPO))
    found = browser.get("/casework/search/", {"words": "Hart"})
    assert found.status_code == 200
    assert browser.get("/casework/cases/").status_code in {200, 302}


def test_saying_why_twice_writes_it_once(world):
    dpo = the(Role.DPO)
    said = {"person": world.amelia, "purpose": Purpose.QUALITY, "sentence": " A sample. "}
    with entries_since() as entries:
        first = state_purpose(**said, by=dpo)
        assert state_purpose(**said, by=dpo) == first
    assert first.sentence == "A sample."
    assert [entry.verb for entry in entries] == [Verb.PURPOSE_STATED]


@pytest.mark.parametrize("wrong", [{"purpose": Purpose.SERVICE}, {"sentence": " "}])
def test_no_purpose_is_made_up(world, wrong):
    said = {"purpose": Purpose.QUALITY, "sentence": "A sample."} | wrong
    with entries_since() as entries, pytest.raises(Refused):
        state_purpose(person=world.amelia, by=the(Role.DPO), **said)
    assert entries == []
    assert not StatedPurpose.objects.exists()


def test_without_the_log_no_purpose_is_kept(world, request):
    dpo = the(Role.DPO)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        state_purpose(person=world.amelia, purpose=Purpose.QUALITY, sentence="x", by=dpo)
    assert not StatedPurpose.objects.exists()
