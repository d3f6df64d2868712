"""In which case of a service somebody is."""

from cases.models import Case, Person, Service
from cases.workflow import CaseStatus


def case_for(person: Person, service: Service) -> Case | None:
    """The case of `person` in `service` that is open now, the newest if there are several."""
    here = Case.objects.filter(people=person, service=service, status=CaseStatus.OPEN)
    return here.order_by("-opened_on", "-pk").first()
