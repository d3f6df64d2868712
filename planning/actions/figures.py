"""Releasing figures: what is counted at the end of a quarter stays as it was counted."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit.actors import Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.dates import plain
from core.errors import Refused
from funding.quarters import Quarter
from planning.counting import count
from planning.counting_paid import count_paid
from planning.figures import correct, publish
from planning.models import Release

# So long after a quarter's end the system releases it by itself: what is written up late counts.
AFTER = timedelta(days=7)


@transaction.atomic
def release_figures(*, quarter: Quarter, on: date, by: User | Actor) -> Release:
    """Count `quarter`, hide what would show somebody, and keep the result for good; `on` is today.

    Refused before the quarter has ended, and where it was released already.
    """
    if quarter.last >= on:
        raise Refused(
            f"{quarter} lasts until {plain(quarter.last)}. Figures are released when it has ended."
        )
    record(
        Verb.FIGURES_RELEASED,
        by=by,
        action=Action.CREATE,
        record=Release,
        purpose=Purpose.MANAGEMENT,
        values={"quarter": quarter.key},
    )
    figures = publish(count(quarter), paying=count_paid(quarter), threshold=settings.SMALL_NUMBER)
    return _keep(Release(kept=figures.kept()), quarter, by)


@transaction.atomic
def correct_figures(*, quarter: Quarter, reason: str, by: User) -> Release:
    """Count `quarter` again and keep the result as its next version.

    A measure stands as it was first released where the difference would show somebody. Refused without a
    reason, before a first version, and where nothing that may be shown has changed.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the figures are corrected.")
    earlier = list(Release.objects.filter(period_from=quarter.first).order_by("version"))
    if not earlier:
        raise Refused(f"The figures of {quarter} have not been released yet.")
    figures = correct(
        count(quarter),
        paying=count_paid(quarter),
        earlier=[one.figures for one in earlier],
    )
    before = earlier[-1].figures
    same = all(
        new.tables == old.tables for new, old in zip(figures.measures, before.measures, strict=True)
    )
    if same and figures.paid == before.paid:
        raise Refused(
            "No figure changes that may be shown: a difference of fewer than "
            f"{figures.threshold} would show who it is. The figures stand as they are."
        )
    record(
        Verb.FIGURES_CORRECTED,
        by=by,
        action=Action.CREATE,
        record=Release,
        purpose=Purpose.MANAGEMENT,
        values={"quarter": quarter.key, "reason": reason},
    )
    version = earlier[-1].version + 1
    return _keep(Release(kept=figures.kept(), version=version, reason=reason), quarter, by)


@transaction.atomic
def release_by_itself(*, quarter: Quarter, on: date, by: Actor) -> Release | None:
    """Release `quarter` a week after its end, unless somebody has: None then, and before that."""
    if on < quarter.last + AFTER or Release.objects.filter(period_from=quarter.first).exists():
        return None
    return release_figures(quarter=quarter, on=on, by=by)


def _keep(release: Release, quarter: Quarter, by: User | Actor) -> Release:
    """Two who release the same at once: the second learns that it is there."""
    if Release.objects.filter(period_from=quarter.first, version=release.version).exists():
        raise Refused(f"The figures of {quarter} have been released already: look again.")
    release.period_from, release.period_to = quarter.first, quarter.last
    release.made_by = by if isinstance(by, User) else None
    release.save(force_insert=True)
    return release
