"""All settings of an installation."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from api.console.roles import Role
from bot.settings import BotSettings
from knowledge.errors import WegwijsError


class SettingsError(WegwijsError):
    """A setting is wrong."""


class Settings(BotSettings):
    """Settings of the server; those of the other packages are inherited."""

    host: str = Field(default="127.0.0.1", description="Address that the server listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port that the server listens on.")
    watch_library: bool = Field(
        default=True, description="Take up changed library files while the server runs."
    )
    commit_proposals: bool = Field(
        default=False,
        description="Commit accepted proposals in the library's git repository.",
    )
    database_url: str = Field(
        default="",
        description="Database of the exchanges, as an SQLAlchemy address. "
        "Empty: SQLite in the data folder.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Secret of the installation, at least 32 random signs. Empty: one is made "
        "and kept in the data folder.",
    )
    time_zone: str = Field(
        default="Europe/Brussels",
        description="Time zone of the office: of opening hours and of the moments in the console.",
    )
    console_session_hours: int = Field(
        default=10, ge=1, le=72, description="Hours after which staff must sign in again."
    )
    oidc_client_id: str = Field(
        default="", description="Name of this installation at the OpenID Connect provider."
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret of this installation at the provider."
    )
    # After the client's name, which it needs.
    oidc_issuer: str = Field(
        default="",
        description="Address of the organisation's OpenID Connect provider, through which staff "
        "may sign in. Empty: with a password only.",
    )
    oidc_name: str = Field(
        default="",
        max_length=80,
        description="What the organisation calls the provider; stands on the button.",
    )
    oidc_role_claim: str = Field(
        default="groups",
        description="Where the provider tells a person's groups; dots lead inward, as in "
        "realm_access.roles.",
    )
    oidc_roles: Annotated[dict[str, Role], NoDecode] = Field(
        default={},
        description="Groups whose people get an account when they first sign in, as JSON such as "
        '{"advisers": "caseworker"}. Others need one that an administrator made.',
    )
    # Decoded below, so that a wrong list is named like every other wrong value.
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default=["*"],
        description='Sites that may embed the widget, as a JSON list such as ["https://gent.be"]. '
        "The default allows every site: the API uses no cookies.",
    )
    messages_per_minute: int = Field(
        default=20, ge=1, description="Messages that one conversation may send in a minute."
    )
    messages_per_minute_per_address: int = Field(
        default=600,
        ge=1,
        description="Messages that one network address may send in a minute. High, since a "
        "whole reception centre may share one.",
    )
    retention_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days after which exchanges are deleted, until the console chooses others.",
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("there is no such time zone; write one such as Europe/Amsterdam")
        return name

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _from_json(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError('write a JSON list such as ["https://gent.be"]') from error

    @field_validator("oidc_issuer")
    @classmethod
    def _can_be_reached(cls, value: str, info: ValidationInfo) -> str:
        host = urlsplit(value).hostname
        if value and not (
            host and (value.startswith("https://") or host in ("localhost", "127.0.0.1"))
        ):
            raise ValueError("give an address that begins with https://")
        if value and not info.data.get("oidc_client_id"):
            raise ValueError("give WEGWIJS_OIDC_CLIENT_ID too")
        return value

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _roles_from_json(cls, value: Any) -> Any:
        try:
            return json.loads(value) if isinstance(value, str) else value
        except ValueError as error:
            raise ValueError('write JSON such as {"advisers": "caseworker"}') from error

    @property
    def database_address(self) -> str:
        """SQLAlchemy address of the exchanges."""
        file = (self.data_dir / "wegwijs.sqlite").resolve()
        return self.database_url or f"sqlite:///{file}"


def load_settings() -> Settings:
    """Read the settings from the environment and from `.env`.

    Returns:
        The settings.

    Raises:
        SettingsError: A value is wrong, or a name is misspelt; the message names every one.
    """
    prefix = str(Settings.model_config["env_prefix"])
    given = {**dotenv_values(".env"), **os.environ} if Path(".env").is_file() else dict(os.environ)
    known = {f"{prefix}{name}".upper() for name in Settings.model_fields}
    problems = [
        f"{name}: there is no such setting. README.md lists them."
        for name in sorted(given)
        if name.upper().startswith(prefix) and name.upper() not in known
    ]
    try:
        settings = Settings()
    except ValidationError as error:
        for item in error.errors(include_url=False):
            name = f"{prefix}{item['loc'][0]}".upper() if item["loc"] else prefix
            message = item["msg"].removeprefix("Value error, ")
            problems.append(f"{name}: {message} (it is {item['input']!r}).")
        settings = None
    if problems or settings is None:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise SettingsError(f"Correct these settings in the environment or in .env:\n{listed}")
    return settings
