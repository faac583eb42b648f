"""Sources and facts: what is named twice, never used, or reached without https."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import HttpUrl

from knowledge.cards import Card
from knowledge.checks.finding import Context, Finding, Severity, at
from knowledge.facts import FactKind
from knowledge.layers import Layer
from knowledge.text import placeholders

_CALLABLE = re.compile(r"\+?[\d ()/.-]{3,24}")


def check(context: Context) -> Iterator[Finding]:
    """Facts that no text uses, ids and addresses that stand twice, numbers nobody can call."""
    secure = {
        source.url.host
        for owner, _ in context.heads()
        for source in owner.sources
        if source.url.scheme == "https"
    }
    used = _used_facts(context)
    for owner, file in context.heads():
        yield from _sources(owner, file, secure)
        yield from _facts(owner, file, used, secure)


def _used_facts(context: Context) -> set[tuple[str, str]]:
    """Card and name of every fact that stands in a text."""
    used = set()
    for written in context.written:
        owner = written.owner
        card = owner.overrides if isinstance(owner, Layer) else owner.id
        for blocks in written.parts.values():
            used |= {(card, name) for block in blocks for name in placeholders(block.plain)}
    return used


def _sources(owner: Card | Layer, file: Path, secure: set[str | None]) -> Iterator[Finding]:
    ids = Counter(source.id for source in owner.sources)
    urls = Counter(str(source.url) for source in owner.sources)
    for number, source in enumerate(owner.sources):
        key = ("sources", number)
        if ids[source.id] > 1:
            message = f"sources: the id {source.id!r} stands here twice; give each its own."
            yield Finding(*at(file, *key), message, "double-source")
        if urls[str(source.url)] > 1:
            message = f"sources: {source.url} stands here twice; keep one."
            yield Finding(*at(file, *key), message, "double-source", Severity.WARNING)
        if source.url.scheme == "http" and source.url.host in secure:
            yield Finding(*at(file, *key), _insecure(str(source.url)), "no-https")


def _facts(
    owner: Card | Layer, file: Path, used: set[tuple[str, str]], secure: set[str | None]
) -> Iterator[Finding]:
    card = owner.overrides if isinstance(owner, Layer) else owner.id
    for name, fact in owner.facts.items():
        key = ("facts", name)
        if (card, name) not in used:
            message = f"no text uses the fact {name}; use it as {{{name}}} or take it out."
            yield Finding(*at(file, *key), message, "unused-fact")
        if fact.kind is FactKind.URL:
            url = HttpUrl(str(fact.value))
            if url.scheme == "http" and url.host in secure:
                yield Finding(*at(file, *key), _insecure(str(url)), "no-https")
        if fact.kind is FactKind.PHONE and not _CALLABLE.fullmatch(str(fact.value)):
            message = f"{fact.value!r} cannot be dialled; write its digits, such as 020 123 45 67."
            yield Finding(*at(file, *key), message, "bad-phone")


def _insecure(url: str) -> str:
    return f"{url}: other cards reach this site by https; write https:// here too."
