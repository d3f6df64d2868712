"""Whatever a record says and whomever it names: after the decisions none of the withheld words can be read
out of the finished bytes in any way, and everything else can.
"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Person
from core.pdf import everywhere
from core.pdf.everywhere import everything_in, raw_parts
from core.pdf.merge import merge, to_bytes
from core.pdf.press import Press
from core.pdf.sought import Sought
from core.privacy import Label, Section
from sar.exemptions import Exemption
from sar.models import Withholding
from sar.pack.held import Gathered, Item, Value
from sar.pack.pages import record_chunks, stylesheet
from sar.pack.redact import disclose
from sar.proposals.find import Finder
from sar.proposals.names import Somebody

# Letters of many writings, and no word of theirs is a word of ours.
SIGNS = "bcdfghjklmnpqrstvwxzŵŷłçñßžø"
others = st.text(alphabet=SIGNS, min_size=5, max_size=9).map(str.title)
harmless = st.text(alphabet="aeiou", min_size=2, max_size=7)
places = st.lists(harmless, min_size=1, max_size=6)


@st.composite
def records(draw):
    """Notes in which other people are named, in several ways, among words about nobody."""
    people = draw(st.lists(st.tuples(others, others), min_size=1, max_size=3, unique=True))
    ways = [
        way
        for given_name, family in people
        for way in (
            f"{given_name} {family}",
            f"{given_name} {family}’s",
            given_name.upper(),
            f"Mrs {family}",
            f"{given_name}\n{family}",
        )
    ]
    notes = [
        " ".join(
            part
            for _ in range(draw(st.integers(1, 4)))
            for part in (*draw(places), draw(st.sampled_from(ways)), *draw(places))
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return people, notes


@pytest.fixture(scope="module")
def press():
    with Press(css=stylesheet(), processes=1) as press:
        yield press


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(record=records())
def test_what_is_withheld_is_nowhere_and_all_else_is_there(press, record):
    people, notes = record
    finder = Finder(
        own=Somebody("own", "Amelia Hart", "", ("Amelia Hart",)),
        others=[
            Somebody(f"p{n}", f"{a} {b}", "", (f"{a} {b}",)) for n, (a, b) in enumerate(people)
        ],
    )
    items = tuple(
        Item(
            source="cases.CaseNote",
            record_id=number,
            section=Section.NOTES,
            kind="Note",
            kinds="Notes",
            title=f"Note N-{number:06}",
            when=date(2026, 1, 1),
            values=(Value("body", "What was said", text, Label.PERSONAL, is_passage=True),),
        )
        for number, text in enumerate(notes)
    )
    found = {
        (item.record_id, one.words) for item in items for one in finder.find(item.values[0].text)
    }
    decisions = [
        Withholding(
            source="cases.CaseNote",
            record_id=number,
            field="body",
            quote=words,
            exemption=Exemption.THIRD_PARTY,
        )
        for number, words in sorted(found)
    ]
    copy = disclose(
        Gathered(
            person=Person(given_names="Amelia", family_name="Hart"),
            items=items,
            sources=(),
            other_forms=(),
            rules=(),
            recipients=(),
        ),
        decisions,
    )
    chunks = [chunk for chunk, _ in record_chunks(copy)]
    content = to_bytes(merge(press.render(chunks), title="x", at=datetime(2026, 9, 3, tzinfo=UTC)))
    secret = Sought({word for pair in people for word in pair} | {quote for _, quote in found})
    read = list(everything_in(content))
    assert [
        (one.where, list(secret.in_text(one.text)))
        for one in read
        if list(secret.in_text(one.text))
    ] == []
    assert [
        list(secret.in_bytes(part)) for part in raw_parts(content) if list(secret.in_bytes(part))
    ] == []
    for where in (everywhere.TEXT, everywhere.DRAWN):
        seen = "".join("".join(one.text.split()) for one in read if one.where == where)
        for shown in copy.items:
            for piece in shown.values[0].pieces:
                assert "".join(piece.text.split()) in seen
    assert any(word in copy.items[0].values[0].text for word in notes[0].split())
