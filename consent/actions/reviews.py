"""Consents are looked at again: on their day, before they end, and on a young person's birthdays."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Person, Task
from cases.task_kinds import TaskKind
from cases.workflow import CaseStatus, TaskStatus
from consent.models import Consent, ConsentReview, ReviewBirthday
from consent.models.answer import Standing
from consent.queries.reviews import birthdays, ending_soon, review_due
from consent.queries.stops import what_stops
from core.dates import plain
from core.errors import Refused
from core.references import as_written


@transaction.atomic
def review_consent(
    *, consent: Consent, words: str, review_on: date | None = None, by: User
) -> ConsentReview:
    """Whoever gave it was asked again and still agrees. What asked for it is done.

    Refused where it is no longer in force, and without what they said.
    """
    words, today = words.strip(), timezone.localdate()
    kept = Consent.objects.select_for_update(of=("self",), no_key=True).get(pk=consent.pk)
    if kept.standing(today) != Standing.GIVEN:
        raise Refused(f"{kept.reference} is no longer in force: ask anew instead.")
    if not words:
        raise Refused("Say what they said when you asked again.")
    if review_on is not None and review_on <= today:
        raise Refused("Look at it again on a day to come.")
    record(Verb.CONSENT_REVIEWED, by=by, action=Action.UPDATE, record=kept, people=[kept.person_id])
    made = ConsentReview.objects.create(
        consent=kept, words=words, review_on=review_on, recorded_by=by
    )
    for task in Task.objects.filter(link__in=as_written(_page_of(kept)), status=TaskStatus.OPEN):
        finish_task(task=task, by=by)
    return made


@transaction.atomic
def set_review_birthdays(*, ages: Iterable[int], by: User) -> list[int]:
    """The DPO says on which birthdays consents given for somebody are looked at again."""
    if not by.has_perm("consent.set_review_birthdays"):
        raise Refused("The Data Protection Officer says at which birthdays.")
    wanted = sorted(set(ages))
    if wrong := [age for age in wanted if not 8 <= age <= 17]:
        raise Refused(f"Choose ages from 8 to 17, not {wrong[0]}. At 18 it is done by itself.")
    have = set(ReviewBirthday.objects.values_list("age", flat=True))
    if have == set(wanted):
        raise Refused("These are the birthdays already.")
    # Taking some away is in the same entry: they are a setting, about nobody.
    record(
        Verb.REVIEW_BIRTHDAYS_SET,
        by=by,
        action=Action.UPDATE,
        record=ReviewBirthday,
        values={"before": sorted(have), "after": wanted},
    )
    ReviewBirthday.objects.exclude(age__in=wanted).delete()
    ReviewBirthday.objects.bulk_create(
        ReviewBirthday(age=age, recorded_by=by) for age in wanted if age not in have
    )
    return wanted


@transaction.atomic
def ask_for_consent_reviews(*, on: date, by: Actor = SYSTEM) -> int:
    """Ask for every look at a consent that is due on the day `on`, as tasks; how many were asked for.

    Run each night, and may be run again: what was asked for once is not asked for again.
    """
    asked = 0
    for consent in review_due(on):
        asked += _ask(
            consent.person,
            f"Ask again whether {consent.reference} still holds.",
            _page_of(consent),
            consent.recorded_by,
            again=True,
            on=on,
            by=by,
        )
    for consent in ending_soon(on):
        asked += _ask(
            consent.person,
            f"{consent.reference} ends on {plain(consent.until or on)}: ask anew if it is still needed.",
            f"{_page_of(consent)}?ends={consent.until}",
            consent.recorded_by,
            on=on,
            by=by,
        )
    for one in birthdays(on):
        person, names = one.consents[0].person, ", ".join(str(each) for each in one.consents)
        what = (
            f"They are {one.age} since {plain(one.on)}. What a parent agreed to for them has ended "
            f"({names}), and nothing is shared on it. Ask them themselves.{_rested_on(one.consents)}"
            if one.grown_up
            else f"They are {one.age} since {plain(one.on)}. Ask whether they want to answer for "
            f"themselves what a parent agreed to ({names})."
        )
        page = reverse("consent:person", args=[person.reference])
        asked += _ask(
            person, what, f"{page}?age={one.age}", one.consents[0].recorded_by, on=on, by=by
        )
    return asked


def _rested_on(consents: Iterable[Consent]) -> str:
    """Who was told something on what has ended, and which referrals wait: they are part of the asking."""
    stops = [what_stops(consent) for consent in consents]
    told = dict.fromkeys(share.recipient_in_words for one in stops for share in one.told)
    waiting = dict.fromkeys(
        f"{referral.share.agency} ({referral.share.reference})"
        for one in stops
        for referral in one.referrals
    )
    words = f" Told on it until now: {', '.join(told)}." if told else ""
    return words + (f" Referrals that wait: {', '.join(waiting)}." if waiting else "")


def _page_of(consent: Consent) -> str:
    """The page on which a consent is looked at again."""
    return reverse("consent:consent-review", args=[consent.reference])


def _ask(
    person: Person,
    what: str,
    link: str,
    writer: User,
    *,
    on: date,
    by: Actor,
    again: bool = False,
) -> int:
    before = Task.objects.filter(link__in=as_written(link), kind=TaskKind.CONSENT)
    # A review comes round again; an end and a birthday come once.
    if (before.filter(status=TaskStatus.OPEN) if again else before).exists():
        return 0
    case = person.cases.filter(status=CaseStatus.OPEN).select_related("service").first()
    if case is None and not writer.is_active:
        return 0  # nobody works with them, and nobody is left to ask
    add_task(
        kind=TaskKind.CONSENT,
        what=what,
        for_user=None if case else writer,
        service=case.service if case else None,
        due_on=on,
        case=case,
        person=person,
        link=link,
        by=by,
    )
    return 1
