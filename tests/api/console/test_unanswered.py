"""The page of the questions without a good answer."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from lxml import html
from sqlalchemy import select

from actions.reply import Message, Reply, Status
from api.state import State
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.question_groups import GroupState, QuestionGroups, became_proposal
from api.store.tables import AuditEntry, Proposal
from knowledge.centring import Centres
from knowledge.library import Library
from knowledge.search import Evidence, Hit, SearchResult

PATH = "/console/unanswered"
CARD = "find-a-doctor.flanders"


@pytest.fixture(autouse=True)
def search(state: State, library: Library) -> Any:
    """A search whose encoder compares first letters, and that finds the same card always."""

    def encode(text: str) -> Any:
        vector = np.zeros(64, dtype=np.float32)
        vector[ord(text[0]) % 64] = 1
        return vector

    def find(question: str, language: str, place: str | None, limit: int) -> SearchResult:
        hits = [
            Hit("card", card, (card,), True, score, 0.5, 0.1, Evidence("x", "nl", "title"))
            for card, score in ((CARD, 0.31), ("gone.flanders", 0.2))
        ]
        return SearchResult(tuple(hits), 0.31)

    found = SimpleNamespace(
        encoder=SimpleNamespace(fingerprint="fake", encode_query=encode),
        index=SimpleNamespace(centres=Centres()), library=library, search=find,
    )  # fmt: skip
    assert state.engine is not None
    state.engine.knowledge.search = found  # type: ignore[misc]
    return found


@pytest.fixture
def ask(database: Database) -> Callable[..., str]:
    def keep(text: str, language: str = "nl", **changed: Any) -> str:
        fields = {"status": Status.UNKNOWN, "intent": "ask", **changed}
        reply = Reply(messages=(Message(text="…", language=language),), language=language, **fields)
        return Exchanges(database).add("c1", text, reply, 12)

    return keep


def read(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def said(node: Any) -> str:
    return " ".join(node.text_content().split())


def open_group(database: Database) -> int:
    (group,) = QuestionGroups(database).of_state(GroupState.OPEN)
    return group.id


def test_nothing_yet(sign_in: Callable[..., Any]) -> None:
    page = read(sign_in(language="fr").get(PATH))
    assert "Il n’y a pas de question à traiter" in said(page)
    assert "À traiter (0)" in said(page)


def test_groups_are_made_by_looking(sign_in: Callable[..., Any], ask: Callable[..., str]) -> None:
    ask("zwemles voor mijn kind", place="ghent")
    ask("зоопарк", "uk")
    ask("zwembad")
    page = read(sign_in(language="en").get(PATH))
    first, second = page.xpath("//ol[@class='groups']/li")
    assert said(first.xpath("h2")[0]) == "zwembad"
    assert first.xpath("h2/span")[0].get("lang") == "nl"
    assert "asked 2 times" in said(first) and "Dutch (2)" in said(first)
    assert "zwemles voor mijn kind" in said(first)
    assert "asked once" in said(second) and "Ukrainian" in said(second)


def test_hostile_words_stay_words(sign_in: Callable[..., Any], ask: Callable[..., str]) -> None:
    ask("<script>alert(1)</script> \" onclick='x' {{ 7 * 7 }}")
    browser = sign_in()
    page = browser.get(PATH)
    assert "<script>alert" not in page.text and "{{ 7 * 7 }}" in page.text
    assert "<script>alert" not in browser.get(f"{PATH}/1").text


def test_right_to_left_words_are_marked(
    sign_in: Callable[..., Any], ask: Callable[..., str]
) -> None:
    exchange = ask("دروس سباحة", "ar")
    browser = sign_in()
    browser.get(PATH)
    page = read(browser.get(f"{PATH}/1"))
    (link,) = page.xpath(f'//a[@href="/console/exchanges/{exchange}"]')
    assert (link.get("lang"), link.get("dir"), said(link)) == ("ar", "rtl", "دروس سباحة")


def test_a_group_suggests_cards_that_are_there(
    sign_in: Callable[..., Any], ask: Callable[..., str], library: Library
) -> None:
    ask("zwemles")
    browser = sign_in(language="nl")
    browser.get(PATH)
    page = read(browser.get(f"{PATH}/1"))
    title = library.cards[CARD].best_text(["nl"]).title
    assert title in said(page) and "31 % kans" in said(page)
    assert "geldt voor een andere plaats" in said(page)
    assert "gone.flanders" not in said(page)
    links = [link.get("href") for link in page.xpath("//main//a")]
    assert f"/console/proposals/new?group=1&card={CARD}" in links
    assert "/console/proposals/new?group=1" in links


def test_dismissing_needs_a_reason_and_can_be_undone(
    sign_in: Callable[..., Any], ask: Callable[..., str], database: Database
) -> None:
    ask("zwemles")
    browser = sign_in(language="en", name="an")
    browser.get(PATH)
    group = open_group(database)
    empty = browser.submit(f"{PATH}/{group}/dismiss", reason="  ")
    assert empty.status_code == 422 and "Write why you dismiss this." in empty.text
    long = browser.submit(f"{PATH}/{group}/dismiss", reason="<b>" * 1000)
    assert long.status_code == 422 and "too long" in long.text and "&lt;b&gt;" in long.text
    done = browser.submit(f"{PATH}/{group}/dismiss", reason="Not for <us>")
    assert done.headers["location"] == f"{PATH}?done=group_dismissed"
    assert "There are no open questions" in browser.get(done.headers["location"]).text
    dismissed = read(browser.get(f"{PATH}?state=dismissed"))
    assert "Dismissed by An" in said(dismissed) and "Not for <us>" in said(dismissed)
    twice = browser.submit(f"{PATH}/{group}/dismiss", reason="again")
    assert twice.status_code == 409 and "A colleague has just decided" in twice.text
    assert browser.submit(f"{PATH}/{group}/reopen").headers["location"].startswith(PATH)
    assert open_group(database) == group
    with database.reading() as session:
        noted = [one.action for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert noted[-2:] == ["group.dismissed", "group.reopened"]


def test_a_group_that_became_a_proposal_leads_there(
    sign_in: Callable[..., Any], ask: Callable[..., str], database: Database
) -> None:
    ask("zwemles")
    browser = sign_in(language="en", name="an")
    browser.get(PATH)
    with database.session() as session:
        proposal = Proposal(
            created_at=now(), account_id=browser.account_id, kind="new_card", change={},
            reason="", status="open",
        )  # fmt: skip
        session.add(proposal)
        session.flush()
        assert became_proposal(session, 1, proposal.id, Actor(browser.account_id, "an"))
        number = proposal.id
    page = read(browser.get(f"{PATH}?state=proposal"))
    assert page.xpath(f'//a[@href="/console/proposals/{number}"]')
    assert not page.xpath('//a[contains(@href, "proposals/new")]')


@pytest.mark.parametrize("group", [1, 0, -3, 2**31, 10**30])
def test_a_group_that_is_not_there(sign_in: Callable[..., Any], group: int) -> None:
    browser = sign_in()
    assert browser.get(f"{PATH}/{group}").status_code == 404
    assert browser.submit(f"{PATH}/{group}/dismiss", reason="x").status_code == 404
    assert browser.submit(f"{PATH}/{group}/reopen").status_code == 404


@pytest.mark.parametrize("query", ["state=other", "page=0", "page=x", "page=999999", "page=²"])
def test_a_wrong_address_shows_the_nearest(
    sign_in: Callable[..., Any], ask: Callable[..., str], query: str
) -> None:
    ask("zwemles")
    assert "zwemles" in sign_in().get(f"{PATH}?{query}").text


def test_many_groups_come_on_pages(sign_in: Callable[..., Any], ask: Callable[..., str]) -> None:
    for n in range(23):
        ask(f"{chr(ord('a') + n)}bc")
    browser = sign_in(language="en")
    assert "being sorted in" in browser.get(PATH).text
    assert "being sorted in" not in browser.get(PATH).text, "done after the page was sent"
    assert len(read(browser.get(PATH)).xpath("//ol[@class='groups']/li")) == 20
    page = read(browser.get(f"{PATH}?page=2"))
    assert len(page.xpath("//ol[@class='groups']/li")) == 3
    assert page.xpath('//a[@rel="prev"]') and not page.xpath('//a[@rel="next"]')
