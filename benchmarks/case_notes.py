"""Case notes of usual length, always the same, for what is measured on them."""

import random

SHEET = """
@page { size: A4; margin: 24mm 18mm 22mm }
body { margin: 0; font: 11pt/1.45 "Atkinson Hyperlegible Next", "DejaVu Sans", sans-serif }
h1 { font-size: 22pt }
h2 { font-size: 14pt; break-after: avoid }
table { border-collapse: collapse }
th, td { border: 0.5pt solid #767676; padding: 3pt 6pt; text-align: left }
.contents { list-style: none; padding: 0 }
"""

NUMBERED = """
@page { @bottom-left { content: "Siân O’Connor-Łukasiewicz · SAR-2026-0012" }
        @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
"""

TEXT = (
    "Mum said the week had been hard because the school rang twice about mornings and Dad was on "
    "nights again. We talked about bedtime, what had worked in the group and what had not, and "
    "agreed to try one thing only until Thursday. The younger one showed me her drawing. No new "
    "worries about safety; the plan from July still stands and the health visitor knows."
)
WORDS = TEXT.split()


def note(number: int) -> str:
    """Return one case note of usual length, always the same for its number."""
    chance = random.Random(number)  # noqa: S311 text, not secrets
    paragraphs = "".join(
        f"<p>{' '.join(chance.choices(WORDS, k=chance.randint(50, 90)))}.</p>"
        for _ in range(chance.randint(1, 3))
    )
    return (
        f'<section><h2 id="note-{number}">Note {number}, {1 + number % 28} May 2026</h2>'
        "<table><thead><tr><th>Who wrote it</th><th>Where it came from</th></tr></thead>"
        "<tbody><tr><td>Family support worker</td><td>Visit at home</td></tr></tbody></table>"
        f"{paragraphs}</section>"
    )


def document(numbers: range, *, first: bool) -> str:
    """Return the HTML of some notes; the first one has the chapter's heading."""
    title = "<h1>Case notes</h1>" if first else ""
    body = "".join(note(number) for number in numbers)
    return f'<!doctype html><html lang="en-GB"><title>Case notes</title>{title}{body}</html>'
