"""Footnote markers that a file glued to the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.official.blocks import Block


def glued_mark(text: str, number: str, start: int = 0) -> tuple[int, int] | None:
    """Where a footnote's number is glued to a word, a year or a full stop.

    Args:
        text: The text in which the footnote may be called.
        number: The footnote's number.
        start: Where to begin.

    Returns:
        Begin and end of the number; None when it is not there.
    """
    after = r"(?=[\s.,;:!?)\]”’\"']|$)"
    glued = re.compile(
        # "werk.6", "EU-Turkije19", but not "nr.6" nor "4.1", and not "H2" or "B12".
        rf"(?:(?<=[^\W\d_]{{3}})|(?<=[a-zà-ÿ]['’]s)|(?<=[a-zà-ÿ]['’\"”)\]])|(?<=[^\W\d_]{{3}}[.,;:!?])"
        rf"|(?<=[^\W\d_]{{2}}[)\]”’\"][.,;:!?])"
        # "uit 2016.1 De", "2020-20253)": a year, with or without its full stop.
        rf"|(?<=\b(?:19|20)\d\d[.,;])|(?<=\b(?:19|20)\d\d)){number}{after}"
    )
    found = glued.search(text, start)
    return found.span() if found else None


def lift_glued_marks(blocks: Sequence[Block], notes: Iterable[str]) -> list[Block]:
    """Take the markers of these footnotes out of the text.

    Args:
        blocks: Body and footnotes in reading order.
        notes: Numbers of the footnotes, in order.

    Returns:
        The same blocks; each that called a footnote names it in `marks`.
    """
    mended = list(blocks)
    known = {
        mark: index
        for index, block in enumerate(mended)
        if block.kind != "footnote"
        for mark in block.marks
    }
    first = 0
    numbers = list(notes)
    for position, number in enumerate(numbers):
        if number in known:
            first = known[number]
            continue
        # Markers come in order: this one stands between its neighbours.
        later = [known[other] for other in numbers[position + 1 :] if other in known]
        last = min(later, default=len(mended) - 1)
        for index in range(first, last + 1):
            block = mended[index]
            if block.kind == "footnote":
                continue
            span = glued_mark(block.text, number)
            if span is None:
                continue
            text = block.text[: span[0]] + block.text[span[1] :]
            mended[index] = replace(block, text=text, marks=(*block.marks, number))
            known[number] = first = index
            break
    return mended
