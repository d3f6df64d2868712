"""The contents tell the page on which each heading really stands, their own length included."""

import io

import pytest
from pikepdf import Array, Pdf

from core.pdf.contents import Entry, contents_chunk, entries_of, with_contents
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk, ChunkFailed, Part
from core.pdf.press import Press
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from tests.core.pdf.documents import AT, page


def check(parts: list[Part], entries: list[Entry]) -> None:
    content = to_bytes(merge(parts, title="Your information", at=AT))
    pages = text_of(content)
    for entry in entries:
        assert entry.title in pages[entry.page - 1]
    assert tagging_report(content) == []
    with Pdf.open(io.BytesIO(content)) as pdf:
        numbers = {one.obj.objgen: number for number, one in enumerate(pdf.pages, start=1)}
        names = list(pdf.Root.Names.Dests.Names)
        places = dict(zip(map(str, names[::2]), names[1::2], strict=True))
        leads = [
            numbers[places[str(link.Dest)][0].objgen]
            for one in pdf.pages
            for link in one.obj.get("/Annots", Array())
            if "~" in str(link.get("/Dest", ""))
        ]
    assert leads == [entry.page for entry in entries]


def test_one_page_of_contents(shared_press: Press, several: list[Part]) -> None:
    (cover,) = shared_press.render([Chunk("cover", page("<p>Cover</p>"))])
    seen: list[Entry] = []

    def write(entries: list[Entry]) -> Chunk:
        seen[:] = entries
        return contents_chunk(entries)

    parts = with_contents(shared_press, before=[cover], after=several, write=write)
    assert [part.key for part in parts] == ["cover", "contents", "first", "second", "third"]
    assert (seen[0].title, seen[0].page) == ("Case notes", 3)
    assert len(seen) == 20
    check(parts, seen)


def test_contents_of_many_pages_count_themselves(shared_press: Press) -> None:
    chapters = [
        Chunk(f"c{n}", page("".join(f"<h2>Heading {n}.{m}</h2>" for m in range(60))))
        for n in range(4)
    ]
    after = shared_press.render(chapters)
    seen: list[list[Entry]] = []

    def write(entries: list[Entry]) -> Chunk:
        seen.append(list(entries))
        return contents_chunk(entries)

    parts = with_contents(shared_press, before=[], after=after, write=write)
    contents = parts[0]
    assert contents.pages > 3
    assert seen[-1][0].page == contents.pages + 1
    assert len(seen) == 2  # once to measure, once for good
    check(parts, seen[-1])


def test_levels_are_chosen(several: list[Part]) -> None:
    assert [entry.title for entry in entries_of(several, levels=1)] == [
        "Case notes",
        "Telephone calls",
    ]
    last = list(entries_of(several, first_page=10))[-1]
    assert last.page == 9 + sum(part.pages for part in several)
    assert last.link == "chunk:third#~12"


def test_titles_are_text_not_html() -> None:
    chunk = contents_chunk([Entry("<b>&", 1, 3, "chunk:a#~0")], title="<i>")
    assert "&lt;b&gt;&amp;" in chunk.html
    assert "<title>&lt;i&gt;</title>" in chunk.html


def test_contents_that_never_settle(shared_press: Press, several: list[Part]) -> None:
    lengths = iter(range(2, 20))

    def write(_entries: list[Entry]) -> Chunk:
        pages = '<p style="break-before: page">x</p>' * next(lengths)
        return Chunk("odd", page(pages))

    with pytest.raises(ChunkFailed, match=r"“odd”.*does not settle"):
        with_contents(shared_press, before=[], after=several, write=write)
