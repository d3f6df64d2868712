"""Who must not hear of somebody, and the decision of another person that they are told all the same."""

from typing import Any

from django.utils import timezone

from cases.models import Address, Person
from cases.queries.safe_contact import Disclosure, Recipient, known_of, may_be_told
from consent.gateways import LEFT_US, MAY_OVERRIDE, Gateway
from core.errors import Refused

ASK_FIRST = (
    "It may go to them all the same only if the safeguarding lead or the Data Protection Officer decides so. "
    "Ask one of them before you share, and say below who decided it and why."
)
LOOK_AFTERWARDS = (
    "It may go to them all the same in an emergency. Say below why, without where anybody is safe: the "
    "safeguarding lead and the Data Protection Officer look at it afterwards."
)
NO_ADDRESS = (
    "Where somebody is safe goes to whom they are kept from only where the law or a court requires the address "
    "itself, and the safeguarding lead or the Data Protection Officer has decided it. Tell them without the "
    "address, or do not share. If it has gone to them already, report it as a mistake with personal information."
)


class MaybeTheOne(Refused):
    """Whoever is told may be whom somebody must be kept from; the writer has to say how they know better."""


class KeptFrom(Refused):
    """Whoever is told is, or may be, whom somebody must be kept from: another person has to decide.

    `maybe` says that it is not certain; `secret` that somebody has an address that is kept secret.
    """

    def __init__(self, sentence: str, *, maybe: bool, secret: bool) -> None:
        super().__init__(sentence)
        self.maybe = maybe
        self.secret = secret


def check_may_be_told(
    people: list[Person], words: dict[str, Any], *, address_said: bool | None
) -> None:
    """Nothing goes to whom somebody must be kept from, whatever they agreed to (features.md N1).

    By the law or for the public good it may, where another person decided so and said why (`why_despite`,
    `authorised_by`; in an emergency they look at it afterwards). A safe address goes to them by the law alone.
    `address_said` is None where nobody has said whether it was told.
    """
    words["tells_safe_address"] = False
    if words["outcome"] not in LEFT_US:
        _nothing_in_the_way(words)
        return
    told = may_be_told(
        Recipient(
            agency=words["agency"],
            professional=words["professional"],
            words=words["recipient_name"],
        ),
        about=people,
        on=timezone.localdate(words["happened_at"]),
    )
    if told.allowed and not told.maybe:
        _nothing_in_the_way(words)
    elif told.allowed and words["why_another"]:
        _take_back(words)
    elif words["gateway"] in MAY_OVERRIDE:
        words["why_another"] = ""
        _check_decided(people, words, told, address_said=address_said)
    elif not told.allowed:
        raise Refused(
            f"{' '.join(told.because)} If it has gone to them already, report it as a mistake with "
            "personal information."
        )
    else:
        raise MaybeTheOne(f"{' '.join(told.maybe)} Say how you know that it is somebody else.")


def _nothing_in_the_way(words: dict[str, Any]) -> None:
    words["why_another"] = ""
    _take_back(words)


def _take_back(words: dict[str, Any]) -> None:
    """No decision was needed: none is written down."""
    words["why_despite"] = ""
    if words["gateway"] == Gateway.LAW:
        words["authorised_by"] = None


def _check_decided(
    people: list[Person],
    words: dict[str, Any],
    told: Disclosure,
    *,
    address_said: bool | None,
) -> None:
    secret = _secret_addresses(people, words)
    decided = words["authorised_by"] or words["why_urgent"]
    if not (words["why_despite"] and decided) or (secret and address_said is None):
        because = " ".join((*told.because, *told.maybe))
        what_now = LOOK_AFTERWARDS if words["why_urgent"] else ASK_FIRST
        raise KeptFrom(f"{because} {what_now}", maybe=told.allowed, secret=bool(secret))
    if not secret:
        return
    named = next((one for one in secret if _is_named(one, words)), None)
    if named and not address_said:
        raise Refused(
            f"What you wrote names the secret address of {named.person}, and you say that it was not told. "
            "Take it out, or say that it was told."
        )
    if address_said and not (words["gateway"] == Gateway.LAW and words["authorised_by"]):
        raise Refused(NO_ADDRESS)
    words["tells_safe_address"] = bool(address_said)


def _secret_addresses(people: list[Person], words: dict[str, Any]) -> list[Address]:
    known = known_of(people, on=timezone.localdate(words["happened_at"]))
    return [
        one
        for each in known.values()
        for one in each.addresses
        if one.is_confidential or one.kind == Address.Kind.SAFE
    ]


def _is_named(address: Address, words: dict[str, Any]) -> bool:
    """Whether what was written gives the address away: its postcode, or its first line."""
    written = _squeezed(f"{words['what']} {words['gateway_detail']}")
    first = address.lines.strip().split("\n", 1)[0]
    return any(_squeezed(part) in written for part in (address.postcode, first) if _squeezed(part))


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
