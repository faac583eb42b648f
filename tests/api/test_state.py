"""What the server does again and again."""

from __future__ import annotations

import asyncio

import pytest

from api.state import repeat


async def test_what_fails_once_is_done_again(caplog: pytest.LogCaptureFixture) -> None:
    done = asyncio.Event()
    tries = 0

    async def job() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the database is away")
        done.set()

    task = asyncio.create_task(repeat(job, 0))
    await asyncio.wait_for(done.wait(), 10)
    task.cancel()
    assert "the database is away" in caplog.text
    assert tries >= 2
