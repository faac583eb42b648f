"""Charts: what is drawn, what a screen reader is told, and nothing that the policy forbids."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from api.charts import PATTERNS, Bar, bar_chart, line_chart, stacked_chart

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = [f"2026-W{n:02d}" for n in range(1, 31)]
Columns = Callable[..., str]


def parsed(chart: str) -> etree._Element:
    return etree.fromstring(chart)


def texts(chart: etree._Element) -> list[str]:
    return ["".join(text.itertext()).strip("\u2068\u2069") for text in chart.iter(f"{SVG}text")]


def marks(chart: etree._Element) -> list[etree._Element]:
    return [rect for rect in chart.iter(f"{SVG}rect") if rect.get("class") == "chart-mark"]


def bars(*values: float | None) -> str:
    listed = [Bar(f"bar {n}", value) for n, value in enumerate(values)]
    return bar_chart("c", "Title", "What one sees", listed, withheld="<5")


CHARTS = [
    bars(3, None, 12),
    stacked_chart("c", "T", "D", ["a", "b"], {"x": [1, None], "y": [0, 4]}, withheld="<5"),
    line_chart("c", "T", "D", ["a", "b", "c"], {"x": [1, None, 2], "y": [0, 4, 3]}, withheld="<5"),
]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_an_image_with_a_name_and_a_description(chart: str) -> None:
    svg = parsed(chart)
    assert svg.get("role") == "img"
    named = svg.get("aria-labelledby").split()
    found = {node.get("id"): node.tag for node in svg if node.get("id")}
    assert [found[name] for name in named] == [f"{SVG}title", f"{SVG}desc"]
    assert svg.get("viewBox") and svg.get("width") is None


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_has_no_styles_no_scripts_and_no_colour_of_its_own(chart: str) -> None:
    for node in parsed(chart).iter():
        assert node.tag not in (f"{SVG}style", f"{SVG}script")
        for name, value in node.attrib.items():
            assert name != "style" and not name.startswith("on") and "href" not in name
            if name in ("fill", "stroke"):
                assert value in ("currentColor", "none") or value.startswith("url(#c-")


@pytest.mark.parametrize("chart", CHARTS)
def test_every_pattern_that_is_used_is_there_once(chart: str) -> None:
    svg = parsed(chart)
    ids = [node.get("id") for node in svg.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    used = {
        node.get("fill")[5:-1] for node in svg.iter() if node.get("fill", "").startswith("url(")
    }
    assert used <= set(ids)
    assert "c-withheld" in used


def test_bars_are_as_long_as_their_values() -> None:
    long, short = (float(mark.get("width")) for mark in marks(parsed(bars(40, 10))))
    assert long == pytest.approx(4 * short, abs=0.2)


def test_a_withheld_bar_is_a_hatched_stub_with_its_word() -> None:
    svg = parsed(bars(40, None))
    assert marks(svg)[1].get("fill") == "url(#c-withheld)"
    assert "<5" in texts(svg)
    assert "&lt;5" in bars(40, None)


@pytest.mark.parametrize("values", [(), (0,), (None,), (0, None, 0)])
def test_bars_of_nothing_are_drawn_without_a_fault(values: tuple[float | None, ...]) -> None:
    assert len(marks(parsed(bars(*values)))) == len(values)


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=120))
def test_any_label_is_escaped_and_no_line_is_longer_than_the_chart(label: str) -> None:
    chart = parsed(bar_chart("c", label, label, [Bar(label, 2)], withheld="-"))
    assert (chart[0].text or "") == label
    *lines, value = texts(chart)
    assert value == "2"
    assert 1 <= len(lines) <= 2
    assert all(len(line) <= 62 for line in lines if line.isascii() and line.islower())
    joined = "".join("".join(lines).split())
    whole = "".join(label.split())
    assert joined == whole or whole.startswith(joined.removesuffix("…"))


def test_a_label_that_is_too_long_ends_with_an_ellipsis_and_is_told_whole() -> None:
    label = "a very long question that somebody asked about many things at once " * 3
    chart = parsed(bar_chart("c", "T", "D", [Bar(label, 2)], withheld="-"))
    assert texts(chart)[1].endswith("…")
    assert chart.find(f"{SVG}g/{SVG}title").text == label


def test_a_right_to_left_label_is_isolated() -> None:
    chart = bar_chart("c", "T", "D", [Bar("كيف أجد طبيبا (1)", 2)], withheld="-")
    assert "\u2068كيف أجد طبيبا (1)\u2069" in chart


def test_parts_of_a_column_stand_on_each_other() -> None:
    svg = parsed(stacked_chart("c", "T", "D", ["w"], {"x": [30], "y": [10]}, withheld="-"))
    below, above = marks(svg)[:2]
    top = float(above.get("y")) + float(above.get("height"))
    assert float(below.get("height")) == pytest.approx(3 * float(above.get("height")), abs=0.2)
    assert top == pytest.approx(float(below.get("y")), abs=0.11)
    assert below.get("fill") != above.get("fill")


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=6, max_size=6),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_is_drawn_above_or_beside_the_plot(values: list[list[float | None]]) -> None:
    series = {str(n): row for n, row in enumerate(values)}
    columns = WEEKS[:6]
    for draw in (stacked_chart, line_chart):
        svg = parsed(draw("c", "T", "D", columns, series, withheld="-"))
        _, _, width, height = map(float, svg.get("viewBox").split())
        for mark in marks(svg):
            x, y = float(mark.get("x")), float(mark.get("y"))
            assert 0 <= x <= x + float(mark.get("width")) <= width
            assert 0 <= y <= y + float(mark.get("height")) <= height


def test_a_line_is_broken_where_a_value_is_withheld() -> None:
    svg = parsed(
        line_chart("c", "T", "D", list("abcde"), {"x": [1, 2, None, 3, 4]}, withheld="few")
    )
    lines = [line.get("points").split() for line in svg.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [2, 2, 2]  # two pieces, and the legend's
    assert "few" in texts(svg)


def test_lines_differ_in_dashes_or_markers() -> None:
    series = {name: [n, n + 1] for n, name in enumerate("abcdef")}
    svg = parsed(line_chart("c", "T", "D", ["v", "w"], series, withheld="-"))
    drawn = list(svg.iter(f"{SVG}polyline"))[:6]
    assert len({line.get("stroke-dasharray") for line in drawn}) == 6


def test_of_many_columns_only_some_are_labelled() -> None:
    svg = parsed(stacked_chart("c", "T", "D", WEEKS, {"x": [1] * 30}, withheld="-"))
    assert 2 <= len(set(texts(svg)) & set(WEEKS)) <= 6


def test_ticks_are_round_and_whole_unless_shares_are_drawn() -> None:
    def ticks(*values: float) -> list[str]:
        columns = [str(n) for n in range(len(values))]
        chart = parsed(line_chart("c", "T", "D", columns, {"x": values}, withheld="-"))
        return texts(chart)[:5]

    assert ticks(3) == ["0", "1", "2", "3", "4"]
    assert ticks(0.5, 1.0) == ["0", "0.25", "0.5", "0.75", "1"]
    assert ticks(937) == ["0", "250", "500", "750", "1000"]


def test_the_legend_names_every_series_and_only_what_is_withheld() -> None:
    svg = parsed(stacked_chart("c", "T", "D", ["w"], {"x": [1], "y": [2]}, withheld="few"))
    assert {"x", "y"} <= set(texts(svg)) and "few" not in texts(svg)


@pytest.mark.parametrize("draw", [stacked_chart, line_chart])
def test_what_cannot_be_drawn_is_refused(draw: Columns) -> None:
    with pytest.raises(ValueError, match="tells 6 series apart and got 7"):
        draw("c", "T", "D", ["w"], {str(n): [1] for n in range(len(PATTERNS) + 1)}, withheld="-")
    with pytest.raises(ValueError, match="2 values for 1 columns"):
        draw("c", "T", "D", ["w"], {"x": [1, 2]}, withheld="-")
    with pytest.raises(ValueError, match="negative"):
        draw("c", "T", "D", ["w"], {"x": [-1]}, withheld="-")


@pytest.mark.parametrize("name", ["", 'a"b', "a b", "é"])
def test_a_name_that_is_no_id_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="chart's name"):
        bar_chart(name, "T", "D", [], withheld="-")
