"""Each fault that the report knows is put into a good document, and found."""

import io
from collections.abc import Callable

import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk, Part
from core.pdf.press import Press
from core.pdf.report import tagging_report
from core.pdf.trees import pairs
from tests.core.pdf.documents import AT, elements, page


@pytest.fixture(scope="module")
def good(shared_press: Press, several: list[Part]) -> bytes:
    (links,) = shared_press.render([Chunk("links", page('<p><a href="chunk:first#~1">x</a></p>'))])
    return to_bytes(merge([*several[:2], links], title="Your information", at=AT))


def first(pdf: Pdf, kind: str) -> Object:
    return next(element for element in elements(pdf) if Name(f"/{kind}") == element.S)


def no_language(pdf: Pdf) -> None:
    del pdf.Root["/Lang"]


def not_marked(pdf: Pdf) -> None:
    pdf.Root.MarkInfo.Marked = False


def file_name_shown(pdf: Pdf) -> None:
    del pdf.Root["/ViewerPreferences"]


def other_title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "Another"


def no_metadata(pdf: Pdf) -> None:
    del pdf.Root["/Metadata"]


def a_form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array())


def a_file(pdf: Pdf) -> None:
    pdf.attachments["a.txt"] = b"x"


def no_tree(pdf: Pdf) -> None:
    del pdf.Root["/StructTreeRoot"]


def page_without_number(pdf: Pdf) -> None:
    del pdf.pages[0].obj["/StructParents"]


def painted_outside(pdf: Pdf) -> None:
    pdf.pages[1].contents_add(b"0 0 9 9 re f")


def mark_never_ends(pdf: Pdf) -> None:
    pdf.pages[1].contents_add(b"/Artifact BMC")


def mark_never_began(pdf: Pdf) -> None:
    pdf.pages[1].contents_add(b"EMC")


def unknown_mark(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"/P <</MCID 4000>> BDC EMC")


def mark_used_twice(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"/P <</MCID 0>> BDC EMC")


def text_within_artifact(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"/Artifact BMC /P <</MCID 4000>> BDC EMC EMC")


def artifact_within_text(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"/P <</MCID 4000>> BDC /Artifact BMC EMC EMC")


def mark_by_name(pdf: Pdf) -> None:
    pdf.pages[0].resources.Properties = Dictionary(Its=Dictionary(MCID=4000))
    pdf.pages[0].contents_add(b"/P /Its BDC EMC")


def content_gone(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/Other BMC EMC")


def text_in_a_drawing(pdf: Pdf) -> None:
    drawing = pdf.make_stream(b"/P <</MCID 1>> BDC EMC")
    drawing.Subtype = Name.Form
    pdf.pages[0].resources.XObject["/Drawing"] = drawing
    pdf.pages[0].contents_add(b"/Artifact BMC /Drawing Do EMC")


def link_without_words(pdf: Pdf) -> None:
    del pdf.pages[-1].obj.Annots[0]["/Contents"]


def link_not_in_structure(pdf: Pdf) -> None:
    pdf.pages[-1].obj.Annots[0].StructParent = 0


def link_nowhere(pdf: Pdf) -> None:
    pdf.pages[-1].obj.Annots[0].Dest = String("away")


def link_off_the_document(pdf: Pdf) -> None:
    stray = pdf.make_indirect(Dictionary(Type=Name.Page))
    pdf.pages[-1].obj.Annots[0].Dest = Array([stray, Name.Fit])


def a_comment(pdf: Pdf) -> None:
    comment = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 1, 1]))
    pdf.pages[-1].obj.Annots.append(pdf.make_indirect(comment))


def other_tab_order(pdf: Pdf) -> None:
    pdf.pages[-1].obj.Tabs = Name.R


def bookmark_nowhere(pdf: Pdf) -> None:
    pdf.Root.Outlines.First.Dest = Array()


def font_not_in_the_file(pdf: Pdf) -> None:
    font = next(iter(pdf.pages[0].resources.Font.values()))
    del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def font_without_letters(pdf: Pdf) -> None:
    del next(iter(pdf.pages[0].resources.Font.values()))["/ToUnicode"]


def two_documents(pdf: Pdf) -> None:
    pdf.Root.StructTreeRoot.K.append(pdf.Root.StructTreeRoot.K[0])


def wrong_parent(pdf: Pdf) -> None:
    first(pdf, "P").P = first(pdf, "H1")


def heading_skipped(pdf: Pdf) -> None:
    first(pdf, "H2").S = Name.H3


def picture_without_words(pdf: Pdf) -> None:
    first(pdf, "P").S = Name.Figure


def same_id(pdf: Pdf) -> None:
    headers = [element for element in elements(pdf) if element.S == Name.TH]
    headers[1].ID = headers[0].ID


def id_not_listed(pdf: Pdf) -> None:
    del pdf.Root.StructTreeRoot["/IDTree"]


def header_not_there(pdf: Pdf) -> None:
    first(pdf, "TD").A.Headers = Array([String("nobody")])


def header_without_scope(pdf: Pdf) -> None:
    del first(pdf, "TH").A["/Scope"]


def page_not_there(pdf: Pdf) -> None:
    first(pdf, "P").Pg = pdf.make_indirect(Dictionary(Type=Name.Page))


def text_twice(pdf: Pdf) -> None:
    paragraph = first(pdf, "P")
    paragraph.K = Array([*list(paragraph.K), paragraph.K[0]])


def link_forgets_structure(pdf: Pdf) -> None:
    del pdf.pages[-1].obj.Annots[0]["/StructParent"]


def index_mixed_up(pdf: Pdf) -> None:
    entry = next(
        value
        for number, value in pairs(pdf.Root.StructTreeRoot.ParentTree, "/Nums")
        if int(number) == int(pdf.pages[0].obj.StructParents)
    )
    entry[0], entry[5] = entry[5], entry[0]


def something_else_in_a_list(pdf: Pdf) -> None:
    first(pdf, "LI").S = Name.Div


FAULTS: list[tuple[Callable[[Pdf], None], str]] = [
    (no_language, "has no language"),
    (not_marked, "is not marked as tagged"),
    (file_name_shown, "shows its file name"),
    (other_title, "has no title, or two"),
    (no_metadata, "does not claim PDF/UA-1"),
    (a_form, "carries AcroForm"),
    (a_file, "carries EmbeddedFiles"),
    (no_tree, "is not tagged"),
    (page_without_number, "page 1: does not point into the structure"),
    (painted_outside, "page 2: paints with f outside"),
    (mark_never_ends, "page 2: a mark does not end"),
    (mark_never_began, "page 2: a mark ends that never began"),
    (unknown_mark, "page 1: mark 4000 is not both"),
    (mark_used_twice, "page 1: mark 0 is used twice"),
    (text_within_artifact, "page 1: mark 4000 is within an artifact"),
    (artifact_within_text, "page 1: an artifact is within text"),
    (mark_by_name, "page 1: mark 4000 is not both"),
    (content_gone, "page 1: mark 0 is not both"),
    (text_in_a_drawing, "page 1: has text in a drawing"),
    (link_without_words, "a link has no words"),
    (link_not_in_structure, "a link is not one in the structure"),
    (link_nowhere, "a link leads nowhere: away"),
    (link_off_the_document, "a link leads nowhere"),
    (a_comment, "carries a /Text"),
    (other_tab_order, "is not walked through in the order"),
    (bookmark_nowhere, "the bookmark “Case notes” leads nowhere"),
    (font_not_in_the_file, "is not in the file"),
    (font_without_letters, "does not say which letters it shows"),
    (two_documents, "is not one document"),
    (wrong_parent, "a /P does not know its parent"),
    (heading_skipped, "a heading of level 3 follows one of level 1"),
    (picture_without_words, "a picture has no words"),
    (something_else_in_a_list, "a /L holds a /Div"),
    (same_id, "2 elements have the id first/"),
    (id_not_listed, "is not both listed and used"),
    (header_not_there, "names the header nobody"),
    (header_without_scope, "does not say what it heads"),
    (page_not_there, "an element is on a page that is not there"),
    (text_twice, "belongs to two elements"),
    (link_forgets_structure, "a link and the structure do not name each other"),
    (index_mixed_up, "page 1: mark 0 does not find its element"),
]


def test_the_document_is_good_before(good: bytes) -> None:
    assert tagging_report(good) == []


@pytest.mark.parametrize(("harm", "fault"), FAULTS, ids=[harm.__name__ for harm, _ in FAULTS])
def test_each_fault_is_found(good: bytes, harm: Callable[[Pdf], None], fault: str) -> None:
    with Pdf.open(io.BytesIO(good)) as pdf:
        harm(pdf)
        faults = tagging_report(pdf)
    assert any(fault in each for each in faults), faults


def test_other_ways_of_writing_the_same_are_understood(good: bytes) -> None:
    """A single child without an array, a piece of text with its page, nested trees."""
    with Pdf.open(io.BytesIO(good)) as pdf:
        root = pdf.Root.StructTreeRoot
        paragraph = first(pdf, "P")
        heading = first(pdf, "H1")
        root.K = root.K[0]
        heading.K = heading.K[0]
        paragraph.K[0] = Dictionary(Type=Name.MCR, Pg=paragraph.Pg, MCID=paragraph.K[0])
        leaf = pdf.make_indirect(Dictionary(Nums=root.ParentTree.Nums))
        root.ParentTree = pdf.make_indirect(Dictionary(Kids=Array([leaf])))
        assert tagging_report(pdf) == []


def test_a_tree_that_bites_its_tail_ends() -> None:
    pdf = Pdf.new()
    tree = pdf.make_indirect(Dictionary(Names=Array([String("a"), 1])))
    tree.Kids = Array([tree])
    assert 1 < len(list(pairs(tree, "/Names"))) < 100


def test_opacity_in_a_stylesheet_is_noticed(shared_press: Press) -> None:
    """WeasyPrint draws it apart, where a screen reader does not find it."""
    (part,) = shared_press.render([Chunk("pale", page('<p style="opacity: 0.5">pale</p>'))])
    faults = tagging_report(merge([part], title="x", at=AT))
    assert any("text in a drawing" in fault for fault in faults)
