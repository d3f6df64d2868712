"""Writing down that somebody has died, and that it was a mistake (features.md P51)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task
from cases.models import Death, Person
from cases.task_kinds import TaskKind
from cases.workflow import CaseStatus
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def record_death(*, person: Person, died_on: date, source: str, on: date, by: User) -> Death:
    """`person` died on that day; `on` is today. From now on nothing is sent to them.

    The service of each of their open cases is asked whether the case goes on. Refused for a day that has
    not come or lies before they were born, without how we know, and the second time.
    """
    source = source.strip()
    if died_on > on:
        raise Refused(f"{plain(died_on)} has not come yet.")
    if person.date_of_birth and died_on < person.date_of_birth:
        raise Refused(f"{person} was not born yet on {plain(died_on)}.")
    if not source:
        raise Refused("Say how we know: who told us, or which paper was seen.")
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.deaths.filter(taken_back_at=None).exists():
        raise Refused("It is written down already that they died.")
    record(Verb.DEATH_RECORDED, by=by, action=Action.CREATE, record=Death, people=[person])
    made = Death.objects.create(person=person, died_on=died_on, source=source, recorded_by=by)
    for case in person.cases.filter(status=CaseStatus.OPEN).select_related("service"):
        add_task(
            kind=TaskKind.TO_DO,
            what="Somebody in this case has died: decide whether the case goes on, cancel what was "
            "arranged with them, and ask the family what they need.",
            service=case.service,
            due_on=on,
            case=case,
            person=person,
            link=case.get_absolute_url(),
            by=by,
        )
    return made


@transaction.atomic
def take_back_death(*, person: Person, because: str, by: User) -> Death:
    """It was a mistake: they live. Refused without why, and where nothing of the kind stands."""
    because = because.strip()
    if not because:
        raise Refused("Say why it was a mistake.")
    stands = person.deaths.select_for_update().filter(taken_back_at=None).first()
    if stands is None:
        raise Refused("It is not written down that they died.")
    record(Verb.DEATH_TAKEN_BACK, by=by, action=Action.UPDATE, record=stands, people=[person])
    stands.taken_back_at, stands.taken_back_by = timezone.now(), by
    stands.taken_back_because = because
    stands.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_because"])
    return stands
