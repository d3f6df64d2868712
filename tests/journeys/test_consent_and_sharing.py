"""From asking on a tablet to a pack for an agency, a withdrawal, and what can be shared no more."""

from collections.abc import Callable

import pytest

from accounts.roles import Role
from cases.models import Agency
from consent.models import Consent, Share
from consent.purposes import Purpose
from tests.factories.accounts import UserFactory
from tests.factories.cases import AgencyFactory, StatedPurposeFactory, checked
from tests.factories.consent import PrivacyNoticeFactory, WordingFactory
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import PHONE, Visitor
from tests.smtp import Inbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_asked_on_a_tablet_sent_withdrawn_and_sent_no_more(
    visitor: Callable[..., Visitor], charity: Charity, smtp: Inbox
):
    family = a_family(charity, asks=False)
    PrivacyNoticeFactory()
    agency = checked(AgencyFactory(name="Wrackline", email="in@wrackline.example.org"))
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


def test_an_emergency_is_written_down_afterwards_and_looked_at_and_a_family_is_referred(
    visitor: Callable[..., Visitor], charity: Charity
):
    family = a_family(charity, asks=False)
    family.child.refresh_from_db()
    surgery = AgencyFactory(name="Marlinspike Surgery")
    lead = UserFactory(full_name="Ruth Ellis", roles=[Role.SAFEGUARDING_LEAD])
    case = family.case.reference

    dean = visitor()
    dean.signs_in(charity.caseworker)
    dean.opens(f"/casework/cases/{case}/")
    dean.follows("Write in the sharing log")
    dean.chooses("About whom it was", "Joe Hart")
    dean.chooses("What came of it", "Shared")
    dean.writes("What was shared, or asked for", "That he had fainted, and what he takes.")
    dean.chooses("Who it is", "Somebody else, by name")
    dean.writes("Name", "Ambulance crew")
    dean.chooses("How it went", "In person")
    dean.page.get_by_label("What it was for", exact=True).select_option("safeguarding")
    dean.chooses("What lets you share it", "The public good outweighs confidentiality")
    dean.writes(
        "Why the public good is greater here than the person’s confidentiality", "His life."
    )
    dean.page.get_by_label("Why you shared without their consent").last.fill("He was not awake.")
    dean.chooses("Was the person told", "No")
    dean.writes("Why they were not told", "He was not awake; his mother was.")
    dean.presses("Save in the sharing log")
    dean.reads("In an emergency, say why you could not.")
    dean.writes("Or, in an emergency, why nobody could be asked before", "They were at the door.")
    dean.presses("Save in the sharing log")
    dean.reads("Why nobody could be asked before")
    share = Share.objects.get(recipient_name="Ambulance crew")

    ruth = visitor()
    ruth.signs_in(lead)
    StatedPurposeFactory(recorded_by=lead, person=family.child)
    ruth.opens("/casework/sharing-to-review/")
    ruth.reads("They were at the door.")
    ruth.follows(str(share.reference))
    ruth.chooses("Was it right to share this", "Yes")
    ruth.presses("Write it down")
    ruth.reads("It is written down that you looked at it.")

    _refers(dean, family, surgery)


def _refers(dean: Visitor, family: Family, surgery: Agency) -> None:
    """What was told rests on their asking, and what became of it is written beside it."""
    case = family.case.reference
    dean.opens(f"/casework/cases/{case}/sharing/add/?person={family.mother.reference}")
    dean.chooses("What came of it", "Shared")
    dean.writes("What was shared, or asked for", "Name and telephone, for a place in a group.")
    dean.chooses("Who it is", "An agency, nobody in particular")
    dean.picks("Which agency", str(surgery))
    dean.chooses("How it went", "By telephone")
    dean.page.get_by_label("What it was for", exact=True).select_option("own_request")
    dean.chooses("What lets you share it", "They asked us to")
    dean.writes("Who asked, when and how, and how you knew that it was them", "She, today, here.")
    dean.chooses("Was the person told", "Yes")
    dean.presses("Save in the sharing log")
    dean.follows(f"Referral to {surgery}, and what became of it")
    dean.writes("What they were asked to do", "A place in the group for young mothers.")
    dean.presses("It was a referral")
    dean.reads("Waiting for their answer")
    dean.chooses("What became of it", "They accepted")
    dean.writes("What they said, and who", "From Monday, says Dr Noor.")
    dean.presses("Save")
    dean.reads("Accepted")


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
