"""Proposals: changes of the library that staff make and an editor decides on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from api.console.roles import Role
from api.store.audit import Actor, note
from api.store.database import Database, now
from api.store.proposal_rows import (
    Journal,
    ProposalProblem,
    ProposalStatus,
    Proposed,
    clean_reason,
    columns_of,
)
from api.store.question_groups import became_proposal
from api.store.tables import Account, Proposal
from knowledge.proposals.change import Change
from knowledge.proposals.edits import FileEdit


class Proposals:
    """The proposals of an installation.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        actor: Actor,
        change: Change,
        reason: str,
        exchange_id: str | None = None,
        group_id: int | None = None,
    ) -> int:
        """Keep a new proposal.

        Args:
            actor: Who makes it.
            change: What changes.
            reason: Why.
            exchange_id: Exchange that it came from.
            group_id: Group of unanswered questions that it came from.

        Returns:
            Its number.

        Raises:
            ProposalProblem: The reason is missing or too long.
        """
        reason = clean_reason(reason)
        with self._database.session() as session:
            row = Proposal(
                created_at=now(), account_id=actor.account_id, status=ProposalStatus.OPEN.value,
                reason=reason, exchange_id=exchange_id, group_id=group_id, **columns_of(change),
            )  # fmt: skip
            session.add(row)
            session.flush()
            number = int(row.id)
            note(session, actor, "proposal.made", f"proposal {number}",
                 kind=change.kind, card=row.card_id)  # fmt: skip
            if group_id is not None and not became_proposal(session, group_id, number, actor):
                row.group_id = None
        return number

    def submit_again(self, actor: Actor, number: int, change: Change, reason: str) -> None:
        """Change a proposal that is open or was sent back; it is open then.

        Args:
            actor: Who made it.
            number: Its number.
            change: What changes now.
            reason: Why.

        Raises:
            ProposalProblem: It is somebody else's, it was decided on, or the reason is missing.
        """
        reason = clean_reason(reason)
        with self._database.session() as session:
            row = _own(session, actor, number)
            row.status, row.reason, row.review = ProposalStatus.OPEN.value, reason, None
            for name, value in columns_of(change).items():
                setattr(row, name, value)
            note(session, actor, "proposal.changed", f"proposal {number}",
                 kind=change.kind, card=row.card_id)  # fmt: skip

    def withdraw(self, actor: Actor, number: int) -> None:
        """Take a proposal back.

        Raises:
            ProposalProblem: It is somebody else's, or it was decided on.
        """
        with self._database.session() as session:
            row = _own(session, actor, number)
            _decide(row, actor, ProposalStatus.WITHDRAWN)
            note(session, actor, "proposal.withdrawn", f"proposal {number}")

    def send_back(self, actor: Actor, number: int, reason: str) -> None:
        """Ask who made it to change it.

        Raises:
            ProposalProblem: It was decided on, or the reason is missing.
        """
        reason = clean_reason(reason)
        with self._database.session() as session:
            row = _open(session, number)
            _decide(row, actor, ProposalStatus.SENT_BACK)
            row.decision_reason = reason
            note(session, actor, "proposal.sent_back", f"proposal {number}")

    def begin_accepting(
        self,
        actor: Actor,
        number: int,
        files: Sequence[FileEdit],
        own_too: bool = False,
        action: str = "proposal.accepted",
    ) -> None:
        """Note what will be written, before a file is touched; `finish_accepting` comes next.

        Args:
            actor: Who accepts it.
            number: Its number.
            files: The edits.
            own_too: Whether who made it may accept it, though others could.
            action: What the audit log calls it.

        Raises:
            ProposalProblem: It was decided on, or it is their own and others can decide.
        """
        with self._database.session() as session:
            row = _open(session, number)
            alone = row.account_id == actor.account_id
            if alone and not own_too and _others_who_decide(session, actor.account_id):
                raise ProposalProblem("own")
            row.writing = {
                "files": [asdict(file) for file in files],
                "by": actor.account_id, "name": actor.name, "alone": alone, "action": action,
            }  # fmt: skip

    def finish_accepting(
        self, number: int, write: Callable[[Proposal, Journal], tuple[str, str]]
    ) -> bool:
        """Write what an editor accepted, and say so; again after a crash in between.

        Args:
            number: Its number.
            write: Writes the files, those that are written already too, and returns the
                difference and the patch. Runs while nobody else can decide on the proposal.

        Returns:
            Whether it was done here; False when there was nothing to finish.
        """
        with self._database.session() as session:
            row = session.get(Proposal, number, with_for_update=True)
            if row is None or row.writing is None:
                return False
            kept = row.writing
            journal = Journal(
                files=tuple(FileEdit(**file) for file in kept["files"]),
                by=kept["by"], name=kept["name"], alone=kept["alone"], action=kept["action"],
            )  # fmt: skip
            row.diff, row.patch = write(row, journal)
            actor = Actor(journal.by, journal.name)
            _decide(row, actor, ProposalStatus.ACCEPTED)
            note(session, actor, journal.action, f"proposal {number}",
                 card=row.card_id, language=row.language, own=journal.alone)  # fmt: skip
            return True

    def give_up_accepting(self, number: int) -> None:
        """Forget what was to be written: the files are not as they were, and nothing was."""
        with self._database.session() as session:
            row = session.get(Proposal, number, with_for_update=True)
            if row is not None and row.status == ProposalStatus.OPEN:
                row.writing = None

    def unfinished(self) -> list[int]:
        """Numbers of proposals that were accepted and not written to the end."""
        with self._database.reading() as session:
            # JSON null and SQL NULL are two things.
            rows = session.scalars(
                select(Proposal).where(Proposal.status == ProposalStatus.OPEN.value)
            )
            return [row.id for row in rows if row.writing is not None]

    def under_way(self, kind: str) -> list[Proposal]:
        """Those of a kind that are open, or accepted and not live yet."""
        with self._database.reading() as session:
            found = select(Proposal).where(
                Proposal.kind == kind,
                Proposal.live_at.is_(None),
                Proposal.status.in_([ProposalStatus.OPEN.value, ProposalStatus.ACCEPTED.value]),
            )
            return list(session.scalars(found))

    def not_live(self) -> list[int]:
        """Numbers of accepted proposals that no answer came from yet."""
        with self._database.reading() as session:
            found = select(Proposal.id).where(
                Proposal.status == ProposalStatus.ACCEPTED.value, Proposal.live_at.is_(None)
            )
            return list(session.scalars(found))

    def mark_live(self, numbers: Sequence[int]) -> None:
        """Answers come from these now."""
        with self._database.session() as session:
            rows = session.scalars(
                select(Proposal).where(Proposal.id.in_(numbers), Proposal.live_at.is_(None))
            )
            for row in rows:
                row.live_at = now()

    def keep_commit(self, number: int, commit_id: str) -> None:
        """Keep the commit that a proposal became."""
        with self._database.session() as session:
            row = session.get(Proposal, number)
            if row is not None:
                row.commit_id = commit_id

    def keep_review(self, number: int, review: dict[str, Any]) -> None:
        """Keep what the checks and the evaluation set said of a proposal."""
        with self._database.session() as session:
            row = session.get(Proposal, number, with_for_update=True)
            if row is not None and row.status == ProposalStatus.OPEN:
                row.review = review

    def get(self, number: int) -> Proposed | None:
        """A proposal; None when there is none."""
        with self._database.reading() as session:
            found = session.execute(_with_names().where(Proposal.id == number)).first()
        return Proposed(*found) if found else None

    def all(
        self,
        status: ProposalStatus | None = None,
        author: int | None = None,
        card: str | None = None,
        skip: int = 0,
        limit: int = 25,
    ) -> tuple[list[Proposed], int]:
        """Proposals, newest first.

        Args:
            status: Only those that stand so.
            author: Only those that this account made.
            card: Only those about this card.
            skip: How many to pass over.
            limit: How many to give.

        Returns:
            The proposals, and how many there are in all.
        """
        found = _with_names()
        if status is not None:
            found = found.where(Proposal.status == status.value)
        if author is not None:
            found = found.where(Proposal.account_id == author)
        if card:
            found = found.where(Proposal.card_id == card)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(found.subquery()))
            rows = session.execute(found.order_by(Proposal.id.desc()).offset(skip).limit(limit))
            return [Proposed(*row) for row in rows], int(total or 0)

    def authors(self) -> list[tuple[int, str]]:
        """Everybody who made one, by name."""
        with self._database.reading() as session:
            rows = session.execute(
                select(Account.id, Account.shown_name)
                .where(Account.id.in_(select(Proposal.account_id)))
                .order_by(Account.shown_name)
            )
            return [(row[0], row[1]) for row in rows]

    def may_accept(self, account_id: int, author: int) -> bool:
        """Whether an editor may accept what somebody made: their own only when nobody else can."""
        if account_id != author:
            return True
        with self._database.reading() as session:
            return not _others_who_decide(session, account_id)


def _with_names() -> Any:
    decider = aliased(Account)
    return (
        select(Proposal, Account.shown_name, decider.shown_name)
        .join(Account, Account.id == Proposal.account_id)
        .outerjoin(decider, decider.id == Proposal.decided_by)
    )


def _open(session: Session, number: int) -> Proposal:
    """An open proposal, which only this transaction decides on.

    Raises:
        ProposalProblem: There is none, or somebody decided on it.
    """
    row = session.get(Proposal, number, with_for_update=True)
    if row is None:
        raise ProposalProblem("unknown")
    if row.status != ProposalStatus.OPEN or row.writing is not None:
        raise ProposalProblem("decided")
    return row


def _own(session: Session, actor: Actor, number: int) -> Proposal:
    row = session.get(Proposal, number, with_for_update=True)
    if row is None:
        raise ProposalProblem("unknown")
    if row.account_id != actor.account_id:
        raise ProposalProblem("not_yours")
    undecided = row.status in (ProposalStatus.OPEN, ProposalStatus.SENT_BACK)
    if not undecided or row.writing is not None:
        raise ProposalProblem("decided")
    return row


def _others_who_decide(session: Session, account_id: int | None) -> bool:
    deciders = [role.value for role in Role if role.reaches(Role.EDITOR)]
    others = select(func.count()).where(
        Account.active, Account.role.in_(deciders), Account.id != account_id
    )
    return bool(session.scalar(others))


def _decide(row: Proposal, actor: Actor, status: ProposalStatus) -> None:
    row.status = status.value
    row.decided_at, row.decided_by, row.decision_reason = now(), actor.account_id, None
    row.writing = None
