"""Asking as a newcomer, with the real dialogue, and beside a draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from actions.compose import evidence
from actions.reply import Status
from api.app import create_app
from api.console.card_texts import nearest_wording
from api.console.drafts import Drafts
from api.console.roles import Role
from api.console.try_it import Asked, ask_once
from api.settings import Settings
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.switches import Switches, SwitchKind
from api.store.tables import AuditEntry, Exchange, Proposal
from bot.engine import Engine
from knowledge.library import Library
from knowledge.proposals.change import CHANGE

CARD = "find-a-doctor.flanders"
QUESTION = "ik zoek een huisarts in antwerpen"
NEW = "Dit is een heel nieuwe zin over de dokter."


@pytest.fixture
def settings(built: Settings, tmp_path: Any) -> Settings:
    """The built installation, with exchanges of its own."""
    return built.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'own.sqlite'}"})


@pytest.fixture
def server(settings: Settings, engine: Engine) -> Iterator[TestClient]:
    """A server with the real dialogue."""
    with TestClient(create_app(settings, engine), base_url="https://wegwijs.test") as running:
        yield running


def words_of(page: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


def proposal(database: Database, change: dict[str, Any], account_id: int) -> int:
    """Keep a proposal that is open."""
    row = Proposal(
        created_at=now(), account_id=account_id, kind=change["kind"], change=change,
        card_id=CARD, language="nl", status="open",
    )  # fmt: skip
    with database.session() as session:
        session.add(row)
    return int(row.id)


def new_answer() -> dict[str, Any]:
    """A change of the short answer in Dutch."""
    change = CHANGE.validate_python(
        {
            "kind": "word_part",
            "card": CARD,
            "language": "nl",
            "part": "answer",
            "text": NEW,
            "reviewer": "An",
            "day": date(2026, 1, 2),
        }
    )
    return CHANGE.dump_python(change, mode="json")  # type: ignore[no-any-return]


def test_a_question_is_answered_with_its_evidence_and_nothing_is_kept(
    sign_in: Callable[..., Any], database: Database
) -> None:
    browser = sign_in(name="an")
    page = browser.submit("/console/try", text=QUESTION, language="nl", place="antwerp")
    assert page.status_code == 200
    words = words_of(page)
    for said in ("Answered", "Dutch", "Antwerp", "Een huisarts vinden in Vlaanderen",
                 "What the search found", "Matched the sample question"):  # fmt: skip
        assert said in words, said
    assert f"<mark>{QUESTION}</mark>" in page.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Exchange)) == 0
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "tried"))
        assert entry.details == {"language": "nl", "place": "antwerp", "situation": None}


def test_an_answer_that_is_switched_off_is_not_shown(
    sign_in: Callable[..., Any], database: Database
) -> None:
    browser = sign_in(Role.EDITOR, name="an")
    asked = {"text": QUESTION, "language": "nl", "place": "antwerp"}
    Switches(database).set(Actor(browser.account_id, "an"), SwitchKind.CARD, CARD, "old", {})
    words = words_of(browser.submit("/console/try", **asked))
    assert "Dit antwoord wordt" in words


async def test_the_conversation_is_forgotten(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased: list[str] = []
    erase = engine.erase

    async def watch(conversation_id: str) -> None:
        assert await engine._trackers.retrieve(conversation_id) is not None
        erased.append(conversation_id)
        await erase(conversation_id)

    monkeypatch.setattr(engine, "erase", watch)
    asked = Asked(QUESTION, "nl", "ghent", "student")
    tried = await ask_once(engine, asked, "nl")
    assert tried.reply.status is Status.ANSWERED
    assert (tried.reply.place, tried.reply.situation) == ("antwerp", "student")
    (conversation,) = erased
    assert await engine._trackers.retrieve(conversation) is None


async def test_any_language_and_no_place(engine: Engine) -> None:
    tried = await ask_once(engine, Asked("Де знайти лікаря?", "nl", None, None), "nl")
    assert tried.reply.language == "uk" and tried.reply.status is Status.NEEDS_PLACE
    assert tried.shown.messages and tried.shown.buttons
    assert tried.hits and tried.hits[0].title_language == "nl"


def test_the_nearest_question_by_meaning_where_a_card_has_others(engine: Engine) -> None:
    library = engine.knowledge.library
    index = engine.knowledge.search.index
    text = library.cards[CARD].texts["ar"]
    assert len(text.questions) != len(library.cards[CARD].texts["en"].questions)
    result = engine.knowledge.search.search(text.questions[4], "ar", "ghent")
    first = evidence(result.hits)[0]
    assert (first.text, first.targets[0]) == (text.questions[4], CARD)
    _, english = nearest_wording(library, first, index)
    assert english.question in library.cards[CARD].texts["en"].questions
    assert "price" in str(english.question)


def test_an_empty_question_and_a_hidden_name(sign_in: Callable[..., Any]) -> None:
    browser = sign_in()
    page = browser.submit("/console/try", text="  ")
    assert page.status_code == 422 and "First write a question." in words_of(page)
    page = browser.submit(
        "/console/try", text="waar vind ik een huisarts, mail mij op jan@voorbeeld.be",
        language="nl", place="nowhere", situation="king",
    )  # fmt: skip
    words = words_of(page)
    assert page.status_code == 200 and "Personal details were hidden" in words
    assert "jan@voorbeeld.be" not in words.split("Wegwijs read:")[1]


def test_a_proposal_is_tried_beside_the_live_library(
    sign_in: Callable[..., Any], database: Database, library: Library
) -> None:
    browser = sign_in(Role.EDITOR)
    number = proposal(database, new_answer(), browser.account_id)
    assert f"{number}: {CARD}: new wording" in words_of(browser.get("/console/try"))
    form = {"text": QUESTION, "language": "nl", "place": "antwerp", "proposal": str(number)}
    words = words_of(browser.submit("/console/try", **form))
    assert "the newcomer sees another answer" in words
    before, after = words.split(f"With proposal {number}")
    old = library.cards[CARD].texts["nl"].answer[0].text[:30]
    assert old in before and NEW not in before
    assert NEW in after and old not in after
    other = {**form, "text": "ik wil mijn rijbewijs omwisselen", "place": "netherlands"}
    assert "the newcomer sees the same answer" in words_of(browser.submit("/console/try", **other))
    live = words_of(browser.submit("/console/try", **{**form, "proposal": ""}))
    assert NEW not in live


def test_a_proposal_that_cannot_be_made_says_why(
    sign_in: Callable[..., Any], database: Database
) -> None:
    browser = sign_in(Role.EDITOR)
    gone = proposal(database, {**new_answer(), "card": "no-card.flanders"}, browser.account_id)
    strange = proposal(database, {"kind": "from_later"}, browser.account_id)
    for number in (gone, strange):
        page = browser.submit("/console/try", text=QUESTION, language="nl", proposal=str(number))
        assert page.status_code == 200
        assert "The proposal cannot be tried:" in words_of(page)
        assert "What the search found" in words_of(page)


async def test_two_drafts_are_kept_and_the_oldest_goes() -> None:
    built: list[str] = []
    drafts = Drafts(kept=2)

    def builder(name: str) -> Callable[[], Any]:
        def build() -> Any:
            built.append(name)
            return SimpleNamespace(name=name)

        return build

    for name in ("a", "b", "a", "c", "a", "b"):
        found: Any = await drafts.get((ord(name), name, "live"), builder(name))
        assert found.name == name
    assert built == ["a", "b", "c", "b"]
    await drafts.get((ord("b"), "b", "other live"), builder("new b"))
    assert built[-1] == "new b"


async def test_a_draft_that_failed_is_tried_again() -> None:
    drafts = Drafts()

    def fail() -> Any:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await drafts.get((1, "x", "y"), fail)
    found: Any = await drafts.get((1, "x", "y"), lambda: "built")  # type: ignore[arg-type, return-value]
    assert found == "built"
