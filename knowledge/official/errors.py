"""What can go wrong with an official text, as one message for a person."""

from __future__ import annotations

from knowledge.errors import WegwijsError


class OfficialTextError(WegwijsError):
    """An official text cannot be read, fetched, kept or removed."""
