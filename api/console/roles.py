"""What staff may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role; each may do what those before it may."""

    CASEWORKER = "caseworker"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"

    def reaches(self, minimum: Role) -> bool:
        """Whether it may do what `minimum` may."""
        order = list(Role)
        return order.index(self) >= order.index(minimum)
