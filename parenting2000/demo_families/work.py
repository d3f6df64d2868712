"""What staff have on their desks in the demo: enquiries, tasks, a contract and what it pays for.

Told by the verbs, as of today: nothing here needs a past.
"""

from datetime import timedelta

from cases.actions.enquiries import record_enquiry
from cases.actions.tasks import ask
from cases.models import Case, Enquiry, HowReceived
from cases.workflow import CaseStatus
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
