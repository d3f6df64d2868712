"""The charity of the journeys: who works there, and how to make a family whose record is full."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.roles import Role
from cases.models import Case, CaseNote, CaseRole, Person, Service
from consent.models import Share
from consent.purposes import Purpose
from tests.cases.world import member_of, the
from tests.factories.accounts import UserFactory
from tests.factories.assessments import InUseFactory
from tests.factories.cases import (
    AgencyFactory,
    AllocationFactory,
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    ContactFactory,
    PersonFactory,
    ServiceFactory,
    ServiceMemberFactory,
)
from tests.factories.consent import ConsentFactory, ShareFactory, WordingFactory

QUESTIONS = [
    {"wording": "Which school does the child go to?", "section": "School"},
    {
        "wording": "Does the school know of an illness in the family?",
        "section": "School",
        "kind": "yes_no",
        "category": "special_category",
        "reason": "So that the school can help.",
    },
    {"wording": "Hours of care a week", "kind": "number", "unit": "hours", "lowest": 0},
    {"wording": "Looked after since", "kind": "day"},
]


@dataclass(frozen=True)
class Charity:
    """Family support, with its front desk, caseworker and manager; Counselling, with a caseworker."""

    family_support: Service
    counselling: Service
    front_desk: User
    caseworker: User
    newcomer: User  # a caseworker of Family support who has accepted nothing yet
    manager: User
    counsellor: User
    dpo: User


@dataclass(frozen=True)
class Family:
    """A mother and her child, in a case of Family support."""

    mother: Person
    child: Person
    case: Case
    note: CaseNote
    share: Share


def a_charity() -> Charity:
    family_support = ServiceFactory(name="Family support")
    counselling = ServiceFactory(name="Counselling")
    front_desk = member_of(family_support, Role.FRONT_DESK, name="Sue Barlow")
    newcomer = UserFactory(full_name="Nia Rowe", roles=[Role.CASEWORKER], undertaken=False)
    ServiceMemberFactory(service=family_support, user=newcomer)
    return Charity(
        family_support=family_support,
        counselling=counselling,
        front_desk=front_desk,
        caseworker=member_of(family_support, Role.CASEWORKER, name="Dean Okafor"),
        newcomer=newcomer,
        manager=member_of(family_support, Role.SERVICE_MANAGER, name="Priya Nair"),
        counsellor=member_of(counselling, Role.CASEWORKER, name="Colm Byrne"),
        dpo=the(Role.DPO),
    )


def a_family(
    charity: Charity, *, note: str = "We talked about bedtimes.", asks: bool = True
) -> Family:
    """Amelia Hart and Joe, whom Family support has worked with since January.

    The service has questions of its own, unless `asks` says that it has none.
    """
    writer = charity.caseworker
    mother = PersonFactory(given_names="Amelia", family_name="Hart", recorded_by=writer)
    child = PersonFactory(
        given_names="Joe", family_name="Hart", date_of_birth=date(2019, 5, 2), recorded_by=writer
    )
    case = CaseFactory(service=charity.family_support, recorded_by=writer)
    CasePersonFactory(case=case, person=mother, role=CaseRole.PARENT)
    CasePersonFactory(case=case, person=child, role=CaseRole.CHILD)
    AllocationFactory(case=case, worker=writer)
    ContactFactory(case=case, people=[mother], recorded_by=writer)
    written = CaseNoteFactory(case=case, people=[mother, child], body=note, recorded_by=writer)
    school = AgencyFactory(name="Norwood Primary School", recorded_by=writer)
    ConsentFactory(
        person=mother,
        agency=school,
        wording=WordingFactory(purpose=Purpose.WORKING_TOGETHER),
        recorded_by=writer,
    )
    if asks:
        InUseFactory(questionnaire__service=case.service, asks=QUESTIONS)
    share = ShareFactory(case=case, agency=school, people=[mother], recorded_by=writer)
    return Family(mother=mother, child=child, case=case, note=written, share=share)
