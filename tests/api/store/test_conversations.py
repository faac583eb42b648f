"""One conversation as a whole: all of it is counted, written down, and erased."""

from __future__ import annotations

import json
import re

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from actions.reply import Message, Reply, Status, Suggestion
from api.store.audit import Actor
from api.store.conversations import KINDS, Conversations
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.handovers import Handovers
from api.store.personal_export import PersonalExport
from api.store.tables import (
    Account,
    AuditEntry,
    GroupMember,
    Proposal,
    QuestionGroup,
    Verdict,
)

KEY = Fernet.generate_key()
REPLY = Reply(
    status=Status.ANSWERED,
    messages=(Message(text="Bel een huisarts.", language="nl"), Message(items=("een", "twee"))),
    suggestions=(Suggestion(payload="/follow_up_cost", text="Wat kost het"),),
    language="nl",
    place="ghent",
    intent="ask",
)
WHOLE = dict(zip(KINDS, (5, 2, 1, 1, 1, 2, 1, 1), strict=True))


@pytest.fixture
def an(database: Database) -> Actor:
    with database.session() as session:
        account = Account(
            name="an-the-caseworker", shown_name="An", role="editor", languages=[],
            created_at=now(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        return Actor(int(account.id), "an-the-caseworker")


@pytest.fixture
def kept(database: Database, an: Actor) -> list[str]:
    """A conversation of which every kind of data is kept, and another beside it."""
    handovers, ids = Handovers(database, KEY), []
    for name in ("c1", "c2"):
        ids.append(Exchanges(database).add(name, "waar vind ik een huisarts", REPLY, 1))
        Exchanges(database).add(name, "en in Gent", REPLY, 1)
        Exchanges(database).rate(name, ids[-1], "bad")
        handovers.ask(name, "nl", "ghent")
        handovers.receive(name, "key-1", "bel mij op 0470 12 34 56")
        handovers.leave_question(name, "Waar?", "sara@example.org", 30, "nl")
    with database.session() as session:
        for exchange in ids:
            session.add(
                Verdict(
                    exchange_id=exchange, account_id=an.account_id, at=now(), verdict="wrong",
                    reason="oud adres",
                )
            )  # fmt: skip
            group = QuestionGroup(
                created_at=now(), centroid=b"", counted=1, state="open", nearest=[]
            )
            session.add(group)
            session.flush()
            session.add(GroupMember(exchange_id=exchange, group_id=group.id, vector=b""))
            session.add(
                Proposal(
                    created_at=now(), account_id=an.account_id, kind="question", change={},
                    exchange_id=exchange, status="open",
                )
            )  # fmt: skip
    return ids


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


def test_looking_counts_and_is_noted(
    conversations: Conversations, kept: list[str], an: Actor, database: Database
) -> None:
    assert conversations.look_up("c1", an, "conversation.looked_up", 5) == WHOLE
    nothing = conversations.look_up("c3", an, "conversation.looked_up", 0)
    assert set(nothing.values()) == {0}
    with database.reading() as session:
        first, second = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        assert (first.action, first.who) == ("conversation.looked_up", "an-the-caseworker")
        assert first.object.startswith("exchange ")
        assert "nothing" in second.object


def test_erasing_leaves_nothing_but_the_receipt(
    conversations: Conversations, kept: list[str], an: Actor, database: Database
) -> None:
    receipt = conversations.erase("c1", an, events=5)
    assert dict(receipt.counts) == WHOLE
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", receipt.code)
    found = conversations.receipt(receipt.code)
    assert found is not None
    assert (found.code, dict(found.counts)) == (receipt.code, WHOLE)
    assert conversations.receipt("AAAA-2222") is None
    counted = conversations.look_up("c1", an, "conversation.looked_up", 0)
    assert set(counted.values()) == {0}
    assert conversations.look_up("c2", an, "conversation.looked_up", 5) == WHOLE
    with database.reading() as session:
        assert len(list(session.scalars(select(QuestionGroup.id)))) == 1
        references = set(session.scalars(select(Proposal.exchange_id)))
        assert references == {None, kept[1]}
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "conversation.erased")
        ).one()
        whole = f"{entry.object} {json.dumps(entry.details)}"
    assert "c1" not in whole and kept[0] not in whole


def test_the_newcomers_own_button_erases_the_same(
    conversations: Conversations, kept: list[str], database: Database
) -> None:
    assert dict(conversations.erase("c1", events=5).counts) == WHOLE
    with database.reading() as session:
        assert session.scalars(select(AuditEntry)).first() is None


def test_a_conversation_is_named_in_several_ways(
    conversations: Conversations, kept: list[str], database: Database
) -> None:
    assert conversations.of_exchange(kept[0]) == "c1"
    assert conversations.of_exchange("gone") is None
    thread = Handovers(database, KEY).thread("c2")
    assert thread is not None
    receipt = str(thread.handover.receipt)
    assert conversations.named(f" {receipt.lower()} ") == "c2"
    assert conversations.named(receipt.replace("-", "")) == "c2"
    assert conversations.named(" c1 ") == "c1"
    assert conversations.named("AB22-CD33") == "AB22-CD33"


def test_the_export_holds_everything_and_no_name_of_staff(
    kept: list[str], database: Database
) -> None:
    whole = PersonalExport(database, KEY).of("c1")
    first, second = whole["exchanges"]
    assert first["you_wrote"] == "waar vind ik een huisarts"
    assert first["answer"]["messages"] == [
        {"text": "Bel een huisarts."}, {"items": ["een", "twee"]},
    ]  # fmt: skip
    assert first["answer"]["buttons"] == ["Wat kost het"]
    assert (first["your_feedback"], second["your_feedback"]) == ("bad", None)
    assert first["understood"] == {"as": "ask", "place": "ghent", "situation": None}
    assert first["counted_among_unanswered_questions"]
    (assessment,) = first["assessments"]
    assert (assessment["assessment"], assessment["reason"]) == ("wrong", "oud adres")
    (thread,) = whole["talks_with_a_person"]
    assert thread["contact"] == "sara@example.org"
    assert [one["text"] for one in thread["messages"]][1] == "Waar?"
    text = json.dumps(whole)
    assert "an-the-caseworker" not in text and "account" not in text
    assert "0470" not in text


def test_a_contact_of_another_secret_is_told(kept: list[str], database: Database) -> None:
    whole = PersonalExport(database, Fernet.generate_key()).of("c1")
    assert "cannot be read" in whole["talks_with_a_person"][0]["contact"]


def test_the_export_of_nothing(database: Database) -> None:
    whole = PersonalExport(database, KEY).of("c3")
    assert (whole["exchanges"], whole["talks_with_a_person"]) == ([], [])
