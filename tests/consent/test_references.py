"""References of five kinds of record are said apart, and what was written with the old A still leads there."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import Task
from cases.workflow import TaskStatus
from consent.actions.reviews import review_consent
from tests.cases.world import a_world, signed_in, the
from tests.factories.assessments import AssessmentFactory, InUseFactory
from tests.factories.cases import AgencyFactory, ProfessionalFactory, TaskFactory
from tests.factories.consent import AgreementFactory, ConsentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def known(record):
    record.refresh_from_db()
    return record


def an_assessment(world):
    edition = InUseFactory(questionnaire__kind="assessment")
    return AssessmentFactory(case=world.case, people=[world.amelia], edition=edition)


def as_it_was(reference):
    return f"A-{reference.partition('-')[2]}"


def test_each_kind_has_letters_of_its_own_and_opens_by_the_old_one(world):
    agency = known(AgencyFactory(name="Ainsdale School"))
    professional = known(ProfessionalFactory(agency=agency))
    agreement = known(AgreementFactory(agency=agency))
    consent = known(ConsentFactory(person=world.amelia))
    assessment = known(an_assessment(world))
    records = {
        "AGY": ("consent:agency", agency),
        "PRO": ("consent:professional-change", professional),
        "DSA": ("consent:agreement", agreement),
        "CON": ("consent:consent-review", consent),
        "ASM": ("assessments:assessment", assessment),
    }
    dpo, worker = signed_in(the(Role.DPO)), signed_in(world.worker)
    for letters, (name, record) in records.items():
        assert record.reference == f"{letters}-{record.pk:06d}"
        browser = dpo if record is agreement else worker
        for reference in (record.reference, as_it_was(record.reference)):
            page = browser.get(reverse(name, args=[reference]))
            assert page.status_code == HTTPStatus.OK, reference


@pytest.mark.parametrize("spelling", ["{}", "{}-{}", "{} {}", "a {}"])
def test_the_search_finds_whose_consent_and_assessment_it_is(world, spelling):
    browser = signed_in(world.worker)
    records = (
        known(ConsentFactory(person=world.amelia)),
        known(an_assessment(world)),
    )
    for record in records:
        letters, _, number = record.reference.lower().partition("-")
        said = {"{}": record.reference, "a {}": f"a {number}"}.get(
            spelling, spelling.format(letters, int(number))
        )
        page = browser.get(reverse("cases:search"), {"words": said})
        assert world.amelia.get_absolute_url() in page.content.decode(), said
    page = browser.get(reverse("cases:search"), {"words": f"con {records[0].pk + 1}"})
    assert world.amelia.get_absolute_url() not in page.content.decode()


def test_agencies_are_found_by_reference(world):
    agency = known(AgencyFactory(name="Ainsdale School"))
    professional = known(ProfessionalFactory(agency=agency))
    AgencyFactory(name="Birkdale Surgery")
    browser = signed_in(world.worker)
    for words in (agency.reference.lower(), professional.reference, as_it_was(agency.reference)):
        page = browser.get(reverse("consent:agencies"), {"words": words}).content.decode()
        assert "Ainsdale School" in page, words
        assert "Birkdale Surgery" not in page or words.startswith("A-"), words


def test_a_task_from_before_is_done_by_looking_again(world):
    consent = known(ConsentFactory(person=world.amelia))
    before = reverse("consent:consent-review", args=[as_it_was(consent.reference)])
    task = TaskFactory(link=before, for_user=world.worker, kind="consent")
    review_consent(consent=consent, words="Still agrees.", by=world.worker)
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE
    assert not Task.objects.filter(status=TaskStatus.OPEN, link=before).exists()
