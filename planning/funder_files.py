"""The report for a funder as a file, all from the same release."""

from collections.abc import Iterator

from core.csv import csv_text
from core.dates import plain
from core.organisation import ORGANISATION
from core.spreadsheets import Row, Sheet, as_ods, as_xlsx
from planning.files import printed
from planning.funder import NOT_SHOWN, Report
from planning.pictures import beside_what_is_agreed

HEADING = ("What", "Counted", "Agreed")
SAYS = (
    "People: everybody named in at least one contact of this contract that took place in the quarter, once.",
    "Families: every case with at least one such contact, once. Where they live is as it stood on the last day.",
    "Contacts: every contact that took place in the quarter and that this contract pays for, once.",
)


def why_not_shown(threshold: int) -> str:
    """What stands below the figures, wherever they are printed."""
    return (
        f"“{NOT_SHOWN}”, and “or more”: figures under {threshold} are counted together with others, so that nobody can be "
        "worked out, also not by taking these figures from those of the whole service."
    )


def report_as_csv(report: Report) -> str:
    """One line for each figure."""
    return csv_text(HEADING, _cells(report))


def report_as_xlsx(report: Report) -> bytes:
    """One sheet, with the contract above its figures."""
    return as_xlsx([_sheet(report)])


def report_as_ods(report: Report) -> bytes:
    """The same sheet."""
    return as_ods([_sheet(report)])


def report_as_pdf(report: Report) -> bytes:
    """The report as a tagged PDF, the same whenever it is printed."""
    context = {
        "report": report,
        "chart": beside_what_is_agreed(report),
        "says": SAYS,
        "why": why_not_shown(report.threshold),
    }
    return printed(
        "pdf/funder.html",
        context,
        title=report.title,
        foot=f"{report.agreed.reference}, {report.release}",
        at=report.release.made,
    )


def _cells(report: Report) -> Iterator[tuple[str, str | int, str | int]]:
    for line in report.lines:
        agreed = "" if line.agreed is None else line.agreed
        exact = line.number is not None and not line.is_least
        yield line.title, line.number if exact and line.number is not None else line.counted, agreed
        if len(line.parts) > 1:
            for words, number in line.parts:
                yield f"{line.title}: {words}", number, ""
    for words, number in report.area:
        yield f"Families of this contract alone: {words.lower()}", number, ""


def _sheet(report: Report) -> Sheet:
    first, last = report.runs
    return Sheet(
        report.agreed.reference,
        [
            Row((report.title,), is_heading=True),
            Row((f"{ORGANISATION.name}, {report.service}. Funder: {report.agreed.funder}.",)),
            Row((f"{report.agreed.reference} runs from {plain(first)} to {plain(last)}.",)),
            Row((f"Area: {report.districts}",)),
            Row((f"Figures of {report.release}, released {plain(report.released)}.",)),
            Row(),
            Row(HEADING, is_heading=True),
            *(Row(cells) for cells in _cells(report)),
            Row(),
            Row((why_not_shown(report.threshold),)),
            *(Row((words,)) for words in SAYS),
        ],
    )
