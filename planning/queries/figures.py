"""Doors to released figures: nobody is named in them, and who read them is written down all the same."""

from dataclasses import dataclass

from django.utils import timezone

from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from funding.models import Contract
from funding.quarters import Quarter, latest, quarter_of
from planning.models import Release
from planning.permissions import reads_figures, releases_figures, reported_contracts
from planning.years import Year, add_up

OFFERED = 8  # quarters back from the last one that has ended


@dataclass(frozen=True, slots=True)
class Quarters:
    """What has been released, the newest version of each quarter first, and what could be."""

    releases: list[Release]
    to_release: list[Quarter]

    @property
    def years(self) -> list[int]:
        return sorted({release.quarter.year for release in self.releases}, reverse=True)


@dataclass(frozen=True, slots=True)
class OneRelease:
    """A release with the other versions of the same quarter."""

    release: Release
    versions: list[Release]
    contracts: list[Contract]
    can_correct: bool

    @property
    def is_newest(self) -> bool:
        return self.release.version == self.versions[0].version


def open_quarters(*, look: Look) -> Quarters:
    """The released quarters; NotNow (403, logged) for a role that reads no figures."""
    look = _check(look)
    show(look, [])
    newest: dict[Quarter, Release] = {}
    for release in Release.objects.defer("kept"):
        newest.setdefault(release.quarter, release)
    ended = latest(quarter_of(timezone.localdate()).previous, OFFERED)
    missing = [one for one in reversed(ended) if one not in newest]
    return Quarters(list(newest.values()), missing if releases_figures(look.by) else [])


def open_release(
    quarter: Quarter | None, version: int, *, look: Look, verb: Verb = Verb.FIGURES_READ
) -> OneRelease:
    """One release, read or (another `verb`) taken out of the system; NotYours (404) if there is none."""
    look = _check(look)
    versions = list(Release.objects.filter(period_from=quarter.first)) if quarter else []
    release = next((one for one in versions if one.version == version), None)
    if release is None:
        raise NotYours("No such figures.", look=look, record=Release)
    show(look, [Shown(verb, release)])
    counted = [one.reference for paid in release.figures.paid for one in paid.agreed]
    contracts = reported_contracts(look.by).filter(reference__in=counted).select_related("funder")
    return OneRelease(release, versions, list(contracts), releases_figures(look.by))


def open_year(number: int, *, look: Look) -> Year:
    """The newest figures of a year's quarters, added up; NotYours (404) where none was released."""
    look = _check(look)
    newest: dict[Quarter, Release] = {}
    for release in Release.objects.filter(period_from__year=number):
        newest.setdefault(release.quarter, release)
    if not newest:
        raise NotYours("No such figures.", look=look, record=Release)
    show(look, [Shown(Verb.FIGURES_READ, release) for release in newest.values()])
    return add_up(number, [(quarter, one.figures) for quarter, one in newest.items()])


def begin_release(*, look: Look) -> None:
    """NotNow (403, logged) for a role that releases no figures."""
    look = _check(look)
    if not releases_figures(look.by):
        raise NotNow("Your role releases no figures.", look=look, record=Release)


def begin_correction(quarter: Quarter | None, *, look: Look) -> Release:
    """The newest release of a quarter, to be corrected; errors as `open_release` and `begin_release`."""
    begin_release(look=look)
    newest = Release.objects.filter(period_from=quarter.first).first() if quarter else None
    if newest is None:
        raise NotYours("No such figures.", look=look, record=Release)
    show(look.for_purpose(Purpose.MANAGEMENT), [Shown(Verb.FIGURES_READ, newest)])
    return newest


def _check(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not reads_figures(look.by):
        raise NotNow("Your role reads no figures.", look=look, record=Release)
    return look
