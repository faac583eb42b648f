"""How much waits for staff, for the start page."""

from __future__ import annotations

from sqlalchemy import func, select

from actions.reply import Status
from api.store.database import Database
from api.store.tables import Exchange, Handover, Proposal, QuestionGroup, Verdict


def waiting(database: Database) -> dict[str, int]:
    """How much waits.

    Args:
        database: Of the installation.

    Returns:
        By the path of the page where it waits: people and questions that were left, answers that
        nobody checked, groups of unanswered questions, and proposals.
    """
    unchecked = (
        select(func.count())
        .select_from(Exchange)
        .where(
            Exchange.status != Status.SMALL_TALK.value,
            Exchange.text.not_like("/%"),
            ~select(Verdict.id).where(Verdict.exchange_id == Exchange.id).exists(),
        )
    )
    asked = Handover.status.in_(("waiting", "left"))
    counts = {
        "/console/exchanges": unchecked,
        "/console/handovers": select(func.count()).select_from(Handover).where(asked),
        "/console/unanswered": select(func.count()).where(QuestionGroup.state == "open"),
        "/console/proposals": select(func.count()).where(Proposal.status == "open"),
    }
    with database.reading() as session:
        return {path: int(session.scalar(count) or 0) for path, count in counts.items()}
