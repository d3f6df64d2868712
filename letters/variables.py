"""What a template may name in double braces, and what takes its place. Nothing else is filled in."""

import re
from collections.abc import Mapping
from datetime import date

from accounts.models import User
from cases.models import Case, Person, Professional
from core.dates import plain
from core.errors import Refused
from core.organisation import ORGANISATION

NAMED = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")

EVERYWHERE: dict[str, str] = {
    "service": "the name of the service",
    "case": "the reference of the case",
    "worker": "the name of whoever writes",
    "job": "their job title",
    "charity": "the name of the charity",
    "phone": "the charity's telephone number",
    "email": "the charity's e-mail address",
    "today": "the day of the letter",
}
FOR_CLIENT = {
    "name": "their full name",
    "called": "what they like to be called",
    **EVERYWHERE,
}
FOR_PROFESSIONAL = {
    "name": "their full name",
    "role": "what they are",
    "agency": "where they work",
    **EVERYWHERE,
}


def check(text: str, known: Mapping[str, str]) -> None:
    """Refused, naming it, if `text` names something that nobody can fill in."""
    for found in NAMED.findall(text):
        if found not in known:
            raise Refused(
                f"Nothing can be filled in for {{{{ {found} }}}}. Use one of: {', '.join(known)}."
            )
    rest = NAMED.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise Refused(
            "Two braces stand alone. Write what is to be filled in like {{ name }}, in small letters."
        )


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with what it names; what is filled in is never filled in again."""
    return NAMED.sub(lambda found: values[found[1]], text)


def values_for(*, to: Person | Professional, case: Case, by: User, on: date) -> dict[str, str]:
    """What each name stands for, in a letter of `by` to `to`."""
    if isinstance(to, Person):
        own = {"name": to.full_name, "called": to.called}
    else:
        own = {"name": to.name, "role": to.role, "agency": str(to.agency)}
    return own | {
        "service": str(case.service),
        "case": str(case.reference),
        "worker": str(by),
        "job": by.job_title,
        "charity": ORGANISATION.name,
        "phone": ORGANISATION.phone,
        "email": ORGANISATION.email,
        "today": plain(on),
    }
