"""A proposal as the database keeps it, with what can go wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unicodedata import category

from api.store.tables import Proposal
from knowledge.proposals.change import CHANGE, Change, MoveQuestion, NewCard
from knowledge.proposals.edits import FileEdit

LONGEST_REASON = 2_000
"""Signs of a reason."""


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class ProposalProblem(ValueError):
    """A proposal cannot be kept or decided on.

    Args:
        problem: `unknown`, `decided`, `reason_missing`, `reason_too_long`, `own` or `not_yours`.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Proposed:
    """A proposal with the names of people.

    Attributes:
        row: The proposal.
        who: Who made it, as colleagues see them.
        decided_by: Who decided on it.
    """

    row: Proposal
    who: str
    decided_by: str | None


@dataclass(frozen=True)
class Journal:
    """What is written into the library when a proposal is accepted.

    Attributes:
        files: The texts before and after.
        by: Account of who accepted it.
        name: Their name, for the audit log.
        alone: Whether they accepted what they made themselves.
        action: What the audit log calls it.
    """

    files: tuple[FileEdit, ...]
    by: int
    name: str
    alone: bool
    action: str


def columns_of(change: Change) -> dict[str, Any]:
    """What a change fills of a proposal's row."""
    if isinstance(change, NewCard):
        card = None
    else:
        card = change.to_card if isinstance(change, MoveQuestion) else change.card
    return {
        "kind": change.kind,
        "change": CHANGE.dump_python(change, mode="json"),
        "card_id": card,
        "language": getattr(change, "language", None),
    }


def clean_reason(reason: str) -> str:
    """A reason as it is kept.

    Raises:
        ProposalProblem: It is missing or too long.
    """
    # PostgreSQL refuses some signs that nobody can see.
    seen = [sign for sign in reason if sign == "\n" or category(sign) not in ("Cc", "Cs")]
    reason = "".join(seen).strip()
    if not reason:
        raise ProposalProblem("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise ProposalProblem("reason_too_long")
    return reason
