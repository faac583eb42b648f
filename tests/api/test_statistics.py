"""Statistics: the counts are right, and none that is withheld can be worked out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from api.disclosure import FEWEST
from api.statistics import (
    Counts,
    ExchangeFact,
    HandoverFact,
    Key,
    Table,
    answer_times,
    as_csv,
    by_card,
    by_domain,
    by_feedback,
    by_language,
    by_outcome,
    by_status,
    by_week,
    cards_shown,
    count_by,
    crossed,
    handovers_by_language,
    handovers_by_week,
    waiting_times,
    worst_rated,
)

MONDAY = date(2026, 11, 2)


def fact(conversation: object = "c", **changed: object) -> ExchangeFact:
    values: dict[str, object] = {
        "day": MONDAY,
        "domain": None,
        "language": "nl",
        "place": None,
        "status": "unknown",
        "confidence": None,
        "feedback": None,
        "milliseconds": 40,
        "card_id": None,
    }
    return ExchangeFact(**{**values, **changed}, conversation=str(conversation))  # type: ignore[arg-type]


def several(count: int, prefix: str, **changed: object) -> list[ExchangeFact]:
    return [fact(f"{prefix}{n}", **changed) for n in range(count)]


def test_counts_are_of_exchanges_and_shares_of_all() -> None:
    facts = several(6, "a", status="answered") * 2 + several(8, "b")
    counts = count_by(facts, by_outcome)
    assert counts.cells == {"answered": 12, "refused": 8}
    assert counts.total == 20
    assert counts.share("answered") == 0.6
    assert counts.share("handed_over") == 0


def test_many_questions_of_few_people_are_withheld() -> None:
    facts = [fact(n % 4) for n in range(40)]
    assert count_by(facts, by_language) == Counts({}, None)


def test_with_one_count_the_next_smallest_is_withheld() -> None:
    facts = (
        several(3, "t", language="ti")
        + several(9, "n")
        + several(7, "f", language="fr")
        + several(8, "d", language="de")
    )
    assert count_by(facts, by_language) == Counts({"nl": 9, "de": 8, "fr": None, "ti": None}, 27)


def test_names_that_would_tell_the_counts_are_left_out() -> None:
    facts = [fact(code, language=code) for code in ("nl", "en", "fr", "ar", "ti")]
    assert count_by(facts, by_language) == Counts({}, 5)


def test_weeks_have_no_gaps_over_the_end_of_a_year() -> None:
    facts = several(5, "a", day=date(2026, 12, 20)) + several(6, "b", day=date(2027, 1, 4))
    assert count_by(facts, by_week).cells == {
        "2026-W51": 5,
        "2026-W52": 0,
        "2026-W53": 0,
        "2027-W01": 6,
    }


def test_a_table_of_weeks_has_the_sums_of_the_single_tables() -> None:
    later = MONDAY + timedelta(weeks=1)
    facts = (
        several(9, "a", status="answered")
        + several(6, "b")
        + several(5, "c", status="answered", day=later)
    )
    table = crossed(facts, by_week, by_outcome)
    assert table.column("answered") == (9, 5)
    assert table.column("refused") == (6, 0)
    assert table.rows == count_by(facts, by_week)
    assert table.columns == count_by(facts, by_outcome)


def test_cards_stand_by_how_often_they_were_shown() -> None:
    facts = several(5, "a", card_id="x.eu", domain="work") + several(
        9, "b", card_id="y.eu", domain="work"
    )
    assert list(cards_shown(facts).cells.items()) == [("y.eu", 9), ("x.eu", 5)]


def test_the_worst_rated_card_stands_first_and_few_ratings_count_for_nothing() -> None:
    def rated(card: str, good: int, bad: int) -> list[ExchangeFact]:
        shown = {"card_id": card, "domain": "work", "status": "answered"}
        return several(good, f"{card}g", feedback="good", **shown) + several(
            bad, f"{card}b", feedback="bad", **shown
        )

    facts = rated("fine", 20, 6) + rated("poor", 6, 20) + rated("middling", 10, 10)
    assert [rating.card for rating in worst_rated(facts)] == ["poor", "middling", "fine"]
    assert [rating.card for rating in worst_rated(facts, limit=1)] == ["poor"]
    few = worst_rated(facts + rated("unlucky", 0, 3))
    assert "unlucky" not in [rating.card for rating in few]


def test_times_of_answers_and_of_waiting() -> None:
    facts = [fact(n, milliseconds=n) for n in range(101)]
    assert (answer_times(facts).median, answer_times(facts).p95) == (50, 95)
    assert answer_times(facts[:4]).median is None
    start = datetime(2026, 11, 2, 9)
    waits = [HandoverFact(start, start + timedelta(seconds=n), None, "nl") for n in range(5)]
    assert waiting_times([*waits, HandoverFact(start, None, None, "ti")]).median == 2
    assert handovers_by_week(waits).cells == {"2026-W45": 5}
    assert handovers_by_language(waits).cells == {"nl": 5}


FACTS = st.lists(
    st.builds(
        fact,
        conversation=st.integers(0, 40),
        day=st.sampled_from([MONDAY + timedelta(weeks=n) for n in range(4)]),
        language=st.sampled_from(["nl", "en", "ti"]),
        status=st.sampled_from(["answered", "unknown", "off_topic", "handed_over", "safety"]),
        feedback=st.sampled_from(["good", "bad", None]),
        domain=st.sampled_from(["work", "health"]),
        card_id=st.sampled_from(["w1", "w2", "w3"]),
    ),
    max_size=120,
)


def card_of_its_domain(found: ExchangeFact) -> ExchangeFact:
    """A card has one domain, as in the library."""
    return fact(
        found.conversation,
        **{
            **{name: getattr(found, name) for name in ("day", "language", "status", "feedback")},
            "domain": found.domain,
            "card_id": f"{found.domain}-{found.card_id}",
        },
    )


class Reader:
    """Somebody who has all tables of a page and works out what is withheld.

    Their unknowns are the finest counts of each pair of respects; what is listed but withheld is
    at least one unless a whole table is.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.rows: list[np.ndarray] = []
        self.sums: list[float] = []
        self.low = np.zeros(size)

    def knows(self, cells: list[int], value: float) -> None:
        row = np.zeros(self.size)
        row[cells] = 1
        self.rows.append(row)
        self.sums.append(value)

    def range(self, cells: list[int]) -> tuple[float, float]:
        aim = np.zeros(self.size)
        aim[cells] = 1
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * aim,
                A_eq=np.array(self.rows) if self.rows else None,
                b_eq=self.sums or None,
                bounds=[(low, None) for low in self.low],
            )
            ends.append(sign * found.fun if found.fun is not None else sign * -np.inf)
        return ends[0], ends[1]


def reads(facts: list[ExchangeFact], row: Key, column: Key) -> None:
    """Check that the tables by `row`, by `column` and by both leave every small count open."""
    table = crossed(facts, row, column)
    names = [
        (r, c) for r in sorted({row(f) for f in facts}) for c in sorted({column(f) for f in facts})
    ]
    number = {name: n for n, name in enumerate(names)}
    reader = Reader(len(names))
    every_hidden = all(v is None for values in table.cells.values() for v in values)
    for r, values in table.cells.items():
        for c, value in zip(table.columns.cells, values, strict=True):
            if (r, c) not in number:
                assert not value
            elif value is not None:
                reader.knows([number[r, c]], value)
            elif not every_hidden:
                reader.low[number[r, c]] = 1
    for counts, side in ((table.rows, 0), (table.columns, 1)):
        for name, value in counts.cells.items():
            if value is not None:
                reader.knows([n for at, n in number.items() if at[side] == name], value)
    if table.rows.total is not None:
        reader.knows(list(number.values()), table.rows.total)
    people = {
        name: {f.conversation for f in facts if (row(f), column(f)) == name} for name in names
    }
    margins = [
        ([n for at, n in number.items() if at[side] == kind], key, kind)
        for side, key in ((0, row), (1, column))
        for kind in {key(f) for f in facts}
    ]
    for name, n in number.items():
        if 0 < len(people[name]) < FEWEST:
            least, most = reader.range([n])
            assert most - least >= 1 - 1e-6, (name, least, most)
    for cells, key, kind in margins:
        if 0 < len({f.conversation for f in facts if key(f) == kind}) < FEWEST:
            least, most = reader.range(cells)
            assert most - least >= 1 - 1e-6, (kind, least, most)


@pytest.mark.parametrize(
    ("row", "column"),
    [(by_week, by_outcome), (by_week, by_language), (by_card, by_feedback), (by_week, by_domain)],
)
@settings(max_examples=80)
@given(facts=FACTS)
def test_no_small_count_can_be_worked_out(row: Key, column: Key, facts: list[ExchangeFact]) -> None:
    reads([card_of_its_domain(f) for f in facts], row, column)


@settings(max_examples=100)
@given(st.lists(st.lists(st.integers(0, 14), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_small_count_can_be_worked_out_of_a_full_table(rows: list[list[int]]) -> None:
    facts = [
        fact((i, j, n), day=MONDAY + timedelta(weeks=i), status=status)
        for i, row in enumerate(rows)
        for j, status in enumerate(("answered", "unknown", "handed_over"))
        for n in range(row[j])
    ]
    reads(facts, by_week, by_outcome)


def test_one_small_count_inside_a_table_takes_a_square_with_it() -> None:
    later = MONDAY + timedelta(weeks=1)
    facts = (
        several(3, "a", status="answered")
        + several(9, "b")
        + several(12, "c", status="answered", day=later)
        + several(20, "d", day=later)
    )
    table = crossed(facts, by_week, by_outcome)
    assert table.rows.cells == {"2026-W45": 12, "2026-W46": 32}
    assert list(table.cells.values()) == [(None, None), (None, None)]


@pytest.mark.parametrize(("part", "whole"), [(by_status, by_outcome), (by_card, by_domain)])
@settings(max_examples=150)
@given(facts=FACTS)
def test_parts_do_not_tell_a_whole_that_is_withheld(
    part: Key, whole: Key, facts: list[ExchangeFact]
) -> None:
    listed = [card_of_its_domain(f) for f in facts]
    parts, wholes = count_by(listed, part), count_by(listed, whole)
    true = Counter(map(part, listed))
    for name, total in wholes.cells.items():
        inside = {part(f) for f in listed if whole(f) == name}
        shown = {kind: parts.cells[kind] for kind in inside if kind in parts.cells}
        if total is None:
            assert not shown
            continue
        hidden = [kind for kind, value in shown.items() if value is None]
        rest = total - sum(value or 0 for value in shown.values())
        assert len(hidden) != 1
        assert not hidden or rest > len(hidden)
        assert all(value == true[kind] for kind, value in shown.items() if value is not None)


@given(facts=FACTS)
def test_what_is_shown_is_true_and_never_small(facts: list[ExchangeFact]) -> None:
    for key in (by_week, by_language, by_status):
        counts = count_by(facts, key)
        true = Counter(map(key, facts))
        assert counts.total in (None, len(facts))
        for name, value in counts.cells.items():
            people = {f.conversation for f in facts if key(f) == name}
            assert value is None or (value == true[name] and not 0 < len(people) < FEWEST)


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(formula: str) -> None:
    text = as_csv(Table((formula,), ((formula,),)), withheld="")
    assert [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row] == [
        f"'{formula}"
    ] * 2


def test_a_csv_has_lines_as_the_standard_says_and_no_byte_order_mark() -> None:
    table = Table(("week", "n"), (('a "b", c', 7), ("d", None), ("e", -1)))
    assert as_csv(table, withheld="withheld") == (
        'week,n\r\n"a ""b"", c",7\r\nd,withheld\r\ne,-1\r\n'
    )


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_a_csv_reads_back(rows: list[list[str]]) -> None:
    text = as_csv(Table(("x", "y"), tuple((a, b) for a, b in rows)), withheld="-")
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row
    )
