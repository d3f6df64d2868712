"""From asking on a tablet to a pack for an agency, a withdrawal, and what can be shared no more."""

from collections.abc import Callable

import pytest

from cases.models import Agency
from consent.models import Consent, Share
from consent.purposes import Purpose
from tests.factories.cases import AgencyFactory
from tests.factories.consent import PrivacyNoticeFactory, WordingFactory
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import PHONE, Visitor
from tests.smtp import Inbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_asked_on_a_tablet_sent_withdrawn_and_sent_no_more(
    visitor: Callable[..., Visitor], charity: Charity, smtp: Inbox
):
    family = a_family(charity, asks=False)
    PrivacyNoticeFactory()
    agency = AgencyFactory(name="Wrackline", email="in@wrackline.example.org")
    WordingFactory(purpose=Purpose.REFERRING_ON, text="I agree that you refer me to them.")
    record = f"/casework/people/{family.mother.reference}/consent/"

    dean = visitor()
    dean.signs_in(charity.caseworker)
    dean.page.set_viewport_size(PHONE)
    dean.opens(record)
    dean.follows("Give the notice")
    dean.chooses("How they were given it", "Read out and explained")
    dean.presses("Write it down")
    dean.reads("read out and explained")

    dean.follows("Ask on a tablet")
    dean.page.get_by_label("What they are asked", exact=True).select_option(index=1)
    dean.picks("Which agency it names", str(agency))
    dean.presses("Show the page")
    dean.reads("I agree that you refer me to them.")
    assert dean.sideways() == 0
    assert dean.axe() == []
    dean.chooses("Do you agree?", "Yes, I agree")
    dean.writes("Your name", "Amelia Hart")
    _draws(dean)
    dean.presses("Send my answer")
    dean.reads("Please give the tablet back")
    consent = Consent.objects.get(signed_name="Amelia Hart")
    assert consent.signed_drawing.startswith("M")

    page = f"/casework/cases/{family.case.reference}/send/"
    _looks_at_a_pack(dean, page, agency)
    dean.presses("Send it")
    dean.reads("works once")
    assert len(smtp.to(agency.email)) == 1

    # Between the preview of a second pack and its sending the family changes its mind.
    kim = visitor()
    kim.signs_in(charity.manager)
    _looks_at_a_pack(dean, page, agency)
    kim.opens(record)
    kim.page.locator(f"a[href$='/consents/{consent.reference}/withdraw/']").click()
    kim.reads("Wrackline was told something on it")
    kim.chooses("How they told us", "By telephone")
    kim.presses("Withdraw it")
    kim.reads("is withdrawn")
    dean.presses("Send it")
    dean.reads("was withdrawn on")
    assert Share.objects.filter(agency=agency).count() == 1
    assert len(smtp.to(agency.email)) == 1


def _draws(dean: Visitor) -> None:
    """A line with the pointer in the field for a signature."""
    field = dean.page.locator("canvas")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    dean.page.mouse.move(box["x"] + 20, box["y"] + 20)
    dean.page.mouse.down()
    dean.page.mouse.move(box["x"] + 90, box["y"] + 50)
    dean.page.mouse.up()


def _looks_at_a_pack(dean: Visitor, page: str, agency: Agency) -> None:
    """The steps of a pack: to whom, what, and a look at it."""
    dean.opens(page)
    dean.chooses("About whom", "Amelia Hart")
    dean.picks("Or to which agency", str(agency))
    dean.chooses("What lets you share it", "They gave us permission")
    dean.page.get_by_label("What for, if they gave permission", exact=True).select_option(
        "referring_on"
    )
    dean.presses("Choose what goes")
    dean.page.get_by_role("group", name="What goes to them").get_by_label("Who Amelia Hart").check()
    dean.chooses("Does the person know", "Yes")
    dean.chooses("How it goes", f"A link by e-mail to {agency.email}")
    dean.presses("Look at it")
    dean.reads("nothing has left yet")
    dean.reads("Date of birth")
