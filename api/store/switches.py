"""What is switched off: cards, topics, or the whole bot, with who did it and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.store.audit import Actor, note
from api.store.database import LARGEST_ID, Database, now
from api.store.tables import Account, Switch

LONGEST_REASON = 2_000
LONGEST_MESSAGE = 600
"""Signs of a reason, and of what the newcomer reads."""

Words = Mapping[str, str]


class SwitchKind(StrEnum):
    """What is switched off."""

    BOT = "bot"
    TOPIC = "topic"
    CARD = "card"


class SwitchError(ValueError):
    """A switch cannot be set or lifted.

    Args:
        problem: `reason_missing`, `reason_too_long`, `message_too_long`, `already_off` or
            `not_off`.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Off:
    """All that is switched off, with what the newcomer reads; empty for the bot's own sentence.

    Attributes:
        bot: Words by language when the whole bot is off, else None.
        topics: The same by topic.
        cards: The same by card or passage.
    """

    bot: Words | None = None
    topics: Mapping[str, Words] = field(default_factory=dict)
    cards: Mapping[str, Words] = field(default_factory=dict)

    def words(self, target: str, topic: str | None) -> Words | None:
        """What is read instead of a card; None when it is on.

        Args:
            target: The card or passage.
            topic: The topic of a card.
        """
        for found in (self.cards.get(target), self.topics.get(topic or ""), self.bot):
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class SetSwitch:
    """A switch that is set, with the shown name of who set it."""

    switch: Switch
    who: str


class Switches:
    """The switches of an installation.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def off(self) -> Off:
        """What is off at this moment."""
        with self._database.reading() as session:
            found = list(session.scalars(select(Switch).where(Switch.lifted_at.is_(None))))
        by_kind: dict[str, dict[str, Words]] = {kind: {} for kind in SwitchKind}
        for switch in found:
            by_kind[switch.kind][switch.target] = switch.message
        return Off(
            bot=by_kind[SwitchKind.BOT].get(""),
            topics=by_kind[SwitchKind.TOPIC],
            cards=by_kind[SwitchKind.CARD],
        )

    def listed(self) -> list[SetSwitch]:
        """What is off, the whole bot first, then the newest."""
        with self._database.reading() as session:
            rows = session.execute(
                select(Switch, Account.shown_name)
                .join(Account, Account.id == Switch.set_by)
                .where(Switch.lifted_at.is_(None))
                .order_by((Switch.kind == SwitchKind.BOT.value).desc(), Switch.id.desc())
            )
            return [SetSwitch(switch, who) for switch, who in rows]

    def get(self, switch_id: int) -> Switch | None:
        """A switch that is set; None when there is none."""
        with self._database.reading() as session:
            found: Switch | None = session.get(Switch, min(switch_id, LARGEST_ID))
            return found if found is not None and found.lifted_at is None else None

    def set(
        self, actor: Actor, kind: SwitchKind, target: str, reason: str, message: Words
    ) -> Switch:
        """Switch something off.

        Args:
            actor: Who does it.
            kind: What it is.
            target: The topic or card; empty for the whole bot.
            reason: Why, for colleagues.
            message: What the newcomer reads, by language; languages without words are left out.

        Returns:
            The switch.

        Raises:
            SwitchError: The reason is missing, something is too long, or it is off already.
        """
        reason = _reason(reason)
        words = {code: " ".join(text.split()) for code, text in message.items() if text.strip()}
        if any(len(text) > LONGEST_MESSAGE for text in words.values()):
            raise SwitchError("message_too_long")
        switch = Switch(
            kind=kind.value, target=target, message=words, reason=reason, set_at=now(),
            set_by=actor.account_id,
        )  # fmt: skip
        try:
            with self._database.session() as session:
                session.add(switch)
                session.flush()
                note(session, actor, "switch.off", _named(switch), reason=reason, message=words)
        except IntegrityError as error:
            raise SwitchError("already_off") from error
        return switch

    def lift(self, actor: Actor, switch_id: int, reason: str) -> Switch:
        """Switch something on again.

        Args:
            actor: Who does it.
            switch_id: The switch.
            reason: Why, for colleagues.

        Raises:
            SwitchError: The reason is missing or too long, or it is on already.
        """
        reason = _reason(reason)
        with self._database.session() as session:
            switch: Switch | None = session.get(
                Switch, min(switch_id, LARGEST_ID), with_for_update=True
            )
            if switch is None or switch.lifted_at is not None:
                raise SwitchError("not_off")
            switch.lifted_at, switch.lifted_by = now(), actor.account_id
            note(session, actor, "switch.on", _named(switch), reason=reason)
        return switch


def _reason(given: str) -> str:
    reason = given.strip()
    if not reason:
        raise SwitchError("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise SwitchError("reason_too_long")
    return reason


def _named(switch: Switch) -> str:
    return f"{switch.kind} {switch.target}".strip()
