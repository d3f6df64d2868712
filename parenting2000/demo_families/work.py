"""What staff have on their desks in the demo: enquiries, tasks, a contract and what it pays for.

Told by the verbs, as of today: nothing here needs a past.
"""

from datetime import timedelta

from django.utils import timezone

from accounts.actions.deputies import name_deputy
from accounts.roles import Role
from audit.looks import Look
from cases.actions.access import give_cover
from cases.actions.agencies import check_contact, merge_agencies
from cases.actions.conflicts import declare_conflict, link_conflict
from cases.actions.enquiries import record_enquiry
from cases.actions.homes import give_home
from cases.actions.odd_looks import find_odd_looks
from cases.actions.seals import place_seal
from cases.actions.services import add_agency
from cases.actions.tasks import ask
from cases.models import Address, Barring, Case, ContactCheck, Enquiry, HowReceived
from cases.permissions import people_of
from cases.queries.people import open_person
from cases.workflow import CaseStatus
from consent.actions.agreements import make_agreement
from funding.actions import add_contract, fund_case
from funding.eligibility import eligibility
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.days import Calendar

ENQUIRIES = (
    (
        "family-support",
        2,
        Enquiry.Who.FAMILY,
        "A father, by telephone",
        "Is there anything on Saturdays? He has the boys at weekends.",
        "The fathers’ group meets every second Saturday at ten; no need to book.",
        "",
    ),
    (
        "counselling",
        1,
        Enquiry.Who.PROFESSIONAL,
        "Reception of a surgery",
        "How long is the wait for an adult?",
        "About nine weeks at present; the person can ring us themself.",
        "The council’s list of counsellors, for whoever cannot wait.",
    ),
    (
        None,
        1,
        Enquiry.Who.NOT_SAID,
        "",
        "Where can one get a food parcel today?",
        "The church hall opens at noon. We gave the number.",
        "Southport food bank",
    ),
)
TASKS = (
    ("sian", "sian", "Ring the nursery about the place in January.", 2),
    ("sian", "maureen", "Look through the plan before the review, please.", 5),
    ("maureen", "maureen", "Put the fire drill on the wall of the playroom.", -3),
)


def load_work(charity: Charity, calendar: Calendar) -> None:
    """Enquiries of the last days, tasks of the next ones, and who pays for family support."""
    staff = charity.staff
    for service, ago, who, name, question, answer, signpost in ENQUIRIES:
        record_enquiry(
            service=charity.services[service] if service else None,
            asked_on=calendar.worked(ago),
            how_received=HowReceived.PHONE,
            who=who,
            name=name,
            question=question,
            answer=answer,
            signpost=signpost,
            on=calendar.today,
            by=staff["bernie"],
        )
    support = charity.services["family-support"]
    theirs = Case.objects.filter(service=support, status=CaseStatus.OPEN)
    cases = list(theirs.select_related("service").order_by("pk"))
    for for_user, by, what, days in TASKS:
        case = cases[0] if for_user == "sian" and cases else None
        due_on = calendar.today + timedelta(days=days)
        ask(what=what, for_user=staff[for_user], due_on=due_on, case=case, by=staff[by])
    _load_conflicts(charity)
    _load_odd_look(charity)
    _load_access(charity, calendar)
    _load_agencies(charity, calendar)
    contract = add_contract(
        funder="The Seaside Children’s Trust",
        service=support,
        name="Early help in Southport",
        starts_on=calendar.today - timedelta(days=700),
        ends_on=calendar.today + timedelta(days=400),
        districts=["PR8", "PR9"],
        target_people=10,
        target_families=5,
        target_contacts=30,
        by=staff["maureen"],
    )
    for case in cases:
        since = max(case.opened_on, contract.starts_on)
        if eligibility(contract, case, on=since).is_inside:
            fund_case(
                case=case, contract=contract, since=since, on=calendar.today, by=staff["sian"]
            )


def _load_access(charity: Charity, calendar: Calendar) -> None:
    """Who has access for some weeks, and who is a deputy."""
    staff, today = charity.staff, calendar.today
    give_cover(
        user=staff["declan"],
        colleague=staff["sian"],
        since=today,
        until=today + timedelta(days=6),
        reason="Siân is on a course; Declan answers her families.",
        by=staff["maureen"],
    )
    name_deputy(
        user=staff["carys"],
        role=Role.DPO,
        since=today + timedelta(days=20),
        until=today + timedelta(days=34),
        reason="Judith is on leave.",
        by=staff["judith"],
    )


def _load_agencies(charity: Charity, calendar: Calendar) -> None:
    """Addresses that were checked, an agreement that waits to be looked at, and a double."""
    staff, today = charity.staff, calendar.today
    school = charity.agencies["sandlark"]
    check_contact(
        of=school,
        email=school.email,
        how=ContactCheck.How.RANG,
        with_whom="The office, on the number of their website",
        checked_on=calendar.worked(20),
        by=staff["sian"],
    )
    for key in ("ashworth", "bolton"):
        check_contact(
            of=charity.professionals[key],
            email=charity.professionals[key].email,
            how=ContactCheck.How.IN_PERSON,
            with_whom="Told us at a meeting",
            checked_on=calendar.worked(30),
            by=staff["sian"],
        )
    make_agreement(
        agency=charity.agencies["early-help"],
        title="Early help in the northern parishes",
        covers="Who is worked with and by whom, to keep visits apart; nothing of what was said.",
        kept_where="Blue folder, office",
        starts_on=today - timedelta(days=360),
        ends_on=today + timedelta(days=370),
        review_on=today + timedelta(days=6),
        by=staff["judith"],
    )
    double = add_agency(name="Sandlark Primary", kind="School", by=staff["bernie"])
    merge_agencies(
        survivor=school,
        other=double,
        reason="One school: the reception wrote the short name.",
        by=staff["maureen"],
    )


def _load_conflicts(charity: Charity) -> None:
    """Whom colleagues know outside work: said by two of them, and one record sealed."""
    staff = charity.staff
    declare_conflict(
        relation=Barring.Relation.NEIGHBOUR,
        words="Mrs Halsall, Lord Street, two doors from me. About seventy.",
        by=staff["kirsty"],
    )
    said = declare_conflict(
        relation=Barring.Relation.RELATIVE,
        words="My cousin and her children, who moved to Crosby last year.",
        by=staff["tom"],
    )
    last = Case.objects.filter(service=charity.services["family-support"]).order_by("-pk").first()
    person = last.people.order_by("pk").first() if last else None
    if person is not None:
        link_conflict(barring=said, person=person, by=staff["judith"])
    sealed = Case.objects.filter(service=charity.services["counselling"]).order_by("-pk").first()
    client = sealed.people.order_by("pk").first() if sealed else None
    if client is not None:
        place_seal(
            person=client,
            reason="Works at a school that we visit every week.",
            readers=[staff["ifeoma"], staff["graham"], staff["nasreen"]],
            by=staff["judith"],
        )


def _load_odd_look(charity: Charity) -> None:
    """A playworker opens the record of a family upstairs of hers, and it waits to be asked about."""
    kirsty, house = charity.staff["kirsty"], {"postcode": "PR8 5ZZ", "lines__startswith": "41 "}
    give_home(house="Ground floor flat, 41 Wrackline Terrace", postcode="PR8 5ZZ", by=kirsty)
    neighbour = people_of(kirsty).filter(addresses__in=Address.objects.filter(**house)).first()
    if neighbour is not None:
        open_person(neighbour.reference, look=Look(by=kirsty))
        find_odd_looks(on=timezone.localdate())
