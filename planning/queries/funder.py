"""Doors to what is reported to a funder: from released figures, which name nobody."""

from dataclasses import dataclass

from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from funding.models import Contract
from funding.quarters import Quarter
from planning.funder import Report, report
from planning.models import Release
from planning.permissions import reads_figures, reported_contracts


@dataclass(frozen=True, slots=True)
class Reports:
    """A contract with what each quarter's newest release shows of it, the latest quarter first."""

    contract: Contract
    reports: list[Report]


def open_reports(reference: str, *, look: Look) -> Reports:
    """What was released of a contract; NotYours (404, logged) if it does not exist for `look.by`."""
    contract, look = _contract(reference, look)
    newest: dict[Quarter, Release] = {}
    for release in Release.objects.all():
        newest.setdefault(release.quarter, release)
    found = [one for release in newest.values() if (one := report(release, reference))]
    show(look, [Shown(Verb.FIGURES_READ, one.release) for one in found])
    return Reports(contract, found)


def take_report(reference: str, quarter: Quarter | None, version: int, *, look: Look) -> Report:
    """One report to be taken out; NotYours (404, logged) where the release shows nothing of the contract."""
    _, look = _contract(reference, look)
    release = (
        Release.objects.filter(period_from=quarter.first, version=version).first()
        if quarter
        else None
    )
    found = report(release, reference) if release else None
    if found is None:
        raise NotYours("No such report.", look=look, record=Release)
    show(look, [Shown(Verb.FIGURES_TAKEN, found.release)])
    return found


def _contract(reference: str, look: Look) -> tuple[Contract, Look]:
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not reads_figures(look.by):
        raise NotNow("Your role reads no figures.", look=look, record=Release)
    found = reported_contracts(look.by).filter(reference=reference).select_related("funder")
    contract: Contract | None = found.first()
    if contract is None:
        raise NotYours(
            "No contract with this reference.",
            look=look,
            record=Contract,
            values={"reference": reference},
        )
    return contract, look
