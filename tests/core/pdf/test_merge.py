"""Merged parts are one document: one tree, one set of numbers, links that lead where they say."""

import gc
import io
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Pdf, String

from core.pdf.everywhere import raw_parts
from core.pdf.links import add_bookmarks
from core.pdf.merge import Binding, merge, to_bytes
from core.pdf.parts import Chunk, Heading, MergeFailed, Part
from core.pdf.press import Press
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from core.pdf.trees import pairs
from core.pdf.whole import Whole
from tests.core.pdf.documents import AT, elements, everything_in, kinds, page


def merged(parts: list[Part], **words: str) -> Pdf:
    return merge(parts, title="Your information", at=AT, **words)


def link_chunk(key: str, *addresses: str) -> Chunk:
    body = "".join(f'<p><a href="{address}">link</a></p>' for address in addresses)
    return Chunk(key, page(body))


def annotations(pdf: Pdf) -> list[Dictionary]:
    return [each for one in pdf.pages for each in one.obj.get("/Annots", Array())]


def place_of(pdf: Pdf, name: str) -> int:
    """The page, from 1, that a named destination is on."""
    tree = {str(key): value for key, value in pairs(pdf.Root.Names.Dests, "/Names")}
    return [one.obj.objgen for one in pdf.pages].index(tree[name][0].objgen) + 1


@pytest.mark.parametrize("count", [1, 2, 3])
def test_no_fault_is_found(several: list[Part], count: int) -> None:
    parts = several[:count]
    pdf = merged(parts)
    assert tagging_report(pdf) == []
    content = to_bytes(pdf)
    assert tagging_report(content) == []
    assert len(text_of(content)) == sum(part.pages for part in parts)


def test_every_page_has_the_words_it_had(several: list[Part]) -> None:
    content = to_bytes(merged(several))
    gc.collect()  # the parts' own files may be gone by the time it is written
    assert text_of(content) == [words for part in several for words in text_of(part.pdf)]


def test_one_document_in_reading_order(several: list[Part]) -> None:
    pdf = merged(several)
    found = kinds(pdf)
    assert found.count("Document") == 1
    assert [kind for kind in found if kind in ("H1", "H2")] == (
        ["H1"] + ["H2"] * 6 + ["H1"] + ["H2"] * 12
    )
    separately = []
    for part in several:
        with Pdf.open(io.BytesIO(part.pdf)) as alone:
            separately += kinds(alone)[1:]
    # Only links differ: those that WeasyPrint made within another link are gone.
    assert [kind for kind in found[1:] if kind != "Link"] == [
        kind for kind in separately if kind != "Link"
    ]


def test_lines_are_no_elements_of_their_own(several: list[Part]) -> None:
    pdf = merged(several)
    paragraph = next(element for element in elements(pdf) if element.S == Name.P)
    assert len(paragraph.K) > 3
    assert all(isinstance(kid, int) for kid in paragraph.K)
    assert kinds(pdf).count("Span") == kinds(pdf).count("Link") / 2  # the <em> in each first link


def test_a_part_carries_no_element_that_nothing_leads_to(several: list[Part]) -> None:
    for part in several:
        with Pdf.open(io.BytesIO(part.pdf)) as pdf:
            carried = [
                thing
                for thing in pdf.objects
                if isinstance(thing, Dictionary) and thing.get("/Type") == Name.StructElem
            ]
            assert len(carried) == len(list(elements(pdf))) > 10


def test_a_part_is_let_go_as_soon_as_it_is_laid_in(
    several: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Pdf] = []
    plain = Pdf.open

    def remember(file: io.BytesIO) -> Pdf:
        opened.append(plain(file))
        return opened[-1]

    monkeypatch.setattr("core.pdf.merge.Pdf.open", remember)
    binding = Binding()
    for part in several:
        assert len(binding.lay(part).pages) == part.pages
        gc.collect()
        # Nobody holds it but this list and the question itself.
        holders = sys.getrefcount(opened[-1])
        assert holders == 2
    assert len(opened) == len(several)


def test_tables_of_all_chunks_keep_their_headers(several: list[Part]) -> None:
    pdf = merged(several)
    headers = [element for element in elements(pdf) if element.S == Name.TH]
    names = [str(element.ID) for element in headers]
    assert len(names) == len(set(names)) > 90
    assert {name.partition("/")[0] for name in names} == {"first", "second", "third"}
    assert {str(element.A.Scope) for element in headers} == {"/Row", "/Column"}
    cells = [element for element in elements(pdf) if element.S == Name.TD]
    for cell in cells:
        assert len(cell.A.Headers) == 2  # its row's and its column's
        assert set(map(str, cell.A.Headers)) <= set(names)
    # The second chunk's table runs over pages: its head is repeated on each, with ids of its own.
    assert several[1].pages > 2


def test_bookmarks_of_all_chunks_are_one_tree(several: list[Part]) -> None:
    pdf = Pdf.open(io.BytesIO(to_bytes(merged(several))))

    def titles(items: list[OutlineItem]) -> list[object]:
        return [[item.title, *titles(item.children)] for item in items]

    with pdf.open_outline() as outline:
        tree = titles(outline.root)
        last = outline.root[1].children[-1]
    # The continuation's notes stand under the chapter that began in the chunk before.
    assert tree == [
        [
            "Case notes",
            *([f"Note {number} of first"] for number in range(3)),
            *([f"Note {number} of second"] for number in range(3)),
        ],
        ["Telephone calls", *([f"Note {number} of third"] for number in range(12))],
    ]
    assert last.destination[0].objgen == pdf.pages[-1].obj.objgen


def test_links_within_a_chunk_stay_within_it(several: list[Part]) -> None:
    pdf = merged(several)
    for number, one in enumerate(pdf.pages):
        for link in one.obj.get("/Annots", Array()):
            if "/Dest" in link:
                own = next(
                    part.key
                    for index, part in enumerate(several)
                    if number < sum(each.pages for each in several[: index + 1])
                )
                assert str(link.Dest) == f"{own}/note-0"
    assert place_of(pdf, "first/note-0") == 1
    assert place_of(pdf, "second/note-0") == several[0].pages + 1


def test_links_lead_across_chunks(shared_press: Press, several: list[Part]) -> None:
    (links,) = shared_press.render(
        [
            link_chunk(
                "links", "chunk:third#note-11", "chunk:second#~2", "chunk:third", "chunk:first#~"
            )
        ]
    )
    pdf = merged([links, *several])
    first = 1 + links.pages
    third = first + several[0].pages + several[1].pages
    last = third + several[2].pages - 1
    note_2 = first + several[0].pages + several[1].headings[2].page - 1
    found = [(str(link.Dest), str(link.Contents)) for link in annotations(pdf)[:4]]
    assert found == [
        ("third/note-11", f"Go to page {last}"),
        ("second/~2", f"Go to page {note_2}"),
        ("third/~", f"Go to page {third}"),
        ("first/~", f"Go to page {first}"),
    ]
    assert [place_of(pdf, name) for name, _ in found] == [last, note_2, third, first]
    assert tagging_report(pdf) == []


@pytest.mark.parametrize("address", ["chunk:nobody", "chunk:first#nothing", "chunk:first#~99"])
def test_a_link_that_leads_nowhere_stops_the_merge(
    shared_press: Press, several: list[Part], address: str
) -> None:
    (links,) = shared_press.render([link_chunk("links", address)])
    with pytest.raises(MergeFailed, match="nowhere in the document"):
        merged([links, *several])


def test_links_outward_are_kept_and_others_taken_off(shared_press: Press) -> None:
    outward = ["https://ico.org.uk/", "http://x.example/", "mailto:a@b.example", "tel:01519321163"]
    others = [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "relative.pdf",
        "ftp://x.example/",
        "//x",
    ]
    parts = shared_press.render([link_chunk("out", *outward), link_chunk("other", *others)])
    pdf = merged(parts)
    assert [str(link.A.URI) for link in annotations(pdf)] == outward
    assert [str(link.Contents) for link in annotations(pdf)] == outward
    assert tagging_report(pdf) == []
    content = to_bytes(pdf)
    assert text_of(content)[1].split() == ["link"] * len(others)
    for word in (b"passwd", b"javascript", b"relative.pdf", b"gopher"):
        assert word not in everything_in(content)


def test_a_link_is_announced_once(shared_press: Press) -> None:
    html = '<p><a href="https://ico.org.uk/">the <em>whole <b>long</b></em> name</a></p>'
    (part,) = shared_press.render([Chunk("nested", page(html))])
    with Pdf.open(io.BytesIO(part.pdf)) as alone:
        assert len(annotations(alone)) > 1  # what WeasyPrint makes of it
    pdf = merged([part])
    assert len(annotations(pdf)) == 1
    assert tagging_report(pdf) == []


def test_only_names_that_are_used_are_written(shared_press: Press) -> None:
    html = '<p id="case-4711">x</p><p id="used">y</p><a href="#used">z</a>'
    (part,) = shared_press.render([Chunk("ids", page(html))])
    content = everything_in(to_bytes(merged([part])))
    assert b"ids/used" in content
    assert b"case-4711" not in content
    assert b"Dests" not in everything_in(to_bytes(merged(shared_press.render([link_chunk("n")]))))


def test_what_the_file_says_about_itself(several: list[Part]) -> None:
    pdf = merged(several, author="Parenting 2000", subject="Request SAR-2026-0012 & <more>")
    info = {key: str(value) for key, value in pdf.docinfo.items()}
    assert info == {
        "/Title": "Your information",
        "/Author": "Parenting 2000",
        "/Subject": "Request SAR-2026-0012 & <more>",
        "/CreationDate": "D:20260903143000+00'00",
        "/ModDate": "D:20260903143000+00'00",
    }
    assert str(pdf.Root.Lang) == "en-GB"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    metadata = pdf.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert metadata["dc:title"] == "Your information"
    assert metadata["dc:creator"] == ["Parenting 2000"]
    assert metadata["dc:description"] == "Request SAR-2026-0012 & <more>"
    assert metadata["xmp:CreateDate"] == "2026-09-03T14:30:00+00:00"
    content = everything_in(to_bytes(pdf))
    for leftover in (b"WeasyPrint", b"pikepdf", b"PackHeadings", b"/PieceInfo", b"uuid"):
        assert leftover not in content


def test_a_moment_in_summer_is_told_with_its_offset(several: list[Part]) -> None:
    at = datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Europe/London"))
    pdf = merge(several[:1], title="x", at=at)
    assert str(pdf.docinfo["/CreationDate"]) == "D:20260701090000+01'00"


def test_same_parts_and_moment_give_the_same_bytes(several: list[Part]) -> None:
    assert to_bytes(merged(several)) == to_bytes(merged(several))
    assert to_bytes(merged(several)) != to_bytes(merge(several, title="Other", at=AT))


@pytest.mark.parametrize("order", [*permutations(range(3)), (2,), (2, 0), ()])
def test_parts_that_are_laid_in_before_their_turn_stand_in_their_order(
    several: list[Part], order: tuple[int, ...]
) -> None:
    binding = Binding()
    for number in order:
        binding.lay(several[number])
    content = to_bytes(merge(several, title="Your information", at=AT, binding=binding))
    assert tagging_report(content) == []
    alone = to_bytes(merged(several))
    assert text_of(content) == text_of(alone)
    with Pdf.open(io.BytesIO(content)) as one, Pdf.open(io.BytesIO(alone)) as other:
        assert kinds(one) == kinds(other)
        assert [page.obj.StructParents for page in one.pages] == [
            page.obj.StructParents for page in other.pages
        ]


def test_of_a_part_that_was_laid_in_and_is_not_wanted_nothing_is_left(
    several: list[Part], shared_press: Press
) -> None:
    (other,) = shared_press.render([Chunk("other", page("<h1>Quillfeather</h1><p>Larch</p>"))])
    binding = Binding()
    for part in (several[0], other, several[2]):
        binding.lay(part)
    wanted = [several[2], several[0]]
    content = to_bytes(merge(wanted, title="Your information", at=AT, binding=binding))
    assert tagging_report(content) == []
    assert text_of(content) == text_of(to_bytes(merged(wanted)))
    assert not any(b"Quill" in part or b"Larch" in part for part in raw_parts(content))
    with (
        Pdf.open(io.BytesIO(content)) as finished,
        Pdf.open(io.BytesIO(to_bytes(merged(wanted)))) as alone,
    ):
        assert len(finished.objects) == len(alone.objects)


def test_fonts_of_two_chunks_are_not_taken_for_each_other(several: list[Part]) -> None:
    pdf = merged(several)
    names = [str(thing.FontName) for thing in pdf.objects if font_descriptor(thing)]
    assert len(names) == len(set(names)) >= 6


def font_descriptor(thing: object) -> bool:
    return isinstance(thing, Dictionary) and thing.get("/Type") == Name.FontDescriptor


def test_parts_must_be_parts(several: list[Part]) -> None:
    with pytest.raises(MergeFailed, match="nothing to merge"):
        merged([])
    with pytest.raises(MergeFailed, match="same key"):
        merged([several[0], several[0]])
    with pytest.raises(MergeFailed, match="element id that another part has"):
        merged([several[0], replace(several[0], key="copy")])
    with pytest.raises(MergeFailed, match="does not have the 7 pages"):
        merged([replace(several[0], pages=7)])
    untagged = Pdf.new()
    untagged.add_blank_page()
    out = io.BytesIO()
    untagged.save(out)
    with pytest.raises(MergeFailed, match="is not tagged"):
        merged([Part("bare", out.getvalue(), 1)])


def tampered(part: Part, change: object) -> Part:
    """The part after `change(pdf)`."""
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(part.pdf)) as pdf:
        change(pdf)  # type: ignore[operator]
        pdf.save(out)
    return replace(part, pdf=out.getvalue())


def test_only_what_belongs_to_a_pack_goes_across(several: list[Part]) -> None:
    """A part may come from elsewhere: forms, comments, files, scripts and private data stay."""

    def fill(pdf: Pdf) -> None:
        pdf.attachments["spy.txt"] = b"spy-attachment"
        script = Dictionary(S=Name.JavaScript, JS=String("spy-script"))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        one = pdf.pages[0].obj
        one.AA = Dictionary(O=script)
        one.PieceInfo = Dictionary(Spy=String("spy-private"))
        one.Annots.append(
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Text,
                    Rect=Array([0, 0, 9, 9]),
                    Contents=String("spy-comment"),
                )
            )
        )
        for link in one.Annots:
            if "/A" in link:
                link.A = Dictionary(S=Name.Launch, F=String("spy-program"))
        pdf.docinfo["/Keywords"] = "spy-keyword"

    pdf = merged([tampered(several[0], fill), several[1]])
    assert tagging_report(pdf) == []
    assert b"spy-" not in everything_in(to_bytes(pdf))


def test_words_of_a_part_for_its_own_tags_are_joined(several: list[Part]) -> None:
    def call_it(meaning: Name) -> object:
        def change(pdf: Pdf) -> None:
            pdf.Root.StructTreeRoot.RoleMap = Dictionary({"/Note1": meaning})

        return change

    first, second = several[:2]
    pdf = merged([tampered(first, call_it(Name.P)), tampered(second, call_it(Name.P))])
    assert pdf.Root.StructTreeRoot.RoleMap == Dictionary({"/Note1": Name.P})
    with pytest.raises(MergeFailed, match="means something else by /Note1"):
        merged([tampered(first, call_it(Name.P)), tampered(second, call_it(Name.H1))])


def test_another_program_sees_the_same_tree(several: list[Part], tmp_path: Path) -> None:
    """Poppler reads the structure with code of its own."""
    program = shutil.which("pdfinfo")
    assert program is not None, "poppler-utils is part of the set-up"
    path = tmp_path / "pack.pdf"
    path.write_bytes(to_bytes(merged(several)))
    told = subprocess.run(
        [program, "-struct-text", str(path)], check=True, capture_output=True, text=True
    )
    assert told.stderr == ""
    assert told.stdout.count("Table") == kinds(merged(several)).count("Table")
    for part in several:
        for heading in part.headings:
            assert f'"{heading.title}"' in told.stdout


def test_bookmarks_are_folded_and_lead_to_each_other_as_the_library_writes_them() -> None:
    levels = [1, 2, 3, 2, 1, 3, 2, 2]
    headings = [(n // 2, Heading(f"{n}", level, 1, 700)) for n, level in enumerate(levels)]
    ours, theirs = Pdf.new(), Pdf.new()
    for pdf in (ours, theirs):
        for _ in headings:
            pdf.add_blank_page()
    add_bookmarks(Whole(pdf=ours, document=Dictionary(), pages=list(ours.pages), headings=headings))
    with theirs.open_outline() as outline:
        above: list[tuple[int, OutlineItem]] = []
        for number, heading in headings:
            item = OutlineItem(
                heading.title, Array([theirs.pages[number].obj, Name.XYZ, 0, heading.top, 0])
            )
            item.is_closed = True
            while above and above[-1][0] >= heading.level:
                above.pop()
            (above[-1][1].children if above else outline.root).append(item)
            above.append((heading.level, item))

    def walked(item: Object) -> list[object]:
        beside = [str(item[key].Title) for key in ("/Prev", "/Next", "/Last") if key in item]
        after = [walked(item[key]) for key in ("/First", "/Next") if key in item]
        return [str(item.get("/Title", "")), int(item.get("/Count", 0)), *beside, *after]

    assert walked(ours.Root.Outlines) == walked(theirs.Root.Outlines)
