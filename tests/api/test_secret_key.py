"""The installation's secret."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from api.secret_key import derived_key
from api.settings import Settings, SettingsError


def test_a_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first = derived_key(settings, "contact")
    assert derived_key(settings, "contact") == first
    assert derived_key(settings, "other") != first
    (file,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Fernet(first).decrypt(Fernet(first).encrypt(b"x")) == b"x"


def test_processes_that_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: derived_key(settings, "contact"), range(16)))
    assert len(made) == 1


def test_the_setting_comes_before_the_file(tmp_path: Path) -> None:
    one = Settings(data_dir=tmp_path, secret_key=SecretStr("a" * 40))
    two = Settings(data_dir=tmp_path, secret_key=SecretStr("b" * 40))
    assert derived_key(one, "contact") != derived_key(two, "contact")
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="WEGWIJS_SECRET_KEY") as caught:
        derived_key(Settings(data_dir=tmp_path, secret_key=SecretStr("short")), "contact")
    assert "short'" not in str(caught.value)


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(SettingsError, match=r"secret\.key cannot be read"):
        derived_key(Settings(data_dir=tmp_path), "contact")
