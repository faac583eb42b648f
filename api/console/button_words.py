"""What a newcomer did by pressing a button, in words for staff."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from actions.turn import NOT_SAID
from api.console.replies import language_name
from bot.sentences import Sentences
from knowledge.library import Library

Say = Callable[..., str]

_PARTS = "follow_up_"
_PLAIN = (
    "start", "person", "none_of_these", "empty", "only_emoji", "only_number", "change_language",
    "help", "follow_up_more",
)  # fmt: skip


def is_button(text: str) -> bool:
    """Whether what is kept of a message is a button's payload: no words begin with a slash."""
    return text.startswith("/")


def button_words(t: Say, library: Library, reader: str, payload: str) -> str:
    """What pressing a button meant.

    Args:
        t: Words of the console in the reader's language.
        library: Knows titles and places.
        reader: The reader's language.
        payload: What the button sent, or what a message without words was taken for.

    Returns:
        A short text; the payload itself when it is none that is known.
    """
    name, _, rest = payload.removeprefix("/").partition("{")
    values = _values("{" + rest) if rest else {}
    sentences = Sentences.shared()
    if name == "choose":
        return t("button.choose", what=_title(library, values.get("target", ""), reader))
    if name == "tell_place":
        place = values.get("place", "")
        if place in library.places:
            return t("button.place", what=library.places.get(place).name(reader))
        return t("button.no_place") if place == NOT_SAID else payload
    if name == "tell_situation":
        situations = sentences.group(reader, "situation")
        if values.get("situation") == NOT_SAID:
            return t("button.no_situation")
        found = situations.get(values.get("situation", ""))
        return t("button.situation", what=found) if found else payload
    if name in ("reads", "change_language") and values.get("language") in library.languages:
        return t(f"button.{name}_in", what=language_name(values["language"], reader))
    if name in _PLAIN:
        return t(f"button.{name}")
    part = sentences.group(reader, "part").get(name.removeprefix(_PARTS))
    return t("button.part", what=part) if part else payload


def _values(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _title(library: Library, target: str, reader: str) -> str:
    cards = library.topics.get(target)
    found = cards[0] if cards else library.cards.get(target) or library.passages.get(target)
    return found.best_text([reader, "en", "nl"]).title if found else target
