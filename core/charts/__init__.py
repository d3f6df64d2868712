"""Pictures of figures, drawn by the server as SVG: lines, bars, stacked bars, small multiples.

A chart here is only data: where its lines, marks, bars and words stand. `components/chart.html` writes it
down, so nothing is fetched from anybody and the page needs no script (features.md P39, P8).

Everybody can read it. The figures stand in a table behind the picture and in a sentence for whoever hears
the page; series differ by shape, dash or pattern as well as by colour; forced colours and paper keep
them apart. Places across are in per cent and heights in pixels, so that words keep their size from 320
pixels up and only the picture between them widens.
"""

from core.charts.drawing import bar_chart, line_chart, small_multiples, stacked_bar_chart
from core.charts.parts import MARKS, MOST_SERIES, Chart, Scale, Series, SmallMultiples
from core.charts.placing import PLOT_HEIGHT, PLOT_TOP

__all__ = [
    "MARKS",
    "MOST_SERIES",
    "PLOT_HEIGHT",
    "PLOT_TOP",
    "Chart",
    "Scale",
    "Series",
    "SmallMultiples",
    "bar_chart",
    "line_chart",
    "small_multiples",
    "stacked_bar_chart",
]
