"""Reading plain text in its three layouts, with made-up words."""

from __future__ import annotations

import pytest

from knowledge.official.blocks import Block
from knowledge.official.clean import Joiner, normalise, one_line, raised_marks, without_markdown
from knowledge.official.errors import OfficialTextError
from knowledge.official.notes import glued_mark
from knowledge.official.outline import Outline
from knowledge.official.read_txt import read_txt
from knowledge.official.txt_lines import layout_of, lines_of

FULL = "De molen maalt het graan van de boeren uit de hele streek en dat doet zij al heel"


def blocks(text: str, kind: str) -> list[Block]:
    return [block for block in read_txt(text.encode()) if block.kind == kind]


def texts(text: str, kind: str) -> list[str]:
    return [block.text for block in blocks(text, kind)]


def double(*lines: str) -> str:
    """Every line followed by a blank one; a line that begins with ^ follows directly."""
    out = ""
    for line in lines:
        direct = line.startswith("^")
        out = (out.removesuffix("\n") if direct else out) + line.removeprefix("^") + "\n\n"
    return out


# Cleaning


def test_letters_are_the_plainest() -> None:
    assert normalise("tĳdelĳke efﬁciënte COVID‑ 19") == "tijdelijke efficiënte COVID-19"
    assert normalise("re\u00adintegratie\u200b e\u0301e\u0301n…") == "reintegratie één…"
    assert one_line("100\u00a0000  mensen .") == "100 000 mensen."


def test_raised_digits_call_a_footnote_unless_they_measure() -> None:
    assert raised_marks("in 2020⁴ op 3 m² en 5 km²") == ("in 2020 op 3 m² en 5 km²", ("4",))


def test_markdown_is_taken_away() -> None:
    said = '**Vet:** *"schuin, zei "zij""* en [een *link*](#) met 2 * 3 * 4'
    assert without_markdown(said) == 'Vet: "schuin, zei "zij"" en een link met 2 * 3 * 4'


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["de EU-", "molens"], "de EU-molens"),
        (["de asiel-", "en graanmolen"], "de asiel- en graanmolen"),
        (["een graan-", "beheerder"], "een graan- beheerder"),
        (["de inte-", "gratie van"], "de integratie van"),
        (["http://molen.eu/a-", "b/c"], "http://molen.eu/a-b/c"),
        (["http://molen.eu/a.pd", "f"], "http://molen.eu/a.pdf"),
        (["wind –", "water"], "wind – water"),
        (["lokale/", "regionale"], "lokale/regionale"),
    ],
)
def test_line_ends_are_joined(lines: list[str], joined: str) -> None:
    others = ["onze integratie is hier", "graan- en meel", "graan- of brood", "EU-breed beleid is"]
    assert Joiner(others).join(lines) == joined


@pytest.mark.parametrize(
    ("text", "number", "found"),
    [
        ("het vinden van werk.6 Tegelijk", "6", "6"),
        ("uit 2016.1 De", "1", "1"),
        ("strategie 2020-20253).", "3", "3"),
        ("de verklaring EU-Turkije19.", "19", "19"),
        ("programma's25 voor", "25", "25"),
        ("zie punt 4.1 en nr.1", "1", None),
        ("in 2016 en 12,1 procent", "1", None),
        ("de A1 en het H1", "1", None),
        ("in 20253 gevallen", "5", None),
    ],
)
def test_glued_markers(text: str, number: str, found: str | None) -> None:
    span = glued_mark(text, number)
    assert (text[slice(*span)] if span else None) == found


# Headings


def test_numbers_must_follow_on_one_another() -> None:
    outline = Outline()
    lines = (
        "1. MOLENS", "16 oktober 2019.", "2019. Graan", "1.1 Wind", "4 Zie de molen",
        "3.4 Water", "2. Meel", "a) Brood", "c) Koek", "b) Taart", "b) taart", "2.1 Gist",
    )  # fmt: skip
    heard = [outline.numbered(line) for line in lines]
    assert [one.number for one in heard if one] == ["1", "1.1", "2", "2.a", "2.b", "2.1"]
    assert [one.level for one in heard if one] == [1, 2, 1, 2, 2, 2]


def test_asking_does_not_count() -> None:
    outline = Outline()
    assert outline.would_follow("1. Molens")
    assert not outline.would_follow("5. Molens")
    assert outline.numbered("1. Molens")
    assert not outline.numbered("1. Molens")


# Layouts


def test_layouts_are_told_apart() -> None:
    wrapped = "\n".join([FULL, "lang en zonder te rusten."] * 5)
    assert layout_of(lines_of(wrapped)) == "wrapped"
    assert layout_of(lines_of(wrapped.replace("\n", "\n\n"))) == "double-spaced"
    assert layout_of(lines_of(f"{FULL} {FULL} {FULL}.\n\nKort.\n")) == "paragraphs"


def test_a_paragraph_a_line() -> None:
    long = f"{FULL} lang. {FULL} lang."
    text = (
        f"Molens voor iedereen\n\nBrugge, 3 mei 2020\n\n{long}\n\nAchtergrond\n\n{long}7\n\n"
        f"Wij zullen:\n\n- **meel** malen;\n- brood bakken.\n\n- Ook koek.\n\n////\n\n"
        f"Meer lezen\n\n[Een molen](#)\n\n[MEMO](#): graan\n\nContactpersoon voor de pers:\n\n"
        f"[Jan MOLENAAR](#) (+ 32 2 111 11 11)\n[An BAKKER](#) (+32 2 222 22 22)\n\n"
        f"Voor het publiek: [Molen Direct](#) per telefoon [00 800 1 2 3](#)\n\nRelated media\n\n"
        " [Illustration 2020/2](#)\n\n⁷ Zie de bakker.\n"
    )
    assert texts(text, "heading") == ["Molens voor iedereen", "Achtergrond", "Meer lezen"]
    assert texts(text, "item") == [
        "meel malen;", "brood bakken.", "Ook koek.", "Een molen", "MEMO: graan",
    ]  # fmt: skip
    assert [(note.number, note.text) for note in blocks(text, "footnote")] == [
        ("7", "Zie de bakker.")
    ]
    said = " ".join(texts(text, "text"))
    assert "Molen Direct per telefoon" in said and "Wij zullen:" in said
    assert not any(word in said for word in ("MOLENAAR", "BAKKER", "Illustration", "lang.7", "*"))


def test_wrapped_lines() -> None:
    text = (
        f"1. Molens\n\na) Wind\n{FULL}\nlang.1 {FULL}\nlang; en met EU-\nmolens. De tekst houdt\n\n"
        "1 Zie de molenaar van Brugge,\n\nblz. 3.\n\n\n\nhier niet op.\n\n"
        f"2. Een kop die langer is dan zijn regel, over molens en alles wat daar aan vast zit\n"
        f"en nog meer\n\nb) Geen kop.\n\n{FULL}\nlang.\n"
    )
    headings = blocks(text, "heading")
    assert [(one.number, one.page) for one in headings] == [("1", 1), ("1.a", 1), ("2", 2)]
    assert headings[2].text.endswith("vast zit en nog meer")
    said = blocks(text, "text")
    assert said[0].marks == ("1",)
    assert "lang. De" in said[0].text and "EU-molens" in said[0].text
    assert said[0].text.endswith("De tekst houdt hier niet op.")
    assert [(one.number, one.text) for one in blocks(text, "footnote")] == [
        ("1", "Zie de molenaar van Brugge, blz. 3.")
    ]


PAGES = double(
    " 1. MOLENS EN HUN",
    "TOEKOMST",
    FULL,
    "lang, vooral in de streek",
    "^1",
    "^ waar de wind waait",
    "^2",
    "^. ",
    "Een nieuwe alinea over non-",
    "discriminatie in graan19 en meel, die nog niet klaar is wanneer de bladzijde al om",
    "                                                  ",
    "^1 Zie de wind. ",
    "^2 Zie http://molen.eu/a-",
    "b. ",
    "http://molen.eu/a-b",
    "^http://molen.eu/a-b",
    "^ is. Zij gaat hier verder, over alle molens die er in de streek ooit hebben gestaan.",
    "1.1 Wat wij doen",
    "De molenaar zal: ",
    " graan",
    "^3",
    "^ malen voor de boeren uit de hele streek, en ook voor de bakkers uit de stad, en",
    "dat elke dag; ",
    " meel verkopen. Dat gaat dus niet voor niets, en het gaat ook niet zomaar, maar wel goed.",
    "De boeren en de bakkers moeten het volgende doen:",
    " brood eten.",
    "                                                  ",
    "^   Zie het water, zonder getal. ",
    "^  ook koek eten, want dat hoort er in deze streek nu eenmaal bij, zegt iedereen daar.",
    "Kernacties",
    "Dat was het. ",
)


def test_double_spaced_pages() -> None:
    assert layout_of(lines_of(PAGES)) == "double-spaced"
    headings = [(one.number, one.text, one.page) for one in blocks(PAGES, "heading")]
    assert headings == [
        ("1", "MOLENS EN HUN TOEKOMST", 1), ("1.1", "Wat wij doen", 2), ("", "Kernacties", 3),
    ]  # fmt: skip
    said = blocks(PAGES, "text")
    assert said[0].marks == ("1", "2")
    assert said[0].text.endswith("in de streek waar de wind waait.")
    assert "non-discriminatie in graan19 en" in said[1].text  # no footnote 19: it is a word
    assert "al om is. Zij gaat" in said[1].text
    assert [one.text for one in said[2:]] == [
        "De molenaar zal:", "De boeren en de bakkers moeten het volgende doen:", "Dat was het.",
    ]  # fmt: skip
    items = [(one.text.split()[0], one.page) for one in blocks(PAGES, "item")]
    assert items == [("graan", 2), ("meel", 2), ("brood", 2), ("ook", 3)]
    notes = [(one.number, one.text, one.page) for one in blocks(PAGES, "footnote")]
    assert notes[:2] == [("1", "Zie de wind.", 1), ("2", "Zie http://molen.eu/a-b.", 1)]


def test_a_footnote_that_lost_its_number_gets_the_next() -> None:
    notes = [(one.number, one.text, one.page) for one in blocks(PAGES, "footnote")]
    assert notes[2] == ("3", "Zie het water, zonder getal.", 2)
    assert blocks(PAGES, "item")[0].marks == ("3",)


def test_a_table_of_contents_is_no_text() -> None:
    text = f"Inhoud\n\n1. Molens ........ 3\n\n2. Meel . . . . . . 4\n\n1. Molens\n\n{FULL} lang.\n"
    assert [one.number for one in blocks(text, "heading")] == ["", "1"]
    assert texts(text, "text") == [f"{FULL} lang."]


def test_a_printed_page_number_tells_the_page() -> None:
    text = double(
        "1. Molens", FULL, "lang, maar niet", "3", "heel lang. ", FULL, "lang. ", "2. Meel"
    )
    assert [one.page for one in blocks(text, "heading")] == [3, 4]
    assert texts(text, "text")[0].endswith("lang, maar niet heel lang.")


def test_a_flattened_table() -> None:
    rows = []
    for year in range(2010, 2019):
        rows += [f"De molen van {year} herstellen met geld van alle", "boeren. ", f"{year} COM, LS"]
    text = PAGES + double(
        "-----------------",
        "OVERZICHT VAN ALLE GEPLANDE MOLENS",
        " ",
        "^Acties van de boeren",
        "en bakkers",
        "Indicatief",
        "tijdschema",
        "Belangrijkste",
        "actoren",
        " ",
        "^Wind en",
        "water",
        " ",
        *[f"^{row}" if row is rows[0] else row for row in rows],
        " ",
        "^Meel",
        " ",
        "^Meel malen voor iedereen, ook voor de bakkers die",
        "2019-2020",
        "COM, LS,",
        "maatschappelijk",
        "middenveld",
        "^ daar niet om vragen. ",
        "Koek bakken met de mensen uit de streek. 2020",
        "Bakkers",
        "Zonder tijd ook nog taart bakken voor iedereen.",
        "  ",
        "^Ten slotte het brood aan alle mensen uitdelen. ",
        "Jaarlijks COM",
    )
    found = blocks(text, "row")
    assert len(found) == 13
    assert {one.cells["theme"] for one in found} == {"Wind en water", "Meel"}
    assert found[0].cells == {
        "theme": "Wind en water",
        "action": "De molen van 2010 herstellen met geld van alle boeren.",
        "timing": "2010",
        "actors": "COM, LS",
    }
    assert found[9].cells == {
        "theme": "Meel",
        "action": "Meel malen voor iedereen, ook voor de bakkers die daar niet om vragen.",
        "timing": "2019-2020",
        "actors": "COM, LS, maatschappelijk middenveld",
    }
    assert (found[10].cells["timing"], found[10].cells["actors"]) == ("2020", "Bakkers")
    assert (found[11].cells["timing"], found[12].cells["timing"]) == ("", "Jaarlijks")
    assert found[0].text.endswith("| Indicatief tijdschema: 2010 | Belangrijkste actoren: COM, LS")


@pytest.mark.parametrize("content", [b"molen \xff", b"molen\x00"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(OfficialTextError):
        read_txt(content)


def test_an_empty_text_has_no_blocks() -> None:
    assert read_txt(b" \n\f\n") == []
