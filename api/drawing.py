"""The shapes and letters that charts are drawn with, as pieces of SVG."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from markupsafe import Markup

WIDTH = 400
"""Units of the drawing: at a phone's width the letters are still 12 pixels high."""

FONT = 14
SMALL = 12
LINE = 18

PATTERNS = ("solid", "diagonal", "dots", "empty", "upright", "grid")
"""How the series of a chart are told apart; no chart takes more."""

_DASHES = ("", "6 3", "2 3", "10 3 2 3", "12 4", "1 5")
_WIDE = ("W", "F")

_DEFINITIONS = {
    "solid": '<rect width="8" height="8" fill="currentColor"/>',
    "diagonal": '<path d="M0 8L8 0" stroke="currentColor" stroke-width="2.5"/>',
    "dots": '<circle cx="4" cy="4" r="2" fill="currentColor"/>',
    "empty": "",
    "upright": '<path d="M4 0V8" stroke="currentColor" stroke-width="3"/>',
    "grid": '<path d="M0 4H8M4 0V8" stroke="currentColor" stroke-width="1.5"/>',
    "withheld": '<path d="M0 0L4 4M4 0L0 4" stroke="currentColor" stroke-width="1"/>',
}


def svg(
    name: str,
    title: str,
    description: str,
    height: float,
    parts: Sequence[Markup],
    patterns: Sequence[str],
) -> Markup:
    """A whole drawing.

    Args:
        name: Names it within its page; letters, digits and hyphens.
        title: What it shows.
        description: What one sees in it, for who does not see it.
        height: Its height, in units of which its width has `WIDTH`.
        parts: What stands in it.
        patterns: Names of the fills that the parts use.

    Returns:
        The SVG.

    Raises:
        ValueError: The name has other signs.
    """
    if not name or not all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in name):
        raise ValueError(f"A chart's name has letters, digits and hyphens only, not {name!r}.")
    definitions = Markup("").join(
        Markup(
            '<pattern id="{}-{}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        ).format(name, pattern, size=4 if pattern == "withheld" else 8)
        + Markup(_DEFINITIONS[pattern])
        + Markup("</pattern>")
        for pattern in patterns
    )
    opening = Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {:.0f}" role="img" '
        'aria-labelledby="{name}-title {name}-description" font-size="{}" fill="currentColor">'
        '<title id="{name}-title">{}</title><desc id="{name}-description">{}</desc>'
    ).format(WIDTH, height, FONT, title, description, name=name)
    return (
        opening
        + Markup("<defs>")
        + definitions
        + Markup("</defs>")
        + Markup("").join(parts)
        + Markup("</svg>")
    )


def text(x: float, y: float, words: str, anchor: str = "start", size: int = FONT) -> Markup:
    """Words; `anchor` says which of their ends stands at `x`."""
    # The isolates keep a right-to-left label from turning the figures beside it around.
    return Markup(
        '<text x="{:.1f}" y="{:.1f}" font-size="{}" text-anchor="{}">\u2068{}\u2069</text>'
    ).format(x, y, size, anchor, words)


def box(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    """A rectangle with an edge."""
    return Markup(
        '<rect class="chart-mark" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" '
        'fill="{}" stroke="currentColor" stroke-width="1"/>'
    ).format(x, y, width, height, fill)


def polyline(points: str, number: int) -> Markup:
    """A line with the dashes of a series, by the series' number."""
    return Markup(
        '<polyline class="chart-mark" points="{}" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-dasharray="{}"/>'
    ).format(points, _DASHES[number] or "none")


def marker(x: float, y: float, number: int) -> Markup:
    """A dot, a square, a diamond, or a triangle; full for the first ones, then hollow."""
    size = 4
    shapes = (
        f"M{x - size:.1f} {y:.1f}a{size} {size} 0 1 0 {2 * size} 0"
        f"a{size} {size} 0 1 0 {-2 * size} 0Z",
        f"M{x - size:.1f} {y - size:.1f}h{2 * size}v{2 * size}h{-2 * size}Z",
        f"M{x:.1f} {y - size - 1:.1f}l{size + 1} {size + 1}l{-size - 1} {size + 1}"
        f"l{-size - 1} {-size - 1}Z",
        f"M{x:.1f} {y - size - 1:.1f}l{size + 1} {2 * size}h{-2 * size - 2}Z",
    )
    hollow = number >= len(shapes)
    return Markup(
        '<path class="chart-mark" d="{}" fill="currentColor" fill-opacity="{}" '
        'stroke="currentColor" stroke-width="1.5"/>'
    ).format(shapes[number % len(shapes)], 0 if hollow else 1)


def text_width(text: str, size: int) -> float:
    """About how wide a text is; no font is at hand, so rather too wide."""
    total = 0.0
    for sign in text:
        if unicodedata.combining(sign):
            continue
        if unicodedata.east_asian_width(sign) in _WIDE or "\u1200" <= sign <= "\u139f":
            total += 1.0
        else:
            total += 0.72 if sign.isupper() else 0.56
    return total * size


def cut(text: str, room: float, size: int) -> str:
    """The text, with an ellipsis where it does not fit."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, room: float, most: int) -> list[str]:
    """The text in lines, the last one cut with an ellipsis when it is too long."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", FONT) <= room:
            line += " " + words.pop(0)
        if text_width(line, FONT) > room:  # one word longer than a line
            kept = next(n for n in range(len(line), 0, -1) if text_width(line[:n], FONT) <= room)
            words.insert(0, line[kept:])
            line = line[:kept]
        lines.append(line)
    if words:
        lines.append(cut(" ".join(words), room, FONT))
    return lines or [""]
