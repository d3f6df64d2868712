"""A document while it is being merged, and how to take something off it again."""

from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from core.pdf.parts import Heading


@dataclass(slots=True)
class Whole:
    """The document as it grows.

    `numbers` finds the structure from a page or a link, `ids` from a table cell. `places` are the
    names a link may lead to, each with its page (from 0), `used` those that one does lead to.
    """

    pdf: Pdf
    document: Object
    # Asked for by number often, which the document itself answers slowly.
    pages: list[Page] = field(default_factory=list)
    kids: list[Object] = field(default_factory=list)
    numbers: dict[int, Object] = field(default_factory=dict)
    next_number: int = 0
    ids: dict[str, Object] = field(default_factory=dict)
    maps: dict[str, dict[str, Object]] = field(
        default_factory=lambda: {"/RoleMap": {}, "/ClassMap": {}}
    )
    places: dict[str, tuple[int, Array]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    headings: list[tuple[int, Heading]] = field(default_factory=list)


def kids_of(element: Object) -> list[Object]:
    """Return the children of a structure element, whichever way they are written."""
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def take_off(whole: Whole, page: Page, annotation: Object) -> None:
    """Remove one annotation from its page and from the structure; the words under it stay."""
    page.obj.Annots = Array([kept for kept in page.obj.Annots if kept.objgen != annotation.objgen])
    number = annotation.get("/StructParent")
    element = None if number is None else whole.numbers.pop(int(number), None)
    if element is None:
        return
    kept = [kid for kid in kids_of(element) if not points_at(kid, annotation)]
    element.K = Array(kept)
    if element.get("/S") in (Name.Link, Name.Form, Name.Annot):
        element.S = Name.Span


def points_at(kid: Object, annotation: Object) -> bool:
    """Whether this child of an element is the reference to `annotation`."""
    target = kid.get("/Obj") if isinstance(kid, Dictionary) else None
    return target is not None and target.objgen == annotation.objgen
