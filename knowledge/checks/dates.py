"""Facts that no longer hold, and cards that nobody compared with their sources in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from knowledge.cards import Card
from knowledge.checks.finding import Context, Finding, Severity, at
from knowledge.layers import Layer


def check(context: Context) -> Iterator[Finding]:
    """Expired facts, overdue cards, those that soon will be, and days that cannot be right."""
    for owner, file in context.heads():
        yield from _facts(context, owner, file)
        yield from _checked(context, owner, file)


def _facts(context: Context, owner: Card | Layer, file: Path) -> Iterator[Finding]:
    for name, fact in owner.facts.items():
        if fact.valid_until is None:
            continue
        where = ("facts", name, "valid_until")
        mend = "Look up its value in the source and set a new valid_until."
        if fact.expired(context.today) and fact.valid_until < context.today:
            message = f"the fact {name} held until {fact.valid_until}. {mend}"
            yield Finding(*at(file, *where), message, "expired-fact")
        elif fact.valid_until <= context.today + context.soon:
            message = f"the fact {name} holds until {fact.valid_until} only. {mend}"
            yield Finding(*at(file, *where), message, "fact-expires-soon", Severity.WARNING)


def _checked(context: Context, owner: Card | Layer, file: Path) -> Iterator[Finding]:
    due, key = owner.check_again_by, "check_again_by"
    mend = "Compare it with its sources; then set checked_on and check_again_by."
    if due < context.today:
        message = f"should have been checked by {due}. {mend}"
        yield Finding(*at(file, key), message, "overdue")
    elif due <= context.today + context.soon:
        message = f"must be checked by {due}. {mend}"
        yield Finding(*at(file, key), message, "due-soon", Severity.WARNING)
    if due <= owner.checked_on:
        message = f"check_again_by: {due} is not after checked_on ({owner.checked_on})."
        yield Finding(*at(file, key), message, "impossible-date")
    if owner.checked_on > context.today:
        message = _in_the_future("checked_on", owner.checked_on)
        yield Finding(*at(file, "checked_on"), message, "impossible-date")
    for number, source in enumerate(owner.sources):
        if source.checked_on > context.today:
            message = _in_the_future(f"sources.{source.id}.checked_on", source.checked_on)
            where = at(file, "sources", number, "checked_on")
            yield Finding(*where, message, "impossible-date")


def _in_the_future(name: str, day: date) -> str:
    return f"{name}: {day} lies in the future; write the day on which somebody really looked."
