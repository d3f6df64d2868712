"""In which case of a service people are. For verbs: nothing of a case is shown to anybody."""

from collections.abc import Iterable

from cases.models import Case, Person, Service
from cases.workflow import CaseStatus


def case_for(person: Person, service: Service) -> Case | None:
    """The case of `person` in `service` that is open now, the newest if there are several."""
    here = Case.objects.filter(people=person, service=service, status=CaseStatus.OPEN)
    return here.order_by("-opened_on", "-pk").first()


def case_of_all(people: Iterable[Person], service: Service) -> Case | None:
    """The one open case of `service` of which all of `people` are part; None if there is none."""
    found = {case_for(person, service) for person in people}
    return found.pop() if len(found) == 1 else None
