"""The first files of a new card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from knowledge.cards import TO_WRITE, Situation
from knowledge.errors import WegwijsError
from knowledge.library import Library
from knowledge.text_writer import write_whole

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CHECK_AGAIN = timedelta(days=182)

_HEAD = """\
id: {topic}.{folder}
domain: {domain}
topic: {topic}
place: {place}
situations: [{situations}]
original: {original}
revision: 1
checked_on: {today}        # the day on which you compared the card with its sources
check_again_by: {later}
related: []
sources:
  - id: main                       # short; the facts below name it
    publisher: {to_write}
    title: {to_write}
    url: https://example.org/      # {to_write}: the page that you read
    language: nl
    checked_on: {today}
facts: {{}}
# facts:
#   fee:
#     kind: amount                 # docs/writing-cards.md lists the kinds
#     value: 4
#     source: main
#     valid_until: {year}-12-31
"""
_TEXT = """\
---
title: {to_write}
questions:
  - {to_write} a question in the words that people type
revision: 1
reviewed_by: null
---
{to_write}: the short answer, two or three sentences.

## steps

1. {to_write}: what to do first.

## where

- {to_write}: who helps, free of charge if possible.

## refused

{to_write}: what can people do when they are told no?
"""


class SkeletonError(WegwijsError):
    """A card cannot be begun here."""


def new_card(
    library: Library,
    topic: str,
    place: str,
    domain: str | None,
    situations: Sequence[Situation] = (),
    original: str = "en",
    today: date | None = None,
) -> list[Path]:
    """Write the first files of a card.

    Args:
        library: The library that it joins.
        topic: Its topic; a new one needs a domain.
        place: Its place.
        domain: Its domain; None for that of the topic.
        situations: Whom it is for; empty for everybody.
        original: The language that it is written in first.
        today: The day of writing.

    Returns:
        The files: `card.yml`, and the text of the original. What must be written is marked, and
        the library does not load while a mark stands.

    Raises:
        SkeletonError: A name is wrong or unknown, or the card is there already.
    """
    today = today or date.today()
    if not _ID.fullmatch(topic):
        raise SkeletonError(f"{topic!r} is no topic; write small letters and hyphens.")
    if place not in library.places:
        raise SkeletonError(f"There is no place {place!r} in places.yml; add it there first.")
    if original not in library.languages:
        offered = ", ".join(library.languages.codes)
        raise SkeletonError(f"{original!r} is not offered; these are: {offered}.")
    cards = library.topics.get(topic, [])
    known = {card.domain for card in library.cards.values()}
    if domain is None and not cards:
        raise SkeletonError(
            f"{topic} is a new topic; say its --domain: {', '.join(sorted(known))}."
        )
    if domain is not None and cards and domain != cards[0].domain:
        raise SkeletonError(f"{topic} stands in the domain {cards[0].domain}, not in {domain}.")
    if domain is not None and domain not in known:
        raise SkeletonError(
            f"There is no domain {domain!r}; these are: {', '.join(sorted(known))}. "
            "A new one needs its name in every file of bot/sentences first."
        )
    names = [situation.value for situation in situations]
    folder = ".".join([place, *(name.replace("_", "-") for name in names)])
    where = library.folder / "topics" / (domain or cards[0].domain) / topic / folder
    if where.exists():
        raise SkeletonError(f"{where} is there already; change the files in it.")
    values = {
        "topic": topic, "folder": folder, "domain": domain or cards[0].domain, "place": place,
        "situations": ", ".join(names), "original": original, "today": today,
        "later": today + _CHECK_AGAIN, "year": today.year, "to_write": TO_WRITE,
    }  # fmt: skip
    files = {"card.yml": _HEAD, f"{original}.md": _TEXT}
    for name, template in files.items():
        write_whole(where / name, template.format(**values))
    return [where / name for name in files]
