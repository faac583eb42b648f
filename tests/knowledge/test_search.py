"""From a question to ranked answers; and which cards of a topic answer a person."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cards import Card, Situation
from knowledge.centring import Centres
from knowledge.encoder import Encoder
from knowledge.index import Index, build_vectors
from knowledge.library import Library
from knowledge.ranker import EVIDENCE, FEATURES
from knowledge.search import Search, cards_for

HUISARTS = "huisarts zonder wachtlijst"
"""A question that stands in the Dutch and in the English text of one card."""


@pytest.fixture
def search(library: Library, index: Index, encoder: Encoder) -> Search:
    return Search(library, index, encoder)


@pytest.mark.parametrize(
    ("question", "language", "group", "text", "part"),
    [
        (
            "hoe vind ik een huisarts in de buurt?",
            "nl",
            "find-a-doctor",
            "hoe vind ik een huisarts in de buurt",
            "question",
        ),
        (
            "am i allowed to have a job",
            "en",
            "may-i-work",
            "am i allowed to have a job",
            "question",
        ),
        (
            "كيف أجد طبيبا قريبا مني",
            "ar",
            "find-a-doctor",
            "كيف أجد طبيبا قريبا مني",
            "question",
        ),
        (
            "Finding a doctor in Flanders",
            "en",
            "find-a-doctor",
            "Finding a doctor in Flanders",
            "title",
        ),
        (
            "Finding a doctor in Flanders. You pay €4.",
            "en",
            "find-a-doctor",
            "Finding a doctor in Flanders. You pay €4.",
            "cost",
        ),
    ],
)
def test_evidence_is_the_text_that_matched(
    question: str, language: str, group: str, text: str, part: str, search: Search
) -> None:
    result = search.search(question, language)
    hit = result.hits[0]
    assert (hit.kind, hit.group) == ("card", group)
    assert (hit.evidence.text, hit.evidence.language) == (text, language)
    assert hit.evidence.part == part
    assert hit.lexical > 0.8
    # Exactly the best of its texts, and far nearer than any other answer.
    index = search.index
    query = index.centres.centred_question(search.encoder.encode_query(question), language)
    cosines = index.cosines(query, index.numbers_of(group))
    assert hit.cosine == pytest.approx(float(cosines.max()), abs=1e-6)
    assert hit.cosine > 0.5
    assert all(hit.cosine > 2 * other.cosine for other in result.hits[1:])


def test_plan_passages_are_found(search: Search) -> None:
    hit = search.search("what does the plan propose about language lessons", "en").hits[0]
    assert hit.kind == "passage"
    assert hit.group == "eu-plan.language-courses"
    assert hit.targets == ("eu-plan.language-courses",)


def test_a_passage_is_found_by_its_plan(search: Search) -> None:
    hit = search.search("Language courses soon after arrival (EU plan 2020)", "en").hits[0]
    assert hit.evidence.text == "Language courses soon after arrival (EU plan 2020)"


def test_the_text_in_the_own_language_is_preferred(search: Search) -> None:
    for language in ("nl", "en"):
        evidence = search.search(HUISARTS, language).hits[0].evidence
        assert (evidence.text, evidence.language) == (HUISARTS, language)


def test_the_own_language_does_not_hide_a_better_text(search: Search) -> None:
    for language in ("nl", "ar", "ti"):
        evidence = search.search("how do i find a doctor near me", language).hits[0].evidence
        assert (evidence.text, evidence.language) == ("how do i find a doctor near me", "en")
    dutch = "huisarts in de buurt zonder lijst"
    for language in ("nl", "en"):  # English texts hold the Dutch word too, but fewer of the words
        assert search.search(f"hoe vind ik een {dutch}", language).hits[0].evidence.language == "nl"


def test_where_texts_match_just_alike_the_language_changes_the_evidence_and_no_score(
    library: Library, index: Index, encoder: Encoder
) -> None:
    # Without centring, the same words have the same vector in every language.
    vectors = build_vectors(encoder.encode_passages([unit.text for unit in index.units]))
    search = Search(library, replace(index, vectors=vectors, centres=Centres()), encoder)
    dutch, english = search.search(HUISARTS, "nl"), search.search(HUISARTS, "en")
    assert [hit.score for hit in dutch.hits] == [hit.score for hit in english.hits]
    assert [result.hits[0].evidence.language for result in (dutch, english)] == ["nl", "en"]
    others = {search.search(HUISARTS, code).hits[0].evidence for code in ("ar", "ti")}
    assert len(others) == 1


def test_a_question_finds_texts_in_another_language(search: Search, encoder: Encoder) -> None:
    # The fake encoder knows no languages: give the vector that a real one would.
    vector = encoder.encode_query("how do i find a doctor near me")
    result = search.search("ሓኪም ከመይ ይረክብ", "ti", vector=vector)
    assert result.hits[0].group == "find-a-doctor"
    assert result.hits[0].evidence.language == "en"


def test_a_local_word_crosses_languages(search: Search) -> None:
    assert search.search("huisarts", "ar").hits[0].group == "find-a-doctor"


def test_a_known_vector_is_not_computed_again(
    search: Search, encoder: Encoder, embedded: list[str]
) -> None:
    vector = encoder.encode_query(HUISARTS)
    embedded.clear()
    with_vector = search.search(HUISARTS, "nl", vector=vector)
    assert embedded == []
    # The second time it is remembered; by itself it finds the same.
    assert search.search(HUISARTS, "nl") == with_vector
    assert embedded == []
    fresh = Search(search.library, search.index, search.encoder)
    assert fresh.search(HUISARTS, "nl") == with_vector
    assert embedded == [HUISARTS]


def test_what_is_remembered_differs_by_question_language_and_place(search: Search) -> None:
    fresh = Search(search.library, search.index, search.encoder)
    asked = [(HUISARTS, "nl", None), (HUISARTS, "en", None), (HUISARTS, "nl", "ghent")]
    first = [fresh.search(*words) for words in asked]
    assert [fresh.search(*words) for words in reversed(asked)] == first[::-1]
    assert first[0] != first[2]


def test_no_more_is_remembered_than_needed(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.search._REMEMBERED", 3)
    fresh = Search(search.library, search.index, search.encoder)
    for number in range(10):
        fresh.search(f"{HUISARTS} {number}", "nl")
        assert len(fresh._recent) <= 3


@pytest.mark.parametrize("question", ["", "   \n", "\u200b\ufeff", "\u00ad"])
def test_an_empty_question_finds_nothing(
    question: str, search: Search, embedded: list[str]
) -> None:
    result = search.search(question, "nl")
    assert (result.hits, result.confidence) == ((), 0.0)
    assert embedded == []


@pytest.mark.parametrize("question", ["?", "!!! ...", "1", "x" * 5000, "😀"])
def test_a_senseless_question_is_answered_without_failing(question: str, search: Search) -> None:
    result = search.search(question, "nl", "ghent")
    assert 0 <= result.confidence <= 1


QUESTIONS = st.one_of(st.text(max_size=60), st.sampled_from([HUISARTS, "may i work", "plan"]))
PLACES = st.sampled_from([None, "eu", "netherlands", "belgium", "flanders", "ghent"])


@pytest.fixture(scope="module")
def shared_search(library: Library, index: Index, make_encoder: type) -> Search:
    return Search(library, index, make_encoder())


@given(question=QUESTIONS, place=PLACES, limit=st.integers(0, 8))
def test_never_silently_for_another_place(
    shared_search: Search, question: str, place: str | None, limit: int
) -> None:
    library = shared_search.library
    result = shared_search.search(question, "en", place, limit=limit)
    assert len(result.hits) <= limit
    chain = library.places.chain(place) if place else []
    places_of = {card.id: card.place for card in library.cards.values()}
    places_of |= {passage.id: passage.level for passage in library.passages.values()}
    for hit in result.hits:
        assert hit.targets
        holds = [places_of[target] in chain for target in hit.targets]
        if place is None:
            assert not hit.elsewhere
        else:
            assert all(holds) if not hit.elsewhere else not any(holds)
    assert 0 <= result.confidence <= 1
    if result.hits:
        assert result.confidence == result.hits[0].score
    groups = [hit.group for hit in result.hits]
    assert len(set(groups)) == len(groups), "one answer a topic"
    assert all(0 <= hit.score <= 1 for hit in result.hits)
    counted = [hit.score / 2 if hit.elsewhere else hit.score for hit in result.hits]
    assert counted == sorted(counted, reverse=True), "elsewhere counts half"
    whole = shared_search.search(question, "en", place, limit=10)
    assert result.hits == whole.hits[:limit]
    assert result.confidence == whole.confidence, "the limit changes nothing but the length"


def test_cards_of_the_persons_place_only(search: Search) -> None:
    question = "how do i find a doctor near me"
    assert search.search(question, "en", "ghent").hits[0].targets == ("find-a-doctor.flanders",)
    assert search.search(question, "en", "netherlands").hits[0].targets == (
        "find-a-doctor.netherlands",
    )
    assert set(search.search(question, "en").hits[0].targets) == {
        "find-a-doctor.flanders",
        "find-a-doctor.netherlands",
    }


def test_evidence_comes_from_the_persons_place(search: Search, library: Library) -> None:
    # The Dutch card matches word for word, but does not hold in Ghent.
    evidence = search.search("how do i find a doctor near me", "en", "ghent").hits[0].evidence
    texts = library.cards["find-a-doctor.flanders"].texts["en"]
    assert evidence.text in (texts.title, *texts.questions) or evidence.text.startswith(texts.title)


def test_a_topic_without_cards_for_the_place_is_marked(search: Search) -> None:
    hits = search.search("am i allowed to have a job", "en", "ghent", limit=10).hits
    (hit,) = [hit for hit in hits if hit.group == "may-i-work"]
    assert hit.elsewhere
    assert set(hit.targets) == {"may-i-work.netherlands", "may-i-work.netherlands.asylum-seeker"}


@pytest.mark.parametrize(("here", "first"), [(0.3, "may-i-work"), (0.5, "find-a-doctor")])
def test_an_answer_for_elsewhere_leads_only_when_it_is_twice_as_likely(
    here: float, first: str, library: Library, index: Index, encoder: Encoder
) -> None:
    class Told:
        """A ranker that finds work, for which Ghent has no card, likely; the doctor less so."""

        def probabilities(self, rows: np.ndarray) -> np.ndarray:
            order = np.argsort(-rows[:, EVIDENCE.index("lexical")])
            scores = np.full(len(rows), 0.01)
            scores[order[:2]] = 0.8, here
            return scores

    search = Search(library, replace(index, ranker=Told()), encoder)
    question = "am i allowed to have a job doctor"
    assert [hit.group for hit in search.search(question, "en").hits[:2]] == [
        "may-i-work",
        "find-a-doctor",
    ]
    result = search.search(question, "en", "ghent", limit=2)
    assert result.hits[0].group == first
    assert {(hit.group, hit.elsewhere, hit.score) for hit in result.hits} == {
        ("may-i-work", True, 0.8),
        ("find-a-doctor", False, here),
    }, "the score stays the probability"
    assert result.confidence == result.hits[0].score


def test_the_ranker_sees_only_the_texts_of_the_persons_place(search: Search) -> None:
    question = "how do i find a doctor near me"
    seen = {}
    for place in ("netherlands", "ghent", None):
        candidates, rows = search.candidates(question, "en", place, None)
        assert rows.shape == (len(candidates), len(FEATURES))
        groups = [candidate.group for candidate in candidates]
        seen[place] = rows[groups.index("find-a-doctor"), : len(EVIDENCE)]
    assert (seen["ghent"] <= seen[None]).all()
    assert (seen["ghent"] < seen["netherlands"])[EVIDENCE.index("question")]
    index = search.index
    numbers = [
        number
        for number in index.numbers_of("find-a-doctor").tolist()
        if (index.units[number].place, index.units[number].part) == ("flanders", "question")
    ]
    query = index.centres.centred_question(search.encoder.encode_query(question), "en")
    expected = index.cosines(query, np.array(numbers)).max()
    assert seen["ghent"][EVIDENCE.index("question")] == pytest.approx(expected)


def test_only_some_answers_are_looked_at_closely(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [c.group for c in search.candidates(HUISARTS, "nl", None, None)[0]]
    assert len(every) == len(set(every)) > 2
    monkeypatch.setattr("knowledge.search._CANDIDATES", 2)
    fresh = Search(search.library, search.index, search.encoder)
    assert [c.group for c in fresh.candidates(HUISARTS, "nl", None, None)[0]] == every[:2]


def test_scores_are_in_order_of_the_evidence(search: Search) -> None:
    result = search.search(HUISARTS, "nl", limit=10)
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.5 > 0.1 > scores[1]
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("place", "elsewhere"),
    [("ghent", False), ("flanders", False), ("belgium", True), ("netherlands", True)],
)
def test_a_plan_of_one_region_is_elsewhere_in_another(
    place: str, elsewhere: bool, search: Search
) -> None:
    hits = search.search("wat zegt het plan over buddy's", "nl", place, limit=10).hits
    (hit,) = [hit for hit in hits if hit.group == "flanders-plan.buddies"]
    assert hit.elsewhere is elsewhere


def test_a_plan_of_the_union_holds_everywhere(search: Search) -> None:
    for place in ("ghent", "netherlands", "eu"):
        hits = search.search("language lessons plan", "en", place, limit=10).hits
        (hit,) = [hit for hit in hits if hit.group == "eu-plan.language-courses"]
        assert not hit.elsewhere


# Which cards answer a person.


def ids(cards: list[Card]) -> list[str]:
    return sorted(card.id for card in cards)


GENERAL, ASYLUM = "may-i-work.netherlands", "may-i-work.netherlands.asylum-seeker"
DUTCH, FLEMISH = "find-a-doctor.netherlands", "find-a-doctor.flanders"


@pytest.mark.parametrize(
    ("topic", "place", "situation", "expected"),
    [
        ("may-i-work", "netherlands", None, [GENERAL, ASYLUM]),
        ("may-i-work", "netherlands", Situation.ASYLUM_SEEKER, [ASYLUM]),
        ("may-i-work", "netherlands", Situation.WORKER, [GENERAL]),
        ("may-i-work", None, None, [GENERAL, ASYLUM]),
        ("may-i-work", None, Situation.ASYLUM_SEEKER, [ASYLUM]),
        ("may-i-work", None, Situation.STUDENT, [GENERAL]),
        ("may-i-work", "ghent", None, []),
        ("may-i-work", "ghent", Situation.ASYLUM_SEEKER, []),
        ("may-i-work", "eu", None, []),
        ("find-a-doctor", "ghent", None, [FLEMISH]),
        ("find-a-doctor", "flanders", Situation.WORKER, [FLEMISH]),
        ("find-a-doctor", "belgium", None, []),
        ("find-a-doctor", "netherlands", Situation.NO_PAPERS, [DUTCH]),
        ("find-a-doctor", None, None, [FLEMISH, DUTCH]),
        ("find-a-doctor", None, Situation.FAMILY, [FLEMISH, DUTCH]),
        ("no-such-topic", "netherlands", None, []),
        ("no-such-topic", None, Situation.FAMILY, []),
    ],
)
def test_cards_for(
    topic: str,
    place: str | None,
    situation: Situation | None,
    expected: list[str],
    library: Library,
) -> None:
    assert ids(cards_for(library, topic, place, situation)) == expected


def test_cards_for_every_place_and_situation_of_the_real_library(real_library: Library) -> None:
    """Never for another place; never for another situation; never nothing where there is one."""
    places = [None, *(place.id for place in real_library.places)]
    for topic, place, situation in product(real_library.topics, places, [None, *Situation]):
        cards = cards_for(real_library, topic, place, situation)
        chain = real_library.places.chain(place) if place else None
        for card in cards:
            assert card.topic == topic
            assert chain is None or card.place in chain
            if situation is not None:
                assert not card.situations or situation in card.situations
        if chain is not None:
            assert len({card.place for card in cards}) <= 1
        meant = [
            card
            for card in real_library.topics[topic]
            if (chain is None or card.place in chain)
            and (situation is None or not card.situations or situation in card.situations)
        ]
        assert bool(cards) == bool(meant), (topic, place, situation)
        if situation and any(situation in card.situations for card in cards):
            assert all(situation in card.situations for card in cards)


def test_a_local_card_for_others_does_not_hide_the_general_one(library: Library) -> None:
    general = library.cards["find-a-doctor.flanders"]
    local = general.model_copy(
        update={
            "id": "find-a-doctor.ghent.student",
            "place": "ghent",
            "situations": (Situation.STUDENT,),
        }
    )
    both = {card.id: card for card in (general, local)}
    changed = replace(library, cards=both)
    assert ids(cards_for(changed, "find-a-doctor", "ghent", Situation.STUDENT)) == [local.id]
    assert ids(cards_for(changed, "find-a-doctor", "ghent", Situation.WORKER)) == [general.id]
