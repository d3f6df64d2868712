"""What is proposed in a text, and what is not: everybody else's names and numbers, never one's own."""

import string
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from sar.proposals import patterns
from sar.proposals.find import Advice, Finder
from sar.proposals.names import Somebody, is_misspelt
from sar.proposals.patterns import Pattern, is_nhs_number, shaped_in
from sar.proposals.words import folded, words_of

AMELIA = Somebody(
    key="own",
    name="Amelia Hart",
    role="",
    full_names=("Amelia Hart",),
    contacts=("+447700900123",),
    postcodes=("PR9 0ZZ",),
)
JOE = Somebody(
    key="joe", name="Joe Hart", role="her son", full_names=("Joe Hart",), called=("Joey",)
)
SIAN = Somebody(
    key="sian",
    name="Siân O’Connor-Łukasiewicz",
    role="her sister",
    full_names=("Siân O’Connor-Łukasiewicz",),
    other_names=("Siân Quartz",),
    addresses=("12 Sample Street",),
    postcodes=("PR8 1AA",),
    contacts=("+441704496000", "sian@family.example"),
)
GREEN = Somebody(
    key="green",
    name="Grace Green",
    role="health visitor",
    full_names=("Grace Green",),
    is_professional=True,
)
FINDER = Finder(own=AMELIA, others=[JOE, SIAN, GREEN])


@pytest.mark.parametrize(
    ("text", "words", "group"),
    [
        ("Joe Hart came.", "Joe Hart", "joe"),
        ("We saw JOE HART.", "JOE HART", "joe"),
        ("spoke to joe today", "joe", "joe"),
        ("Joe’s teacher", "Joe", "joe"),
        ("J Hart signed", "J Hart", "joe"),
        ("Joey was ill.", "Joey", "joe"),
        ("JH and mum", "JH", "joe"),
        ("with J. H. again", "J. H.", "joe"),
        ("Sian O'Connor Lukasiewicz rang", "Sian O'Connor Lukasiewicz", "sian"),
        ("Ms O’Connor rang", "Ms O’Connor", "sian"),
        ("Mrs O’Connor-Łukasiewicz rang", "Mrs O’Connor-Łukasiewicz", "sian"),
        ("Oconor rang", "Oconor", "sian"),
        ("Miss Quartz, as she was", "Miss Quartz", "sian"),
        ("at 12 Sample St.", "12 Sample St", "sian reached"),
        ("lives in pr8 1aa", "pr8 1aa", "sian reached"),
        ("on 01704 496000", "01704 496000", "sian reached"),
        ("Sian@Family.example", "Sian@Family.example", "sian reached"),
        ("Dr Green said", "Dr Green", "green"),
        ("The neighbour, Mrs Quill, rang.", "Mrs Quill", "name:mrs quill"),
        ("Mr Peter Vane rang.", "Mr Peter Vane", "name:mr vane"),
        ("call 07911 123456", "07911 123456", "phone:+447911123456"),
        ("her sister (01704 496 777) rang", "01704 496 777", "phone:+441704496777"),
        ("or on 07700 900555.", "07700 900555", "phone:+447700900555"),
        ("NHS 943 476 5919", "943 476 5919", "nhs:9434765919"),
        ("NI AB 12 34 56 C", "AB 12 34 56 C", "ni:AB123456C"),
        ("in L1 8JQ", "L1 8JQ", "postcode:L1 8JQ"),
        ("see www.smith.example/a.", "www.smith.example/a", "url:www.smith.example/a"),
        ("a red AB12 CDE", "AB12 CDE", "car:AB12CDE"),
    ],
)
def test_what_is_found(text, words, group):
    one_is_found(text, words, group)


def one_is_found(text, words, group):
    (found,) = FINDER.find(text)
    assert (found.words, found.group) == (words, group)
    assert text[found.start : found.end] == words
    assert found.why.endswith(".")


@pytest.mark.parametrize(
    ("text", "words", "group"),
    [
        # Accents of their own, as PDFs and Apple computers write them, and what is not seen at all.
        ("with Sia\u0302n Quartz", "Sia\u0302n Quartz", "sian"),
        ("with SIA\u0302N", "SIA\u0302N", "sian"),
        ("Jo\u200be Hart came", "Jo\u200be Hart", "joe"),
        ("\u202eJoe\u202c came", "Joe", "joe"),
        ("Luka\u00adsiewicz rang", "Luka\u00adsiewicz", "sian"),
        ("Joe\u00a0Hart came", "Joe\u00a0Hart", "joe"),
        # Typed in a hurry.
        ("Joes bike", "Joes", "joe"),
        ("at joes school", "joes", "joe"),
        ("Ms O Connor rang", "Ms O Connor", "sian"),
        ("JoeHart is his name there", "JoeHart", "joe"),
        ("OConnorLukasiewicz", "OConnorLukasiewicz", "sian"),
        ("then mrs quill rang", "mrs quill", "name:mrs quill"),
        # Nobody on record, by more than two words: what is proposed is the whole of it.
        ("Miss Mary-Jane O’Brien came.", "Miss Mary-Jane O’Brien", "name:miss obrien"),
        ("Mr Peter John Vane rang.", "Mr Peter John Vane", "name:mr vane"),
        ("Dr. P. J. Singh said so.", "Dr. P. J. Singh", "name:dr singh"),
        ("Mr J. Quill. He rang.", "Mr J. Quill", "name:mr quill"),
        ("Mrs Quill Tuesday", "Mrs Quill", "name:mrs quill"),
        ("Uncle Bob shouted.", "Uncle Bob", "name:uncle bob"),
        ("PC Quill attended.", "PC Quill", "name:pc quill"),
        # Numbers as a web page or a word processor writes them.
        ("07911\u00a0123\u00a0456", "07911\u00a0123\u00a0456", "phone:+447911123456"),
        ("07911.123.456", "07911.123.456", "phone:+447911123456"),
        ("943\u00a0476\u00a05919", "943\u00a0476\u00a05919", "nhs:9434765919"),
        ("943.476.5919.", "943.476.5919", "nhs:9434765919"),
        ("AB-12-34-56-C", "AB-12-34-56-C", "ni:AB123456C"),
        ("PR8\u00a01AA", "PR8\u00a01AA", "sian reached"),
        ("L1  8JQ", "L1  8JQ", "postcode:L1 8JQ"),
        ("car ab12 cde", "ab12 cde", "car:AB12CDE"),
        ("AB12-CDE", "AB12-CDE", "car:AB12CDE"),
        ("ABC 123D", "ABC 123D", "car:ABC123D"),
        ("ABZ 1234", "ABZ 1234", "car:ABZ1234"),
        ("facebook.com/quill.b, he said", "facebook.com/quill.b", "url:facebook.com/quill.b"),
        # Relatives whom nobody wrote down, as they are mentioned.
        ("then her uncle Dave shouted", "uncle Dave", "name:uncle dave"),
        ("at nan Pat’s", "nan Pat", "name:nan pat"),
        ("Nanna Jean rang", "Nanna Jean", "name:nanna jean"),
        ("her cousin Joe", "Joe", "joe"),
        # Half of a name that is one with a hyphen is not left.
        ("Joe-Lewis came", "Joe-Lewis", "joe"),
        ("with Anna-Siân", "Anna-Siân", "sian"),
        ("Mrs Green-Bell", "Mrs Green-Bell", "green"),
    ],
)
def test_what_is_found_however_it_was_typed_or_pasted(text, words, group):
    one_is_found(text, words, group)


OFTEN_MISWRITTEN = Finder(
    own=AMELIA,
    others=[
        Somebody(key=name.casefold(), name=name, role="in the family", full_names=(name,))
        for name in (
            "Seán Ó Súilleabháin",
            "Caoimhe Ní Dhomhnaill",
            "Niamh McLoughlin",
            "Pieter van den Berg",
            "Omar bin Rashid",
            "Ann White",
            "Jo Marsh",
            "Kim Foster",
            "May Hope",
        )
    ],
)


@pytest.mark.parametrize(
    ("text", "words", "group"),
    [
        # A family name of several words is one.
        ("Mr Ó Súilleabháin rang", "Mr Ó Súilleabháin", "seán ó súilleabháin"),
        ("OSuilleabhain", "OSuilleabhain", "seán ó súilleabháin"),
        ("Ms Ní Dhomhnaill", "Ms Ní Dhomhnaill", "caoimhe ní dhomhnaill"),
        ("Mr van den Berg’s", "Mr van den Berg", "pieter van den berg"),
        ("Mrs Mc Loughlin", "Mrs Mc Loughlin", "niamh mcloughlin"),
        ("with bin Rashid", "bin Rashid", "omar bin rashid"),
        # Words that are names.
        ("May rang.", "May", "may hope"),
        ("then May, 12, and her friend", "May", "may hope"),
        ("Whyte rang", "Whyte", "ann white"),
        ("Foster rang", "Foster", "kim foster"),
    ],
)
def test_names_of_several_words_and_names_that_are_words(text, words, group):
    found = OFTEN_MISWRITTEN.find(text)
    assert [(one.words, one.group) for one in found] == [(words, group)]


@pytest.mark.parametrize(
    "text",
    [
        "While she waited the van was full, and the bin too.",
        "On 12 May 2025, the 3rd of May, and in May 2024.",
        "March 2025: a foster carer. Those were the days.",
        "He stayed with his nan. Yesterday she rang; nan said the uncle knew.",
    ],
)
def test_words_that_only_look_like_those_names(text):
    assert OFTEN_MISWRITTEN.find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "AmeliaHart, and Amelias bag",
        "yr10 and the a12 the other way, on 01.02.2024 at 10.30",
        "by the mr and the grandma, and/or so",
        "where there are wills and marks",
    ],
)
def test_what_looks_like_it_and_is_not(text):
    assert FINDER.find(text) == []


def test_one_who_follows_a_title_is_one_person_with_and_without_the_first_name():
    found = FINDER.find("Mrs Linda Quill rang. Mrs Quill and Mr Quill came.")
    assert [one.group for one in found] == ["name:mrs quill", "name:mrs quill", "name:mr quill"]


@pytest.mark.parametrize(
    "text",
    [
        "Amelia Hart came, and Amelia’s mood was better.",
        "Mrs Hart rang from 07700 900123.",
        "She lives in PR9 0ZZ.",
        "by the grace of God, in a green coat with a heart",
        "The GP said so. NHS 943 476 5918.",
        "",
    ],
)
def test_what_is_not(text):
    assert FINDER.find(text) == []


def test_a_professional_is_proposed_open_and_once_for_all_texts():
    found = [one for text in ("Grace Green", "Dr Green") for one in FINDER.find(text)]
    assert {one.group for one in found} == {"green"}
    assert {one.advice for one in found} == {Advice.OPEN}
    assert FINDER.find("Joe")[0].advice == Advice.WITHHOLD


names = st.text(alphabet=string.ascii_lowercase, min_size=5, max_size=10).map(str.title)
between = st.text(alphabet=" .,;\n-()“”", min_size=1, max_size=4)


@given(given_name=names, family=names, before=between, after=between)
def test_whoever_is_on_record_is_found_wherever_the_name_stands(given_name, family, before, after):
    assume(not {given_name.lower(), family.lower()} & {"amelia", "hart"})
    assume(given_name.lower() not in {"grace", "green"})
    other = Somebody("x", f"{given_name} {family}", "", (f"{given_name} {family}",))
    text = f"so{before}{given_name} {family}{after}said"
    (found,) = Finder(own=AMELIA, others=[other]).find(text)
    assert (found.words, found.group) == (f"{given_name} {family}", "x")


@given(name=names, place=st.integers(0, 9), letter=st.sampled_from(string.ascii_lowercase))
def test_one_slip_is_seen_and_two_words_that_differ_more_are_not(name, place, letter):
    name = name.lower()
    place %= len(name)
    for slip in (
        name[:place] + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
    ):
        assert is_misspelt(slip, name) == (slip != name)
    assert not is_misspelt(name + "xy", name)


@given(st.text(alphabet="ab JoeHart’'-.\n0123456789@", max_size=200))
def test_found_places_stand_in_the_text_and_do_not_overlap(text):
    found = FINDER.find(text)
    assert all(text[one.start : one.end] == one.words for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.integers(0, 999_999_999))
def test_exactly_one_last_digit_makes_an_nhs_number(nine):
    first = f"{nine:09}"
    right = [digit for digit in string.digits if is_nhs_number(first + digit)]
    assert len(right) <= 1
    for digit in right:
        (shaped,) = shaped_in(f"({first}{digit})")
        assert shaped.pattern == Pattern.NHS


@given(st.text(max_size=30))
@example("Ǿrsted ϒ ℋ")
def test_folding_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


NAMED = (
    "Joe",
    "Joey’s",
    "JOE HART",
    "Siân",
    "Sian",
    "Łukasiewiz",
    "O’Connor",
    "Mrs",
    "Amelia",
    "J.H.",
)
EVERYDAY_TEXT = ("the", "week", "ª", "—", "ʼ", "07700 900456", "PR8 1AA", "12 Sample St", "a@b.org")


@given(
    st.lists(st.sampled_from((*NAMED, *EVERYDAY_TEXT)) | st.text(max_size=6), max_size=12),
    st.sampled_from([" ", "-", "", "\n"]),
)
def test_no_word_is_passed_over_at_which_a_name_begins(words, between):
    text = between.join(words)
    finder = Finder(own=AMELIA, others=[JOE, SIAN, GREEN])
    slowly, place, every = [], 0, list(words_of(text))
    while place < len(every):
        found, used = finder._name_at(text, every, place)
        slowly += [finder._whole(text, found)] if found else []
        place += used
    assert list(finder._names(text)) == slowly
    assert finder.find(text) == finder.find(text)


@given(
    st.lists(
        st.sampled_from(
            (
                "a@b.org",
                "WWW.b.org",
                "http://b",
                "943 476 5919",
                "AB 12 34 56 C",
                "pr8 1aa",
                "AB12CDE",
            )
        )
        | st.from_regex(r"[A-Za-z]{1,2}\d{1,3} ?\d?[A-Za-z]{2,3}", fullmatch=True)
        | st.text(max_size=5),
        max_size=6,
    )
)
def test_no_shape_is_passed_over(words):
    text = " ".join(words)
    wanted = {
        pattern: sum(1 for _ in shape.finditer(text))
        for pattern, shape in (
            (Pattern.EMAIL, patterns.EMAIL),
            (Pattern.URL, patterns.URL),
            (Pattern.NI, patterns.NI),
            (Pattern.POSTCODE, patterns.POSTCODE),
            (Pattern.CAR, patterns.CAR),
        )
    }
    found = Counter(one.pattern for one in patterns._every(text))
    assert {pattern: found[pattern] for pattern in wanted} == wanted
