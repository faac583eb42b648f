"""The pages of exchanges: finding them, their evidence, and verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from actions.compose import sources_shown
from actions.reply import CardShown, HitShown, Message, Reply, Say, Status, Suggestion
from api.console.card_texts import find_cards, nearest_wording, since_shown
from api.console.exchange_filters import read_filters
from api.console.roles import Role
from api.store.database import Database
from api.store.exchanges import Exchanges
from api.store.tables import AuditEntry
from api.store.verdicts import Verdicts
from knowledge.library import Library

CARD = "find-a-doctor.flanders"
SAID = "كيف أجد طبيبا في غنت <script>alert(1)</script>"


def shown_card(library: Library, language: str = "ar", **changes: Any) -> CardShown:
    """What a reply says of the real card."""
    card = library.cards[CARD]
    text = card.texts[language]
    fields: dict[str, Any] = {
        "id": CARD, "kind": "card", "title": text.title, "language": language,
        "place": "flanders", "place_name": "Vlaanderen", "checked_on": card.checked_on,
        "checked_text": "?", "sources": sources_shown(card), "reviewed": False,
        "revision": text.revision,
    }  # fmt: skip
    return CardShown(**{**fields, **changes})


def shown_messages(library: Library, language: str = "ar", part: str = "cost") -> list[Message]:
    """What a reply says of one part of the real card."""
    card = library.cards[CARD]
    blocks = card.texts[language].parts[part]
    return [Message.from_block(block.filled(card.facts, language)) for block in blocks]


def hit(library: Library, question: int | None = 1) -> HitShown:
    """A hit on a question of the real card, in Arabic."""
    text = library.cards[CARD].texts["ar"]
    words = text.title if question is None else text.questions[question]
    return HitShown(
        kind="card", group="find-a-doctor", targets=(CARD, "find-a-doctor.netherlands"),
        score=0.87, cosine=0.83, lexical=0.21, elsewhere=False, text=words, language="ar",
        part="title" if question is None else "question",
    )  # fmt: skip


def reply(library: Library, **changes: Any) -> Reply:
    """An answer with the part about the cost."""
    fields: dict[str, Any] = {
        "status": Status.ANSWERED,
        "messages": tuple(shown_messages(library)),
        "card": shown_card(library, part="cost"),
        "suggestions": (Suggestion(payload="/follow_up_where", text="أين أجد المساعدة"),),
        "language": "ar", "place": "ghent", "situation": "student", "intent": "ask",
        "confidence": 0.87, "evidence": (hit(library),),
    }  # fmt: skip
    return Reply(**{**fields, **changes})


@pytest.fixture
def kept(database: Database, library: Library) -> Callable[..., str]:
    """Keep an exchange: `kept("text", status=...)`."""

    def keep(text: str = SAID, conversation: str = "c1", **changes: Any) -> str:
        return Exchanges(database).add(
            conversation, text, reply(library, **changes), 42, "health", library.fingerprint
        )

    return keep


def words_of(page: Any) -> str:
    """The words of a page without its marks."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


def test_the_list_shows_what_was_asked_and_keeps_the_filters_in_its_links(
    sign_in: Callable[..., Any], kept: Callable[..., str]
) -> None:
    first = kept()
    kept("waar vind ik een tandarts", language="nl", status=Status.UNKNOWN, card=None)
    page = sign_in().get("/console/exchanges?language=ar&place=flanders&words=طبيب")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert 'lang="ar" dir="rtl"' in page.text
    assert f"/console/exchanges/{first}?words=" in page.text
    assert "language=ar&amp;place=flanders" in page.text
    words = words_of(page)
    assert "Found: 1" in words and "87 % sure" in words and "Ghent" in words
    assert "tandarts" not in words


def test_a_filter_that_is_not_understood_is_named(
    sign_in: Callable[..., Any], kept: Callable[..., str]
) -> None:
    kept()
    page = sign_in().get("/console/exchanges?language=klingon&since=2026-13-40&above=300&page=x")
    words = words_of(page)
    assert page.status_code == 200 and "Found: 1" in words
    for name in ("Language", "From day", "Confidence from (%)"):
        assert f"The filter ‘{name}’ was not understood" in words


def test_filters_are_read(library: Library) -> None:
    query = {"place": "flanders", "above": "40", "below": "100", "verdict": "wrong",
             "since": "2026-01-31", "feedback": "none", "buttons": "1"}  # fmt: skip
    wanted = read_filters(query, library).wanted
    assert "ghent" in wanted.places and "flanders" in wanted.places
    assert "netherlands" not in wanted.places and "belgium" not in wanted.places
    assert (wanted.confidence_from, wanted.confidence_to) == (0.4, 1.0)
    assert (wanted.since, wanted.feedback, wanted.buttons) == (date(2026, 1, 31), "none", True)
    assert (wanted.verdict, wanted.unchecked) == ("wrong", False)
    unknown = read_filters({"place": "unknown", "verdict": "unchecked"}, library).wanted
    assert (unknown.without_place, unknown.places, unknown.unchecked) == (True, (), True)


def test_many_exchanges_come_page_by_page(
    sign_in: Callable[..., Any], kept: Callable[..., str]
) -> None:
    for number in range(26):
        kept(f"vraag nummer {number}", language="nl")
    browser = sign_in()
    first = browser.get("/console/exchanges?language=nl")
    assert 'href="/console/exchanges?language=nl&amp;page=2"' in first.text
    assert first.text.count("vraag nummer") == 25
    second = browser.get("/console/exchanges?language=nl&page=2")
    assert second.text.count("vraag nummer") == 1 and "vraag nummer 0" in second.text


def test_buttons_are_shown_in_words(
    sign_in: Callable[..., Any], kept: Callable[..., str], library: Library
) -> None:
    for payload in ("/follow_up_cost", '/choose{"target": "find-a-doctor"}', "/unheard_of",
                    '/tell_place{"place": "ghent"}', '/tell_place{"place": "not_said"}',
                    '/tell_situation{"situation": "student"}', '/reads{"language": "fr"}',
                    "/choose{broken"):  # fmt: skip
        kept(payload)
    browser = sign_in(language="nl")
    assert "Gevonden: 0" in words_of(browser.get("/console/exchanges"))
    words = words_of(browser.get("/console/exchanges?buttons=1"))
    title = library.topics["find-a-doctor"][0].texts["nl"].title
    for said in ("vroeg: Wat het kost", f"koos ‘{title}’", "/unheard_of", "woont in Gent",
                 "zegt niet waar", "situatie: Ik ben student", "leest ook Frans"):  # fmt: skip
        assert said in words


def test_the_page_of_an_exchange_shows_its_evidence(
    sign_in: Callable[..., Any], kept: Callable[..., str], library: Library
) -> None:
    kept("مرحبا", status=Status.SMALL_TALK, card=None, messages=(Message(text="أهلا"),))
    exchange_id = kept()
    kept("شكرا", status=Status.SMALL_TALK, card=None, messages=(Message(text="عفوا"),))
    page = sign_in().get(f"/console/exchanges/{exchange_id}")
    words = words_of(page)
    assert "<script>alert" not in page.text and "alert(1)" in words
    matched = library.cards[CARD].texts["ar"].questions[1]
    assert f"<mark>{matched}</mark>" in page.text
    for said in ("Arabic", "a question", "Ghent", "I am a student", "87 %", "42 ms",
                 "Earlier in this conversation (1)", "probability 87 %, meaning 0.83",
                 "Sources", "This text is still the same.", "The same as now"):  # fmt: skip
        assert said in words, said
    assert "Later in this conversation (1)" in words
    for language in ("nl", "en"):
        assert library.cards[CARD].texts[language].title in words
    assert library.cards[CARD].texts["nl"].questions[1] in words
    assert "not a translation of what the person wrote" in words
    assert "RIZIV" in words


def test_a_text_that_changed_stands_beside_what_was_shown(
    sign_in: Callable[..., Any], kept: Callable[..., str], library: Library
) -> None:
    old = Message(kind="text", text="هذا نص قديم", language="ar")
    exchange_id = kept(messages=(old, Message(text="روبوت", language="ar", say=Say(key="robot"))))
    words = words_of(sign_in().get(f"/console/exchanges/{exchange_id}"))
    assert "This text has changed since this answer." in words
    assert shown_messages(library)[0].text in words and "هذا نص قديم" in words


def test_what_became_of_a_card(library: Library) -> None:
    messages = shown_messages(library)
    card = shown_card(library, part="cost")
    same = since_shown(library, card, messages, "ghent")
    assert (same.gone, same.changed, same.checked_on) == (False, False, None)
    earlier = card.model_copy(update={"checked_on": date(2020, 1, 1)})
    assert since_shown(library, earlier, messages, None).checked_on == card.checked_on
    for change in ({"title": "قديم"}, {"sources": card.sources[:1]}):
        other = card.model_copy(update=change)
        assert since_shown(library, other, messages, None).changed
    assert since_shown(library, card.model_copy(update={"id": "no.card"}), messages, None).gone


def test_a_whole_answer_is_compared_with_the_parts_that_it_showed(library: Library) -> None:
    card = shown_card(library)
    heading = Message(kind="heading", text="?", language="ar", say=Say(key="part.steps"))
    notice = Message(kind="notice", text="?", language="ar", say=Say(key="unreviewed"))
    said = [
        *shown_messages(library, part="answer"), heading, *shown_messages(library, part="steps"),
        notice,
    ]  # fmt: skip
    assert not since_shown(library, card, said, None).changed
    assert since_shown(library, card, said[1:], None).changed


def test_passages_of_plans_are_compared_too(library: Library) -> None:
    passage = next(iter(library.passages.values()))
    text = passage.texts["en"]
    card = CardShown(
        id=passage.id, kind="passage", title=text.title, language="en", place=passage.level,
        place_name="", checked_on=None, checked_text=None, sources=(), reviewed=True, revision=1,
    )  # fmt: skip
    said = [Message.from_block(block.filled({}, "en")) for block in text.blocks]
    assert not since_shown(library, card, said, None).changed
    assert since_shown(library, card, [*said, *said], None).changed


def test_the_nearest_wording_is_the_question_that_belongs_to_the_one_that_matched(
    library: Library,
) -> None:
    card = library.cards[CARD]
    dutch, english = nearest_wording(library, hit(library, 2))
    assert (dutch.language, dutch.question) == ("nl", card.texts["nl"].questions[2])
    # English has another number of questions, and nothing compares meanings here.
    assert (english.title, english.question) == (card.texts["en"].title, None)
    assert [one.question for one in nearest_wording(library, hit(library, None))] == [None, None]
    gone = hit(library).model_copy(update={"targets": ("no.card",)})
    assert nearest_wording(library, gone) == []


def test_cards_are_found_by_their_titles_in_any_language(library: Library) -> None:
    assert CARD in [one.id for one in find_cards(library, "huisarts vlaanderen", "nl")]
    arabic = find_cards(library, "طبيب فلاندرز", "nl")
    (found,) = [one for one in arabic if one.id == CARD]
    assert (found.title, found.language) == (library.cards[CARD].texts["nl"].title, "nl")
    assert find_cards(library, "huisarts xyzzy", "nl") == []
    assert find_cards(library, " ?! ", "nl") == []
    assert len(find_cards(library, "belgium", "en", limit=3)) == 3


def test_a_verdict_is_kept_and_leads_to_the_next_in_the_queue(
    sign_in: Callable[..., Any], kept: Callable[..., str], database: Database
) -> None:
    old, other, new = kept(), kept("andere", language="nl"), kept()
    browser = sign_in()
    answer = browser.submit(
        f"/console/exchanges/{new}/verdict?language=ar&verdict=unchecked", verdict="right",
        then="next",
    )  # fmt: skip
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert where.startswith(f"/console/exchanges/{old}?verdict=unchecked&language=ar&checked={new}")
    assert "Your verdict was saved." in words_of(browser.get(where))
    assert [one.kind for one in Verdicts(database).of(new)] == ["right"]
    last = browser.submit(f"/console/exchanges/{old}/verdict", verdict="right", then="next")
    assert last.headers["location"] == "/console/exchanges?done=verdict_last"
    assert Verdicts(database).of(other) == []


def test_what_was_wrong_leads_to_a_proposal(
    sign_in: Callable[..., Any], kept: Callable[..., str]
) -> None:
    exchange_id = kept()
    browser = sign_in()
    form = {"verdict": "wrong", "reason": "de prijs klopt niet"}
    path = f"/console/exchanges/{exchange_id}/verdict"
    answer = browser.submit(path, **form, then="propose")
    wanted = f"/console/proposals/new?exchange={exchange_id}&card="
    assert answer.headers["location"] == wanted + CARD
    answer = browser.submit(path, **form, right_card="dentist.belgium", then="propose")
    assert answer.headers["location"] == wanted + "dentist.belgium"
    page = browser.get(f"/console/exchanges/{exchange_id}")
    assert "de prijs klopt niet" in words_of(page) and wanted.replace("&", "&amp;") in page.text


def test_verdicts_of_two_people_are_both_shown(
    sign_in: Callable[..., Any], kept: Callable[..., str]
) -> None:
    exchange_id = kept()
    path = f"/console/exchanges/{exchange_id}/verdict"
    sign_in(name="an").submit(path, verdict="right")
    second = sign_in(name="bert")
    second.submit(path, verdict="outdated", reason="nieuw tarief")
    words = words_of(second.get(f"/console/exchanges/{exchange_id}"))
    assert "Right An," in words and "Outdated Bert," in words and "nieuw tarief" in words


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "First choose a verdict."),
        ({"verdict": "perfect"}, "First choose a verdict."),
        ({"verdict": "wrong", "reason": "  "}, "Write why."),
        ({"verdict": "wrong", "reason": "x" * 2001}, "The reason is too long."),
        ({"verdict": "right", "right_card": "no.card"}, "This card does not exist any more."),
    ],
)
def test_a_verdict_that_lacks_something_is_shown_again(
    form: dict[str, str], problem: str, sign_in: Callable[..., Any], kept: Callable[..., str],
    database: Database,
) -> None:  # fmt: skip
    exchange_id = kept()
    answer = sign_in().submit(f"/console/exchanges/{exchange_id}/verdict", **form, find="huisarts")
    assert answer.status_code == 422 and problem in words_of(answer)
    assert form.get("reason", "").strip() in answer.text
    assert Verdicts(database).of(exchange_id) == []


def test_cards_are_found_without_a_script_and_nothing_is_lost(
    sign_in: Callable[..., Any], kept: Callable[..., str], database: Database
) -> None:
    exchange_id = kept()
    answer = sign_in().submit(
        f"/console/exchanges/{exchange_id}/verdict", verdict="wrong", reason="niet deze",
        right_card="dentist.belgium", find="huisarts", then="find",
    )  # fmt: skip
    assert answer.status_code == 200
    assert 'value="wrong" data-key="3" checked' in answer.text
    assert "niet deze" in answer.text and f'value="{CARD}"' in answer.text
    assert 'value="dentist.belgium" checked' in answer.text
    assert Verdicts(database).of(exchange_id) == []


def test_cards_are_found_while_somebody_types(sign_in: Callable[..., Any]) -> None:
    found = sign_in(language="nl").get("/console/exchanges/cards?find=huisarts").json()
    assert {"id", "title", "language", "place"} == set(found[0])
    assert CARD in [one["id"] for one in found]


@pytest.mark.parametrize("exchange_id", ["unknown", "x" * 40, "a b"])
def test_an_exchange_that_is_not_there(exchange_id: str, sign_in: Callable[..., Any]) -> None:
    browser = sign_in()
    assert browser.get(f"/console/exchanges/{exchange_id}").status_code == 404
    answer = browser.submit(f"/console/exchanges/{exchange_id}/verdict", verdict="right")
    assert answer.status_code == 404


def test_reading_an_exchange_stands_in_the_audit_log(
    sign_in: Callable[..., Any], kept: Callable[..., str], database: Database
) -> None:
    exchange_id = kept()
    sign_in(name="an").get(f"/console/exchanges/{exchange_id}")
    with database.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "exchange.opened")
        ).all()
        assert [(one.who, one.object) for one in entries] == [("an", f"exchange {exchange_id}")]


def test_pages_in_dutch_and_french(sign_in: Callable[..., Any], kept: Callable[..., str]) -> None:
    exchange_id = kept()
    dutch = words_of(sign_in(Role.EDITOR, language="nl").get(f"/console/exchanges/{exchange_id}"))
    assert "Wat er begrepen is" in dutch and "Arabisch" in dutch
    french = words_of(sign_in(language="fr").get("/console/exchanges"))
    assert "Questions et réponses" in french and "arabe" in french
