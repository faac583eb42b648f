"""Groups of questions that were not answered well, and what staff decided on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.store.audit import Actor, note
from api.store.database import Database, now
from api.store.question_sorting import AT_ONCE, Knowledge, sort_in
from api.store.tables import Account, Exchange, GroupMember, QuestionGroup
from knowledge.grouping import NearCard

LONGEST_REASON = 2_000
"""Signs of a reason."""

SAMPLES = 8
"""Questions of a group that are shown."""


class GroupState(StrEnum):
    """What was decided on a group."""

    OPEN = "open"
    PROPOSAL = "proposal"
    DISMISSED = "dismissed"


class GroupError(ValueError):
    """A decision on a group cannot be kept.

    Args:
        problem: `reason_missing`, `reason_too_long`, `decided` or `gone`.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Asked:
    """A question of a group.

    Attributes:
        exchange_id: Where it was asked.
        text: The words, redacted.
        language: Of the words.
        place: Where the person lives, when known.
        at: When.
    """

    exchange_id: str
    text: str
    language: str
    place: str | None
    at: datetime


@dataclass(frozen=True)
class ShownGroup:
    """A group with its questions.

    Attributes:
        id: Its number.
        state: What was decided on it.
        count: How many questions it has.
        fresh: How many of them came after the decision.
        languages: Codes with how many questions each has, most first.
        places: Ids with how many questions each has, most first; None for no known place.
        first: When the first question came.
        last: When the last one came.
        samples: Some of the questions, of as many languages as there are.
        nearest: The cards that come nearest, most likely first.
        reason: Why it was dismissed.
        decided_at: When it was decided on.
        decided_by: Name of who did, as colleagues see it.
        proposal_id: The proposal that it became.
    """

    id: int
    state: GroupState
    count: int
    fresh: int
    languages: tuple[tuple[str, int], ...]
    places: tuple[tuple[str | None, int], ...]
    first: datetime
    last: datetime
    samples: tuple[Asked, ...]
    nearest: tuple[NearCard, ...]
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None
    proposal_id: int | None


class QuestionGroups:
    """The groups of an installation.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def sort_in(self, knowledge: Knowledge, limit: int = AT_ONCE, rebuild: bool = True) -> int:
        """Put new questions into groups; see `question_sorting.sort_in`."""
        return sort_in(self._database, knowledge, limit, rebuild)

    def counts(self) -> dict[GroupState, int]:
        """How many groups each state has."""
        number = select(QuestionGroup.state, func.count())
        with self._database.reading() as session:
            rows = session.execute(number.where(_has_members()).group_by(QuestionGroup.state))
            found = {GroupState(state): int(count) for state, count in rows}
        return {state: found.get(state, 0) for state in GroupState}

    def of_state(self, state: GroupState, skip: int = 0, limit: int = 20) -> list[ShownGroup]:
        """Groups of a state, most frequent first; of equals the oldest first.

        Args:
            state: Which.
            skip: How many to pass over.
            limit: How many to give.
        """
        number = func.count(GroupMember.exchange_id)
        found = (
            select(QuestionGroup)
            .join(GroupMember, GroupMember.group_id == QuestionGroup.id)
            .where(QuestionGroup.state == state.value)
            .group_by(QuestionGroup.id)
            .order_by(number.desc(), QuestionGroup.id)
            .offset(skip)
            .limit(limit)
        )
        with self._database.reading() as session:
            return _shown(session, session.scalars(found).all())

    def get(self, group_id: int) -> ShownGroup | None:
        """A group; None when it was never there, or all its questions were erased."""
        with self._database.reading() as session:
            group = session.get(QuestionGroup, group_id)
            shown = _shown(session, [group] if group is not None else [])
        return shown[0] if shown else None

    def dismiss(self, actor: Actor, group_id: int, reason: str) -> None:
        """Decide that nothing needs to be done for a group.

        Args:
            actor: Who decides.
            group_id: The group.
            reason: Why.

        Raises:
            GroupError: The reason is missing or too long, somebody decided already, or the group
                is gone.
        """
        lines = reason.replace("\r\n", "\n").replace("\r", "\n")
        reason = "".join(sign for sign in lines if sign == "\n" or sign.isprintable()).strip()
        if not reason:
            raise GroupError("reason_missing")
        if len(reason) > LONGEST_REASON:
            raise GroupError("reason_too_long")
        with self._database.session() as session:
            group = _locked(session, group_id)
            if group.state != GroupState.OPEN:
                raise GroupError("decided")
            _decide(group, actor, GroupState.DISMISSED)
            group.reason = reason
            note(session, actor, "group.dismissed", f"group {group_id}", reason=reason)

    def reopen(self, actor: Actor, group_id: int) -> None:
        """Undo a decision.

        Args:
            actor: Who does.
            group_id: The group.

        Raises:
            GroupError: The group is gone.
        """
        with self._database.session() as session:
            group = _locked(session, group_id)
            if group.state == GroupState.OPEN:
                return
            before = group.state
            _decide(group, actor, GroupState.OPEN)
            note(session, actor, "group.reopened", f"group {group_id}", before=before)


def became_proposal(session: Session, group_id: int, proposal_id: int, actor: Actor) -> bool:
    """Note that somebody made a proposal for a group, in the transaction that makes it.

    Args:
        session: That transaction; the proposal stands in it already.
        group_id: The group.
        proposal_id: The proposal.
        actor: Who made it.

    Returns:
        Whether the group is still there.
    """
    group = session.get(QuestionGroup, group_id, with_for_update=True)
    if group is None:
        return False
    _decide(group, actor, GroupState.PROPOSAL)
    group.proposal_id = proposal_id
    note(session, actor, "group.became_proposal", f"group {group_id}", proposal=proposal_id)
    return True


def _decide(group: QuestionGroup, actor: Actor, state: GroupState) -> None:
    group.state, group.reason, group.proposal_id = state.value, None, None
    group.decided_at, group.decided_by = now(), actor.account_id


def _locked(session: Session, group_id: int) -> QuestionGroup:
    group = session.get(QuestionGroup, group_id, with_for_update=True)
    if group is None:
        raise GroupError("gone")
    return group


def _has_members() -> Any:
    # A group whose questions were erased stays until the next sorting, and shows nothing.
    return select(GroupMember.exchange_id).where(GroupMember.group_id == QuestionGroup.id).exists()


def _shown(session: Session, groups: Sequence[QuestionGroup]) -> list[ShownGroup]:
    asked: dict[int, list[Asked]] = {int(group.id): [] for group in groups}
    members = (
        select(
            GroupMember.group_id, Exchange.id, Exchange.text, Exchange.language, Exchange.place,
            Exchange.created_at,
        )
        .join(Exchange, Exchange.id == GroupMember.exchange_id)
        .where(GroupMember.group_id.in_(list(asked)))
        .order_by(Exchange.created_at.desc(), Exchange.id)
    )  # fmt: skip
    for group_id, *fields in session.execute(members):
        asked[group_id].append(Asked(*fields))
    deciders = [group.decided_by for group in groups if group.decided_by is not None]
    people = select(Account.id, Account.shown_name).where(Account.id.in_(deciders))
    names = dict(session.execute(people).all())
    return [
        _one(group, asked[int(group.id)], names.get(group.decided_by))
        for group in groups
        if asked[int(group.id)]
    ]


def _one(group: QuestionGroup, asked: Sequence[Asked], decider: str | None) -> ShownGroup:
    decided = group.state != GroupState.OPEN
    return ShownGroup(
        id=int(group.id),
        state=GroupState(group.state),
        count=len(asked),
        fresh=sum(each.at > group.decided_at for each in asked) if decided else 0,
        languages=_by_number(each.language for each in asked),
        places=_by_number(each.place for each in asked),
        first=asked[-1].at,
        last=asked[0].at,
        samples=_samples(asked),
        nearest=tuple(NearCard(**each) for each in group.nearest),
        reason=group.reason,
        decided_at=group.decided_at if decided else None,
        decided_by=decider if decided else None,
        proposal_id=group.proposal_id,
    )


def _by_number(values: Iterable[Any]) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted(Counter(values).items(), key=lambda one: (-one[1], str(one[0]))))


def _samples(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """The newest question of each language, then the newest others; the same words once."""
    different: dict[str, Asked] = {}
    for each in asked:
        different.setdefault(" ".join(each.text.casefold().split()), each)
    newest = list(different.values())
    one_each = {each.language: each for each in reversed(newest)}
    first = [each for each in newest if one_each[each.language] is each]
    return tuple([*first, *(each for each in newest if each not in first)][:SAMPLES])
