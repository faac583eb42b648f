"""The command that measures how well personal data is hidden: `wegwijs redaction`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.settings import load_settings
from api.terminal import console, plain_errors
from bot.redaction_measure import KINDS, Figures, Outcome, by_language, load_messages, measure
from knowledge.library import Library

app = typer.Typer()


@app.command()
def redaction(
    file: Annotated[
        Path, typer.Argument(help="A set of messages, one JSON object a line, or their folder.")
    ],
    show_wrong: Annotated[bool, typer.Option(help="List what went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Measure what share of personal data is hidden, and what is hidden wrongly."""
    with plain_errors():
        library = Library.load(load_settings().library_dir)
        outcomes = measure(load_messages(file), library.public_numbers)
    figures = by_language(outcomes)
    if as_json:
        shown = {language: _as_json(one) for language, one in figures.items()}
        print(json.dumps(shown, indent=2))
    else:
        console.print(_table(figures))
    if show_wrong:
        for outcome in outcomes:
            _print_wrong(outcome)


def _as_json(one: Figures) -> dict[str, object]:
    return {
        "messages": one.messages,
        "caught": one.share_caught(),
        "caught_by_kind": {kind: one.share_caught(kind) for kind in KINDS},
        "spoiled_in_hundred": one.spoiled_in_hundred,
        "kept": one.kept,
        "lost": one.lost,
    }


def _table(figures: dict[str, Figures]) -> Table:
    table = Table(title="Personal data that is hidden, and messages without any that are spoiled")
    for heading in ("language", "messages", "caught", *KINDS, "spoiled in 100"):
        table.add_column(heading.replace("_", " "), justify="right")
    for language, one in figures.items():
        spoiled = one.spoiled_in_hundred
        table.add_row(
            language,
            str(one.messages),
            *(_share(one.share_caught(kind)) for kind in (None, *KINDS)),
            "–" if spoiled is None else f"{spoiled:.1f}",
        )
    return table


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def _print_wrong(outcome: Outcome) -> None:
    """One line for a message of which something was missed, or wrongly hidden."""
    wrong = [f"missed {secret.kind} {secret.text!r}" for secret in outcome.missed]
    wrong += [f"lost {piece!r}" for piece in outcome.lost]
    if outcome.spoiled:
        wrong.append("spoiled")
    if wrong:
        line = f"{outcome.message.language} {'; '.join(wrong)}: {outcome.redacted!r}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
