"""Translations that say less, or something older, than their original."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.cards import Card
from knowledge.checks.finding import Context, Finding, Severity, Written
from knowledge.text import PLACEHOLDER, Block

_NEEDED = ("nl", "en")
"""Languages that caseworkers and maintainers read: every text must have them."""


def check(context: Context) -> Iterator[Finding]:
    """Missing languages, old revisions, lost facts, and parts or lists of another shape."""
    originals = {
        written.file.parent: written
        for written in context.written
        if written.language == written.original
    }
    for written in originals.values():
        for language in _NEEDED:
            if not isinstance(written.owner, Card) or language in written.owner.texts:
                continue
            message = f"there is no {language}.md; every card has Dutch and English."
            yield Finding(written.file.parent / "card.yml", 1, message, "missing-language")
    for written in context.written:
        original = originals.get(written.file.parent)
        if original is None or original is written:
            if written.text.translated_from is not None:
                message = "translated_from: this is the original; leave it out."
                yield Finding(
                    written.file, written.line_with("translated_from"), message, "no-original"
                )
            continue
        yield from _standing(written, original)
        yield from _shape(written, original)


def _standing(written: Written, original: Written) -> Iterator[Finding]:
    file, text = written.file, written.text
    newest = original.text.revision
    if isinstance(written.owner, Card):
        newest = written.owner.revision
    line = written.line_with("revision:")
    if text.translated_from is None:
        message = f"translated_from is missing; write the language, such as {original.language}."
        yield Finding(file, line, message, "no-original")
    elif text.translated_from not in written.owner.texts:
        message = f"translated_from: there is no {text.translated_from}.md in this folder."
        yield Finding(file, written.line_with("translated_from"), message, "no-original")
    if text.revision < newest:
        message = (
            f"made from revision {text.revision}, and the original is at {newest}. "
            f"Translate what changed in {original.file.name}; then set revision: {newest}."
        )
        yield Finding(file, line, message, "translation-behind", Severity.WARNING)
    elif text.revision > newest:
        message = f"revision {text.revision} does not exist yet; the original is at {newest}."
        yield Finding(file, line, message, "translation-ahead")


def _shape(written: Written, original: Written) -> Iterator[Finding]:
    file = written.file
    if list(written.parts) != list(original.parts):
        ours, theirs = ", ".join(written.parts), ", ".join(original.parts)
        message = f"has the parts {ours}; {original.file.name} has {theirs}. Make them the same."
        yield Finding(file, 1, message, "other-parts")
        return
    for part, blocks in written.parts.items():
        line = written.line_with(f"## {part}")
        lost = _named(original.parts[part]) - _named(blocks)
        more = _named(blocks) - _named(original.parts[part])
        for name in sorted(lost):
            message = f"the part {part} lost {{{name}}}; it stands in {original.file.name}."
            yield Finding(file, line, message, "lost-fact")
        for name in sorted(more):
            message = f"the part {part} names {{{name}}}, which {original.file.name} does not."
            yield Finding(file, line, message, "added-fact")
        points, needed = _items(blocks), _items(original.parts[part])
        if points != needed:
            message = (
                f"the lists of the part {part} have {points} points, those of "
                f"{original.file.name} have {needed}. Make them the same."
            )
            yield Finding(file, line, message, "other-list", Severity.WARNING)


def _named(blocks: tuple[Block, ...]) -> set[str]:
    return {match[1] for block in blocks for match in PLACEHOLDER.finditer(block.plain)}


def _items(blocks: tuple[Block, ...]) -> int:
    return sum(len(block.items) for block in blocks)
