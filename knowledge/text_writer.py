"""Writing a text of a card or passage as the file that people edit."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from knowledge.text import ANSWER, Block

_WIDE = 10_000
"""No line is folded: a translator's tool shows one line a sentence better than half a one."""


def written_text(front: Mapping[str, Any], parts: Mapping[str, tuple[Block, ...]]) -> str:
    """A text as its file holds it.

    Args:
        front: The front matter, in the order in which it is written.
        parts: The blocks of each part, with their marks, as `parse_parts(marks=True)` gives them.

    Returns:
        The file's content.
    """
    yaml = YAML()
    yaml.width = _WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    # `reviewed_by: null` says more than an empty place does.
    yaml.representer.add_representer(
        type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    head = io.StringIO()
    yaml.dump(dict(front), head)
    pieces = [f"---\n{head.getvalue()}---\n"]
    for part, blocks in parts.items():
        if part != ANSWER:
            pieces.append(f"## {part}\n")
        pieces += [_block(block) for block in blocks]
    return pieces[0] + "\n".join(pieces[1:])


def _block(block: Block) -> str:
    if block.kind == "steps":
        return "".join(f"{number}. {item}\n" for number, item in enumerate(block.items, 1))
    if block.kind == "list":
        return "".join(f"- {item}\n" for item in block.items)
    return f"{block.text}\n"


def write_whole(file: Path, text: str) -> None:
    """Write a file beside the old one and put it in its place: nobody sees half of it.

    Raises:
        OSError: It cannot be written; the old file is as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(scratch, 0o644)
        os.replace(scratch, file)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
