"""Many parts become one document that a screen reader reads from the first page to the last.

What makes a PDF accessible (PDF/UA-1, ISO 14289-1) is kept in one tree for the whole document: the
order of reading, what is a heading, which header a table cell belongs to. Joining pages alone loses
it. Here the trees are joined, the numbers by which pages point into them are moved along, and what
was unique in a part is made unique in the whole.

Only what is named here goes across: pages with their text, links, structure, bookmarks. Embedded
files, scripts, forms, comments and the parts' own metadata stay behind.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

from core.pdf.links import Place, add_bookmarks, add_names, find_places, places_in, settle_links
from core.pdf.metadata import describe
from core.pdf.parts import MergeFailed, Part
from core.pdf.trees import names, pairs
from core.pdf.whole import Whole, kids_of, take_off

# What a page is made of. Everything else (actions, thumbnails, private data) stays behind.
PAGE = {
    "/Type",
    "/Parent",
    "/MediaBox",
    "/CropBox",
    "/TrimBox",
    "/BleedBox",
    "/Rotate",
    "/UserUnit",
    "/Resources",
    "/Contents",
    "/Annots",
    "/StructParents",
    "/Tabs",
}


# How hard what is written is pressed together: the least saves three parts of four of the time, and costs one
# byte of thirty. What draws the pages was pressed when they were printed.
LEAST: Final = 1


@dataclass(frozen=True, slots=True)
class Laid:
    """A part whose pages and structure are in the document, and where in it its names lead to."""

    part: Part
    pages: list[Page]
    tree: Object
    places: dict[str, Place]


class Binding:
    """A document that parts are laid into as they come, in any order, while others are still printed."""

    def __init__(self) -> None:
        self.pdf = Pdf.new()
        self._laid: list[Laid] = []

    def lay(self, part: Part) -> Laid:
        """Copy the pages of `part` and its structure. Raises MergeFailed."""
        # Let go of at once: the parts of a long pack, kept open, took more memory than what they were copied into.
        with Pdf.open(io.BytesIO(part.pdf)) as source:
            tree = source.Root.get("/StructTreeRoot")
            if tree is None:
                raise MergeFailed(
                    f"The part “{part.key}” is not tagged, so it cannot be read aloud."
                )
            if len(source.pages) != part.pages:
                raise MergeFailed(
                    f"The part “{part.key}” does not have the {part.pages} pages it should."
                )
            first = len(self.pdf.pages)
            for page in source.pages:
                self.pdf.pages.append(page)
            pages = [self.pdf.pages[number] for number in range(first, first + part.pages)]
            laid = Laid(part, pages, self.pdf.copy_foreign(tree), dict(places_in(source)))
        self._laid.append(laid)
        return laid

    def bind(self, parts: Sequence[Part]) -> list[Laid]:
        """All `parts` and no others, in their order; what is not there yet is laid in."""
        there = {(laid.part.key, id(laid.part.pdf)): laid for laid in self._laid}
        wanted = [there.get((part.key, id(part.pdf))) or self.lay(part) for part in parts]
        first = 0
        for number, laid in enumerate(wanted):
            if self._laid[number] is not laid:
                self._move(laid, number, first)
            first += laid.part.pages
        del self.pdf.pages[first:]
        del self._laid[len(wanted) :]
        return wanted

    def _move(self, laid: Laid, number: int, first: int) -> None:
        """Make it the part of this number, with its pages from `first` on."""
        place = next(n for n, one in enumerate(self._laid) if one is laid)
        stood = sum(one.part.pages for one in self._laid[:place])
        del self.pdf.pages[stood : stood + laid.part.pages]
        for page, to in zip(laid.pages, range(first, first + laid.part.pages), strict=True):
            self.pdf.pages.insert(to, page)
        self._laid.insert(number, self._laid.pop(place))


def merge(
    parts: Sequence[Part],
    *,
    title: str,
    at: datetime,
    language: str = "en-GB",
    author: str = "",
    subject: str = "",
    binding: Binding | None = None,
) -> Pdf:
    """Return one tagged document of all `parts`, in their order; some may lie in `binding` already.

    The same parts, words and moment `at`, laid in in the same order, give the same bytes (`to_bytes`). Raises
    MergeFailed when there are no parts, when two have the same key, when one is not tagged, or when a link
    between them leads nowhere.
    """
    if not parts:
        raise MergeFailed("There is nothing to merge.")
    if len({part.key for part in parts}) < len(parts):
        raise MergeFailed("Two parts have the same key.")

    binding = Binding() if binding is None else binding
    bound = binding.bind(parts)
    pdf = binding.pdf
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    whole = Whole(pdf=pdf, document=document)
    firsts = []
    for laid in bound:
        firsts.append(len(whole.pages))
        add(whole, laid)
    # Only now, since a link may lead to a part that comes later.
    for part, first in zip(parts, firsts, strict=True):
        for number in range(first, first + part.pages):
            settle_links(whole, part.key, whole.pages[number])

    document.K = Array(whole.kids)
    root.K = Array([document])
    finish_tree(whole, root)
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String(language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    add_names(whole)
    add_bookmarks(whole)
    describe(pdf, title=title, at=at, language=language, author=author, subject=subject)
    return pdf


def finish_tree(whole: Whole, root: Object) -> None:
    """Write the indexes of the structure: from numbers, from ids, from the parts' own words."""
    numbers = sorted(whole.numbers)
    flat = [item for number in numbers for item in (number, whole.numbers[number])]
    root.ParentTree = whole.pdf.make_indirect(Dictionary(Nums=Array(flat)))
    root.ParentTreeNextKey = whole.next_number
    if whole.ids:
        root.IDTree = whole.pdf.make_indirect(Dictionary(Names=names(whole.ids)))
    for kind, entries in whole.maps.items():
        if entries:
            root[kind] = Dictionary(entries)


def to_bytes(pdf: Pdf) -> bytes:
    """Return the finished file. The same document always gives the same bytes."""
    out = io.BytesIO()
    pikepdf.settings.set_flate_compression_level(LEAST)
    pdf.save(
        out,
        min_version="1.7",
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()


def add(whole: Whole, laid: Laid) -> None:
    """Put the pages of a part behind those already there, and its structure behind theirs."""
    part, first = laid.part, len(whole.pages)
    whole.pages += laid.pages
    add_structure(whole, part.key, laid.pages, laid.tree)
    for page in laid.pages:
        for key in set(page.obj.keys()) - PAGE:
            del page.obj[key]
        keep_only_links(whole, page)
    find_places(whole, part, laid.places, first)


def add_structure(whole: Whole, key: str, pages: list[Page], tree: Object) -> None:
    """Join the structure of one part, already copied, to the whole one."""
    shift = whole.next_number
    for number, target in pairs(tree.get("/ParentTree"), "/Nums"):
        whole.numbers[shift + int(number)] = target
        whole.next_number = max(whole.next_number, shift + int(number) + 1)
    shift_numbers(pages, shift)
    for identity, element in pairs(tree.get("/IDTree"), "/Names"):
        if whole.ids.setdefault(str(identity), element) is not element:
            raise MergeFailed(f"The part “{key}” has an element id that another part has.")
    for kind, entries in whole.maps.items():
        for name, meaning in tree.get(kind, Dictionary()).items():
            if entries.setdefault(name, meaning) != meaning:
                raise MergeFailed(f"The part “{key}” means something else by {name}.")
    for element in top_elements(tree):
        element.P = whole.document
        whole.kids.append(element)


def shift_numbers(pages: Iterable[Page], shift: int) -> None:
    """Move the numbers by which pages, links and drawings point into the structure."""
    seen = set()
    for page in pages:
        move(page.obj, "/StructParents", shift)
        for annotation in page.obj.get("/Annots", Array()):
            move(annotation, "/StructParent", shift)
        for drawing in page.resources.get("/XObject", Dictionary()).values():
            # Pages of one part share their drawings.
            if drawing.objgen not in seen:
                seen.add(drawing.objgen)
                move(drawing, "/StructParents", shift)
                move(drawing, "/StructParent", shift)


def move(thing: Object, key: str, shift: int) -> None:
    """Add `shift` to the number kept under `key`, if there is one."""
    number = thing.get(key)
    if number is not None:
        thing[key] = int(number) + shift


def top_elements(tree: Object) -> Iterator[Object]:
    """Yield what stands directly under a part's Document element, or under its root."""
    for element in kids_of(tree):
        if element.get("/S") == Name.Document:
            yield from kids_of(element)
        else:
            yield element


def keep_only_links(whole: Whole, page: Page) -> None:
    """Take every annotation that is not a link off the page: files, comments, form fields."""
    annotations = list(page.obj.get("/Annots", Array()))
    for annotation in annotations:
        if annotation.get("/Subtype") != Name.Link:
            take_off(whole, page, annotation)
