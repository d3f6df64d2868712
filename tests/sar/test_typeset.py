"""How the pages of a pack are set, told by what stands on which of them."""

from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.text import text_of
from sar.pack.pages import stylesheet


def test_a_label_of_two_lines_is_never_divided_between_two_pages() -> None:
    """In an entry that is too long to be kept together; a label that floated was divided."""
    rows = "".join(
        f'<div class="line"><dt>How it began {row} and how it ended{row}.</dt><dd>So</dd></div>'
        for row in range(40)
    )
    entries = "".join(
        f'<div style="break-before: page; height: {down}mm"></div><div class="item"><dl>{rows}</dl></div>'
        for down in range(1, 16, 2)
    )
    html = f'<!doctype html><html lang="en-GB"><title>T</title><body class="record">{entries}'
    with Press(css=stylesheet(), processes=1) as press:
        (part,) = press.render([Chunk("rows", html)])
    pages = text_of(part.pdf)
    assert len(pages) > 16
    for page in pages:
        begun = [row for row in range(40) if f"began {row} " in page]
        ended = [row for row in range(40) if f"ended{row}." in page]
        assert begun == ended
