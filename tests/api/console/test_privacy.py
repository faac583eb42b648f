"""Privacy: periods with their preview, erasing, giving, and trying what is hidden."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from actions.reply import Message, Reply, Status
from api.console.redaction import LONGEST_TRIED, Piece, pieces_of
from api.console.roles import Role
from api.state import State
from api.store.audit import SERVER, Audit
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.options import Options
from api.store.retention import Periods, Retention, RetentionOptions
from api.store.tables import AuditEntry, Exchange, Handover, SignInFailure
from bot.redaction import MARKS

PATH = "/console/privacy"
REPLY = Reply(
    status=Status.ANSWERED,
    messages=(Message(text="Bel een huisarts.", language="nl"),),
    language="nl",
)


@pytest.fixture
def editor(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.EDITOR, name="eva")


@pytest.fixture
def chief(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.ADMINISTRATOR, name="chief")


@pytest.fixture(autouse=True)
def remembered(state: State) -> dict[str, int]:
    """What the dialogue, which is not loaded here, remembers: events by conversation."""
    events: dict[str, int] = {}

    async def memory(conversation: str) -> SimpleNamespace:
        number = events.get(conversation, 0)
        slots = {"place": "ghent"} if number else {}
        return SimpleNamespace(events=number, slots=slots)

    async def erase(conversation: str) -> int:
        return events.pop(conversation, 0)

    state.engine.memory, state.engine.erase = memory, erase  # type: ignore[union-attr,method-assign,assignment]
    return events


@pytest.fixture
def talk(state: State, database: Database, remembered: dict[str, int]) -> str:
    """A conversation with an exchange and a question that was left; returns the exchange's id."""
    exchange = Exchanges(database).add("the-first-conversation", "waar is een huisarts", REPLY, 1)
    state.handovers.leave_question("the-first-conversation", "Waar?", "sara@example.org", 30, "nl")
    Exchanges(database).add("the-other-conversation", "iets anders", REPLY, 1)
    remembered |= {"the-first-conversation": 7, "the-other-conversation": 3}
    return exchange


def make_older(database: Database, days: float, conversation: str) -> None:
    with database.session() as session:
        session.execute(
            update(Exchange)
            .where(Exchange.conversation_id == conversation)
            .values(created_at=now() - timedelta(days=days))
            .execution_options(synchronize_session=False)
        )


def row(page: str, kind: str) -> list[str]:
    """The cells of a kind's row, as numbers and words."""
    found = re.search(rf"<tr>\s*<th scope=\"row\">{kind}.*?</tr>", page, re.DOTALL)
    assert found is not None, kind
    return re.findall(r"<td[^>]*>(.*?)</td>", found[0])


def actions(database: Database) -> list[tuple[str, str, str]]:
    entries, _ = Audit(database).latest("conversation")
    return [(one.who, one.action, one.object) for one in entries]


# Periods


def test_every_kind_with_its_period(chief: Any, talk: str, database: Database) -> None:
    make_older(database, 31, "the-other-conversation")
    page = chief.get(PATH).text
    assert row(page, "Questions and answers") == ["30 days", "2", "1"]
    assert row(page, "Questions that were left") == ["30 days", "1", "0"]
    assert row(page, "Failed sign-ins")[0] == "1 day"
    assert row(page, "Audit log")[0] == "is kept"
    assert row(page, "Verdicts of staff")[0] == "as long as the questions"


def test_the_preview_comes_before_the_choice(chief: Any, talk: str, database: Database) -> None:
    make_older(database, 8, "the-other-conversation")
    preview = chief.submit(PATH, exchanges="7", threads="30", then="preview")
    assert preview.status_code == 200
    assert '<strong class="more">1</strong>' in preview.text
    assert Options(database).read(RetentionOptions).exchange_days is None
    saved = chief.submit(PATH, exchanges="7", threads="14", then="save")
    assert saved.headers["location"] == f"{PATH}?done=retention_saved"
    assert Retention(database, 30).periods() == Periods(7, 14)
    with database.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "options.changed"))
        assert {(one.who, one.object) for one in noted} == {
            ("chief", "retention"), ("chief", "handover"),
        }  # fmt: skip


@pytest.mark.parametrize("then", ["preview", "save"])
@pytest.mark.parametrize(
    ("exchanges", "threads", "problem"),
    [
        ("0", "30", "questions and answers choose"),
        ("many", "30", "questions and answers choose"),
        ("٣٠", "30", "questions and answers choose"),
        ("30", "366", "talks choose"),
        ("30", "", "talks choose"),
    ],
)
def test_numbers_of_days_have_bounds(
    chief: Any, database: Database, exchanges: str, threads: str, problem: str, then: str
) -> None:
    answer = chief.submit(PATH, exchanges=exchanges, threads=threads, then=then)
    assert answer.status_code == 422 and problem in answer.text
    assert Retention(database, 30).periods() == Periods(30, 30)


def test_others_see_the_periods_alone(editor: Any, sign_in: Callable[..., Any]) -> None:
    page = editor.get(PATH).text
    assert "30 days" in page and "Next clean-up deletes" not in page
    assert f"{PATH}/erase" in page
    assert "Choose other periods" not in page
    page = sign_in().get(PATH).text
    assert f"{PATH}/redaction" in page and f"{PATH}/erase" not in page


async def test_the_clean_up_uses_what_was_chosen(
    state: State, database: Database, talk: str, remembered: dict[str, int]
) -> None:
    make_older(database, 8, "the-first-conversation")
    with database.session() as session:
        session.add(SignInFailure(name="an", address="::1", at=now() - timedelta(hours=25)))
    await state.clean_up()
    assert len(Exchanges(database).of_conversation("the-first-conversation")) == 1
    Options(database).write(RetentionOptions(exchange_days=7), SERVER)
    await state.clean_up()
    assert Exchanges(database).of_conversation("the-first-conversation") == []
    assert remembered == {"the-other-conversation": 3}
    # The question that was left is kept for a time of its own.
    with database.reading() as session:
        assert session.scalars(select(Handover.conversation_id)).one() == "the-first-conversation"
        assert session.scalars(select(SignInFailure)).first() is None
    with database.session() as session:
        session.scalars(select(Handover)).one().keep_until = now() - timedelta(hours=1)
    await state.clean_up()
    with database.reading() as session:
        assert session.scalars(select(Handover)).first() is None


# Erasing


def test_all_of_a_conversation_is_shown_then_erased(
    editor: Any, talk: str, database: Database, remembered: dict[str, int]
) -> None:
    page = editor.get(f"{PATH}/erase", params={"exchange": talk}).text
    assert "the-first-conversation" in page  # in the form alone
    assert row(page, "Steps that the program remembers") == ["7"]
    assert row(page, "Addresses or numbers to answer to") == ["1"]
    assert len(Exchanges(database).of_conversation("the-first-conversation")) == 1
    done = editor.submit(f"{PATH}/erase", conversation="the-first-conversation", then="erase")
    assert done.status_code == 303
    receipt = editor.get(done.headers["location"])
    assert receipt.status_code == 200
    code = done.headers["location"].rsplit("/", 1)[1]
    assert code in receipt.text and "the-first-conversation" not in receipt.text
    assert row(receipt.text, "Steps that the program remembers") == ["7"]
    assert row(receipt.text, "Questions with their answers") == ["1"]
    assert Exchanges(database).of_conversation("the-first-conversation") == []
    assert remembered == {"the-other-conversation": 3}
    assert actions(database) == [
        ("eva", "conversation.erased", f"erasure {code}"),
        ("eva", "conversation.looked_up", f"exchange {talk}"),
    ]


def test_a_conversation_is_found_by_its_receipt(editor: Any, talk: str, database: Database) -> None:
    with database.reading() as session:
        receipt = session.scalars(select(Handover.receipt)).one()
    page = editor.submit(f"{PATH}/erase", conversation=receipt.lower(), then="look")
    assert 'value="the-first-conversation"' in page.text


def test_nothing_to_erase(editor: Any) -> None:
    page = editor.submit(f"{PATH}/erase", conversation="nobody", then="look")
    assert "There is nothing to erase." in page.text
    assert "Erase everything</button>" not in page.text
    empty = editor.submit(f"{PATH}/erase", conversation=" ", then="look")
    assert empty.status_code == 422 and "Give the id" in empty.text
    assert editor.get(f"{PATH}/erase", params={"exchange": "gone"}).status_code == 404
    assert editor.get(f"{PATH}/erased/AAAA-2222").status_code == 404


def test_the_newcomers_button_erases_the_same(
    server: TestClient, talk: str, editor: Any, database: Database, remembered: dict[str, int]
) -> None:
    assert server.delete("/api/conversations/the-first-conversation").status_code == 204
    assert remembered == {"the-other-conversation": 3}
    page = editor.submit(f"{PATH}/erase", conversation="the-first-conversation", then="look")
    assert "There is nothing to erase." in page.text


# Giving


def test_all_that_is_kept_is_given(
    editor: Any, talk: str, database: Database, remembered: dict[str, int]
) -> None:
    form = editor.get(f"{PATH}/export", params={"exchange": talk}).text
    assert 'value="the-first-conversation"' in form
    answer = editor.submit(f"{PATH}/export", conversation="the-first-conversation")
    assert answer.headers["content-disposition"].startswith('attachment; filename="wegwijs-')
    assert answer.headers["cache-control"] == "no-store"
    whole = answer.json()
    assert set(whole["explanation"]) == {"nl", "en", "fr"}
    assert whole["exchanges"][0]["you_wrote"] == "waar is een huisarts"
    assert whole["talks_with_a_person"][0]["contact"] == "sara@example.org"
    assert whole["what_the_program_remembers"] == {"steps": 7, "place": "ghent"}
    assert "iets anders" not in json.dumps(whole)
    assert actions(database) == [("eva", "conversation.exported", f"exchange {talk}")]


def test_nothing_to_give(editor: Any) -> None:
    answer = editor.submit(f"{PATH}/export", conversation="nobody")
    assert answer.status_code == 404 and "Nothing is kept" in answer.text
    assert editor.submit(f"{PATH}/export").status_code == 422


# Trying what is hidden


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        ("mijn naam is Sara Janssens", "name", "Janssens"),
        ("bel mij op 0470 12 34 56", "telephone number", "0470"),
        ("اتصل بي على 0470 12 34 56", "telephone number", "0470"),
        ("schrijf naar sara@example.org", "e-mail address", "sara@"),
        ("IBAN BE68 5390 0754 7034", "bank account", "5390"),
    ],
)
def test_each_hidden_piece_is_marked_by_kind(
    sign_in: Callable[..., Any], text: str, kind: str, secret: str
) -> None:
    page = sign_in().submit(f"{PATH}/redaction", text=text).text
    kept = re.search(r'<div class="said kept".*?</div>', page, re.DOTALL)
    assert kept is not None
    assert f'<mark dir="ltr">{kind}</mark>' in kept[0]
    assert secret not in kept[0]


def test_public_numbers_stay(sign_in: Callable[..., Any]) -> None:
    page = sign_in().submit(f"{PATH}/redaction", text="ik belde 033 448 11 86").text
    assert "Nothing was hidden." in page


def test_a_tried_text_is_kept_nowhere(
    sign_in: Callable[..., Any], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = sign_in()
    answer = browser.submit(f"{PATH}/redaction", text="zonderlinge-tekst van 0470 12 34 56")
    assert answer.headers["cache-control"] == "no-store"
    assert "zonderlinge-tekst" in answer.text
    assert "zonderlinge" not in caplog.text
    for file in settings.data_dir.rglob("*"):
        if file.is_file():
            assert b"zonderlinge" not in file.read_bytes(), file


def test_tried_text_is_text_alone_and_has_an_end(sign_in: Callable[..., Any]) -> None:
    browser = sign_in()
    page = browser.submit(f"{PATH}/redaction", text="<script>alert(1)</script> [phone]").text
    assert "<script>alert" not in page
    long = browser.submit(f"{PATH}/redaction", text="ja " * LONGEST_TRIED).text
    assert "the first 1000 characters" in long


def test_every_mark_has_a_name_on_the_page(sign_in: Callable[..., Any]) -> None:
    pieces = pieces_of(" x ".join(MARKS))
    assert [one.text for one in pieces if one.kind] == list(MARKS)
    assert pieces_of("a [x] b") == [Piece("a [x] b", None)]
    browser = sign_in(language="fr")
    page = browser.submit(f"{PATH}/redaction", text=" ".join(MARKS))
    assert page.status_code == 200 and page.text.count("<mark") == len(MARKS)


# From the page of an exchange


def test_an_exchange_leads_here(editor: Any, sign_in: Callable[..., Any], talk: str) -> None:
    page = editor.get(f"/console/exchanges/{talk}").text
    assert f"{PATH}/erase?exchange={talk}" in page
    assert f"{PATH}/export?exchange={talk}" in page
    assert f"{PATH}/erase" not in sign_in().get(f"/console/exchanges/{talk}").text
