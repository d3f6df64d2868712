"""Whom the charity may know already, of those described on a form (features.md P2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, StringAgg, Subquery, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Concat

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.alike import LIKELY, Described, Fit, InCommon, days_like, in_words, reasons
from cases.models import Address, ContactPoint, Person, PersonName
from cases.names import NameFits, NameText
from cases.permissions import can_add_person, people_beyond, people_of
from cases.queries.purposes import for_task
from cases.queries.search import of_name, use_the_indexes
from core.dates import age_in_words

MOST_MATCHES = 8  # shown for one description; the rest would not be read
CANDIDATES = 60  # looked at closely for one description, those with the most in common first

# Of the few people found by a day of birth or a postcode, those of whom one word of the name fits.
WITH_A_WORD = """
SELECT found.id FROM cases_person AS found WHERE {found} AND EXISTS (
    SELECT FROM unnest(%s::text[]) AS typed, LATERAL (
        SELECT found.name_sought AS name
        UNION ALL SELECT name_sought FROM cases_personname WHERE person_id = found.id) AS names
    WHERE public.name_fits(names.name, public.name_text(typed)) > 0)
"""
BORN = "found.date_of_birth = ANY(%s)"
LIVES = """found.id IN (SELECT person_id FROM cases_address
                        WHERE postcode = %s AND NOT is_confidential)"""
REACHED = "SELECT person_id FROM cases_contactpoint WHERE value_sought = %s"


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who exists for the reader and may be whoever is described, and why."""

    person: Person
    score: int
    why: str
    age: str  # in words; "" where the date of birth is not known


@dataclass(frozen=True, slots=True)
class Offer:
    """The likely matches of one description; `beyond` counts those of services not the reader's."""

    label: str  # which of several people described, in words; "" where there is one alone
    number: int
    described: Described
    matches: tuple[Match, ...] = ()
    beyond: int = 0

    @property
    def names(self) -> set[str]:
        """What a form sends back to say that these were looked at."""
        seen = {match.person.reference for match in self.matches}
        return seen | ({f"beyond:{self.number}:{self.beyond}"} if self.beyond else set())

    @property
    def beyond_in_words(self) -> str:
        """That somebody like this is known elsewhere, and whom to ask; never who."""
        if not self.beyond:
            return ""
        count = "1 person" if self.beyond == 1 else f"{self.beyond} people"
        verb = "is" if self.beyond == 1 else "are"
        return (
            f"{count} who may be the same {verb} known to a service you do not belong to. Ask the "
            "service’s manager or the Data Protection Officer before you add them again."
        )


def offer_matches(
    described: Iterable[tuple[str, Described]], *, look: Look, on: date
) -> list[Offer]:
    """The likely matches of each description that says enough; those without any are left out.

    Each description comes with a label. Writes what was typed and one entry for each match, as a
    search does. NotNow (403, logged) for a role that adds nobody.
    """
    user: User = look.by
    if not can_add_person(user):
        raise NotNow("Your role does not add people.", look=look, record=Person)
    looked = [
        _offer(number, label, one, user, on)
        for number, (label, one) in enumerate(described, 1)
        if one
    ]
    if looked:
        people = {match.person for offer in looked for match in offer.matches}
        show(
            for_task(look, ()),
            [
                Shown(Verb.PEOPLE_COMPARED, Person),
                *(Shown(Verb.PERSON_OFFERED, person, [person]) for person in people),
            ],
            values={"typed": [_typed(offer.described) for offer in looked]},
        )
    return [offer for offer in looked if offer.matches or offer.beyond]


def matches_among(
    described: Described, *among: QuerySet[Person], on: date
) -> tuple[list[Match], ...]:
    """The likely matches in each of `among`, the likeliest first. Not for pages: no door.

    Each way of matching asks its own index for numbers of people, once for all of `among`: most whom a
    form or a spreadsheet describes are like nobody. Secret addresses never count: a match by one would
    say that somebody lives there.
    """
    ids = _candidates(described)
    return tuple(
        _likely(described, people.filter(pk__in=ids), on) if ids else [] for people in among
    )


def _likely(described: Described, people: QuerySet[Person], on: date) -> list[Match]:
    found = []
    for person in _with_what_they_have(people, described):
        score, why = reasons(described, _in_common(person, described))
        if score >= LIKELY:
            born = person.date_of_birth
            age = age_in_words(born, on) if born and born <= on else ""
            found.append(Match(person=person, score=score, why=in_words(why), age=age))
    return sorted(found, key=lambda match: (-match.score, match.person.pk))


def _offer(number: int, label: str, described: Described, user: User, on: date) -> Offer:
    beyond = people_beyond(user, among=Person.objects.all())
    theirs, others = matches_among(described, people_of(user), beyond, on=on)
    return Offer(
        label=label,
        number=number,
        described=described,
        matches=tuple(theirs[:MOST_MATCHES]),
        beyond=len(others),
    )


def _candidates(described: Described) -> list[int]:
    """Numbers of people by each way in which they may be meant; the indexes are used from here on."""
    ways: list[tuple[str, Sequence[Any]]] = []
    words = described.words
    if len(words) > 1:
        sql, params = of_name(words)
        ways.append((sql, params))
    if words and described.born:
        days = list(days_like(described.born))
        ways.append((WITH_A_WORD.format(found=BORN), [days, list(words)]))
    if words and described.whole_postcode:
        there = described.whole_postcode
        ways.append((WITH_A_WORD.format(found=LIVES), [there, list(words)]))
    if described.contact:
        ways.append((REACHED, [described.contact]))
    if not ways:
        return []
    use_the_indexes()
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ".join(f"({way})" for way, _ in ways),
            [value for _, params in ways for value in params],
        )
        return [number for (number,) in cursor.fetchall()]


def _with_what_they_have(people: QuerySet[Person], described: Described) -> list[Person]:
    """The most promising of `people`, each with what they have in common with the description."""
    others = (
        PersonName.objects.filter(person=OuterRef("pk"))
        .order_by()
        .values("person")
        .annotate(all=StringAgg("name_sought", delimiter=Value(" ")))
        .values("all")
    )
    names = Concat(
        F("name_sought"),
        Value(" "),
        Coalesce(Subquery(others, output_field=TextField()), Value(""), output_field=TextField()),
        output_field=TextField(),
    )
    fits = {f"fit_{n}": _fit(names, word) for n, word in enumerate(described.words)}
    now = {f"now_{n}": _fit(F("name_sought"), word) for n, word in enumerate(described.words)}
    here = Address.objects.filter(
        person=OuterRef("pk"), is_confidential=False, postcode=described.whole_postcode or None
    )
    same = ContactPoint.objects.filter(
        person=OuterRef("pk"), value_sought=described.contact or None
    )
    days = list(days_like(described.born)) if described.born else []
    return list(
        people.annotate(
            **fits, **now, same_postcode=Exists(here), same_phone=Exists(same)
        ).order_by(
            F("same_phone").desc(),
            *([_is_one_of(days).desc()] if days else []),
            *(F(name).desc() for name in fits),
            "pk",
        )[:CANDIDATES]
    )


def _is_one_of(days: list[date]) -> RawSQL:
    return RawSQL("coalesce(cases_person.date_of_birth = ANY(%s), false)", [days])


def _fit(names: Any, word: str) -> NameFits:
    return NameFits(names, NameText(Value(word)))


def _in_common(person: Any, described: Described) -> InCommon:
    numbers = range(len(described.words))
    fits = [Fit(getattr(person, f"fit_{n}")) for n in numbers]
    return InCommon(
        fits=fits,
        present_name=fits == [getattr(person, f"now_{n}") for n in numbers],
        born=person.date_of_birth,
        same_phone=person.same_phone,
        same_postcode=person.same_postcode,
    )


def _typed(described: Described) -> dict[str, Any]:
    """What was typed, as the log keeps it."""
    typed = {
        "name": f"{described.given_names} {described.family_name}".strip(),
        "born": described.born,
        "phone": described.phone,
        "postcode": described.postcode,
    }
    return {name: value for name, value in typed.items() if value}
