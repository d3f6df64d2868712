"""How the pages of a pack are set, told by what stands on which of them."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from core.organisation import ORGANISATION
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.text import text_of
from sar.pack.build import print_pack
from sar.pack.copy import copy_for
from sar.pack.held import Rule
from sar.pack.pages import front_of, stylesheet
from tests.factories.cases import CaseNoteFactory
from tests.sar.test_pack import squeezed


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


@pytest.mark.django_db
@pytest.mark.parametrize("letter", ["é", "\U000f0042"])
def test_the_cover_says_what_an_empty_box_is_where_there_is_one(access, case, amelia, letter):
    """Letters that no font on the machine has, such as Chinese ones, are drawn as boxes."""
    CaseNoteFactory(case=case, people=[amelia], body=f"She signed it {letter}.")
    copy = copy_for(access)
    front = front_of(access, made_on=timezone.localdate(), searched_by=access.recorded_by)
    finished = print_pack(
        copy.disclosed, front, [], at=timezone.now(), progress=lambda _step, _percent: None
    )
    cover, *others = (squeezed(page) for page in text_of(finished.final))
    assert (squeezed("A small box in the text stands for") in cover) == (letter != "é")
    assert any(squeezed(f"signed it {letter}.") in page for page in others)


def test_the_name_of_a_service_stands_in_one_line() -> None:
    """A line that was just full broke after the first word of the name."""
    rule = "Proposed, not yet adopted by the charity: until the youngest child of the family is 18"
    rules = [Rule("Family Support", f"{rule}, and {'i' * n} more.") for n in range(30)]
    copy = SimpleNamespace(rules=rules)
    html = render_to_string("pdf/about.html", {"organisation": ORGANISATION, "copy": copy})
    with Press(css=stylesheet(), processes=1) as press:
        (part,) = press.render([Chunk("about", html)])
    lines = [line.strip() for page in text_of(part.pdf) for line in page.splitlines()]
    assert "Family" not in lines
    assert sum("Family Support" in line for line in lines) == 30
