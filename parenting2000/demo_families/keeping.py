"""How long records are kept in the demo: most of what the product suggests is adopted, and one hold stands."""

from dataclasses import asdict
from datetime import timedelta
from itertools import cycle

from accounts.models import User
from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from cases.models import BirthCertainty, Person
from diary.models import DropIn
from funding.quarters import quarter_of
from parenting2000.demo_families.charity import TOLD, Charity
from parenting2000.demo_families.days import Calendar, moment_of
from parenting2000.demo_families.family import Family
from retention.actions.holds import place_hold
from retention.actions.papers import put_in_force
from retention.actions.proposals import name_place
from retention.actions.schedule import adopt_row
from retention.actions.training import record_training
from retention.models import Category, Hold, OfficerPaper, Outcome
from retention.queries.papers import starting_text
from retention.queries.training import staff_now
from retention.suggestions import SUGGESTIONS

# Left for whoever tries the demo to read and adopt.
NOT_ADOPTED = {"young-carers", "mediation", "volunteers", "counselling-adult", "counselling-child"}
# Of these figures stay, from which nobody can be told.
ANONYMISED = {"group"}
# How many days ago the staff were trained, in turn: somebody is due soon, somebody is late.
TRAINED = (40, 150, 345, 390)
# Nothing is suggested for the log of breaches: this charity has decided six years.
BREACHES_KEPT = 72
A_YEAR = timedelta(days=365)
PLACES = ("Printed sheets and notebooks", "Mailboxes", "Work telephones", "The shared drive")


def load_keeping(charity: Charity, families: dict[str, Family], calendar: Calendar) -> None:
    """Adopted by the Data Protection Officer today: until then nothing was ever due."""
    officer = charity.staff["judith"]
    for one in SUGGESTIONS:
        if one.slug not in NOT_ADOPTED:
            said = asdict(one)
            del said["slug"], said["thought_for"]
            if one.slug in ANONYMISED:
                said["outcome"] = Outcome.ANONYMISE
            if one.category == Category.BREACH:
                said["months_after_end"] = BREACHES_KEPT
                said["reason"] = (
                    "Invented for the demo: a claim about a breach can be brought for six years."
                )
            adopt_row(**said, by=officer)
    _load_long_ago(charity, calendar)
    _load_trainings(officer, calendar)
    for place in PLACES:
        name_place(name=place, by=officer)
    put_in_force(
        kind=OfficerPaper.Kind.POLICY,
        title="Why we may use sensitive information",
        text=starting_text(OfficerPaper.Kind.POLICY),
        in_force_on=calendar.today,
        review_by=calendar.today + A_YEAR,
        by=officer,
    )
    for paper in TOLD["keeping"]["papers"]:
        begun = calendar.day(paper["days_ago"])
        put_in_force(
            kind=paper["kind"],
            title=paper["title"],
            text=paper["text"],
            in_force_on=begun,
            review_by=begun + A_YEAR,
            by=officer,
        )
    place_hold(
        case=families["marsden"].cases["support"],
        kind=Hold.Kind.CLAIM,
        reason="A solicitor asked about a fall at the drop-in and may claim.",
        review_by=calendar.today + timedelta(days=120),
        by=officer,
    )


def _load_long_ago(charity: Charity, calendar: Calendar) -> None:
    """Parents who came to the drop-in more than three years ago; enough, and alike enough, for a figure to stay."""
    told = TOLD["keeping"]
    began = quarter_of(calendar.day(told["came_ago"])).first
    record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=Person)
    came = [
        (began + timedelta(days=20 + number), one) for number, one in enumerate(told["came_once"])
    ]
    written = {"recorded_by": charity.staff["kirsty"]}
    people = Person.objects.bulk_create(
        Person(
            given_names=one["given_names"],
            family_name=one["family_name"],
            birth_certainty=BirthCertainty.NOT_KNOWN,
            recorded_at=moment_of(day, "12:00"),
            **written,
        )
        for day, one in came
    )
    record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=DropIn, people=people)
    DropIn.objects.bulk_create(
        DropIn(
            service=charity.services["stay-and-play"],
            person=person,
            came_on=day,
            adults=1,
            children=one["children"],
            recorded_at=moment_of(day, "12:00"),
            **written,
        )
        for person, (day, one) in zip(people, came, strict=True)
    )


def _load_trainings(officer: User, calendar: Calendar) -> None:
    for user, days in zip(staff_now(), cycle(TRAINED), strict=False):
        done = calendar.today - timedelta(days=days)
        record_training(
            user=user,
            what="Data protection and confidentiality",
            done_on=done,
            due_by=done + timedelta(days=365),
            by=officer,
        )
