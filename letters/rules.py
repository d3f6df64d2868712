"""What must hold of a letter whoever writes it: the address is safe, and the recipient may be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.models import Case, Person, Professional
from cases.queries.agencies import is_checked, unchecked_sentence
from cases.queries.safe_contact import Recipient, may_be_told, reach
from core.errors import Refused
from letters.models import Audience, Letter, TemplateVersion, Way


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a letter may go: addresses to choose from, what the writer must know, or why it may not."""

    addresses: tuple[str, ...]
    warnings: tuple[str, ...]
    why_not: str = ""


def destination(
    to: Person | Professional, way: str, *, about: Iterable[Person], on: date
) -> Destination:
    """Where a letter to `to` may go that way on the day `on` (features.md N1)."""
    others = [one for one in about if one != to]
    if isinstance(to, Professional):
        told = may_be_told(Recipient(professional=to), about=others, on=on)
        if not told.allowed:
            return Destination((), told.warnings, why_not=" ".join(told.because))
        if way != Way.EMAIL:
            return Destination((f"{to.name}\n{to.agency}",), told.warnings)
        reached = to if to.email else to.agency
        if not reached.email:
            return Destination((), (), why_not=f"No e-mail address of {to.name} is recorded.")
        if not is_checked(reached):
            return Destination((), told.warnings, why_not=unchecked_sentence([reached.email]))
        return Destination((reached.email,), told.warnings)
    found = reach(to, on=on).by(Way(way).means)
    if not found.allowed:
        return Destination((), (), why_not=found.why)
    if way == Way.EMAIL:
        addresses = tuple(point.value for point in found.points)
    else:
        addresses = tuple(
            "\n".join(filter(None, [place.lines, place.postcode])) for place in found.addresses
        )
    # They are not the whole letter: somebody who must not hear of another may still be written to.
    told = may_be_told(Recipient(person=to), about=others, on=on)
    return Destination(addresses, (*found.warnings, *told.because, *told.warnings))


def check_destination(
    to: Person | Professional, way: str, sent_to: str, *, about: Iterable[Person], on: date
) -> None:
    """Refused unless a letter may go to exactly this address, on the day `on`."""
    found = destination(to, way, about=about, on=on)
    if found.why_not:
        raise Refused(f"This letter cannot go. {found.why_not}")
    if sent_to not in found.addresses:
        raise Refused("This address is no longer the one to write to. Choose the address again.")


def letter_words(
    *,
    case: Case,
    person: Person | None,
    professional: Professional | None,
    about: list[Person],
    shared_as: str,
    version: TemplateVersion,
    way: str,
    sent_to: str,
    subject: str,
    body: str,
    large_print: bool,
    on: date,
) -> dict[str, Any]:
    """A letter's own words as they are kept; Refused where they cannot stand."""
    to = person or professional
    if to is None or not about:
        raise Refused("Say to whom the letter goes.")
    part = set(case.case_people.values_list("person_id", flat=True))
    if not {one.pk for one in about} <= part or (person is not None and person.pk not in part):
        raise Refused(f"They are not part of {case.reference}: add them to the case first.")
    audience = Audience.CLIENT if person is not None else Audience.PROFESSIONAL
    if version.template.audience != audience:
        raise Refused("This template is written to others. Choose another one.")
    if professional is not None and not shared_as:
        raise Refused(
            "A letter to a professional about somebody is sharing: write in the sharing log first, and "
            "write the letter from there."
        )
    subject, body = " ".join(subject.split()), body.strip()
    if not subject or not body:
        raise Refused("The letter is empty: write what it is about, and the letter itself.")
    check_destination(to, way, sent_to, about=about, on=on)
    return {
        "person": person,
        "professional": professional,
        "shared_as": shared_as,
        "version": version,
        "way": way,
        "sent_to": sent_to,
        "subject": subject,
        "body": body,
        "large_print": large_print,
    }


def recipient_of(letter: Letter) -> Person | Professional:
    """To whom `letter` goes."""
    to = letter.person or letter.professional
    assert to is not None  # noqa: S101  # the table keeps it
    return to
