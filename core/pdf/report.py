"""What a screen reader would stumble over in a finished PDF, found by looking at its structure.

The tests run it over everything that is printed. It covers the rules of PDF/UA-1 (ISO 14289-1) that
merging and stamping could break, not all 136 conditions of the Matterhorn protocol: veraPDF does
that where there is one, and no program can say whether a text makes sense when it is read aloud.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, Stream, String

from core.pdf.trees import pairs

PAINTING = frozenset(
    {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"}
    | {"sh", "Do", "INLINE IMAGE", "Tj", "TJ", "'", '"'}
)
HEADINGS = {f"/H{level}": level for level in range(1, 7)}
BUILT_IN = {Name.Type1, Name.MMType1, Name.TrueType, Name.Type0}
# What a list and its items may hold (ISO 32000-1, table 336).
LISTS = {"/L": {"/L", "/LI", "/Caption"}, "/LI": {"/Lbl", "/LBody"}}
FILES = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(slots=True)
class Survey:
    """What has been seen so far of one document."""

    pdf: Pdf
    numbers: dict[tuple[int, int], int]
    parents: dict[int, Object]
    faults: list[str] = field(default_factory=list)
    marked: dict[int, set[int]] = field(default_factory=dict)  # page: marks in its content
    claimed: dict[int, set[int]] = field(default_factory=dict)  # page: marks its elements have
    ids: dict[str, int] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    level: int = 0

    def note(self, page: int | None, fault: str) -> None:
        """Keep one fault; pages count from 1."""
        self.faults.append(fault if page is None else f"page {page}: {fault}")


def tagging_report(document: Pdf | bytes) -> list[str]:
    """Return the faults of a finished PDF, one line each; none when nothing was found."""
    if isinstance(document, bytes):
        with Pdf.open(io.BytesIO(document)) as pdf:
            return tagging_report(pdf)
    pdf = document
    tree = pdf.Root.get("/StructTreeRoot")
    survey = Survey(
        pdf=pdf,
        numbers={page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)},
        parents={}
        if tree is None
        else {int(key): value for key, value in pairs(tree.get("/ParentTree"), "/Nums")},
    )
    look_at_catalogue(survey)
    if tree is None:
        survey.note(None, "is not tagged")
        return survey.faults
    fonts: dict[tuple[int, int], None] = {}
    for number, page in enumerate(pdf.pages, start=1):
        look_at_content(survey, number, page)
        look_at_links(survey, number, page)
        look_at_fonts(survey, number, page.obj.get("/Resources"), fonts)
    look_at_elements(survey, tree)
    look_at_ids(survey, tree)
    for number, marks in survey.marked.items():
        for mark in sorted(marks ^ survey.claimed.get(number, set())):
            survey.note(number, f"mark {mark} is not both in the text and in the structure")
    with pdf.open_outline() as outline:
        look_at_bookmarks(survey, outline.root)
    return survey.faults


# --- The document as a whole ---------------------------------------------------------------------


def look_at_catalogue(survey: Survey) -> None:
    """Language, title and claim are there; nothing travels along."""
    root = survey.pdf.Root
    if not str(root.get("/Lang", "")):
        survey.note(None, "has no language")
    if not root.get("/MarkInfo", Dictionary()).get("/Marked"):
        survey.note(None, "is not marked as tagged")
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle"):
        survey.note(None, "shows its file name instead of its title")
    title = str(survey.pdf.docinfo.get("/Title", ""))
    metadata = survey.pdf.open_metadata()
    if not title or metadata.get("dc:title") != title:
        survey.note(None, "has no title, or two")
    if metadata.get("pdfuaid:part") != "1":
        survey.note(None, "does not claim PDF/UA-1")
    for key in ("/AcroForm", "/OpenAction", "/AA", "/AF", "/OCProperties", "/PieceInfo"):
        if key in root:
            survey.note(None, f"carries {key[1:]}")
    for key in set(root.get("/Names", Dictionary()).keys()) - {"/Dests"}:
        survey.note(None, f"carries {key[1:]}")


def look_at_bookmarks(survey: Survey, items: list[OutlineItem]) -> None:
    """Each bookmark leads to a page of this document."""
    for item in items:
        if not goes_somewhere(survey, item.destination):
            survey.note(None, f"the bookmark “{item.title}” leads nowhere")
        look_at_bookmarks(survey, item.children)


def goes_somewhere(survey: Survey, target: object) -> bool:
    """Whether a destination, or the name of one, is on a page of this document."""
    if isinstance(target, String):
        tree = survey.pdf.Root.get("/Names", Dictionary()).get("/Dests")
        found = [value for name, value in pairs(tree, "/Names") if str(name) == str(target)]
        return len(found) == 1 and goes_somewhere(survey, found[0])
    return isinstance(target, Array) and len(target) > 0 and target[0].objgen in survey.numbers


# --- One page ------------------------------------------------------------------------------------


def look_at_content(survey: Survey, number: int, page: Page) -> None:
    """Everything that is painted is either text in the structure or an artifact."""
    if "/StructParents" not in page.obj:
        survey.note(number, "does not point into the structure")
    marks = Marks(survey, number)
    for operands, operator in instructions(page):
        if operator in ("BDC", "BMC"):
            marks.begin(operands, page)
        elif operator == "EMC":
            marks.end()
        elif operator in PAINTING:
            marks.paint(operator)
        if operator == "Do":
            drawing = page.resources.get("/XObject", Dictionary()).get(str(operands[0]))
            look_into_drawing(survey, number, drawing)
    if marks.open:
        survey.note(number, "a mark does not end")
    survey.marked[number] = marks.seen


@dataclass(slots=True)
class Marks:
    """The marks on one page while its content is read; `open` says what each open one is."""

    survey: Survey
    number: int
    open: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def begin(self, operands: list[Object], page: Page) -> None:
        """Open a mark: a piece of the text, an artifact, or neither."""
        mark = mark_of(operands, page)
        if mark is not None:
            if mark in self.seen:
                self.survey.note(self.number, f"mark {mark} is used twice")
            if "artifact" in self.open:
                self.survey.note(self.number, f"mark {mark} is within an artifact")
            self.seen.add(mark)
            self.open.append("text")
        elif operands[0] == Name.Artifact:
            if "text" in self.open:
                self.survey.note(self.number, "an artifact is within text")
            self.open.append("artifact")
        else:
            self.open.append("neither")

    def end(self) -> None:
        """Close the mark opened last."""
        if self.open:
            self.open.pop()
        else:
            self.survey.note(self.number, "a mark ends that never began")

    def paint(self, operator: str) -> None:
        """See something painted."""
        if "text" not in self.open and "artifact" not in self.open:
            self.survey.note(self.number, f"paints with {operator} outside text and artifacts")


def instructions(content: Page | Stream) -> Iterator[tuple[list[Object], str]]:
    """Yield the operators of a page or a drawing with what they are given."""
    for instruction in pikepdf.parse_content_stream(content):
        yield list(instruction.operands), str(instruction.operator)


def mark_of(operands: list[Object], page: Page) -> int | None:
    """Return the number by which a piece of text is known to the structure."""
    if len(operands) < 2:
        return None
    properties = operands[1]
    if isinstance(properties, Name):
        properties = page.resources.get("/Properties", Dictionary()).get(properties, Dictionary())
    mark = properties.get("/MCID")
    return None if mark is None else int(mark)


def look_into_drawing(survey: Survey, number: int, drawing: Object | None) -> None:
    """No text hides in a drawing, where the structure of the page does not reach."""
    if not isinstance(drawing, Stream) or drawing.get("/Subtype") != Name.Form:
        return
    for operands, operator in instructions(drawing):
        if operator == "BDC" and isinstance(operands[1], Dictionary) and "/MCID" in operands[1]:
            survey.note(number, "has text in a drawing (opacity or a filter in the stylesheet?)")
            return


def look_at_links(survey: Survey, number: int, page: Page) -> None:
    """Each link is in the structure as a link, has words, and leads somewhere."""
    annotations = list(page.obj.get("/Annots", Array()))
    if annotations and page.obj.get("/Tabs") != Name.S:
        survey.note(number, "is not walked through in the order of the structure")
    for annotation in annotations:
        if annotation.get("/Subtype") != Name.Link:
            survey.note(number, f"carries a {annotation.get('/Subtype')}")
            continue
        element = survey.parents.get(int(annotation.get("/StructParent", -1)))
        if element is None or element.get("/S") != Name.Link:
            survey.note(number, "a link is not one in the structure")
        if not str(annotation.get("/Contents", "")).strip():
            survey.note(number, "a link has no words")
        action = annotation.get("/A", Dictionary())
        if action.get("/S") == Name.URI:
            continue
        if not goes_somewhere(survey, annotation.get("/Dest")):
            survey.note(number, f"a link leads nowhere: {annotation.get('/Dest')}")


def look_at_fonts(
    survey: Survey, number: int, resources: Object | None, seen: dict[tuple[int, int], None]
) -> None:
    """Each font is in the file and says which letters its shapes are."""
    if resources is None:
        return
    for font in resources.get("/Font", Dictionary()).values():
        if font.objgen in seen:
            continue
        seen[font.objgen] = None
        name = font.get("/BaseFont", "a font")
        if "/ToUnicode" not in font:
            survey.note(number, f"{name} does not say which letters it shows")
        holder = font.DescendantFonts[0] if font.get("/Subtype") == Name.Type0 else font
        descriptor = holder.get("/FontDescriptor", Dictionary())
        if font.get("/Subtype") in BUILT_IN and not any(file in descriptor for file in FILES):
            survey.note(number, f"{name} is not in the file")
    for drawing in resources.get("/XObject", Dictionary()).values():
        if drawing.objgen not in seen:
            seen[drawing.objgen] = None
            look_at_fonts(survey, number, drawing.get("/Resources"), seen)


# --- The structure -------------------------------------------------------------------------------


def look_at_elements(survey: Survey, tree: Object) -> None:
    """Each element knows its parent; headings skip no level; pictures have words."""
    waiting: list[tuple[Object, Object, Object | None]] = [
        (kid, tree, None) for kid in reversed(kids_of(tree))
    ]
    if [kid.get("/S") for kid in kids_of(tree)] != [Name.Document]:
        survey.note(None, "is not one document in its structure")
    while waiting:
        element, parent, page = waiting.pop()
        page = element.get("/Pg", page)
        number = None if page is None else survey.numbers.get(page.objgen)
        if page is not None and number is None:
            survey.note(None, "an element is on a page that is not there")
        if element.get("/P", Dictionary()).objgen != parent.objgen:
            survey.note(number, f"a {element.get('/S')} does not know its parent")
        look_at_element(survey, number, element)
        for kid in reversed(kids_of(element)):
            if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR:
                look_at_reference(survey, number, element, kid)
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
                there = kid.get("/Pg", page)
                place = None if there is None else survey.numbers.get(there.objgen)
                claim(survey, place, element, kid.MCID)
            elif isinstance(kid, Dictionary):
                waiting.append((kid, element, page))
            else:
                claim(survey, number, element, kid)


def kids_of(element: Object) -> list[Object]:
    """Return the children of an element, whichever way they are written."""
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def elements_in(element: Object) -> Iterator[Object]:
    """Yield the elements among the children of an element."""
    for kid in kids_of(element):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid


def look_at_element(survey: Survey, number: int | None, element: Object) -> None:
    """What one element must have for its kind."""
    kind = element.get("/S")
    level = HEADINGS.get(str(kind))
    if level is not None:
        if level > survey.level + 1:
            survey.note(number, f"a heading of level {level} follows one of level {survey.level}")
        survey.level = level
    may_hold = LISTS.get(str(kind))
    if may_hold is not None:
        for one in sorted({str(kid.get("/S")) for kid in elements_in(element)} - may_hold):
            survey.note(number, f"a {kind} holds a {one}")
    if kind == Name.Figure and not str(element.get("/Alt", "")).strip():
        survey.note(number, "a picture has no words instead of it")
    identity = element.get("/ID")
    if identity is not None:
        survey.ids[str(identity)] = survey.ids.get(str(identity), 0) + 1
    attributes = element.get("/A", Dictionary())
    if kind == Name.TH and (identity is None or "/Scope" not in attributes):
        survey.note(number, "a table header does not say what it heads")
    if isinstance(attributes, Dictionary):
        survey.wanted.update(str(name) for name in attributes.get("/Headers", Array()))


def look_at_reference(
    survey: Survey, number: int | None, element: Object, reference: Object
) -> None:
    """An element and its link name each other."""
    annotation = reference.get("/Obj", Dictionary())
    back = survey.parents.get(int(annotation.get("/StructParent", -1)))
    if back is None or back.objgen != element.objgen:
        survey.note(number, "a link and the structure do not name each other")


def claim(survey: Survey, number: int | None, element: Object, mark: object) -> None:
    """Note that `element` has this piece of its page's text, and check the way back."""
    place = int(mark)  # type: ignore[call-overload]
    if number is None:
        survey.note(None, "an element has text on no page")
        return
    marks = survey.claimed.setdefault(number, set())
    if place in marks:
        survey.note(number, f"mark {place} belongs to two elements")
    marks.add(place)
    page = survey.pdf.pages[number - 1].obj
    parents = survey.parents.get(int(page.get("/StructParents", -1)))
    found = isinstance(parents, Array) and place < len(parents)
    if not found or parents[place].objgen != element.objgen:  # type: ignore[index]
        survey.note(number, f"mark {place} does not find its element")


def look_at_ids(survey: Survey, tree: Object) -> None:
    """Ids are unique, listed, and those that table cells name exist."""
    for name, count in survey.ids.items():
        if count > 1:
            survey.note(None, f"{count} elements have the id {name}")
    listed = {str(name) for name, _ in pairs(tree.get("/IDTree"), "/Names")}
    for name in sorted(listed ^ survey.ids.keys()):
        survey.note(None, f"the id {name} is not both listed and used")
    for name in sorted(survey.wanted - survey.ids.keys()):
        survey.note(None, f"a table cell names the header {name}, which does not exist")
