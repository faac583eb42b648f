"""Settings: wrong ones are named, `.env` is read, and the README lists them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from api.settings import Settings, SettingsError, load_settings
from knowledge.settings import PACKAGE

README = PACKAGE.parent / "README.md"
TABLE = re.compile(r"^\| `(WEGWIJS_\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(autouse=True)
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without `.env` and an environment without settings."""
    import os

    for name in list(os.environ):
        if name.upper().startswith("WEGWIJS_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert settings.data_dir == Path("data")
    assert settings.library_dir == PACKAGE / "library"
    assert settings.host == "127.0.0.1"
    assert settings.contact == ""


def test_values_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWIJS_PORT", "9001")
    monkeypatch.setenv("wegwijs_contact", "020 123 45 67")
    monkeypatch.setenv("WEGWIJS_ALLOWED_ORIGINS", '["https://gent.be"]')
    settings = load_settings()
    assert settings.port == 9001
    assert settings.contact == "020 123 45 67"
    assert settings.allowed_origins == ["https://gent.be"]


def test_values_are_read_from_a_file(bare_environment: Path) -> None:
    file = bare_environment / ".env"
    file.write_text("WEGWIJS_PORT=9002\nWEGWIJS_CONTACT=محطة\nOTHER=1\n", encoding="utf-8")
    settings = load_settings()
    assert settings.port == 9002
    assert settings.contact == "محطة"


def test_the_environment_outweighs_the_file(
    bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare_environment / ".env").write_text("WEGWIJS_PORT=9002\n")
    monkeypatch.setenv("WEGWIJS_PORT", "9003")
    assert load_settings().port == 9003


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEGWIJS_PORT", "http"),
        ("WEGWIJS_PORT", "0"),
        ("WEGWIJS_PORT", "65536"),
        ("WEGWIJS_ANSWER_CONFIDENCE", "1.5"),
        ("WEGWIJS_ANSWER_CONFIDENCE", "high"),
        ("WEGWIJS_ENCODER_THREADS", "0"),
        ("WEGWIJS_MESSAGES_PER_MINUTE", "-1"),
        ("WEGWIJS_RETENTION_DAYS", "0"),
        ("WEGWIJS_CONTACT", "x" * 301),
        ("WEGWIJS_ACTION_SERVER", "localhost:5055"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    message = refused()
    assert name in message
    assert value in message
    assert "pydantic" not in message


@pytest.mark.parametrize("value", ["https://gent.be", '"https://gent.be"', '{"a": 1}', "[1]", ""])
def test_a_wrong_list_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WEGWIJS_ALLOWED_ORIGINS", value)
    monkeypatch.setenv("WEGWIJS_PORT", "none")
    message = refused()
    assert "WEGWIJS_ALLOWED_ORIGINS: " in message
    assert "WEGWIJS_PORT: " in message


def test_a_misspelt_name_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWIJS_PORTT", "9000")
    message = refused()
    assert "WEGWIJS_PORTT" in message
    assert "README.md" in message


def test_a_misspelt_name_in_the_file_is_named(bare_environment: Path) -> None:
    (bare_environment / ".env").write_text("WEGWIJS_CONTCT=x\n")
    assert "WEGWIJS_CONTCT" in refused()


def test_all_that_is_wrong_is_named_at_once(
    bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare_environment / ".env").write_text("WEGWIJS_CONTCT=x\nWEGWIJS_PORT=many\n")
    monkeypatch.setenv("WEGWIJS_RETENTION_DAYS", "never")
    monkeypatch.setenv("WEGWIJS_DATABSE_URL", "sqlite://")
    message = refused()
    for name in ("CONTCT", "PORT", "RETENTION_DAYS", "DATABSE_URL"):
        assert message.count(f"WEGWIJS_{name}:") == 1


def shown_default(field: FieldInfo) -> str:
    """A default as the README's table shows it."""
    default = field.default
    if default in ("", SecretStr("")):
        return "empty"
    if isinstance(default, Path) and default.is_absolute():
        default = default.relative_to(PACKAGE.parent)
    return f"`{json.dumps(default) if isinstance(default, list) else default}`"


def test_the_readme_lists_every_setting_with_its_default() -> None:
    listed = {name: default for name, default, _ in TABLE.findall(README.read_text("utf-8"))}
    wanted = {
        f"WEGWIJS_{name}".upper(): shown_default(field)
        for name, field in Settings.model_fields.items()
    }
    assert listed == wanted


def test_every_setting_says_what_it_is_for() -> None:
    described = {name: meaning for name, _, meaning in TABLE.findall(README.read_text("utf-8"))}
    for name, field in Settings.model_fields.items():
        assert field.description, name
        shown = described[f"WEGWIJS_{name}".upper()].replace("`", "")
        begin = " ".join(field.description.replace("`", "").split()[:3])
        assert shown.startswith(begin), f"{name}: the README says {shown!r}"
