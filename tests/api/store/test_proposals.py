"""Proposals: made, decided on once, and finished after a crash."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from api.store.audit import Actor
from api.store.database import Database, now
from api.store.proposal_rows import LONGEST_REASON, Journal, ProposalProblem, ProposalStatus
from api.store.proposals import Proposals
from api.store.tables import Account, AuditEntry, Proposal, QuestionGroup
from knowledge.proposals.change import CHANGE, Change
from knowledge.proposals.edits import FileEdit

CARD = "find-a-doctor.flanders"
FILES = (FileEdit("a.md", "old", "new"), FileEdit("b.md", None, "born"))


def change(text: str = "Bel een huisarts.") -> Change:
    return CHANGE.validate_python(
        {"kind": "word_part", "card": CARD, "language": "nl", "part": "answer", "text": text}
    )


@pytest.fixture
def actor(database: Database) -> Callable[..., Actor]:
    """Somebody: `actor("an", "editor")`."""

    def make(name: str, role: str = "caseworker", active: bool = True) -> Actor:
        account = Account(
            name=name, shown_name=name.title(), role=role, active=active, created_at=now()
        )
        with database.session() as session:
            session.add(account)
        return Actor(account.id, name)

    return make


@pytest.fixture
def proposals(database: Database) -> Proposals:
    return Proposals(database)


def problem_of(action: Callable[[], object]) -> str:
    with pytest.raises(ProposalProblem) as caught:
        action()
    return caught.value.problem


def written(row: Proposal, journal: Journal) -> tuple[str, str]:
    """What would write files."""
    assert journal.files == FILES
    return f"diff of {row.id}", "patch"


def noted(database: Database) -> list[tuple[str, str, bool | None]]:
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(one.action, one.who, one.details.get("own")) for one in entries]


def test_a_proposal_is_kept_with_who_and_why(
    database: Database, proposals: Proposals, actor: Callable[..., Actor]
) -> None:
    an = actor("an")
    number = proposals.add(an, change(), " te\r\noud\x00 ", "exchange")
    found = proposals.get(number)
    assert found is not None and found.who == "An" and found.decided_by is None
    row = found.row
    assert (row.kind, row.card_id, row.language) == ("word_part", CARD, "nl")
    assert (row.status, row.reason, row.exchange_id) == ("open", "te\noud", "exchange")
    assert CHANGE.validate_python(row.change) == change()
    assert proposals.get(number + 1) is None
    assert noted(database) == [("proposal.made", "an", None)]


def test_a_reason_is_needed_and_not_endless(
    proposals: Proposals, actor: Callable[..., Actor]
) -> None:
    an = actor("an")
    assert problem_of(lambda: proposals.add(an, change(), "  ")) == "reason_missing"
    long = "x" * (LONGEST_REASON + 1)
    assert problem_of(lambda: proposals.add(an, change(), long)) == "reason_too_long"
    assert proposals.all() == ([], 0)


def test_the_list_is_filtered(proposals: Proposals, actor: Callable[..., Actor]) -> None:
    an, bert = actor("an"), actor("bert")
    question: Change = CHANGE.validate_python(
        {
            "kind": "move_question",
            "question": "waar",
            "language": "nl",
            "to_card": "dentist.flanders",
        }
    )
    first = proposals.add(an, change(), "x")
    second = proposals.add(bert, question, "y")
    third = proposals.add(an, change("Bel."), "z")
    proposals.withdraw(an, third)

    def numbers(**wanted: object) -> list[int]:
        found, total = proposals.all(**wanted)  # type: ignore[arg-type]
        assert total == len(found)
        return [one.row.id for one in found]

    assert numbers() == [third, second, first]
    assert numbers(status=ProposalStatus.OPEN) == [second, first]
    assert numbers(author=an.account_id) == [third, first]
    assert numbers(card="dentist.flanders") == [second]
    assert proposals.all(skip=1, limit=1)[0][0].row.id == second
    assert proposals.authors() == [(an.account_id, "An"), (bert.account_id, "Bert")]


def test_it_is_sent_back_changed_and_accepted(
    database: Database, proposals: Proposals, actor: Callable[..., Actor]
) -> None:
    an, eva = actor("an"), actor("eva", "editor")
    number = proposals.add(an, change(), "te oud")
    proposals.keep_review(number, {"fingerprint": "1"})
    assert problem_of(lambda: proposals.send_back(eva, number, " ")) == "reason_missing"
    proposals.send_back(eva, number, "korter")
    found = proposals.get(number)
    assert found is not None
    assert (found.row.status, found.row.decision_reason) == ("sent_back", "korter")
    assert found.decided_by == "Eva"
    assert problem_of(lambda: proposals.send_back(eva, number, "nog")) == "decided"
    assert problem_of(lambda: proposals.begin_accepting(eva, number, FILES)) == "decided"
    assert problem_of(lambda: proposals.submit_again(eva, number, change(), "x")) == "not_yours"
    proposals.submit_again(an, number, change("Bel."), "korter nu")
    found = proposals.get(number)
    assert found is not None
    assert (found.row.status, found.row.reason, found.row.review) == ("open", "korter nu", None)
    assert found.row.change["text"] == "Bel."
    proposals.begin_accepting(eva, number, FILES)
    assert proposals.finish_accepting(number, written)
    found = proposals.get(number)
    assert found is not None
    assert (found.row.status, found.row.diff, found.row.patch) == (
        "accepted", f"diff of {number}", "patch",
    )  # fmt: skip
    assert problem_of(lambda: proposals.withdraw(an, number)) == "decided"
    assert [action for action, _, _ in noted(database)] == [
        "proposal.made", "proposal.sent_back", "proposal.changed", "proposal.accepted",
    ]  # fmt: skip
    assert noted(database)[-1] == ("proposal.accepted", "eva", False)


def test_only_who_made_it_withdraws_it(proposals: Proposals, actor: Callable[..., Actor]) -> None:
    an, bert = actor("an"), actor("bert")
    number = proposals.add(an, change(), "x")
    assert problem_of(lambda: proposals.withdraw(bert, number)) == "not_yours"
    proposals.withdraw(an, number)
    assert problem_of(lambda: proposals.withdraw(an, number)) == "decided"
    assert problem_of(lambda: proposals.withdraw(an, 999)) == "unknown"


def test_ones_own_is_accepted_only_when_nobody_else_can(
    database: Database, proposals: Proposals, actor: Callable[..., Actor]
) -> None:
    eva = actor("eva", "editor")
    actor("caro", "caseworker")
    actor("gone", "administrator", active=False)
    first, second = (proposals.add(eva, change(), "x") for _ in range(2))
    assert eva.account_id is not None
    assert proposals.may_accept(eva.account_id, eva.account_id)
    proposals.begin_accepting(eva, first, FILES)
    assert proposals.finish_accepting(first, written)
    assert noted(database)[-1] == ("proposal.accepted", "eva", True)
    actor("otto", "administrator")
    assert not proposals.may_accept(eva.account_id, eva.account_id)
    assert problem_of(lambda: proposals.begin_accepting(eva, second, FILES)) == "own"
    proposals.begin_accepting(eva, second, FILES, own_too=True, action="translation.approved")
    assert proposals.finish_accepting(second, written)
    assert noted(database)[-1] == ("translation.approved", "eva", True)


def test_a_crash_between_the_note_and_the_files_is_found(
    proposals: Proposals, actor: Callable[..., Actor]
) -> None:
    an, eva = actor("an"), actor("eva", "editor")
    number, other = (proposals.add(an, change(), "x") for _ in range(2))
    proposals.begin_accepting(eva, number, FILES)
    assert proposals.unfinished() == [number]
    # Nobody else decides on it meanwhile.
    assert problem_of(lambda: proposals.send_back(eva, number, "x")) == "decided"
    assert problem_of(lambda: proposals.submit_again(an, number, change(), "x")) == "decided"

    def dies(row: Proposal, journal: Journal) -> tuple[str, str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        proposals.finish_accepting(number, dies)
    assert proposals.unfinished() == [number]
    assert proposals.finish_accepting(number, written)
    assert proposals.unfinished() == []
    assert not proposals.finish_accepting(number, written)
    proposals.begin_accepting(eva, other, FILES)
    proposals.give_up_accepting(other)
    assert proposals.unfinished() == []
    proposals.send_back(eva, other, "nu wel")


def test_two_editors_at_the_same_time(proposals: Proposals, actor: Callable[..., Actor]) -> None:
    an, eva, otto = actor("an"), actor("eva", "editor"), actor("otto", "editor")
    number = proposals.add(an, change(), "x")
    writes: list[str] = []

    def decide(editor: Actor) -> str:
        try:
            proposals.begin_accepting(editor, number, FILES)
        except ProposalProblem as error:
            return error.problem

        def write(row: Proposal, journal: Journal) -> tuple[str, str]:
            writes.append(journal.name)
            return "", ""

        proposals.finish_accepting(number, write)
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        came = sorted(pool.map(decide, (eva, otto)))
    assert came == ["accepted", "decided"]
    assert len(writes) == 1


def test_what_is_live(proposals: Proposals, actor: Callable[..., Actor]) -> None:
    an, eva = actor("an"), actor("eva", "editor")
    number, other = (proposals.add(an, change(), "x") for _ in range(2))
    assert proposals.not_live() == []
    proposals.begin_accepting(eva, number, FILES)
    proposals.finish_accepting(number, written)
    assert proposals.not_live() == [number]
    assert {row.id for row in proposals.under_way("word_part")} == {number, other}
    proposals.mark_live([number])
    proposals.keep_commit(number, "abc")
    proposals.keep_review(number, {"late": True})
    found = proposals.get(number)
    assert found is not None and found.row.live_at is not None
    assert (found.row.commit_id, found.row.review) == ("abc", None)
    assert proposals.not_live() == []
    assert {row.id for row in proposals.under_way("word_part")} == {other}


def test_a_group_of_questions_becomes_a_proposal(
    database: Database, proposals: Proposals, actor: Callable[..., Actor]
) -> None:
    an = actor("an")
    group = QuestionGroup(created_at=now(), centroid=b"", counted=1, state="open", nearest=[])
    with database.session() as session:
        session.add(group)
    number = proposals.add(an, change(), "x", group_id=group.id)
    with database.reading() as session:
        kept = session.get(QuestionGroup, group.id)
        assert (kept.state, kept.proposal_id) == ("proposal", number)
    gone = proposals.get(proposals.add(an, change(), "x", group_id=group.id + 1))
    assert gone is not None and gone.row.group_id is None
