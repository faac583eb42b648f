"""The routes that show the library: topics, cards, and the words of the widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from bot.sentences import Sentences
from knowledge.languages import Languages
from knowledge.library import Library
from knowledge.settings import PACKAGE

if TYPE_CHECKING:
    from bot.engine import Engine

LIBRARY = Library.load(PACKAGE / "library")
LANGUAGES = Languages.load(PACKAGE / "library" / "languages.yml").codes
RIGHT_TO_LEFT = {"ar", "fa", "ps"}


def topics(client: TestClient, **query: str) -> list[dict[str, Any]]:
    response = client.get("/api/topics", params=query)
    assert response.status_code == 200
    return list(response.json())


def words_of(card: dict[str, Any]) -> str:
    pieces = [card["title"], card["place_name"]]
    for part in card["parts"]:
        pieces.append(part["heading"] or "")
        for message in part["messages"]:
            pieces += [message["text"], *message["items"]]
            pieces += [piece for link in message["links"] for piece in (link["text"], link["href"])]
    return "\n".join(pieces)


# Topics


def test_every_topic_with_every_card(client: TestClient) -> None:
    listed = topics(client)
    assert {topic["topic"] for topic in listed} == set(LIBRARY.topics)
    shown = {card["id"] for topic in listed for card in topic["cards"]}
    assert shown == set(LIBRARY.cards)
    for topic in listed:
        assert topic["domain_name"] == Sentences.shared().group("en", "domain")[topic["domain"]]
        assert all(card["title"] and card["language"] == "en" for card in topic["cards"])
    assert [topic["domain"] for topic in listed] == sorted(topic["domain"] for topic in listed)


def test_topics_in_a_language(client: TestClient) -> None:
    listed = topics(client, language="AR")
    english = {topic["topic"]: topic for topic in topics(client)}
    for topic in listed:
        assert topic["domain_name"] != english[topic["topic"]]["domain_name"]
        for card in topic["cards"]:
            texts = LIBRARY.cards[card["id"]].texts
            assert card["language"] == "ar" or "ar" not in texts
            assert card["title"] == texts[card["language"]].title


@pytest.mark.parametrize(("place", "other"), [("ghent", "netherlands"), ("rotterdam", "flanders")])
def test_topics_of_a_place(client: TestClient, place: str, other: str) -> None:
    listed = topics(client, place=place)
    chain = LIBRARY.places.chain(place)
    shown = {card["id"] for topic in listed for card in topic["cards"]}
    assert shown == {card.id for card in LIBRARY.cards.values() if card.place in chain}
    assert shown
    places = {card["place"] for topic in listed for card in topic["cards"]}
    assert other not in places
    assert all(topic["cards"] for topic in listed)


@pytest.mark.parametrize("place", ["atlantis", "not-said"])
def test_topics_of_an_unknown_place(client: TestClient, place: str) -> None:
    response = client.get("/api/topics", params={"place": place})
    assert response.status_code == 404
    error = response.json()["error"]
    assert error["code"] == "not_found"
    assert place in error["message"]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"place": "GHENT!"}, "place"), ({"place": ""}, "place"), ({"language": "1"}, "language")],
)
def test_topics_of_what_is_no_place_or_language(
    client: TestClient, query: dict[str, str], field: str
) -> None:
    response = client.get("/api/topics", params=query)
    assert response.status_code == 422
    assert any(field in name for name in response.json()["error"]["fields"])


# Cards


@pytest.mark.parametrize("language", ["en", "nl", "ar"])
@pytest.mark.parametrize("card_id", sorted(LIBRARY.cards))
def test_every_card(client: TestClient, card_id: str, language: str) -> None:
    response = client.get(f"/api/cards/{card_id}", params={"language": language})
    assert response.status_code == 200
    card = response.json()
    known = LIBRARY.cards[card_id]
    assert card["id"] == card_id
    assert card["language"] == (language if language in known.texts else card["language"])
    assert card["direction"] == ("rtl" if card["language"] in RIGHT_TO_LEFT else "ltr")
    assert [part["key"] for part in card["parts"]] == list(known.texts[card["language"]].parts)
    assert card["parts"][0]["key"] == "answer"
    assert card["parts"][0]["heading"] is None
    assert all(part["heading"] and part["messages"] for part in card["parts"][1:])
    words = words_of(card)
    assert "{" not in words and "}" not in words
    assert card["sources"]
    for source in card["sources"]:
        assert source["url"].startswith(("https://", "http://"))
        assert source["publisher"] and source["title"] and source["checked_on"]
    assert card["checked_on"] <= card["check_again_by"]
    for part in card["parts"]:
        for message in part["messages"]:
            assert message["text"] or message["items"]
            assert message["direction"] == card["direction"]


def test_a_card_in_a_language_that_it_lacks(client: TestClient) -> None:
    """The nearest one comes, and says which it is."""
    lacking = [
        (card.id, code) for card in LIBRARY.cards.values() for code in LANGUAGES
        if code not in card.texts
    ]  # fmt: skip
    if not lacking:
        pytest.skip("every card is there in every language")
    card_id, code = lacking[0]
    card = client.get(f"/api/cards/{card_id}", params={"language": code}).json()
    assert card["language"] in LIBRARY.languages.reading_order(code)
    assert card["language"] != code


@pytest.mark.parametrize("card_id", ["nothing", "find-a-doctor", "a.b", "..", "%00", "é"])
def test_an_unknown_card(client: TestClient, card_id: str) -> None:
    response = client.get(f"/api/cards/{card_id}")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("path", ["/api/cards/find-a-doctor.flanders", "/api/topics"])
def test_a_language_that_is_not_offered(client: TestClient, path: str) -> None:
    response = client.get(path, params={"language": "xx"})
    assert response.status_code == 404
    assert "nl" in response.json()["error"]["message"]


# The widget's words


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_every_language(client: TestClient, language: str, engine: Engine) -> None:
    response = client.get(f"/api/texts/{language}")
    assert response.status_code == 200
    texts = response.json()
    assert texts["language"] == language
    assert texts["direction"] == ("rtl" if language in RIGHT_TO_LEFT else "ltr")
    assert texts["widget"].keys() == Sentences.shared().group("en", "widget").keys()
    assert all(texts["widget"].values())
    for key in (
        "source", "checked_on", "privacy_hint", "helpful_question", "unreviewed", "reviewed",
    ):  # fmt: skip
        assert texts[key].strip(), key
    assert "{date}" in texts["checked_on"]
    assert [one["code"] for one in texts["languages"]] == LANGUAGES
    assert all(
        one["direction"] == ("rtl" if one["code"] in RIGHT_TO_LEFT else "ltr")
        for one in texts["languages"]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_that_can_be_chosen(client: TestClient, language: str) -> None:
    places = client.get(f"/api/texts/{language}").json()["places"]
    ids = [place["id"] for place in places]
    assert {"ghent", "rotterdam", "netherlands", "flanders"} <= set(ids)
    assert len(ids) == len(set(ids))
    for place in places:
        assert place["name"] == LIBRARY.places.get(place["id"]).name(language)


def test_texts_of_a_language_that_is_not_offered(client: TestClient) -> None:
    response = client.get("/api/texts/xx")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("language", ["1", "abcd", "nl-BE", "%00"])
def test_texts_of_what_is_no_language(client: TestClient, language: str) -> None:
    response = client.get(f"/api/texts/{language}")
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"
