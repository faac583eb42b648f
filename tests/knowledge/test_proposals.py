"""Working out what a proposed change does to the files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.cards import CardFile
from knowledge.errors import LibraryError, WegwijsError
from knowledge.library import Library
from knowledge.proposals.change import (
    CHANGE,
    AddQuestion,
    Change,
    MoveQuestion,
    NewCard,
    NewSource,
    ReviewTranslation,
    SetFact,
    WordPart,
    summary,
)
from knowledge.proposals.edits import FileEdits, apply, draft_folder, unified_diff
from knowledge.proposals.errors import ProposalError
from knowledge.proposals.plan import plan
from knowledge.settings import PACKAGE
from knowledge.skeleton import SkeletonError
from knowledge.text import PARTS
from knowledge.yaml_files import load_yaml

TODAY = date(2026, 11, 24)
DOCTOR = "find-a-doctor.netherlands"
FOLDER = "topics/health/find-a-doctor/netherlands"
SOURCE = NewSource(
    id="town", publisher="Stad: Gent", title='De "huisarts"', url="https://stad.gent/arts",
    language="nl",
)  # fmt: skip
LAYER = {
    "layer.yml": """\
overrides: find-a-doctor.flanders
place: ghent
original: nl
revision: 1
checked_on: 2026-11-01
check_again_by: 2027-05-01
sources:
  - {id: town, publisher: G, title: A, url: "https://a.be/", language: nl, checked_on: 2026-11-01}
facts:
  desk:   # the town's desk
    kind: phone
    value: "09 210 10 10"
    source: town
""",
    "en.md": "---\nrevision: 1\ntranslated_from: nl\n---\n## where\n\n- The desk: {desk}.\n",
}


def word(language: str, part: str, text: str, **more: Any) -> WordPart:
    return WordPart(card=DOCTOR, language=language, part=part, text=text, **more)  # type: ignore[arg-type]


def fact(name: str, value: str, **more: Any) -> SetFact:
    return SetFact(card=DOCTOR, fact=name, value=value, checked_on=TODAY, **more)


def new_card(**more: Any) -> NewCard:
    values: dict[str, Any] = {
        "topic": "lighthouse", "domain": "work", "place": "ghent", "situation": "student",
        "language": "en", "title": "Light: a house", "answer": "Ask the keeper.\n\n- Really.",
        "parts": {"where": "At the sea.", "steps": "1. Go.\n2. Look."},
        "questions": ["where is: the light", "is it on"], "source": SOURCE, "checked_on": TODAY,
    }  # fmt: skip
    return NewCard(**{**values, **more})


CHANGES: list[Change] = [
    word("nl", "answer", "Kies een arts. Bel {line}.", same_meaning=True),
    AddQuestion(card=DOCTOR, language="ar", question="أين الطبيب"),
    MoveQuestion(
        question="am i allowed to have a job", language="en", to_card="may-i-work.netherlands"
    ),
    fact("wait", "3", unit="week", source=SOURCE, valid_until=date(2027, 1, 1)),
    new_card(),
    ReviewTranslation(
        card=DOCTOR, language="ar", reviewer="Amal", day=TODAY, parts={"answer": "نعم {line}."}
    ),
]


def moved(edits: FileEdits) -> list[str]:
    """The lines that went and came, without the names of the files."""
    return [
        line
        for line in unified_diff(edits).split("\n")
        if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
    ]


def refused(change: Change, folder: Path) -> str:
    with pytest.raises(WegwijsError) as caught:
        plan(change, folder)
    return str(caught.value)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_a_change_is_stored_and_read_again(change: Change) -> None:
    assert CHANGE.validate_json(CHANGE.dump_json(change)) == change
    assert "\n" not in summary(change)


@pytest.mark.parametrize(
    "values",
    [
        {"card": "../../etc/passwd"},
        {"language": "../nl"},
        {"part": "price"},
        {"text": "   \n"},
        {"text": "bell\x07"},
        {"text": "TO-WRITE"},
        {"text": "x" * 5000},
        {"day": "yesterday"},
        {"colour": "red"},
    ],
)
def test_a_change_that_makes_no_sense_is_refused_at_once(values: dict[str, str]) -> None:
    sound = {"kind": "word_part", "card": DOCTOR, "language": "nl", "part": "answer", "text": "Ja."}
    CHANGE.validate_python(sound)
    with pytest.raises(ValidationError):
        CHANGE.validate_python({**sound, **values})


def test_new_words_of_an_original_raise_its_revision(library_folder: Path) -> None:
    edits = plan(word("nl", "duration", "U wacht {wait}.\r\n\r\nSoms langer.  "), library_folder)
    assert set(edits.texts) == {f"{FOLDER}/card.yml", f"{FOLDER}/nl.md"}
    assert moved(edits) == ["-revision: 1", "+revision: 2", "-revision: 1", "+revision: 2",
                            "+", "+Soms langer."]  # fmt: skip
    apply(edits)
    card = Library.load(library_folder).cards[DOCTOR]
    assert (card.revision, card.texts["nl"].revision, card.texts["en"].revision) == (2, 2, 1)


def test_a_spelling_mistake_leaves_translations_up_to_date(library_folder: Path) -> None:
    change = word("nl", "duration", "U wacht wel {wait}.", same_meaning=True)
    assert set(plan(change, library_folder).texts) == {f"{FOLDER}/nl.md"}


def test_new_words_of_a_translation_keep_its_revision(library_folder: Path) -> None:
    apply(plan(word("nl", "duration", "U wacht {wait}, of langer."), library_folder))
    words = "You wait {wait}, or longer."
    assert moved(plan(word("en", "duration", words), library_folder)) == [
        "-You wait {wait}.", f"+{words}",
    ]  # fmt: skip
    change = word("en", "duration", words, up_to_date=True, reviewer="Ann: O'Neil", day=TODAY)
    apply(plan(change, library_folder))
    text = Library.load(library_folder).cards[DOCTOR].texts["en"]
    assert (text.revision, text.translated_from, text.reviewed_by) == (2, "nl", "Ann: O'Neil")
    # Nobody has checked the next wording.
    apply(plan(word("en", "duration", "You must wait {wait}."), library_folder))
    assert Library.load(library_folder).cards[DOCTOR].texts["en"].unreviewed


def test_a_new_part_stands_in_its_place(library_folder: Path) -> None:
    for part in ("refused", "documents"):
        apply(plan(word("nl", part, f"Dit is {part}."), library_folder))
    text = (library_folder / FOLDER / "nl.md").read_text(encoding="utf-8")
    headings = [line[3:] for line in text.split("\n") if line.startswith("## ")]
    assert headings == ["steps", "documents", "duration", "refused"]
    assert "2. Schrijf u in.\n\n## documents\n\nDit is documents.\n\n## duration" in text
    assert text.endswith("U wacht {wait}.\n\n## refused\n\nDit is refused.\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (word("nl", "answer", "Bel {lijn}."), f"{FOLDER}/nl.md:8: {{lijn}} is no fact of this"),
        (word("nl", "answer", "Bel {line}"[:-1]), "belongs to no placeholder"),
        (word("nl", "answer", "**Bel** nu."), "bold is not allowed"),
        (word("nl", "answer", "> Bel nu."), "blockquote_open is not allowed"),
        (word("nl", "answer", "Bel {line}.\n\n## where\n\nHier."), "holds a heading"),
        (word("nl", "answer", "## where\n\nHier."), "part 'answer' is empty"),
        (word("nl", "answer", "Iedereen mag een huisarts kiezen. Bel {line}."), "changes nothing"),
        (word("en", "answer", "Call us."), "the part answer lost {line}; it stands in nl.md"),
        (word("en", "steps", "1. Call {line}."), "names {line}, which nl.md does not"),
        (word("en", "cost", "It is free."), "nl.md, has no part cost"),
        (word("ti", "answer", "ሓደ"), "has no text in 'ti'; it has ar, en, nl"),
        (WordPart(card="a.b", language="nl", part="answer", text="A."), "There is no card 'a.b'"),
        (word("nl", "answer", "A.", layer="ghent"), "has no layer for 'ghent'"),
        (AddQuestion(card=DOCTOR, language="nl", question="Huisarts zonder WACHTLIJST"), "already"),
        (fact("fee", "3"), "has no fact 'fee'; it has: line, wait"),
        (fact("wait", "1.000"), "'1.000' is no number"),
        (fact("wait", "soon"), "'soon' is no number"),
        (fact("wait", "3", source="book"), "has no source 'book'; it has: site"),
        (
            fact("wait", "3", valid_from=TODAY, valid_until=date(2026, 1, 1)),
            "valid_until lies before valid_from",
        ),
        (
            ReviewTranslation(card=DOCTOR, language="nl", reviewer="Jan", day=TODAY),
            "nl is the language that find-a-doctor.netherlands was written in",
        ),
        (new_card(topic="find-a-doctor"), "stands in the domain health"),
        (new_card(place="atlantis"), "There is no place 'atlantis'"),
        (new_card(domain="cooking"), "There is no domain 'cooking'"),
        (new_card(answer="Pay {fee}."), "{fee} is no fact of this card"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_mend(
    change: Change, said: str, library_folder: Path
) -> None:
    before = {file: file.read_bytes() for file in library_folder.rglob("*") if file.is_file()}
    assert said in refused(change, library_folder)
    after = {file: file.read_bytes() for file in library_folder.rglob("*") if file.is_file()}
    assert after == before


def test_a_question_is_added_as_one_line(library_folder: Path) -> None:
    change = AddQuestion(card=DOCTOR, language="en", question=" is it [really]: free #1 ? ")
    assert moved(plan(change, library_folder)) == ["+  - 'is it [really]: free #1 ?'"]
    apply(plan(change, library_folder))
    questions = Library.load(library_folder).cards[DOCTOR].texts["en"].questions
    assert questions[-1] == "is it [really]: free #1 ?"
    with pytest.raises(ValidationError, match="no placeholder"):
        AddQuestion(card=DOCTOR, language="en", question="what is {wait}")


def test_a_question_moves_to_the_card_that_answers_it(library_folder: Path) -> None:
    move = MoveQuestion(question="Huisarts zonder wachtlijst", language="en",
                        to_card="may-i-work.netherlands")  # fmt: skip
    edits = plan(move, library_folder)
    assert moved(edits) == ["-  - huisarts zonder wachtlijst", "+  - Huisarts zonder wachtlijst"]
    assert set(edits.texts) == {
        f"{FOLDER}/en.md", "topics/work/may-i-work/netherlands/en.md",
    }  # fmt: skip
    named = move.model_copy(update={"from_card": DOCTOR})
    assert plan(named, library_folder) == edits
    apply(edits)
    assert "says so already" in refused(move, library_folder)
    assert "does not have the question" in refused(named, library_folder)
    # A card must answer something.
    only = MoveQuestion(question="which doctor can i choose in flanders", language="en",
                        to_card="may-i-work.netherlands")  # fmt: skip
    assert "this is its only question" in refused(only, library_folder)
    # Cards of one topic share their questions.
    shared = only.model_copy(update={"to_card": DOCTOR})
    assert set(plan(shared, library_folder).texts) == {f"{FOLDER}/en.md"}


def test_a_fact_gets_a_value_with_its_proof_and_its_time(library_folder: Path) -> None:
    until = date(2027, 12, 31)
    edits = plan(fact("wait", "2,5", unit="week", source=SOURCE, valid_until=until), library_folder)
    assert moved(edits) == [
        "+  - id: town",
        "+    publisher: 'Stad: Gent'",
        '+    title: De "huisarts"',
        "+    url: https://stad.gent/arts",
        "+    language: nl",
        "+    checked_on: 2026-11-24",
        "-    value: 2",
        "-    unit: day",
        "-    source: site",
        "+    value: 2.5",
        "+    unit: week",
        "+    source: town",
        "+    valid_until: 2027-12-31",
    ]
    apply(edits)
    wait = Library.load(library_folder).cards[DOCTOR].facts["wait"]
    assert (wait.value, wait.unit, wait.source, wait.valid_until) == (2.5, "week", "town", until)
    assert "has a source 'town'" in refused(fact("wait", "3", source=SOURCE), library_folder)
    # No end is known any more, and the number stays between quotes.
    assert moved(plan(fact("wait", "2.5"), library_folder)) == ["-    valid_until: 2027-12-31"]
    assert '+    value: "0800-5"' in moved(plan(fact("line", "0800-5"), library_folder))


def test_a_fact_of_every_real_card_is_edited_alone() -> None:
    """Comments, order and all other lines stay as they are."""
    library = PACKAGE / "library"
    cards = 0
    for file in sorted(library.glob("topics/*/*/*/card.yml")):
        head = load_yaml(CardFile, file)
        if not head.facts:
            continue
        name, old = list(head.facts.items())[-1 if cards % 2 else 0]
        value = {"date": "2031-02-03", "url": "https://example.org/new"}.get(old.kind, "77")
        change = SetFact(
            card=head.id, fact=name, value=value, checked_on=date(2031, 1, 1),
            valid_from=old.valid_from, valid_until=date(2032, 1, 1),
        )  # fmt: skip
        lines = moved(plan(change, library))
        gone = {line.split(":")[0].split()[-1] for line in lines if line[0] == "-"}
        came = [line.split(":")[0].split()[-1] for line in lines if line[0] == "+"]
        assert sorted(came) == ["checked_on", "valid_until", "value"], file
        assert {"value", "checked_on"} <= gone <= set(came), file
        cards += 1
    assert cards > 100


def test_the_answer_of_every_real_card_is_edited_alone() -> None:
    library = PACKAGE / "library"
    cards = 0
    for file in sorted(library.glob("topics/*/*/*/card.yml")):
        head = load_yaml(CardFile, file)
        change = WordPart(card=head.id, language=head.original, part="answer", text="Ja.")
        revision = f"+revision: {head.revision + 1}"
        came = [line for line in moved(plan(change, library)) if line.startswith("+")]
        assert [line.split("#")[0].rstrip() for line in came] == [revision, revision, "+Ja."], file
        cards += 1
    assert cards > 100


def test_a_translation_that_was_checked_says_by_whom(library_folder: Path) -> None:
    change = ReviewTranslation(
        card=DOCTOR, language="ar", reviewer="Amal Haddad", day=TODAY, title="طبيب",
        parts={"duration": "انتظر {wait}."},
    )  # fmt: skip
    assert [line for line in moved(plan(change, library_folder)) if line[0] == "+"] == [
        "+title: طبيب", "+reviewed_by: Amal Haddad   # on 2026-11-24", "+انتظر {wait}.",
    ]  # fmt: skip
    apply(plan(change, library_folder))
    text = Library.load(library_folder).cards[DOCTOR].texts["ar"]
    assert text.reviewed_by == "Amal Haddad" and not text.unreviewed and text.revision == 1
    again = change.model_copy(update={"day": date(2026, 12, 1), "parts": {}})
    assert moved(plan(again, library_folder)) == [
        "-reviewed_by: Amal Haddad   # on 2026-11-24",
        "+reviewed_by: Amal Haddad   # on 2026-12-01",
    ]


def test_a_new_card_is_one_that_loads(library_folder: Path, tmp_path: Path) -> None:
    edits = plan(new_card(), library_folder)
    folder = "topics/work/lighthouse/ghent.student"
    assert set(edits.texts) == {f"{folder}/card.yml", f"{folder}/en.md"}
    assert edits.owner == "lighthouse.ghent.student"
    assert not (library_folder / folder).exists()
    card = Library.load(draft_folder(edits, tmp_path / "draft")).cards["lighthouse.ghent.student"]
    text = card.texts["en"]
    assert text.title == "Light: a house" and text.questions[0] == "where is: the light"
    assert [*text.parts] == ["answer", *(part for part in PARTS if part in ("steps", "where"))]
    assert text.parts["steps"][0].items == ("Go.", "Look.")
    assert card.sources[0].publisher == "Stad: Gent" and card.checked_on == TODAY
    apply(edits)
    with pytest.raises(SkeletonError, match="is there already"):
        plan(new_card(), library_folder)


def test_a_layer_is_corrected_in_its_own_files(library_folder: Path) -> None:
    folder = library_folder / "topics/health/find-a-doctor/ghent"
    folder.mkdir()
    for name, text in LAYER.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "nl.md").write_text("---\nrevision: 1\n---\n## where\n\n- Loket: {desk}.\n", "utf-8")
    dutch = (folder.parent / "flanders/en.md").read_text("utf-8")
    dutch = dutch.replace("revision: 1", "revision: 1\ntranslated_from: en")
    (folder.parent / "flanders/nl.md").write_text(dutch, encoding="utf-8")
    Library.load(library_folder)
    card = "find-a-doctor.flanders"
    desk = SetFact(card=card, layer="ghent", fact="desk", value="09 1", checked_on=TODAY)
    with pytest.raises(ProposalError, match="has no fact 'desk'"):
        plan(desk.model_copy(update={"layer": None}), library_folder)
    assert moved(plan(desk, library_folder))[-2:] == [
        '-    value: "09 210 10 10"', '+    value: "09 1"',
    ]  # fmt: skip
    words = WordPart(card=card, layer="ghent", language="nl", part="where", text="- Hier: {desk}.")
    assert set(plan(words, library_folder).texts) == {
        "topics/health/find-a-doctor/ghent/layer.yml", "topics/health/find-a-doctor/ghent/nl.md",
    }  # fmt: skip
    review = ReviewTranslation(card=card, layer="ghent", language="en", reviewer="An", day=TODAY)
    assert moved(plan(review, library_folder)) == ["+reviewed_by: An   # on 2026-11-24"]
    titled = review.model_copy(update={"title": "Ghent"})
    assert "has no title of its own" in refused(titled, library_folder)


def test_what_only_a_person_can_edit_is_left_to_one(library_folder: Path) -> None:
    file = library_folder / FOLDER / "nl.md"
    text = file.read_text(encoding="utf-8")
    start, end = text.index("questions:"), text.index("revision:")
    file.write_text(f"{text[:start]}questions: [een, twee]\n{text[end:]}", encoding="utf-8")
    with pytest.raises(LibraryError, match="questions is laid out so that only a person"):
        plan(AddQuestion(card=DOCTOR, language="nl", question="drie"), library_folder)
