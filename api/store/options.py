"""What administrators choose in the console; each choice has a default."""

from __future__ import annotations

from datetime import time
from typing import ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.opening_hours import OpeningHours
from api.store.audit import Actor, note
from api.store.database import Database, now
from api.store.tables import Option

_OFFICE = OpeningHours(
    days=("mon", "tue", "wed", "thu", "fri"), opens=time(9, 0), closes=time(17, 0)
)


class OptionGroup(BaseModel):
    """Choices that belong together; a subclass names its row of the table."""

    model_config = ConfigDict(frozen=True)

    row: ClassVar[str]


class HandoverOptions(OptionGroup):
    """Talking to a person.

    Attributes:
        enabled: Whether newcomers can ask for a person.
        hours: When somebody answers, in the time zone of the installation.
        keep_days: Days after which a thread that ended, or a question that was left, is deleted.
        silence_minutes: Minutes without a message after which a thread ends.
    """

    row: ClassVar[str] = "handover"

    enabled: bool = False
    hours: tuple[OpeningHours, ...] = Field(default=(_OFFICE,), min_length=1, max_length=7)
    keep_days: int = Field(default=30, ge=1, le=365)
    silence_minutes: int = Field(default=30, ge=5, le=1440)


Group = TypeVar("Group", bound=OptionGroup)


class Options:
    """The choices of an installation.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, group: type[Group]) -> Group:
        """The choices of a group; what nobody chose has its default."""
        with self._database.reading() as session:
            option = session.get(Option, group.row)
            return group.model_validate(option.value if option else {})

    def write(self, chosen: OptionGroup, actor: Actor) -> None:
        """Keep choices.

        Args:
            chosen: The whole group.
            actor: Who chose, for the audit log.
        """
        with self._database.session() as session:
            option = session.get(Option, chosen.row, with_for_update=True)
            if option is None:
                option = Option(name=chosen.row)
                session.add(option)
            before = option.value or {}
            option.value = chosen.model_dump(mode="json")
            option.changed_at = now()
            option.changed_by = actor.account_id
            changed = sorted(key for key in option.value if option.value[key] != before.get(key))
            note(session, actor, "options.changed", chosen.row, changed=changed)
