"""Translations: who may check them, and what newcomers see then."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from own_library import DOCTOR, FakeEngine, copy_library, wait_for, without_encoder
from sqlalchemy import select
from starlette.testclient import TestClient

from actions.reply import CardShown, Message, Reply, Status
from api.app import create_app
from api.console.roles import Role
from api.settings import Settings
from api.store.accounts import Sessions
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.proposals import Proposals
from api.store.tables import Account, AuditEntry
from knowledge.library import Library

if TYPE_CHECKING:
    from bot.engine import Engine

AR = "topics/health/find-a-doctor/netherlands/ar.md"
PAGE = f"/console/translations/one?card={DOCTOR}&language=ar"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", library_dir=copy_library(tmp_path / "library"),
        watch_library=False,
    )  # fmt: skip


@pytest.fixture
def library(settings: Settings) -> Library:
    return Library.load(settings.library_dir)


@pytest.fixture
def server(
    settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    without_encoder(monkeypatch)
    engine: Any = FakeEngine(library, settings)
    with TestClient(create_app(settings, engine), base_url="https://wegwijs.test") as running:
        yield running
        if hasattr(running.app.state, "background"):  # type: ignore[attr-defined]
            wait_for(running)


def words_of(page: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


def approve(browser: Any, language: str = "ar", card: str = DOCTOR, layer: str = "") -> Any:
    return browser.submit(
        "/console/translations/approve", card=card, language=language, layer=layer
    )  # fmt: skip


def correction(**changes: str) -> dict[str, str]:
    return {
        "card": DOCTOR, "language": "ar", "layer": "", "reason": "كلمة غريبة",
        "was_part_documents": "old", "part_documents": "- جواز سفرك.", **changes,
    }  # fmt: skip


def test_only_languages_of_the_account(sign_in: Callable[..., Any], settings: Settings) -> None:
    before = (settings.library_dir / AR).read_text("utf-8")
    browser = sign_in(Role.ADMINISTRATOR, languages=["tr", "nl"])
    page = browser.get("/console/translations?language=ar")
    assert "Turkish" in words_of(page) and "Arabic" not in words_of(page)
    for answer in (
        browser.get(PAGE),
        approve(browser),
        browser.submit("/console/translations/correct", then="send", **correction()),
    ):
        assert answer.status_code == 403
        assert "not a language that you can check" in words_of(answer)
    assert (settings.library_dir / AR).read_text("utf-8") == before
    assert browser.get(PAGE.replace("=ar", "=tr")).status_code == 200
    nobody = sign_in(languages=[])
    assert "have not ticked any languages" in words_of(nobody.get("/console/translations"))


def test_what_is_not_a_translation_is_not_there(sign_in: Callable[..., Any]) -> None:
    browser = sign_in(languages=["en", "ar"])
    assert browser.get(PAGE.replace("=ar", "=en")).status_code == 404
    assert browser.get("/console/translations/one?card=x.y&language=ar").status_code == 404
    assert approve(browser, layer="nowhere").status_code == 404
    assert browser.get("/console/translations/one?proposal=7").status_code == 404


def test_the_most_shown_stand_first(
    sign_in: Callable[..., Any], database: Database, library: Library
) -> None:
    card = library.cards["debts.netherlands"]
    shown = CardShown(
        id=card.id, kind="card", title="x", language="ar", place="netherlands", place_name="x",
        checked_on=card.checked_on, checked_text="x", sources=(), reviewed=False, revision=1,
    )  # fmt: skip
    reply = Reply(status=Status.ANSWERED, messages=(Message(text="x"),), card=shown, language="ar")
    for _ in range(2):
        Exchanges(database).add("c", "ديون", reply, 1)
    page = sign_in(languages=["ar", "tr"]).get("/console/translations")
    links = re.findall(r'<a href="/console/translations/one\?([^"]*)"', page.text)
    assert links[0] == "card=debts.netherlands&amp;language=ar"
    assert re.search(r"Arabic 2 ", words_of(page))
    # The local layer's own text is checked by itself.
    assert any("layer=rotterdam" in each for each in links)


def test_both_sides_stand_part_by_part(sign_in: Callable[..., Any], library: Library) -> None:
    page = sign_in(languages=["ar"]).get(PAGE)
    card = library.cards[DOCTOR]
    assert page.text.count('class="pair"') == 1 + len(card.texts["en"].parts)
    for language in ("ar", "en"):
        text = card.texts[language]
        assert text.title in unescape(page.text)
        assert text.parts["documents"][0].items[0] in unescape(page.text)
    assert '<div class="message list" lang="ar" dir="rtl">' in page.text
    dutch = sign_in(languages=["ar"]).get(f"{PAGE}&beside=nl")
    assert card.texts["nl"].title in unescape(dutch.text)
    assert card.texts["en"].title not in unescape(dutch.text)
    fix = sign_in(languages=["ar"]).get(f"{PAGE}&correct=1")
    assert "{nza_phone}" in fix.text and 'name="part_refused"' in fix.text


def test_approving_is_live_at_once_and_noted(
    sign_in: Callable[..., Any], server: TestClient, database: Database, settings: Settings
) -> None:
    browser = sign_in(name="samira", languages=["ar"])
    sign_in(Role.EDITOR)
    answer = approve(browser)
    assert answer.headers["location"].startswith("/console/translations?done=translation_approved")
    text = (settings.library_dir / AR).read_text("utf-8")
    assert re.search(r"^reviewed_by: Samira +# on \d{4}-\d\d-\d\d$", text, re.M)
    wait_for(server)
    engine = server.app.state.wegwijs.engine  # type: ignore[attr-defined]
    assert not engine.knowledge.library.cards[DOCTOR].texts["ar"].unreviewed
    (kept,), _ = Proposals(database).all()
    assert kept.row.live_at is not None and kept.row.patch
    with database.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.who, last.action, last.details["language"]) == (
        "samira", "translation.approved", "ar",
    )  # fmt: skip
    listed = browser.get("/console/translations")
    assert f"card={DOCTOR}&amp;language=ar" not in listed.text
    assert "has checked this translation already" in words_of(browser.get(PAGE))
    again = approve(browser)
    assert again.status_code == 422 and "changes nothing" in words_of(again)
    assert Proposals(database).all()[1] == 1


def test_a_correction_waits_for_an_editor(
    sign_in: Callable[..., Any], server: TestClient, database: Database, settings: Settings
) -> None:
    browser, editor = sign_in(name="samira", languages=["ar"]), sign_in(Role.EDITOR)
    before = (settings.library_dir / AR).read_text("utf-8")
    path = "/console/translations/correct"
    wrong = browser.submit(path, then="send", **correction(part_refused="لا", was_part_refused="x"))
    assert wrong.status_code == 422 and "{nza_phone} is gone" in words_of(wrong)
    assert "جواز سفرك." in wrong.text
    preview = browser.submit(path, then="preview", **correction())
    assert preview.status_code == 200 and "<ins>" in preview.text
    sent = browser.submit(path, then="send", **correction())
    number = int(re.findall(r"proposals/(\d+)", sent.headers["location"])[0])
    assert (settings.library_dir / AR).read_text("utf-8") == before
    assert f"/console/proposals/{number}" in browser.get("/console/translations").text
    assert "جواز سفرك." in browser.get(f"/console/translations/one?proposal={number}").text
    shown = editor.get(f"/console/proposals/{number}")
    (seen,) = re.findall(r'name="fingerprint" value="(\w+)"', shown.text)
    done = editor.submit(f"/console/proposals/{number}/accept", fingerprint=seen)
    assert done.status_code == 303
    text = (settings.library_dir / AR).read_text("utf-8")
    assert "- جواز سفرك.\n" in text and "reviewed_by: Samira" in text


# The whole way, with the real dialogue


@pytest.fixture
def installed(built: Settings, tmp_path: Path) -> Settings:
    """The built installation, with a library and an index of its own."""
    library = tmp_path / "library"
    shutil.copytree(built.library_dir, library)
    data = tmp_path / "data"
    data.mkdir()
    for path in (built.encoder_dir, built.vector_cache):
        target = data / path.relative_to(built.data_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            target.symlink_to(path)
        else:
            shutil.copy(path, target)
    return built.model_copy(
        update={
            "library_dir": library, "data_dir": data,
            "database_url": f"sqlite:///{tmp_path / 'wegwijs.sqlite'}",
        }
    )  # fmt: skip


def test_a_newcomer_gets_the_corrected_words_and_sees_that_a_person_checked(
    installed: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The new index follows, a minute later; tests/api/test_reloading.py builds one.
    built: list[object] = []
    monkeypatch.setattr("api.console.going_live._build", lambda *given: built.append(given))
    before = engine.knowledge
    _ = before.library.fingerprint
    try:
        with TestClient(create_app(installed, engine), base_url="https://wegwijs.test") as running:
            database = running.app.state.wegwijs.database  # type: ignore[attr-defined]
            samira = browser_of(running, database, "samira", "caseworker")
            eva = browser_of(running, database, "eva", "editor")

            def ask(conversation: str, text: str, language: str) -> Any:
                answer = running.post(
                    "/api/chat",
                    json={"conversation_id": f"live-words-{conversation}", "text": text,
                          "language": language, "place": "rotterdam"},
                )  # fmt: skip
                assert answer.status_code == 200, answer.text
                return answer.json()

            old = ask("one-one-one", "كيف أجد طبيب أسرة", "ar")
            assert old["card"]["id"] == DOCTOR and old["card"]["reviewed"] is False
            form = {
                "kind": "word_part", "card": DOCTOR, "language": "en", "part": "answer",
                "text": "Ask the lighthouse keeper for a doctor.", "reason": "Clearer.",
                "same_meaning": "1", "then": "send", "csrf": samira.headers["X-CSRF-Token"],
            }  # fmt: skip
            sent = samira.post("/console/proposals/new", data=form, follow_redirects=False)
            number = int(re.findall(r"proposals/(\d+)", sent.headers["location"])[0])
            wait_for(running)
            shown = eva.get(f"/console/proposals/{number}")
            (seen,) = re.findall(r'name="fingerprint" value="(\w+)"', shown.text)
            accepted = eva.post(
                f"/console/proposals/{number}/accept", data={"fingerprint": seen},
                follow_redirects=False,
            )  # fmt: skip
            assert accepted.status_code == 303, words_of(accepted)
            approved = samira.post(
                "/console/translations/approve", data={"card": DOCTOR, "language": "ar"},
                follow_redirects=False,
            )  # fmt: skip
            assert "translation_approved" in approved.headers["location"]
            wait_for(running)

            said = ask("two-two-two", "how do i find a family doctor", "en")
            assert said["card"]["id"] == DOCTOR
            assert "lighthouse keeper" in str(said["messages"])
            checked = ask("three-three-three", "كيف أجد طبيب أسرة", "ar")
            assert checked["card"]["id"] == DOCTOR and checked["card"]["reviewed"] is True
            rows, _ = Proposals(database).all()
            assert all(each.row.live_at is not None for each in rows)
            # What became of the question set was worked out with the real search.
            review = next(each.row.review for each in rows if each.row.id == number)
            assert built
            assert review["asked"] > 300 and review["checks"]["new"] == []
    finally:
        engine.use(before)


def browser_of(running: TestClient, database: Database, name: str, role: str) -> TestClient:
    """A browser in which somebody is signed in."""
    account = Account(
        name=name, shown_name=name.title(), role=role, created_at=now(), languages=["ar"],
        console_language="en",
    )  # fmt: skip
    with database.session() as session:
        session.add(account)
    sessions = Sessions(database, 10)
    token = sessions.begin(account.id, Actor(account.id, name), "password")
    staff = sessions.staff(token)
    assert staff is not None
    browser = TestClient(running.app, base_url="https://wegwijs.test")
    browser.cookies.set("wegwijs_console", token, path="/console")
    browser.headers["X-CSRF-Token"] = staff.csrf
    return browser
