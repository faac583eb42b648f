"""Questions that were not answered well, in groups of one meaning."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from actions.reply import Message, Reply, Status
from api.store import question_sorting
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.question_groups import (
    SAMPLES,
    GroupError,
    GroupState,
    QuestionGroups,
    ShownGroup,
    became_proposal,
)
from api.store.tables import Account, AuditEntry, Exchange, GroupMember, Proposal, QuestionGroup
from api.store.verdicts import VerdictKind, Verdicts
from knowledge.centring import Centres
from knowledge.search import Evidence, Hit, SearchResult

MEANINGS = {"swim": 0, "zwem": 0, "سباحة": 0, "pet": 1, "hond": 1, "bike": 2, "fiets": 2}


class FakeEncoder:
    """Vectors that tell which of a few words a text has."""

    def __init__(self, fingerprint: str = "first", dimension: int = 4) -> None:
        self.fingerprint, self.dimension = fingerprint, dimension
        self.encoded: list[str] = []

    def encode_query(self, text: str) -> Any:
        self.encoded.append(text)
        vector = np.zeros(self.dimension, dtype=np.float32)
        found = [axis for word, axis in MEANINGS.items() if word in text]
        vector[found[0] if found else self.dimension - 1] = 1
        return vector


class FakeSearch:
    """Finds a card named after the question's first word."""

    def __init__(self, encoder: FakeEncoder | None = None, library: str = "library 1") -> None:
        self.encoder = encoder or FakeEncoder()
        self.index = SimpleNamespace(centres=Centres())
        self.library = SimpleNamespace(places=["ghent"], fingerprint=library)

    def search(self, question: str, language: str, place: str | None, limit: int) -> Any:
        assert place in (None, "ghent")
        found = [("card", f"{question.split()[0]}.flanders", 0.6), ("passage", "plan#1", 0.4)]
        hits = [
            Hit(kind, card, (card,), place is None, score, 0.5, 0.1, Evidence("x", "nl", "title"))  # type: ignore[arg-type]
            for kind, card, score in found
        ]
        return SearchResult(tuple(hits), 0.6)


def knowledge(encoder: FakeEncoder | None = None, library: str = "library 1") -> Any:
    return SimpleNamespace(search=FakeSearch(encoder, library))


@pytest.fixture
def groups(database: Database) -> QuestionGroups:
    return QuestionGroups(database)


@pytest.fixture
def staff(database: Database) -> Actor:
    with database.session() as session:
        account = Account(
            name="an", shown_name="An", role="caseworker", languages=[], created_at=now()
        )
        session.add(account)
        session.flush()
        return Actor(int(account.id), "an")


@pytest.fixture
def ask(database: Database) -> Callable[..., str]:
    """Keep a question; `ask("zwemles", "nl", feedback="bad", status=Status.ANSWERED)`."""
    moments = iter(datetime(2026, 11, 2, 9) + timedelta(minutes=n) for n in range(500))

    def keep(text: str, language: str = "en", conversation: str = "c1", **changed: Any) -> str:
        feedback = changed.pop("feedback", None)
        fields = {"status": Status.UNKNOWN, "intent": "ask", **changed}
        reply = Reply(messages=(Message(text="…", language=language),), language=language, **fields)
        exchange_id = Exchanges(database).add(conversation, text, reply, 12)
        with database.session() as session:
            session.execute(
                update(Exchange)
                .where(Exchange.id == exchange_id)
                .values(created_at=next(moments), feedback=feedback)
                .execution_options(synchronize_session=False)
            )
        return exchange_id

    return keep


def texts(group: ShownGroup) -> list[str]:
    return [each.text for each in group.samples]


def open_groups(groups: QuestionGroups) -> list[ShownGroup]:
    return groups.of_state(GroupState.OPEN)


def centroid(database: Database, group_id: int) -> list[float]:
    with database.reading() as session:
        stored = session.get(QuestionGroup, group_id).centroid
    return [float(each) for each in np.frombuffer(stored, dtype="<f4")]


def test_questions_of_one_meaning_come_together(
    groups: QuestionGroups, ask: Callable[..., str]
) -> None:
    ask("may my pet come along", place="ghent")
    ask("swim lessons", place="ghent")
    ask("zwemles voor kinderen", "nl")
    ask("دروس سباحة", "ar", place="ghent")
    assert groups.sort_in(knowledge()) == 4
    swimming, pets = open_groups(groups)
    assert texts(swimming) == ["دروس سباحة", "zwemles voor kinderen", "swim lessons"]
    assert swimming.count == 3
    assert swimming.languages == (("ar", 1), ("en", 1), ("nl", 1))
    assert swimming.places == (("ghent", 2), (None, 1))
    assert swimming.last - swimming.first == timedelta(minutes=2)
    assert [(one.card, one.elsewhere) for one in swimming.nearest] == [
        ("swim.flanders", False), ("zwemles.flanders", True), ("دروس.flanders", False),
    ]  # fmt: skip
    assert texts(pets) == ["may my pet come along"]
    assert groups.counts() == {"open": 2, "proposal": 0, "dismissed": 0}
    assert groups.sort_in(knowledge()) == 0


def test_only_real_questions_that_were_not_answered_well(
    groups: QuestionGroups, ask: Callable[..., str], database: Database, staff: Actor
) -> None:
    ask("swim was answered", status=Status.ANSWERED)
    ask("/follow_up_cost")
    ask("hello pet", status=Status.SMALL_TALK)
    ask("a person please", status=Status.HANDED_OVER)
    ask("i live in swim", intent="tell_place")
    ask("what does it cost", intent="follow_up_cost")
    ask("?? 12")
    ask("[name] [phone] !")
    ask("pet rated", status=Status.ANSWERED, feedback="bad")
    ask("thanks", status=Status.ANSWERED, feedback="bad", intent="thanks")
    verdicts = Verdicts(database)
    wrong = ask("bike wrong", status=Status.ANSWERED)
    verdicts.add(staff, wrong, VerdictKind.WRONG, "another card")
    verdicts.add(staff, wrong, VerdictKind.SHOULD_NOT_ANSWER, "advice on a case")
    incomplete = ask("bike incomplete", status=Status.ANSWERED)
    verdicts.add(staff, incomplete, VerdictKind.INCOMPLETE, "the price is missing")
    assert groups.sort_in(knowledge()) == 2
    assert [texts(group) for group in open_groups(groups)] == [["pet rated"], ["bike wrong"]]


def test_a_go_takes_so_many_and_signs_without_words_do_not_stand_in_the_way(
    groups: QuestionGroups, ask: Callable[..., str]
) -> None:
    for _ in range(3):
        ask("???")
    for n in range(5):
        ask(f"swim {n}")
    assert groups.sort_in(knowledge(), limit=3) == 3
    assert groups.sort_in(knowledge(), limit=3) == 2
    (group,) = open_groups(groups)
    assert group.count == 5


def test_the_most_frequent_group_stands_first_on_pages(
    groups: QuestionGroups, ask: Callable[..., str]
) -> None:
    for word, times in (("bike", 1), ("swim", 3), ("pet", 1)):
        for n in range(times):
            ask(f"{word} {n}")
    groups.sort_in(knowledge())
    first = groups.of_state(GroupState.OPEN, limit=2)
    assert [group.count for group in first] == [3, 1]
    assert texts(first[1]) == ["bike 0"]
    assert [texts(each) for each in groups.of_state(GroupState.OPEN, skip=2)] == [["pet 0"]]


def test_samples_are_few_different_and_of_every_language(
    groups: QuestionGroups, ask: Callable[..., str]
) -> None:
    ask("zwemles", "nl")
    for n in range(12):
        ask(f"Swim swim {n}")
    ask("swim  swim 11")
    groups.sort_in(knowledge())
    (group,) = open_groups(groups)
    assert group.count == 14
    assert len(group.samples) == SAMPLES
    assert texts(group)[:3] == ["swim  swim 11", "zwemles", "Swim swim 10"]


def test_a_dismissed_group_stays_dismissed_and_tells_of_new_questions(
    groups: QuestionGroups, ask: Callable[..., str], database: Database, staff: Actor
) -> None:
    ask("swim")
    groups.sort_in(knowledge())
    (group,) = open_groups(groups)
    groups.dismiss(staff, group.id, " not for us\u0000 ")
    exchange = ask("swim again")
    with database.session() as session:
        session.get(Exchange, exchange).created_at = now() + timedelta(minutes=1)
    groups.sort_in(knowledge())
    assert open_groups(groups) == []
    (dismissed,) = groups.of_state(GroupState.DISMISSED)
    assert (dismissed.id, dismissed.count, dismissed.fresh) == (group.id, 2, 1)
    assert (dismissed.reason, dismissed.decided_by) == ("not for us", "An")
    groups.reopen(staff, group.id)
    groups.reopen(staff, group.id)
    (again,) = open_groups(groups)
    assert (again.reason, again.decided_by, again.fresh) == (None, None, 0)
    with database.reading() as session:
        noted = [(one.action, one.object) for one in session.scalars(select(AuditEntry))]
    name = f"group {group.id}"
    assert noted == [("group.dismissed", name), ("group.reopened", name)]


def test_a_decision_needs_a_reason_and_an_open_group(
    groups: QuestionGroups, ask: Callable[..., str], staff: Actor
) -> None:
    ask("swim")
    groups.sort_in(knowledge())
    (group,) = open_groups(groups)
    for reason, problem in ((" \n", "reason_missing"), ("x" * 2001, "reason_too_long")):
        with pytest.raises(GroupError, match=problem):
            groups.dismiss(staff, group.id, reason)
    with pytest.raises(GroupError, match="gone"):
        groups.dismiss(staff, 4711, "why")
    with pytest.raises(GroupError, match="gone"):
        groups.reopen(staff, 4711)
    groups.dismiss(staff, group.id, "why")
    with pytest.raises(GroupError, match="decided"):
        groups.dismiss(staff, group.id, "why not")
    found = groups.get(group.id)
    assert found is not None and found.reason == "why"


def test_a_group_becomes_a_proposal_with_the_proposal_or_not_at_all(
    groups: QuestionGroups, ask: Callable[..., str], database: Database, staff: Actor
) -> None:
    ask("swim")
    groups.sort_in(knowledge())
    (group,) = open_groups(groups)

    def propose(group_id: int) -> tuple[int, bool]:
        with database.session() as session:
            proposal = Proposal(
                created_at=now(), account_id=staff.account_id, kind="new_card", change={},
                reason="", group_id=group_id, status="open",
            )  # fmt: skip
            session.add(proposal)
            session.flush()
            return int(proposal.id), became_proposal(session, group_id, int(proposal.id), staff)

    proposal_id, kept = propose(group.id)
    assert kept
    (found,) = groups.of_state(GroupState.PROPOSAL)
    assert (found.id, found.proposal_id, found.decided_by) == (group.id, proposal_id, "An")
    assert propose(4711)[1] is False


def test_what_was_erased_is_in_no_group_and_in_no_mean(
    groups: QuestionGroups, ask: Callable[..., str], database: Database
) -> None:
    # One of the words decides: `swim` stands first in the table of meanings.
    for text, conversation in (("swim", "c1"), ("swim pet", "c2"), ("pet", "c3")):
        ask(text, conversation=conversation)
    encoder = FakeEncoder()
    encoder.encode_query = lambda text: np.array(  # type: ignore[method-assign]
        [0.8, 0.6, 0, 0]
        if text == "swim pet"
        else [1, 0, 0, 0]
        if text == "swim"
        else [0, 1, 0, 0],
        dtype=np.float32,
    )
    groups.sort_in(knowledge(encoder))
    both, alone = open_groups(groups)
    assert centroid(database, both.id) == pytest.approx([0.9, 0.3, 0, 0])
    Exchanges(database).erase("c1")
    Exchanges(database).erase("c3")
    assert [texts(group) for group in open_groups(groups)] == [["swim pet"]]
    assert groups.counts()[GroupState.OPEN] == 1
    assert groups.get(alone.id) is None
    groups.sort_in(knowledge(encoder))
    assert centroid(database, both.id) == pytest.approx([0.8, 0.6, 0, 0])
    with database.reading() as session:
        assert list(session.scalars(select(QuestionGroup.id))) == [both.id]


def test_another_encoder_makes_the_means_again_and_keeps_groups_and_decisions(
    groups: QuestionGroups, ask: Callable[..., str], database: Database, staff: Actor
) -> None:
    ask("swim")
    ask("pet")
    groups.sort_in(knowledge())
    first, second = open_groups(groups)
    groups.dismiss(staff, first.id, "why")
    ask("zwemmen", "nl")
    other = FakeEncoder("second", dimension=6)
    assert groups.sort_in(knowledge(other), rebuild=False) == 0
    assert other.encoded == []
    assert groups.sort_in(knowledge(other)) == 1
    assert len(centroid(database, first.id)) == len(centroid(database, second.id)) == 6
    found = groups.get(first.id)
    assert found is not None and found.state is GroupState.DISMISSED
    assert texts(found) == ["zwemmen", "swim"]
    assert other.encoded.count("swim") == 1, "encoded again once"
    groups.sort_in(knowledge(other))
    assert other.encoded.count("swim") == 1, "and not for every sorting"


def test_another_library_suggests_other_cards(
    groups: QuestionGroups, ask: Callable[..., str]
) -> None:
    ask("swim")
    groups.sort_in(knowledge())
    changed = knowledge(library="library 2")
    changed.search.search = lambda *args, **more: SearchResult((), 0.0)
    assert groups.sort_in(knowledge()) == 0
    assert open_groups(groups)[0].nearest
    groups.sort_in(changed)
    assert not open_groups(groups)[0].nearest


def test_two_who_sort_at_once_put_each_question_into_one_group(
    groups: QuestionGroups,
    ask: Callable[..., str],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for n in range(20):
        ask(f"swim {n}")
    # Both have read the questions before either writes.
    barrier = threading.Barrier(2, timeout=20)
    encoder = FakeEncoder()
    encode = encoder.encode_query

    def both_are_here(text: str) -> Any:
        if text == "swim 19":
            barrier.wait()
        return encode(text)

    encoder.encode_query = both_are_here  # type: ignore[method-assign]

    # Two processes, which share no lock of threads.
    each_its_own = SimpleNamespace(acquire=lambda blocking: True, release=lambda: None)
    monkeypatch.setattr(question_sorting, "_SORTING", each_its_own)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: groups.sort_in(knowledge(encoder)), range(2)))
    assert sorted(done) == [0, 20]
    (group,) = open_groups(groups)
    assert group.count == 20
    with database.reading() as session:
        assert len(list(session.scalars(select(GroupMember.exchange_id)))) == 20
