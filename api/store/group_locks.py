"""Changing groups of questions one process at a time, and deleting those that are empty."""

from __future__ import annotations

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from api.store.tables import GroupMember, Option, QuestionGroup

GROUPS_ROW = "grouping_encoder"
"""Row of the options that names the encoder of the groups; who changes groups locks it."""


def hold_groups(session: Session) -> None:
    """Let nobody else change groups until the transaction ends.

    Before any exchange is locked, since sorting locks in that order too.
    """
    session.execute(select(Option.name).where(Option.name == GROUPS_ROW).with_for_update())


def delete_empty_groups(session: Session) -> int:
    """Delete the groups of which every question is gone.

    Args:
        session: A transaction that holds the groups.

    Returns:
        How many there were.
    """
    asked = exists().where(GroupMember.group_id == QuestionGroup.id)
    change = delete(QuestionGroup).where(~asked)
    result = session.execute(change.execution_options(synchronize_session=False))
    return int(result.rowcount)
