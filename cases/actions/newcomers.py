"""Writing down somebody new with everything that one form asks of them."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.actions.people import add_address, add_contact_point, add_person
from cases.models import ContactPoint, Person
from cases.normal import normal_contact

BRITISH_MOBILE = "+447"


@transaction.atomic
def add_newcomer(
    *, phone: str = "", address: str = "", postcode: str = "", on: date, by: User, **basics: Any
) -> Person:
    """Somebody new, with the number and the address that were given; all of it or nothing.

    Until somebody says otherwise no message is left on the number. Refused as the verbs for each.
    """
    person = add_person(on=on, by=by, **basics)
    if phone:
        mobile = normal_contact(phone).startswith(BRITISH_MOBILE)
        kind = ContactPoint.Kind.MOBILE if mobile else ContactPoint.Kind.PHONE
        add_contact_point(person=person, kind=kind, value=phone, on=on, by=by)
    if address:
        add_address(person=person, lines=address, postcode=postcode, on=on, by=by)
    return person
