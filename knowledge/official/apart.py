"""Reading a file in a process of its own, which may take so much memory and time and no more.

Libraries for PDF, DOCX and HTML unpack what a file tells them to unpack. Whatever a hostile file
makes them do, it ends with that process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from knowledge.official.blocks import Block
from knowledge.official.errors import OfficialTextError

_MEMORY = 2_000_000_000
_SECONDS = 600
_ROOT = Path(__file__).resolve().parents[2]


def read_apart(suffix: str, content: bytes, seconds: int = _SECONDS) -> list[Block]:
    """Read the text of a file in another process.

    Args:
        suffix: The file's format.
        content: Its bytes.
        seconds: How long it may take.

    Returns:
        Its blocks.

    Raises:
        OfficialTextError: As `read_blocks`, or the file took too much memory or time.
    """
    # `-P`: nothing that lies in the folder where somebody stands is imported.
    command = [sys.executable, "-P", "-m", "knowledge.official.apart", suffix, str(seconds)]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    environment = {**kept, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
    environment |= {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=seconds, env=environment
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    except ValueError as error:
        raise _too_much() from error
    if "error" in answer:
        raise OfficialTextError(str(answer["error"]))
    return [Block(**{**one, "marks": tuple(one["marks"])}) for one in answer["blocks"]]


def _too_much() -> OfficialTextError:
    return OfficialTextError(
        "reading it takes more memory or time than a text ever should. "
        "Print it to a new PDF, or save its words as .txt."
    )


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time is limited all the same
        return
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def _main(suffix: str, seconds: int) -> None:
    from knowledge.official.reading import read_blocks

    _limit(seconds)
    # Some library may print; only the answer belongs on the real output.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        blocks = read_blocks(suffix, sys.stdin.buffer.read())
        answer: dict[str, object] = {"blocks": [asdict(block) for block in blocks]}
    except OfficialTextError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": str(_too_much())}
    except Exception as error:
        # What a library trips over is the file's fault, and one message for whoever added it.
        answer = {"error": f"it is damaged: {type(error).__name__}."}
    with output:
        json.dump(answer, output)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
