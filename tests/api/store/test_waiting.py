"""What waits for staff."""

from __future__ import annotations

from actions.reply import Reply, Status
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.tables import Account, Handover, Proposal, QuestionGroup, Verdict
from api.store.waiting import waiting


def test_nothing_waits_in_an_empty_installation(database: Database) -> None:
    assert set(waiting(database).values()) == {0}


def test_what_nobody_did_yet_is_counted(database: Database) -> None:
    kept = Exchanges(database)
    unknown = Reply(status=Status.UNKNOWN, messages=(), language="nl")
    kept.add("c1", "hoe huur ik een boot", unknown, 1)
    checked = kept.add("c1", "hoe koop ik een boot", unknown, 1)
    kept.add("c1", "/person", unknown, 1)
    kept.add("c1", "dank u", Reply(status=Status.SMALL_TALK, messages=(), language="nl"), 1)
    then = now()
    with database.session() as session:
        session.add(Account(id=1, name="an", shown_name="An", role="editor", created_at=then))
        session.flush()
        session.add(Verdict(exchange_id=checked, account_id=1, at=then, verdict="right"))
        for number, status in enumerate(("waiting", "left", "taken", "ended")):
            session.add(
                Handover(
                    id=status, conversation_id=f"c{number}", language="nl", status=status,
                    created_at=then, consented_at=then,
                )
            )  # fmt: skip
        for state in ("open", "open", "dismissed"):
            session.add(QuestionGroup(created_at=then, centroid=b"", counted=0, state=state))
        for status in ("open", "accepted"):
            session.add(Proposal(created_at=then, account_id=1, kind="x", change={}, status=status))
    assert waiting(database) == {
        "/console/exchanges": 1,
        "/console/handovers": 2,
        "/console/unanswered": 2,
        "/console/proposals": 1,
    }
