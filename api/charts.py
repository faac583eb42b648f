"""Charts as SVG that a page can hold under a strict content policy.

No library that we have writes SVG without `style` attributes or elements, which the policy forbids,
so the few shapes are drawn here. Everything is drawn in the text's own colour; patterns, dashes and
markers tell the series apart. The table beside a chart carries its figures for screen readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from api import drawing
from api.drawing import PATTERNS

_BAR = 16
_STUB = 14
_PLOT_LEFT = 44
_PLOT_HEIGHT = 160
_TICKS = 4
_LABELS = 5
"""Most labels under the columns that still stand apart."""

Show = Callable[[float], str]


@dataclass(frozen=True)
class Bar:
    """A bar of a bar chart.

    Attributes:
        label: What it counts.
        value: How much; None when it is withheld.
    """

    label: str
    value: float | None


def plain_number(value: float) -> str:
    """A value as people read it: whole numbers without decimals."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2g}"


def bar_chart(
    name: str,
    title: str,
    description: str,
    bars: Sequence[Bar],
    *,
    withheld: str,
    show: Show = plain_number,
) -> Markup:
    """Horizontal bars, each under its label.

    Args:
        name: Names the chart within its page; letters, digits and hyphens.
        title: What it shows.
        description: What one sees in it, for who does not see it.
        bars: The bars, from the top.
        withheld: What stands beside a bar whose value is withheld, such as `<5`.
        show: Writes a value.

    Returns:
        The SVG.

    Raises:
        ValueError: The name has other signs, or a value is negative.
    """
    most = _most(bar.value for bar in bars)
    room = (
        drawing.WIDTH
        - max(
            [
                drawing.text_width(show(most), drawing.FONT),
                drawing.text_width(withheld, drawing.FONT),
            ]
        )
        - 8
    )
    parts: list[Markup] = []
    top = 0.0
    for bar in bars:
        lines = drawing.wrapped(bar.label, drawing.WIDTH, 2)
        parts.append(Markup("<g><title>{}</title>").format(bar.label))
        for line in lines:
            top += drawing.LINE
            parts.append(drawing.text(0, top - 4, line))
        if bar.value is None:
            parts.append(drawing.box(0, top, _STUB, _BAR, f"url(#{name}-withheld)"))
            parts.append(drawing.text(_STUB + 6, top + 13, withheld))
        else:
            length = room * bar.value / most
            parts.append(drawing.box(0, top, max(length, 1), _BAR, "currentColor"))
            parts.append(drawing.text(max(length, 1) + 6, top + 13, show(bar.value)))
        parts.append(Markup("</g>"))
        top += _BAR + 10
    return drawing.svg(name, title, description, max(top, 1), parts, ("withheld",))


def stacked_chart(
    name: str,
    title: str,
    description: str,
    columns: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    withheld: str,
    show: Show = plain_number,
) -> Markup:
    """Columns of stacked parts, such as one a week, with a legend.

    Args:
        name: Names the chart within its page; letters, digits and hyphens.
        title: What it shows.
        description: What one sees in it, for who does not see it.
        columns: Labels of the columns; few of them are written when there are many.
        series: The parts from the bottom, each with a value a column; None when it is withheld.
        withheld: What the legend says of withheld values.
        show: Writes a value.

    Returns:
        The SVG; where something is withheld, a hatched stub stands for it.

    Raises:
        ValueError: There are more series than patterns, their lengths differ, a value is
            negative, or the name has other signs.
    """
    _check_series(columns, series)
    totals = [sum(values[i] or 0 for values in series.values()) for i in range(len(columns))]
    stubs = max(
        (sum(v[i] is None for v in series.values()) for i in range(len(columns))), default=0
    )
    scale = (_PLOT_HEIGHT - 6 * stubs) / _top(_most(totals))
    slot = (drawing.WIDTH - _PLOT_LEFT) / max(len(columns), 1)
    parts = _axes(_top(_most(totals)), scale, show)
    for i, column in enumerate(columns):
        left, bottom = _PLOT_LEFT + slot * i + slot * 0.15, float(_PLOT_HEIGHT + drawing.LINE)
        for pattern, (label, values) in zip(PATTERNS, series.items(), strict=False):
            value = values[i]
            if value == 0:
                continue
            height = 6 if value is None else value * scale
            fill = f"url(#{name}-{'withheld' if value is None else pattern})"
            bottom -= height
            said = withheld if value is None else show(value)
            parts.append(Markup("<g><title>{}</title>").format(f"{column} · {label}: {said}"))
            parts.append(drawing.box(left, bottom, slot * 0.7, height, fill))
            parts.append(Markup("</g>"))
    parts += _column_labels(columns, slot, slot / 2)
    keys = [(label, f"url(#{name}-{p})", None) for p, label in zip(PATTERNS, series, strict=False)]
    return _with_legend(name, title, description, parts, keys, withheld if stubs else None)


def line_chart(
    name: str,
    title: str,
    description: str,
    columns: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    withheld: str,
    show: Show = plain_number,
) -> Markup:
    """Lines over columns such as weeks, each with its own dashes and markers.

    Args:
        name: Names the chart within its page; letters, digits and hyphens.
        title: What it shows.
        description: What one sees in it, for who does not see it.
        columns: Labels of the points; few of them are written when there are many.
        series: The lines, each with a value a column; None when it is withheld.
        withheld: What the legend says of withheld values.
        show: Writes a value.

    Returns:
        The SVG; where a value is withheld the line is broken, and a hatched stub stands below.

    Raises:
        ValueError: There are more series than patterns, their lengths differ, a value is
            negative, or the name has other signs.
    """
    _check_series(columns, series)
    top = _top(_most(value for values in series.values() for value in values))
    scale = _PLOT_HEIGHT / top
    slot = (drawing.WIDTH - _PLOT_LEFT) / max(len(columns), 1)
    base = _PLOT_HEIGHT + drawing.LINE
    parts = _axes(top, scale, show)
    hidden = False
    for number, (label, values) in enumerate(series.items()):
        points = [
            (_PLOT_LEFT + slot * (i + 0.5), None if value is None else base - value * scale)
            for i, value in enumerate(values)
        ]
        for broken, run in groupby(points, key=lambda point: point[1] is None):
            if not broken:
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
                parts.append(drawing.polyline(path, number))
        for (x, y), column, value in zip(points, columns, values, strict=True):
            said = withheld if value is None else show(value)
            parts.append(Markup("<g><title>{}</title>").format(f"{column} · {label}: {said}"))
            if y is None:
                hidden = True
                shift = (number - (len(series) - 1) / 2) * 7
                parts.append(drawing.box(x - 3 + shift, base - 8, 6, 8, f"url(#{name}-withheld)"))
            else:
                parts.append(drawing.marker(x, y, number))
            parts.append(Markup("</g>"))
    parts += _column_labels(columns, slot, slot / 2)
    keys = [(label, "", number) for number, label in enumerate(series)]
    return _with_legend(name, title, description, parts, keys, withheld if hidden else None)


def _check_series(columns: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> None:
    if len(series) > len(PATTERNS):
        raise ValueError(
            f"A chart tells {len(PATTERNS)} series apart and got {len(series)}: put the smallest "
            "together into one."
        )
    for label, values in series.items():
        if len(values) != len(columns):
            raise ValueError(
                f"The series {label!r} has {len(values)} values for {len(columns)} columns."
            )


def _most(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    if any(value < 0 for value in known):
        raise ValueError(f"A chart shows no negative values and got {min(known)}.")
    return max(known, default=0) or 1


def _top(most: float) -> float:
    """A round number at or above the highest value, that divides into the ticks."""
    step = 10.0**-6
    while True:
        for factor in (1, 2, 2.5, 5):
            if step * factor * _TICKS >= most * (1 - 1e-9) and (
                most <= 1 or float(step * factor).is_integer()
            ):
                return step * factor * _TICKS
        step *= 10


def _axes(top: float, scale: float, show: Show) -> list[Markup]:
    parts = []
    base = _PLOT_HEIGHT + drawing.LINE
    for tick in range(_TICKS + 1):
        value = top * tick / _TICKS
        y = base - value * scale
        parts.append(
            Markup(
                '<line class="chart-grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}" '
                'stroke="currentColor" stroke-width="1" stroke-opacity="{}"/>'
            ).format(_PLOT_LEFT, drawing.WIDTH, y, y, 0.25 if tick else 1)
        )
        parts.append(drawing.text(_PLOT_LEFT - 6, y + 4, show(value), "end", drawing.SMALL))
    return parts


def _column_labels(columns: Sequence[str], slot: float, middle: float) -> list[Markup]:
    every = -(-len(columns) // _LABELS) or 1
    y = _PLOT_HEIGHT + 2 * drawing.LINE - 2
    parts = []
    for i in range(0, len(columns), every):
        x = _PLOT_LEFT + slot * i + middle
        label = drawing.cut(columns[i], slot * every - 4, drawing.SMALL)
        half = drawing.text_width(label, drawing.SMALL) / 2
        parts.append(drawing.text(min(x, drawing.WIDTH - half), y, label, "middle", drawing.SMALL))
    return parts


def _with_legend(
    name: str,
    title: str,
    description: str,
    parts: list[Markup],
    keys: Sequence[tuple[str, str, int | None]],
    withheld: str | None,
) -> Markup:
    if withheld is not None:
        keys = [*keys, (withheld, f"url(#{name}-withheld)", None)]
    y = _PLOT_HEIGHT + 2 * drawing.LINE + 8.0
    for label, fill, line in keys:
        lines = drawing.wrapped(label, drawing.WIDTH - 40, 2)
        if line is None:
            parts.append(drawing.box(0, y, 28, 14, fill))
        else:
            parts.append(drawing.polyline(f"0,{y + 7:.1f} 28,{y + 7:.1f}", line))
            parts.append(drawing.marker(14, y + 7, line))
        for written in lines:
            parts.append(drawing.text(36, y + 12, written))
            y += drawing.LINE
        y += 4
    return drawing.svg(name, title, description, y, parts, (*PATTERNS, "withheld"))
