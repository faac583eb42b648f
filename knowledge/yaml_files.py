"""Reading YAML into typed models, with errors that name the file and the line."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from yaml.constructor import ConstructorError

from knowledge.errors import LibraryError, Problem

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(text: str, file: Path, first_line: int = 1) -> Any:
    """Parse YAML and keep line numbers.

    Args:
        text: The YAML text.
        file: Named in errors.
        first_line: Line of `file` on which `text` begins (front matter starts on line 2).

    Returns:
        Plain data.

    Raises:
        LibraryError: The text is not YAML.
    """
    # The fast loader reads what is right; only for what is wrong the slow one is asked, which
    # remembers lines. A start of the server reads hundreds of files.
    try:
        return yaml.load(text, Loader=_StrictLoader)
    except ConstructorError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else 0
        raise LibraryError([Problem(file, line, f"not valid YAML: {error.problem}.")]) from error
    except yaml.YAMLError:
        return _read_with_lines(text, file, first_line)


class _StrictLoader(yaml.CSafeLoader):
    """Refuses values that cannot be, and keys that stand twice or are no words."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """PyYAML's hook: a value that looks like a day or a number, and is none, has a line."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError) as error:
            raise ConstructorError(problem=str(error), problem_mark=node.start_mark) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """PyYAML's hook: of two values under one key, the first would be lost in silence."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                problem = "a key must be a word"
            elif key in seen:
                problem = f'duplicate key "{key}"'
            else:
                seen.add(key)
                continue
            raise ConstructorError(problem=problem, problem_mark=key_node.start_mark)
        return super().construct_mapping(node, deep)


def _read_with_lines(text: str, file: Path, first_line: int) -> Any:
    loader = YAML(typ="rt")
    try:
        return loader.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else 0
        raise LibraryError([Problem(file, line, f"not valid YAML: {error.problem}.")]) from error
    except YAMLError as error:
        raise LibraryError([Problem(file, 0, f"not valid YAML: {error}.")]) from error


def line_of(data: Any, path: Sequence[str | int], first_line: int = 1) -> int:
    """Line on which the value at `path` stands, or that of its nearest parent.

    Args:
        data: What `_read_with_lines` returned.
        path: Keys and positions from the top, as in a pydantic error's `loc`.
        first_line: As given to `read_yaml`.

    Returns:
        Line number, counted from 1.
    """
    line = 0
    for key in path:
        marks = getattr(data, "lc", None)
        if marks is None:
            break
        try:
            position = marks.key(key) if isinstance(data, dict) else marks.item(key)
            line = position[0]
            data = data[key]
        except (KeyError, IndexError, TypeError):
            break
    return line + first_line


def parse(model: type[Model], text: str, file: Path, first_line: int = 1) -> Model:
    """Read YAML into a model.

    Args:
        model: The pydantic model.
        text: The YAML text.
        file: Named in errors.
        first_line: As given to `read_yaml`.

    Returns:
        The model's instance.

    Raises:
        LibraryError: The text is not YAML, or with one problem for each field that is wrong.
    """
    try:
        return model.model_validate(read_yaml(text, file, first_line))
    except ValidationError as error:
        data = _read_with_lines(text, file, first_line)
        problems = []
        for item in _without_echoes(error.errors(include_url=False)):
            path = [part for part in item["loc"] if isinstance(part, str | int)]
            name = ".".join(str(part) for part in path) or model.__name__
            message = item["msg"].removeprefix("Value error, ")
            problems.append(Problem(file, line_of(data, path, first_line), f"{name}: {message}."))
        raise LibraryError(problems) from error


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """The errors, less the lists that are too short only because an item of theirs is wrong."""

    def inside(item: ErrorDetails, other: ErrorDetails) -> bool:
        depth = len(item["loc"])
        return len(other["loc"]) > depth and other["loc"][:depth] == item["loc"]

    return [
        item
        for item in errors
        if item["type"] != "too_short" or not any(inside(item, other) for other in errors)
    ]


def line_in(file: Path, *path: str | int) -> int:
    """Line of a YAML file on which the value at a path stands, for what is found wrong later."""
    return line_of(_read_with_lines(read_text(file), file, 1), path)


def read_text(file: Path) -> str:
    """Read a UTF-8 text file.

    Args:
        file: The file.

    Returns:
        Its text.

    Raises:
        LibraryError: The file is missing, unreadable or not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start}). Save the file as UTF-8."
        raise LibraryError([Problem(file, 0, message)]) from error
    except OSError as error:
        raise LibraryError([Problem(file, 0, f"cannot be read: {error.strerror}.")]) from error


def load_yaml(model: type[Model], file: Path) -> Model:
    """Read one YAML file into one model; raises `LibraryError` as its parts do."""
    return parse(model, read_text(file), file)
