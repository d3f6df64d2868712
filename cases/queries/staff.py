"""Staff, where a form offers them or something needs one of them."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from cases.models import Service, ServiceMember


def witnesses() -> QuerySet[User]:
    """Staff who can have seen a paper of a family: whoever writes down who people are."""
    return _staff_with("change_basics")


def protectors() -> QuerySet[User]:
    """Staff who protect people across services: the safeguarding lead."""
    return _staff_with("raise_alert").filter(pk__in=_staff_with("open_any_record").values("pk"))


def reviewers_of_looks() -> QuerySet[User]:
    """Staff who say what odd looks were: the Data Protection Officer and the safeguarding lead."""
    return _staff_with("review_looks")


def keepers_of_conflicts() -> QuerySet[User]:
    """Staff who put conflicts of interest on records: the Data Protection Officer."""
    return _staff_with("keep_conflicts")


def keepers_of_seals() -> QuerySet[User]:
    """Staff who seal records and lift seals: the Data Protection Officer and the safeguarding lead."""
    return _staff_with("keep_seals")


def readers_of_records() -> QuerySet[User]:
    """Staff who open records."""
    return _staff_with("open_record")


def managers_of(service: Service) -> QuerySet[User]:
    """Who manages a service today."""
    today = timezone.localdate()
    members = ServiceMember.objects.filter(
        Q(until=None) | Q(until__gte=today), service=service, since__lte=today
    )
    return _staff_with("allocate_case").filter(pk__in=members.values("user"))


def _staff_with(codename: str) -> QuerySet[User]:
    return people_with(f"cases.{codename}").order_by("full_name", "pk")
