"""The five official texts that the project was given; they are not in the repository."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from knowledge.official.blocks import Block
from knowledge.official.passage import OfficialPassage
from knowledge.official.read_txt import read_txt
from knowledge.official.split import split

PLANS = Path(__file__).resolve().parents[3] / "shared" / "plans"
PRESS, DUTCH, PLAN_2016, PACT, FLANDERS = FILES = (
    "eu-action-plan-2021-2027-press-release",
    "nl-cabinet-view-on-action-plan",
    "eu-action-plan-2016",
    "eu-migration-pact-2020",
    "flanders-integration-plan-2021-update",
)
pytestmark = pytest.mark.skipif(
    not all((PLANS / f"{name}.txt").is_file() for name in FILES),
    reason="the five official texts are not beside the project (../shared/plans)",
)


@cache
def raw(name: str) -> str:
    return (PLANS / f"{name}.txt").read_text(encoding="utf-8")


@cache
def blocks(name: str) -> tuple[Block, ...]:
    return tuple(read_txt(raw(name).encode()))


@cache
def passages(name: str) -> tuple[OfficialPassage, ...]:
    return tuple(split("plan", "nl", blocks(name)))


def kind(name: str, wanted: str) -> list[Block]:
    return [block for block in blocks(name) if block.kind == wanted]


def numbers(name: str) -> list[str]:
    return [block.number for block in kind(name, "heading") if block.number]


def unnumbered(name: str) -> list[str]:
    return [block.text for block in kind(name, "heading") if not block.number]


def letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text.replace("ĳ", "ij")).lower()


# Outlines


def test_the_outline_of_2016() -> None:
    assert numbers(PLAN_2016) == [
        "1", "2", "3", "4", "4.1", "4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.1.5", "4.2", "4.2.1",
        "4.2.2", "5",
    ]  # fmt: skip
    (table,) = unnumbered(PLAN_2016)
    assert table.startswith("OVERZICHT")
    four = next(block for block in kind(PLAN_2016, "heading") if block.number == "4")
    assert four.text.endswith("IN DE EU")


def test_the_outline_of_the_pact() -> None:
    below = {"2": 6, "4": 4, "6": 6}
    expected = [
        one
        for chapter in "123456789"
        for one in (chapter, *(f"{chapter}.{n + 1}" for n in range(below.get(chapter, 0))))
    ]
    assert numbers(PACT) == expected
    assert unnumbered(PACT).count("Kernacties") == 7
    assert len(unnumbered(PACT)) == 8
    ends = {block.number: block.text.split()[-1] for block in kind(PACT, "heading")}
    wrapped = {"2": "ASIELBEHEER", "2.2": "verantwoordelijkheid", "2.3": "uitvoering"}
    assert wrapped.items() <= ends.items()
    assert (ends["6.3"], ends["8"]) == ("aanpakken", "SAMENLEVINGEN")


def test_the_outline_of_the_dutch_view() -> None:
    letters_of = {"1": "abcdefg", "2": "", "3": "abc", "4": "abcde"}
    expected = [
        one
        for chapter, below in letters_of.items()
        for one in (chapter, *(f"{chapter}.{letter}" for letter in below))
    ]
    assert numbers(DUTCH) == expected
    assert len(unnumbered(DUTCH)) == 1


def test_the_outlines_of_the_short_texts() -> None:
    assert [title.split()[0] for title in unnumbered(PRESS)] == [
        "Inclusie", "Een", "Achtergrond", "Meer",
    ]  # fmt: skip
    assert numbers(FLANDERS) == ["2", "2.A"]
    assert unnumbered(FLANDERS)[-1] == "Samenvatting"


# Lists and tables


def test_every_item_of_a_list_is_found_with_its_lead_in() -> None:
    assert [len(kind(name, "item")) for name in (PLAN_2016, PACT, FLANDERS)] == [39, 64, 7]
    lists = [one for one in passages(PLAN_2016) if one.kind == "list"]
    assert {one.section for one in lists} == {f"4.1.{number}" for number in range(1, 6)}
    assert all(one.text.split("\n")[0].endswith(":") for one in lists)
    assert sum(one.text.count("\n- ") for one in lists) == 39
    key_actions = [one for one in passages(PACT) if one.section_title == "Kernacties"]
    assert {one.section for one in key_actions if one.kind == "list"} == set("2345678")
    assert all(one.text.split("\n")[0].endswith(":") for one in key_actions if one.kind == "list")


def test_the_table_of_2016() -> None:
    rows = [one for one in passages(PLAN_2016) if one.kind == "table"]
    assert len(rows) == 52
    themes = [one.row["theme"] for one in rows]
    counts = [themes.count(theme) for theme in dict.fromkeys(themes)]
    assert counts == [3, 8, 13, 5, 15, 8]
    assert sum(not one.row["timing"] for one in rows) == 1
    for one in rows:
        row = one.row
        assert row["action"][0].isupper() and row["action"].endswith((".", ")"))
        assert "COM" not in row["action"].split()
        if row["timing"]:
            assert re.fullmatch(r"(vanaf )?20\d\d([-/]20\d\d)?|Jaarlijks", row["timing"])
            assert row["actors"].startswith(("COM", "Bureau")), row
            assert not row["actors"].endswith((",", "de"))
    said = letters("".join("".join(one.row.values()) for one in rows))
    start = raw(PLAN_2016).index("OVERZICHT")
    whole = letters(raw(PLAN_2016)[start:])
    # Nothing lost: the title and the names of the columns are all that is not in a row.
    missing = len(whole) - len(said) + sum(len(letters(theme)) for theme in themes)
    assert missing - sum(len(letters(theme)) for theme in set(themes)) < 150


# Footnotes


def test_footnotes_are_kept_apart_and_belong_to_their_section() -> None:
    assert [len(kind(name, "footnote")) for name in FILES] == [0, 8, 60, 68, 1]
    for name in (DUTCH, PLAN_2016, PACT):
        notes = [block.number for block in kind(name, "footnote")]
        assert notes == [str(number + 1) for number in range(len(notes))]
    section = {
        (name, one.note): one.section
        for name in (DUTCH, PLAN_2016, PACT)
        for one in passages(name)
        if one.kind == "footnote"
    }
    assert {section[DUTCH, note] for note in "1234"} == {"2"}
    assert (section[DUTCH, "6"], section[DUTCH, "8"]) == ("3.a", "3.b")
    assert (section[PLAN_2016, "19"], section[PLAN_2016, "25"]) == ("4.1.1", "4.1.1")
    assert (section[PLAN_2016, "10"], section[PLAN_2016, "60"]) == ("2", "5")
    assert (section[PACT, "14"], section[PACT, "53"], section[PACT, "66"]) == ("2.6", "6.6", "7")


def test_every_footnote_was_called() -> None:
    for name in FILES:
        marks = {mark for block in blocks(name) for mark in block.marks}
        assert {block.number for block in kind(name, "footnote")} <= marks


def test_no_marker_stays_in_running_text() -> None:
    for name in FILES:
        for one in passages(name):
            if one.kind == "footnote":
                continue
            assert not re.search(r"[a-zë)]\d{1,2}\b(?!ctz)", one.text.replace("Science4", "")), one
            assert not re.search(r"\b(?:19|20)\d{3}\b", one.text), one
            assert not re.search(r"[⁰¹²³⁴-⁹]", one.text), one


def test_the_split_footnote_is_one() -> None:
    note = next(block for block in kind(PACT, "footnote") if block.number == "53")
    assert "stagemogelijkheden" in note.text and note.text.endswith("ondersteunen.")


# Cleanness


def test_nothing_of_the_text_is_lost() -> None:
    """All but addresses of links, markers, rules, page numbers and the press office."""
    for name in FILES:
        source = re.sub(r"https?://\S+", "", raw(name))
        said = " ".join(
            " ".join(list(block.cells.values())[1:]) if block.cells else block.text
            for block in blocks(name)
        )
        kept = re.sub(r"https?://\S+", "", said)
        lost = len(letters(source)) - len(letters(kept))
        assert abs(lost) < 0.02 * len(letters(source)) + 250, (name, lost)


def test_press_officers_are_dropped() -> None:
    said = " ".join(one.text for one in passages(PRESS))
    officers = re.findall(r"^\[(\S+ [A-Z]+)\]\(#\) \(\+", raw(PRESS), re.MULTILINE)
    assert len(officers) == 3
    for officer in officers:
        assert not any(name.lower() in said.lower() for name in officer.split())
    assert "+32" not in said and "Europe Direct" in said and "Illustration" not in said
    assert not re.search(r"\]\(|\*", said)


def test_letters_and_hyphens() -> None:
    said = {name: " ".join(one.text for one in passages(name)) for name in FILES}
    for text in said.values():
        assert not re.search("[ĳﬁﬂ\u00a0\u2011\u00ad]", text)
    assert "COVID-19" in said[PACT] and "COVID- 19" not in said[PACT]
    assert "ECEC-leerkrachten" in said[PLAN_2016] and "non-discriminatie" in said[PLAN_2016]
    assert "AMIF-financiering" in said[PLAN_2016] and "EU-burgers" in said[DUTCH]
    assert re.search(r"voor- en\s", said[DUTCH]) and "migratie- grensbeheersysteem" in said[PACT]
    assert "re-integratie" in said[PACT] and "ad-hocregeling" in said[PACT]


def test_pages() -> None:
    page = {block.number: block.page for block in kind(PACT, "heading") if block.number}
    assert (page["1"], page["6"], page["9"]) == (2, 20, 33)
    assert max(block.page or 0 for block in blocks(PLAN_2016)) == 24
    assert [block.page for block in kind(DUTCH, "heading")][-1] == 5


def test_passages_have_the_size_of_an_answer() -> None:
    for name in (PLAN_2016, PACT):
        sizes = [len(one.text.split()) for one in passages(name) if one.kind == "text"]
        assert max(sizes) <= 185
        assert sum(size < 60 for size in sizes) < 0.2 * len(sizes)
        assert max(len(one.text.split()) for one in passages(name) if one.kind == "list") <= 200
