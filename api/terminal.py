"""An answer as it is shown in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.panel import Panel

from api.models import ChatResponse


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
