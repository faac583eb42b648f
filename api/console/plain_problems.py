"""What is wrong with a change, in the words of who reads the console, beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from knowledge.errors import LibraryError

# What the library says, in English, with the console's own words for it.
_SAID: tuple[tuple[str, str], ...] = (
    ("lost_fact", r"the part (?P<part>\w+) lost \{(?P<name>\w+)\}"),
    ("extra_fact", r"the part (?P<part>\w+) names \{(?P<name>\w+)\}"),
    ("unknown_fact", r"\{(?P<name>\w+)\} is no(?:t a)? fact of"),
    ("nothing", r"This changes nothing"),
    ("question_there", r"has the question .* already"),
    ("heading", r"the part \w+ holds a heading"),
    ("heading", r"unknown part|stands here twice"),
    ("braces", r"a \{ or \} belongs to no placeholder"),
    ("bold", r"bold is not allowed"),
    ("markdown", r"is not allowed; use paragraphs, lists"),
    ("empty", r"the part '?\w+'? is empty"),
    ("number", r"is no number;"),
    ("day", r"is no day;"),
    ("phone", r"put the telephone number"),
    ("url", r"a url begins with https"),
    ("validity", r"valid_until lies before valid_from"),
    ("no_card", r"There is no card"),
    ("no_text", r"has no text in '(?P<code>\w+)'"),
    ("no_original_part", r"the original, (?P<file>[\w.]+), has no part (?P<part>\w+)"),
    ("only_question", r"this is its only question"),
    ("card_there", r"^The card (?P<card>\S+) is there already"),
    ("source_there", r"has a source '(?P<name>[\w-]+)'; give the new one"),
    ("only_translations", r"only translations are checked so"),
)
_PATTERNS = [(key, re.compile(pattern)) for key, pattern in _SAID]

# The signs that pydantic puts before a field of a change are the kind of the change.
_TYPES = {
    "string_too_long": "too_long",
    "string_pattern_mismatch": "name",
    "string_too_short": "empty",
    "too_short": "empty",
    "too_long": "too_many",
    "missing": "empty",
    "enum": "choose",
    "literal_error": "choose",
    "url_parsing": "url",
    "url_scheme": "url",
    "url_type": "url",
}
_RULES = (
    ("cannot be shown", "invisible"), ("stands in it", "to_write"),
    ("placeholder", "no_placeholder"), ("is empty", "empty"),
)  # fmt: skip


@dataclass(frozen=True)
class PlainProblem:
    """Something to mend.

    Attributes:
        key: Of the sentence, in the group `change_problem` of the texts; None for `words`.
        where: Field of the form; None for all of it.
        values: What the sentence is filled with.
        words: What the library says, in English.
    """

    key: str | None
    where: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


class FormProblems(Exception):
    """A form cannot be read.

    Args:
        problems: What to mend.
    """

    def __init__(self, problems: list[PlainProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def of_form(error: ValidationError) -> Iterator[PlainProblem]:
    """What is wrong with the fields of a change."""
    for item in error.errors(include_url=False):
        where = [str(part) for part in item["loc"][1:] if not isinstance(part, int)]
        name = _field(where)
        kind, limit = item["type"], item.get("ctx", {}).get("max_length")
        if kind == "value_error":
            key = next((key for sign, key in _RULES if sign in item["msg"]), "wrong")
        elif kind.startswith(("date_", "datetime_")):
            key = "day"
        else:
            key = _TYPES.get(kind, "wrong")
        yield PlainProblem(key, name, {"most": limit} if limit else {"most": ""})


def of_plan(error: Exception, text_field: str) -> list[PlainProblem]:
    """What the library says of a change.

    Args:
        error: What it raised.
        text_field: Field of the form that holds the words which are most likely wrong.

    Returns:
        Each problem once.
    """
    if isinstance(error, LibraryError):
        said = [problem.message for problem in error.problems]
    else:
        said = [str(error)]
    return [_plain(message, text_field) for message in dict.fromkeys(said)]


def _plain(message: str, text_field: str) -> PlainProblem:
    for key, pattern in _PATTERNS:
        match = pattern.search(message)
        if match:
            return PlainProblem(key, text_field, match.groupdict(), message)
    return PlainProblem(None, None, {}, message)


def _field(where: list[str]) -> str | None:
    if not where:
        return None
    if where[0] == "source" and len(where) > 1:
        return f"source_{where[-1]}"
    if where[0] == "parts" and len(where) > 1:
        return f"part_{where[1]}"
    return where[0]
