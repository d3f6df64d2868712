"""Nothing is printed twice: what was made from the same words lies on the shelf."""

import threading
from collections.abc import Iterator

import pytest

from core.pdf.kept import mark_of, packed, render_kept, unpacked
from core.pdf.parts import Chunk, ChunkFailed, Part
from core.pdf.press import Press
from core.pdf.text import text_of

NO_FONT = "\U000f0042"  # for private use: nobody draws it


class Shelf(dict[str, bytes]):
    """A shelf that counts what is put on it."""

    def __init__(self) -> None:
        super().__init__()
        self.put_here: list[str] = []

    def put(self, mark: str, content: bytes) -> None:
        self.put_here.append(mark)
        self[mark] = content


def chunk(key: str, words: str) -> Chunk:
    html = f'<!doctype html><html lang="en-GB"><title>T</title><h1>{words}</h1>'
    return Chunk(key, html)


def test_only_what_changed_is_printed_and_the_rest_comes_back_as_it_was() -> None:
    shelf = Shelf()
    told = []
    with Press(css="", processes=1) as press:
        first = render_kept(press, [chunk("a", "One"), chunk("b", "Two")], shelf)
        second = render_kept(
            press,
            [chunk("a", "One"), chunk("b", "Three")],
            shelf,
            progress=lambda done, of: told.append((done, of)),
        )
    assert len(shelf.put_here) == 3
    assert second[0] == first[0]
    assert [heading.title for part in second for heading in part.headings] == ["One", "Three"]
    assert told == [(2, 2)]
    with Press(css="h1 { color: red }", processes=1) as other:
        render_kept(other, [chunk("a", "One")], shelf)
    assert len(shelf.put_here) == 4


def test_a_letter_that_no_font_has_is_said_stands_as_text_and_is_kept_so() -> None:
    """It is drawn as an empty box: whoever looks for withheld words reads it all the same."""
    shelf = Shelf()
    words = [chunk("a", "Siân"), chunk("b", f"Hart {NO_FONT}{NO_FONT} Street"), chunk("c", "Joe")]
    with Press(css="", processes=1) as press:
        first = render_kept(press, words, shelf)
        again = render_kept(press, words, shelf)
    for parts in (first, again):
        assert [part.has_boxes for part in parts] == [False, True, False]
    assert f"{NO_FONT}{NO_FONT} Street" in text_of(first[1].pdf)[0]


def test_the_first_is_printed_while_the_next_is_still_written() -> None:
    shelf = Shelf()
    with Press(css="", processes=1) as press:
        press.render([chunk("warm", "Warm")])
        printing = press._printers[0].print
        printed = threading.Event()

        def told(one: Chunk) -> Part:
            part = printing(one)
            printed.set()
            return part

        press._printers[0].print = told  # type: ignore[method-assign]

        def written() -> Iterator[Chunk]:
            yield chunk("a", "One")
            assert printed.wait(60)
            yield chunk("b", "Two")

        parts = render_kept(press, written(), shelf)
    assert [part.key for part in parts] == ["a", "b"]


def test_a_fault_in_writing_the_next_ends_the_printing_of_the_first() -> None:
    def written() -> Iterator[Chunk]:
        yield chunk("a", "One")
        raise ZeroDivisionError

    with Press(css="", processes=2) as press:
        with pytest.raises(ZeroDivisionError):
            render_kept(press, written(), Shelf())
        assert press._printers == []
        with pytest.raises(ValueError, match="same key"):
            render_kept(press, [chunk("a", "One"), chunk("a", "One")], Shelf())


def test_what_was_printed_before_a_failure_is_kept() -> None:
    shelf = Shelf()
    with Press(css="", processes=1) as press, pytest.raises(ChunkFailed):
        render_kept(press, [chunk("a", "One"), chunk("b", "\ud800")], shelf)
    assert len(shelf.put_here) == 1


def test_a_mark_tells_where_one_thing_ends() -> None:
    assert mark_of("ab", "c") != mark_of("a", "bc")
    assert mark_of("ab") == mark_of(b"ab")


def test_what_was_found_is_kept_beside_the_pages() -> None:
    assert unpacked(packed([], found=[2, 3])) == ([], {"found": [2, 3]})
