"""What answers that count come to."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Question
from assessments.scores import score_of, shown

OPTIONS = [
    {"key": "a1", "words": "Never", "score": 0},
    {"key": "a2", "words": "Often", "score": 3},
    {"key": "a3", "words": "No answer counts", "score": None},
]


def number(highest=10, *, counts=True):
    return Question(kind="number", highest=highest and Decimal(highest), is_scored=counts)


def choice(kind="choice"):
    return Question(kind=kind, options=OPTIONS, is_scored=True)


def test_numbers_and_choices_are_added_out_of_the_most_they_can_be():
    score = score_of([(number(), Decimal(4)), (choice(), "a2"), (choice("several"), ["a1", "a2"])])

    assert score.words == "10 of 16"


def test_what_does_not_count_is_left_out_and_without_any_there_is_no_score():
    assert score_of([(number(counts=False), Decimal(4))]).words == ""
    assert score_of([]).words == ""


def test_a_number_without_an_upper_end_has_no_most():
    assert score_of([(number(None), Decimal("2.50"))]).words == "2.5"


def test_what_is_missing_is_said():
    assert (
        score_of([(number(), None), (choice(), "a2")]).words == "3 of 13 (1 question not answered)"
    )


@given(st.lists(st.one_of(st.none(), st.integers(0, 10).map(Decimal)), min_size=1, max_size=30))
def test_never_more_than_the_most_and_each_missing_one_counted(answers):
    score = score_of([(number(), one) for one in answers])

    assert 0 <= score.reached <= score.most
    assert score.unanswered == answers.count(None)


@given(st.decimals(0, 10**6, places=2))
def test_a_number_is_shown_without_empty_digits(value):
    assert Decimal(shown(value)) == value
    assert "E" not in shown(value)
