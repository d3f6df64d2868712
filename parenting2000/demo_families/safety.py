"""What keeps a family of the demo safe: alerts, markers, court orders."""

from cases.models import Alert, CourtOrder, CourtOrderPerson, DoNotContact, DoNotDisclose
from parenting2000.demo_families.family import Family, Told

# What every one of them is told with, and is no field of its own.
OWN = {"person", "known", "until", "by"}


def load_alerts(family: Family) -> None:
    Alert.objects.bulk_create(
        Alert(
            **_of_person(family, told, "household", "review"),
            household=family.cases.get(told.get("household", "")),
            review_on=family.calendar.day(told["review"]),
        )
        for told in family.all_told("alerts")
    )


def load_markers(family: Family) -> None:
    DoNotContact.objects.bulk_create(
        DoNotContact(**_of_person(family, told)) for told in family.all_told("no_contact")
    )
    agencies = family.charity.agencies
    DoNotDisclose.objects.bulk_create(
        DoNotDisclose(
            **_of_person(family, told, "to_person", "to_agency"),
            to_person=family.people.get(told.get("to_person", "")),
            to_agency=agencies.get(told.get("to_agency", "")),
        )
        for told in family.all_told("no_disclosure")
    )


def load_orders(family: Family) -> None:
    own = {"about", "against", "made", "seen", "until", "by"}
    parts = []
    for told in family.all_told("orders"):
        written = family.written(told, ago=told["seen"], at="15:20")
        order = CourtOrder.objects.create(
            **{name: value for name, value in told.items() if name not in own},
            **family.days(told, "until"),
            since=family.calendar.day(told["made"]),
            seen_on=family.calendar.worked(told["seen"]),
            seen_by=written["recorded_by"],
            **written,
        )
        parts += [
            CourtOrderPerson(order=order, person=family.people[key], part=part, **written)
            for part in ("about", "against")
            for key in told.get(part, ())
        ]
    CourtOrderPerson.objects.bulk_create(parts)


def _of_person(family: Family, told: Told, *others: str) -> Told:
    """The fields of something that stands over a person since the day it was written down."""
    own = OWN | set(others)
    return {
        "person": family.people[told["person"]],
        "since": family.calendar.worked(told["known"]),
        **{name: value for name, value in told.items() if name not in own},
        **family.days(told, "until"),
        **family.written(told, ago=told["known"], at="15:10"),
    }
