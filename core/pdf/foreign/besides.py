"""What somebody else's PDF holds besides its pages: it does not come along, so it is said that it is there."""

import io

from pikepdf import Array, Name, Pdf

# What only leads somewhere or belongs to another, and what stands on the page as it is.
NO_COMMENT = {Name.Link, Name.Popup, Name.Widget, Name.FreeText, Name.PrinterMark, Name.TrapNet}


def besides_in(content: bytes) -> tuple[tuple[int, str], ...]:
    """How many there are of what: comments with words of their own, and files within it."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        comments, files = 0, len(pdf.attachments)
        for page in pdf.pages:
            for one in page.obj.get("/Annots", Array()):
                kind = one.get("/Subtype")
                if kind == Name.FileAttachment:
                    files += 1
                elif kind not in NO_COMMENT and str(one.get("/Contents", "")).strip():
                    comments += 1
    counted = ((comments, "comment"), (files, "attached file"))
    return tuple(one for one in counted if one[0])
