"""What is printed, as tagged PDF: the certificate of a run, which names nobody, and the record of processing."""

from collections.abc import Iterable
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from core.dates import plain
from core.organisation import ORGANISATION
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.stamp import Margin, page_x_of_n, stamp
from retention.processing import SCHEDULE_COLUMNS, Mapped, Processing
from retention.queries.proposals import RunRecord


def certificate_of(record: RunRecord) -> bytes:
    """The certificate. Everything in it stands in the register as well."""
    return _printed(
        "pdf/certificate.html",
        {"record": record},
        title=f"Certificate of destruction {record.run}",
        foot=str(record.run),
        at=record.run.recorded_at,
    )


def record_of_processing(rows: Iterable[Processing], *, at: datetime) -> bytes:
    """The record of processing on paper, as an inspector asks for it (UK GDPR Art 30)."""
    day = plain(timezone.localdate(at))
    return _printed(
        "pdf/processing.html",
        {"rows": list(rows), "day": day},
        title="Record of processing activities",
        foot=f"Record of processing, {day}",
        at=at,
    )


def schedule_on_paper(rows: Iterable[tuple[str, ...]], *, at: datetime) -> bytes:
    """The adopted schedule on paper."""
    day = plain(timezone.localdate(at))
    # The first column names the row, the others tell of it.
    told = [(cells[0], list(zip(SCHEDULE_COLUMNS[1:], cells[1:], strict=True))) for cells in rows]
    return _printed(
        "pdf/schedule.html",
        {"rows": told, "day": day},
        title="Retention schedule",
        foot=f"Retention schedule, {day}",
        at=at,
    )


def data_map_on_paper(tables: Iterable[Mapped], *, at: datetime) -> bytes:
    """The data map on paper, a table of the database under each heading."""
    day = plain(timezone.localdate(at))
    return _printed(
        "pdf/data_map.html",
        {"tables": list(tables), "day": day},
        title="Data map",
        foot=f"Data map, {day}",
        at=at,
    )


def _printed(
    template: str, words: dict[str, object], *, title: str, foot: str, at: datetime
) -> bytes:
    words = {**words, "organisation": ORGANISATION}
    css = render_to_string("pdf/certificate.css", words)
    html = render_to_string(template, words)
    with Press(css=css, processes=1) as press:
        parts = press.render([Chunk(key="certificate", html=html)])
    pdf = merge(parts, title=title, at=at, language="en-GB", author=ORGANISATION.name)
    stamp(pdf, foot=Margin(left=foot, right=page_x_of_n))
    return to_bytes(pdf)
