"""The tables of an installation, as SQLAlchemy maps them; `api/migrations` makes them.

Moments are kept in UTC and without a zone, since SQLite keeps none.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import declarative_base

Base: Any = declarative_base()


def _only_one(*words: str) -> Index:
    """An index that lets only one row with the same values meet the condition, the last word."""
    *columns, condition = words
    where = {"sqlite_where": text(condition), "postgresql_where": text(condition)}
    return Index(f"ux_{'_'.join(columns)}_open", *columns, unique=True, **where)


class Exchange(Base):
    """A message and its answer.

    Attributes:
        text: What the person wrote, redacted; a button's payload.
        reply: The reply as it was shown.
        evidence: The hits of the search, with the text that matched.
        milliseconds: How long the answer took.
        feedback: What the person said of it, `good` or `bad`.
        domain: Domain of the card that was shown.
        library: Fingerprint of the library that answered.
        searchable: Words of question and answer as the full-text search compares them.
    """

    __tablename__ = "exchanges"

    id = Column(String(32), primary_key=True)
    conversation_id = Column(String(80), nullable=False, index=True)
    created_at = Column(DateTime, nullable=False, index=True)
    text = Column(Text, nullable=False)
    language = Column(String(8), nullable=False)
    intent = Column(String(64))
    status = Column(String(32), nullable=False, index=True)
    place = Column(String(64))
    situation = Column(String(32))
    confidence = Column(Float)
    card_id = Column(String(200), index=True)
    reply = Column(JSON, nullable=False)
    evidence = Column(JSON, nullable=False)
    milliseconds = Column(Integer, nullable=False)
    feedback = Column(String(8))
    domain = Column(String(32))
    library = Column(String(64))
    searchable = Column(Text)


class Account(Base):
    """A person who works in the console.

    Attributes:
        name: What they sign in with, in small letters.
        shown_name: How colleagues and newcomers see them.
        password_hash: Argon2; None for who signs in through the organisation's provider only.
        role: A `Role`.
        languages: Codes of the languages that they can check.
        console_language: nl, en or fr.
        active: Whether they may sign in.
        must_change: Whether somebody else chose their password.
        issuer: OpenID Connect provider that vouches for them, with their `subject` there.
        seen_at: When their console was last open; tells whether somebody is there.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False, unique=True)
    shown_name = Column(String(120), nullable=False)
    password_hash = Column(String(200))
    role = Column(String(16), nullable=False)
    languages = Column(JSON, nullable=False, default=list)
    console_language = Column(String(2), nullable=False, default="nl")
    active = Column(Boolean, nullable=False, default=True)
    must_change = Column(Boolean, nullable=False, default=False)
    issuer = Column(String(300))
    subject = Column(String(255))
    created_at = Column(DateTime, nullable=False)
    seen_at = Column(DateTime)


class SignIn(Base):
    """A session of an account in one browser.

    Attributes:
        id: SHA-256 of the cookie's token: a copy of the database opens no session.
        csrf: What every form of this session carries.
    """

    __tablename__ = "sign_ins"

    id = Column(String(64), primary_key=True)
    account_id = Column(Integer, ForeignKey("accounts.id"), nullable=False, index=True)
    csrf = Column(String(64), nullable=False)
    created_at = Column(DateTime, nullable=False)
    used_at = Column(DateTime, nullable=False)


class SignInFailure(Base):
    """A sign-in that failed, for the lock-out; kept for a day."""

    __tablename__ = "sign_in_failures"

    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False, index=True)
    address = Column(String(64), nullable=False, index=True)
    at = Column(DateTime, nullable=False, index=True)


class AuditEntry(Base):
    """Something that staff did. The database refuses to change or delete an entry.

    Attributes:
        account_id: None for the command line and for the server itself.
        who: Name at that moment.
        action: What was done, such as `proposal.accepted`.
        object: To what.
        details: More, never personal data of newcomers.
    """

    __tablename__ = "audit"

    id = Column(Integer, primary_key=True)
    at = Column(DateTime, nullable=False, index=True)
    account_id = Column(Integer)
    who = Column(String(120), nullable=False)
    action = Column(String(64), nullable=False, index=True)
    object = Column(String(200), nullable=False)
    details = Column(JSON, nullable=False)


class Verdict(Base):
    """What a caseworker thinks of an answer; several of one exchange are all kept.

    Attributes:
        verdict: right, incomplete, wrong, outdated, unsafe or should_not_answer.
        right_card: Id of the card that should have been shown.
    """

    __tablename__ = "verdicts"

    id = Column(Integer, primary_key=True)
    exchange_id = Column(String(32), ForeignKey("exchanges.id"), nullable=False, index=True)
    account_id = Column(Integer, ForeignKey("accounts.id"), nullable=False)
    at = Column(DateTime, nullable=False)
    verdict = Column(String(20), nullable=False, index=True)
    reason = Column(Text, nullable=False, default="")
    right_card = Column(String(200))


class Proposal(Base):
    """A change of the library that somebody proposes.

    Attributes:
        kind: Which change.
        change: The change, as `knowledge.proposals` reads it.
        card_id: Card that it changes, None for a new one.
        exchange_id: Exchange that it came from; it may be deleted by now.
        group_id: Group of unanswered questions that it came from.
        status: open, accepted, sent_back or withdrawn.
        diff: The difference it made when it was accepted.
        patch: The same as a patch for the maintainers' repository.
        commit_id: The commit, where the library lies in a repository that takes one.
        review: What the checks and the evaluation set said, with the fingerprint they are of.
        writing: The texts that are being written into the library since an editor accepted them;
            None when all of them are written.
        live_at: When answers came from it first.
    """

    __tablename__ = "proposals"

    id = Column(Integer, primary_key=True)
    created_at = Column(DateTime, nullable=False, index=True)
    account_id = Column(Integer, ForeignKey("accounts.id"), nullable=False)
    kind = Column(String(32), nullable=False)
    change = Column(JSON, nullable=False)
    card_id = Column(String(200), index=True)
    language = Column(String(8))
    reason = Column(Text, nullable=False, default="")
    exchange_id = Column(String(32))
    group_id = Column(Integer)
    status = Column(String(16), nullable=False, index=True)
    decided_at = Column(DateTime)
    decided_by = Column(Integer, ForeignKey("accounts.id"))
    decision_reason = Column(Text)
    diff = Column(Text)
    patch = Column(Text)
    commit_id = Column(String(64))
    review = Column(JSON)
    writing = Column(JSON)
    live_at = Column(DateTime)


class Handover(Base):
    """A newcomer who asked for a person, or left a question for one; one at a time is open.

    Attributes:
        status: waiting, taken, left (a question is left) or ended.
        last: Number of the last message.
        ended_by: newcomer, caseworker or time.
        receipt: Names a question that was left.
        contact: How to reach the person, encrypted; gone when answered or after `keep_until`.
    """

    __tablename__ = "handovers"
    __table_args__ = (_only_one("conversation_id", "status IN ('waiting', 'taken')"),)

    id = Column(String(32), primary_key=True)
    conversation_id = Column(String(80), nullable=False, index=True)
    language = Column(String(8), nullable=False)
    place = Column(String(64))
    status = Column(String(16), nullable=False, index=True)
    urgent = Column(Boolean, nullable=False, default=False)
    created_at = Column(DateTime, nullable=False, index=True)
    consented_at = Column(DateTime, nullable=False)
    taken_by = Column(Integer, ForeignKey("accounts.id"))
    taken_at = Column(DateTime)
    ended_at = Column(DateTime)
    ended_by = Column(String(16))
    last = Column(Integer, nullable=False, default=0)
    receipt = Column(String(16), unique=True)
    contact = Column(Text)
    keep_until = Column(DateTime)


class HandoverMessage(Base):
    """A message between a newcomer and a caseworker, redacted.

    Attributes:
        seq: Its place in the thread, from 1.
        sender: newcomer, caseworker or notice.
        key: Chosen by who sends: the same message sent again has the same.
    """

    __tablename__ = "handover_messages"
    __table_args__ = (
        UniqueConstraint("handover_id", "seq"),
        UniqueConstraint("handover_id", "key"),
    )

    id = Column(Integer, primary_key=True)
    handover_id = Column(String(32), ForeignKey("handovers.id"), nullable=False, index=True)
    seq = Column(Integer, nullable=False)
    sender = Column(String(16), nullable=False)
    account_id = Column(Integer, ForeignKey("accounts.id"))
    text = Column(Text, nullable=False)
    language = Column(String(8), nullable=False)
    at = Column(DateTime, nullable=False)
    key = Column(String(64), nullable=False)


class QuestionGroup(Base):
    """Questions of one meaning that were not answered.

    Attributes:
        centroid: Mean of their vectors, float32, as bytes.
        counted: How many questions the mean is of; fewer are there when some were erased.
        state: open, proposal or dismissed.
        nearest: The cards that come nearest, each with `card`, `score` and `elsewhere`.
        library: Fingerprint of the library in which they were sought; None until they are.
    """

    __tablename__ = "question_groups"

    id = Column(Integer, primary_key=True)
    created_at = Column(DateTime, nullable=False)
    centroid = Column(LargeBinary, nullable=False)
    counted = Column(Integer, nullable=False)
    state = Column(String(16), nullable=False, index=True)
    nearest = Column(JSON, nullable=False, default=list)
    library = Column(String(64))
    decided_at = Column(DateTime)
    decided_by = Column(Integer, ForeignKey("accounts.id"))
    reason = Column(Text)
    proposal_id = Column(Integer, ForeignKey("proposals.id"))


class GroupMember(Base):
    """An exchange in its group.

    Attributes:
        vector: The question's vector, float32, as bytes.
    """

    __tablename__ = "group_members"

    exchange_id = Column(String(32), ForeignKey("exchanges.id"), primary_key=True)
    group_id = Column(Integer, ForeignKey("question_groups.id"), nullable=False, index=True)
    vector = Column(LargeBinary, nullable=False)


class Switch(Base):
    """Answering that is switched off, for the whole bot, a topic or a card.

    Attributes:
        kind: bot, topic or card.
        target: The topic or card; empty for the bot.
        message: Words for the newcomer by language; empty for the bot's own sentence.
        lifted_at: When it was switched on again; None while it is off.
    """

    __tablename__ = "switches"
    __table_args__ = (_only_one("kind", "target", "lifted_at IS NULL"),)

    id = Column(Integer, primary_key=True)
    kind = Column(String(8), nullable=False)
    target = Column(String(200), nullable=False)
    message = Column(JSON, nullable=False)
    reason = Column(Text, nullable=False)
    set_at = Column(DateTime, nullable=False)
    set_by = Column(Integer, ForeignKey("accounts.id"), nullable=False)
    lifted_at = Column(DateTime, index=True)
    lifted_by = Column(Integer, ForeignKey("accounts.id"))


class Option(Base):
    """Something that administrators choose in the console, such as hours or retention."""

    __tablename__ = "options"

    name = Column(String(64), primary_key=True)
    value = Column(JSON, nullable=False)
    changed_at = Column(DateTime, nullable=False)
    changed_by = Column(Integer, ForeignKey("accounts.id"))
