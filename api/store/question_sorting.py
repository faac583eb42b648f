"""Sorting questions that were not answered well into groups of one meaning."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.store.database import Database, now
from api.store.group_locks import GROUPS_ROW
from api.store.tables import Exchange, GroupMember, Option, QuestionGroup, Verdict
from api.store.verdicts import VerdictKind
from bot.redaction.marks import without_marks
from knowledge.encoder import Vectors
from knowledge.grouping import Group, NearCard, assign, nearest_cards, question_vector
from knowledge.search import Search

AT_ONCE = 200
"""Questions that are sorted in one go: each takes some hundredths of a second, or a tenth on a busy
machine."""

NEAREST = 3
"""Cards that are suggested for a group, and newest questions of it that they are sought for."""

_LETTERS = 2
_NO_QUESTION = ("small_talk", "handed_over")
# What somebody says to the bot, not asks of the library.
_TALK = (
    "greet", "thanks", "goodbye", "robot", "person", "help", "change_language", "tell_place",
    "tell_situation", "affirm", "deny", "feedback_good", "feedback_bad", "insult", "nonsense",
    "empty", "only_emoji", "only_number",
)  # fmt: skip
_FOLLOW_UP = "follow_up_"
_SORTING = threading.Lock()


class Knowledge(Protocol):
    """What questions are compared with."""

    @property
    def search(self) -> Search:
        """The search, for its encoder and its cards."""


@dataclass(frozen=True)
class Question:
    """A question, as it is compared."""

    exchange_id: str
    text: str
    language: str
    place: str | None


def is_question(text: str) -> bool:
    """Whether somebody wrote words, and did not press a button or send signs only."""
    letters = sum(sign.isalpha() for sign in without_marks(text))
    return not text.startswith("/") and letters >= _LETTERS


def sort_in(
    database: Database, knowledge: Knowledge, limit: int = AT_ONCE, rebuild: bool = True
) -> int:
    """Put questions that are in no group yet into the nearest one, or into new ones.

    Groups of which questions were erased get their means again, without them; a group of which
    nothing is left is deleted, since its mean would tell of what was erased.

    Args:
        database: Where exchanges and groups are kept.
        knowledge: Its search knows the encoder and the cards.
        limit: How many questions at most.
        rebuild: Whether to make all vectors again when the encoder is another one, which may take
            minutes; nothing is sorted before that is done.

    Returns:
        How many were put into groups; 0 while another thread does it.
    """
    if not _SORTING.acquire(blocking=False):
        return 0
    try:
        questions = ungrouped(database, limit)
        if not questions and not _any_group(database):
            return 0
        search = knowledge.search
        if not rebuild and _other_encoder(database, search):
            return 0
        # Outside the transaction, which holds up whoever writes: encoding takes long.
        again = _vectors(_members_of_another_encoder(database, search), search)
        vectors = _vectors(questions, search)
        with database.session() as session:
            _take_up_encoder(session, search, again)
            _mend(session)
            number = _assign(session, questions, vectors)
        _suggest(database, search, limit)
        return number
    finally:
        _SORTING.release()


def ungrouped(database: Database, limit: int) -> list[Question]:
    """Questions that were not answered well and are in no group, oldest first.

    That is what the bot did not know, what the person was not content with, and what staff found
    wrong or not to be answered.

    Args:
        database: Where exchanges are kept.
        limit: How many at most.
    """
    judged = exists().where(
        Verdict.exchange_id == Exchange.id,
        Verdict.verdict.in_([VerdictKind.WRONG.value, VerdictKind.SHOULD_NOT_ANSWER.value]),
    )
    grouped = exists().where(GroupMember.exchange_id == Exchange.id)
    asked = or_(
        Exchange.intent.is_(None),
        and_(Exchange.intent.not_in(_TALK), ~Exchange.intent.startswith(_FOLLOW_UP)),
    )
    bad = or_(Exchange.status == "unknown", Exchange.feedback == "bad")
    found = (
        select(Exchange.id, Exchange.text, Exchange.language, Exchange.place)
        .where(
            or_(and_(bad, asked), judged),
            Exchange.status.not_in(_NO_QUESTION),
            ~Exchange.text.startswith("/"),
            ~grouped,
        )
        .order_by(Exchange.created_at, Exchange.id)
    )
    questions: list[Question] = []
    with database.reading() as session:
        for row in session.execute(found):
            if is_question(row.text):
                questions.append(Question(*row))
                if len(questions) == limit:
                    break
    return questions


def _any_group(database: Database) -> bool:
    with database.reading() as session:
        return session.scalars(select(QuestionGroup.id).limit(1)).first() is not None


def _vectors(questions: Iterable[Question], search: Search) -> dict[str, Vectors]:
    return {one.exchange_id: question_vector(one.text, one.language, search) for one in questions}


def _other_encoder(database: Database, search: Search) -> bool:
    """Whether the vectors of the groups are of another encoder than the search's."""
    with database.reading() as session:
        option = session.get(Option, GROUPS_ROW)
        return option is not None and option.value != search.encoder.fingerprint


def _members_of_another_encoder(database: Database, search: Search) -> list[Question]:
    """The questions in groups, when their vectors are of another encoder than the search's."""
    if not _other_encoder(database, search):
        return []
    found = select(Exchange.id, Exchange.text, Exchange.language, Exchange.place).join(
        GroupMember, GroupMember.exchange_id == Exchange.id
    )
    with database.reading() as session:
        return [Question(*row) for row in session.execute(found)]


def _take_up_encoder(session: Session, search: Search, again: Mapping[str, Vectors]) -> None:
    """Note whose vectors the groups hold, and let one process at a time change them.

    Args:
        session: The transaction.
        search: The search.
        again: New vectors of all members, when the encoder is another one.
    """
    option = session.get(Option, GROUPS_ROW, with_for_update=True)
    if option is None:
        try:
            with session.begin_nested():
                session.add(Option(name=GROUPS_ROW, value="", changed_at=now()))
        except IntegrityError:
            pass  # another process began at the same moment
        option = session.get(Option, GROUPS_ROW, with_for_update=True, populate_existing=True)
    if option.value == search.encoder.fingerprint:
        return
    option.value, option.changed_at = search.encoder.fingerprint, now()
    for member in session.scalars(select(GroupMember)):
        if member.exchange_id in again:
            member.vector = _as_bytes(again[member.exchange_id])
        else:
            session.delete(member)  # it came a moment ago, and is sorted in again
    for group in session.scalars(select(QuestionGroup)):
        group.counted, group.library = -1, None
    session.flush()


def _mend(session: Session) -> None:
    """Make the means again of groups that lost questions."""
    there = (
        select(GroupMember.group_id, func.count().label("number"))
        .group_by(GroupMember.group_id)
        .subquery()
    )
    changed = session.execute(
        select(QuestionGroup, func.coalesce(there.c.number, 0))
        .outerjoin(there, there.c.group_id == QuestionGroup.id)
        .where(QuestionGroup.counted != func.coalesce(there.c.number, 0))
    ).all()
    for group, number in changed:
        if not number:
            session.delete(group)
            continue
        members = select(GroupMember.vector).where(GroupMember.group_id == group.id)
        vectors = [np.frombuffer(one, dtype="<f4") for one in session.scalars(members)]
        group.centroid = Group.of(group.id, vectors).centroid_bytes()
        group.counted, group.library = number, None
    session.flush()


def _assign(session: Session, questions: Iterable[Question], vectors: Mapping[str, Vectors]) -> int:
    """Put each question into its group; those that were erased meanwhile are left out."""
    ids = list(vectors)
    taken = set(
        session.scalars(select(GroupMember.exchange_id).where(GroupMember.exchange_id.in_(ids)))
    )
    kept = set(session.scalars(select(Exchange.id).where(Exchange.id.in_(ids)).with_for_update()))
    rows = {int(row.id): row for row in session.scalars(select(QuestionGroup))}
    groups = {
        key: Group.from_bytes(key, row.centroid, int(row.counted)) for key, row in rows.items()
    }
    number = 0
    for question in questions:
        if question.exchange_id in taken or question.exchange_id not in kept:
            continue
        vector = vectors[question.exchange_id]
        found = assign(vector, question.language, groups.values())
        if found is None:
            row = QuestionGroup(created_at=now(), centroid=b"", counted=0, state="open", nearest=[])
            session.add(row)
            session.flush()
            found = int(row.id)
            rows[found], groups[found] = row, Group.of(found, [vector])
        else:
            groups[found] = groups[found].joined_by(vector)
        row, group = rows[found], groups[found]
        row.centroid, row.counted, row.library = group.centroid_bytes(), group.count, None
        session.add(
            GroupMember(exchange_id=question.exchange_id, group_id=found, vector=_as_bytes(vector))
        )
        number += 1
    return number


def _suggest(database: Database, search: Search, limit: int) -> None:
    """Seek the nearest cards of groups that changed, or were looked at in another library."""
    library = search.library.fingerprint
    other = or_(QuestionGroup.library.is_(None), QuestionGroup.library != library)
    with database.reading() as session:
        wanted = select(QuestionGroup.id).where(other).order_by(QuestionGroup.counted.desc())
        ids = list(session.scalars(wanted.limit(limit)))
        newest: dict[int, list[Question]] = {}
        for group_id in ids:
            found = (
                select(Exchange.id, Exchange.text, Exchange.language, Exchange.place)
                .join(GroupMember, GroupMember.exchange_id == Exchange.id)
                .where(GroupMember.group_id == group_id)
                .order_by(Exchange.created_at.desc(), Exchange.id)
                .limit(NEAREST)
            )
            newest[group_id] = [Question(*row) for row in session.execute(found)]
    near = {group_id: _nearest(search, questions) for group_id, questions in newest.items()}
    if not near:
        return
    with database.session() as session:
        for group in session.scalars(select(QuestionGroup).where(QuestionGroup.id.in_(list(near)))):
            group.nearest, group.library = near[group.id], library


def _nearest(search: Search, questions: Iterable[Question]) -> list[dict[str, Any]]:
    """The cards that come nearest to any of some questions, most likely first."""
    best: dict[str, NearCard] = {}
    places = search.library.places
    for one in questions:
        place = one.place if one.place in places else None
        for card in nearest_cards(one.text, one.language, place, search, NEAREST):
            if card.card not in best or card.score > best[card.card].score:
                best[card.card] = card
    chosen = sorted(best.values(), key=lambda card: (-card.score, card.card))[:NEAREST]
    return [
        {"card": one.card, "score": round(one.score, 4), "elsewhere": one.elsewhere}
        for one in chosen
    ]


def _as_bytes(vector: Vectors) -> bytes:
    return vector.astype("<f4").tobytes()
