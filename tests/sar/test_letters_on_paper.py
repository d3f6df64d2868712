"""How a letter looks on paper and in plain text: large print, its end, and what both carry alike."""

import ctypes
from types import SimpleNamespace

import pypdfium2
import pytest
from django.http import QueryDict
from django.utils import timezone
from pypdfium2 import raw

from core.organisation import ORGANISATION
from core.pdf.text import text_of as text_of_pages
from letters.forms import LetterForm
from letters.rules import Destination
from letters.sending import printed
from sar.forms.letters import RequestLetterForm
from sar.letter_kinds import LetterKind, routes_of
from sar.sending import text_of

LEAST = 18.0  # points: RNIB, large print


def a_letter(**given):
    return SimpleNamespace(
        **{
            "large_print": True,
            "way": "post",
            "subject": "Your request Q-000001",
            "body": "Dear Amelia,\n\nThis is our answer.\n\nYours sincerely,\n\nRosa Dean",
            "addressee": "Amelia Hart",
            "sent_to": "12 Sample Street\nSouthport\nPR9 0ZZ",
            "recorded_at": timezone.now(),
            "reference": "X-000001",
            "routes": routes_of(LetterKind.REFUSE),
            **given,
        }
    )


def pages_of(letter, template="pdf/rights_letter.html"):
    return list(pypdfium2.PdfDocument(printed(letter, template=template)))


def smaller(page):
    """Each letter on the page that is set smaller than large print, with its size in points."""
    words = page.get_textpage()
    for place in range(words.count_chars()):
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(words, place, ctypes.byref(matrix))
        size = raw.FPDFText_GetFontSize(words, place) * abs(matrix.d)
        letter = words.get_text_range(place, 1)
        if letter.strip() and round(size, 1) < LEAST:
            yield letter, size


@pytest.mark.parametrize("template", ["pdf/letter.html", "pdf/rights_letter.html"])
def test_in_large_print_nothing_is_smaller_than_18_points(template):
    pages = pages_of(a_letter(), template)
    said = "".join(page.get_textpage().get_text_range() for page in pages)
    for part in (ORGANISATION.phone, "Your information", "X-000001", "Page 1 of"):
        assert part in said
    assert [found for page in pages for found in smaller(page)] == []
    # The looking finds what is small.
    assert list(smaller(pages_of(a_letter(large_print=False), template)[0]))


@pytest.mark.parametrize("lines", [8, 9])
def test_greeting_and_name_stay_with_the_words_before_them(lines):
    told = ["Dear Amelia,", *["One line."] * lines, "Yours sincerely,", "Rosa Dean"]
    pages = pages_of(a_letter(body="\n\n".join(told), subject="About it", routes=""))
    end = next(
        said
        for said in (page.get_textpage().get_text_range() for page in pages)
        if "Rosa Dean" in said
    )
    assert len(pages) > 1
    assert "One line." in end.partition("Yours sincerely,")[0]


@pytest.mark.parametrize(
    "routes",
    ["", routes_of(LetterKind.REFUSE), routes_of(LetterKind.COMPLAINT_OUTCOME, about_data=False)],
)
def test_paper_and_plain_text_name_the_regulator_once(routes):
    letter = a_letter(large_print=False, routes=routes)
    for said in (
        "".join(text_of_pages(printed(letter, template="pdf/rights_letter.html"))),
        text_of(letter),
    ):
        plain = "".join(said.split())
        assert plain.count("".join(ORGANISATION.regulator_address.split())) == 1
        assert ORGANISATION.regulator_registration in plain


def test_plain_text_alone_says_to_whom_when_and_about_what():
    letter = a_letter()
    alone = text_of(letter, is_page=True)
    assert "To: Amelia Hart" in alone
    assert alone.index(letter.subject) < alone.index("Dear Amelia,")
    # In an e-mail that stands above the words.
    assert text_of(letter).startswith("Dear Amelia,")


@pytest.mark.parametrize("form", [LetterForm, RequestLetterForm])
def test_the_hint_about_the_subject_fits_how_the_letter_goes(form):
    def hint(is_post):
        there = Destination(("amelia@example.org",), ())
        made = form(QueryDict(""), where=there, is_post=is_post, initial={})
        return made.fields["subject"].help_text

    assert "e-mail" in hint(is_post=False)
    assert "e-mail" not in hint(is_post=True)
    assert "envelope" in hint(is_post=True)
