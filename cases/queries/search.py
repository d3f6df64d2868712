"""Finding a person by whatever is known of them (features.md P3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Max, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest, Reverse

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.alike import words_needed
from cases.closed import closed_cases, closed_referrals
from cases.models import Address, CasePerson, ContactPoint, Person, PersonName, ReferralPerson
from cases.names import NameCloseness, NameText
from cases.normal import outward
from cases.permissions import (
    can_search,
    can_see_confidential,
    people_beyond,
    people_of,
    people_restricted,
    services_in_view,
)
from cases.queries.purposes import for_task
from cases.sought import Sought, read
from core.dates import age_in_words
from core.references import ONCE

MOST_HITS = 50
# How alike a typed word and part of a name must be for the index to hand it over, between 0 and 1;
# name_alike then looks at the word itself.
WORD_ALIKE = 0.25

# By the layers above: settings.REFERENCES_SOUGHT.
REFERENCE_PATHS = {
    "P": "reference",
    "C": "cases__reference",
    "R": "referrals__reference",
    "N": "notes__reference",
    "T": "contacts__reference",
    "D": "cases__decisions__reference",
}


# Everybody whom one word fits, as it is spelt or as it sounds, by each name they have or had.
OF_ONE_WORD = """
(SELECT id FROM cases_person
 WHERE name_sought %%> public.name_text(%s)
   AND public.name_alike(name_sought, public.name_text(%s))
 UNION
 SELECT id FROM cases_person
 WHERE public.name_sounds(name_sought) && public.name_sounds(public.name_text(%s))
 UNION
 SELECT person_id FROM cases_personname
 WHERE name_sought %%> public.name_text(%s)
   AND public.name_alike(name_sought, public.name_text(%s))
 UNION
 SELECT person_id FROM cases_personname
 WHERE public.name_sounds(name_sought) && public.name_sounds(public.name_text(%s)))
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a search shows of somebody, to whoever may search: enough to know them apart."""

    person: Person
    age: str  # in words; "" where the date of birth is not known
    area: str  # the first half of the postcode, of an address that is no secret
    services: list[str]  # of the searcher's own


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: people who exist for the searcher, and how many others matched."""

    words: str
    hits: tuple[Hit, ...] = ()
    more: bool = False  # than MOST_HITS; only the best are shown
    outside: int = 0  # up to MOST_HITS
    more_outside: bool = False
    restricted: tuple[Person, ...] = ()  # kept and not used (UK GDPR Art 18)

    @property
    def kept(self) -> str:
        """The sentence about people whose records are restricted; "" where there are none."""
        if not self.restricted:
            return ""
        if len(self.restricted) == 1:
            return "1 record that matches is restricted. Ask the Data Protection Officer."
        return f"{len(self.restricted)} records that match are restricted. Ask the Data Protection Officer."

    @property
    def beyond(self) -> str:
        """The sentence about people of other services; "" where there are none."""
        if not self.outside:
            return ""
        ask = "If you need to know, ask the service’s manager or the Data Protection Officer."
        if self.outside == 1:
            return f"1 person who matches is known to a service you do not belong to. {ask}"
        counted = f"More than {MOST_HITS}" if self.more_outside else str(self.outside)
        return f"{counted} people who match are known to services you do not belong to. {ask}"


def search_people(words: str, *, look: Look, on: date) -> Found:
    """People who match `words`: a name however misspelt, a former name, a date of birth, a phone
    number, an e-mail address, a postcode or a reference. `on` is today, for their ages.

    Writes the words and one entry for each hit. Of people outside the searcher's services only the
    number is told, so that they can ask the person in charge. NotNow (403, logged with the words) for
    a role that does not search.
    """
    user: User = look.by
    if not can_search(user):
        raise NotNow(
            "Your role does not search for people.",
            look=look,
            record=Person,
            values={"words": words},
        )
    look = for_task(look, ())
    words = " ".join(words.split())
    if not words:
        show(look, [])
        return Found(words="")
    sought = read(words)
    use_the_indexes()
    matching = people_matching(sought, secret_addresses=can_see_confidential(user))
    rows = list(
        people_of(user, among=matching)
        .prefetch_related(_open_addresses())
        .order_by(F("alike").desc(), "family_name", "given_names", "pk")[: MOST_HITS + 1]
    )
    outside = _count_beyond(user, sought)
    people = rows[:MOST_HITS]
    restricted = tuple(people_restricted(user, among=matching).order_by("pk")[:MOST_HITS])
    services = _services_by_person(people, user)
    found = Found(
        words=words,
        hits=tuple(_hit(person, services.get(person.pk, []), on) for person in people),
        more=len(rows) > MOST_HITS,
        outside=min(outside, MOST_HITS),
        more_outside=outside > MOST_HITS,
        restricted=restricted,
    )
    show(
        look,
        [
            Shown(Verb.PEOPLE_SEARCHED, Person),
            *(Shown(Verb.PERSON_FOUND, person, [person]) for person in people),
            *(Shown(Verb.RESTRICTED_FOUND, person, [person]) for person in restricted),
        ],
        values={"words": words, "found": len(people), "outside": found.outside},
    )
    return found


def people_matching(sought: Sought, *, secret_addresses: bool) -> QuerySet[Person]:
    """Everybody who matches, whoever may see them, with `alike` from 0 to 1. Not for pages: no door.

    Each way of matching asks its own index for numbers of people; the people are read last.
    """
    if sought.name:
        sql, params = of_name(sought.name)
        # What was typed goes in as parameters only.
        named = Person.objects.filter(pk__in=RawSQL(f"({sql})", params))  # noqa: S611
        if sought.born:
            named = named.filter(date_of_birth__in=sought.born)
        return named.annotate(alike=_how_close(sought.name))
    ways = list(_ways(sought, secret_addresses=secret_addresses))
    if not ways:
        return Person.objects.none().annotate(alike=Value(0.0))
    first, *others = ways
    return Person.objects.filter(pk__in=first.union(*others) if others else first).annotate(
        alike=Value(1.0)
    )


def _ways(sought: Sought, *, secret_addresses: bool) -> Iterable[QuerySet]:
    """Numbers of people, by each way in which `sought` may fit."""
    everybody = Person.objects.order_by().values("pk")
    if sought.reference:
        letters, number = sought.reference
        paths = REFERENCE_PATHS | settings.REFERENCES_SOUGHT
        for kind in settings.REFERENCES_SOUGHT if letters == ONCE else (letters,):
            yield everybody.filter(**{paths[kind]: f"{kind}-{number}"})
        if letters == "P":
            # A number that was merged away leads to whoever it was merged into.
            yield everybody.filter(merged_from__reference=f"P-{number}")
    if sought.postcode:
        yield from _at(sought.postcode, secret_addresses=secret_addresses)
    through = ContactPoint.objects.order_by()
    if sought.contact:
        yield through.filter(value_sought=sought.contact).values("person")
    if sought.contact_ends_with:
        backwards = through.annotate(backwards=Reverse(F("value_sought")))
        yield backwards.filter(backwards__startswith=sought.contact_ends_with[::-1]).values(
            "person"
        )
    if sought.born:
        yield everybody.filter(date_of_birth__in=sought.born)


def _at(postcode: str, *, secret_addresses: bool) -> Iterable[QuerySet]:
    addresses = Address.objects.order_by().values("person")
    if not secret_addresses:
        addresses = addresses.filter(is_confidential=False)
    yield addresses.filter(postcode=postcode)
    if len(postcode.split()) == 1:
        # With its space: L1 is not the beginning of L15.
        yield addresses.filter(postcode__startswith=f"{postcode} ")
    elif len(postcode.split()[1]) == 1:
        yield addresses.filter(postcode__startswith=postcode)


def of_name(words: tuple[str, ...]) -> tuple[str, list[Any]]:
    """SQL for numbers of people of whom every word fits some name; of three words or more, all but one.

    Written as SQL so that each word is counted once however many of somebody's names it fits.
    """
    each = " UNION ALL ".join([OF_ONE_WORD] * len(words))
    params: list[Any] = [word for word in words for _ in range(OF_ONE_WORD.count("%s"))]
    sql = f"SELECT fits.id FROM ({each}) AS fits GROUP BY fits.id HAVING count(*) >= %s"
    return sql, [*params, words_needed(len(words))]


def _how_close(words: tuple[str, ...]) -> Greatest:
    """The closeness of the best of somebody's names, from 0 to 1, for the order of hits."""
    sought = NameText(Value(" ".join(words)))
    others = (
        PersonName.objects.filter(person=OuterRef("pk"))
        .order_by()
        .values("person")
        .annotate(best=Max(NameCloseness(F("name_sought"), sought)))
        .values("best")
    )
    return Greatest(NameCloseness(F("name_sought"), sought), Coalesce(Subquery(others), Value(0.0)))


def _count_beyond(user: User, sought: Sought) -> int:
    """How many people who do not exist for `user` match, counted as far as one beyond MOST_HITS.

    A secret address never counts: a count of one would say that somebody lives there.
    """
    matching = people_matching(sought, secret_addresses=False)
    return people_beyond(user, among=matching.order_by())[: MOST_HITS + 1].count()


def use_the_indexes() -> None:
    """For this transaction: when names are alike, and no reading of whole tables.

    The planner guesses that one name in a hundred is like any word, and would rather read all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true),"
            " set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)",
            [str(WORD_ALIKE)],
        )


def _open_addresses() -> Prefetch:
    current = Address.objects.filter(is_confidential=False, until=None, kind=Address.Kind.HOME)
    return Prefetch("addresses", queryset=current, to_attr="open_addresses")


def _services_by_person(people: list[Person], user: User) -> dict[int, list[str]]:
    """The names of the searcher's own services that each of `people` is known to."""
    services = services_in_view(user)
    in_cases = CasePerson.objects.filter(person__in=people, case__service__in=services).exclude(
        case__in=closed_cases(user)
    )
    in_referrals = ReferralPerson.objects.filter(
        person__in=people, referral__service__in=services
    ).exclude(referral__in=closed_referrals(user))
    pairs = {
        *in_cases.values_list("person", "case__service__name"),
        *in_referrals.values_list("person", "referral__service__name"),
    }
    found: dict[int, list[str]] = {}
    for person, name in sorted(pairs):
        found.setdefault(person, []).append(name)
    return found


def _hit(person: Person, services: list[str], on: date) -> Hit:
    born = person.date_of_birth
    areas = (outward(address.postcode) for address in person.open_addresses)  # type: ignore[attr-defined]
    return Hit(
        person=person,
        age=age_in_words(born, on) if born and born <= on else "",
        area=next(filter(None, areas), ""),
        services=services,
    )
