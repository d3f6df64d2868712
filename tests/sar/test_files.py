"""Documents become pages of the pack: what is in them, without what is withheld, and nothing passed over."""

import hashlib
import io
import shutil
from email.message import EmailMessage

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from pypdfium2 import PdfDocument

from core.files.keeping import keep
from core.files.office import PROGRAMS
from core.pdf.everywhere import ocr_program
from core.pdf.kept import Nowhere
from core.pdf.parts import Chunk
from core.pdf.press import ROOT, Press, render_chunks
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from letters.models import Way
from sar.actions import withholding
from sar.building import NOT_BUILT, build_pack
from sar.exemptions import RULINGS, Exemption
from sar.pack.copy import copy_for
from sar.pack.files import print_files
from sar.pack.gather import gather
from sar.pack.held import FILE
from sar.pack.looking import page_of
from sar.pack.pages import stylesheet
from sar.sending import as_sent, pdf_of
from sar.workflow import PackStatus
from tests.factories.base import change
from tests.factories.cases import DocumentFactory
from tests.factories.sar import BuiltPackFactory, RequestLetterFactory
from tests.sar.test_pack import bytes_of, squeezed

pytestmark = pytest.mark.django_db


def printed(words):
    html = f"<!doctype html><html lang='en-GB'><title>x</title><p>{words}</p>"
    css = "p { font-family: Atkinson Hyperlegible Next }"
    return render_chunks([Chunk("x", html)], css=css)[0].pdf


def picture():
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, format="PNG")
    return out.getvalue()


def a_mail():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "gp@surgery.example", "us@x.example", "Amelia"
    mail["Date"] = "Thu, 3 Sep 2026 10:00:00 +0100"
    mail.set_content("See attached. Regards, Mrs Quill")
    mail.add_attachment(
        printed("Attached words about Amelia."),
        maintype="application",
        subtype="pdf",
        filename="a.pdf",
    )
    mail.add_attachment(b"\x00\x01\x02", maintype="application", subtype="x", filename="b.bin")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "school@x.example", "Forwarded"
    inner.set_content("Words of the inner e-mail.")
    mail.add_attachment(inner)
    return mail.as_bytes()


@pytest.fixture
def document(case, amelia, worker):
    def made(content, kind, **given):
        return DocumentFactory(
            case=case, people=[amelia], content=content, format=kind, recorded_by=worker, **given
        )

    return made


def item_of(request, made):
    return next(i for i in gather(request.person).items if i.title.endswith(str(made)))


def withhold(request, made, by, **given):
    decide = withholding.withhold_area if "page" in given else withholding.withhold_passage
    return decide(
        request=request,
        item=item_of(request, made),
        exemption=Exemption.THIRD_PARTY,
        factors="Hers.",
        by=by,
        **given,
    )


def built(request):
    pack = BuiltPackFactory(request=request)
    build_pack(pack.pk)
    pack.refresh_from_db()
    return pack


def test_documents_of_every_kind_are_pages_of_the_pack(access, document, dpo):
    letter = document(printed("The report by Mrs Quill says that Amelia is well."), "pdf")
    document(b"Dear Amelia, Mrs Quill wrote. Yours.", "txt")
    mail = document(a_mail(), "eml")
    scan = document(picture(), "png")
    word = document(b"PK\x03\x04not really", "docx")
    damaged = document(b"%PDF-1.7 damaged", "pdf")
    withhold(access, letter, dpo, field=FILE, quote="Mrs  Quill")
    withhold(access, mail, dpo, field=FILE, quote="Regards, Mrs Quill")
    withhold(access, scan, dpo, page=1, left=0, top=0, right=500, bottom=500)
    pack = built(access)
    # The plain letter still has her name, which is withheld elsewhere: the check stops the pack.
    assert pack.status == PackStatus.FAILED
    assert {leak.words for leak in pack.leaks.all()} == {"Mrs Quill"}
    # Nobody can open the file that was not kept, so what stands on the page is named.
    assert all("Copies of documents" in leak.entries for leak in pack.leaks.filter(page__gt=0))
    assert pack.leaks.filter(page__gt=0)
    plain = next(i for i in gather(access.person).items if i.file and i.file.format == "txt")
    withholding.withhold_passage(
        request=access,
        item=plain,
        field=FILE,
        quote="Mrs Quill",
        exemption=Exemption.THIRD_PARTY,
        factors="Hers.",
        by=dpo,
    )
    pack = built(access)
    assert pack.failure == ""
    content = bytes_of(pack.final_file)
    assert tagging_report(content) == []
    pages = text_of(content)
    whole = squeezed("".join(pages))
    for words in (
        "Copies of documents",
        "The report by",
        "says that Amelia is well.",
        "Dear Amelia,",
        "See attached.",
        "Attached words about Amelia.",
        "Words of the inner e-mail.",
        "It is a kind of file that cannot be shown as pages.",
        "It is damaged or locked",
    ):
        assert squeezed(words) in whole, words
    assert "Quill" not in whole
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    if not any(shutil.which(program) for program in PROGRAMS):
        assert squeezed("no program that makes pages of it") in whole
    for made in (scan, word, damaged):
        assert str(made) in whole


def pages_of_files(request):
    copy = copy_for(request)
    with Press(css=stylesheet(), processes=1) as press:
        printed_files = print_files(press, copy.files, Nowhere())
    return "".join(page for part in printed_files.parts for page in text_of(part.pdf))


@pytest.mark.parametrize(
    ("way", "to"), [(Way.POST, "12 Sample Street"), (Way.EMAIL, "amelia@example.com")]
)
def test_a_letter_of_ours_about_a_request_is_shown_as_it_went_out(access, way, to):
    """Its file has no ending, and until now every one of them was “a kind of file that cannot be shown”."""
    letter = RequestLetterFactory(
        request=access, way=way, sent_to=to, body="Dear Amelia,\n\nwe have it."
    )
    content = pdf_of(letter) if letter.is_post else as_sent(letter)
    name = keep(ContentFile(content), folder="rights-letters")
    change(letter, file=name, sha256=hashlib.sha256(content).hexdigest())
    shown = squeezed(pages_of_files(access))
    assert squeezed("we have it.") in shown
    assert squeezed("cannot show it") not in shown
    assert squeezed(f"{letter.subject} (Letter about a right {letter.reference})") in shown


def test_a_document_is_called_as_people_know_it_unless_a_part_of_that_is_withheld(
    access, document, dpo
):
    review = document(b"All is well.", "txt", title="Nursery review, autumn term")
    quarrel = document(b"All is not well.", "txt", title="What Mrs Quill wrote")
    withhold(access, quarrel, dpo, field="title", quote="Mrs Quill")
    copy = copy_for(access)
    headings = {item.heading for item in copy.disclosed.items}
    called = {f"Nursery review, autumn term (Document {review})", f"Document {quarrel}"}
    assert called <= headings
    assert {file.heading for file in copy.files} == called
    shown = squeezed(pages_of_files(access))
    assert all(squeezed(heading) in shown for heading in called)
    assert "Quill" not in shown


def test_only_pages_that_no_program_read_are_named_as_pictures_by_their_numbers_in_the_pack(
    access, document
):
    document(printed("A letter before it."), "pdf")
    given = (ROOT / "tests" / "files" / "everybodys-fonts.pdf").read_bytes()
    document(given, "pdf")
    pack = built(access)
    assert pack.failure == ""
    pages = text_of(bytes_of(pack.final_file))
    first = next(n for n, page in enumerate(pages, 1) if "Dear Ms Hart" in page)
    unread = [] if ocr_program() else [first + 1, first + 2, first + 3]
    assert pack.unread_pages == unread
    # From the shelf it is the same.
    assert built(access).unread_pages == unread


def test_words_that_stand_nowhere_in_their_file_stop_the_pack(access, document, dpo):
    letter = document(b"Dear Amelia.", "txt")
    withhold(access, letter, dpo, field=FILE, quote="Mrs Quill")
    pack = built(access)
    assert pack.status == PackStatus.FAILED
    assert f"“Document {letter}” is not found there" in pack.failure


def test_the_same_file_is_shown_once_without_what_is_withheld_of_either(
    access, document, dpo, amelia, worker
):
    first = document(b"Dear Amelia, Mrs Quill wrote.", "txt")
    second = DocumentFactory(
        people=[amelia], content=b"Dear Amelia, Mrs Quill wrote.", format="txt", recorded_by=worker
    )
    withhold(access, second, dpo, field=FILE, quote="Mrs Quill")
    one, other = copy_for(access).files
    assert {one.title, other.title} == {f"Document {first}", f"Document {second}"}
    assert (one.same_as, other.same_as) == ("", one.title)
    assert one.words == other.words
    assert [quote for quote, _ in one.words] == ["Mrs Quill"]


def test_what_is_painted_black_says_why_and_each_place_is_counted(access, document, dpo):
    two = printed("Mrs Quill rang. <p style='break-before: page'>Mrs Quill and Mrs Quill came.")
    letter = document(two, "pdf", title="Report")
    text = document(b"Dear Amelia, Mrs Quill wrote. And Mrs Quill again.", "txt", title="Text")
    document(printed("Nothing of it is withheld."), "pdf", title="Whole")
    scan = document(picture(), "png", title="Scan")
    for made in (letter, text):
        withhold(access, made, dpo, field=FILE, quote="Mrs Quill")
    withhold(access, scan, dpo, page=1, left=0, top=0, right=500, bottom=500)
    withholding.withhold_area(
        request=access,
        item=item_of(access, scan),
        exemption=Exemption.CRIME,
        factors="The enquiry goes on.",
        told=False,
        by=dpo,
        page=1,
        left=0,
        top=600,
        right=500,
        bottom=700,
    )
    pack = built(access)
    assert pack.failure == ""
    content = bytes_of(pack.final_file)
    assert tagging_report(content) == []
    pages = [squeezed(page) for page in text_of(content)]

    def before(made):
        return next(
            page for page in pages if squeezed(f"Document {made}") in page and "aswekeep" in page
        )

    why = squeezed(RULINGS[Exemption.THIRD_PARTY].plain_words)
    assert f"Onpages1and2ofit:{why}" in before(letter)
    assert f"Onpage1ofit:{why}" in before(scan)
    # We are silent about the other black part.
    assert squeezed(RULINGS[Exemption.CRIME].plain_words) not in "".join(pages)
    assert sum("Whatiswithheldispaintedblack." in page for page in pages) == 2
    # Three in the letter, two in the text, one in the scan: what anybody counts who looks at the pages.
    (counted,) = [page for page in pages if "Wherethelawsaysso" in page]
    assert f"{why}{squeezed('Data Protection Act 2018, Schedule 2, paragraph 16')}06" in counted


def test_a_withheld_document_is_not_copied_and_a_decision_about_a_file_changes_the_content(
    access, document, dpo
):
    letter = document(b"Dear Amelia.", "txt")
    before = copy_for(access).disclosed.sha256
    withhold(access, letter, dpo, field=FILE, quote="Dear")
    assert copy_for(access).disclosed.sha256 != before
    withholding.withhold_item(
        request=access,
        item=item_of(access, letter),
        exemption=Exemption.PRIVILEGE,
        factors="Advice.",
        by=dpo,
    )
    assert copy_for(access).files == ()


def test_a_file_that_is_withheld_whole_is_shown_nowhere_else(access, document, dpo, amelia, worker):
    content = printed("Advice about Amelia.")
    first = document(content, "pdf")
    second = DocumentFactory(people=[amelia], content=content, format="pdf", recorded_by=worker)
    withholding.withhold_item(
        request=access,
        item=item_of(access, first),
        exemption=Exemption.PRIVILEGE,
        factors="Advice.",
        by=dpo,
    )
    pack = built(access)
    assert pack.status == PackStatus.FAILED
    assert f"withheld as “Document {first}” and shown in “Document {second}”" in pack.failure
    withholding.withhold_item(
        request=access,
        item=item_of(access, second),
        exemption=Exemption.PRIVILEGE,
        factors="Advice.",
        by=dpo,
    )
    assert copy_for(access).files == ()
    # It came with an e-mail as well.
    mail = EmailMessage()
    mail["From"], mail["Date"] = "gp@surgery.example", "Thu, 3 Sep 2026 10:00:00 +0100"
    mail.set_content("See attached.")
    mail.add_attachment(content, maintype="application", subtype="pdf", filename="a.pdf")
    third = document(mail.as_bytes(), "eml")
    pack = built(access)
    assert pack.status == PackStatus.FAILED
    assert f"shown in “Document {third}”" in pack.failure


def test_what_is_withheld_of_a_file_is_withheld_where_it_came_with_an_e_mail_as_well(
    access, document, dpo
):
    """Also what no program reads: a part of a scan. Its own words are still missed where they are not."""
    scan, letter, text = picture(), printed("Of Amelia and Mrs Quill."), b"Amelia. Mrs Vane rang."
    for content, kind, given in (
        (scan, "png", {"page": 1, "left": 0, "top": 0, "right": 500, "bottom": 500}),
        (letter, "pdf", {"field": FILE, "quote": "Mrs Quill"}),
        (text, "txt", {"field": FILE, "quote": "Mrs Vane"}),
    ):
        withhold(access, document(content, kind), dpo, **given)
    mail = EmailMessage()
    mail["From"], mail["Date"] = "gp@surgery.example", "Thu, 3 Sep 2026 10:00:00 +0100"
    mail.set_content("See what is attached.")
    mail.add_attachment(b"Another text.", maintype="text", subtype="plain", filename="o.txt")
    for content, kind in ((letter, "pdf"), (text, "txt"), (scan, "png")):
        mail.add_attachment(content, maintype="application", subtype="x", filename=f"a.{kind}")
    came = document(mail.as_bytes(), "eml")
    copy = next(one for one in copy_for(access).files if one.title == f"Document {came}")
    with Press(css=stylesheet(is_large=False)) as press:
        made = print_files(press, [copy], Nowhere())
    assert made.withheld == {RULINGS[Exemption.THIRD_PARTY].plain_words: 3}
    said = " ".join(page for part in made.parts for page in text_of(part.pdf))
    assert "Amelia" in said
    assert not any(name in said for name in ("Quill", "Vane"))
    last = PdfDocument(made.parts[-1].pdf)[0].render(scale=1).to_pil().convert("RGB")
    assert last.getpixel((last.width // 4, last.height // 4)) == (0, 0, 0)

    missed = withhold(access, came, dpo, field=FILE, quote="Mrs Nowhere")
    assert f"“Document {came}” is not found there" in built(access).failure
    # A text that is withheld whole where it is held alone is not shown as a part either.
    withholding.undo_withholding(withholding=missed, by=dpo)
    hidden = document(b"Another text.", "txt")
    withholding.withhold_item(
        request=access,
        item=item_of(access, hidden),
        exemption=Exemption.PRIVILEGE,
        factors="Advice.",
        by=dpo,
    )
    assert f"“Document {hidden}” and shown in “Document {came}”" in built(access).failure


def test_a_file_that_is_another_now_or_fails_strangely_stops_the_pack_and_is_named(
    access, document, monkeypatch
):
    letter = document(b"Dear Amelia.", "txt")
    with default_storage.open(letter.file, "wb") as file:
        file.write(b"Dear Bob.")
    pack = built(access)
    assert pack.status == PackStatus.FAILED
    assert f"“Document {letter}” could not be gathered" in pack.failure
    with default_storage.open(letter.file, "wb") as file:
        file.write(b"Dear Amelia.")

    def fails(*_given):
        raise ZeroDivisionError("Dear Amelia")

    monkeypatch.setattr("sar.pack.files.all_within", fails)
    pack = built(access)
    assert f"“Document {letter}” could not be gathered" in pack.failure
    assert "Dear Amelia" not in pack.failure


def test_a_build_that_fails_as_nobody_expected_says_so(access, document, monkeypatch):
    document(b"Dear Amelia.", "txt")

    def fails(*_given, **_more):
        raise ZeroDivisionError("Dear Amelia")

    monkeypatch.setattr("sar.building.print_pack", fails)
    pack = built(access)
    assert (pack.status, pack.failure) == (PackStatus.FAILED, NOT_BUILT)


def test_what_a_file_holds_beside_its_pages_is_said_in_the_pack(access, document):
    with Pdf.open(io.BytesIO(printed("Amelia is well."))) as pdf:
        pdf.attachments["x.txt"] = b"Not seen."
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=String("Not seen.")
        )
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        out = io.BytesIO()
        pdf.save(out)
    letter = document(out.getvalue(), "pdf")
    pack = built(access)
    assert pack.failure == ""
    whole = squeezed("".join(text_of(bytes_of(pack.final_file))))
    assert squeezed("the file holds 1 comment and 1 attached file, which may not stand") in whole
    assert squeezed("Not seen.") not in whole
    seen = page_of(item_of(access, letter).file, 1, title="It")
    assert [one.cannot for one in seen.besides] == [
        "Besides its pages the file holds 1 comment and 1 attached file, which may not stand on them."
    ]
