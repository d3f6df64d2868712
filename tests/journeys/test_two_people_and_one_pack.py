"""Two people answer a request: one decides, the other checks and signs, and whoever asked fetches it themself."""

import re
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from core.pdf.everywhere import ocr_program
from core.pdf.text import text_of
from sar.actions.conflicts import look_for_conflicts
from sar.models import BuiltPack, Delivery, RightsRequest
from sar.pack.gather import gather
from tests.cases.world import the
from tests.factories.accounts import PASSWORD
from tests.factories.cases import CaseNoteFactory, DocumentFactory
from tests.factories.sar import EvidenceSeenFactory, RightsRequestFactory
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.test_a_name_on_a_scan import a_scan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTION = "Is the sister known by what she did for a living?"
HERS = "amelia@example.org"
PASSPHRASE = "four quiet green hills"
WHY = "She has not agreed, and would be known at once."


def test_one_prepares_another_signs_and_whoever_asked_fetches_it(
    visitor, charity: Charity, worker, smtp, tmp_path: Path
):
    family = a_family(charity, asks=False, note="Mrs Quill called. Amelia sleeps better.")
    CaseNoteFactory(case=family.case, people=[family.mother], body="Mrs Quill rang again.")
    DocumentFactory(case=family.case, people=[family.mother], content=a_scan(), format="png")
    request = RightsRequestFactory(person=family.mother, reply_email=HERS)
    EvidenceSeenFactory(request=request)
    look_for_conflicts(request=request, by=charity.dpo)
    dpo, second = visitor(), visitor()
    dpo.signs_in(charity.dpo)
    second.signs_in(the(Role.SAFEGUARDING_LEAD))

    when_a_passage_and_a_part_of_a_scan_are_withheld(dpo, request, family)
    when_one_asks_the_other_is_told_and_answers(dpo, second, request)
    then_what_was_forgotten_elsewhere_stops_the_pack(dpo, request, worker)
    when_one_decision_is_made_for_every_place(dpo, request)
    when_it_is_built_the_second_person_signs_it(dpo, second, request, worker)
    then_a_change_undoes_the_signature_and_it_is_signed_anew(dpo, second, request, worker)
    when_it_is_released_a_link_goes_out_and_the_passphrase_does_not(dpo, request)
    (letter,) = smtp.to(HERS)
    way = link_in(letter.get_content())
    amelia = visitor(viewport=PHONE)
    then_only_the_passphrase_gives_the_pack(amelia, way, tmp_path / "hers.pdf")
    then_it_stands_there_that_it_was_fetched_and_the_log_says_by_whom(dpo, request, family)
    when_it_is_recalled_the_link_is_dead(dpo, amelia, way, request)


def when_a_passage_and_a_part_of_a_scan_are_withheld(
    dpo: Visitor, request: RightsRequest, family: Family
) -> None:
    items = {(one.source, one.record_id): one for one in gather(family.mother).items}
    dpo.opens(
        reverse("sar:item", args=[request.reference, items["cases.CaseNote", family.note.pk].key])
    )
    # The proposal says why, and puts the words into the box.
    dpo.reads("so it looks like a name.")
    dpo.page.get_by_role("link", name="Withhold these words").first.click()
    dpo.chooses("Why the law allows it", "It would identify somebody else")
    dpo.writes("What you weighed", WHY)
    dpo.presses("Withhold")
    dpo.reads("Withheld, in one place.")
    expect(dpo.page.get_by_text("Withheld, in one place.")).to_be_in_viewport()
    dpo.presses("Checked: it may go out like this")

    scan = next(item for item in items.values() if item.file)
    dpo.opens(reverse("sar:item-page", args=[request.reference, scan.key, 1]))
    dpo.reads("The software cannot read it, and does not know which words a frame hides.")
    for label, per_cent in (
        ("From the left edge, in per cent", "5"),
        ("From the upper edge, in per cent", "5"),
        ("To the right, in per cent", "90"),
        ("Down to, in per cent", "40"),
    ):
        dpo.writes(label, per_cent)
    dpo.chooses("Why the law allows it", "It would identify somebody else")
    dpo.writes("What you weighed", WHY)
    dpo.presses("Withhold this part")
    dpo.reads("A part of page 1 is withheld.")


def when_one_asks_the_other_is_told_and_answers(
    dpo: Visitor, second: Visitor, request: RightsRequest
) -> None:
    note = next(one for one in gather(request.person).items if one.source == "cases.CaseNote")
    dpo.opens(reverse("sar:item-notes", args=[request.reference]))
    dpo.writes("Which entry", note.title)
    dpo.writes("What you want to say", QUESTION)
    dpo.presses("Write it")
    dpo.reads("Written.")

    second.opens(reverse("cases:work"))
    second.reads(f"Somebody wrote to you about the pack of {request}.")
    second.opens(reverse("sar:item-notes", args=[request.reference]))
    second.reads(QUESTION)
    expect(second.page.locator(".govuk-tag", has_text="New")).to_be_visible()
    assert second.axe() == []
    second.writes("Which entry", note.title)
    second.writes("What you want to say", "No. Leave it in.")
    second.presses("Write it")
    second.reads("Written.")

    dpo.opens(reverse("sar:items", args=[request.reference]))
    dpo.follows("Notes to each other (2, 1 new)")
    dpo.reads("No. Leave it in.")


def builds(dpo: Visitor, request: RightsRequest, worker) -> None:
    dpo.opens(reverse("sar:request-lever", args=[request.reference, "build"]))
    dpo.presses("Build the pack")
    dpo.reads("The pack is being built.")
    worker()
    dpo.opens(request.get_absolute_url())


def then_what_was_forgotten_elsewhere_stops_the_pack(
    dpo: Visitor, request: RightsRequest, worker
) -> None:
    builds(dpo, request, worker)
    dpo.reads("words that must not be in it were found in the finished file")
    assert dpo.page.get_by_role("link", name="Download the pack").count() == 0
    dpo.follows("See what was found in it")
    dpo.reads("“Mrs Quill”")
    dpo.reads("it is withheld")
    assert dpo.axe() == []


def when_one_decision_is_made_for_every_place(dpo: Visitor, request: RightsRequest) -> None:
    dpo.opens(reverse("sar:names", args=[request.reference]))
    dpo.follows("Mrs Quill")
    dpo.reads("Withheld in 1 of 2 places")
    dpo.chooses("What is decided", "Withhold it in all these places")
    dpo.writes("What you weighed", WHY)
    dpo.presses("Decide")
    dpo.reads("Withheld: 1 decision made.")


def signs(second: Visitor, request: RightsRequest) -> None:
    second.opens(request.get_absolute_url())
    second.follows("Sign off as the second person")
    # Nobody signs what they have not opened.
    second.reads("You have not opened this pack yet")
    with second.page.expect_download():
        second.page.get_by_role("link", name="Download the pack").click()
    second.page.get_by_label("I have read the pack from the first page to the last").check()
    second.presses("I have read it: it may go out")
    if not ocr_program():
        # One of its pages is a picture that no program read: somebody's eyes must have.
        second.is_answered(422)
        second.page.get_by_label("I have looked at each of them.", exact=False).check()
        second.presses("I have read it: it may go out")
    second.reads("Signed off by The safeguarding lead")


def when_it_is_built_the_second_person_signs_it(
    dpo: Visitor, second: Visitor, request: RightsRequest, worker
) -> None:
    builds(dpo, request, worker)
    dpo.reads("Download the pack")
    dpo.does_not_read("Sign off as the second person")
    signs(second, request)


def then_a_change_undoes_the_signature_and_it_is_signed_anew(
    dpo: Visitor, second: Visitor, request: RightsRequest, worker
) -> None:
    dpo.opens(reverse("sar:names", args=[request.reference]))
    dpo.follows("Joe Hart")
    dpo.chooses("What is decided", "Leave it in, in the whole pack")
    dpo.chooses("If it stays in: why", "The person knows it already")
    dpo.writes("What you weighed", "Her own child.")
    dpo.presses("Decide")
    dpo.reads("It stays in, wherever it stands.")
    dpo.opens(request.get_absolute_url())
    assert dpo.page.get_by_role("link", name="Release", exact=True).count() == 0
    second.opens(request.get_absolute_url())
    second.does_not_read("Sign off as the second person")
    builds(dpo, request, worker)
    assert dpo.page.get_by_role("link", name="Release", exact=True).count() == 0
    signs(second, request)


def when_it_is_released_a_link_goes_out_and_the_passphrase_does_not(
    dpo: Visitor, request: RightsRequest
) -> None:
    dpo.opens(reverse("sar:request-lever", args=[request.reference, "release"]))
    dpo.writes("Password", PASSWORD)
    dpo.presses("Go on")
    dpo.page.get_by_label("I have read the pack from the first page to the last").check()
    dpo.writes("Type the reference of the request to confirm", request.reference)
    dpo.presses("Release the pack")
    dpo.reads("Released.")
    dpo.follows("Hand it over, and see whether it was fetched")
    dpo.follows("Send a link by e-mail")
    dpo.writes("Passphrase", PASSPHRASE)
    dpo.writes("The same again", "four quiet green fields")
    identity = "How you make sure again that it is them, when you tell the passphrase"
    dpo.writes(identity, "I ring the number on her record.")
    dpo.presses("Send the link")
    dpo.is_answered(422)
    dpo.reads("The two are not the same.")
    assert dpo.has_written(identity) == "I ring the number on her record."
    dpo.writes("The same again", PASSPHRASE)
    dpo.presses("Send the link")
    dpo.reads("The link is sent. Now tell them the passphrase another way.")
    dpo.reads("Not fetched yet")


def link_in(body: str) -> str:
    """The address behind the link of the e-mail, which does not tell the passphrase."""
    assert PASSPHRASE not in body
    found = re.search(r"https?://[^/]+(/\S*/collect/\S+)", body)
    assert found is not None
    return found[1]


def then_only_the_passphrase_gives_the_pack(amelia: Visitor, way: str, file: Path) -> None:
    amelia.opens(way)
    amelia.reads("Fetch what you asked us for")
    amelia.does_not_read("Amelia")
    assert amelia.axe() == []
    assert amelia.sideways() <= 0
    amelia.writes("Passphrase", "another passphrase")
    amelia.presses("Fetch it")
    amelia.reads("Nothing was opened")
    amelia.is_answered(422)
    assert amelia.axe() == []
    amelia.writes("Passphrase", PASSPHRASE)
    with amelia.page.expect_download() as download:
        amelia.presses("Fetch it")
    download.value.save_as(file)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(file)
    clear = file.with_suffix(".clear.pdf")
    with pikepdf.open(file, password=PASSPHRASE) as pdf:
        pdf.save(clear)
    words = " ".join(text_of(clear.read_bytes()))
    assert "Amelia sleeps better." in words
    assert "rang again." in words
    assert "Quill" not in words
    assert "Not released" not in words


def then_it_stands_there_that_it_was_fetched_and_the_log_says_by_whom(
    dpo: Visitor, request: RightsRequest, family: Family
) -> None:
    sent = Delivery.objects.get()
    dpo.opens(reverse("sar:deliveries", args=[request.reference, sent.pack.name]))
    dpo.reads("By whoever has the link and the passphrase: 1 time, last on")
    dpo.reads("I ring the number on her record.")
    assert dpo.axe() == []
    entries = Entry.objects.filter(people__contains=[family.mother.pk], verb__startswith="pack.")
    done = {one.verb: one for one in entries}
    for verb, by in (
        (Verb.PACK_LINK_SENT, "The data protection officer"),
        (Verb.PACK_FETCH_FAILED, "not signed in"),
        (Verb.PACK_FETCHED, "not signed in"),
    ):
        assert by in done[verb].by
    assert done[Verb.PACK_FETCHED].at >= sent.recorded_at


def when_it_is_recalled_the_link_is_dead(
    dpo: Visitor, amelia: Visitor, way: str, request: RightsRequest
) -> None:
    pack = BuiltPack.objects.get(released_as=request)
    dpo.opens(reverse("sar:deliveries", args=[request.reference, pack.name]))
    dpo.follows("Take the link back")
    dpo.reads("It was fetched already: what they have, they have.")
    dpo.writes("Why it is taken back", "She has it, and her sister reads her e-mails.")
    dpo.presses("Take it back")
    dpo.reads("The link leads nowhere any more.")
    amelia.opens(way)
    amelia.writes("Passphrase", PASSPHRASE)
    amelia.presses("Fetch it")
    amelia.reads("Nothing was opened")
    amelia.is_answered(422)
    expect(amelia.page.get_by_role("button", name="Fetch it")).to_be_visible()
