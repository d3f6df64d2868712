"""Where the parts of a picture stand: across in per cent, upwards in pixels."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import ceil, floor, log10

from core.charts import telling
from core.charts.parts import MOST_SERIES, Figure, Label, Scale, Series, Words

PLOT_LEFT, PLOT_RIGHT = 12.0, 94.0  # per cent; the scale's numbers stand left of it
PLOT_TOP, PLOT_HEIGHT, LABELS_AT = 30, 200, 254  # pixels from the top
NEAR_ON_A_TELEPHONE, NEAR = 30.0, 12.0  # per cent between two labels below the picture


def check(labels: Sequence[Label], series: Sequence[Series]) -> None:
    if not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"A picture holds 1 to {MOST_SERIES} series, not {len(series)}.")
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("Each series has one value for each label, or None.")


def steps(values: Iterable[Figure], scale: Scale) -> list[float]:
    """The values at which a line is drawn across, from the lowest to the highest: some four or five."""
    values = list(values)
    low = min(0, *values) if scale.lowest is None else min(scale.lowest, *values)
    high = max(values) if scale.highest is None else max(scale.highest, *values)
    if high <= low:
        high = low + 1
    step = _round_step((high - low) / 4)
    first = floor(low / step) if scale.lowest is None or low < scale.lowest else low / step
    count = ceil((high - first * step) / step - 1e-9)
    steps = [round((first + each) * step, 10) for each in range(count + 1)]
    if scale.highest is not None and steps[-1] > high:
        # The end of a scale that was given stays its end: no line stands above the best answer.
        steps[-1] = high
    return steps


def _round_step(wanted: float) -> float:
    """The nearest of 1, 2, 5, 10, 20 … that is not smaller."""
    unit = 10.0 ** floor(log10(wanted))
    return next(unit * each for each in (1, 2, 5, 10) if unit * each >= wanted - 1e-9)


def across(labels: Sequence[Label]) -> list[float]:
    """Where each label stands, in per cent: days in proportion to time, others evenly."""
    days = [label.toordinal() for label in labels if isinstance(label, date)]
    places = days if len(days) == len(labels) else list(range(len(labels)))
    first, last = min(places), max(places)
    if first == last:
        return [(PLOT_LEFT + PLOT_RIGHT) / 2] * len(places)
    width = PLOT_RIGHT - PLOT_LEFT
    return [PLOT_LEFT + width * (place - first) / (last - first) for place in places]


def upwards(steps: Sequence[float]) -> Callable[[Figure], str]:
    """How far down a value stands, in pixels from the top."""
    low, high = steps[0], steps[-1]

    def place(value: Figure) -> str:
        return pixels(PLOT_TOP + PLOT_HEIGHT * (high - value) / (high - low))

    return place


def values(across: Sequence[float], one: Series, up: Callable[[Figure], str]) -> Iterable[Words]:
    """The value above each mark. A mark too near the one before keeps silent on a telephone."""
    before = -100.0
    for x, value in zip(across, one.values, strict=True):
        if value is None:
            continue
        near = x - before < NEAR
        y = pixels(float(up(value)) - 11)
        yield Words(percent(x), y, telling.number(value), "middle", wide_only=near, strong=True)
        before = before if near else x


def below(across: Sequence[float], labels: Sequence[str]) -> Iterable[Words]:
    """The labels below the picture: first and last always, between them those that have room."""
    last, y = len(labels) - 1, LABELS_AT
    shown, shown_on_a_telephone = across[0], across[0]
    for place, (x, text) in enumerate(zip(across, labels, strict=True)):
        if place == last and last > 0:
            yield Words("100%", pixels(y), text, "end")
        elif place == 0:
            yield Words(percent(x), pixels(y), text, "middle")
        elif x - shown >= NEAR and across[last] - x >= NEAR:
            shown = x
            room = x - shown_on_a_telephone >= NEAR_ON_A_TELEPHONE
            room = room and across[last] - x >= NEAR_ON_A_TELEPHONE
            shown_on_a_telephone = x if room else shown_on_a_telephone
            yield Words(percent(x), pixels(y), text, "middle", wide_only=not room)


def percent(value: float) -> str:
    return f"{value:.2f}%"


def pixels(value: float) -> str:
    return f"{value:.1f}"
