"""To whom a letter about a right may go, and where: asked before each is written, and again before it goes.

Where the record says how somebody may be reached safely, nothing goes anywhere else, whatever address
came with the request: whoever can write an e-mail in somebody's name would otherwise get their answer.
"""

import re
from dataclasses import dataclass
from datetime import date

from cases.models import Person
from cases.normal import normal_contact, place_key
from cases.queries.safe_contact import Known, Recipient, known_of, may_be_told, reach
from letters.models import Way
from letters.rules import Destination
from sar.letter_kinds import TELLS, LetterKind
from sar.models import RequestLetter, RightsRequest


@dataclass(frozen=True, slots=True)
class Party:
    """Whoever is written to: a person of the record, or somebody who gave an address of theirs.

    `about` is the person the matter is about, if that is somebody else, or unknown here.
    """

    name: str
    person: Person | None = None
    about: Person | None = None
    email: str = ""
    address: str = ""

    def gave(self, way: str) -> str:
        """The address that came with the request or complaint itself."""
        return self.email if way == Way.EMAIL else self.address


def party_of(request: RightsRequest) -> Party:
    """Whoever made `request`."""
    theirs = request.asked_by_somebody_else
    if theirs:
        name = request.requester_name
    elif request.person is not None:
        # Also while they are restricted: it is their own letter, about their own right.
        name = request.person.name_on_record
    else:
        name = _name_in(request.about_name)
    return Party(
        name=name,
        person=None if theirs else request.person,
        about=request.person if theirs else None,
        email=request.reply_email,
        address=request.reply_address,
    )


def _name_in(words: str) -> str:
    """The name with which a description of somebody begins: “Kevin Ashcroft, born about 1994”."""
    name = re.split(r"\s*[,;:(\n]|(?<=[a-z]{3})\.\s", words.strip(), maxsplit=1)[0]
    return name[:200] or words.splitlines()[0][:200]


def where(party: Party, kind: LetterKind, way: str, *, on: date) -> Destination:
    """Where a letter of this kind to `party` may go that way on the day `on` (features.md N1)."""
    if party.person is not None:
        return _to_themself(party, party.person, way, on)
    given = party.gave(way)
    if not given:
        return Destination(
            (),
            (),
            why_not=f"{party.name} gave no address for this way. Choose the other way, or write down first where to write to them.",
        )
    if party.about is None:
        return Destination((given,), ())
    told = may_be_told(Recipient(words=party.name), about=[party.about], on=on)
    because = list(told.because)
    if who := _watched(known_of([party.about], on=on)[party.about.pk], way, given):
        because.append(f"{who} can be reached there, and must not hear of {party.about}.")
    if because and kind in TELLS:
        return Destination((), tuple(told.warnings), why_not=" ".join(because))
    return Destination((given,), (*because, *told.warnings))


def _to_themself(party: Party, person: Person, way: str, on: date) -> Destination:
    found = reach(person, on=on).by(Way(way).means)
    if found.allowed:
        return Destination(
            tuple(point.value for point in found.points)
            if way == Way.EMAIL
            else tuple(
                "\n".join(filter(None, [place.lines, place.postcode])) for place in found.addresses
            ),
            found.warnings,
        )
    given = party.gave(way)
    if found.for_safety or not given:
        return Destination((), (), why_not=found.why)
    known = known_of([person], on=on)[person.pk]
    if way == Way.EMAIL and any(one.kind == "email" for one in known.points):
        # There is an address, and they never said that a message there is safe.
        return Destination((), (), why_not=found.why)
    if who := _watched(known, way, given):
        why = f"{who} can be reached there, and must not hear of {person}."
        return Destination((), (), why_not=why)
    warning = (
        "This address came with the request; their record has none. Make sure that it is theirs."
    )
    return Destination((given,), (warning,))


def _watched(known: Known, way: str, given: str) -> str:
    """Whoever is kept away from the person of `known` and can be reached at `given`; empty if nobody."""
    if way == Way.EMAIL:
        return next(
            (one.name for one in known.kept_away if normal_contact(given) in one.numbers), ""
        )
    lines, _, postcode = given.rpartition("\n")
    keys = {place_key(given, ""), place_key(lines, postcode)}
    return next((one.name for one in known.kept_away if one.homes & keys), "")


def still_safe(letter: RequestLetter, *, on: date) -> str:
    """Why `letter` may not go any more where it was written to; empty if it may."""
    found = where(party_on(letter), LetterKind(letter.kind), letter.way, on=on)
    if found.why_not:
        return found.why_not
    if letter.sent_to not in found.addresses:
        return "This address is no longer the one to write to. Write the letter anew."
    return ""


def party_on(letter: RequestLetter) -> Party:
    """To whom `letter` was written: whoever made its request, else the name and address that stand on it."""
    if letter.request is not None:
        return party_of(letter.request)
    about = letter.person
    own = about is not None and about.name_on_record == letter.addressee
    return Party(
        name=letter.addressee,
        person=about if own else None,
        about=about,
        email=letter.sent_to,
        address=letter.sent_to,
    )
