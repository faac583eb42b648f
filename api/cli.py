"""The command line: `wegwijs build`, `serve`, `ask`, `search`, `evaluate`."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from api import library_commands, plan_commands, privacy_commands, user_commands
from api.settings import load_settings
from api.terminal import console, errors, plain_errors
from knowledge.errors import WegwijsError
from knowledge.library import Library

app = typer.Typer(
    help="Wegwijs answers newcomers in their own language, from a checked knowledge library.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.add_typer(library_commands.app)
app.add_typer(privacy_commands.app)
app.add_typer(plan_commands.plans, name="plans")
app.add_typer(user_commands.users, name="user")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
LanguageOption = Annotated[
    str | None, typer.Option("--language", "-l", help="Language of the person, such as ar.")
]
PlaceOption = Annotated[
    str | None, typer.Option("--place", "-p", help="Where the person lives, such as ghent.")
]


def _must_be_known(library: Library, language: str | None, place: str | None) -> None:
    """The API ignores a language or place that it does not know; at a terminal it is a mistake."""
    if language is not None and language not in library.languages:
        offered = ", ".join(library.languages.codes)
        raise WegwijsError(f"{language!r} is not offered; these are: {offered}.")
    if place is not None and place not in library.places:
        raise WegwijsError(f"There is no place {place!r} in places.yml.")


@app.command()
def build(
    force: Annotated[bool, typer.Option(help="Build everything again.")] = False,
) -> None:
    """Build the index and train the dialogue, only what changed."""
    from api.building import build as run

    with plain_errors():
        run(load_settings(), console, force)


@app.command()
def serve() -> None:
    """Serve the API and the widget."""
    with plain_errors():
        settings = load_settings()
        console.print("Starting…")
        import uvicorn

        from api.app import create_app
        from api.store.database import Database
        from bot.engine import Engine
        from knowledge.index import IndexOutdated

        # What is wrong with the database is told here: uvicorn would show a trace.
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        Database(settings.database_address).close()
        try:
            engine = Engine.open(settings)
        except IndexOutdated:
            # As when the server stopped after a change was accepted and before it was built: who
            # starts it again is a service manager, which runs nothing else.
            from api.building import build as run

            run(settings, console)
            engine = Engine.open(settings)
        application = create_app(settings, engine)
        console.print(f"Wegwijs is at http://{settings.host}:{settings.port}/ (Ctrl+C stops it)")
        uvicorn.run(
            application,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            server_header=False,
            # The WebSocket library that Rasa needs is too old for uvicorn; we use none.
            ws="none",
            timeout_graceful_shutdown=5,  # a page of the console may listen for ever
        )


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What the person writes.")],
    language: LanguageOption = None,
    place: PlaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a question: one full turn through the dialogue."""
    with plain_errors():
        settings = load_settings()
        from bot.engine import Engine, answer_once

        engine = Engine.open(settings)
        _must_be_known(engine.knowledge.library, language, place)
        answer = answer_once(engine, question, language, place)
        from api.models import ChatResponse

        response = ChatResponse.of(
            answer.reply, "terminal", "terminal", engine.knowledge.library.languages
        )
    if as_json:
        print(response.model_dump_json(indent=2))
    else:
        from api.terminal import show_answer

        show_answer(response, console)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What is searched.")],
    language: LanguageOption = None,
    place: PlaceOption = None,
    limit: Annotated[int, typer.Option(help="How many hits to show.", min=1, max=50)] = 10,
    as_json: JsonOption = False,
) -> None:
    """Search the library: hits, scores, and the text that matched."""
    with plain_errors():
        settings = load_settings()
        from actions.knowledge_base import open_knowledge_base
        from bot.language_detection import LanguageDetector

        base = open_knowledge_base(settings)
        _must_be_known(base.library, language, place)
        spoken = language or LanguageDetector.shared().language_to_answer_in(question, None, None)
        result = base.search.search(question, spoken or "en", place, limit=limit)
    if as_json:
        print(json.dumps({"language": spoken, **asdict(result)}, ensure_ascii=False, indent=2))
        return
    table = Table(title=f"Confidence {result.confidence:.2f}, language {spoken}")
    for heading in ("score", "cosine", "lexical", "answer", "matched"):
        table.add_column(heading)
    for hit in result.hits:
        where = " (elsewhere)" if hit.elsewhere else ""
        matched = f"[{hit.evidence.language}, {hit.evidence.part}] {hit.evidence.text[:100]}"
        row = (f"{hit.score:.3f}", f"{hit.cosine:.3f}", f"{hit.lexical:.3f}")
        table.add_row(*row, f"{hit.group}{where}", matched.replace("[", r"\["))
    console.print(table)


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="A question set, one JSON object a line.")],
    show_wrong: Annotated[bool, typer.Option(help="List what went wrong.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run a question set through the whole dialogue and print the figures of each language."""
    with plain_errors():
        settings = load_settings()
        from knowledge.evaluate import load_questions, score_by_language

        questions = load_questions(file)
        from bot.engine import Engine
        from bot.evaluation import evaluate as run

        engine = Engine.open(settings)
        with Progress(console=errors) as progress:
            task = progress.add_task("Asking", total=len(questions))
            told = lambda done: progress.update(task, completed=done)  # noqa: E731
            verdicts = asyncio.run(run(engine, questions, told))
        scores = score_by_language(verdicts)
    if as_json:
        print(json.dumps({language: asdict(one) for language, one in scores.items()}, indent=2))
        return
    table = Table(title=f"{file.name}: {len(questions)} questions")
    for heading in (
        "language", "questions", "right first", "right in three", "right refusals",
        "confidently wrong", "median ms", "p95 ms",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for language, one in scores.items():
        shares = (one.right_first, one.right_in_three, one.right_refusals, one.confidently_wrong)
        table.add_row(
            language,
            str(one.questions),
            *("–" if share is None else f"{share:.2f}" for share in shares),
            f"{one.median_ms:.0f}",
            f"{one.p95_ms:.0f}",
        )
    console.print(table)
    if show_wrong:
        for verdict in verdicts:
            if not (verdict.right_first or verdict.right_refusal):
                _print_wrong(verdict)


def _print_wrong(verdict: Any) -> None:
    question, observed = verdict.question, verdict.observation
    expected = question.expect.model_dump(exclude_defaults=True)
    mark = (
        "WRONG" if verdict.confidently_wrong else "in three" if verdict.right_in_three else "miss"
    )
    line = f"{mark} {question.id} {question.text!r} ({question.place}): expected {expected}, "
    console.print(
        f"{line}got {observed.status} {observed.shown or ''}", markup=False, highlight=False
    )


def main() -> None:
    """The entry point."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if not sys.warnoptions:
        import warnings

        warnings.simplefilter("ignore")
    app()
