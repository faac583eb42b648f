"""Exchanges in several languages, with what the real library would have shown."""

from __future__ import annotations

from typing import Any

from actions.compose import sources_shown
from actions.reply import CardShown, HitShown, Message, Reply, Status, Suggestion, say
from api.store.database import Database
from api.store.exchanges import Exchanges
from bot.sentences import Sentences
from knowledge.facts import written_date
from knowledge.library import Library

CARD = "find-a-doctor.flanders"


def seed_exchanges(database: Database, library: Library) -> dict[str, str]:
    """Keep some exchanges.

    Args:
        database: Where.
        library: Has the texts that are shown.

    Returns:
        Their ids, by the names that tests use; the last one is the newest.
    """
    ids: dict[str, str] = {}

    def keep(name: str, conversation: str, text: str, reply: Reply, fingerprint: str = "") -> None:
        spoken = Sentences.shared().spoken(reply)
        fingerprint = fingerprint or library.fingerprint
        domain = "health" if reply.card else None
        ids[name] = Exchanges(database).add(
            conversation, text, spoken, 180, domain, fingerprint
        )  # fmt: skip

    keep("tr", "tr", "İş bulmak istiyorum ama diplomam yok", _unknown(library, "tr"))
    keep("uk", "uk", "Скільки коштує лікар у Бельгії?", _answer(library, "uk", 4, 0.93), "old")
    keep("nl", "nl", "ik zoek een huisarts in antwerpen", _answer(library, "nl", 0, 0.97))
    keep("hello", "ar", "مرحبا", _hello("ar"))
    keep("ar", "ar", "ولا طبيب في غنت يقبلني كمريض جديد", _answer(library, "ar", 1, 0.71))
    keep("cost", "ar", "/follow_up_cost", _answer(library, "ar", None, None, part="cost"))
    Exchanges(database).rate("ar", ids["ar"], "bad")
    return ids


def _answer(
    library: Library, language: str, question: int | None, confidence: float | None,
    part: str | None = None,
) -> Reply:  # fmt: skip
    card = library.cards[CARD]
    text = card.texts[language]
    messages: list[Message] = []
    for key in [part] if part else ["answer", "steps"]:
        if key != "answer":
            messages.append(say(f"part.{key}", kind="heading"))
        messages += [
            Message.from_block(block.filled(card.facts, language)) for block in text.parts[key]
        ]
    shown = CardShown(
        id=CARD, kind="card", title=text.title, language=language, place=card.place,
        place_name=library.places.get(card.place).name(language), checked_on=card.checked_on,
        checked_text=written_date(card.checked_on, language), sources=sources_shown(card),
        reviewed=not text.unreviewed, revision=text.revision, part=part,
    )  # fmt: skip
    hits: tuple[HitShown, ...] = ()
    if question is not None and confidence is not None:
        hits = (
            _hit(library, language, "find-a-doctor", CARD, confidence, question=question),
            _hit(library, language, "dentist", "dentist.belgium", 0.06, question=0),
        )
    buttons = [say("part.cost").say, say("part.where").say]
    return Reply(
        status=Status.ANSWERED, messages=tuple(messages), card=shown, language=language,
        suggestions=tuple(Suggestion(payload="/follow_up_cost", say=one) for one in buttons),
        place="ghent", intent="ask" if question is not None else "follow_up_cost",
        confidence=confidence, evidence=hits,
    )  # fmt: skip


def _hit(
    library: Library, language: str, group: str, card: str, score: float, question: int
) -> HitShown:
    fields: dict[str, Any] = {"cosine": 0.4 + score / 2, "lexical": 0.2, "elsewhere": False}
    return HitShown(
        kind="card", group=group, targets=(card,), score=score, language=language,
        text=library.cards[card].texts[language].questions[question], part="question", **fields,
    )  # fmt: skip


def _unknown(library: Library, language: str) -> Reply:
    return Reply(
        status=Status.UNKNOWN, messages=(say("unknown"), say("unknown_person")), intent="ask",
        language=language, confidence=0.31,
        evidence=(_hit(library, language, "dentist", "dentist.belgium", 0.31, question=0),),
    )  # fmt: skip


def _hello(language: str) -> Reply:
    return Reply(
        status=Status.SMALL_TALK, messages=(say("greet"),), language=language, intent="greet"
    )
