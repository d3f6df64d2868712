"""Every important page, on a desk and on a telephone: nothing stands in anybody's way."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import CaseRole, Kinship
from tests.cases.world import the
from tests.factories.cases import (
    AlertFactory,
    CasePersonFactory,
    PersonFactory,
    RelationshipFactory,
)
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import PHONE, WIDE, Visitor
from tests.journeys.places import (
    casework,
    desk,
    diary,
    figures,
    keeping,
    management,
    public,
    requests,
    safeguarding,
)

# What people paste into notes: nowhere to break a line.
ADDRESS = "https://www.example.org/" + "advice-for-parents-of-children-who-wake/" * 3

# The widest border or outline of an element, or of what stands before or behind its words, in pixels.
LINES = """(element) => Math.max(...[null, "::before", "::after"].flatMap((part) => {
    const style = getComputedStyle(element, part);
    return [style.borderTopWidth, style.borderLeftWidth, style.borderBottomWidth, style.outlineWidth]
        .map((width, each) => [style.borderTopStyle, style.borderLeftStyle, style.borderBottomStyle,
            style.outlineStyle][each] === "none" ? 0 : parseFloat(width));
}))"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "telephone"])
def test_nothing_is_in_anybodys_way(
    visitor: Callable[..., Visitor], charity: Charity, viewport: dict
):
    family = a_family(charity, note=f"She sent {ADDRESS} and we read it. " + "It helped. " * 80)
    aunt = PersonFactory(
        given_names="Maximiliana-Wilhelmina", family_name="Featherstonehaugh-Cholmondeley"
    )
    CasePersonFactory(case=family.case, person=aunt, role=CaseRole.RELATIVE)
    RelationshipFactory(person=aunt, other=family.child, kind=Kinship.OTHER_RELATIVE)
    findings: list[str] = []

    def looks_at(reader: Visitor, name: str = "") -> None:
        findings.extend(f"{name} {finding}" for finding in reader.axe())
        # The admin is Django's, and a desk's.
        if reader.sideways() > 0 and not reader.path.startswith("/admin/"):
            findings.append(
                f"{name} {reader.path}: {reader.sideways()} pixels wider than the window"
            )

    def looks_round(reader: Visitor, addresses: list[str]) -> None:
        for address in addresses:
            reader.opens(address)
            reader.is_answered(200)
            looks_at(reader)

    stranger = visitor(viewport=viewport)
    looks_round(stranger, public())

    newcomer = visitor(viewport=viewport)
    newcomer.signs_in(charity.newcomer)
    newcomer.reads("Confidentiality undertaking")
    looks_at(newcomer)

    dean = visitor(viewport=viewport)
    dean.signs_in(charity.caseworker)
    looks_round(dean, casework(family))
    looks_round(dean, diary(family))
    # Forms that are sent empty, with their errors.
    for path, button in (
        (f"/casework/cases/{family.case.reference}/notes/add/", "Save the note"),
        ("/casework/referrals/add/", "Take in the referral"),
        ("/requests/add/", "Record the request"),
        ("/safeguarding/raise/", "Send it"),
    ):
        dean.opens(path)
        dean.presses(button)
        dean.reads("There is a problem")
        dean.is_answered(422)
        looks_at(dean, "with errors:")
    dean.opens("/there-is-no-such-page/")
    looks_at(dean)

    priya = visitor(viewport=viewport)
    priya.signs_in(charity.manager)
    looks_round(priya, management(family))
    looks_round(priya, figures())

    # Two hold the role, so that everything can be done.
    lead, _ = the(Role.SAFEGUARDING_LEAD), the(Role.SAFEGUARDING_LEAD)
    ruth = visitor(viewport=viewport)
    ruth.signs_in(lead)
    looks_round(ruth, safeguarding(family))

    dpo = visitor(viewport=viewport)
    dpo.signs_in(charity.dpo)
    looks_round(dpo, requests(family))
    looks_round(dpo, desk(family))
    looks_round(dpo, keeping(family))

    assert findings == []


def test_nothing_is_lost_in_forced_colours(visitor: Callable[..., Visitor], charity: Charity):
    """Whoever chose their own few colours still sees alerts, tags, charts, errors and where they are."""
    family = a_family(charity)
    AlertFactory(person=family.mother, recorded_by=charity.caseworker)
    dean = visitor(colours="active")
    dean.signs_in(charity.caseworker)
    findings: list[str] = []
    for address in (
        reverse("cases:work"),
        reverse("cases:case", args=[family.case.reference]),
        reverse("cases:person", args=[family.mother.reference]),
        reverse("cases:person-family", args=[family.mother.reference]),
        reverse("cases:note-add", args=[family.case.reference]),
        reverse("assessments:outcomes", args=[family.case.reference]),
        reverse("core:gallery"),
    ):
        dean.opens(address)
        findings += dean.axe()
    # What colour alone would say is said by a line as well: the page one is on, an alert, a tag.
    dean.opens(reverse("cases:case", args=[family.case.reference]))
    for selector in (".app-alerts__item", ".govuk-tag", "[aria-current=page]"):
        assert dean.page.locator(selector).first.evaluate(LINES) > 0, selector
    assert findings == []
