"""From blocks to passages."""

from __future__ import annotations

from knowledge.official.blocks import Block
from knowledge.official.passage import OfficialPassage
from knowledge.official.split import FEWEST, MOST, sentences_of, split, words


def made(*blocks: Block) -> list[OfficialPassage]:
    return split("plan", "nl", blocks)


def heading(text: str, number: str = "", level: int = 0) -> Block:
    return Block("heading", text, 1, number, level or (number.count(".") + 1 if number else 0))


def sentence(count: int) -> str:
    return "Er " + "graan " * (count - 2) + "maalt."


def test_sentences() -> None:
    text = 'De wind (bv. in nr. 3) waait. "Ja!" zei J. Jansen. Hij maalt o.a. Tarwe; En 3,5 kg.'
    assert sentences_of(text) == [
        "De wind (bv. in nr. 3) waait.", '"Ja!" zei J. Jansen.', "Hij maalt o.a. Tarwe;",
        "En 3,5 kg.",
    ]  # fmt: skip


def test_passages_know_where_they_stand() -> None:
    passages = made(
        Block("text", sentence(70)),
        heading("MOLENS", "1"),
        heading("Wind", "1.1"),
        Block("text", sentence(70), 3, marks=("1",)),
        heading("Water", "1.2"),
        Block("text", sentence(70), 4),
        Block("footnote", "Zie de wind.", 3, "1"),
        heading("Kort gezegd"),
        Block("text", sentence(5), 4),
        heading("MEEL", "2"),
        heading("Kort gezegd"),
        Block("text", sentence(6), 5),
        heading("OVERZICHT"),
        Block("row", "Wind: malen", 6, cells={"theme": "Wind", "action": "malen"}),
    )
    assert [(one.section, one.section_title, one.chapter, one.kind) for one in passages] == [
        ("", "", "", "text"),
        ("1.1", "Wind", "MOLENS", "text"),
        ("1.1", "Wind", "MOLENS", "footnote"),
        ("1.2", "Water", "MOLENS", "text"),
        ("1", "Kort gezegd", "MOLENS", "text"),
        ("2", "Kort gezegd", "MEEL", "text"),
        ("", "OVERZICHT", "OVERZICHT", "table"),
    ]
    assert [one.id for one in passages] == [f"plan.nl.{number + 1:04d}" for number in range(7)]
    assert (passages[1].page, passages[2].note, passages[6].row["theme"]) == (3, "1", "Wind")


def test_footnotes_that_begin_anew_belong_to_the_last_call() -> None:
    passages = made(
        heading("Wind", "1"),
        Block("text", "Een.", 1, marks=("1",)),
        Block("footnote", "Eerste.", 1, "1"),
        heading("Water", "2"),
        Block("text", "Twee.", 2, marks=("1",)),
        Block("footnote", "Tweede.", 2, "1"),
    )
    notes = [(one.section, one.text) for one in passages if one.kind == "footnote"]
    assert notes == [("1", "Eerste."), ("2", "Tweede.")]


def test_short_paragraphs_go_together_and_long_ones_apart() -> None:
    passages = made(
        *(Block("text", sentence(25)) for _ in range(4)),
        Block("text", " ".join(sentence(25) for _ in range(12))),
        Block("text", sentence(10)),
    )
    sizes = [words(one.text) for one in passages]
    assert sum(sizes) == 410
    assert all(FEWEST <= size <= MOST for size in sizes)
    assert passages[0].text.count("\n") == 2


def test_a_sentence_is_never_cut() -> None:
    (passage,) = made(Block("text", sentence(300)))
    assert words(passage.text) == 300


def test_lists_keep_their_lead_in() -> None:
    passages = made(
        Block("text", f"{sentence(80)} De molenaar zal:", 1),
        *(Block("item", sentence(40), 2) for _ in range(6)),
        Block("text", "De bakker zal:", 3),
        Block("item", "bakken.", 3),
    )
    assert [one.kind for one in passages] == ["text", "list", "list", "list"]
    assert passages[0].text == sentence(80)
    assert [one.text.split("\n")[0] for one in passages[1:3]] == ["De molenaar zal:"] * 2
    assert [one.text.count("\n- ") for one in passages[1:]] == [3, 3, 1]
    assert [one.page for one in passages] == [1, 1, 2, 3]


def test_a_short_text_before_a_list_stays_with_it() -> None:
    (passage,) = made(
        Block("text", sentence(10), 1), Block("text", "Dus:", 1), Block("item", "malen.", 1)
    )
    assert passage.kind == "list"
    assert passage.text == f"{sentence(10)}\nDus:\n- malen."


def test_a_list_without_lead_in() -> None:
    (passage,) = made(heading("Wind", "1"), Block("item", "malen."), Block("item", "bakken."))
    assert passage.text == "- malen.\n- bakken."


def test_nothing_makes_nothing() -> None:
    assert made() == []
    assert made(heading("Wind", "1")) == []
