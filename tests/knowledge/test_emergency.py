"""Whom to call in danger: the right numbers for the place, never those of another country."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.emergency import Danger, EmergencyContacts
from knowledge.errors import Problem
from knowledge.library import Library

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]

KNOWINGLY_WITHOUT = {("netherlands", Danger.MEDICAL)}
"""Dangers for which a country has nothing better than its emergency number."""


@pytest.mark.parametrize(
    ("danger", "place", "expected"),
    [
        (Danger.SUICIDE, "netherlands", {"netherlands": ["113"]}),
        (Danger.SUICIDE, "ghent", {"belgium": ["1813"]}),
        (Danger.SUICIDE, "belgium", {"belgium": ["1813"]}),
        (Danger.SUICIDE, None, {"netherlands": ["113"], "belgium": ["1813"]}),
        (Danger.SUICIDE, "eu", {}),
        (Danger.CHILD, "ghent", {"flanders": ["1712"]}),
        (Danger.CHILD, "netherlands", {"eu": ["116 000"]}),
        (Danger.CHILD, "belgium", {"eu": ["116 000"]}),
        (Danger.VIOLENCE, "netherlands", {}),
        (Danger.VIOLENCE, None, {}),
    ],
)
def test_contacts_of_the_smallest_place_that_has_any(
    danger: Danger, place: str | None, expected: dict[str, list[str]], library: Library
) -> None:
    found = library.emergency.for_place(danger, library.places, place)
    assert {key: [contact.phone for contact in value] for key, value in found.items()} == expected


@pytest.mark.parametrize(
    ("place", "number"),
    [(None, "112"), ("eu", "112"), ("netherlands", "911"), ("ghent", "100"), ("belgium", "100")],
)
def test_emergency_number(place: str | None, number: str, library: Library) -> None:
    contacts = EmergencyContacts(
        emergency={"eu": "112", "netherlands": "911", "belgium": "100"}, contacts={}
    )
    assert contacts.number(library.places, place) == number


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ('phone: "1813"', "phone: 1813", 8, "contacts.belgium.suicide.0.phone: "),
        ("name: Zelfmoordlijn, ", "", 8, "contacts.belgium.suicide.0.name: Field required"),
        ("https://1712.be/", "1712", 11, "contacts.flanders.child.0.source: "),
        (
            '{eu: "112", netherlands: "112", belgium: "112"}',
            '{eu: 112, netherlands: "112", belgium: "112"}',
            1,
            "emergency.eu: ",
        ),
    ],
)
def test_wrong_file(
    old: str,
    new: str,
    line: int,
    hint: str,
    library_folder: Path,
    edit: Edit,
    problems: Problems,
) -> None:
    file = library_folder / "emergency.yml"
    edit(file, old, new)
    (problem,) = problems(lambda: EmergencyContacts.load(file))
    assert (problem.file, problem.line) == (file, line)
    assert hint in problem.message


def test_unknown_danger(library_folder: Path, edit: Edit, problems: Problems) -> None:
    file = library_folder / "emergency.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("    suicide:", "    sadness:", 1),
        encoding="utf-8",
    )
    found = problems(lambda: EmergencyContacts.load(file))
    assert {(problem.file, problem.line) for problem in found} == {(file, 4)}
    assert "'medical', 'suicide'" in found[0].message


@pytest.mark.parametrize(
    ("old", "new"), [("  flanders:\n", "  flandres:\n"), ('{eu: "112", ', "{")]
)
def test_unknown_place_or_missing_number_is_found_on_loading(
    old: str, new: str, library_folder: Path, edit: Edit, problems: Problems
) -> None:
    file = library_folder / "emergency.yml"
    line = edit(file, old, new)
    (problem,) = problems(lambda: Library.load(library_folder))
    assert problem.file == file
    assert problem.line == line


@pytest.mark.parametrize("danger", Danger)
@pytest.mark.parametrize("country", ["netherlands", "belgium"])
def test_every_danger_has_contacts_in_both_countries(
    danger: Danger, country: str, real_library: Library
) -> None:
    found = real_library.emergency.for_place(danger, real_library.places, country)
    assert bool(found) == ((country, danger) not in KNOWINGLY_WITHOUT)
    assert real_library.emergency.number(real_library.places, country) == "112"


def test_every_note_speaks_every_language(real_library: Library) -> None:
    for kinds in real_library.emergency.contacts.values():
        for contacts in kinds.values():
            assert len(contacts) <= 3
            for contact in contacts:
                assert set(contact.note) == set(real_library.languages.codes), contact.name
                assert all(contact.note.values()), contact.name


def test_every_place_is_known_and_every_number_can_be_called(real_library: Library) -> None:
    emergency = real_library.emergency
    for place in (*emergency.emergency, *emergency.contacts):
        assert place in real_library.places
    numbers = list(emergency.emergency.values())
    for kinds in emergency.contacts.values():
        numbers += [contact.phone for contacts in kinds.values() for contact in contacts]
    for number in numbers:
        assert set(number) <= set("0123456789 -+"), number
        assert any(sign.isdigit() for sign in number)
