"""The tabs of a case. Pages of the layers above are named here by their addresses only (docs/adr/0009)."""

from django.urls import reverse

from cases.models import Case

CASE_TABS: tuple[tuple[str, str], ...] = (
    ("cases:case", "Timeline"),
    ("cases:documents", "Documents"),
    ("letters:letters", "Letters"),
    ("assessments:service-answers", "About this service"),
    ("assessments:assessments", "Assessments"),
    ("assessments:outcomes", "Outcomes and goals"),
    ("assessments:plans", "Plan"),
    ("funding:case", "Funding"),
)


def case_tabs(case: Case, current: str) -> list[dict[str, object]]:
    """The tabs of `case`; `current` is the address name of the page that shows them."""
    return [
        {"label": label, "url": reverse(name, args=[case.reference]), "current": name == current}
        for name, label in CASE_TABS
    ]
