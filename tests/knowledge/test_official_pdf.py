"""Reading PDF, with files that the tests write by hand and made-up words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest

from knowledge.official import read_pdf as reading
from knowledge.official.apart import read_apart
from knowledge.official.blocks import Block
from knowledge.official.errors import OfficialTextError
from knowledge.official.read_pdf import read_pdf
from knowledge.official.split import split

FULL = "De molen maalt het graan van de boeren uit de hele streek, en dat doet zij"


def text(x: float, y: float, words: str, size: float = 11, font: str = "F1") -> str:
    said = words.encode("cp1252").decode("latin-1")
    said = said.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({said}) Tj ET"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S"


def pdf(pages: Sequence[Sequence[str]], trailer: str = "", filters: str = "") -> bytes:
    """A PDF with a stream for each page."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    fonts = "/Font << /F1 3 0 R /F2 4 0 R >>"
    helvetica = "/Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        f"<< {helvetica} /Helvetica >>".encode(),
        f"<< {helvetica} /Helvetica-Bold >>".encode(),
    ]
    for number, page in enumerate(pages):
        content = "\n".join(page).encode("latin-1")
        if filters:
            content = zlib.compress(content)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << {fonts} >> "
            f"/Contents {6 + 2 * number} 0 R >>".encode(),
            f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream",
        ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n"
    return out + end.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()


def page(number: int, *body: str) -> list[str]:
    """With what stands on every page."""
    return [text(250, 815, "Bureau voor molens", 9), *body, text(290, 30, f"NL {number} NL", 9)]


def cells(y: float, *words: str) -> list[str]:
    """A row of a table of two columns."""
    return [text(x, y, word) for x, word in zip((76, 254), words, strict=True)]


DOCUMENT = pdf(
    [
        page(
            1,
            text(72, 780, "1. DE WIND EN", 14, "F2"),
            text(72, 762, "HET WATER", 14, "F2"),
            text(72, 735, f"{FULL} al heel"),
            text(72, 721, "lang, met EU-"),
            text(72, 707, "molens"),
            text(109, 711, "1", 7),
            text(113, 707, " en water uit de hele streek van Brugge tot Gent en verder"),
            text(72, 693, "zonder te rusten."),
            text(72, 665, "1.1 Wat wij doen", 11, "F2"),
            text(72, 645, "De molenaar zal:"),
            text(80, 631, "\u2022"),
            text(95, 631, "graan malen voor de boeren uit de hele streek, en dat elke dag"),
            text(95, 617, "en elke nacht;"),
            text(80, 603, "\u2022"),
            text(95, 603, "brood bakken."),
            text(72, 575, f"{FULL} al"),
            text(72, 561, "heel lang, al weet niemand hoe lang de molen dat nog vol zal"),
            text(72, 100, "1", 6),
            text(76, 97, "Zie de molenaar van", 8),
            text(72, 87, "Brugge.", 8),
        ),
        page(
            2,
            text(72, 780, "houden zonder hulp."),
            text(72, 750, "Overzicht", 11, "F2"),
            *(line(72, y, 400, y) for y in (740, 720, 700, 680)),
            *(line(x, 740, x, 680) for x in (72, 250, 400)),
            *cells(725, "Actie", "Tijd"),
            *cells(705, "Malen", "2020"),
            *cells(685, "Bakken", "2021"),
        ),
        page(
            3,
            *(line(72, y, 400, y) for y in (780, 760, 740)),
            *(line(x, 780, x, 740) for x in (72, 250, 400)),
            *cells(765, "Rusten", "2022"),
            *cells(745, "Slapen", "2023"),
            text(72, 720, "Dat was het overzicht van alle acties."),
            text(72, 700, "2. MEEL", 14, "F2"),
            text(72, 680, "Een slot."),
        ),
    ]
)


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    return read_pdf(DOCUMENT)


def test_headings_have_numbers_and_pages(blocks: list[Block]) -> None:
    found = [(one.number, one.text, one.page) for one in blocks if one.kind == "heading"]
    assert found == [
        ("1", "DE WIND EN HET WATER", 1), ("1.1", "Wat wij doen", 1), ("", "Overzicht", 2),
        ("2", "MEEL", 3),
    ]  # fmt: skip


def test_paragraphs_are_whole(blocks: list[Block]) -> None:
    said = [one for one in blocks if one.kind == "text"]
    assert said[0].text == (
        f"{FULL} al heel lang, met EU-molens en water uit de hele streek van Brugge tot Gent en "
        "verder zonder te rusten."
    )
    assert said[0].marks == ("1",)
    assert said[2].text.endswith("dat nog vol zal houden zonder hulp.")
    assert [one.text for one in said[3:]] == ["Dat was het overzicht van alle acties.", "Een slot."]


def test_lists_and_footnotes(blocks: list[Block]) -> None:
    items = [one.text for one in blocks if one.kind == "item"]
    assert items[0].endswith("elke dag en elke nacht;") and items[1:] == ["brood bakken."]
    notes = [(one.number, one.text, one.page) for one in blocks if one.kind == "footnote"]
    assert notes == [("1", "Zie de molenaar van Brugge.", 1)]
    (passage,) = [one for one in split("plan", "nl", blocks) if one.kind == "footnote"]
    assert (passage.section, passage.note) == ("1", "1")


def test_tables_go_on_over_pages(blocks: list[Block]) -> None:
    rows = [(one.text, one.page) for one in blocks if one.kind == "row"]
    assert rows == [
        ("Actie: Malen | Tijd: 2020", 2), ("Actie: Bakken | Tijd: 2021", 2),
        ("Actie: Rusten | Tijd: 2022", 3), ("Actie: Slapen | Tijd: 2023", 3),
    ]  # fmt: skip


def test_headers_and_page_numbers_are_gone(blocks: list[Block]) -> None:
    said = " ".join(one.text for one in blocks)
    assert "Bureau" not in said and "NL" not in said.split()


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [text(50, 780 - 14 * n, f"Links {n} maalt de molen het graan", 9) for n in range(20)]
    right = [text(320, 780 - 14 * n, f"Rechts {n} bakt de bakker het brood", 9) for n in range(20)]
    said = " ".join(one.text for one in read_pdf(pdf([[*left, *right]])))
    assert said.index("Links 19") < said.index("Rechts 0")


# What is refused

ENCRYPTED = (
    "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 "
    f"/O <{'ab' * 32}> /U <{'cd' * 32}> >> /ID [<{'01' * 16}> <{'01' * 16}>]"
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pdf([[text(72, 700, "Geheim.")]], trailer=ENCRYPTED), "encrypted"),
        (b"%PDF-1.4\njunk", "damaged"),
        (DOCUMENT[:300], "damaged"),
    ],
    ids=["encrypted", "junk", "cut"],
)
def test_what_cannot_be_read_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(OfficialTextError, match=message):
        read_pdf(content)


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_PAGES", 2)
    with pytest.raises(OfficialTextError, match="3 pages"):
        read_pdf(DOCUMENT)


def test_too_many_letters_on_a_page_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_LETTERS_OF_PAGE", 100)
    with pytest.raises(OfficialTextError, match="page 1"):
        read_pdf(DOCUMENT)


def test_a_picture_of_a_text_says_so() -> None:
    with pytest.raises(OfficialTextError, match="OCR"):
        read_apart(".pdf", pdf([[line(1, 1, 2, 2)]]))


def test_a_stream_that_unpacks_without_end_is_stopped() -> None:
    bomb = pdf([["%" + " " * 100_000_000]], filters="/Filter /FlateDecode")
    assert len(bomb) < 1_000_000
    with pytest.raises(OfficialTextError):
        read_apart(".pdf", bomb, seconds=4)
