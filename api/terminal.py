"""The terminal: its two consoles, errors in one sentence, and an answer as it is shown there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from knowledge.errors import WegwijsError

if TYPE_CHECKING:
    from api.models import ChatResponse

console = Console()
errors = Console(stderr=True)


@contextmanager
def plain_errors() -> Iterator[None]:
    """End with one clear message, and no stack trace, on an error that a person can mend."""
    try:
        yield
    except WegwijsError as error:
        shown = f"[bold red]Error:[/] {escape(str(error))}"
        errors.print(shown, highlight=False, markup=True, soft_wrap=True)
        raise typer.Exit(1) from error


def show_answer(response: ChatResponse, console: Console) -> None:
    """Print an answer: its messages, its card with sources, and its suggestions."""
    lines: list[str] = []
    for message in response.messages:
        if message.kind == "heading":
            lines.append(f"\n## {message.text}")
        elif message.kind == "steps":
            lines += [f"{number}. {item}" for number, item in enumerate(message.items, 1)]
        elif message.kind == "list":
            lines += [f"- {item}" for item in message.items]
        elif message.kind == "notice":
            lines.append(f"({message.text})")
        elif message.kind == "urgent":
            lines.append(f"!! {message.text}")
        else:
            lines.append(message.text)
    title = f"{response.status.value}, {response.language}"
    console.print(Panel("\n".join(lines), title=title), markup=False, highlight=False)
    card = response.card
    if card:
        checked = f", checked {card.checked_on}" if card.checked_on else ""
        console.print(f"{card.title} ({card.place_name}{checked})", markup=False)
        for source in card.sources:
            console.print(f"  {source.publisher}: {source.title} {source.url or ''}", markup=False)
    for suggestion in response.suggestions:
        console.print(f"  > {suggestion.text}", markup=False)
