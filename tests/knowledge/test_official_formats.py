"""Reading HTML and DOCX, and what is refused, with made-up words."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from knowledge.official.apart import read_apart
from knowledge.official.blocks import Block
from knowledge.official.errors import OfficialTextError
from knowledge.official.read_docx import read_docx
from knowledge.official.read_html import read_html
from knowledge.official.reading import MAX_BYTES, load_file, read_blocks

Shape = tuple[str, str, str]


def shapes(blocks: list[Block]) -> list[Shape]:
    return [(block.kind, block.number, block.text) for block in blocks]


# HTML

EUR_LEX = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html [<!ENTITY lol "lol">]>
<html lang="FR"><head><title>x</title><style>p {}</style></head><body>
<nav><p>Accueil</p></nav><div class="content"><!-- secret -->
<p class="Titreobjet">Plan pour les moulins &lol;</p>
<p class="li ManualHeading1"><span>1.</span><span>LE VENT</span></p>
<p class="Normal">Un texte<sup id="footnoteref1"><a href="#footnote1">1</a></sup> au milieu
 de 5 km<sup>2</sup>, fini<a href="#footnote2">(<sup>2</sup>)</a>.</p>
<p class="li ManualHeading2"><span class="num"><span>1.1.</span></span>
<span>D&eacute;tails</span></p>
<p>Le meunier va:</p>
<p class="li ListBullet"><span class="num">–</span><span>moudre;</span></p>
<ul><li>cuire <b>du pain</b><ul><li>et des gâteaux.</li></ul></li></ul>
<table><tr><td>(a)</td><td>premier</td></tr><tr><td>(b)</td><td>second</td></tr></table>
<table><tr><th>Action</th><th>Quand</th></tr><tr><td rowspan="2">Moudre</td><td>2020</td></tr>
<tr><td>2021</td></tr></table>
<p>7. Pas un titre</p><p><b>Conclusion</b></p><p hidden>caché</p><p style="display: none">caché</p>
<p>Fin.</p><p>Contacts pour la presse:</p><p>Jean MEUNIER (+32 2 123 45 67)</p>
<img src="http://localhost:1/x.png" alt="x"/><iframe src="file:///etc/passwd"></iframe>
<dl id="footnote1"><dt>(<a href="#footnoteref1">1</a>)</dt><dd>La première note.</dd></dl>
<p class="oj-note"><a href="#footnoteref2">(<span>2</span>)</a>&nbsp;La seconde.</p>
</div></body></html>"""


def test_a_page_of_eur_lex() -> None:
    blocks = read_html(EUR_LEX.encode())
    assert shapes(blocks) == [
        ("heading", "", "Plan pour les moulins &lol;"),
        ("heading", "1", "LE VENT"),
        ("text", "", "Un texte au milieu de 5 km2, fini."),
        ("heading", "1.1", "Détails"),
        ("text", "", "Le meunier va:"),
        ("item", "", "moudre;"),
        ("item", "", "cuire du pain"),
        ("item", "", "et des gâteaux."),
        ("item", "", "(a) premier"),
        ("item", "", "(b) second"),
        ("row", "", "Action: Moudre | Quand: 2020"),
        ("row", "", "Action: Moudre | Quand: 2021"),
        ("text", "", "7. Pas un titre"),
        ("heading", "", "Conclusion"),
        ("text", "", "Fin."),
        ("footnote", "1", "La première note."),
        ("footnote", "2", "La seconde."),
    ]
    assert blocks[2].marks == ("1", "2")
    assert blocks[10].cells == {"Action": "Moudre", "Quand": "2020"}


def test_a_page_of_another_site() -> None:
    page = """<body><header>Menu</header><main><h1>Molens</h1>
    <div>Los<br>woord <p>alinea</p> los</div>
    <h2>2. Wind</h2><h3>5.1 Water</h3><p>Noot<sup>3</sup></p>
    <table><tr><td>een cel</td></tr></table>
    <p><sup>3</sup> De noot.</p></main><footer>Adres</footer></body>"""
    assert shapes(read_html(page.encode())) == [
        ("heading", "", "Molens"),
        ("text", "", "Los woord"),
        ("text", "", "alinea"),
        ("text", "", "los"),
        ("heading", "2", "Wind"),
        ("heading", "5.1", "Water"),
        ("text", "", "Noot"),
        ("text", "", "een cel"),
        ("footnote", "3", "De noot."),
    ]


def test_encodings_of_pages() -> None:
    page = '<meta charset="iso-8859-2"><p>Młyn i chleb</p>'
    assert shapes(read_html(page.encode("iso-8859-2"))) == [("text", "", "Młyn i chleb")]


@pytest.mark.parametrize("tag", ["div", "table", "blockquote", "span", "ul"])
def test_deep_nesting_is_refused(tag: str) -> None:
    with pytest.raises(OfficialTextError, match="nested"):
        read_html((f"<{tag}>" * 5000 + "molen").encode())


def test_wide_tables_and_spans_stay_small() -> None:
    page = '<table><tr><td colspan="999999">a</td><td rowspan="999" colspan="999">b</td></tr>'
    page += "<tr><td>c</td><td>d</td></tr>" * 3 + "</table>"
    assert len(read_html(page.encode())) < 10


# DOCX


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
BLANK = b" " * 50_000_000


def document() -> docx.document.Document:
    made = docx.Document()
    made.add_heading("Molens voor iedereen", 0)
    made.add_heading("1. Wind", 1)
    made.add_paragraph("Het waait.")
    made.add_heading("Water", 2)
    made.add_paragraph("De molenaar zal:")
    made.add_paragraph("malen;", style="List Bullet")
    made.add_paragraph("bakken.", style="List Number")
    table = made.add_table(3, 2)
    rows = (("Actie", "Tijd"), ("Malen", "2020"), ("Bakken", "2021"))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    made.sections[0].header.paragraphs[0].text = "Kop van elke bladzijde"
    return made


def packed(made: docx.document.Document, **parts: str) -> bytes:
    """The file, with parts that python-docx does not write."""
    stream = io.BytesIO()
    made.save(stream)
    if not parts:
        return stream.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if "footnotes" in parts and name == "[Content_Types].xml":
                kind = (
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
                )
                override = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>'
                content = content.replace(b"</Types>", f"{override}</Types>".encode())
            if "footnotes" in parts and name == "word/_rels/document.xml.rels":
                kind = (
                    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
                )
                relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/>'
                content = content.replace(
                    b"</Relationships>", f"{relation}</Relationships>".encode()
                )
            new.writestr(name, content)
        for name, text in parts.items():
            new.writestr(f"word/{name}.xml", text)
    return out.getvalue()


def test_a_word_document() -> None:
    assert shapes(read_docx(packed(document()))) == [
        ("heading", "", "Molens voor iedereen"),
        ("heading", "1", "Wind"),
        ("text", "", "Het waait."),
        ("heading", "", "Water"),
        ("text", "", "De molenaar zal:"),
        ("item", "", "malen;"),
        ("item", "", "bakken."),
        ("row", "", "Actie: Malen | Tijd: 2020"),
        ("row", "", "Actie: Bakken | Tijd: 2021"),
    ]


def test_footnotes_of_word() -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("De molen")
    for identifier in ("7", "2"):
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), identifier)
        paragraph.add_run()._r.append(reference)
    paragraph.add_run(" draait.")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = "".join(
        f'<w:footnote w:id="{one}"><w:p><w:r><w:t>Noot {one}.</w:t></w:r></w:p></w:footnote>'
        for one in ("2", "7")
    )
    rule = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    content = packed(made, footnotes=f"<w:footnotes {space}>{rule}{notes}</w:footnotes>")
    blocks = read_docx(content)
    assert shapes(blocks) == [
        ("text", "", "De molen draait."),
        ("footnote", "1", "Noot 7."),
        ("footnote", "2", "Noot 2."),
    ]
    assert blocks[0].marks == ("1", "2")


def test_deleted_words_are_gone_and_inserted_ones_stay() -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("De ")
    for tag, child, word in (("w:ins", "w:t", "nieuwe"), ("w:del", "w:delText", "oude")):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(child)
        text.text = word
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run(" molen.")
    assert shapes(read_docx(packed(made))) == [("text", "", "De nieuwe molen.")]


def test_numbers_that_word_counts() -> None:
    made = docx.Document()
    numbering = made.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for level, pattern in enumerate(("%1.", "%1.%2")):
        one = OxmlElement("w:lvl")
        one.set(qn("w:ilvl"), str(level))
        for tag, value in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:lvlText", pattern)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            one.append(child)
        abstract.append(one)
    numbering.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "90")
    reference = OxmlElement("w:abstractNumId")
    reference.set(qn("w:val"), "90")
    number.append(reference)
    numbering.append(number)
    for title, level in (("Wind", 0), ("Zacht", 1), ("Hard", 1), ("Water", 0), ("Diep", 1)):
        paragraph = made.add_heading(title, level + 1)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = 90
        made.add_paragraph("Tekst.")
    found = [(one.number, one.level) for one in read_docx(packed(made)) if one.kind == "heading"]
    assert found == [("1", 1), ("1.1", 2), ("1.2", 2), ("2", 1), ("2.1", 2)]


def test_a_bold_line_is_a_heading() -> None:
    made = docx.Document()
    run = made.add_paragraph().add_run("Over de wind")
    run.bold, run.font.size = True, Pt(14)
    made.add_paragraph("Tekst.")
    assert shapes(read_docx(packed(made)))[0] == ("heading", "", "Over de wind")


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def with_entities() -> bytes:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">]><x>&a;</x>'
    return zipped(word__document_xml=bomb)


def lying_about_its_size() -> bytes:
    content = zipped(word__document_xml=b" " * 70_000_000)
    real, lie = (70_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    return content.replace(real, lie)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 no zip", "damaged"),
        (packed(document())[:4000], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "encrypted or an old"),
        (zipped(molen=b"x"), "no Word document"),
        (zipped(word__document_xml=b"<x>"), "damaged"),
        (zipped(word__document_xml=b" " * 70_000_000), "zip bomb"),
        (zipped(word__document_xml=b"<x/>", **{f"a{n}": BLANK for n in range(5)}), "bomb"),
        (with_entities(), "entities"),
    ],
    ids=["junk", "cut", "old", "other", "xml", "bomb", "bombs", "entities"],
)  # fmt: skip
def test_hostile_packages_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(OfficialTextError, match=message):
        read_docx(content)


def test_a_package_that_lies_about_its_size_is_refused() -> None:
    with pytest.raises(OfficialTextError, match=r"bomb|damaged"):
        read_docx(lying_about_its_size())


# Files


def test_files_are_checked_before_they_are_read(tmp_path: Path) -> None:
    text = tmp_path / "Molen.TXT"
    text.write_text("molen")
    assert load_file(text) == (".txt", b"molen")
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    large = tmp_path / "large.pdf"
    with large.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    (tmp_path / "folder.txt").mkdir()
    for name, message in (
        ("pipe.txt", "is not a file"),
        ("folder.txt", "is not a file"),
        ("none.txt", "does not exist"),
        ("molen.exe", "Wegwijs reads"),
        ("large.pdf", "larger than 20 MB"),
    ):
        with pytest.raises(OfficialTextError, match=message):
            load_file(tmp_path / name)


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        (".pdf", b"<html>", "it is not PDF"),
        (".docx", b"<html>", "it is not DOCX"),
        (".txt", b"%PDF-1.4", "it is a PDF"),
        (".html", b"%PDF-1.4", "it is a PDF"),
        (".txt", b"", "no text was found"),
        (".html", b"<html><body><script>x</script></body></html>", "no text was found"),
        (".docx", packed(docx.Document()), "no text was found"),
    ],
)
def test_what_holds_no_text_is_refused(suffix: str, content: bytes, message: str) -> None:
    with pytest.raises(OfficialTextError, match=message):
        read_blocks(suffix, content)


# Apart


def test_reading_apart_gives_the_same() -> None:
    content = EUR_LEX.encode()
    assert read_apart(".html", content) == read_html(content)


def test_what_is_wrong_apart_is_told_here() -> None:
    with pytest.raises(OfficialTextError, match="no text was found"):
        read_apart(".txt", b" ")


def test_reading_apart_ends_in_time() -> None:
    with pytest.raises(OfficialTextError, match="memory or time"):
        read_apart(".html", EUR_LEX.encode(), seconds=0)
