"""The coverage of the library as one page that needs no other file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.coverage import CoverageTable, State
from knowledge.library import Library

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_MEANINGS = {
    State.REVIEWED: ("●", "the original, or a translation that a speaker checked"),
    State.UNREVIEWED: ("○", "a translation that nobody who speaks the language has checked"),
    State.BEHIND: ("◐", "a translation of an older original"),
    State.MISSING: ("–", "no text in this language"),
}


def coverage_page(table: CoverageTable, library: Library, today: date) -> str:
    """A page with a heat map of topics, places and languages.

    Args:
        table: What is covered.
        library: Gives places and languages their names.
        today: Stands on the page.

    Returns:
        HTML, with its style inside and no script.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("coverage.html").render(
        table=table,
        today=today,
        cards=len(library.cards),
        texts=sum(len(card.texts) for card in library.cards.values()),
        place_names={place: library.places.get(place).name("en") for place in table.places},
        languages={code: library.languages.get(code).english for code in table.languages},
        meanings=_MEANINGS,
        domains=list(dict.fromkeys(row.domain for row in table.rows)),
    )
