"""Reading YAML into typed models, with errors that name the file and the line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knowledge.errors import LibraryError, Problem

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(text: str, file: Path, first_line: int = 1) -> Any:
    """Parse YAML and keep line numbers.

    Args:
        text: The YAML text.
        file: Named in errors.
        first_line: Line of `file` on which `text` begins (front matter starts on line 2).

    Returns:
        Plain data in ruamel's containers, which know their line.

    Raises:
        LibraryError: The text is not YAML.
    """
    # The round-trip loader is the one that remembers lines; it also refuses double keys.
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
        data: What `read_yaml` returned.
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


def validate(model: type[Model], data: Any, file: Path, first_line: int = 1) -> Model:
    """Check data against a model.

    Args:
        model: The pydantic model.
        data: What `read_yaml` returned.
        file: Named in errors.
        first_line: As given to `read_yaml`.

    Returns:
        The model's instance.

    Raises:
        LibraryError: With one problem for each field that is wrong.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = []
        for item in error.errors(include_url=False):
            path = [part for part in item["loc"] if isinstance(part, str | int)]
            name = ".".join(str(part) for part in path) or model.__name__
            message = item["msg"].removeprefix("Value error, ")
            problems.append(Problem(file, line_of(data, path, first_line), f"{name}: {message}."))
        raise LibraryError(problems) from error


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
    return validate(model, read_yaml(read_text(file), file), file)
