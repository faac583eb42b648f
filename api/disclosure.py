"""Tables of counts from which nobody can work out a count of few people.

A count of fewer than `FEWEST` conversations is withheld (primary suppression), and with it others,
so that no sum in the table gives it away (secondary suppression). Zeros are shown: nobody is behind
them, but a reader then knows that what is withheld is at least one, and this is reckoned with.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

FEWEST = 5
"""Fewer conversations than this are withheld: who knows the people of a small place or language
would recognise one of four. Statistical offices use three to ten."""

People = frozenset[Hashable]


@dataclass(frozen=True)
class Cell:
    """A count, with whom it counts.

    Attributes:
        count: How many exchanges.
        people: Their conversations.
    """

    count: int = 0
    people: People = frozenset()

    @property
    def small(self) -> bool:
        """Whether it must be withheld."""
        return 0 < len(self.people) < FEWEST


def counted(conversations: Iterable[Hashable]) -> Cell:
    """The cell of some exchanges, by the conversation of each."""
    listed = list(conversations)
    return Cell(len(listed), frozenset(listed))


def pooled(cells: Iterable[Cell]) -> Cell:
    """Cells taken together."""
    listed = list(cells)
    people: People = frozenset().union(*(cell.people for cell in listed))
    return Cell(sum(cell.count for cell in listed), people)


def protect(cells: Mapping[str, Cell]) -> tuple[dict[str, int | None], int | None]:
    """Withhold what must be in a row of counts and their total.

    Args:
        cells: The counts by name.

    Returns:
        The counts and their total, None for what is withheld. No counts at all when their names
        would give them away: five kinds of one person each, with the total of five.
    """
    whole = pooled(cells.values())
    if whole.small:
        return {}, None
    names = list(cells)
    listed = list(cells.values())
    hidden = _line(listed, {n for n, cell in enumerate(listed) if cell.small})
    if hidden is None:
        return {}, whole.count
    return {
        name: None if n in hidden else cells[name].count for n, name in enumerate(names)
    }, whole.count


def _line(cells: Sequence[Cell], hidden: set[int]) -> set[int] | None:
    """More to withhold among cells of which the sum is known, until it gives nothing away.

    A cell that is not small must be among them: it leaves open how the rest is divided. None when
    there is none.
    """
    if not hidden or any(not cells[n].small and cells[n].count for n in hidden):
        return hidden
    others = [n for n, cell in enumerate(cells) if n not in hidden and cell.count]
    if not others:
        return None
    return {*hidden, min(others, key=lambda n: (len(cells[n].people), cells[n].count, n))}


def protect_crossed(
    cells: Sequence[Sequence[Cell]],
    rows_known: Sequence[bool],
    columns_known: Sequence[bool],
) -> list[list[int | None]]:
    """Withhold what must be inside a table of which the sums are shown elsewhere.

    Args:
        cells: The counts, row by row.
        rows_known: Of each row whether its sum is shown.
        columns_known: Of each column whether its sum is shown.

    Returns:
        The counts, None for what is withheld; all of them, zeros too, when no choice keeps the
        secret.
    """
    flat = {(i, j): cell for i, row in enumerate(cells) for j, cell in enumerate(row)}
    everything: list[list[int | None]] = [[None] * len(row) for row in cells]
    # All of a line whose sum is withheld, or adding it up would give the sum.
    hidden = {
        (i, j)
        for (i, j), cell in flat.items()
        if cell.small or (cell.count and not (rows_known[i] and columns_known[j]))
    }
    lines = [[at for at in flat if at[0] == i] for i, known in enumerate(rows_known) if known]
    lines += [[at for at in flat if at[1] == j] for j, known in enumerate(columns_known) if known]
    # The grand total less the sums that are shown is the sum of those that are not.
    lines += [
        line
        for line in (
            [at for at in flat if not rows_known[at[0]]],
            [at for at in flat if not columns_known[at[1]]],
        )
        if line
    ]
    while True:
        before = len(hidden)
        for line in lines:
            found = _line(
                [flat[at] for at in line], {n for n, at in enumerate(line) if at in hidden}
            )
            if found is None:
                return everything
            hidden |= {line[n] for n in found}
        if len(hidden) > before:
            continue
        told = _told(flat, hidden, lines)
        if told is None:
            break
        more = [
            at
            for line in lines
            if told in line
            for at in line
            if flat[at].count and at not in hidden
        ]
        if not more:
            return everything
        hidden.add(min(more, key=lambda at: (len(flat[at].people), at)))
    return [
        [None if (i, j) in hidden else cell.count for j, cell in enumerate(row)]
        for i, row in enumerate(cells)
    ]


_At = tuple[int, int]


def _told(
    cells: Mapping[_At, Cell], hidden: set[_At], lines: Sequence[Sequence[_At]]
) -> _At | None:
    """A small cell that the sums of the lines leave only one value for."""
    unknown = sorted(hidden)
    number = {at: n for n, at in enumerate(unknown)}
    equations: NDArray[np.float64] = np.zeros((len(lines), len(unknown)))
    for row, line in enumerate(lines):
        for at in line:
            if at in number:
                equations[row, number[at]] = 1
    sums = equations @ np.array([cells[at].count for at in unknown], dtype=float)
    for at in unknown:
        if not cells[at].small:
            continue
        aim = np.zeros(len(unknown))
        aim[number[at]] = 1
        least, most = (
            sign * linprog(sign * aim, A_eq=equations, b_eq=sums, bounds=(1, None)).fun
            if len(lines)
            else sign * np.inf
            for sign in (1, -1)
        )
        if most - least < 1 - 1e-6:
            return at
    return None
