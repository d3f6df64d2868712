"""References of rights are said apart, and what was written with the old letters still leads there."""

from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.references import as_written
from letters.models import Way
from sar.actions import complaints
from sar.actions.letters import begin_sending, finish_sending, send_letter
from sar.actions.rectification import send_to_service
from sar.complaint_letters import letters_about, owed_for, party_of_complaint
from sar.letter_kinds import LetterKind
from sar.models import Complaint
from tests.cases.world import a_world, signed_in, the
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseNoteFactory
from tests.factories.sar import RequestLetterFactory, RightsRequestFactory
from tests.sar.test_complaints_and_breaches import JO, complains, mistake

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def known(record):
    record.refresh_from_db()
    return record


def a_rectification(world):
    return send_to_service(
        request=known(RightsRequestFactory(person=world.amelia, kind="rectification")),
        entry=CaseNoteFactory(case=world.case, people=[world.amelia]),
        says="It was one visit.",
        for_user=world.manager,
        by=the(Role.DPO),
    )


def test_each_kind_has_letters_of_its_own_and_opens_by_the_old_one(world):
    letter = known(RequestLetterFactory(request=RightsRequestFactory(person=world.amelia)))
    rectification = known(a_rectification(world))
    complaint = known(complains(world))
    breach = known(mistake(world))
    officer = signed_in(the(Role.DPO))
    for letters, before, name, record in (
        ("LTR", "Y", "sar:letter", letter),
        ("REC", "Y", "sar:rectification", rectification),
        ("CMP", "J", "sar:complaint", complaint),
        ("BRE", "Y", "", breach),
    ):
        assert record.reference == f"{letters}-{record.pk:06d}"
        said = as_written(record.reference)
        assert said == (record.reference, f"{before}-{record.pk:06d}")
        for reference in said if name else ():
            page = officer.get(reverse(name, args=[reference]))
            assert page.status_code == HTTPStatus.OK, reference
            assert record.reference in page.content.decode()


def test_a_letter_from_before_still_belongs_to_its_complaint(world):
    dpo = the(Role.DPO)
    one = known(complains(world, kind="data", from_name="Jo Lee", reply_email=JO))
    before = as_written(one.reference)[1]
    letter = send_letter(
        kind=LetterKind.COMPLAINT_ACKNOWLEDGED,
        way=Way.EMAIL,
        sent_to=JO,
        subject="Your complaint",
        body="Dear Jo Lee",
        matter=before,
        to=party_of_complaint(one),
        person=one.person,
        by=dpo,
    )
    assert letters_about(one) == [letter]
    assert owed_for(one, letters_about(one)) == []
    begin_sending(letter=letter)
    finish_sending(letter=letter, content=b"as sent")
    assert known(one).acknowledged_by == dpo


def test_whoever_a_complaint_is_about_does_not_read_letters_that_name_it_as_before(world):
    other = UserFactory(roles=[Role.DPO])
    one = known(
        complaints.record_complaint(
            kind=Complaint.Kind.SERVICE,
            channel="phone",
            received_on=timezone.localdate(),
            from_name="Amelia Hart",
            words="He rang me at night.",
            about_staff=other,
            person=world.amelia,
            by=world.worker,
        )
    )
    for matter in as_written(one.reference):
        letter = known(
            RequestLetterFactory(
                request=None,
                matter=matter,
                kind=LetterKind.COMPLAINT_PROGRESS,
                recorded_by=world.worker,
            )
        )
        address = reverse("sar:letter", args=[letter.reference])
        assert signed_in(the(Role.DPO)).get(address).status_code == HTTPStatus.OK
        assert signed_in(other).get(address).status_code == HTTPStatus.NOT_FOUND
