"""A small library on disk, and an encoder that needs no model."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.builder import CalibrationSet, ContrastSentence, build_index
from knowledge.encoder import Encoder, Vectors
from knowledge.index import Index
from knowledge.library import Library
from knowledge.places import Places
from knowledge.settings import PACKAGE
from knowledge.text import normalise
from knowledge.vector_cache import VectorCache

MakeEncoder = Callable[..., Encoder]

FILES = {
    "languages.yml": """\
- {code: nl, name: Nederlands, english: Dutch, direction: ltr, fallback: [en]}
- {code: en, name: English, english: English, direction: ltr, fallback: [nl]}
- {code: ar, name: العربية, english: Arabic, direction: rtl, fallback: [en, nl]}
- {code: ti, name: ትግርኛ, english: Tigrinya, direction: ltr, fallback: [en]}
""",
    "places.yml": """\
- {id: eu, kind: union, names: {nl: Europese Unie, en: European Union}}
- {id: netherlands, kind: country, parent: eu, asked: true, names: {nl: Nederland, en: Netherlands}}
- {id: belgium, kind: country, parent: eu, names: {nl: België, en: Belgium}}
- {id: flanders, kind: region, parent: belgium, asked: true, names: {nl: Vlaanderen, en: Flanders}}
- {id: ghent, kind: municipality, parent: flanders, names: {nl: Gent, en: Ghent}}
""",
    "glossary.yml": """\
huisarts: {nl: huisarts, en: huisarts (family doctor)}
""",
    "emergency.yml": """\
emergency: {eu: "112", netherlands: "112", belgium: "112"}
contacts:
  netherlands:
    suicide:
      - {name: "113", phone: "113", note: {en: free}, source: "https://www.113.nl/"}
  belgium:
    suicide:
      - {name: Zelfmoordlijn, phone: "1813", source: "https://www.zelfmoord1813.be/"}
  flanders:
    child:
      - {name: "1712", phone: "1712", source: "https://1712.be/"}
  eu:
    child:
      - {name: "116 000", phone: "116 000", source: "https://www.116000.eu/"}
""",
    "situations.yml": """\
asylum_seeker: {nl: [asielzoeker], en: [asylum seeker]}
student: {nl: [student], en: [student]}
""",
    "topics/health/find-a-doctor/netherlands/card.yml": """\
id: find-a-doctor.netherlands
domain: health
topic: find-a-doctor
place: netherlands
situations: []
original: nl
revision: 1
checked_on: 2026-11-01
check_again_by: 2027-05-01
related: [find-a-doctor.flanders]
sources:
  - id: site
    publisher: Rijksoverheid
    title: Huisarts
    url: https://www.rijksoverheid.nl/huisarts
    language: nl
    checked_on: 2026-11-01
facts:
  wait:
    kind: duration
    value: 2
    unit: day
    source: site
  line:
    kind: phone
    value: "0800-1234"
    source: site
""",
    "topics/health/find-a-doctor/netherlands/nl.md": """\
---
title: Een huisarts vinden in Nederland
questions:
  - hoe vind ik een huisarts in de buurt
  - huisarts zonder wachtlijst
revision: 1
---
Iedereen mag een huisarts kiezen. Bel {line}.

## steps

1. Zoek een praktijk.
2. Schrijf u in.

## duration

U wacht {wait}.
""",
    "topics/health/find-a-doctor/netherlands/en.md": """\
---
title: Finding a doctor in the Netherlands
questions:
  - how do i find a doctor near me
  - huisarts zonder wachtlijst
revision: 1
translated_from: nl
---
Everybody may choose a doctor. Call {line}.

## steps

1. Look for a practice.
2. Register there.

## duration

You wait {wait}.
""",
    "topics/health/find-a-doctor/netherlands/ar.md": """\
---
title: العثور على طبيب في هولندا
questions:
  - كيف أجد طبيبا قريبا مني
revision: 1
translated_from: nl
---
يمكنك اختيار طبيبك. اتصل على {line}.

## steps

1. ابحث عن عيادة.
2. سجل نفسك.

## duration

تنتظر {wait}.
""",
    "topics/health/find-a-doctor/flanders/card.yml": """\
id: find-a-doctor.flanders
domain: health
topic: find-a-doctor
place: flanders
original: en
revision: 1
checked_on: 2026-11-01
check_again_by: 2027-05-01
sources:
  - id: site
    publisher: RIZIV
    title: Huisarts
    url: https://www.riziv.fgov.be/huisarts
    language: nl
    checked_on: 2026-11-01
facts:
  fee:
    kind: amount
    value: 4
    source: site
""",
    "topics/health/find-a-doctor/flanders/en.md": """\
---
title: Finding a doctor in Flanders
questions:
  - which doctor can i choose in flanders
revision: 1
---
You may choose any doctor.

## cost

You pay {fee}.
""",
    "topics/work/may-i-work/netherlands.asylum-seeker/card.yml": """\
id: may-i-work.netherlands.asylum-seeker
domain: work
topic: may-i-work
place: netherlands
situations: [asylum_seeker]
original: en
revision: 1
checked_on: 2026-11-01
check_again_by: 2027-05-01
sources:
  - id: uwv
    publisher: UWV
    title: Werken
    url: https://www.uwv.nl/
    language: nl
    checked_on: 2026-11-01
""",
    "topics/work/may-i-work/netherlands.asylum-seeker/en.md": """\
---
title: Working as an asylum seeker
questions:
  - may i work while my asylum procedure runs
revision: 1
---
Your employer asks the UWV for a permit.
""",
    "topics/work/may-i-work/netherlands/card.yml": """\
id: may-i-work.netherlands
domain: work
topic: may-i-work
place: netherlands
original: en
revision: 1
checked_on: 2026-11-01
check_again_by: 2027-05-01
sources:
  - id: uwv
    publisher: UWV
    title: Werken
    url: https://www.uwv.nl/
    language: nl
    checked_on: 2026-11-01
""",
    "topics/work/may-i-work/netherlands/en.md": """\
---
title: Permission to work in the Netherlands
questions:
  - am i allowed to have a job
revision: 1
---
Look at the back of your residence card.
""",
    "plans/eu-plan/document.yml": """\
id: eu-plan
title: {en: Plan of the Union}
short_title: {en: EU plan, nl: EU-plan}
publisher: European Commission
year: 2020
level: eu
status: proposal
note: {en: These are proposals.}
url: https://eur-lex.europa.eu/plan
""",
    "plans/eu-plan/language-courses/passage.yml": """\
id: eu-plan.language-courses
document: eu-plan
section: "2.1"
section_title: {en: Language}
lines: "10-20"
domain: education
level: eu
standing: proposal
year: 2020
""",
    "plans/eu-plan/language-courses/en.md": """\
---
title: Language courses soon after arrival
questions:
  - what does the plan propose about language lessons
revision: 1
---
The plan proposes language courses soon after arrival.
""",
    "plans/flanders-plan/document.yml": """\
id: flanders-plan
title: {en: Plan of Flanders}
short_title: {en: Flemish plan}
publisher: Vlaamse overheid
year: 2021
level: flanders
status: unknown
note: {en: Nobody knows.}
""",
    "plans/flanders-plan/buddies/passage.yml": """\
id: flanders-plan.buddies
document: flanders-plan
section: "3"
section_title: {en: Buddies}
lines: "1-2"
domain: work
level: flanders
standing: plan
year: 2021
""",
    "plans/flanders-plan/buddies/nl.md": """\
---
title: Een buddy voor elke nieuwkomer
questions:
  - wat zegt het plan over buddy's
revision: 1
---
Vlaanderen wil elke nieuwkomer een buddy geven.
""",
}


def write_library(folder: Path) -> Path:
    """Write the small library into a folder."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


OTHER_THINGS = {
    "en": [
        "who won the cup",
        "what is the weather like tomorrow",
        "tell me a story about a dragon",
        "which phone has the best camera",
        "how long does a cake stay in the oven",
    ],
    "nl": [
        "wie won de beker",
        "wat voor weer wordt het morgen",
        "vertel een verhaal over een draak",
        "welke telefoon heeft de beste camera",
        "hoe lang moet een taart in de oven",
    ],
    "ar": [
        "من فاز بالكأس",
        "كيف سيكون الطقس غدا",
        "احك لي قصة عن تنين",
        "ما هو أفضل هاتف للتصوير",
    ],
}
"""Questions that nothing in the small library answers; none are in Tigrinya."""


class FakeEncoder:
    """Unit vectors of hashed pieces of words; notes every text that it embeds."""

    dimension = 64

    def __init__(self, name: str = "fake", embedded: list[str] | None = None) -> None:
        self.name = name
        self.fingerprint = f"fingerprint-of-{name}"
        self.embedded: list[str] = [] if embedded is None else embedded

    def _vector(self, text: str) -> Vectors:
        self.embedded.append(text)
        signs = f" {normalise(text).casefold()} "
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for start in range(len(signs) - 2):
            vector[zlib.crc32(signs[start : start + 3].encode()) % self.dimension] += 1
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self._vector(text) for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_query(self, text: str) -> Vectors:
        return self._vector(text)


@pytest.fixture
def library_folder(tmp_path: Path) -> Path:
    """The small library, to be changed."""
    return write_library(tmp_path / "library")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The small library, to be read only."""
    return Library.load(write_library(tmp_path_factory.mktemp("small") / "library"))


@pytest.fixture(scope="session")
def make_encoder() -> MakeEncoder:
    """Makes an encoder with a name; the texts that it embeds come into the list given."""
    return FakeEncoder


@pytest.fixture
def embedded() -> list[str]:
    """Every text that `encoder` has embedded."""
    return []


@pytest.fixture
def encoder(embedded: list[str]) -> Encoder:
    return FakeEncoder(embedded=embedded)


@pytest.fixture(scope="session")
def index(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The small library's index, with sentences about other things and the plain ranker."""
    contrast = tuple(
        ContrastSentence(language=language, text=text)
        for language, texts in OTHER_THINGS.items()
        for text in texts
    )
    return build_index(
        library,
        FakeEncoder(),
        CalibrationSet((), contrast, "no-questions"),
        VectorCache(tmp_path_factory.mktemp("cache") / "vectors.sqlite"),
    )


@pytest.fixture(scope="session")
def real_library() -> Library:
    """The library that people read."""
    return Library.load(PACKAGE / "library")


@pytest.fixture(scope="session")
def real_places() -> Places:
    return Places.load(PACKAGE / "library" / "places.yml")
