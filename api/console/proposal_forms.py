"""The forms of proposals: read into a change, and filled in from one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from api.console.plain_problems import FormProblems, PlainProblem, of_form
from api.store.accounts import Staff
from knowledge.proposals.change import (
    CHANGE,
    AddQuestion,
    Change,
    MoveQuestion,
    NewCard,
    NewSource,
    ReviewTranslation,
    SetFact,
    WordPart,
)
from knowledge.text import PARTS

KINDS = ("word_part", "set_fact", "add_question", "move_question", "new_card")
"""Kinds of changes that have a form of their own; translations have a page."""

NEW_SOURCE = "+"
"""Stands for a source that the card does not name yet."""

TEXT_FIELD = {
    "word_part": "text", "set_fact": "value", "add_question": "question",
    "move_question": "question", "new_card": "answer", "review_translation": "parts",
}  # fmt: skip
"""The field beside which a problem of the whole change is shown."""

Values = Mapping[str, str]


class Filled(dict[str, str]):
    """The fields of a form for a page: one that is not there is empty."""

    def __missing__(self, name: str) -> str:
        return ""


_NEEDED = {
    "word_part": ("card", "language", "part", "text"),
    "set_fact": ("card", "fact", "value", "checked_on"),
    "add_question": ("card", "language", "question"),
    "move_question": ("card", "language", "question"),
    "new_card": (
        "topic", "place", "language", "title", "answer", "questions", "checked_on",
        "source_publisher", "source_title", "source_url", "source_language",
    ),
    "review_translation": ("card", "language"),
}  # fmt: skip
_NEW_SOURCE_NEEDED = ("source_publisher", "source_title", "source_url", "source_language")
_CHOSEN = ("part", "language", "place", "fact", "source_language", "card", "checked_on")


def read_form(values: Values, staff: Staff, today: date) -> Change:
    """Read a form.

    Args:
        values: Its fields.
        staff: Who filled it in.
        today: The day.

    Returns:
        The change.

    Raises:
        FormProblems: With everything that is wrong.
    """
    kind = values.get("kind", "")
    read = _READERS.get(kind)
    if read is None:
        raise FormProblems([PlainProblem("choose", "kind")])
    needed = _NEEDED[kind]
    if values.get("source") == NEW_SOURCE:
        needed += _NEW_SOURCE_NEEDED
    missing = [
        PlainProblem("choose" if name in _CHOSEN else "empty", name, {"most": ""})
        for name in needed
        if not values.get(name, "").strip()
    ]
    if missing:
        raise FormProblems(missing)
    try:
        return CHANGE.validate_python({"kind": kind, **read(values, staff, today)})
    except ValidationError as error:
        raise FormProblems(list(of_form(error))) from error


def _word_part(values: Values, staff: Staff, today: date) -> dict[str, Any]:
    checked = "checked" in values and values["language"] in staff.languages
    return {
        **_only(values, "card", "language", "part", "text"),
        "layer": values.get("layer") or None,
        "same_meaning": "same_meaning" in values,
        "up_to_date": "up_to_date" in values,
        "reviewer": staff.shown_name if checked else None,
        "day": today if checked else None,
    }


def _question(values: Values, staff: Staff, today: date) -> dict[str, Any]:
    return _only(values, "card", "language", "question")


def _moved(values: Values, staff: Staff, today: date) -> dict[str, Any]:
    return {**_only(values, "language", "question"), "to_card": values["card"]}


def _fact(values: Values, staff: Staff, today: date) -> dict[str, Any]:
    chosen = values.get("source", "")
    source = _source(values) if chosen == NEW_SOURCE else chosen or None
    return {
        **_only(values, "card", "fact", "value", "checked_on"),
        **{name: values.get(name) or None for name in ("unit", "valid_from", "valid_until")},
        "layer": values.get("layer") or None,
        "source": source,
    }


def _card(values: Values, staff: Staff, today: date) -> dict[str, Any]:
    parts = {name: values.get(f"part_{name}", "") for name in PARTS}
    lines = (line.strip() for line in values["questions"].splitlines())
    return {
        **_only(values, "place", "language", "title", "answer", "checked_on"),
        "topic": re.sub(r"\s+", "-", values["topic"].strip().lower()),
        "domain": values.get("domain") or None,
        "situation": values.get("situation") or None,
        "parts": {name: words for name, words in parts.items() if words.strip()},
        "questions": [line for line in lines if line],
        "source": _source(values),
    }


def _review(values: Values, staff: Staff, today: date) -> dict[str, Any]:
    parts = {
        name.removeprefix("part_"): words
        for name, words in values.items()
        # A part that reads as before is no correction.
        if name.startswith("part_") and _lines(words) != _lines(values.get(f"was_{name}", ""))
    }
    title = values.get("title", "").strip()
    return {
        **_only(values, "card", "language"),
        "layer": values.get("layer") or None,
        "reviewer": staff.shown_name,
        "day": today,
        "title": title if title and title != values.get("was_title", "").strip() else None,
        "parts": parts,
        "up_to_date": "up_to_date" in values,
    }


_READERS: dict[str, Callable[[Values, Staff, date], dict[str, Any]]] = {
    "word_part": _word_part,
    "set_fact": _fact,
    "add_question": _question,
    "move_question": _moved,
    "new_card": _card,
    "review_translation": _review,
}


def _only(values: Values, *names: str) -> dict[str, str]:
    return {name: values[name] for name in names}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _source(values: Values) -> dict[str, str]:
    publisher = values.get("source_publisher", "")
    name = re.sub(r"[^a-z0-9]+", "-", f"{publisher} {values.get('checked_on', '')}".lower())
    return {
        "id": name.strip("-")[:80] or "source",
        "publisher": publisher,
        "title": values.get("source_title", ""),
        "url": values.get("source_url", "").strip(),
        "language": values.get("source_language", ""),
    }


def filled_form(change: Change) -> dict[str, str]:
    """The fields of a form from which a change was read."""
    values: dict[str, str] = {"kind": change.kind}
    for name, value in change:
        if isinstance(value, str | date) and value:
            values[name] = str(value)
        elif value is True:
            values[name] = "1"
    if isinstance(change, WordPart | SetFact | NewCard | AddQuestion | ReviewTranslation):
        values.pop("to_card", None)
    if isinstance(change, MoveQuestion):
        values["card"] = values.pop("to_card")
    if isinstance(change, WordPart) and change.reviewer:
        values["checked"] = "1"
    if isinstance(change, NewCard):
        values["questions"] = "\n".join(change.questions)
        values["situation"] = change.situation.value if change.situation else ""
    if isinstance(change, NewCard | ReviewTranslation):
        values |= {f"part_{name}": words for name, words in change.parts.items()}
    source = getattr(change, "source", None)
    if isinstance(source, NewSource):
        values |= {
            "source": NEW_SOURCE, "source_publisher": source.publisher,
            "source_title": source.title, "source_url": str(source.url),
            "source_language": source.language,
        }  # fmt: skip
    return values
