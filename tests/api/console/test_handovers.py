"""The caseworkers' pages for answering people."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from actions.reply import Message, Reply, Status
from api.console.card_answers import answer_text, find_cards
from api.console.roles import Role
from api.state import State
from api.store.database import Database
from api.store.exchanges import Exchanges
from api.store.options import HandoverOptions, Options
from api.store.tables import AuditEntry, Handover, HandoverMessage
from knowledge.library import Library

SignIn = Callable[..., Any]
PAGE = "/console/handovers"


@pytest.fixture
def newcomer(state: State, database: Database) -> str:
    """Id of a hand-over in Arabic that waits."""
    said = (Message(text="<b>لا أعرف</b>", language="ar"), Message(kind="list", items=("<i>",)))
    reply = Reply(status=Status.UNKNOWN, messages=said, language="ar", place="ghent")
    Exchanges(database).add("conversation-0001", "أين <script>البلدية</script>؟", reply, 5)
    return str(state.handovers.ask("conversation-0001", "ar", None).id)


def entries(database: Database) -> list[str]:
    with database.reading() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [each.action for each in found if each.action != "signed_in"]


def messages(database: Database) -> list[HandoverMessage]:
    with database.reading() as session:
        return list(session.scalars(select(HandoverMessage).order_by(HandoverMessage.seq)))


# The list


def test_the_list_shows_who_waits(sign_in: SignIn, newcomer: str) -> None:
    page = sign_in(language="nl").get(PAGE)
    assert page.status_code == 200
    assert "Arabisch" in page.text and "Gent" in page.text and "wacht 0 min" in page.text
    assert '<blockquote lang="ar" dir="rtl">أين &lt;script&gt;البلدية' in page.text
    assert "<script>البلدية" not in page.text


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_every_page_in_every_language(sign_in: SignIn, newcomer: str, language: str) -> None:
    browser = sign_in(Role.ADMINISTRATOR, language=language)
    assert browser.get(PAGE).status_code == 200
    assert browser.get(f"{PAGE}/{newcomer}").status_code == 200
    browser.submit(f"{PAGE}/{newcomer}/take")
    assert browser.get(f"{PAGE}/{newcomer}?card=arts").status_code == 200
    assert browser.get(f"{PAGE}/options").status_code == 200


def test_urgent_ones_stand_first(sign_in: SignIn, state: State, newcomer: str) -> None:
    urgent = state.handovers.ask("conversation-0002", "uk", None)
    browser = sign_in()
    assert 'role="alert"></p>' in browser.get(PAGE).text
    state.handovers.mark_urgent(urgent.id)
    page = browser.get(PAGE).text
    assert page.index(f"{PAGE}/{urgent.id}") < page.index(f"{PAGE}/{newcomer}")
    assert 'role="alert">Urgent' in page


def test_events_are_for_live_pages_only(sign_in: SignIn) -> None:
    assert sign_in().get(f"{PAGE}/events").status_code == 406


# A thread


def test_what_was_pressed_before_stands_in_words(
    sign_in: SignIn, newcomer: str, database: Database
) -> None:
    reply = Reply(status=Status.SMALL_TALK, messages=(), language="ar")
    for pressed in ("/start", '/tell_place{"place": "ghent"}'):
        Exchanges(database).add("conversation-0001", pressed, reply, 5)
    page = sign_in(language="fr").get(f"{PAGE}/{newcomer}").text
    assert "/start" not in page and "tell_place" not in page
    assert "début de la conversation" in page and "habite à Gand" in page


def test_a_conversation_is_taken_answered_and_handed_back(
    sign_in: SignIn, newcomer: str, state: State, database: Database
) -> None:
    browser = sign_in(language="en", name="samira")
    before = browser.get(f"{PAGE}/{newcomer}").text
    assert 'id="write"' not in before and "Take this conversation" in before
    taken = browser.submit(f"{PAGE}/{newcomer}/take")
    assert taken.headers["location"] == f"{PAGE}/{newcomer}?done=handover_taken"
    page = browser.get(f"{PAGE}/{newcomer}").text
    assert "This person reads Arabic" in page
    assert "&lt;b&gt;لا أعرف&lt;/b&gt;" in page and "&lt;i&gt;" in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    form = {"text": " Hello, call 09 210 10 10 ", "language": "en", "key": key[1]}
    for _ in (0, 1):  # pressed twice
        sent = browser.submit(f"{PAGE}/{newcomer}/messages", **form)
        assert sent.status_code == 303
    (message,) = messages(database)
    assert (message.text, message.sender) == ("Hello, call 09 210 10 10", "caseworker")
    assert "Samira" in browser.get(f"{PAGE}/{newcomer}").text
    assert browser.submit(f"{PAGE}/{newcomer}/finish").status_code == 303
    assert state.handovers.open_one("conversation-0001") is None
    assert "A caseworker ended the conversation." in browser.get(f"{PAGE}/{newcomer}").text
    assert entries(database) == [
        "handover.read", "handover.taken", "handover.written", "handover.handed_back",
    ]  # fmt: skip


def test_a_script_gets_the_message_back(sign_in: SignIn, newcomer: str) -> None:
    browser = sign_in()
    browser.submit(f"{PAGE}/{newcomer}/take")
    answer = browser.post(
        f"{PAGE}/{newcomer}/messages",
        data={"csrf": browser.csrf, "key": "k" * 20, "text": "مرحبا", "language": "ar"},
        headers={"Accept": "application/json"},
    )
    body = answer.json()
    assert (body["seq"], body["direction"], body["name"]) == (1, "rtl", "Caseworker0")


def test_only_one_has_it(sign_in: SignIn, newcomer: str, database: Database) -> None:
    first, second = sign_in(), sign_in()
    first.submit(f"{PAGE}/{newcomer}/take")
    for action in ("take", "finish", "put-back"):
        assert second.submit(f"{PAGE}/{newcomer}/{action}").status_code == 409
    form = {"text": "x", "language": "nl"}
    assert second.submit(f"{PAGE}/{newcomer}/messages", **form).status_code == 409
    page = second.get(f"{PAGE}/{newcomer}").text
    assert "A colleague helps this person." in page and 'id="write"' not in page
    assert messages(database) == []
    chief = sign_in(Role.ADMINISTRATOR)
    assert chief.submit(f"{PAGE}/{newcomer}/put-back").status_code == 303
    assert second.submit(f"{PAGE}/{newcomer}/take").status_code == 303


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"text": "   ", "language": "nl"}, 422),
        ({"text": "dag", "language": "xx"}, 422),
        ({"text": "x" * 20_001, "language": "nl"}, 422),
    ],
)
def test_what_cannot_be_sent(
    sign_in: SignIn, newcomer: str, database: Database, form: dict[str, str], status: int
) -> None:
    browser = sign_in()
    browser.submit(f"{PAGE}/{newcomer}/take")
    assert browser.submit(f"{PAGE}/{newcomer}/messages", **form).status_code == status
    assert messages(database) == []


def test_an_unknown_thread(sign_in: SignIn) -> None:
    browser = sign_in()
    assert browser.get(f"{PAGE}/unknown").status_code == 404
    assert browser.submit(f"{PAGE}/unknown/take").status_code == 409


# Questions that were left


def test_a_left_question_with_its_contact(
    sign_in: SignIn, state: State, database: Database
) -> None:
    left = state.handovers.leave_question("conversation-0003", "Waar?", "sara@x.org", 30, "nl")
    browser, other = sign_in(), sign_in()
    assert left.receipt in browser.get(PAGE).text
    path = f"{PAGE}/{left.id}"
    assert "sara@x.org" not in browser.get(path).text
    browser.submit(f"{path}/take")
    assert "sara@x.org" in browser.get(path).text
    assert "sara@x.org" not in other.get(path).text
    browser.submit(f"{path}/messages", text="In de Botermarkt.", language="nl")
    browser.submit(f"{path}/finish")
    assert "sara@x.org" not in browser.get(path).text
    with database.reading() as session:
        kept = session.get(Handover, left.id)
        assert (kept.status, kept.contact) == ("ended", None)
    assert entries(database)[-1] == "handover.answered"


# Cards to send


def test_cards_are_found_by_their_title(library: Library) -> None:
    found = find_cards(library, "huisarts", "en", "ghent")
    assert found and all(card.language == "en" for card in found)
    assert find_cards(library, "HUISARTS", "nl", None)
    assert find_cards(library, "zzzz", "nl", None) == find_cards(library, "  ", "nl", None) == []


def test_a_card_is_inserted_in_the_newcomers_language(
    sign_in: SignIn, newcomer: str, library: Library
) -> None:
    card = next(card for card in library.cards.values() if "ar" in card.texts)
    words = answer_text(library, card.id, "ar", "ghent")
    assert words is not None
    text, language = words
    assert language == "ar" and "{" not in text
    browser = sign_in(languages=["nl"])
    browser.submit(f"{PAGE}/{newcomer}/take")
    page = browser.get(f"{PAGE}/{newcomer}", params={"insert": card.id}).text
    assert '<option value="ar" selected>' in page
    assert text.split("\n")[0][:30] in page
    assert answer_text(library, "no-such-card", "ar", None) is None


def test_every_answer_can_be_sent_in_every_language(library: Library) -> None:
    for card_id in library.cards:
        for language in library.languages.codes:
            words = answer_text(library, card_id, language, None)
            assert words is not None and words[0].strip() and "{" not in words[0]


@pytest.mark.parametrize(("speaks", "chosen"), [(["nl", "ar"], "ar"), (["nl"], "nl")])
def test_the_language_to_write_in(
    sign_in: SignIn, newcomer: str, speaks: list[str], chosen: str
) -> None:
    browser = sign_in(language="nl", languages=speaks)
    browser.submit(f"{PAGE}/{newcomer}/take")
    page = browser.get(f"{PAGE}/{newcomer}").text
    assert f'<option value="{chosen}" selected>' in page


# Options


FORM = {
    "enabled": "1", "opens_0": "08:30", "closes_0": "12:00", "mon_0": "1", "tue_0": "1",
    "opens_1": "", "closes_1": "", "keep_days": "14",
    "silence_minutes": "45",
}  # fmt: skip


def test_administrators_choose_the_hours(sign_in: SignIn, database: Database) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    assert browser.submit(f"{PAGE}/options", **FORM).status_code == 303
    chosen = Options(database).read(HandoverOptions)
    assert chosen.enabled
    assert [(each.span, str(each.opens)) for each in chosen.hours] == [("mon-tue", "08:30:00")]
    assert (chosen.keep_days, chosen.silence_minutes) == (14, 45)
    page = browser.get(f"{PAGE}/options").text
    assert 'name="tue_0" value="1" checked' in page and 'value="08:30"' in page


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"closes_0": "07:00"}, "Hours:"),
        ({"opens_0": "", "closes_0": "", "mon_0": "", "tue_0": ""}, "Hours:"),
        ({"opens_1": "13:00"}, "Hours:"),
        ({"keep_days": "many"}, "Days:"),
        ({"silence_minutes": "0"}, "Minutes:"),
    ],
)
def test_wrong_options_are_shown_again(
    sign_in: SignIn, database: Database, wrong: dict[str, str], named: str
) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    answer = browser.submit(f"{PAGE}/options", **{**FORM, **wrong})
    assert answer.status_code == 422
    assert named in answer.text and "Nothing was saved" in answer.text
    assert Options(database).read(HandoverOptions) == HandoverOptions()


def test_only_administrators_choose(sign_in: SignIn) -> None:
    browser = sign_in(Role.EDITOR)
    assert browser.get(f"{PAGE}/options").status_code == 403
    assert browser.submit(f"{PAGE}/options", **FORM).status_code == 403
    assert f"{PAGE}/options" not in browser.get(PAGE).text
