"""Proposals in the console: made, looked at, decided on, and live."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from own_library import CARE, DOCTOR, FakeEngine, copy_library, wait_for, without_encoder
from sqlalchemy import select
from starlette.testclient import TestClient

from api.app import create_app
from api.console.accepting import Accepting
from api.console.differences import read_difference
from api.console.roles import Role
from api.settings import Settings
from api.store.audit import Actor
from api.store.database import Database
from api.store.proposals import Proposals
from api.store.tables import AuditEntry
from knowledge.library import Library
from knowledge.proposals.change import CHANGE
from knowledge.proposals.plan import plan

FILE = "topics/health/find-a-doctor/netherlands/en.md"
NEW = "Ask the lighthouse keeper for a *huisarts*."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", library_dir=copy_library(tmp_path / "library"),
        watch_library=False,
    )  # fmt: skip


@pytest.fixture
def library(settings: Settings) -> Library:
    return Library.load(settings.library_dir)


@pytest.fixture
def server(
    settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    without_encoder(monkeypatch)
    engine: Any = FakeEngine(library, settings)
    with TestClient(create_app(settings, engine), base_url="https://wegwijs.test") as running:
        yield running
        if hasattr(running.app.state, "background"):  # type: ignore[attr-defined]
            wait_for(running)


def words_of(page: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


def form(**changes: str) -> dict[str, str]:
    """The form of a new wording, filled in."""
    return {
        "kind": "word_part", "card": DOCTOR, "language": "en", "part": "answer", "layer": "",
        "text": NEW, "reason": "The old words are not clear.", **changes,
    }  # fmt: skip


def send(browser: Any, **changes: str) -> int:
    """Send a proposal; returns its number."""
    answer = browser.submit("/console/proposals/new", then="send", **form(**changes))
    assert answer.status_code == 303, words_of(answer)
    return int(re.findall(r"/console/proposals/(\d+)", answer.headers["location"])[0])


def fingerprint(page: Any) -> str:
    found = re.findall(r'name="fingerprint" value="(\w+)"', page.text)
    assert found, words_of(page)
    return str(found[0])


def accept(browser: Any, number: int) -> Any:
    shown = browser.get(f"/console/proposals/{number}")
    return browser.submit(
        f"/console/proposals/{number}/accept", fingerprint=fingerprint(shown)
    )  # fmt: skip


def test_the_form_has_the_words_of_the_file(sign_in: Callable[..., Any]) -> None:
    page = sign_in().get(
        f"/console/proposals/new?kind=word_part&card={DOCTOR}&language=ar&part=refused"
    )
    assert page.status_code == 200
    assert (
        "{nza_phone}"
        in re.findall(r"<textarea[^>]*name=\"text\".*?</textarea>", page.text, re.S)[0]
    )
    assert 'lang="ar" dir="rtl"' in page.text
    # The facts that this part may name, with their values, and no others.
    assert "<code>{nza_phone}</code>" in page.text and "088 770 8 770" in page.text
    assert "<code>{emergency}</code>" not in page.text


@pytest.mark.parametrize(
    "kind", ["set_fact", "add_question", "move_question", "new_card", "no", ""]
)
@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_every_form_opens(sign_in: Callable[..., Any], kind: str, language: str) -> None:
    browser = sign_in(language=language)
    for more in ("", f"&card={DOCTOR}", "&card=debts.netherlands&fact=x", "&find=dokter"):
        page = browser.get(f"/console/proposals/new?kind={kind}{more}")
        assert page.status_code == 200, words_of(page)


def test_a_preview_shows_the_difference_and_the_checks_and_keeps_nothing(
    sign_in: Callable[..., Any], database: Database, settings: Settings
) -> None:
    before = (settings.library_dir / FILE).read_text("utf-8")
    page = sign_in().submit("/console/proposals/new", then="preview", **form())
    words = words_of(page)
    assert page.status_code == 200
    assert re.search(r"<ins>.*lighthouse keeper", page.text, re.S) and "<del>" in page.text
    assert "(added:" in words and FILE in words
    assert Proposals(database).all() == ([], 0)
    assert (settings.library_dir / FILE).read_text("utf-8") == before


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"text": " "}, "text", "This is empty."),
        ({"reason": ""}, "reason", "Write why."),
        ({"text": "## where\n\nx"}, "text", "There is a heading in it."),
        ({"text": "Call **now**."}, "text", "Bold words"),
        ({"text": "Call {no_such_fact}."}, "text", "knows no fact {no_such_fact}"),
        ({"language": "ar", "part": "refused", "text": "لا"}, "text",
         "The fact {nza_phone} is gone"),
        ({"text": "x" * 4001}, "text", "at most 4000"),
        ({"kind": "set_fact", "fact": "nza_phone", "value": "", "checked_on": "2026-11-20"},
         "value", "This is empty."),
        ({"kind": "set_fact", "fact": "nza_phone", "value": "1", "checked_on": "soon"},
         "checked_on", "Give a day"),
        ({"kind": "set_fact", "fact": "nza_phone", "value": "1", "checked_on": "2026-11-20",
          "source": "+"}, "source_url", "This is empty."),
        ({"kind": "add_question", "question": "x" * 201}, "question", "at most 200"),
        ({"kind": "review_translation", "language": "ar"}, "kind", "A choice is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(
    sign_in: Callable[..., Any], database: Database,
    changes: dict[str, str], field: str, said: str,
) -> None:  # fmt: skip
    page = sign_in().submit("/console/proposals/new", then="send", **form(**changes))
    assert page.status_code == 422
    words = words_of(page)
    assert said in words, words
    if field != "kind":
        assert f'id="p-{field}"' in page.text
        assert f'id="f-{field}"' in page.text and 'aria-invalid="true"' in page.text
    assert Proposals(database).all() == ([], 0)


def test_an_editor_accepts_and_it_is_live_with_a_patch(
    sign_in: Callable[..., Any], server: TestClient, database: Database, settings: Settings
) -> None:
    caseworker, editor = sign_in(), sign_in(Role.EDITOR)
    number = send(caseworker)
    wait_for(server)
    words = words_of(editor.get(f"/console/proposals/{number}"))
    assert "The checks find nothing new." in words or "New with this proposal" in words
    # The worse ones first, each with what was and what will be.
    assert re.search(r"worse .* better .*", words)
    assert "Of 364 test questions" in words or re.search(r"Of \d+ test questions, 2 change", words)
    assert "old words are not clear" in words
    assert caseworker.submit(f"/console/proposals/{number}/accept").status_code == 403
    answer = accept(editor, number)
    assert answer.status_code == 303, words_of(answer)
    assert NEW in (settings.library_dir / FILE).read_text("utf-8")
    wait_for(server)
    engine = server.app.state.wegwijs.engine  # type: ignore[attr-defined]
    text = engine.knowledge.library.cards[DOCTOR].texts["en"]
    assert "lighthouse" in text.answer[0].plain
    assert engine.used == 2  # the draft at once, the new index after it
    found = Proposals(database).get(number)
    assert found is not None and found.row.live_at is not None and found.row.commit_id is None
    page = editor.get(f"/console/proposals/{number}")
    assert "Wegwijs answers with this since" in words_of(page)
    assert re.search(r"<ins>.*lighthouse", page.text, re.S)
    # The patch is the same on disk, and git takes it.
    patch = editor.get(f"/console/proposals/{number}.patch")
    (file,) = (settings.data_dir / "patches").iterdir()
    assert file.name == f"{number:04}-find-a-doctor-netherlands-new-wording-of-answer-en.patch"
    assert patch.text == file.read_text("utf-8")
    assert file.name in patch.headers["content-disposition"]
    assert f"b/knowledge/library/{FILE}" in patch.text
    again = editor.submit(f"/console/proposals/{number}/accept", fingerprint="x")
    assert again.status_code == 422
    with database.reading() as session:
        actions = [one.action for one in session.scalars(select(AuditEntry))]
    assert actions.count("proposal.accepted") == 1


def test_the_patch_of_a_proposal_that_waits_is_not_there(sign_in: Callable[..., Any]) -> None:
    browser = sign_in()
    number = send(browser)
    assert browser.get(f"/console/proposals/{number}.patch").status_code == 404
    assert browser.get("/console/proposals/x.patch").status_code == 404
    assert browser.get("/console/proposals/999").status_code == 404


def test_a_difference_that_changed_is_shown_and_asked_again(
    sign_in: Callable[..., Any], settings: Settings
) -> None:
    caseworker, editor = sign_in(), sign_in(Role.EDITOR)
    number = send(caseworker)
    seen = fingerprint(editor.get(f"/console/proposals/{number}"))
    file = settings.library_dir / FILE
    changed = file.read_text("utf-8").replace("## where", "Somebody else was here.\n\n## where")
    file.write_text(changed, encoding="utf-8")
    page = editor.submit(f"/console/proposals/{number}/accept", fingerprint=seen)
    assert page.status_code == 422
    assert "Below is the new difference" in words_of(page)
    assert file.read_text("utf-8") == changed
    answer = editor.submit(
        f"/console/proposals/{number}/accept", fingerprint=fingerprint(page)
    )  # fmt: skip
    assert answer.status_code == 303
    assert "Somebody else was here." in file.read_text("utf-8")
    assert NEW in file.read_text("utf-8")


def test_new_errors_are_refused_for_everybody(
    sign_in: Callable[..., Any], settings: Settings
) -> None:
    caseworker, administrator = sign_in(), sign_in(Role.ADMINISTRATOR)
    number = send(
        caseworker, kind="set_fact", fact="nza_phone", value="088 770 8 771",
        valid_until="2020-01-01", checked_on="2026-11-20", source="nza",
    )  # fmt: skip
    answer = accept(administrator, number)
    assert answer.status_code == 422
    words = words_of(answer)
    assert "find errors that are not there now" in words and "expired" in words
    head = settings.library_dir / "topics/health/find-a-doctor/netherlands/card.yml"
    assert "771" not in head.read_text("utf-8")


def test_it_is_sent_back_and_comes_again(sign_in: Callable[..., Any], database: Database) -> None:
    caseworker, editor = sign_in(), sign_in(Role.EDITOR)
    number = send(caseworker)
    path = f"/console/proposals/{number}"
    assert "Write the reason" in words_of(editor.submit(f"{path}/send-back", reason=" "))
    assert editor.submit(f"{path}/send-back", reason="Shorter, please").status_code == 303
    page = caseworker.get(path)
    assert "Shorter, please" in words_of(page)
    assert f"/console/proposals/new?proposal={number}" in page.text
    assert editor.get(f"/console/proposals/new?proposal={number}").status_code == 403
    filled = caseworker.get(f"/console/proposals/new?proposal={number}")
    assert NEW in filled.text and "The old words are not clear." in filled.text
    assert send(caseworker, proposal=str(number), text="Ask the keeper.") == number
    found = Proposals(database).get(number)
    assert found is not None and (found.row.status, found.row.change["text"]) == (
        "open", "Ask the keeper.",
    )  # fmt: skip
    assert editor.submit(f"{path}/withdraw").status_code == 422
    assert caseworker.submit(f"{path}/withdraw").status_code == 303
    assert "Withdrawn" in words_of(caseworker.get("/console/proposals"))
    assert caseworker.get(f"/console/proposals/new?proposal={number}").status_code == 409


def test_editors_do_not_accept_their_own(sign_in: Callable[..., Any], database: Database) -> None:
    editor = sign_in(Role.EDITOR)
    number = send(editor)
    page = editor.get(f"/console/proposals/{number}")
    assert "because there is no other editor" in words_of(page)
    seen = fingerprint(page)
    sign_in(Role.ADMINISTRATOR)
    page = editor.get(f"/console/proposals/{number}")
    assert "Another editor decides on it" in words_of(page)
    assert 'name="fingerprint"' not in page.text
    refused = editor.submit(f"/console/proposals/{number}/accept", fingerprint=seen)
    assert refused.status_code == 422
    found = Proposals(database).get(number)
    assert found is not None and found.row.status == "open" and found.row.writing is None


def test_the_list_is_filtered(sign_in: Callable[..., Any]) -> None:
    one, other = sign_in(), sign_in()
    send(one)
    number = send(
        other, kind="add_question", question="waar is de dokter", card=CARE, language="nl"
    )
    page = one.get(f"/console/proposals?status=open&author={other.account_id}")
    assert "Found: 1" in words_of(page) and f"/console/proposals/{number}" in page.text
    assert "Found: 2" in words_of(one.get("/console/proposals?status=nonsense&author=x&page=y"))
    assert "Found: 0" in words_of(one.get("/console/proposals?status=accepted"))
    assert "Found: 1" in words_of(one.get(f"/console/proposals?card={CARE}"))


def begun(database: Database, settings: Settings, number: int) -> None:
    """An editor accepted it, and the server died before a file was written."""
    found = Proposals(database).get(number)
    assert found is not None
    edits = plan(CHANGE.validate_python(found.row.change), settings.library_dir)
    assert len(edits.files) == 2
    Proposals(database).begin_accepting(Actor(1, "x"), number, edits.files, own_too=True)


@pytest.mark.parametrize("written", [0, 1, 2])
def test_a_crash_while_files_are_written(
    sign_in: Callable[..., Any], server: TestClient, database: Database, settings: Settings,
    written: int,
) -> None:  # fmt: skip
    caseworker = sign_in()
    number = send(caseworker)
    begun(database, settings, number)
    found = Proposals(database).get(number)
    assert found is not None
    for file in found.row.writing["files"][:written]:
        (settings.library_dir / file["path"]).write_text(file["new"], encoding="utf-8")
    page = caseworker.get(f"/console/proposals/{number}")
    assert "Accepted" in words_of(page)
    assert NEW in (settings.library_dir / FILE).read_text("utf-8")
    assert "revision: 3" in (settings.library_dir / FILE).with_name("card.yml").read_text("utf-8")
    assert len(list((settings.data_dir / "patches").iterdir())) == 1
    wait_for(server)
    found = Proposals(database).get(number)
    assert found is not None and found.row.live_at is not None


def test_a_crash_and_then_somebody_elses_change(
    sign_in: Callable[..., Any], database: Database, settings: Settings
) -> None:
    caseworker = sign_in()
    number = send(caseworker)
    begun(database, settings, number)
    found = Proposals(database).get(number)
    assert found is not None
    first, second = found.row.writing["files"]
    (settings.library_dir / first["path"]).write_text(first["new"], encoding="utf-8")
    (settings.library_dir / second["path"]).write_text(second["old"] + "\n", encoding="utf-8")
    assert Accepting(settings, database).recover() == []
    # Nothing of it stays: no half of a change, and nobody's words are lost.
    assert (settings.library_dir / first["path"]).read_text("utf-8") == first["old"]
    assert (settings.library_dir / second["path"]).read_text("utf-8") == second["old"] + "\n"
    found = Proposals(database).get(number)
    assert found is not None and (found.row.status, found.row.writing) == ("open", None)


def test_a_change_that_is_in_the_files_already(
    sign_in: Callable[..., Any], settings: Settings
) -> None:
    caseworker, editor = sign_in(), sign_in(Role.EDITOR)
    number = send(caseworker, same_meaning="1")
    accept(editor, send(caseworker, same_meaning="1"))
    page = editor.get(f"/console/proposals/{number}")
    assert "the card says so already" in words_of(page)
    assert 'name="fingerprint"' not in page.text and "Send back" in words_of(page)


def test_it_becomes_a_commit_where_that_is_asked(
    sign_in: Callable[..., Any], database: Database, settings: Settings
) -> None:
    settings.commit_proposals = True

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=Maintainer", "-c", "user.email=m@x.test", *words],
            cwd=settings.library_dir, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    caseworker, editor = sign_in(name="an"), sign_in(Role.EDITOR)
    number = send(caseworker)
    accept(editor, number)
    found = Proposals(database).get(number)
    assert found is not None and found.row.commit_id
    assert git("log", "-1", "--format=%H %an %s").split(" ", 2) == [
        found.row.commit_id, "An", f"{DOCTOR}: new wording of answer (en)\n",
    ]  # fmt: skip
    assert git("status", "--porcelain") == ""
    assert found.row.commit_id[:12] in words_of(editor.get(f"/console/proposals/{number}"))


def test_a_difference_is_read_with_its_words() -> None:
    diff = (
        "--- a/topics/x/ar.md\n+++ b/topics/x/ar.md\n@@ -1,3 +1,2 @@\n same\n-a big dog\n"
        "+a small dog\n--- three dashes\n--- /dev/null\n+++ b/topics/x/card.yml\n@@ -0,0 +1 @@\n"
        "+id: x\n\\ No newline at end of file\n"
    )
    text, head = read_difference(diff)
    assert (text.language, text.new, head.language, head.new) == ("ar", False, None, True)
    same, changed, gone = text.hunks[0]
    assert (same.kind, gone.kind, gone.words[0].text) == ("same", "removed", "-- three dashes")
    assert [(each.kind, each.text) for each in changed.words] == [
        ("same", "a "), ("removed", "big"), ("added", "small"), ("same", " dog"),
    ]  # fmt: skip
    assert [line.kind for line in head.hunks[0]] == ["added"]


def test_what_is_missing_is_named_in_the_list_above_the_form(sign_in: Callable[..., Any]) -> None:
    page = sign_in(language="fr").submit("/console/proposals/new", kind="new_card", then="preview")
    for label in ("Titre", "Sujet", "Réponse courte"):
        assert f">{label}\u00a0: Ceci est vide. Remplissez-le.</a>" in page.text
