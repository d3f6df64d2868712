"""What has to be done before a request about another right than access is answered, and what its answer tells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.utils import timezone

from core.dates import plain, plural
from core.errors import Refused
from core.privacy import Pack, declaration_of
from sar.gates import hindrances
from sar.kinds import Kind, Outcome
from sar.models import ErasureItem, RecipientNotice, Rectification, RightsRequest
from sar.models.erasure import ErasureException, ErasureGround
from sar.pack.rows import when_of
from sar.wording import WORDS_TO_WRITE

BACKUPS = (
    "Our backups hold it until they are overwritten. Until then they are kept locked and nobody works with "
    "them. If one ever has to be used, what was erased is erased again before anybody sees it."
)
# The person's own record goes, and with it all that says where they live.
THE_LAST = (
    "With it goes your name and where you can be reached. So we cannot write to you again when it is gone: "
    "this is our last letter. We keep only the papers of this request, to show that we did what you asked."
)
# Why something goes or stays, to whoever asked (UK GDPR Art 17(1) and (3)).
GOES: dict[str, str] = {
    ErasureGround.NOT_NEEDED: "no longer needed for what it was collected for",
    ErasureGround.CONSENT: "you took your consent back, and nothing else lets us keep it",
    ErasureGround.OBJECTION: "you objected, and nothing outweighs that",
    ErasureGround.UNLAWFUL: "used against the law",
    ErasureGround.OBLIGATION: "a law orders its erasure",
    ErasureGround.CHILD_ONLINE: "collected from a child for an online service",
}
STAYS: dict[str, str] = {
    ErasureException.NO_GROUND: "none of the reasons applies for which the law lets you have it erased (UK GDPR "
    "Article 17(1))",
    ErasureException.LEGAL: "a law, or a task in the public interest, makes us keep it (UK GDPR Article 17(3)(b))",
    ErasureException.HEALTH: "it is kept for public health (UK GDPR Article 17(3)(c))",
    ErasureException.ARCHIVE: "it is kept for archives, research or statistics (UK GDPR Article 17(3)(d))",
    ErasureException.CLAIMS: "it may be needed for a legal claim (UK GDPR Article 17(3)(e))",
}
OWN_RECORD = "cases.Person"
# So many entries of a kind are named by their days; of more, only how many.
NAMED_BY_DAY = 6
NOBODY_HAD_IT = (
    "As far as our records show, we had given it to nobody, so that there was nobody to tell."
)
RECIPIENTS = "If you ask us, we tell you whom we had told before, and whom we have told of this."


def unfinished(request: RightsRequest, *, on: date) -> list[str]:
    """Why `request` cannot be answered on the day `on`, in sentences; empty if it can."""
    if request.kind == Kind.ACCESS:
        return ["A request for a copy is answered with its pack."]
    if request.person_id is None:
        return [f"Nobody has said yet which person of the record {request} is about."]
    return [*hindrances(request, on=on), *_steps(request)]


def before_answer(request: RightsRequest, *, on: date) -> list[str]:
    """What stands in the way of answering `request`, by pack or otherwise; nothing once it is answered."""
    if not request.is_open:
        return []
    return (hindrances if request.kind == Kind.ACCESS else unfinished)(request, on=on)


def check_answer(request: RightsRequest, outcome: str, *, on: date) -> None:
    """Refused while something of it is undone, and if `outcome` says more than was done."""
    if left := unfinished(request, on=on):
        raise Refused(f"{request} cannot be answered yet. {left[0]}")
    if outcome not in Outcome.values:
        raise Refused("Say what was done.")
    if outcome == Outcome.DONE and _something_refused(request):
        raise Refused("Some of it was refused or kept: say that it was done in part.")
    if request.kind == Kind.ERASURE and not _of(request.erasures.all(), erased=True):
        raise Refused("Nothing of it is erased: refuse the request, with the reasons.")


def answer_in_words(request: RightsRequest) -> str:
    """What was done, as the answer begins; the officer writes on from there. Empty before anything is."""
    words = {
        Kind.ACCESS: _copied,
        Kind.RECTIFICATION: _rectified,
        Kind.ERASURE: _erased,
        Kind.RESTRICTION: _restricted,
        Kind.OBJECTION: _objected,
        Kind.PORTABILITY: _carried,
    }[Kind(request.kind)]
    return "\n\n".join(words(request))


# How it stands with each who had it, to the person.
TOLD = {
    RecipientNotice.Outcome.WAITING: "we still tell them",
    RecipientNotice.Outcome.NOTIFIED: "we told them",
    RecipientNotice.Outcome.IMPOSSIBLE: "we could not tell them",
    RecipientNotice.Outcome.DISPROPORTIONATE: (
        "we have not told them, since that would take disproportionate effort"
    ),
}


def recipients_in_words(request: RightsRequest) -> str:
    """Whom we told of a change, and whom we could not (UK GDPR Art 19); a line each."""
    lines = [
        f"{one.name}: {TOLD[RecipientNotice.Outcome(one.outcome)]}. {one.because}".strip()
        for one in request.recipients.all()
    ]
    return "\n".join(lines) or NOBODY_HAD_IT


def _steps(request: RightsRequest) -> Iterator[str]:
    if request.kind == Kind.RECTIFICATION:
        for one in request.rectifications.all():
            if one.is_waiting:
                yield f"{one} is still with {one.for_user}."
    elif request.kind == Kind.ERASURE:
        items = list(request.erasures.all())
        if not items:
            yield "Decide first what is erased, and what is kept."
        if waiting := [one for one in items if one.approved_at is None]:
            yield f"Somebody else has to approve what was decided ({plural(len(waiting), 'item')})."
    elif request.kind == Kind.RESTRICTION and not request.restrictions.exists():
        yield "Nothing is restricted yet."


def _something_refused(request: RightsRequest) -> bool:
    if request.kind == Kind.RECTIFICATION:
        return request.rectifications.filter(outcome=Rectification.Outcome.REFUSED).exists()
    return bool(_of(request.erasures.all(), erased=False))


def _of(items: Iterable[ErasureItem], *, erased: bool) -> list[ErasureItem]:
    wanted = ErasureItem.Decision.ERASE if erased else ErasureItem.Decision.KEEP
    return [one for one in items if one.decision == wanted]


def _copied(request: RightsRequest) -> Iterator[str]:
    if request.released_pack is not None:
        pages = plural(request.released_pack.pages, "page")
        yield (
            f"You get a copy of the information that we hold: {pages}. It comes with this letter, or in the way "
            "that you asked for."
        )


# What became of a disputed entry, as the person reads it.
RECTIFIED = {
    Rectification.Outcome.CORRECTED: "We have put it right in a new version. The old one is kept, and marked "
    "as replaced.",
    Rectification.Outcome.COMPLETED: "We have completed it.",
    Rectification.Outcome.REFUSED: "We have not changed it.",
}


def _rectified(request: RightsRequest) -> Iterator[str]:
    for one in request.rectifications.all():
        outcome = Rectification.Outcome(one.outcome)
        said = [
            f"You told us about our entry {one.entry}: “{one.says}”",
            RECTIFIED.get(outcome, f"{outcome.label}."),
        ]
        if one.statement is not None:
            said.append(f"Wherever the entry shows, this stands beside it: “{one.statement.words}”")
        yield " ".join([*said, one.because]).strip()
    if request.recipients.exists():
        yield RECIPIENTS


def gone_by(request: RightsRequest, *, on: date) -> date | None:
    """The day by which what was decided to be erased is gone; None where nothing of it is left.

    The law wants the answer within the month (UK GDPR Art 12(3)) and the erasure without undue delay (Art
    17(1)): the answer promises this day, counted from the last approval (`settings.ERASURE_DAYS`).
    """
    left = [one for one in request.erasures.all() if one.is_erased_later]
    if not left:
        return None
    approved = max((one.approved_at for one in left if one.approved_at), default=None)
    within = timedelta(days=settings.ERASURE_DAYS)
    day = (timezone.localdate(approved) if approved else on) + within
    return day if day > on else on + within


def what_is_gone(request: RightsRequest) -> str:
    """What was erased, for the letter that follows the answer; a line for each kind of record."""
    return "\n".join(_lines(one for one in request.erasures.all() if one.acted is not None))


def what_is_left(request: RightsRequest) -> str:
    """What was decided to be erased and is still here; a line for each kind of record."""
    left = [one for one in request.erasures.all() if one.is_erased_later]
    return "\n".join(line.partition(":")[0] for line in _lines(left))


def _erased(request: RightsRequest) -> Iterator[str]:
    items = list(request.erasures.all())
    gone = _of(items, erased=True)
    if done := [one for one in gone if one.acted is not None]:
        yield "We have erased:\n" + "\n".join(_lines(done))
    if later := [one for one in gone if one.acted is None]:
        yield "We have decided to erase:\n" + "\n".join(_lines(later))
        yield from _promised(request, later)
    if kept := _of(items, erased=False):
        yield "We have not erased:\n" + "\n".join(_kept(kept))
    if gone:
        yield BACKUPS
    if request.recipients.exists():
        yield RECIPIENTS


def _promised(request: RightsRequest, later: list[ErasureItem]) -> Iterator[str]:
    """By when it is gone, and whether they hear of it then."""
    day = gone_by(request, on=timezone.localdate())
    sentence = (
        f"It is gone by {plain(day)} at the latest. The days until then are there so that a mistake can still "
        "be noticed. If something in law stops us until then, we tell you."
        if day is not None
        else ""
    )
    if any(one.source == OWN_RECORD for one in later):
        yield sentence
        yield THE_LAST
    else:
        yield f"{sentence} When it is gone we write to you once more."


def _lines(items: Iterable[ErasureItem]) -> list[str]:
    """A line for each kind of record and ground; what others share is named as such."""
    items = list(items)
    left = [one for one in items if _is_left(one)]
    return [
        *_counted(one for one in items if one not in left),
        *(f"{line}: what is about you in it" for line in _counted(left)),
    ]


def _is_left(item: ErasureItem) -> bool:
    """Whether others share the item, so that it stays without what is about this person."""
    if item.acted is None:
        return bool(item.passages)
    return apps.get_model(item.source)._base_manager.filter(pk=item.record_id).exists()


def _counted(items: Iterable[ErasureItem]) -> list[str]:
    """A line for each kind of record and ground: “1 note of 3 May 2026: no longer needed …”."""
    groups: dict[tuple[str, str], list[ErasureItem]] = defaultdict(list)
    for one in items:
        groups[one.source, one.ground].append(one)
    return [
        f"{len(of)} {_name(source, len(of))}{_days(of)}: {GOES[ground]}"
        for (source, ground), of in groups.items()
    ]


def _kept(items: Iterable[ErasureItem]) -> list[str]:
    """A line for each reason: what stays for it, kind by kind, and the reason once."""
    reasons: dict[str, dict[str, list[ErasureItem]]] = defaultdict(lambda: defaultdict(list))
    for one in items:
        reasons[f"{STAYS[one.exception]}. {one.because}"][one.source].append(one)
    return [
        "; ".join(f"{len(of)} {_name(source, len(of))}{_days(of)}" for source, of in kinds.items())
        + f": {reason}"
        for reason, kinds in reasons.items()
    ]


def _days(items: list[ErasureItem]) -> str:
    """From which days they are, as long as they are few and there: “ of 3 May 2026”."""
    if len(items) > NAMED_BY_DAY or any(one.acted or one.source == OWN_RECORD for one in items):
        return ""
    days = []
    for one in items:
        model = apps.get_model(one.source)
        pack = declaration_of(model).pack
        row = model._base_manager.filter(pk=one.record_id).first()
        when = when_of(row, pack.when) if isinstance(pack, Pack) and row else None
        if when is None:
            return ""
        days.append(timezone.localdate(when) if isinstance(when, datetime) else when)
    return " of " + ", ".join(plain(day) for day in sorted(set(days)))


def _name(source: str, many: int) -> str:
    if source == OWN_RECORD:
        return "record of who you are and how to reach you"
    meta = apps.get_model(source)._meta
    return str(meta.verbose_name if many == 1 else meta.verbose_name_plural)


def _restricted(request: RightsRequest) -> Iterator[str]:
    since = [timezone.localdate(one.recorded_at) for one in request.restrictions.all()]
    if since:
        yield (
            f"Since {plain(min(since))} we keep what you asked us to hold back, and use it no more. The law "
            "leaves us four reasons to use it all the same: that you agree, a legal claim, to protect "
            "somebody else, or an important public interest. We write down each time that we do."
        )
        yield "We tell you before we use it again."
    if request.recipients.exists():
        yield RECIPIENTS


def _objected(request: RightsRequest) -> Iterator[str]:
    yield "You objected to what we do with your information. We have weighed it, and this is what we stopped:"
    yield WORDS_TO_WRITE


def _carried(request: RightsRequest) -> Iterator[str]:
    yield (
        "You get what you gave us as two files that other programs can read: one in JSON and one in CSV, which "
        "opens in a spreadsheet. They hold the same. This is how they come to you:"
    )
    yield WORDS_TO_WRITE
