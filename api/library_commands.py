"""Commands for those who keep the knowledge library."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.settings import Settings, load_settings
from api.terminal import console, plain_errors
from knowledge.cards import Situation
from knowledge.checks.finding import Finding, Severity
from knowledge.coverage import CoverageTable, State, coverage
from knowledge.errors import WegwijsError
from knowledge.library import Library
from knowledge.skeleton import new_card
from knowledge.staleness import due_within
from knowledge.text_writer import write_whole
from knowledge.translation import jobs, take_back
from knowledge.xliff import Xliff, read_xliff, write_xliff

app = typer.Typer()
translate = typer.Typer(help="Hand texts to translators, and take them back.")
app.add_typer(translate, name="translate")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
_SPAN = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MARKS = {
    State.REVIEWED: "●", State.UNREVIEWED: "○", State.BEHIND: "◐", State.MISSING: "·",
}  # fmt: skip


def span(text: str) -> timedelta:
    """Read a span of time such as `60d`, `8w`, `2m` or `1y`.

    Raises:
        typer.BadParameter: It is none.
    """
    match = _SPAN.fullmatch(text.strip())
    if not match:
        raise typer.BadParameter(f"{text!r} is no span; write 60d, 8w, 2m or 1y.")
    return timedelta(days=int(match[1]) * _DAYS[match[2]])


WithinOption = Annotated[
    timedelta, typer.Option("--within", parser=span, help="How far ahead: 60d, 8w, 2m, 1y.")
]


@app.command()
def check(
    within: WithinOption = "30d",  # type: ignore[assignment]
    strict: Annotated[bool, typer.Option(help="Fail on warnings too.")] = False,
    as_json_lines: JsonOption = False,
) -> None:
    """Say what is wrong, stale, missing or too hard to read. Exit code 1: errors were found."""
    # Imported here: it takes a second, and `--help` does without.
    from knowledge.checks.run import as_json, check_folder, ordered

    with plain_errors():
        settings = load_settings()
        folder = settings.library_dir
        library, findings = check_folder(folder, soon=within)
        compared = library is not None and _add_likeness(settings, library, findings)
    findings = ordered(findings)
    wrong = [one for one in findings if strict or one.severity is Severity.ERROR]
    if as_json_lines:
        print(json.dumps([as_json(one, folder) for one in findings], ensure_ascii=False, indent=2))
    else:
        for one in findings:
            colour = "red" if one.severity is Severity.ERROR else "yellow"
            shown = f"[{colour}]{one.severity}[/] {one.check}: {escape(str(one))}"
            console.print(shown, soft_wrap=True, highlight=False)
        errors = sum(one.severity is Severity.ERROR for one in findings)
        console.print(f"{errors} error(s), {len(findings) - errors} warning(s).")
        if library is not None and not compared:
            console.print(
                "Whether the search can tell all topics apart was not checked: "
                "the index is not of this library. Run 'wegwijs build' first."
            )
    raise typer.Exit(1 if wrong else 0)


def _add_likeness(settings: Settings, library: Library, findings: list[Finding]) -> bool:
    """Compare topics by the index, when there is one of just this library."""
    from knowledge.checks import likeness
    from knowledge.index import current_meta, open_index

    meta = current_meta(settings.index_dir)
    whole = Library.load(settings.library_dir, settings.data_dir)
    if meta is None or meta.library != whole.fingerprint:
        return False
    index = open_index(settings.index_dir, meta.encoder, meta.encoder_name)
    findings += likeness.check(library, index)
    return True


@app.command(name="coverage")
def show_coverage(
    html: Annotated[
        Path | None, typer.Option(help="Write a page with a heat map to this file.")
    ] = None,
    as_json_rows: JsonOption = False,
) -> None:
    """Show which topics stand in which place and language."""
    with plain_errors():
        library = Library.load(load_settings().library_dir)
        table = coverage(library, date.today())
        if html is not None:
            from api.coverage_page import coverage_page

            write_whole(html, coverage_page(table, library, date.today()))
            console.print(f"Written: {html}")
            return
    if as_json_rows:
        rows = [
            {
                "domain": row.domain,
                "topic": row.topic,
                "places": {place: one.states for place, one in row.places.items()},
            }
            for row in table.rows
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    _print_coverage(table)


def _print_coverage(table: CoverageTable) -> None:
    shown = Table(title="● reviewed or original  ○ not reviewed  ◐ behind  · missing  ! overdue")
    shown.add_column("topic", no_wrap=True)
    for place in table.places:
        shown.add_column(f"{place}\n{' '.join(table.languages)}", no_wrap=True)
    domain = ""
    for row in table.rows:
        if row.domain != domain:
            domain = row.domain
            shown.add_section()
            shown.add_row(f"[bold]{domain}[/]")
        cells = []
        for place in table.places:
            one = row.places[place]
            marks = "  ".join(_MARKS[one.states[language]] for language in table.languages)
            cells.append(f"{marks}{' !' if one.overdue else ''}" if one.cards else "")
        shown.add_row(row.topic, *cells)
    shown.add_section()
    shares = [
        " ".join(f"{table.share(place, language) * 100:2.0f}"[-2:] for language in table.languages)
        for place in table.places
    ]
    shown.add_row("% of topics (00 is all)", *shares)
    console.print(shown)


@app.command()
def stale(within: WithinOption = "30d", as_json_rows: JsonOption = False) -> None:  # type: ignore[assignment]
    """List facts that expire and cards that must be checked again, the most urgent first."""
    with plain_errors():
        library = Library.load(load_settings().library_dir)
        found = due_within(library, date.today(), within)
    if as_json_rows:
        print(json.dumps([asdict(one) for one in found], default=str, indent=2))
        return
    for one in found:
        late = "[red]late[/] " if one.day < date.today() else ""
        what = "check the card" if one.what == "card" else f"fact {one.what}"
        console.print(f"{late}{one.day} {one.card}: {what}", highlight=False)
        console.print(f"  {escape(str(one.file))}:{one.line}", soft_wrap=True, highlight=False)
        for url in one.urls:
            console.print(f"  {escape(url)}", soft_wrap=True, highlight=False)
    console.print(f"{len(found)} to look at within {within.days} days.")


@app.command()
def diff(
    revision: Annotated[str, typer.Argument(help="A commit, branch or tag, such as HEAD~3.")],
    as_json_rows: JsonOption = False,
) -> None:
    """Say what changed for readers since a revision of the library's git repository."""
    from knowledge.changes import changes
    from knowledge.revisions import library_at

    with plain_errors():
        folder = load_settings().library_dir
        found = changes(library_at(revision, folder), Library.load(folder))
    if as_json_rows:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    where = ""
    for one in found:
        if one.where != where:
            where = one.where
            console.print(f"[bold]{escape(where)}[/]", highlight=False)
        language = f"{one.language}: " if one.language else ""
        console.print(f"  {language}{escape(one.what)}", highlight=False, soft_wrap=True)
        for line in one.lines:
            colour = "red" if line.startswith("- ") else "green"
            console.print(f"    [{colour}]{escape(line)}[/]", highlight=False, soft_wrap=True)
    console.print(f"{len(found)} change(s) since {escape(revision)}.")


@app.command(name="new-card")
def begin_card(
    topic: Annotated[str, typer.Argument(help="The topic, such as find-a-doctor.")],
    place: Annotated[str, typer.Argument(help="Where it holds, such as flanders.")],
    domain: Annotated[str | None, typer.Option(help="Needed for a new topic.")] = None,
    situation: Annotated[
        list[Situation] | None, typer.Option(help="Whom it is for; may be given several times.")
    ] = None,
    original: Annotated[str, typer.Option(help="Language that it is written in first.")] = "en",
) -> None:
    """Write the first files of a new card."""
    with plain_errors():
        library = Library.load(load_settings().library_dir)
        files = new_card(library, topic, place, domain, situation or (), original)
    for file in files:
        console.print(str(file), soft_wrap=True, highlight=False)
    console.print("Replace every TO-WRITE, then run 'wegwijs check'. docs/writing-cards.md helps.")


@translate.command(name="export")
def export_texts(
    language: Annotated[str, typer.Option("--language", "-l", help="To translate into.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also texts whose translation is up to date.")
    ] = False,
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
) -> None:
    """Write an XLIFF 2.0 file for translators: what is missing or behind in a language."""
    with plain_errors():
        library = Library.load(load_settings().library_dir)
        _must_be_offered(library, language)
        if topic is not None and topic not in library.topics:
            raise WegwijsError(f"There is no topic {topic!r}. 'wegwijs coverage' lists them.")
        found = jobs(library, language, everything)
        if topic is not None:
            wanted = {card.id for card in library.topics[topic]}
            found = [job for job in found if job.owner in wanted]
        if not found:
            console.print(f"Nothing is missing or behind in {language}.")
            return
        # A file has one language to translate from.
        for source in sorted({job.source for job in found}):
            mine = tuple(job for job in found if job.source == source)
            file = output or Path(f"wegwijs-{source}-{language}.xlf")
            if output is not None and len(mine) < len(found):
                file = output.with_stem(f"{output.stem}-from-{source}")
            write_whole(file, write_xliff(Xliff(source, language, mine)).decode("utf-8"))
            console.print(f"{len(mine)} text(s) to translate: {file}")


@translate.command(name="import")
def import_texts(
    file: Annotated[Path, typer.Argument(help="The file that came back.")],
    reviewer: Annotated[
        str | None, typer.Option(help="Who speaks the language and checked every text.")
    ] = None,
) -> None:
    """Take translations back: all of a file, or nothing when a piece of it is wrong."""
    with plain_errors():
        library = Library.load(load_settings().library_dir)
        try:
            data = file.read_bytes()
        except OSError as error:
            raise WegwijsError(f"{file} cannot be read: {error.strerror}.") from error
        content = read_xliff(data)
        _must_be_offered(library, content.target)
        files = take_back(library, content.target, list(content.jobs), reviewer)
    console.print(f"{len(files)} text(s) written. Run 'wegwijs check' and 'git diff'.")


def _must_be_offered(library: Library, language: str) -> None:
    if language not in library.languages:
        offered = ", ".join(library.languages.codes)
        raise WegwijsError(f"{language!r} is not offered; these are: {offered}.")
