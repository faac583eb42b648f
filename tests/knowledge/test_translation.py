"""Handing texts to translators and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from knowledge.checks.run import check_folder
from knowledge.library import Library
from knowledge.translation import Job, Segment, TranslationError, jobs, take_back
from knowledge.xliff import Xliff, XliffError, read_xliff, write_xliff

Edit = Callable[[Path, str, str], int]
DOCTOR = "topics/health/find-a-doctor/netherlands"


def translated(job: Job, words: str = "ትርጉም") -> Job:
    """The job as a translator gives it back: every piece in other words, with its facts."""
    pieces = []
    for segment in job.segments:
        facts = " ".join(part for part in segment.text.split() if "{" in part)
        pieces.append(replace(segment, translation=f"{words} {segment.id} {facts}".strip()))
    return replace(job, segments=tuple(pieces))


def job_of(library: Library, owner: str, language: str = "ti") -> Job:
    return next(job for job in jobs(library, language, everything=True) if job.owner == owner)


def test_there_and_back(library_folder: Path) -> None:
    library = Library.load(library_folder)
    found = jobs(library, "ti")
    assert {job.owner for job in found} == library.cards.keys() | library.passages.keys()
    mine = [job for job in found if job.source == "nl"]
    assert "find-a-doctor.netherlands" in {job.owner for job in mine}
    data = write_xliff(Xliff("nl", "ti", tuple(translated(job) for job in mine)))
    back = read_xliff(data)
    assert back == Xliff("nl", "ti", tuple(translated(job) for job in mine))
    files = take_back(library, "ti", list(back.jobs), "A. Reader")
    assert sorted(file.name for file in files) == ["ti.md"] * len(mine)
    new = Library.load(library_folder)
    text = new.cards["find-a-doctor.netherlands"].texts["ti"]
    original = new.cards["find-a-doctor.netherlands"].texts["nl"]
    assert (text.revision, text.translated_from, text.reviewed_by) == (1, "nl", "A. Reader")
    assert not text.unreviewed
    assert list(text.parts) == list(original.parts)
    assert [block.kind for block in text.parts["steps"]] == ["steps"]
    assert len(text.parts["steps"][0].items) == 2
    _, findings = check_folder(library_folder)
    shape = {"lost-fact", "added-fact", "other-parts", "other-list", "translation-behind"}
    assert not [one for one in findings if one.file in files and one.check in shape]
    assert job_of(new, "find-a-doctor.netherlands").segments[0].translation == "ትርጉም title"
    assert "find-a-doctor.netherlands" not in {job.owner for job in jobs(new, "ti")}


def test_nobody_checked_it(library_folder: Path) -> None:
    library = Library.load(library_folder)
    take_back(library, "ti", [translated(job_of(library, "find-a-doctor.netherlands"))], None)
    text = Library.load(library_folder).cards["find-a-doctor.netherlands"].texts["ti"]
    assert text.unreviewed


def test_local_words_keep_their_marks(library_folder: Path, edit: Edit) -> None:
    edit(library_folder / DOCTOR / "nl.md", "2. Schrijf u in.", "2. Ga naar de *huisarts*.")
    library = Library.load(library_folder)
    job = job_of(library, "find-a-doctor.netherlands")
    step = next(segment for segment in job.segments if segment.id == "steps-1-2")
    assert step.text == "Ga naar de *huisarts*."
    take_back(library, "ti", [translated(job, "*huisarts*: ትርጉም")], None)
    assert "*huisarts*: ትርጉም title" in (library_folder / DOCTOR / "ti.md").read_text("utf-8")


def test_an_older_revision_is_taken_and_stays_behind(library_folder: Path, edit: Edit) -> None:
    job = translated(job_of(Library.load(library_folder), "find-a-doctor.netherlands"))
    edit(library_folder / DOCTOR / "card.yml", "revision: 1", "revision: 2")
    edit(library_folder / DOCTOR / "nl.md", "2. Schrijf u in.", "2. Schrijf u in.\n3. Wacht.")
    library = Library.load(library_folder)
    take_back(library, "ti", [job], None)
    again = Library.load(library_folder)
    assert again.cards["find-a-doctor.netherlands"].texts["ti"].revision == 1
    assert "find-a-doctor.netherlands" in {job.owner for job in jobs(again, "ti")}


def changed(job: Job, name: str, translation: str | None) -> Job:
    pieces = [
        replace(one, translation=translation) if one.id == name else one for one in job.segments
    ]
    return replace(job, segments=tuple(pieces))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda job: changed(job, "duration-1", "ትርጉም"), r"duration-1 lost \{wait\}"),
        (lambda job: changed(job, "title", "{wait}"), r"title has \{wait\}"),
        (lambda job: changed(job, "steps-1-2", " "), "steps-1-2 has no translation"),
        (lambda job: changed(job, "steps-1-2", None), "steps-1-2 has no translation"),
        (lambda job: changed(job, "answer-1", "{line} **ዓቢ**"), "bold is not allowed"),
        (lambda job: replace(job, owner="gone.netherlands"), "no card or passage to translate"),
        (lambda job: replace(job, revision=7), "names revision 7, and the original is at 1"),
        (lambda job: replace(job, segments=job.segments[1:]), "the original changed since"),
        (lambda job: replace(job, segments=(
            Segment("title", "Other", "x"), *job.segments[1:])), "changed since the export"),
    ],
)  # fmt: skip
def test_nothing_is_written_when_a_piece_is_wrong(
    library_folder: Path, spoil: Callable[[Job], Job], message: str
) -> None:
    library = Library.load(library_folder)
    good = translated(job_of(library, "may-i-work.netherlands"))
    bad = spoil(translated(job_of(library, "find-a-doctor.netherlands")))
    with pytest.raises(TranslationError, match=message) as caught:
        take_back(library, "ti", [good, bad], None)
    assert "Nothing was written" in str(caught.value)
    assert list(library_folder.rglob("ti.md")) == []


def test_a_tool_may_cut_a_unit_into_segments(library: Library) -> None:
    job = translated(job_of(library, "find-a-doctor.netherlands"))
    data = write_xliff(Xliff("nl", "ti", (job,)))
    root = etree.fromstring(data)
    space = {"x": "urn:oasis:names:tc:xliff:document:2.0"}
    (unit,) = root.xpath("//x:unit[@id='steps-1-1']", namespaces=space)
    (segment,) = unit.xpath("x:segment", namespaces=space)
    copy = etree.fromstring(etree.tostring(segment))
    unit.append(copy)
    back = read_xliff(etree.tostring(root)).jobs[0]
    step = next(one for one in back.segments if one.id == "steps-1-1")
    assert step.text == "Zoek een praktijk. Zoek een praktijk."
    assert step.translation == "ትርጉም steps-1-1 ትርጉም steps-1-1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"not a file", "is not XML"),
        (b"<html/>", "is not XLIFF 2"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "is not XLIFF 2"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="nl"/>',
         "does not name its languages"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="nl" '
         b'trgLang="ti"><file id="a.b"/></xliff>', "lost its note with the revision"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_of_ours(data: bytes, message: str) -> None:
    with pytest.raises(XliffError, match=message):
        read_xliff(data)


def test_entities_are_not_followed(library: Library, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    job = translated(job_of(library, "find-a-doctor.netherlands"))
    data = write_xliff(Xliff("nl", "ti", (job,)))
    head = f'<!DOCTYPE xliff [<!ENTITY leak SYSTEM "file://{secret}">]>'.encode()
    spoilt = data.replace(b"<xliff", head + b"<xliff", 1).replace(
        "ትርጉም title".encode(), b"&leak; title", 1
    )
    assert b"&leak;" in spoilt
    title = read_xliff(spoilt).jobs[0].segments[0].translation
    assert title is not None and "the secret" not in title
