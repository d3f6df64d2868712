"""The certificate of a run as a tagged PDF: what was destroyed, by which rule, who decided, and of nobody whom."""

from django.template.loader import render_to_string

from core.organisation import ORGANISATION
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.stamp import Margin, page_x_of_n, stamp
from retention.queries.proposals import RunRecord


def certificate_of(record: RunRecord) -> bytes:
    """The certificate. Everything in it stands in the register as well."""
    words = {"record": record, "organisation": ORGANISATION}
    css = render_to_string("pdf/certificate.css", words)
    html = render_to_string("pdf/certificate.html", words)
    with Press(css=css, processes=1) as press:
        parts = press.render([Chunk(key="certificate", html=html)])
    pdf = merge(
        parts,
        title=f"Certificate of destruction {record.run}",
        at=record.run.recorded_at,
        language="en-GB",
        author=ORGANISATION.name,
    )
    stamp(pdf, foot=Margin(left=str(record.run), right=page_x_of_n))
    return to_bytes(pdf)
