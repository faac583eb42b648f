"""Settings of the dialogue."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from actions.settings import ActionSettings


class BotSettings(ActionSettings):
    """Settings of the dialogue engine."""

    action_server: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Address of a Rasa action server, such as http://127.0.0.1:5055/webhook. "
        "Empty: the actions run inside the server's own process.",
    )
    tracker_url: str = Field(
        default="",
        description="Database of the conversations, as an SQLAlchemy address. "
        "Empty: SQLite in the data folder.",
    )

    @property
    def model_dir(self) -> Path:
        """Folder of the trained dialogue models."""
        return self.data_dir / "models" / "dialogue"

    @property
    def tracker_address(self) -> str:
        """SQLAlchemy address of the conversations."""
        return self.tracker_url or f"sqlite:///{(self.data_dir / 'conversations.sqlite').resolve()}"
