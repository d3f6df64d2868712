"""A plan on paper: one tagged PDF in plain words, for the family to keep.

It carries no address and no telephone number of anybody but the charity: whoever finds it on a kitchen
table learns nothing of where somebody lives (features.md N1).
"""

from datetime import datetime

from django.template.loader import render_to_string

from assessments.models import Plan
from core.organisation import ORGANISATION
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.stamp import Margin, page_x_of_n, stamp


def plan_as_pdf(plan: Plan, *, at: datetime) -> bytes:
    """The pages of `plan`; a draft says so across each of them."""
    context = {"organisation": ORGANISATION, "plan": plan, "at": at}
    css = render_to_string("pdf/pack.css", context)
    with Press(css=css, processes=1) as press:
        parts = press.render([Chunk(key="plan", html=render_to_string("pdf/plan.html", context))])
    pdf = merge(parts, title=f"Our plan ({plan.reference})", at=at, author=ORGANISATION.name)
    is_draft = plan.status == "draft"
    stamp(
        pdf,
        head=Margin(left=ORGANISATION.name, right="A draft: not agreed yet" if is_draft else ""),
        foot=Margin(left=f"Plan {plan.reference}", right=page_x_of_n),
        across="Draft" if is_draft else "",
    )
    return to_bytes(pdf)
