"""What would go to an agency: what was chosen, and what of it may leave (features.md P21)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from cases.models import Agency, Case, Person, Professional
from cases.queries.agencies import is_checked
from cases.queries.safe_contact import Recipient
from consent.packing import Chosen
from consent.queries.agreements import warning_of
from consent.queries.sendable import Sendable, in_the_way, sendable
from core.dates import plain
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: items by key, those that go whole all the same, and why."""

    keys: tuple[str, ...]
    whole: tuple[str, ...] = ()
    why_whole: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """What the agency would read, what stays here, and what must be known before it goes."""

    items: tuple[Sendable, ...]
    chosen: tuple[Chosen, ...]
    what: str
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def kept_back(self) -> str:
        """What stays here, as the sharing log says it."""
        return " ".join(self.left_out)


def pack(
    *,
    case: Case,
    people: Iterable[Person],
    agency: Agency,
    professional: Professional | None,
    choice: Choice,
    why_another: str = "",
    by: User,
) -> Packed:
    """What would go: asked for the preview and once more when it goes. Refused where nothing may go."""
    people, today = list(people), timezone.localdate()
    recipient = Recipient(agency=agency, professional=professional)
    told = in_the_way(recipient, people, on=today, by=by)
    if not told.allowed:
        raise Refused(" ".join(told.because))
    if told.maybe and not why_another.strip():
        raise Refused(f"{' '.join(told.maybe)} Say how you know that it is somebody else.")
    offered = {one.key: one for one in sendable(case, people, on=today, by=by)}
    if missing := [key for key in choice.keys if key not in offered]:
        raise Refused(f"{missing[0]} cannot be sent any more. Choose again.")
    if not choice.keys:
        raise Refused("Choose what is to be sent.")
    if choice.whole and not choice.why_whole.strip():
        raise Refused("Say why what is usually left out goes to them.")
    items = [offered[key] for key in choice.keys]
    chosen = [_chosen(one, whole=one.key in choice.whole) for one in items]
    left_out = [
        sentence for one in items if one.key not in choice.whole for sentence in one.left_out
    ]
    empty = [one.title for one, made in zip(items, chosen, strict=True) if not made.text]
    if len(empty) == len(items):
        raise Refused("Nothing would be left in the pack. Choose something else.")
    what = "; ".join(one.title for one in items if one.title not in empty)
    if choice.whole:
        what += f". Whole, because: {choice.why_whole.strip()}"
    return Packed(
        items=tuple(items),
        chosen=tuple(made for made in chosen if made.text),
        what=what,
        left_out=tuple(left_out),
        warnings=(*told.warnings, *filter(None, [warning_of(agency, today)])),
    )


def addresses_of(agency: Agency, professional: Professional | None) -> list[str]:
    """The e-mail addresses to which a pack may go: somebody has made sure that they reach them."""
    return [one.email for one in _reached(agency, professional) if is_checked(one)]


def unchecked_of(agency: Agency, professional: Professional | None) -> list[str]:
    """The addresses that are recorded and that nobody has checked yet."""
    known = addresses_of(agency, professional)
    return [one.email for one in _reached(agency, professional) if one.email not in known]


def _reached(agency: Agency, professional: Professional | None) -> list[Agency | Professional]:
    """Whoever of the two has an e-mail address, one for each address."""
    found: dict[str, Agency | Professional] = {}
    for one in (professional, agency):
        if (
            one is not None
            and one.email
            and not (one.email in found and is_checked(found[one.email]))
        ):
            found[one.email] = one
    return list(found.values())


def _chosen(one: Sendable, *, whole: bool) -> Chosen:
    return Chosen(
        title=one.title,
        on=plain(one.on) if one.on else "",
        text=one.whole if whole else one.text,
    )
