"""A family, their case and its workers, and a browser for any of them."""

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client

from accounts.middleware import BEGAN, SEEN
from accounts.models import User
from accounts.roles import Role
from cases.models import Case, CaseRole, Person, Service
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AllocationFactory,
    CaseFactory,
    CasePersonFactory,
    PersonFactory,
    ServiceFactory,
    ServiceMemberFactory,
    StatedPurposeFactory,
    a_sample,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Browser(Client):
    """A client that comes over https, as everybody does."""

    def generic(self, *args: Any, **options: Any) -> Any:
        options["secure"] = True
        return super().generic(*args, **options)


def signed_in(user: User, **options: Any) -> Browser:
    browser = Browser(**options)
    browser.force_login(user, backend=BACKEND)
    # As after the first page: counting the questions of the next one, no session is written.
    session = browser.session
    session[BEGAN] = session[SEEN] = time.time()
    session.save()
    return browser


def freshly[Visitor: Client](browser: Visitor) -> Visitor:
    """`browser`, whose user has just typed their password again."""
    session = browser.session
    typed = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [typed]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser


def member_of(service: Service, *roles: Role, name: str) -> User:
    """Somebody of `service`; whoever only reviews is given a sample of all the cases that it has now."""
    user = UserFactory(full_name=name, roles=roles)
    ServiceMemberFactory(service=service, user=user)
    if roles == (Role.QUALITY_REVIEWER,) and service.cases.exists():
        a_sample(user, *service.cases.all())
    return user


@dataclass(frozen=True)
class World:
    """One service with a caseworker and a manager; Amelia, a parent, and Joe, her child, in a case."""

    service: Service
    worker: User
    manager: User
    amelia: Person
    joe: Person
    case: Case


def a_world() -> World:
    service = ServiceFactory(name="Family support")
    worker = member_of(service, Role.CASEWORKER, name="Dean Okafor")
    manager = member_of(service, Role.SERVICE_MANAGER, name="Priya Nair")
    amelia = PersonFactory(given_names="Amelia", family_name="Hart", recorded_by=worker)
    joe = PersonFactory(
        given_names="Joe", family_name="Hart", date_of_birth=date(2019, 5, 2), recorded_by=worker
    )
    case = CaseFactory(service=service, recorded_by=worker)
    CasePersonFactory(case=case, person=amelia, role=CaseRole.PARENT)
    CasePersonFactory(case=case, person=joe, role=CaseRole.CHILD)
    AllocationFactory(case=case, worker=worker)
    return World(service, worker, manager, amelia, joe, case)


def says_why(user: User, *people: Person, purpose: str = "complaint") -> User:
    """`user`, who has no task with them, has said today why they look at `people`."""
    for person in people:
        StatedPurposeFactory(recorded_by=user, person=person, purpose=purpose)
    return user


def the(role: Role) -> User:
    """Somebody of `role` who belongs to no service."""
    return UserFactory(full_name=f"The {role.value}", roles=[role])
