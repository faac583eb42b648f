"""Hand-overs: every message once and in order, one caseworker at a time, nothing kept too long."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select, update

from actions.reply import Reply, Status
from api.console.roles import Role
from api.store.accounts import Staff
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.handover_desk import HandoverDesk
from api.store.handover_rows import NotOpen
from api.store.handovers import Handovers
from api.store.tables import Account, AuditEntry, Handover, HandoverMessage

KEY = Fernet.generate_key()
HOUR = timedelta(hours=1)
StaffMaker = Callable[..., Staff]


@pytest.fixture
def handovers(database: Database) -> Handovers:
    return Handovers(database, KEY)


@pytest.fixture
def desk(database: Database) -> HandoverDesk:
    return HandoverDesk(database, KEY)


@pytest.fixture
def staff(database: Database) -> StaffMaker:
    def make(name: str = "an", role: Role = Role.CASEWORKER) -> Staff:
        with database.session() as session:
            account = Account(
                name=name, shown_name=name.title(), role=role.value, languages=[],
                created_at=now(),
            )  # fmt: skip
            session.add(account)
            session.flush()
            number = int(account.id)
        return Staff(number, name, name.title(), role, (), "nl", False, "csrf", "session")

    return make


def change(database: Database, handover_id: str, **values: Any) -> None:
    with database.session() as session:
        session.execute(
            update(Handover)
            .where(Handover.id == handover_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def texts(handovers: Handovers, conversation: str = "c1", after: int = 0) -> list[str]:
    thread = handovers.thread(conversation, after)
    assert thread is not None
    return [said.message.text for said in thread.messages]


def at_once(number: int, action: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(action, range(number)))


# Asking and waiting


def test_a_conversation_waits_once(handovers: Handovers) -> None:
    first = handovers.ask("c1", "ar", "ghent")
    assert (first.status, first.language, first.place, first.urgent) == (
        "waiting", "ar", "ghent", False,
    )  # fmt: skip
    assert handovers.ask("c1", "nl", None).id == first.id
    assert handovers.ask("c2", "nl", None).id != first.id


def test_asked_many_times_at_once_it_waits_once(handovers: Handovers, database: Database) -> None:
    ids = at_once(8, lambda _: handovers.ask("c1", "ar", None).id)
    assert len(set(ids)) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Handover)) == 1


def test_a_new_thread_after_the_end(handovers: Handovers) -> None:
    first = handovers.ask("c1", "ar", None)
    handovers.end("c1")
    second = handovers.ask("c1", "ar", None)
    assert second.id != first.id
    thread = handovers.thread("c1")
    assert thread is not None and thread.handover.id == second.id


def test_the_line_is_urgent_first_then_oldest(
    handovers: Handovers, desk: HandoverDesk, database: Database
) -> None:
    for number, name in enumerate(("c1", "c2", "c3")):
        handover = handovers.ask(name, "nl", None)
        change(database, handover.id, created_at=now() - HOUR + timedelta(minutes=number))
    third = handovers.open_one("c3")
    assert third is not None
    assert [_position(handovers, name) for name in ("c1", "c2", "c3")] == [1, 2, 3]
    handovers.mark_urgent(third.id)
    assert [_position(handovers, name) for name in ("c1", "c2", "c3")] == [2, 3, 1]
    assert [entry.handover.conversation_id for entry in desk.queue()] == ["c3", "c1", "c2"]
    assert [brief.urgent for brief in desk.overview()] == [True, False, False]


def _position(handovers: Handovers, conversation: str) -> int | None:
    thread = handovers.thread(conversation)
    assert thread is not None
    return thread.position


@pytest.mark.parametrize(
    ("status", "urgent"), [(Status.SAFETY, True), (Status.ANSWERED, False), (None, False)]
)
def test_after_an_answer_about_danger_it_is_urgent(
    handovers: Handovers, database: Database, status: Status | None, urgent: bool
) -> None:
    if status:
        reply = Reply(status=status, messages=(), language="uk", place="utrecht")
        Exchanges(database).add("c1", "x", reply, 1)
    handover = handovers.ask("c1", "uk", None)
    assert handover.urgent is urgent
    assert handover.place == ("utrecht" if status else None)


def test_the_usual_wait_is_the_median(handovers: Handovers, database: Database) -> None:
    assert handovers.waiting() == (0, None)
    for number, minutes in enumerate((2, 4, 90)):
        handover = handovers.ask(f"c{number}", "nl", None)
        begun = now() - HOUR * 3
        change(
            database, handover.id, status="ended", created_at=begun,
            taken_at=begun + timedelta(minutes=minutes),
        )  # fmt: skip
    handovers.ask("new", "nl", None)
    assert handovers.waiting() == (1, 4)
    thread = handovers.thread("new")
    assert thread is not None and (thread.position, thread.minutes) == (1, 4)


# Messages


def test_messages_are_numbered_and_without_personal_data(handovers: Handovers) -> None:
    handovers.ask("c1", "nl", None)
    first = handovers.receive("c1", "key-1", " bel mij op 0470 12 34 56 ")
    assert first.seq == 1
    assert "0470" not in first.text and first.text.startswith("bel mij")
    assert handovers.receive("c1", "key-2", "tweede").seq == 2
    assert texts(handovers, after=1) == ["tweede"]


def test_the_same_key_is_the_same_message(handovers: Handovers) -> None:
    handovers.ask("c1", "nl", None)
    first = handovers.receive("c1", "key-1", "een")
    assert handovers.receive("c1", "key-1", "een").id == first.id
    handovers.end("c1")
    assert handovers.receive("c1", "key-1", "een").id == first.id
    with pytest.raises(NotOpen):
        handovers.receive("c1", "key-2", "te laat")
    with pytest.raises(NotOpen):
        handovers.receive("c2", "key-1", "nooit begonnen")
    assert texts(handovers) == ["een"]


def test_the_same_key_at_once_is_one_message(handovers: Handovers) -> None:
    handovers.ask("c1", "nl", None)
    seqs = at_once(8, lambda _: handovers.receive("c1", "key-1", "een").seq)
    assert seqs == [1] * 8
    assert texts(handovers) == ["een"]


def test_both_sides_at_once_lose_nothing(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker
) -> None:
    handover, an = handovers.ask("c1", "nl", None), staff()
    desk.take(handover.id, an)

    def write(number: int) -> int:
        if number % 2:
            return int(handovers.receive("c1", f"key-{number}", str(number)).seq)
        return int(desk.write(handover.id, an, f"key-{number}", str(number), "nl")[0].seq)

    assert sorted(at_once(12, write)) == list(range(1, 13))
    assert sorted(map(int, texts(handovers))) == list(range(12))


def test_a_notice_is_written_once(handovers: Handovers) -> None:
    handover = handovers.ask("c1", "nl", None)
    for _ in (0, 1):
        handovers.notice(handover.id, "safety-1", "Bel 112.", "nl")
    assert texts(handovers) == ["Bel 112."]


# The caseworkers' side


def test_one_caseworker_alone_takes_it(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker, database: Database
) -> None:
    handover = handovers.ask("c1", "nl", None)
    people = [staff(f"name{number}") for number in range(6)]

    def take(number: int) -> bool:
        try:
            desk.take(handover.id, people[number])
        except NotOpen:
            return False
        return True

    won = at_once(6, take)
    assert sum(won) == 1
    winner = people[won.index(True)]
    thread = handovers.thread("c1")
    assert thread is not None
    assert (thread.handover.status, thread.handover.taken_by) == ("taken", winner.id)
    assert (thread.position, thread.minutes) == (None, None)
    desk.take(handover.id, winner)  # again: nothing changes
    with database.reading() as session:
        assert [entry.who for entry in session.scalars(select(AuditEntry))] == [winner.name]


def test_only_who_took_it_writes_and_hands_back(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker
) -> None:
    handover, an, bo = handovers.ask("c1", "nl", None), staff("an"), staff("bo")
    for person in (an, bo):
        with pytest.raises(NotOpen):
            desk.write(handover.id, person, "key-1", "nog niet", "nl")
    desk.take(handover.id, an)
    for action in (desk.finish, desk.put_back):
        with pytest.raises(NotOpen):
            action(handover.id, bo)
    message, conversation = desk.write(handover.id, an, "key-1", "Bel 09 210 10 10.", "nl")
    assert (message.text, conversation) == ("Bel 09 210 10 10.", "c1")
    assert desk.write(handover.id, an, "key-1", "Bel 09 210 10 10.", "nl")[0].id == message.id
    thread = handovers.thread("c1")
    assert thread is not None
    assert [(said.message.sender, said.name) for said in thread.messages] == [("caseworker", "An")]
    desk.finish(handover.id, an)
    assert handovers.open_one("c1") is None
    with pytest.raises(NotOpen):
        desk.write(handover.id, an, "key-2", "te laat", "nl")


def test_it_is_put_back_for_a_colleague(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker
) -> None:
    handover, an, bo = handovers.ask("c1", "nl", None), staff("an"), staff("bo")
    chief = staff("chief", Role.ADMINISTRATOR)
    desk.take(handover.id, an)
    desk.put_back(handover.id, an)
    assert _position(handovers, "c1") == 1
    desk.take(handover.id, bo)
    desk.put_back(handover.id, chief)  # who has it may be away
    desk.take(handover.id, an)
    desk.finish(handover.id, an)
    with pytest.raises(NotOpen):
        desk.put_back(handover.id, chief)


def test_lists_show_the_last_question(
    handovers: Handovers, desk: HandoverDesk, database: Database, staff: StaffMaker
) -> None:
    reply = Reply(status=Status.UNKNOWN, messages=(), language="nl")
    Exchanges(database).add("c1", "aan het programma", reply, 1)
    handover = handovers.ask("c1", "nl", None)
    assert [entry.question for entry in desk.queue()] == ["aan het programma"]
    handovers.receive("c1", "key-1", "aan een mens")
    assert [entry.question for entry in desk.queue()] == ["aan een mens"]
    desk.take(handover.id, staff())
    assert desk.queue() == []
    assert [entry.by for entry in desk.taken()] == ["An"]


def test_reading_anothers_thread_is_noted_once(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker, database: Database
) -> None:
    handover, an, bo = handovers.ask("c1", "nl", None), staff("an"), staff("bo")
    desk.take(handover.id, an)
    for person in (an, bo, bo):
        desk.open(handover.id, person)
    with database.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "handover.read"))
        assert [entry.who for entry in noted] == ["bo"]


# Questions that are left


def test_a_question_is_left_and_answered(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker, database: Database
) -> None:
    left = handovers.leave_question("c1", "Waar is het OCMW?", "sara@example.org", 30, "nl")
    assert re.fullmatch(r"[A-Z]{2}[2-9]{2}-[A-Z]{2}[2-9]{2}", left.receipt)
    assert left.keep_until - now() > timedelta(days=29, hours=23)
    with database.reading() as session:
        kept = session.scalars(select(Handover.contact)).one()
    assert "sara" not in kept and "example" not in kept
    assert [entry.question for entry in desk.left()] == ["Waar is het OCMW?"]
    an, bo = staff("an"), staff("bo")
    assert desk.contact(left.id, an) is None
    desk.take(left.id, an)
    with pytest.raises(NotOpen):
        desk.take(left.id, bo)
    assert desk.contact(left.id, an) == "sara@example.org"
    assert desk.contact(left.id, bo) is None
    desk.write(left.id, an, "key-1", "In de Onderbergenstraat.", "nl")
    desk.finish(left.id, an)
    with database.reading() as session:
        assert session.scalars(select(Handover.contact)).one() is None
    assert texts(handovers) == ["Waar is het OCMW?", "In de Onderbergenstraat."]
    assert desk.left() == []


def test_a_question_left_again_is_the_same_one(handovers: Handovers) -> None:
    first = handovers.leave_question("c1", "Waar?", None, 30, "nl")
    again = handovers.leave_question("c1", "Waar?", "x@example.org", 30, "nl")
    more = handovers.leave_question("c1", "En wanneer?", None, 30, "nl")
    assert first.receipt == again.receipt == more.receipt
    assert texts(handovers) == ["Waar?", "En wanneer?"]


def test_who_waits_can_leave_the_question(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker
) -> None:
    waiting = handovers.ask("c1", "fa", None)
    left = handovers.leave_question("c1", "کجا؟", None, 30, "en")
    assert (left.id, left.status, left.language) == (waiting.id, "left", "fa")
    assert desk.queue() == []
    taken = handovers.ask("c2", "fa", None)
    desk.take(taken.id, staff())
    with pytest.raises(NotOpen):
        handovers.leave_question("c2", "کجا؟", None, 30, "en")


def test_a_left_question_has_the_conversations_language(
    handovers: Handovers, database: Database
) -> None:
    reply = Reply(status=Status.UNKNOWN, messages=(), language="tr")
    Exchanges(database).add("c1", "soru", reply, 1)
    assert handovers.leave_question("c1", "Nerede?", None, 30, "en").language == "tr"
    assert handovers.leave_question("c2", "Where?", None, 30, "en").language == "en"


def test_a_contact_of_another_secret_is_not_read(
    handovers: Handovers, database: Database, staff: StaffMaker
) -> None:
    left, an = handovers.leave_question("c1", "Waar?", "x@example.org", 30, "nl"), staff()
    other = HandoverDesk(database, Fernet.generate_key())
    other.take(left.id, an)
    assert other.contact(left.id, an) == "?"


# Time, and forgetting


def make_silent(database: Database, handover_id: str, at: datetime) -> None:
    change(database, handover_id, created_at=at, taken_at=at)
    with database.session() as session:
        session.execute(
            update(HandoverMessage)
            .where(HandoverMessage.handover_id == handover_id)
            .values(at=at)
            .execution_options(synchronize_session=False)
        )


def test_a_silent_thread_ends(
    handovers: Handovers, desk: HandoverDesk, staff: StaffMaker, database: Database
) -> None:
    an = staff()
    for name in ("silent", "spoke"):
        handover = handovers.ask(name, "nl", None)
        desk.take(handover.id, an)
        handovers.receive(name, "key-1", "dag")
        make_silent(database, handover.id, now() - HOUR)
    handovers.receive("spoke", "key-2", "nog iets")
    waiting = handovers.ask("waits", "nl", None)
    change(database, waiting.id, created_at=now() - HOUR)
    assert handovers.end_silent(HOUR * 2) == []
    assert handovers.end_silent(HOUR / 2) == ["silent"]
    thread = handovers.thread("silent")
    assert thread is not None
    assert (thread.handover.status, thread.handover.ended_by) == ("ended", "time")
    change(database, waiting.id, created_at=now() - timedelta(days=1))
    assert handovers.end_silent(HOUR / 2) == ["waits"]


def test_what_is_old_is_deleted(handovers: Handovers, database: Database) -> None:
    past = handovers.leave_question("past", "Waar?", "x@example.org", 30, "nl")
    change(database, past.id, keep_until=now() - HOUR)
    handovers.leave_question("kept", "Waar?", "x@example.org", 30, "nl")
    for name in ("ended", "lately"):
        handovers.ask(name, "nl", None)
        handovers.receive(name, "key-1", "dag")
        handovers.end(name)
    old = handovers.thread("ended")
    assert old is not None
    change(database, old.handover.id, ended_at=now() - timedelta(days=31))
    handovers.ask("waits", "nl", None)
    assert handovers.expire(timedelta(days=30)) == ["ended", "past"]
    for name in ("past", "ended"):
        assert handovers.thread(name) is None
    for name in ("kept", "lately", "waits"):
        assert handovers.thread(name) is not None
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(HandoverMessage)) == 2


def test_a_conversation_is_erased(handovers: Handovers, database: Database) -> None:
    for name in ("c1", "c2"):
        handovers.ask(name, "nl", None)
        handovers.receive(name, "key-1", "dag")
    handovers.end("c1")
    handovers.ask("c1", "nl", None)
    assert handovers.erase("c1") == 2
    assert handovers.thread("c1") is None
    assert texts(handovers, "c2") == ["dag"]
    assert handovers.erase("c1") == 0


def test_somebody_is_there_who_was_seen_lately(
    handovers: Handovers, staff: StaffMaker, database: Database
) -> None:
    minutes = timedelta(minutes=2)
    an = staff()
    assert not handovers.somebody_there(minutes)
    for seen, active, there in (
        (now() - HOUR, True, False),
        (now(), True, True),
        (now(), False, False),
    ):
        with database.session() as session:
            account = session.get(Account, an.id)
            account.seen_at, account.active = seen, active
        assert handovers.somebody_there(minutes) is there


def test_a_public_number_stays_and_a_private_one_goes(database: Database) -> None:
    handovers = Handovers(database, KEY, {"033 448 11 86"})
    handovers.ask("c1", "nl", None)
    kept = handovers.receive("c1", "k1", "ik belde 033 448 11 86 met 0612345678")
    assert kept.text == "ik belde 033 448 11 86 met [phone]"
