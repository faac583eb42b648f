"""What somebody means who corrects themselves or the bot."""

from __future__ import annotations

import pytest

from actions.meant import meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no, I mean a dentist, not a doctor", "a dentist"),
        ("Sorry, I meant the deposit.", "the deposit"),
        ("nee ik bedoel de school", "de school"),
        ("non, je parlais de l'assurance, pas de l'allocation", "l'assurance"),
        ("nein, ich meine das Bankkonto", "das Bankkonto"),
        ("no, me refiero a la escuela", "la escuela"),
        ("nie, mam na myśli szkołę", "szkołę"),
        ("ні, я мала на увазі школу", "школу"),
        ("нет, я имел в виду гражданство", "гражданство"),
        ("لا، أقصد المدرسة", "المدرسة"),
        ("نه، منظورم مدرسه است", "مدرسه است"),
        ("hayır, okulu kastediyorum", "okulu"),
        ("maya, waxaan ula jeedaa dugsiga", "dugsiga"),
        ("ኣይኮነን፣ ቤት ትምህርቲ ማለተይ እዩ", "ቤት ትምህርቲ"),
    ],
)
def test_only_what_is_meant_is_left(text: str, words: str) -> None:
    assert meant(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "how do I find a dentist",
        "no",
        "",
        "that is not what I mean",
        "dat bedoel ik niet",
        "ce n'est pas ce que je veux dire",
        "das meine ich nicht",
    ],
)
def test_nothing_is_corrected(text: str) -> None:
    assert meant(text) is None
