"""Which consents are to be looked at again, and why. Behind the door: the nightly job asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When

from cases.models import Death
from cases.queries.responsibility import GROWN_UP
from cases.restricted import usable
from consent.models import Consent, ConsentReview, Giver, ReviewBirthday, State
from consent.queries.record import in_force_on, stands
from core.dates import ONE_DAY, birthday

ENDS_SOON = timedelta(days=14)
# The job catches up on what fell on days when it did not run.
CAUGHT_UP = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Birthday:
    """Somebody had a birthday on which what others agreed to for them is looked at again."""

    age: int
    on: date
    consents: list[Consent]

    @property
    def grown_up(self) -> bool:
        return self.age == GROWN_UP


def review_due(on: date) -> QuerySet[Consent]:
    """Consents in force whose day to be looked at again has come by `on`."""
    reviews = ConsentReview.objects.filter(consent=OuterRef("pk")).order_by("-pk")
    return (
        _whole(on)
        .annotate(
            next_review=Case(
                When(Exists(reviews), then=Subquery(reviews.values("review_on")[:1])),
                default=F("review_on"),
            )
        )
        .filter(next_review__lte=on)
    )


def ending_soon(on: date) -> QuerySet[Consent]:
    """Consents in force whose last day comes within two weeks."""
    return _whole(on).filter(until__lte=on + ENDS_SOON)


def birthdays(on: date) -> Iterator[Birthday]:
    """Everybody who lately had a birthday set for it, or their eighteenth, with what was agreed for them."""
    for age in [*ReviewBirthday.objects.values_list("age", flat=True), GROWN_UP]:
        yield from _turned(age, on)


def _turned(age: int, on: date) -> Iterator[Birthday]:
    given = (
        _of_the_living()
        .filter(
            state=State.GIVEN,
            giver=Giver.PARENT,
            withdrawn_on=None,
            # A little wider than the birthdays meant; the exact day is reckoned below.
            person__date_of_birth__range=(
                on - timedelta(days=366 * (age + 1)),
                on - timedelta(days=365 * age),
            ),
        )
        .select_related("person", "agency", "recorded_by")
        .order_by("person", "pk")
    )
    of_person: dict[int, list[Consent]] = {}
    for consent in given:
        day = birthday(consent.person.date_of_birth, age)  # type: ignore[arg-type]  # known: in range
        held = consent.until is None or consent.until >= day - ONE_DAY
        if on - CAUGHT_UP < day <= on and consent.given_on < day and held:
            of_person.setdefault(consent.person_id, []).append(consent)
    for consents in of_person.values():
        born = consents[0].person.date_of_birth
        yield Birthday(age=age, on=birthday(born, age), consents=consents)  # type: ignore[arg-type]


def _whole(on: date) -> QuerySet[Consent]:
    return (
        _of_the_living()
        .filter(in_force_on(on), stands(on))
        .select_related("person", "agency", "recorded_by")
        .order_by("pk")
    )


def _of_the_living() -> QuerySet[Consent]:
    """Nobody is reminded to ask somebody who has died (features.md P51)."""
    died = Death.objects.filter(taken_back_at=None).values("person")
    return usable(Consent.objects.all(), by=None).exclude(person__in=died)


def review_ages() -> list[int]:
    """On which birthdays consents that others gave are looked at again."""
    return list(ReviewBirthday.objects.values_list("age", flat=True))
