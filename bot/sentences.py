"""The bot's own sentences in every language, and putting their words into a reply."""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from actions.reply import Message, Reply, Say, Suggestion
from knowledge.errors import LibraryError, Problem

FOLDER = Path(__file__).resolve().parent / "sentences"
ORIGINAL = "en"


class Sentences:
    """The sentences, by language and key.

    Args:
        languages: For each language its sentences; the key of a group's member has a dot.
    """

    def __init__(self, languages: dict[str, dict[str, str]]) -> None:
        self._languages = languages

    @classmethod
    @lru_cache(maxsize=1)
    def shared(cls) -> Sentences:
        """The sentences that ship with the bot."""
        return cls.load(FOLDER)

    @classmethod
    def load(cls, folder: Path) -> Sentences:
        """Read every `<language>.yml` of a folder.

        Raises:
            LibraryError: A translation lacks a sentence, has one too many, or lost a placeholder.
        """
        languages = {}
        for file in sorted(folder.glob("*.yml")):
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            languages[file.stem] = _flat(data)
        problems = []
        original = languages.get(ORIGINAL, {})
        for code, sentences in languages.items():
            file = folder / f"{code}.yml"
            for key in original.keys() - sentences.keys():
                problems.append(Problem(file, 0, f"the sentence {key!r} is missing."))
            for key, text in sentences.items():
                if key not in original:
                    problems.append(Problem(file, 0, f"{key!r} is not a sentence of the bot."))
                elif _fields(text) != _fields(original[key]):
                    wanted = ", ".join(sorted(_fields(original[key]))) or "none"
                    problems.append(Problem(file, 0, f"{key}: its placeholders must be: {wanted}."))
        if problems:
            raise LibraryError(problems)
        return cls(languages)

    @property
    def languages(self) -> list[str]:
        """Languages that have the sentences."""
        return list(self._languages)

    def group(self, language: str, name: str) -> dict[str, str]:
        """All sentences of a group, such as `widget`; without a name, those of no group."""
        if not name:
            return {k: v for k, v in self._languages[language].items() if "." not in k}
        prefix = f"{name}."
        return {
            key.removeprefix(prefix): text
            for key, text in self._languages[language].items()
            if key.startswith(prefix)
        }

    def words(self, language: str, what: Say) -> str:
        """The words of a sentence.

        Args:
            language: The person's language.
            what: The sentence.

        Returns:
            Its words, filled in.
        """
        sentences = self._languages.get(language) or self._languages[ORIGINAL]
        values = {
            name: self.words(language, value) if isinstance(value, Say) else value
            for name, value in what.values.items()
        }
        return sentences[what.key].format(**values)

    def spoken(self, reply: Reply) -> Reply:
        """The reply with words for all that it says."""
        language = reply.language
        return reply.model_copy(
            update={
                "messages": tuple(self._message(message, language) for message in reply.messages),
                "suggestions": tuple(
                    self._suggestion(suggestion, language) for suggestion in reply.suggestions
                ),
            }
        )

    def _message(self, message: Message, language: str) -> Message:
        if message.say is None:
            return message
        text = self.words(language, message.say)
        return message.model_copy(update={"text": text, "language": language})

    def _suggestion(self, suggestion: Suggestion, language: str) -> Suggestion:
        if suggestion.say is None:
            return suggestion
        return suggestion.model_copy(update={"text": self.words(language, suggestion.say)})


def _flat(data: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in data.items():
        if prefix == "" and key == "reviewed_by":
            continue
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = str(value).strip()
    return flat


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
