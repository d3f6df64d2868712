"""A school report comes in, a letter goes out, and a case is printed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cases.models import Contact, Document
from core.pdf.text import text_of
from letters.models import Letter
from tests import samples
from tests.factories.cases import AddressFactory, ContactPointFactory, DoNotContactFactory
from tests.factories.letters import LetterTemplateFactory, TemplateVersionFactory
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def hands_in(dean: Visitor, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    dean.page.get_by_label("File", exact=True).set_input_files(path)


def test_a_report_comes_in_and_a_letter_goes_out(
    visitor, charity: Charity, worker, smtp, tmp_path: Path
):
    family = a_family(charity)
    AddressFactory(person=family.mother)
    ContactPointFactory(
        person=family.mother,
        kind="email",
        value="amelia@example.com",
        value_sought="amelia@example.com",
        safe_for_messages=True,
    )
    template = LetterTemplateFactory(name="Next visit", slug="next-visit")
    TemplateVersionFactory(template=template)
    dean = visitor()
    dean.signs_in(charity.caseworker)

    given_a_file_that_is_not_what_it_says_it_is_refused(dean, family, tmp_path)
    when_the_report_is_handed_in_its_pictures_come_by_themselves(dean, tmp_path, worker)
    when_a_letter_is_written_it_goes_by_e_mail_and_is_kept(dean, family, worker, smtp)
    then_nothing_goes_to_whoever_must_not_be_written_to(dean, family)
    then_each_printed_sheet_says_whose_it_is(dean, family)


def given_a_file_that_is_not_what_it_says_it_is_refused(
    dean: Visitor, family: Family, folder: Path
) -> None:
    dean.opens(family.case.get_absolute_url())
    dean.follows("Add a document")
    dean.chooses("What it is", "Report")
    dean.writes("Title", "School report, autumn term")
    dean.chooses("Whom it is about", "Joe Hart")
    dean.chooses("How it came to you", "By letter")
    hands_in(dean, folder / "report.pdf", b"MZ" + b"\0" * 500)
    dean.presses("Add the document")
    dean.is_answered(422)
    dean.reads("We take PDF")
    assert dean.has_written("Title") == "School report, autumn term"


def when_the_report_is_handed_in_its_pictures_come_by_themselves(
    dean: Visitor, folder: Path, worker
) -> None:
    hands_in(dean, folder / "report.pdf", samples.pdf("Joe reads well", "He counts to ten"))
    dean.presses("Add the document")
    dean.reads("The preview is being made")
    worker()
    pictures = dean.page.get_by_role("img", name=re.compile("Page 1 of 2"))
    expect(pictures).to_be_visible()
    assert dean.axe() == []
    assert pictures.evaluate("image => image.naturalWidth") == 1200
    report = Document.objects.get()
    with dean.page.expect_download() as saved:
        dean.follows("Save the file")
    assert saved.value.suggested_filename == f"{report.reference}.pdf"


def when_a_letter_is_written_it_goes_by_e_mail_and_is_kept(
    dean: Visitor, family: Family, worker, smtp
) -> None:
    dean.opens(f"{family.case.get_absolute_url()}letters/")
    dean.follows("Write a letter")
    dean.chooses("To", "Amelia Hart")
    dean.chooses("Template", "Next visit")
    dean.chooses("How it goes", "By e-mail")
    dean.presses("Go on")
    assert "Dear Amelia" in dean.has_written("Letter")
    assert dean.axe() == []
    dean.presses("Make the letter")
    dean.reads("is on its way")
    worker()
    dean.follows("Look again")
    dean.reads("Sent")
    assert dean.axe() == []
    (mail,) = smtp.to("amelia@example.com")
    assert "Dear Amelia" in mail.get_body().get_content()
    assert Contact.objects.filter(kind=Contact.Kind.EMAIL).count() == 1
    assert Letter.objects.get().dispatch.document is not None


def then_nothing_goes_to_whoever_must_not_be_written_to(dean: Visitor, family: Family) -> None:
    DoNotContactFactory(person=family.mother, reason="She asked us to wait.")
    dean.opens(f"/casework/cases/{family.case.reference}/letters/add/")
    dean.chooses("To", "Amelia Hart")
    dean.chooses("Template", "Next visit")
    dean.chooses("How it goes", "By post")
    dean.presses("Go on")
    dean.reads("She asked us to wait.")
    expect(dean.page.get_by_role("button", name="Make the letter")).to_have_count(0)


def then_each_printed_sheet_says_whose_it_is(dean: Visitor, family: Family) -> None:
    dean.opens(family.case.get_absolute_url())
    dean.follows("Print")
    # Paper takes what has come so far: it must be the sheet, and the whole of it.
    expect(dean.page).to_have_url(re.compile(r"/print/$"))
    dean.page.wait_for_load_state()
    sheets = text_of(dean.page.pdf(format="A5"))
    assert len(sheets) > 1
    for sheet in sheets:
        assert "Confidential" in sheet
        assert "Printed by Dean Okafor" in sheet
    assert dean.axe() == []


def test_the_pages_fit_a_telephone(visitor, charity: Charity):
    family = a_family(charity)
    dean = visitor(viewport=PHONE)
    dean.signs_in(charity.caseworker)
    case = family.case.get_absolute_url()
    for where in (
        f"{case}documents/add/",
        f"{case}documents/",
        f"{case}letters/",
        f"{case}paper/",
        f"{case}print/",
        "/casework/letters/",
        "/casework/paper/",
    ):
        dean.opens(where)
        assert dean.sideways() <= 0, where
        assert dean.axe() == []
