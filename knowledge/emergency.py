"""Whom to call when someone is in danger, by place."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, HttpUrl, field_validator

from knowledge.places import PlaceKind, Places
from knowledge.text import Words
from knowledge.yaml_files import load_yaml

UNKNOWN_PLACE = "eu"
"""The place whose emergency number is said while nobody knows where the person is."""


class Danger(StrEnum):
    """The kinds of danger that are recognised."""

    MEDICAL = "medical"
    SUICIDE = "suicide"
    VIOLENCE = "violence"
    EXPLOITATION = "exploitation"
    TRAFFICKING = "trafficking"
    CHILD = "child"


class Contact(BaseModel):
    """Somebody who helps.

    Attributes:
        name: The service's own name.
        phone: Its telephone number.
        note: What it is for, and when it answers, by language; may be empty.
        source: The page that says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words
    phone: str
    note: dict[str, Words] = {}
    source: HttpUrl


class EmergencyContacts(BaseModel):
    """Content of `emergency.yml`.

    Attributes:
        emergency: The emergency number, by place.
        contacts: Contacts by place, then by kind of danger.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    emergency: dict[str, str]
    contacts: dict[str, dict[Danger, tuple[Contact, ...]]]

    @field_validator("emergency")
    @classmethod
    def _has_a_number_for_unknown_places(cls, numbers: dict[str, str]) -> dict[str, str]:
        if UNKNOWN_PLACE not in numbers:
            raise ValueError(f"the number of {UNKNOWN_PLACE!r} is missing")
        return numbers

    @classmethod
    def load(cls, file: Path) -> EmergencyContacts:
        """Read `emergency.yml`.

        Raises:
            LibraryError: The file is missing or wrong.
        """
        return load_yaml(cls, file)

    def number(self, places: Places, place: str | None) -> str:
        """The emergency number of a place; that of the Union when the place is unknown."""
        for candidate in places.chain(place) if place else []:
            if candidate in self.emergency:
                return self.emergency[candidate]
        return self.emergency[UNKNOWN_PLACE]

    def for_place(
        self, danger: Danger, places: Places, place: str | None
    ) -> dict[str, tuple[Contact, ...]]:
        """Contacts for a danger, by the place that they serve.

        Args:
            danger: The kind of danger.
            places: All places.
            place: Where the person is, when known.

        Returns:
            Those of the smallest place that has any, and none when a known place has none: a
            number of another country would mislead. When the place is unknown, those of every
            country.
        """
        if place:
            for candidate in places.chain(place):
                found = self.contacts.get(candidate, {}).get(danger)
                if found:
                    return {candidate: found}
            return {}
        return {
            place_id: kinds[danger]
            for place_id, kinds in self.contacts.items()
            if places.get(place_id).kind is not PlaceKind.UNION and kinds.get(danger)
        }
