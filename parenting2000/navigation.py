"""The menu: what a role can do, in the order people use it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

# Permission, words, name of the page. Whoever lacks the permission, or all of several, does not see the item.
ITEMS = (
    ("cases.search_people", "My work", "cases:work"),
    ("diary.keep_diary", "Diary", "diary:own"),
    ("cases.open_record", "Cases", "cases:mine"),
    ("cases.search_people", "Find a person", "cases:search"),
    ("cases.take_referral", "Enquiries", "cases:enquiries"),
    ("cases.take_referral", "Referrals", "cases:referrals"),
    ("safeguarding.work_concerns", "Safeguarding", "safeguarding:concerns"),
    ("cases.write_entries", "Letters", "letters:waiting"),
    ("letters.manage_templates", "Letter templates", "letters:templates"),
    ("imports.import_records", "Spreadsheets", "imports:imports"),
    ("cases.keep_agencies", "Agencies", "consent:agencies"),
    ("sar.record_request", "Rights requests", "sar:requests"),
    (
        "consent.review_share|consent.authorise_share",
        "Sharing to look at",
        "consent:shares-to-review",
    ),
    ("consent.adopt_notice", "Privacy notices", "consent:notices"),
    ("planning.read_figures", "Figures", "planning:figures"),
    ("website.read_visits", "Site visits", "planning:visits"),
    ("retention.place_hold", "Keeping and destroying", "retention:schedule"),
    ("cases.review_looks", "Emergency looks", "cases:emergencies"),
    ("cases.review_looks", "Odd looks", "cases:odd-looks"),
    ("audit.read_log", "The log", "audit:log"),
    ("cases.keep_conflicts", "Conflicts of interest", "cases:conflicts"),
    ("cases.keep_seals", "Seals", "cases:seals"),
    ("accounts.enter_admin", "Admin", "admin:index"),
)


def _raise_concern(request: HttpRequest) -> str:
    """The page on which anybody raises a safeguarding concern; it knows whose page they come from."""
    address = reverse("safeguarding:raise")
    match = request.resolver_match
    reference = str(match.kwargs.get("reference", "")) if match else ""
    return f"{address}?about={reference}" if reference[:2] in {"P-", "C-"} else address


def context(request: HttpRequest) -> dict[str, Any]:
    """Template variable `navigation`: the menu of whoever is signed in; empty for the public."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {
        "raise_concern": _raise_concern(request),
        "navigation": [
            {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
            for permission, label, name in ITEMS
            if any(user.has_perm(one) for one in permission.split("|"))
        ],
    }
