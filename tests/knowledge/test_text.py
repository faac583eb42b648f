"""The texts people read: their normal form, their front matter, their parts, their facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import Problem
from knowledge.facts import Fact
from knowledge.text import (
    PARTS,
    Block,
    expired_facts,
    normalise,
    parse_parts,
    placeholders,
    split_front_matter,
)

Problems = Callable[[Callable[[], object]], list[Problem]]

FILE = Path("card/en.md")


def fact(**values: Any) -> Fact:
    return Fact.model_validate({"source": "site", **values})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  hallo \t\n daar\u00a0 ", "hallo daar"),
        ("Ｗｅｇｗｉｊｓ", "Wegwijs"),
        ("ﬁets", "fiets"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("e\u0301e\u0301n", "één"),
        ("soft\u00adhyphen", "softhyphen"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u202eabc\u202c", "abc"),
        ("a\u2028b\u2029c", "a b c"),
        ("\ufeff\u200b", ""),
        ("", ""),
        ("Kerk STRAAT", "Kerk STRAAT"),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_an_accent_behind_an_invisible_sign_joins_its_letter() -> None:
    once = normalise("e\u200d\u0301")
    assert once == normalise(once) == "é"


@given(st.text(st.characters(exclude_categories=("Cf", "Cs", "Co", "Cn"))))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    result = normalise(text)
    assert result == " ".join(result.split())
    assert not any(unicodedata.category(sign).startswith("C") for sign in result)


def test_front_matter_and_the_line_of_the_body() -> None:
    data, body, line = split_front_matter("---\ntitle: A\nquestions: [b]\n---\nText.\n", FILE)
    assert data == "title: A\nquestions: [b]"
    assert body == "Text.\n"
    assert line == 5


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("title: A\n", 1, "must begin with a line '---'"),
        ("", 1, "must begin with a line '---'"),
        ("\n---\ntitle: A\n---\n", 1, "must begin with a line '---'"),
        ("---\ntitle: A\nText.\n", 1, "no closing line '---'"),
    ],
)
def test_bad_front_matter(text: str, line: int, hint: str, problems: Problems) -> None:
    (problem,) = problems(lambda: split_front_matter(text, FILE))
    assert problem.file == FILE
    assert hint in problem.message
    assert problem.line == line


def test_parts_are_returned_in_their_fixed_order() -> None:
    body = "Answer.\n\n## cost\n\nFree.\n\n## steps\n\n1. One.\n2. Two\n   lines.\n\nMore.\n"
    parts = parse_parts(body, FILE, 1)
    assert list(parts) == ["answer", "steps", "cost"]
    assert parts["steps"] == (
        Block(kind="steps", items=("One.", "Two lines.")),
        Block(kind="text", text="More."),
    )
    assert parts["answer"] == (Block(kind="text", text="Answer."),)


def test_marks_are_not_words() -> None:
    body = "Ask the\n*OCMW*  now &amp; here.\n\n- a\n- _b_\n"
    assert parse_parts(body, FILE, 1)["answer"] == (
        Block(kind="text", text="Ask the OCMW now & here."),
        Block(kind="list", items=("a", "b")),
    )


def test_a_list_inside_a_list_is_flattened() -> None:
    body = "- a\n  - b\n  - c\n- d\n\nAfter.\n"
    assert parse_parts(body, FILE, 1)["answer"] == (
        Block(kind="list", items=("a", "b", "c", "d")),
        Block(kind="text", text="After."),
    )


def test_links_pictures_and_html_stay_words() -> None:
    body = "See [site](https://a.b), ![x](y), <b>c</b> and <https://d.e>.\n"
    (block,) = parse_parts(body, FILE, 1)["answer"]
    assert block.text == body.strip()
    assert block.links == ()


@pytest.mark.parametrize(
    ("body", "line", "hint"),
    [
        (
            "Answer.\n\n## price\n\nFree.\n",
            12,
            "unknown part 'price'; use one of: steps, documents",
        ),
        ("Answer.\n\n## Steps\n\n1. a\n", 12, "unknown part 'Steps'"),
        ("Answer.\n\n## answer\n\nAgain.\n", 12, "unknown part 'answer'"),
        ("Answer.\n\n## cost\n\na\n\n## cost\n\nb\n", 16, "the part 'cost' stands here twice"),
        ("Answer.\n\n## cost\n\n## where\n\nb\n", 12, "the part 'cost' is empty"),
        ("## cost\n\nb\n", 10, "the part 'answer' is empty"),
        ("", 10, "the part 'answer' is empty"),
        ("Answer.\n\n```\ncode\n```\n", 12, "use paragraphs, lists and '## part' only"),
        ("Answer.\n\n> quoted\n", 12, "use paragraphs, lists and '## part' only"),
        ("Answer.\n\n***\n\nMore.\n", 12, "use paragraphs, lists and '## part' only"),
    ],
)
def test_wrong_bodies_name_the_line(body: str, line: int, hint: str, problems: Problems) -> None:
    found = problems(lambda: parse_parts(body, FILE, 10))
    assert found[0].file == FILE
    assert found[0].line == line
    assert hint in found[0].message


def test_all_problems_of_a_body_are_told_at_once(problems: Problems) -> None:
    found = problems(lambda: parse_parts("## price\n\na\n\n## cost\n", FILE, 1))
    assert [problem.line for problem in found] == [1, 1, 5]


@pytest.mark.parametrize("item", ["- a\n\n      code\n", "- a\n\n  > quoted\n", "- ## cost\n"])
def test_what_is_not_allowed_is_not_allowed_in_a_list_either(item: str, problems: Problems) -> None:
    found = problems(lambda: parse_parts(f"Answer.\n\n{item}", FILE, 1))
    assert all("is not allowed" in problem.message for problem in found)


def test_two_paragraphs_of_a_step_are_one_step() -> None:
    (block,) = parse_parts("1. One.\n\n   More of one.\n\n2. Two.\n", FILE, 1)["answer"]
    assert block.items == ("One. More of one.", "Two.")


def test_bold_is_refused(problems: Problems) -> None:
    (problem,) = problems(lambda: parse_parts("Call.\n\n- Call **now**.\n", FILE, 1))
    assert (problem.file, problem.line) == (FILE, 3)


WORDS = st.text("abcdefghij éشሰ", min_size=1, max_size=20).map(str.strip).filter(bool)
BLOCKS = st.one_of(
    WORDS.map(lambda text: Block(kind="text", text=normalise(text))),
    st.builds(
        lambda kind, items: Block(kind=kind, items=tuple(normalise(item) for item in items)),
        st.sampled_from(["list", "steps"]),
        st.lists(WORDS, min_size=1, max_size=4),
    ),
)


def rendered(blocks: list[Block]) -> str:
    """Blocks as a maintainer writes them, with a paragraph between two of them."""
    pieces = []
    for block in blocks:
        if block.kind == "text":
            pieces.append(block.text)
        else:
            sign = "- " if block.kind == "list" else "1. "
            pieces.append("\n".join(sign + item for item in block.items))
    return "\n\n".join(pieces) + "\n"


@given(
    st.fixed_dictionaries(
        {"answer": st.lists(BLOCKS, min_size=1, max_size=3)},
        optional={part: st.lists(BLOCKS, min_size=1, max_size=3) for part in PARTS},
    )
)
def test_parsing_what_was_written_gives_it_back(parts: dict[str, list[Block]]) -> None:
    # The short answer stands first; the parts stand in any order.
    keys = ["answer", *(key for key in parts if key != "answer")]
    separated = {key: _with_text_between(parts[key]) for key in keys}
    body = "\n".join(
        ("" if key == "answer" else f"## {key}\n\n") + rendered(blocks)
        for key, blocks in separated.items()
    )
    expected = {key: tuple(separated[key]) for key in ("answer", *PARTS) if key in separated}
    assert parse_parts(body, FILE, 1) == expected


def _with_text_between(blocks: list[Block]) -> list[Block]:
    """Two lists in a row would be read as one."""
    result: list[Block] = []
    for block in blocks:
        if result and block.kind != "text" and result[-1].kind != "text":
            result.append(Block(kind="text", text="between"))
        result.append(block)
    return result


def test_placeholders() -> None:
    assert placeholders("Pay {fee} in {term.value} days, {fee}.") == {"fee", "term"}
    assert placeholders("No {Fee}, { fee }, {1fee}, {fee.other}, fee.") == set()


@pytest.mark.parametrize("wrong", ["{Fee}", "{ fee }", "{fee.values}", "{fee"])
def test_what_looks_like_a_placeholder_but_is_none_is_refused(
    wrong: str, problems: Problems
) -> None:
    (problem,) = problems(lambda: parse_parts(f"Pay.\nYou pay {wrong}.\n", FILE, 10))
    assert (problem.file, problem.line) == (FILE, 11)


def test_filling_writes_facts_and_collects_links() -> None:
    facts = {
        "fee": fact(kind="amount", value=4),
        "line": fact(kind="phone", value="0800-1234"),
        "site": fact(kind="url", value="https://example.org/"),
        "term": fact(kind="duration", value=30, unit="day"),
    }
    block = Block(kind="steps", items=("Call {line} or {line}.", "See {site}.", "Pay {fee}."))
    filled = block.filled(facts, "en")
    assert filled.items == ("Call 0800-1234 or 0800-1234.", "See example.org.", "Pay €4.")
    assert [(link.text, link.href) for link in filled.links] == [
        ("0800-1234", "tel:08001234"),
        ("example.org", "https://example.org/"),
    ]
    assert filled.language == "en"
    assert block.items[0] == "Call {line} or {line}.", "the block itself must not change"
    text = Block(kind="text", text="{term}, {term.value}").filled(facts, "nl")
    assert text.text == "30 dagen, 30"
    assert text.links == ()


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
def test_links_of_a_filled_block_stand_in_its_words(language: str) -> None:
    facts = {"line": fact(kind="phone", value="0800-1234")}
    filled = Block(kind="text", text="({line})").filled(facts, language)
    assert all(link.text in filled.text for link in filled.links)
    assert len(filled.links) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Захист діє до {end}.", "Захист діє до 4 березня 2027 р."),
        ("Після {end} правила інші.", "Після 4 березня 2027 р. правила інші."),
    ],
)
def test_a_date_that_ends_with_a_full_stop(text: str, expected: str) -> None:
    facts = {"end": Fact(kind="date", value=date(2027, 3, 4), source="s")}
    assert normalise(Block(kind="text", text=text).filled(facts, "uk").text) == expected


def test_expired_facts_of_a_text() -> None:
    facts = {
        "old": fact(kind="amount", value=4, valid_until="2025-12-31"),
        "new": fact(kind="amount", value=5, valid_from="2027-01-01"),
        "now": fact(kind="amount", value=6),
        "unused": fact(kind="amount", value=7, valid_until="2020-01-01"),
    }
    text = "{old} {new.value} {now}"
    assert expired_facts(text, facts, date(2026, 6, 1)) == {"old", "new"}
    assert expired_facts(text, facts, date(2027, 6, 1)) == {"old"}


def test_plain_is_every_word_on_one_line() -> None:
    assert Block(kind="list", items=("a", "b")).plain == "a b"
    assert Block(kind="text", text="a").plain == "a"
