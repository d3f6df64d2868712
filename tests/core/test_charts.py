"""Charts: everything stands inside the picture, and everything in the picture stands in words too."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from core.charts import (
    MARKS,
    MOST_SERIES,
    PLOT_HEIGHT,
    PLOT_TOP,
    Scale,
    Series,
    bar_chart,
    line_chart,
    small_multiples,
    stacked_bar_chart,
)

TEN = Scale(0, 10, "Not at all", "Very much")
DAYS = [date(2026, 1, 12), date(2026, 4, 20), date(2026, 11, 12)]


def sleep(*values, labels=DAYS, scale=TEN, **given):
    return line_chart(
        key="sleep", title="Sleep", labels=labels, series=[Series("", values)], scale=scale, **given
    )


def drawn(chart) -> str:
    return " ".join(render_to_string("components/chart.html", {"chart": chart}).split())


def heights(chart) -> list[float]:
    """How high each value stands above the foot of the picture, from 0 to 1."""
    return [1 - (float(mark.y) - PLOT_TOP) / PLOT_HEIGHT for mark in chart.marks]


# --- Lines ------------------------------------------------------------------------------------------


def test_line_chart_puts_values_where_they_belong_on_the_scale():
    assert heights(sleep(0, 5, 10)) == pytest.approx([0, 0.5, 1])


def test_line_chart_sets_days_apart_as_time_does():
    evenly = sleep(1, 2, 3, labels=["start", "review", "end"])
    in_time = sleep(1, 2, 3)

    assert [mark.x for mark in evenly.marks] == ["12.00%", "53.00%", "94.00%"]
    assert in_time.marks[1].x == f"{12 + 82 * 98 / 304:.2f}%"


def test_line_chart_breaks_where_nothing_is_recorded():
    chart = sleep(1, None, 3)

    assert len(chart.marks) == 2
    assert [line for line in chart.lines if line.number] == []
    assert chart.rows[1] == ("20 April 2026", "Not recorded")


def test_line_chart_of_one_day_stands_in_the_middle():
    chart = sleep(4, labels=DAYS[:1])

    assert [mark.x for mark in chart.marks] == ["53.00%"]
    assert chart.told == "4 (12 January 2026)."


def test_line_chart_says_what_the_ends_mean():
    chart = sleep(1, 2, 3)

    assert (chart.low_words, chart.high_words) == ("0: Not at all", "10: Very much")


def test_line_chart_tells_few_values_and_only_the_ends_and_extremes_of_many():
    labels = [f"week {number}" for number in range(1, 21)]
    many = line_chart(
        key="w", title="Weeks", labels=labels, series=[Series("Visits", [*range(19), 3])]
    )

    assert sleep(2, 4, 7).told == (
        "2 (12 January 2026), then 4 (20 April 2026), then 7 (12 November 2026)."
    )
    assert (
        many.told
        == "Visits: from 0 (week 1), to 3 (week 20), lowest 0 (week 1), highest 18 (week 19)."
    )


def test_line_chart_of_a_value_beyond_its_scale_still_holds_it():
    assert max(heights(sleep(2, 12, 3))) <= 1


def test_several_lines_have_a_legend_and_marks_of_their_own():
    chart = line_chart(
        key="two",
        title="Two",
        labels=DAYS,
        series=[Series("Sleep", [1, 2, 3]), Series("Routines", [3, 2, 1])],
    )

    assert [key.name for key in chart.legend] == ["Sleep", "Routines"]
    assert len({mark.shape for mark in chart.marks}) == 2
    assert len(set(MARKS)) == MOST_SERIES


def test_labels_on_a_telephone_do_not_run_into_each_other():
    chart = sleep(*range(31), labels=[DAYS[0] + timedelta(days=n) for n in range(31)])

    below = [
        float(word.x[:-1]) for word in chart.words if "Jan" in word.text and not word.wide_only
    ]
    assert below[0] == 12
    assert all(later - earlier >= 25 for earlier, later in pairwise(below))


hundredths = st.integers(-(10**8), 10**8).map(lambda number: number / 100)
figures = st.one_of(st.none(), st.integers(-1000, 100_000), hundredths)


@given(st.lists(figures, min_size=1, max_size=40))
def test_everything_stands_inside_the_picture(values):
    chart = line_chart(
        key="any",
        title="Any",
        labels=[date(2026, 1, 1) + timedelta(days=n) for n in range(len(values))],
        series=[Series("", values)],
    )

    assert chart.is_empty is all(value is None for value in values)
    assert all(-0.001 <= height <= 1.001 for height in heights(chart))
    assert all(0 <= float(mark.x[:-1]) <= 100 for mark in chart.marks)
    assert all(0 <= float(word.y) <= chart.height for word in chart.words)
    assert len([line for line in chart.lines if not line.number]) <= 8


# --- Bars -------------------------------------------------------------------------------------------


def test_bar_chart_is_as_long_as_its_value_and_says_it():
    chart = bar_chart(
        key="c", title="Cases", labels=["Dean", "Priya"], values=[10, 5], unit="cases"
    )

    assert [bar.width for bar in chart.bars] == ["80.00%", "40.00%"]
    assert chart.told == "Dean: 10 cases, Priya: 5 cases."
    assert chart.columns == ("", "Cases")
    assert chart.rows == (("Dean", "10 cases"), ("Priya", "5 cases"))


def test_stacked_bar_chart_sets_its_parts_behind_one_another_and_adds_them_up():
    chart = stacked_bar_chart(
        key="s",
        title="Tasks",
        labels=["Dean", "Priya"],
        series=[Series("Late", [1, 0]), Series("Later", [3, 2])],
    )

    assert [(bar.x, bar.width, bar.number) for bar in chart.bars] == [
        ("0.00%", "20.00%", 1),
        ("20.00%", "60.00%", 2),
        ("0.00%", "40.00%", 2),
    ]
    assert chart.columns == ("", "Late", "Later", "Together")
    assert chart.rows == (("Dean", "1", "3", "4"), ("Priya", "0", "2", "2"))
    assert [number for number, _ in chart.patterns] == [2]


def test_bar_chart_of_a_long_name_keeps_it_whole_in_the_table():
    name = "Rose Adeyemi-Castellanos of the Saturday morning drop-in"
    chart = bar_chart(key="c", title="Cases", labels=[name], values=[1])

    assert chart.words[0].text.endswith("…")
    assert chart.rows[0][0] == name


@pytest.mark.parametrize(
    "chart",
    [
        bar_chart(key="n", title="Nobody", labels=[], values=[]),
        bar_chart(key="n", title="Nobody", labels=["Dean"], values=[0]),
        sleep(None, None, None),
    ],
)
def test_a_chart_of_nothing_says_so(chart):
    assert chart.is_empty
    assert "Nothing recorded yet." in drawn(chart)
    assert "<svg" not in drawn(chart)


def test_a_picture_that_nobody_could_read_is_refused():
    one = Series("one", [1])
    with pytest.raises(ValueError, match="1 to 6 series"):
        line_chart(key="x", title="X", labels=["a"], series=[one] * 7)
    with pytest.raises(ValueError, match="one value for each label"):
        line_chart(key="x", title="X", labels=["a", "b"], series=[one])
    with pytest.raises(ValueError, match="shorter than nothing"):
        bar_chart(key="x", title="X", labels=["a"], values=[-1])


def test_small_multiples_share_one_scale():
    several = small_multiples(
        key="m",
        title="Measures",
        labels=["start", "end"],
        series=[Series("Sleep", [1, 2]), Series("Visits", [50, 100])],
    )

    assert [chart.title for chart in several.charts] == ["Sleep", "Visits"]
    assert len({chart.key for chart in several.charts}) == 2
    assert heights(several.charts[0]) == pytest.approx([0.01, 0.02], abs=0.001)


# --- As written down --------------------------------------------------------------------------------


def test_picture_is_named_told_and_has_its_table():
    text = drawn(sleep(2, 4, 7))

    assert 'role="img"' in text
    assert 'aria-labelledby="sleep-title sleep-told"' in text
    assert '<title id="sleep-title">Sleep</title>' in text
    assert "then 7 (12 November 2026)." in text
    assert re.search(r'<th scope="row"[^>]*>12 January 2026</th> <td[^>]*>2</td>', text)


def test_picture_has_nothing_inline_and_nothing_foreign():
    stacked = stacked_bar_chart(
        key="s", title="Tasks", labels=["Dean"], series=[Series("<b>", [1]), Series("Later", [3])]
    )
    text = drawn(stacked)

    assert "style=" not in text
    assert "http" not in text
    assert "&lt;b&gt;" in text
    assert set(re.findall(r"url\(#([^)]+)\)", text)) == set(
        re.findall(r'pattern id="([^"]+)"', text)
    )
