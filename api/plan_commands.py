"""The command line for official texts: `wegwijs plans add`, `fetch`, `list`, `remove`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.settings import Settings, load_settings
from api.terminal import console, plain_errors
from knowledge.languages import Languages
from knowledge.official.store import AddedText

plans = typer.Typer(
    help="Official texts that this installation adds to what it can quote.", no_args_is_help=True
)

DocumentArgument = Annotated[
    str, typer.Argument(help="Id of the plan document, such as eu-action-plan-2016.")
]
LanguageOption = Annotated[
    str, typer.Option("--language", "-l", help="Language of the text, such as nl.")
]


@plans.command()
def add(
    file: Annotated[Path, typer.Argument(help="A PDF, HTML, DOCX or TXT file.")],
    document: Annotated[
        str, typer.Option("--document", "-d", help="Id of the plan document whose text it is.")
    ],
    language: LanguageOption = "nl",
) -> None:
    """Read an official text from a file and keep its passages."""
    with plain_errors():
        settings = load_settings()
        from knowledge.official.adding import add_file, registered

        registered(settings.library_dir, document)
        _check_language(settings, language)
        added = add_file(settings.data_dir, file, document, language)
    _show_added(added)


@plans.command()
def fetch(
    document: DocumentArgument,
    language: LanguageOption = "nl",
    base_url: Annotated[
        str | None,
        typer.Option(help="A mirror in place of the registered host, such as https://mirror.eu."),
    ] = None,
) -> None:
    """Download an official text from its registered address, such as EUR-Lex, and keep it."""
    with plain_errors():
        settings = load_settings()
        from knowledge.official.adding import add_content, known_language, registered
        from knowledge.official.fetch import address_of
        from knowledge.official.fetch import fetch as download

        plan = registered(settings.library_dir, document)
        address = address_of(plan, known_language(language), base_url)
        console.print(f"Fetching {address}", markup=False, highlight=False, soft_wrap=True)
        got = download(address)
        added = add_content(
            settings.data_dir, got.suffix, got.content, document, language, got.address, got.address
        )
    _show_added(added)


@plans.command("list")
def list_added() -> None:
    """List the official texts that were added."""
    with plain_errors():
        settings = load_settings()
        from knowledge.official.store import list_texts

        texts = list_texts(settings.data_dir)
    if not texts:
        console.print("No official text was added. `wegwijs plans add` and `fetch` add one.")
        return
    table = Table()
    for heading in ("document", "language", "passages", "added"):
        table.add_column(heading, no_wrap=True)
    table.add_column("from", overflow="fold")
    for text in texts:
        row = (text.document, text.language, str(text.passages), f"{text.added:%Y-%m-%d}")
        table.add_row(*row, escape(text.source))
    console.print(table)


@plans.command()
def remove(
    document: DocumentArgument,
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", help="Only the text in this language; else all."),
    ] = None,
) -> None:
    """Remove official texts that were added."""
    with plain_errors():
        settings = load_settings()
        from knowledge.official.store import remove_text

        languages = remove_text(settings.data_dir, document, language)
    console.print(f"Removed {document}: {', '.join(languages)}.", markup=False, highlight=False)
    _say_how_to_go_on()


def _check_language(settings: Settings, language: str) -> None:
    from knowledge.official.adding import known_language

    spoken = Languages.load(settings.library_dir / "languages.yml")
    known_language(language, spoken.codes)


def _show_added(added: AddedText) -> None:
    kinds = ", ".join(f"{count} {kind}" for kind, count in added.kinds.items())
    console.print(
        f"Added {added.document} ({added.language}): {added.passages} passages ({kinds}).",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    _say_how_to_go_on()


def _say_how_to_go_on() -> None:
    console.print("Run `wegwijs build` and start the server again to use the change.")
