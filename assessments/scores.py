"""What answers that count come to: sums of numbers and of the scores behind choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.dates import plural


@dataclass(frozen=True, slots=True)
class Score:
    """A sum, out of how much at most, and how many questions that count were not answered."""

    reached: Decimal | None = None
    most: Decimal | None = None
    unanswered: int = 0

    @property
    def words(self) -> str:
        """The score as people read it; "" where nothing counts."""
        if self.reached is None:
            return ""
        most = f" of {shown(self.most)}" if self.most is not None else ""
        missing = (
            f" ({plural(self.unanswered, 'question')} not answered)" if self.unanswered else ""
        )
        return f"{shown(self.reached)}{most}{missing}"


def score_of(answered: Iterable[tuple[Any, Any]]) -> Score:
    """The score of `answered`: pairs of a question and what was given, None where nothing was."""
    counting = [(question, given) for question, given in answered if question.is_scored]
    if not counting:
        return Score()
    worth = [_worth(question, given) for question, given in counting]
    most = [_most(question) for question, _ in counting]
    return Score(
        reached=sum((one for one in worth if one is not None), Decimal(0)),
        most=None if None in most else sum((one for one in most if one is not None), Decimal(0)),
        unanswered=worth.count(None),
    )


def shown(number: Decimal | None) -> str:
    """A number without empty digits behind the point."""
    return "" if number is None else f"{number.normalize():f}"


def _worth(question: Any, given: Any) -> Decimal | None:
    if given is None:
        return None
    if isinstance(given, Decimal):
        return given
    chosen = {given} if isinstance(given, str) else set(given)
    return sum(
        (Decimal(one.score or 0) for one in question.choices if one.key in chosen), Decimal(0)
    )


def _most(question: Any) -> Decimal | None:
    """What one question can come to at most; None where its number has no upper end."""
    if not question.choices:
        return question.highest
    scores = [Decimal(one.score or 0) for one in question.choices]
    several = question.kind == "several"
    return sum((one for one in scores if one > 0), Decimal(0)) if several else max(scores)
