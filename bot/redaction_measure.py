"""Measuring redaction on messages of which the personal data is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.redaction import redact, without_marks
from knowledge.errors import LibraryError, Problem
from knowledge.text import normalise
from knowledge.yaml_files import read_text

KINDS = (
    "name", "email", "phone", "number", "address", "account", "birth_date", "online",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


class Secret(BaseModel):
    """A piece of personal data in a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    text: str


class Message(BaseModel):
    """A line of a set.

    Attributes:
        language: The language it is written in.
        text: What a person wrote.
        hide: What must go.
        keep: What must stay.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    text: str
    hide: tuple[Secret, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What redaction made of a message.

    Attributes:
        message: The message.
        redacted: The message without what was taken for personal data.
        missed: Personal data that still stands in it, whole or in part.
        lost: What should have stayed.
    """

    message: Message
    redacted: str
    missed: tuple[Secret, ...]
    lost: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether the message holds no personal data."""
        return not self.message.hide

    @property
    def spoiled(self) -> bool:
        """Whether something was hidden from a message without personal data."""
        return self.clean and self.redacted != normalise(self.message.text)


@dataclass
class Figures:
    """The figures of some messages.

    Attributes:
        messages: How many.
        secrets: Pieces of personal data, by kind.
        caught: Those of them that are wholly hidden, by kind.
        clean: Messages without personal data.
        spoiled: Those of them from which something was hidden.
        kept: Pieces that had to stay.
        lost: Those of them that did not.
    """

    messages: int = 0
    secrets: dict[str, int] = field(default_factory=dict)
    caught: dict[str, int] = field(default_factory=dict)
    clean: int = 0
    spoiled: int = 0
    kept: int = 0
    lost: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count a message."""
        self.messages += 1
        for secret in outcome.message.hide:
            self.secrets[secret.kind] = self.secrets.get(secret.kind, 0) + 1
            if secret not in outcome.missed:
                self.caught[secret.kind] = self.caught.get(secret.kind, 0) + 1
        self.clean += outcome.clean
        self.spoiled += outcome.spoiled
        self.kept += len(outcome.message.keep)
        self.lost += len(outcome.lost)

    def share_caught(self, kind: str | None = None) -> float | None:
        """The share of personal data that is hidden, of one kind or of all."""
        kinds = [kind] if kind else list(self.secrets)
        secrets = sum(self.secrets.get(one, 0) for one in kinds)
        return sum(self.caught.get(one, 0) for one in kinds) / secrets if secrets else None

    @property
    def spoiled_in_hundred(self) -> float | None:
        """Messages without personal data that lose something, of a hundred."""
        return 100 * self.spoiled / self.clean if self.clean else None


def load_messages(path: Path) -> list[Message]:
    """Read a set.

    Args:
        path: One JSON object a line, or a folder of such files named after their language.

    Returns:
        The messages.

    Raises:
        LibraryError: A line is not right, or what it names does not stand in its text.
    """
    files = sorted(path.glob("??.jsonl")) if path.is_dir() else [path]
    messages: list[Message] = []
    problems: list[Problem] = []
    for file in files:
        for number, line in enumerate(read_text(file).splitlines(), 1):
            if not line.strip():
                continue
            try:
                message = Message.model_validate_json(line)
            except ValidationError as error:
                where = ".".join(map(str, error.errors()[0]["loc"]))
                problems.append(Problem(file, number, f"{where}: {error.errors()[0]['msg']}."))
                continue
            problems += [Problem(file, number, problem) for problem in _mistakes(message)]
            messages.append(message)
    if not messages and not problems:
        problems.append(Problem(path, 0, "no messages; give a file of JSON lines or their folder."))
    if problems:
        raise LibraryError(problems)
    return messages


def _mistakes(message: Message) -> list[str]:
    pieces = [*message.keep, *(secret.text for secret in message.hide)]
    found = [
        f"{piece!r} does not stand in the text." for piece in pieces if piece not in message.text
    ]
    unknown = {secret.kind for secret in message.hide} - set(KINDS)
    return found + [f"{kind!r} is no kind; these are: {', '.join(KINDS)}." for kind in unknown]


def measure(
    messages: Sequence[Message],
    public_numbers: Collection[str] = (),
    hide: Callable[[str, Collection[str]], str] = redact,
) -> list[Outcome]:
    """Redact every message, as the bot does.

    Args:
        messages: What people wrote.
        public_numbers: Telephone numbers that stay.
        hide: Takes personal data out.

    Returns:
        An outcome for each message, in their order.
    """
    outcomes = []
    for message in messages:
        redacted = hide(normalise(message.text), public_numbers)
        left = without_marks(redacted)
        words = set(_WORD.findall(left))
        missed = tuple(secret for secret in message.hide if words & _telling(secret, message))
        lost = tuple(piece for piece in message.keep if normalise(piece) not in redacted)
        outcomes.append(Outcome(message, redacted, missed, lost))
    return outcomes


def _telling(secret: Secret, message: Message) -> set[str]:
    """The words of a secret that stand nowhere else in its message."""
    text = normalise(message.text)
    rest = set(_WORD.findall(text.replace(normalise(secret.text), " ")))
    return {word for word in _WORD.findall(normalise(secret.text)) if len(word) > 1} - rest


def by_language(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """The figures of each language, and of "all"."""
    figures: dict[str, Figures] = {}
    for outcome in outcomes:
        figures.setdefault(outcome.message.language, Figures()).add(outcome)
    total = Figures()
    for outcome in outcomes:
        total.add(outcome)
    return {**figures, "all": total}
