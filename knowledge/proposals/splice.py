"""Changing a few values in a YAML or text file, so that every other line stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import LibraryError, Problem
from knowledge.text import ANSWER, PARTS, split_front_matter
from knowledge.yaml_files import read_yaml

Scalar = str | int | float | date | None
Key = str | int

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S+)[ \t]*#*[ \t]*")
_VERY_WIDE = 1_000_000


def set_value(text: str, file: Path, path: Sequence[Key], value: Scalar, note: str = "") -> str:
    """Put a value into YAML, in the place of the old one or as a new key of its parent.

    Args:
        text: The YAML.
        file: Named in errors.
        path: Keys and positions from the top; the parent must be there.
        value: The new value.
        note: A comment to write after a key that is new or replaced; empty for none.

    Returns:
        The YAML with just this changed.

    Raises:
        LibraryError: The text is not YAML, or laid out so that it must be edited by hand.
    """
    data = read_yaml(text, file)
    parent = _at(data, path[:-1])
    if path[-1] in _keys(parent) and parent[path[-1]] == value and not note:
        return text
    node = _node(text, path[:-1])
    old = _child(node, path[-1])
    if old is not None and isinstance(old, yaml.ScalarNode) and old.style not in ("|", ">"):
        new = text[: old.start_mark.index] + _scalar(value, old.style)
        changed = new + (_after_value(text, old, note) if note else text[old.end_mark.index :])
    elif old is None and isinstance(node, yaml.MappingNode) and not node.flow_style:
        comment = f"   # {note}" if note else ""
        line = f"{path[-1]}: {_scalar(value)}{comment}"
        changed = _insert(text, node, node.value[0][0].start_mark.column, [line])
    else:
        raise _by_hand(file, path)
    _set(data, path, value)
    return _proved(changed, data, file, path)


def remove_key(text: str, file: Path, path: Sequence[Key]) -> str:
    """Take a key of a mapping or an item of a list out of YAML; nothing when it is not there.

    Raises:
        LibraryError: As `set_value`.
    """
    data = read_yaml(text, file)
    parent = _at(data, path[:-1])
    if path[-1] not in _keys(parent):
        return text
    node = _node(text, path[:-1])
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or len(parent) < 2:
        raise _by_hand(file, path)
    number = list(_keys(parent)).index(path[-1])
    entry = node.value[number]
    first, last = entry if isinstance(entry, tuple) else (entry, entry)
    begin = text.rfind("\n", 0, first.start_mark.index) + 1
    changed = text[:begin] + text[_line_end(text, last) :]
    del parent[path[-1]]
    return _proved(changed, data, file, path)


def add_item(text: str, file: Path, path: Sequence[Key], item: str | Mapping[str, Scalar]) -> str:
    """Put an item at the end of a list in YAML.

    Raises:
        LibraryError: As `set_value`.
    """
    data = read_yaml(text, file)
    node = _node(text, path)
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise _by_hand(file, path)
    if isinstance(item, str):
        lines = [f"- {_scalar(item)}"]
    else:
        pairs = [f"{key}: {_scalar(value)}" for key, value in item.items()]
        lines = [f"- {pairs[0]}", *(f"  {pair}" for pair in pairs[1:])]
    changed = _insert(text, node, node.start_mark.column, lines)
    _at(data, path).append(item if isinstance(item, str) else dict(item))
    return _proved(changed, data, file, path)


def edit_front(text: str, file: Path, edit: Any) -> str:
    """Edit the front matter of a text file.

    Args:
        text: The whole file.
        file: Named in errors.
        edit: Gets the YAML of the front matter, and returns the new one.

    Returns:
        The whole file.

    Raises:
        LibraryError: There is no front matter, or it cannot be edited.
    """
    head, _, _ = split_front_matter(text, file)
    begin = text.index("\n") + 1
    return text[:begin] + edit(head + "\n").removesuffix("\n") + text[begin + len(head) :]


def part_text(text: str, file: Path, part: str) -> str | None:
    """A part as its file holds it; None when the file has no such part."""
    _, body, _ = split_front_matter(text, file)
    lines = body.split("\n")
    for key, begin, end in _sections(lines):
        if key == part:
            return "\n".join(lines[begin:end]).strip("\n")
    return None


def set_part(text: str, file: Path, part: str, words: str) -> str:
    """Put new words into a part of a text, or add the part in its place.

    Args:
        text: The whole file.
        file: Named in errors.
        part: `answer`, or a part's key.
        words: The new words, without a heading.

    Returns:
        The whole file; every other line is as it was.
    """
    _, body, _ = split_front_matter(text, file)
    lines = body.split("\n")
    new = words.strip("\n").split("\n")
    order = (ANSWER, *PARTS)
    for key, begin, end in _sections(lines):
        if key == part:
            filled = [number for number in range(begin, end) if lines[number].strip()]
            first, last = (filled[0], filled[-1] + 1) if filled else (end, end)
            lines[first:last] = new
            break
        if key in order and order.index(key) > order.index(part):
            lines[begin - 1 : begin - 1] = [f"## {part}", "", *new, ""]
            break
    else:
        while lines and not lines[-1].strip():
            lines.pop()
        lines += ["", f"## {part}", "", *new, ""]
    return text[: len(text) - len(body)] + "\n".join(lines)


def _sections(lines: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Each part's key, its first line after the heading, and the line after its last."""
    key, begin = ANSWER, 0
    for number, line in enumerate(lines):
        if match := _HEADING.fullmatch(line):
            yield key, begin, number
            key, begin = match[1], number + 1
    yield key, begin, len(lines)


def _scalar(value: Scalar, style: str | None = None) -> str:
    """A value as YAML writes it on one line."""
    if style == '"' and isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    dumped: str = yaml.safe_dump(
        [value], allow_unicode=True, width=_VERY_WIDE, default_flow_style=False
    )
    return dumped.removeprefix("- ").rstrip("\n")


def _node(text: str, path: Sequence[Key]) -> yaml.Node:
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    for key in path:
        node = _child(node, key)
    assert node is not None
    return node


def _child(node: yaml.Node | None, key: Key) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        found: yaml.Node = node.value[key]
        return found
    return None


def _line_end(text: str, node: yaml.Node) -> int:
    """Where the line after a value begins."""
    # The end of a collection without brackets lies behind the comments that follow it.
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    at = node.end_mark.index
    if text[at - 1 : at] == "\n":
        return at
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _after_value(text: str, node: yaml.Node, note: str) -> str:
    """What follows a value that got a comment: an older comment on its line goes."""
    end = text.find("\n", node.end_mark.index)
    return f"   # {note}" + (text[end:] if end >= 0 else "\n")


def _insert(text: str, node: yaml.Node, indent: int, lines: Sequence[str]) -> str:
    at = _line_end(text, node)
    before = text[:at] if text[:at].endswith("\n") else text[:at] + "\n"
    return before + "".join(f"{' ' * indent}{line}\n" for line in lines) + text[at:]


def _at(data: Any, path: Sequence[Key]) -> Any:
    for key in path:
        data = data[key]
    return data


def _keys(parent: Any) -> Sequence[Key]:
    return list(parent) if isinstance(parent, dict) else range(len(parent))


def _set(data: Any, path: Sequence[Key], value: Scalar) -> None:
    _at(data, path[:-1])[path[-1]] = value


def _proved(text: str, wanted: Any, file: Path, path: Sequence[Key]) -> str:
    """The text, once it is known to hold just what was wanted."""
    if read_yaml(text, file) != wanted:
        raise _by_hand(file, path)
    return text


def _by_hand(file: Path, path: Sequence[Key]) -> LibraryError:
    name = ".".join(map(str, path))
    message = f"{name} is laid out so that only a person can edit it; change the file by hand."
    return LibraryError([Problem(file, 0, message)])
