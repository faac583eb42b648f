"""The figures of a period in the reader's words: pictures, and the tables beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from actions.compose import official_title
from api.charts import Bar, bar_chart, line_chart, plain_number, stacked_chart
from api.console.exchanges import Words
from api.console.figures import Figures
from api.console.pages import link
from api.statistics import NONE, OUTCOMES, Counts, Crossed, Table, Times, Value
from knowledge.library import Library

_BARS = 12
"""Bars of a picture; the table has the rest."""

_FEEDBACK = ("good", "bad", NONE)


@dataclass(frozen=True)
class Section:
    """A picture with its table.

    Attributes:
        name: Names it in addresses.
        title: What it shows.
        intro: What one sees in it.
        table: The figures; no rows when there is nothing, or when all is withheld.
        chart: The picture.
        links: Where the first cell of each row leads to.
        withheld: Whether something is withheld.
        more: How many rows stand in the table only.
    """

    name: str
    title: str
    intro: str
    table: Table
    chart: Markup | None = None
    links: tuple[str | None, ...] = ()
    withheld: bool = False
    more: int = 0


class StatisticsView:
    """Sections for one reader.

    Args:
        figures: What is shown.
        library: Knows the names of places and cards.
        reader: Language of the reader.
    """

    def __init__(self, figures: Figures, library: Library, reader: str) -> None:
        self._figures = figures
        self._library = library
        self._reader = reader
        self._words = Words(library, reader)

    def sections(self) -> list[Section]:
        """All of them, in the order of the page."""
        found = [
            self._weeks(),
            self._outcomes(),
            self._counts("statuses", self._figures.statuses, self._status),
            self._counts("domains", self._figures.domains, self._domain),
            self._languages(),
            self._counts("places", self._figures.places, self._words.place),
            self._feedback(),
            self._answering(),
            self._handovers(),
            self._counts(
                "handover_languages", self._figures.handover_languages, self._words.language
            ),
            self._handover_times(),
            self._cards(),
            self._worst(),
        ]
        return [
            replace(one, withheld=one.withheld or any(None in row for row in one.table.rows))
            for one in found
        ]

    def summary(self) -> list[tuple[str, str]]:
        """The most telling figures, each with what it is."""
        outcomes, said = self._figures.outcomes, self._figures.feedback
        found = [(self._t("questions"), self._written(outcomes.total))]
        for name in ("answered", "refused", "handed_over"):
            share = outcomes.share(name)
            found.append((self._t(name), self._written(_percent(share), " %")))
        good, bad = (said.cells.get(name, 0) for name in ("good", "bad"))
        if good is None or bad is None:
            found.append((self._t("content"), self._t("withheld")))
        elif good + bad:
            found.append((self._t("content"), f"{_percent(good / (good + bad))} %"))
        median = _seconds(self._figures.answering.median)
        found.append((self._t("median"), self._written(median, " s")))
        return found

    def _t(self, key: str, **values: Any) -> str:
        return self._words.say(f"statistics.{key}", **values)

    def _written(self, value: float | None, unit: str = "") -> str:
        return self._t("withheld") if value is None else f"{plain_number(value)}{unit}"

    def _status(self, status: str) -> str:
        return self._words.statuses.get(status, status)

    def _domain(self, domain: str) -> str:
        return self._words.domains.get(domain) or self._t("no_card")

    def _outcome(self, outcome: str) -> str:
        return self._t(outcome)

    def _said(self, feedback: str) -> str:
        return self._t(f"said_{feedback or 'nothing'}")

    def _section(
        self,
        name: str,
        heading: Sequence[str],
        rows: Iterable[tuple[Value, ...]],
        **more: Any,
    ) -> Section:
        table = Table(tuple(heading), tuple(rows))
        return Section(name, self._t(name), self._t(f"{name}_intro"), table, **more)

    def _bars(self, name: str, bars: Sequence[Bar], unit: str = "") -> Markup | None:
        if not bars:
            return None
        return bar_chart(
            name.replace("_", "-"), self._t(name), self._t(f"{name}_intro"), bars[:_BARS],
            withheld=self._t("withheld"), show=lambda value: f"{plain_number(value)}{unit}",
        )  # fmt: skip

    def _counts(self, name: str, counts: Counts, named: Any) -> Section:
        rows = [(named(key), value) for key, value in counts.cells.items()]
        chart = self._bars(name, [Bar(label, value) for label, value in rows])
        return self._section(
            name, (self._t(f"{name}_kind"), self._t("number")), rows, chart=chart,
            withheld=_is_withheld(counts), more=max(0, len(rows) - _BARS),
        )  # fmt: skip

    def _weeks(self) -> Section:
        table = self._figures.weeks
        series = self._by_outcome(table)
        names = list(table.rows.cells)
        rows = [
            (name, _monday(name).isoformat(), *(values[n] for values in series.values()), total)
            for n, (name, total) in enumerate(table.rows.cells.items())
        ]
        shown = any(value is not None for values in series.values() for value in values)
        drawn = series if shown else {self._t("number"): list(table.rows.cells.values())}
        chart = self._columns("weeks", names, drawn) if names else None
        heading = (self._t("week"), self._t("from"), *series, self._t("number"))
        return self._section(
            "weeks", heading, rows, chart=chart, withheld=_is_withheld(table.rows, table.columns)
        )

    def _languages(self) -> Section:
        table = self._figures.languages
        series = self._by_outcome(table)
        rows = [
            (self._words.language(code), *(values[n] for values in series.values()), total)
            for n, (code, total) in enumerate(table.rows.cells.items())
        ]
        bars = [
            Bar(str(row[0]), total)
            for row, total in zip(rows, table.rows.cells.values(), strict=True)
        ]
        return self._section(
            "languages", (self._t("languages_kind"), *series, self._t("number")), rows,
            chart=self._bars("languages", bars), more=max(0, len(rows) - _BARS),
            withheld=_is_withheld(table.rows, table.columns),
        )  # fmt: skip

    def _by_outcome(self, table: Crossed) -> dict[str, list[int | None]]:
        """The columns of a table in the usual order of the outcomes."""
        return {
            self._outcome(name): list(table.column(name))
            for name in OUTCOMES
            if name in table.columns.cells
        }

    def _outcomes(self) -> Section:
        counts = self._figures.outcomes
        names = [name for name in OUTCOMES if name in counts.cells]
        rows = [
            (self._outcome(name), counts.cells[name], _percent(counts.share(name)))
            for name in names
        ]
        bars = [Bar(str(row[0]), row[2]) for row in rows]
        return self._section(
            "outcomes", (self._t("outcomes_kind"), self._t("number"), self._t("percent")), rows,
            chart=self._bars("outcomes", bars, " %"), withheld=_is_withheld(counts),
        )  # fmt: skip

    def _feedback(self) -> Section:
        counts = self._figures.feedback
        rows = [
            (self._said(name), counts.cells[name]) for name in _FEEDBACK if name in counts.cells
        ]
        # Most people say nothing: their bar would make the others too short to see.
        bars = [
            Bar(self._said(name), counts.cells[name])
            for name in _FEEDBACK[:2]
            if name in counts.cells
        ]
        return self._section(
            "feedback", (self._t("feedback_kind"), self._t("number")), rows,
            chart=self._bars("feedback", bars), withheld=_is_withheld(counts),
        )  # fmt: skip

    def _answering(self) -> Section:
        times = self._figures.answering_by_week
        series = {
            self._t("median"): [_seconds(each.median) for each in times.values()],
            self._t("high"): [_seconds(each.p95) for each in times.values()],
        }
        rows = [
            (name, _monday(name).isoformat(), *(values[n] for values in series.values()))
            for n, name in enumerate(times)
        ]
        chart = line_chart(
            "answering", self._t("answering"), self._t("answering_intro"),
            [self._short(name) for name in times], series,
            withheld=self._t("withheld"), show=lambda value: f"{plain_number(value)} s",
        ) if times else None  # fmt: skip
        heading = (self._t("week"), self._t("from"), *(f"{label} (s)" for label in series))
        return self._section("answering", heading, rows, chart=chart)

    def _handovers(self) -> Section:
        counts = self._figures.handovers
        rows = [(name, _monday(name).isoformat(), number) for name, number in counts.cells.items()]
        series = {self._t("number"): list(counts.cells.values())}
        chart = self._columns("handovers", list(counts.cells), series) if rows else None
        return self._section(
            "handovers", (self._t("week"), self._t("from"), self._t("number")), rows,
            chart=chart, withheld=_is_withheld(counts),
        )  # fmt: skip

    def _handover_times(self) -> Section:
        rows: list[tuple[Value, ...]] = []
        bars = []
        if self._figures.handovers.total != 0:
            for key, times in (
                ("waiting", self._figures.waiting), ("helping", self._figures.helping),
            ):  # fmt: skip
                label, values = self._t(key), _minutes(times)
                rows.append((label, *values))
                names = (self._t("median"), self._t("high"))
                bars += [
                    Bar(f"{label}: {name}", value)
                    for name, value in zip(names, values, strict=True)
                ]
        units = [f"{self._t(key)} (min)" for key in ("median", "high")]
        heading = (self._t("handover_times_kind"), *units)
        chart = self._bars("handover_times", bars, " min")
        return self._section("handover_times", heading, rows, chart=chart)

    def _cards(self) -> Section:
        counts = self._figures.cards
        cards = [(card, number) for card, number in counts.cells.items() if card]
        rows = [(self._title(card), number) for card, number in cards]
        return self._section(
            "cards", (self._t("card"), self._t("number")), rows,
            chart=self._bars("cards", [Bar(title, number) for title, number in rows]),
            links=tuple(_exchanges_of(card) for card, _ in cards),
            withheld=_is_withheld(counts), more=max(0, len(rows) - _BARS),
        )  # fmt: skip

    def _worst(self) -> Section:
        rows: list[tuple[Value, ...]] = []
        for one in self._figures.worst:
            share = _percent(one.bad / (one.bad + one.good))
            rows.append((self._title(one.card), one.shown, one.good, one.bad, share))
        heading = ("card", "shown", "said_good", "said_bad", "percent_bad")
        return self._section(
            "worst", [self._t(key) for key in heading], rows,
            chart=self._bars("worst", [Bar(str(row[0]), row[4]) for row in rows], " %"),  # type: ignore[arg-type]
            links=tuple(_exchanges_of(one.card, feedback="bad") for one in self._figures.worst),
        )  # fmt: skip

    def _title(self, card: str) -> str:
        order = [self._reader, "en", "nl"]
        if card in self._library.cards:
            found = self._library.cards[card]
            title = found.best_text(order).title
            place = self._library.places.get(found.place).name(self._reader)
            return title if place in title else f"{title} ({place})"
        if card in self._library.official:
            return official_title(self._library.official[card])
        passage = self._library.passages.get(card)
        return passage.best_text(order).title if passage else card

    def _columns(
        self, name: str, weeks: Sequence[str], series: Mapping[str, Sequence[float | None]]
    ) -> Markup:
        return stacked_chart(
            name, self._t(name), self._t(f"{name}_intro"), [self._short(one) for one in weeks],
            series, withheld=self._t("withheld"),
        )  # fmt: skip

    def _short(self, week: str) -> str:
        return format_date(_monday(week), "d MMM", locale=self._reader)


def _monday(week: str) -> date:
    return date.fromisoformat(f"{week}-1")


def _is_withheld(*counts: Counts) -> bool:
    """Whether a table is left out altogether: it has no cells, and yet there is something."""
    return any(not each.cells and each.total != 0 for each in counts)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / 1000, 2)


def _minutes(times: Times) -> tuple[float | None, float | None]:
    median, high = (
        None if each is None else round(each / 60, 1) for each in (times.median, times.p95)
    )
    return median, high


def _exchanges_of(card: str, **more: str) -> str:
    return link("/console/exchanges", card=card, buttons="1", **more)
