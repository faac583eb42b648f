"""The texts people read: paragraphs and lists with placeholders for facts, and their plain form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import AfterValidator, BaseModel, ConfigDict

from knowledge.errors import LibraryError, Problem
from knowledge.facts import Fact, Link

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(\.value)?\}")
PARTS = ("steps", "documents", "cost", "duration", "where", "refused")
"""The standard parts of a card, in the order in which they are shown."""

ANSWER = "answer"
"""The part before the first heading: the short answer."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])
_WHITESPACE = re.compile(r"\s+")
_IN_LISTS = ("list_item_open", "paragraph_open", "bullet_list_open", "ordered_list_open")


def _without_braces(text: str) -> str:
    if "{" in text or "}" in text:
        raise ValueError("no placeholder can stand here; write it without { and }")
    return text


Words = Annotated[str, AfterValidator(_without_braces)]
"""A text that is shown as it stands: no fact is filled in."""


class Block(BaseModel):
    """One paragraph, heading or list.

    Attributes:
        kind: `text`, `heading`, `list` (hyphens), `steps` (numbered), or `notice`.
        text: The words of a text, heading or notice.
        items: The items of a list.
        links: The pieces of the words that can be followed.
        language: Language of the words, when known.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["text", "heading", "list", "steps", "notice"]
    text: str = ""
    items: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    language: str | None = None

    @property
    def plain(self) -> str:
        """All words on one line."""
        return " ".join([self.text, *self.items]).strip()

    def filled(self, facts: Mapping[str, Fact], language: str) -> Block:
        """The block with every placeholder replaced by its fact, written for `language`."""
        links: dict[str, Link] = {}

        def fill(text: str) -> str:
            def one(match: re.Match[str]) -> str:
                fact = facts[match[1]]
                link = fact.link(language)
                if link:
                    links[link.text] = link
                written = fact.written(language, bare=bool(match[2]))
                # A Ukrainian date ends with a full stop of its own: the sentence needs no second.
                follows = text[match.end() : match.end() + 1]
                return written.removesuffix(".") if follows == "." else written

            return PLACEHOLDER.sub(one, text)

        text, items = fill(self.text), tuple(fill(item) for item in self.items)
        return self.model_copy(
            update={
                "text": text,
                "items": items,
                "links": tuple(links.values()),
                "language": language,
            }
        )


def placeholders(text: str) -> set[str]:
    """Names of the facts that a text uses."""
    return {match[1] for match in PLACEHOLDER.finditer(text)}


def expired_facts(text: str, facts: Mapping[str, Fact], today: date) -> set[str]:
    """Names of the facts in `text` that do not hold on `today`."""
    return {name for name in placeholders(text) if facts[name].expired(today)}


def normalise(text: str) -> str:
    """The form in which texts are compared, embedded and searched.

    NFKC makes one letter of its look-alikes (full-width, ligatures, Arabic presentation forms);
    invisible signs are dropped; white space becomes single spaces.

    Args:
        text: Any text.

    Returns:
        The same words; letters keep their case.
    """
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zs", "Zl", "Zp") else sign
        for sign in folded
        if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn")
    )
    # A sign that was dropped may have stood between a letter and its accent.
    return _WHITESPACE.sub(" ", unicodedata.normalize("NFKC", kept)).strip()


def split_front_matter(text: str, file: Path) -> tuple[str, str, int]:
    """Split a text file into its front matter and its body.

    Args:
        text: The whole file.
        file: Named in errors.

    Returns:
        The front matter (from line 2), the body, and the line of the file on which it begins.

    Raises:
        LibraryError: There is no front matter.
    """
    lines = text.split("\n")
    if lines[0].strip() != "---":
        raise LibraryError([Problem(file, 1, "the file must begin with a line '---'.")])
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    raise LibraryError([Problem(file, 1, "the front matter has no closing line '---'.")])


def parse_parts(
    body: str, file: Path, first_line: int, answer_needed: bool = True, marks: bool = False
) -> dict[str, tuple[Block, ...]]:
    """Read the body of a card: the short answer, then parts under their keys.

    Args:
        body: The Markdown after the front matter.
        file: Named in errors.
        first_line: Line of the file on which the body begins.
        answer_needed: Whether a missing short answer is a mistake.
        marks: Whether the asterisks around local words stay, for writing the text again.

    Returns:
        Blocks of each part; the short answer's key is `answer`.

    Raises:
        LibraryError: An unknown, repeated or empty part, a brace that belongs to no placeholder,
            or Markdown that is not allowed.
    """
    return dict(_parse_parts(body, file, first_line, answer_needed, marks))


# A running server reads the library again after every change, and nearly every text is as before.
@lru_cache(maxsize=8192)
def _parse_parts(
    body: str, file: Path, first_line: int, answer_needed: bool, marks: bool
) -> dict[str, tuple[Block, ...]]:
    parts: dict[str, list[Block]] = {ANSWER: []}
    lines: dict[str, int] = {ANSWER: first_line}
    parsed = _MARKDOWN.parse(body)
    problems = [
        Problem(file, first_line + line, message)
        for line, message in (*_stray_braces(body), *_bold(parsed))
    ]
    current = ANSWER
    tokens = iter(parsed)
    for token in tokens:
        line = first_line + _line(token)
        if token.type == "heading_open":
            key = next(tokens).content.strip()
            next(tokens)
            if key not in PARTS:
                known = ", ".join(PARTS)
                problems.append(Problem(file, line, f"unknown part {key!r}; use one of: {known}."))
            elif key in parts:
                problems.append(Problem(file, line, f"the part {key!r} stands here twice."))
            parts.setdefault(key, [])
            lines.setdefault(key, line)
            current = key
        elif token.type == "paragraph_open":
            parts[current].append(Block(kind="text", text=_words(next(tokens), marks)))
            next(tokens)
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            kind: Literal["steps", "list"] = "steps" if "ordered" in token.type else "list"
            items, unknown = _items(tokens, token, marks)
            parts[current].append(Block(kind=kind, items=items))
            problems += [_not_allowed(other, file, first_line) for other in unknown]
        elif token.nesting >= 0:
            problems.append(_not_allowed(token, file, first_line))
    for key, blocks in parts.items():
        if not blocks and (key != ANSWER or answer_needed):
            problems.append(Problem(file, lines[key], f"the part {key!r} is empty."))
    if problems:
        raise LibraryError(problems)
    return {key: tuple(parts[key]) for key in (ANSWER, *PARTS) if key in parts}


def _line(token: Token) -> int:
    """Line of the body on which a token begins, counted from 0."""
    return token.map[0] if token.map else 0


def _stray_braces(body: str) -> Iterator[tuple[int, str]]:
    """Lines with a brace that belongs to no placeholder: readers would see it."""
    for number, line in enumerate(body.split("\n")):
        if any(brace in PLACEHOLDER.sub("", line) for brace in "{}"):
            yield number, "a { or } belongs to no placeholder; write {name} or {name.value}."


def _bold(tokens: Iterable[Token]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if any(child.type == "strong_open" for child in token.children or []):
            yield _line(token), "bold is not allowed; let the words say what matters."


def _not_allowed(token: Token, file: Path, first_line: int) -> Problem:
    message = f"{token.type} is not allowed; use paragraphs, lists and '## part' only."
    return Problem(file, first_line + _line(token), message)


def _items(
    tokens: Iterator[Token], opening: Token, marks: bool
) -> tuple[tuple[str, ...], list[Token]]:
    """The items of a list, and what may not stand in one; lists inside it are flattened."""
    items: list[str] = []
    unknown: list[Token] = []
    closing = opening.type.replace("_open", "_close")
    begins = True
    for token in tokens:
        if token.type == closing and token.level == opening.level:
            break
        if token.type.startswith("list_item_"):
            begins = True
        elif token.type == "inline" and begins:
            items.append(_words(token, marks))
            begins = False
        elif token.type == "inline":
            items[-1] += f" {_words(token, marks)}"
        elif token.nesting >= 0 and token.type not in _IN_LISTS:
            unknown.append(token)
    return tuple(items), unknown


def _words(inline: Token, marks: bool = False) -> str:
    """The words of a paragraph, mostly without its marks; a line break becomes a space."""
    if marks:
        return _WHITESPACE.sub(" ", inline.content).strip()
    pieces = [
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or []
    ]
    return _WHITESPACE.sub(" ", "".join(pieces)).strip()
