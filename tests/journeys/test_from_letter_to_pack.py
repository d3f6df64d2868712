"""Somebody writes for a copy of what is held about them: from the letter to the pack in her hands, and closed."""

import re
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from core.dates import plain
from core.pdf.text import text_of
from core.privacy import Section
from sar.deadlines import deadline_of
from sar.models import RightsRequest, SignOff
from sar.queries.holds import what_holds
from sar.workflow import RequestStatus
from tests.cases.world import the
from tests.factories.accounts import PASSWORD
from tests.factories.cases import ContactPointFactory, PersonFactory
from tests.factories.sar import RightsRequestFactory
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEIGHBOUR = "The neighbour, Mrs Quill, called the police twice."
NOTE = f"Amelia sleeps better. <script>alert(1)</script> {NEIGHBOUR} We meet again on Tuesday."
HERS = "amelia@example.org"
PASSPHRASE = "seven quiet herons at noon"
LETTER = "Please send me everything you have about me and Joe."


def test_a_letter_comes_and_a_pack_goes_out(
    visitor, charity: Charity, worker, smtp, tmp_path: Path
):
    family = a_family(charity, note=NOTE)
    ContactPointFactory(
        person=family.mother, kind="email", value=HERS, value_sought=HERS, safe_for_messages=True
    )
    # Another request, of somebody else, that is due earlier.
    earlier = RightsRequestFactory(
        person=PersonFactory(given_names="Ben", family_name="Osei"),
        received_on=timezone.localdate() - timedelta(days=20),
    )
    dean, dpo = visitor(), visitor()

    given_a_caseworker_records_the_letter(dean, charity, family)
    when_the_dpo_opens_the_desk_the_earlier_deadline_stands_first(dpo, charity, earlier)
    then_the_day_is_explained_and_nobody_can_type_another(dpo)
    when_the_dpo_acknowledges_it(dpo)
    then_nothing_can_be_released_before_it_is_known_who_asks(dpo)
    when_the_dpo_records_that_identity_was_seen(dpo)
    when_the_dpo_withholds_what_is_about_the_neighbour(dpo)
    when_the_pack_is_built_the_bar_comes_to_its_end_by_itself(dpo, worker)
    then_the_pack_holds_everything_but_what_is_withheld(dpo, tmp_path / "draft.pdf", family)
    then_the_dpo_cannot_release_what_nobody_else_has_read(dpo)
    when_a_second_person_reads_it_and_signs_it_off(visitor(), tmp_path / "checked.pdf")
    when_the_dpo_releases_it_the_answer_is_final(dpo)
    then_the_pack_is_no_longer_marked_as_a_draft(dpo, tmp_path / "final.pdf")
    then_the_log_says_who_read_the_pack(dpo, charity, family)
    when_the_dpo_writes_the_answer_and_sends_a_link(dpo, worker, smtp)
    when_she_fetches_it_with_the_passphrase(visitor(), smtp, tmp_path / "hers.pdf")
    then_the_request_is_closed_and_nothing_is_left_to_do(dpo)


def given_a_caseworker_records_the_letter(dean: Visitor, charity: Charity, family: Family) -> None:
    dean.signs_in(charity.caseworker)
    dean.follows("Rights requests")
    dean.follows("Record a request")
    dean.chooses("What they ask for", "A copy of what we hold (access)")
    dean.writes("Reference of the person", family.mother.reference)
    dean.chooses("How it came", "By letter")
    dean.writes_day("Day it was received", timezone.localdate() + timedelta(days=1))
    dean.writes("What they asked, in their words", LETTER)
    dean.writes("A safe way to reach them", "By post to her mother’s address.")
    dean.presses("Record the request")
    dean.reads("This day has not come yet.")
    dean.is_answered(422)
    assert dean.has_written("What they asked, in their words") == LETTER

    dean.writes_day("Day it was received", timezone.localdate() - timedelta(days=7))
    dean.presses("Record the request")
    dean.reads(f"{asked().reference} is recorded. The time runs.")
    dean.reads("Amelia Hart")
    # Working on it is not a caseworker's task.
    assert dean.can_do_now() == []


def when_the_dpo_opens_the_desk_the_earlier_deadline_stands_first(
    dpo: Visitor, charity: Charity, earlier: RightsRequest
) -> None:
    dpo.signs_in(charity.dpo)
    dpo.follows("Admin")
    dpo.follows("Requests")
    rows = dpo.page.locator("#result_list tbody tr")
    expect(rows.nth(0)).to_contain_text(earlier.reference)
    expect(rows.nth(1)).to_contain_text(asked().reference)
    expect(rows.nth(1)).to_contain_text("Amelia Hart")
    dpo.follows(asked().reference)
    dpo.reads(LETTER)


def then_the_day_is_explained_and_nobody_can_type_another(dpo: Visitor) -> None:
    standing = deadline_of(asked(), timezone.localdate())
    dpo.reads(standing.due_in_words)
    dpo.reads(f"received {plain(asked().received_on)}")
    for sentence in standing.deadline.explanation:
        dpo.reads(sentence)
    assert dpo.page.locator("input[name*=due], input[name*=deadline]").count() == 0


def when_the_dpo_acknowledges_it(dpo: Visitor) -> None:
    pulls(dpo, "Acknowledge", "The person was told that it has come")
    dpo.reads("acknowledged by The data protection officer")
    assert lever(dpo, "Acknowledge").count() == 0


def then_nothing_can_be_released_before_it_is_known_who_asks(dpo: Visitor) -> None:
    dpo.reads("It is not established yet who asks.")
    assert lever(dpo, "Release").count() == 0
    desk = dpo.path
    dpo.opens(f"/requests/{asked().reference}/release/")
    dpo.is_answered(409)
    dpo.reads("“Release” cannot be done")
    assert dpo.axe() == []
    dpo.opens(desk)


def when_the_dpo_records_that_identity_was_seen(dpo: Visitor) -> None:
    lever(dpo, "Identity seen").click()
    dpo.chooses("How we know who they are", "Known to a worker")
    dpo.presses("It is established who asks")
    dpo.reads("It is recorded how we know who asks.")
    dpo.does_not_read("It is not established yet who asks")


def when_the_dpo_withholds_what_is_about_the_neighbour(dpo: Visitor) -> None:
    dpo.follows("Check what is held, and withhold what must not go out")
    dpo.reads("What is held about Amelia Hart")
    dpo.picks("Part of the record", Section.NOTES.value)
    dpo.presses("Show")
    dpo.page.locator("main table").get_by_role("link").first.click()
    dpo.reads(NOTE)
    dpo.writes("The passage", "Mrs Quill, shouted.")
    dpo.chooses("Why the law allows it", "It would identify somebody else")
    dpo.writes("What you weighed", "She has not agreed, and would be known at once.")
    dpo.presses("Withhold")
    dpo.is_answered(422)
    dpo.writes("The passage", NEIGHBOUR)
    dpo.presses("Withhold")
    dpo.reads("Withheld, in one place.")
    dpo.reads("[withheld: It is about somebody else, who has a right to privacy as well.]")
    assert dpo.axe() == []
    dpo.opens("/admin/sar/rightsrequest/")
    dpo.follows(asked().reference)


def when_the_pack_is_built_the_bar_comes_to_its_end_by_itself(dpo: Visitor, worker) -> None:
    pulls(dpo, "Build the pack", "Build the pack")
    dpo.reads("The pack is being built.")
    dpo.follows("See how far it is")
    expect(dpo.page.get_by_role("progressbar")).to_be_visible()
    assert dpo.axe() == []
    worker()
    # Nobody presses anything: the page asks.
    expect(dpo.page.get_by_role("link", name="Download the pack")).to_be_visible()
    assert asked().status == RequestStatus.READY


def then_the_pack_holds_everything_but_what_is_withheld(
    dpo: Visitor, file: Path, family: Family
) -> None:
    pages = downloads(dpo, file)
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Amelia Hart" in page
        assert asked().reference in page
        assert "Not released" in page
    words = squeezed(" ".join(pages))
    for told in (
        "Amelia sleeps better.",
        "<script>alert(1)</script>",
        "We meet again on Tuesday.",
        "It is about somebody else, who has a right to privacy as well.",
        family.share.agency.name,
        family.share.what,
    ):
        assert squeezed(told) in words
    for withheld in ("Quill", "police"):
        assert withheld not in words


def then_the_dpo_cannot_release_what_nobody_else_has_read(dpo: Visitor) -> None:
    dpo.follows("Back to the request")
    dpo.does_not_read("Sign off as the second person")
    assert dpo.page.get_by_role("link", name="Release", exact=True).count() == 0


def when_a_second_person_reads_it_and_signs_it_off(second: Visitor, file: Path) -> None:
    second.signs_in(the(Role.SAFEGUARDING_LEAD))
    second.opens(asked().get_absolute_url())
    downloads(second, file)
    second.follows("Sign off as the second person")
    second.presses("I have read it: it may go out")
    second.is_answered(422)
    second.page.get_by_label("I have read the pack from the first page to the last").check()
    second.writes("What you looked at", "The note about the neighbour.")
    assert second.axe() == []
    second.presses("I have read it: it may go out")
    second.reads("Signed off by The safeguarding lead")
    second.does_not_read("Check what is held")


def when_the_dpo_releases_it_the_answer_is_final(dpo: Visitor) -> None:
    dpo.opens(asked().get_absolute_url())
    dpo.follows("Release")
    dpo.reads("Is it still you?")
    dpo.writes("Password", PASSWORD)
    dpo.presses("Go on")
    dpo.page.get_by_label("I have read the pack from the first page to the last").check()
    dpo.writes("Type the reference of the request to confirm", "Q-999999")
    dpo.presses("Release the pack")
    dpo.reads(f"Type {asked().reference} to confirm.")
    dpo.is_answered(422)
    dpo.writes("Type the reference of the request to confirm", asked().reference)
    dpo.presses("Release the pack")
    dpo.reads("Released.")
    dpo.reads("released by The data protection officer")
    assert dpo.can_do_now() == ["Correct where to write to them"]
    assert dpo.axe() == []
    assert asked().status == RequestStatus.RELEASED


def then_the_pack_is_no_longer_marked_as_a_draft(dpo: Visitor, file: Path) -> None:
    assert not any("Not released" in page for page in downloads(dpo, file))


def then_the_log_says_who_read_the_pack(dpo: Visitor, charity: Charity, family: Family) -> None:
    reads = Entry.objects.filter(verb=Verb.PACK_READ, people__contains=[family.mother.pk])
    # Whoever signs it off has read the very file; the DPO read the draft before and the answer after.
    signer = SignOff.objects.get().recorded_by_id
    assert sorted(entry.by_id for entry in reads) == sorted(
        [charity.dpo.pk, signer, charity.dpo.pk]
    )
    assert signer != charity.dpo.pk
    dpo.opens(f"/casework/people/{family.mother.reference}/looks/")
    # The request is answered, so it explains no look any more.
    dpo.reads(f"Why do you open {family.mother.reference}?")
    dpo.writes("Why, in a sentence", "To check that the answer is in the log.")
    dpo.presses("Open the record")
    dpo.reads("pack, read")
    dpo.reads("request, released")


def when_the_dpo_writes_the_answer_and_sends_a_link(dpo: Visitor, worker, smtp) -> None:
    dpo.opens(asked().get_absolute_url())
    dpo.reads("Still to be written: the answer.")
    dpo.follows("Write a letter")
    dpo.chooses("Which letter", "The answer")
    dpo.chooses("How it goes", "By e-mail, in plain text")
    dpo.presses("Go on")
    assert dpo.axe() == []
    dpo.presses("Send the letter")
    dpo.reads("is on its way.")
    dpo.opens(asked().get_absolute_url())
    dpo.does_not_read("Still to be written")
    dpo.follows("Hand it over, and see whether it was fetched")
    dpo.reads("Not handed over yet")
    dpo.follows("Send a link by e-mail")
    dpo.writes("Passphrase", PASSPHRASE)
    dpo.writes("The same again", PASSPHRASE)
    dpo.writes("For how many days the link is open", "7")
    dpo.writes(
        "How you make sure again that it is them, when you tell the passphrase",
        "I ring her on the number we know.",
    )
    dpo.presses("Send the link")
    dpo.reads("The link is sent.")
    dpo.reads("Not fetched yet")
    worker()
    letter, link = sorted(smtp.to(HERS), key=lambda mail: "/collect/" in mail.get_content())
    for section in ("164A", "165"):
        assert f"section {section}" in letter.get_content()
    assert asked().reference not in link.get_content()


def when_she_fetches_it_with_the_passphrase(amelia: Visitor, smtp, file: Path) -> None:
    words = next(mail.get_content() for mail in smtp.to(HERS) if "passphrase" in mail.get_content())
    amelia.opens(re.search(r"https?://[^/\s]+(/\S+)", words)[1])
    amelia.does_not_read("Amelia")
    amelia.writes("Passphrase", "Guessed")
    amelia.page.get_by_role("button", name="Fetch it", exact=True).click()
    amelia.reads("The passphrase is not the right one, or this link has run out.")
    amelia.is_answered(422)
    amelia.writes("Passphrase", PASSPHRASE)
    with amelia.page.expect_download() as download:
        amelia.page.get_by_role("button", name="Fetch it", exact=True).click()
    download.value.save_as(file)
    with pikepdf.open(file, password=PASSPHRASE) as opened:
        assert opened.is_encrypted
        assert len(opened.pages) == asked().released_pack.pages


def then_the_request_is_closed_and_nothing_is_left_to_do(dpo: Visitor) -> None:
    request = asked()
    dpo.opens(f"/requests/{request.reference}/packs/{request.released_pack.name}/out/")
    dpo.reads("Fetched, and still open")
    dpo.opens("/requests/?status=answered")
    dpo.reads(request.reference)
    dpo.opens("/requests/")
    dpo.does_not_read(request.reference)
    dpo.opens(request.get_absolute_url())
    dpo.does_not_read("Still to be written")
    assert dpo.can_do_now() == ["Correct where to write to them"]
    # What was asked for is told: it holds nothing from destruction any more.
    assert what_holds(request.person) == []


def lever(dpo: Visitor, name: str):
    """What opens the small form of one lever on the desk."""
    return dpo.page.locator("summary").get_by_role("heading", name=name, exact=True)


def pulls(dpo: Visitor, name: str, button: str) -> None:
    lever(dpo, name).click()
    dpo.presses(button)


def downloads(dpo: Visitor, file: Path) -> list[str]:
    """The words of each page of the pack."""
    with dpo.page.expect_download() as download:
        dpo.page.get_by_role("link", name="Download the pack").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    download.value.save_as(file)
    return text_of(file.read_bytes())


def squeezed(text: str) -> str:
    """Without white space, which printing sets anew."""
    return "".join(text.split())


def asked() -> RightsRequest:
    return RightsRequest.objects.select_related("person").get(asked=LETTER)
