"""Words about health: a health professional is asked, answers, and somebody rules on an item."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from core.dates import plain
from core.errors import Refused
from sar.exemptions import HarmAnswer, HealthGround
from sar.health import about_health, mark_of
from sar.models import HarmConsultation, HealthRuling, RightsRequest
from sar.pack.gather import person_of
from sar.pack.held import Item, Outline
from sar.rules import at_work, begin, not_before_request, not_in_future, record


@transaction.atomic
def ask_health_professional(
    *, request: RightsRequest, whom: str, about: str, asked_on: date, by: User
) -> HarmConsultation:
    """Record whom we asked whether telling would do serious harm (DPA 2018, Sch 3 para 6)."""
    now = at_work(request)
    not_before_request(asked_on, now)
    if not whom.strip() or not about.strip():
        raise Refused("Say whom you asked, and about what.")
    record(Verb.HEALTH_ASKED, by=by, request=now, on=HarmConsultation, action=Action.CREATE)
    asked = HarmConsultation.objects.create(
        request=now, whom=whom.strip(), about=about.strip(), asked_on=asked_on, recorded_by=by
    )
    begin(now)
    request.refresh_from_db()
    return asked


@transaction.atomic
def record_health_answer(
    *,
    consultation: HarmConsultation,
    answer: HarmAnswer,
    advice: str,
    answered_on: date,
    by: User,
) -> HarmConsultation:
    """Record what the health professional said. It counts for six months."""
    now = at_work(consultation.request)
    asked = HarmConsultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if asked.answered_on is not None:
        raise Refused("Their answer is recorded already. Ask again to have another one.")
    not_in_future(answered_on)
    if answered_on < asked.asked_on:
        raise Refused(f"{plain(answered_on)} is before they were asked. Correct the day.")
    if not advice.strip():
        raise Refused("Write down what they said, in their words.")
    record(Verb.HEALTH_ANSWERED, by=by, request=now, on=asked)
    HarmConsultation.objects.filter(pk=asked.pk).update(
        answered_on=answered_on, answer=answer, advice=advice.strip()
    )
    begin(now)
    consultation.refresh_from_db()
    return consultation


@transaction.atomic
def rule_on_health(
    *,
    request: RightsRequest,
    item: Item,
    ground: HealthGround,
    why: str,
    consultation: HarmConsultation | None = None,
    by: User,
) -> HealthRuling:
    """Say why an item about health may go out. Refused on an opinion that says no, or is too old."""
    now = at_work(request)
    if not why.strip():
        raise Refused("Say how you know.")
    if ground != HealthGround.OPINION:
        consultation = None
    elif consultation is None or consultation.request_id != now.pk:
        raise Refused("Say whose opinion it rests on.")
    elif not consultation.allows_on(timezone.localdate()):
        raise Refused(
            "This opinion does not allow it: it says that telling does harm, has not come yet, or is "
            "older than six months. Withhold the item, or ask again."
        )
    if now.health_rulings.filter(
        source=item.source, record_id=item.record_id, undone_at=None
    ).exists():
        raise Refused("This is decided already.")
    record(Verb.HEALTH_RULED, by=by, request=now, on=HealthRuling, action=Action.CREATE)
    ruling = HealthRuling.objects.create(
        request=now,
        source=item.source,
        record_id=item.record_id,
        ground=ground,
        why=why.strip(),
        said=_told_by(now, item),
        consultation=consultation,
        recorded_by=by,
    )
    begin(now)
    request.refresh_from_db()
    return ruling


def _told_by(request: RightsRequest, item: Item) -> str:
    """The mark of what `item` tells of health."""
    alone = Outline(person=person_of(request), items=(item,))
    return mark_of(about_health(alone).get((item.source, item.record_id), []))


@transaction.atomic
def undo_health_ruling(*, ruling: HealthRuling, by: User) -> None:
    """Take a ground back: the item may not go out until there is another."""
    now = at_work(ruling.request)
    kept = HealthRuling.objects.select_for_update(of=("self",)).get(pk=ruling.pk)
    if kept.undone_at is not None:
        raise Refused("This decision was taken back already.")
    record(Verb.HEALTH_RULING_UNDONE, by=by, request=now, on=kept)
    HealthRuling.objects.filter(pk=kept.pk).update(undone_at=timezone.now(), undone_by=by)
    begin(now)
    ruling.refresh_from_db()
