"""Links and bookmarks of a merged document: each leads to its place, whichever part that is in."""

from collections.abc import Iterator, Mapping

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

from core.pdf.parts import MergeFailed, Part
from core.pdf.trees import names, pairs
from core.pdf.whole import Whole, take_off

# A page of a part, from 0, and where on it, as it is written in the file.
Place = tuple[int, bytes]

OUTWARD = ("https:", "http:", "mailto:", "tel:")
ACROSS = "chunk:"
PRINTED = 4  # the flag that says a link is on paper what it is on the screen


def places_in(source: Pdf) -> Iterator[tuple[str, Place]]:
    """Yield the names of a part, each with the page it leads to, from 0, and where on it, written out."""
    numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
    tree = source.Root.get("/Names", Dictionary()).get("/Dests")
    for name, value in pairs(tree, "/Names"):
        target = value.get("/D") if isinstance(value, Dictionary) else value
        if isinstance(target, Array) and target[0].objgen in numbers:
            yield str(name), (numbers[target[0].objgen], Array(list(target)[1:]).unparse())


def find_places(whole: Whole, part: Part, places: Mapping[str, Place], first: int) -> None:
    """Note where the names of this part are: its ids, its headings, its first page."""
    for name, (number, where) in places.items():
        target = Array([whole.pages[first + number].obj, *list(Object.parse(where))])
        whole.places[f"{part.key}/{name}"] = (first + number, target)
    start = whole.pages[first]
    whole.places[f"{part.key}/~"] = (first, Array([start.obj, Name.XYZ, 0, top_of(start), 0]))
    for count, heading in enumerate(part.headings):
        number = first + heading.page - 1
        page = whole.pages[number]
        place = Array([page.obj, Name.XYZ, 0, heading.top, 0])
        whole.places[f"{part.key}/~{count}"] = (number, place)
        whole.headings.append((number, heading))


def top_of(page: Page) -> float:
    """Return the upper edge of a page in points."""
    return float(page.mediabox[3])


def settle_links(whole: Whole, key: str, page: Page) -> None:
    """Point each link of a page at its place in the whole, and say in words where it goes.

    Raises MergeFailed for a link to a chunk or a place that is not there. A link that would start
    a program, open a file or run a script is taken off.
    """
    for annotation in list(page.obj.get("/Annots", Array())):
        if inside_another_link(whole, annotation):
            take_off(whole, page, annotation)
            continue
        annotation.F = PRINTED
        target = annotation.get("/Dest")
        action = annotation.get("/A")
        address = str(action.get("/URI", "")) if action is not None else ""
        if isinstance(target, String):
            lead_to(whole, annotation, f"{key}/{target}")
        elif address.startswith(ACROSS):
            chunk, _, place = address.removeprefix(ACROSS).partition("#")
            lead_to(whole, annotation, f"{chunk}/{place or '~'}")
        elif address.lower().startswith(OUTWARD):
            annotation.Contents = String(address)
        else:
            take_off(whole, page, annotation)


def inside_another_link(whole: Whole, annotation: Object) -> bool:
    """Whether the words under this link are within a Link already, which covers them.

    WeasyPrint makes one for every element inside an `<a>`; a screen reader would say each.
    """
    element = whole.numbers.get(int(annotation.get("/StructParent", -1)))
    if element is None or element.get("/S") == Name.Link:
        return False
    while (element := element.get("/P")) is not None:
        if element.get("/S") == Name.Link:
            return True
    return False


def lead_to(whole: Whole, annotation: Object, name: str) -> None:
    """Make `annotation` a link to the place called `name`."""
    if name not in whole.places:
        raise MergeFailed(f"A link leads to “{name}”, which is nowhere in the document.")
    whole.used.add(name)
    number, _ = whole.places[name]
    if "/A" in annotation:
        del annotation["/A"]
    annotation.Dest = String(name)
    # What a screen reader says before following it (PDF/UA-1, 7.18.5).
    annotation.Contents = String(f"Go to page {number + 1}")


def add_names(whole: Whole) -> None:
    """Write the names that links lead to, and no others: an id may say more than it should."""
    if whole.used:
        used: dict[str, Object] = {name: whole.places[name][1] for name in whole.used}
        tree = whole.pdf.make_indirect(Dictionary(Names=names(used)))
        whole.pdf.Root.Names = Dictionary(Dests=tree)


def add_bookmarks(whole: Whole) -> None:
    """Join the headings of all parts into one tree, each under the one it belongs to."""
    if not whole.headings:
        return
    whole.pdf.Root.PageMode = Name.UseOutlines
    root = whole.pdf.make_indirect(Dictionary(Type=Name.Outlines))
    whole.pdf.Root.Outlines = root
    above: list[tuple[int, Object]] = [(0, root)]
    under: dict[tuple[int, int], list[Object]] = {root.objgen: []}
    for number, heading in whole.headings:
        while above[-1][0] >= heading.level:
            above.pop()
        parent = above[-1][1]
        beside = under[parent.objgen]
        place = Array([whole.pages[number].obj, Name.XYZ, 0, heading.top, 0])
        item = whole.pdf.make_indirect(
            Dictionary(Title=String(heading.title), Dest=place, Parent=parent)
        )
        if beside:
            beside[-1].Next, item.Prev = item, beside[-1]
        else:
            parent.First = item
        beside.append(item)
        parent.Last = item
        # Folded below the chapters, so that the list of a long pack can be taken in at once.
        parent.Count = len(beside) if parent is root else -len(beside)
        under[item.objgen] = []
        above.append((heading.level, item))
