"""Settings of what the bot does."""

from __future__ import annotations

from pydantic import Field

from knowledge.settings import KnowledgeSettings


class ActionSettings(KnowledgeSettings):
    """Settings of the actions."""

    contact: str = Field(
        default="",
        max_length=300,
        description="How a newcomer reaches a person at this installation: a telephone number, "
        "an address or a web page. Shown as it is.",
    )
