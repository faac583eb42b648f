"""Asking a draft of the library beside the knowledge in use, with the real dialogue."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from actions import knowledge_base
from actions.draft import open_draft
from actions.effect import effect
from actions.knowledge_base import KnowledgeBase
from api.settings import Settings
from bot.engine import Answer, Engine
from knowledge.evaluate import OWN_QUESTIONS, Question, load_questions
from knowledge.index import current_meta
from knowledge.proposals.change import CHANGE, Change
from knowledge.proposals.edits import apply, draft_folder
from knowledge.proposals.plan import plan

DOCTOR = "find-a-doctor.netherlands"
KEEPER = "who may climb the lighthouse of rotterdam"


def words(answer: Answer) -> str:
    return " ".join([m.text + " ".join(m.items) for m in answer.reply.messages])


def question(text: str, **expect: list[str]) -> Question:
    return Question.model_validate(
        {"id": text, "language": "en", "text": text, "place": "rotterdam", "expect": expect}
    )


@pytest.fixture(scope="module")
def draft(
    engine: Engine, built: Settings, tmp_path_factory: pytest.TempPathFactory
) -> KnowledgeBase:
    """A draft with another answer on one card, and with one more card."""
    folder = tmp_path_factory.mktemp("draft")
    before = current_meta(built.index_dir)
    changes: list[Change] = [
        CHANGE.validate_python(values)
        for values in (
            {"kind": "word_part", "card": DOCTOR, "language": "en", "part": "answer",
             "text": "Ask the lighthouse keeper for a doctor."},
            {"kind": "new_card", "topic": "lighthouse-climb", "domain": "rights",
             "place": "netherlands", "language": "en", "title": "Climbing the lighthouse",
             "answer": "Everybody may climb the lighthouse.",
             "questions": [KEEPER, "climb the lighthouse"], "checked_on": "2026-11-24",
             "source": {"id": "sea", "publisher": "Sea", "title": "Sea",
                        "url": "https://sea.example/", "language": "en"}},
        )
    ]  # fmt: skip
    copy = draft_folder(plan(changes[0], built.library_dir), folder / "library")
    apply(plan(changes[1], copy))
    opened = open_draft(built, engine.knowledge, copy)
    # Nothing of a draft is saved, and its folder is not needed any more.
    assert current_meta(built.index_dir) == before
    shutil.rmtree(copy)
    return opened


def test_only_the_text_differs(engine: Engine, draft: KnowledgeBase) -> None:
    live = engine.knowledge
    assert draft.search.index.ranker == live.search.index.ranker
    assert draft.search.index.centres is live.search.index.centres
    assert draft.library.fingerprint != live.library.fingerprint
    same = draft.search.search("how do i open a bank account", "en", "rotterdam")
    was = live.search.search("how do i open a bank account", "en", "rotterdam")
    assert same.confidence == pytest.approx(was.confidence, abs=1e-6)


async def test_a_whole_turn_answers_from_the_draft(engine: Engine, draft: KnowledgeBase) -> None:
    """Two conversations at the same time: one asks the draft, one the knowledge in use."""

    async def ask(conversation: str, text: str, drafted: bool) -> Answer:
        await engine.erase(conversation)
        try:
            if not drafted:
                return await engine.answer(conversation, text, place="rotterdam")
            with knowledge_base.using(draft):
                return await engine.answer(conversation, text, place="rotterdam")
        finally:
            await engine.erase(conversation)

    text = "how do i find a doctor"
    live, new, again = await asyncio.gather(
        ask("draft-1", text, False), ask("draft-2", text, True), ask("draft-3", text, False)
    )
    assert new.reply.card is not None and new.reply.card.id == DOCTOR
    assert "lighthouse keeper" in words(new)
    assert "lighthouse" not in words(live) + words(again)
    assert words(live) == words(again)
    assert knowledge_base.current() is engine.knowledge
    # What only the draft knows.
    new, live = await asyncio.gather(ask("draft-4", KEEPER, True), ask("draft-5", KEEPER, False))
    assert new.reply.card is not None and new.reply.card.id == "lighthouse-climb.netherlands"
    assert live.reply.card is None or live.reply.card.id != "lighthouse-climb.netherlands"


async def test_the_pipeline_weighs_the_intent_by_the_draft(
    engine: Engine, draft: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = draft.search.search

    def search(text: str, *rest: object, **more: object) -> object:
        asked.append(text)
        return real(text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(draft.search, "search", search)
    with knowledge_base.using(draft):
        assert await engine.intent(KEEPER) == "ask"
    assert asked == [KEEPER]
    await engine.intent(KEEPER)
    assert asked == [KEEPER]


async def test_a_failed_turn_leaves_the_knowledge_in_use(
    engine: Engine, draft: KnowledgeBase
) -> None:
    with pytest.raises(RuntimeError), knowledge_base.using(draft):
        assert knowledge_base.current() is draft
        raise RuntimeError
    assert knowledge_base.current() is engine.knowledge


def test_the_effect_names_what_changes(engine: Engine, draft: KnowledgeBase) -> None:
    told: list[tuple[int, int]] = []
    questions = [
        question(KEEPER, cards=["lighthouse-climb.netherlands"]),
        question("climb the lighthouse", statuses=["unknown", "off_topic"]),
        question("how do i find a doctor", cards=[DOCTOR]),
    ]
    better, worse = effect(
        engine.knowledge, draft, questions, lambda done, total: told.append((done, total))
    )
    assert (better.question.text, better.mark) == (KEEPER, "better")
    assert better.after.shown == "lighthouse-climb.netherlands"
    assert better.after.decision == "answer" and better.before.first != "lighthouse-climb"
    assert (worse.question.text, worse.mark) == ("climb the lighthouse", "worse")
    assert told == [(3, 3)]
    # The other way round it is the other way round.
    turned = effect(draft, engine.knowledge, questions)
    assert [one.mark for one in turned] == ["worse", "better"]


def test_the_own_questions_are_little_moved(engine: Engine, draft: KnowledgeBase) -> None:
    questions = load_questions(OWN_QUESTIONS)
    assert len(questions) > 300
    assert effect(engine.knowledge, engine.knowledge, questions[:32]) == []
    sample = questions[::6]
    assert len(effect(engine.knowledge, draft, sample)) < len(sample) / 10
