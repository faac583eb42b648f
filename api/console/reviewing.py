"""What a proposal does: the checks, and the questions of the question set that it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from actions.draft import open_draft
from actions.effect import ChangedAnswer, Found, effect
from api.console.accepting import change_of
from api.console.background import Background, Job
from api.state import State
from api.store.database import now
from api.store.proposals import Proposals
from knowledge.checks.finding import Finding
from knowledge.errors import LibraryError
from knowledge.evaluate import OWN_QUESTIONS, PassageRef, load_questions
from knowledge.proposals.checking import Checked, check_edits
from knowledge.proposals.edits import draft_folder
from knowledge.proposals.plan import plan

_ORDER = ("worse", "different", "better")


def job_name(number: int) -> str:
    """Name of the work that reviews a proposal."""
    return f"review of proposal {number}"


def review(state: State, background: Background, number: int) -> Job:
    """Review a proposal in the background; what comes of it is kept with the proposal.

    Args:
        state: Of the server.
        background: Where the work goes on.
        number: Of the proposal.

    Returns:
        The work.
    """
    return background.begin(job_name(number), lambda job: _review(state, job, number))


def _review(state: State, job: Job, number: int) -> None:
    engine, database = state.ready()
    proposals = Proposals(database)
    found = proposals.get(number)
    if found is None:
        return
    live = engine.knowledge
    edits = plan(change_of(found.row), state.settings.library_dir)
    answers: list[ChangedAnswer] | None = None
    questions = load_questions(OWN_QUESTIONS)
    with TemporaryDirectory(prefix="wegwijs-review-") as scratch:
        folder = draft_folder(edits, Path(scratch) / "library")
        try:
            draft = open_draft(state.settings, live, folder)
        except LibraryError:
            checked = check_edits(edits)
        else:
            checked = check_edits(edits, draft.library)
            answers = effect(live, draft, questions, job.progress)
    proposals.keep_review(
        number,
        {
            "fingerprint": edits.fingerprint,
            "library": live.library.fingerprint,
            "at": now().isoformat(timespec="seconds"),
            "checks": checks_kept(checked),
            "asked": len(questions),
            "effect": None if answers is None else [_answer_kept(one) for one in _sorted(answers)],
        },
    )


def checks_kept(checked: Checked) -> dict[str, list[dict[str, Any]]]:
    """What the checks found, as it is kept."""
    # A finding that is new and stands in a changed file is told once.
    old = [one for one in checked.in_changed if one not in checked.new]
    return {"new": findings(checked.new), "gone": findings(checked.gone), "old": findings(old)}


def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as they are kept."""
    return [
        {
            "file": one.file.as_posix(), "line": one.line, "message": one.message,
            "check": one.check, "severity": one.severity.value,
        }
        for one in found
    ]  # fmt: skip


def _sorted(answers: list[ChangedAnswer]) -> list[ChangedAnswer]:
    return sorted(answers, key=lambda one: _ORDER.index(one.mark))


def _answer_kept(one: ChangedAnswer) -> dict[str, Any]:
    return {
        "id": one.question.id, "text": one.question.text, "language": one.question.language,
        "place": one.question.place, "mark": one.mark,
        "before": _found_kept(one.before), "after": _found_kept(one.after),
    }  # fmt: skip


def _found_kept(found: Found) -> dict[str, Any]:
    shown = found.shown
    if isinstance(shown, PassageRef):
        shown = f"{shown.document} {shown.section}"
    return {**asdict(found), "shown": shown}
