"""Changing the language, and the language that a person also reads."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA

from actions.answer import show
from actions.reply import Message, Reply, Status, Suggestion, say
from actions.turn import Outcome, Turn, WegwijsAction
from knowledge.languages import Languages
from knowledge.places import fold

_SHORTEST_STEM = 4


@lru_cache(maxsize=1)
def _names(codes: tuple[str, ...], own: tuple[str, ...]) -> dict[str, str]:
    """Every language's name in every language, from the Unicode locale data."""
    names = {fold(name): code for code, name in zip(codes, own, strict=True)}
    for reader in codes:
        locale = Locale.parse(reader)
        for code in codes:
            if code in locale.languages:
                names.setdefault(fold(locale.languages[code]), code)
    # Dari is the Persian of Afghanistan; Flemish the Dutch of Flanders.
    names |= {"dari": "fa", "دري": "fa", "farsi": "fa", "vlaams": "nl", "flemish": "nl"}
    # After the country, as people say it; the locale data has the other word.
    dutch = "hollandaca holländisch hollandais holandés holenderski голландська голландский هولندي"
    return names | {fold(name): "nl" for name in dutch.split()}


def find_language(text: str, languages: Languages) -> str | None:
    """The language that a text names, in any language: "français", "на русском", "بالتركية".

    Args:
        text: What the person wrote.
        languages: The languages that are offered.

    Returns:
        Its code, or None.
    """
    codes = tuple(languages.codes)
    names = _names(codes, tuple(language.name for language in languages))
    tokens = fold(text).split()
    for token in tokens:
        if token in names:
            return names[token]
    for token in tokens:
        for prefix in ("بال", "ال", "ب", "ብ"):
            if token.removeprefix(prefix) in names:
                return names[token.removeprefix(prefix)]
    for token in tokens:
        for name, code in names.items():
            # Inflected: "українською", "по-русски", "Türkçeye"; the stem stays.
            stem = name[: max(_SHORTEST_STEM, len(name) - 3)]
            if (
                len(name) > _SHORTEST_STEM
                and len(token) > _SHORTEST_STEM
                and token.startswith(stem)
            ):
                return code
        near = process.extractOne(token, names.keys(), scorer=OSA.distance, score_cutoff=1)
        if near and len(token) > _SHORTEST_STEM + 1:
            return names[near[0]]
    return None


class ChangeLanguageAction(WegwijsAction):
    """Speaks another language from now on, and says the last answer again in it."""

    def name(self) -> str:
        return "action_change_language"

    def respond(self, turn: Turn) -> Outcome:
        languages = turn.knowledge.library.languages
        chosen = turn.argument("language") or find_language(turn.text, languages)
        if chosen not in languages:
            choices = tuple(
                Suggestion(
                    payload=f'/change_language{{"language": "{language.code}"}}', text=language.name
                )
                for language in languages
            )
            return Outcome(
                Reply(
                    status=Status.SMALL_TALK,
                    messages=(say("language_choose"),),
                    suggestions=choices,
                )
            )
        said = say("language_changed")
        return _again(turn.with_slots(language=chosen), said, {"language": chosen})


class ReadsAction(WegwijsAction):
    """Remembers which language the person also reads, and shows the last card in it."""

    def name(self) -> str:
        return "action_reads"

    def respond(self, turn: Turn) -> Outcome:
        languages = turn.knowledge.library.languages
        chosen = turn.argument("language") or ""
        if chosen not in languages:
            return Outcome(Reply(status=Status.SMALL_TALK, messages=(say("small_talk_ok"),)))
        said = say("reading_language_noted", language=languages.get(chosen).name)
        return _again(turn.with_slots(reads_also=chosen), said, {"reads_also": chosen})


def _again(turn: Turn, said: Message, slots: dict[str, object]) -> Outcome:
    """Say something, then show the last answer again."""
    if turn.last_shown is None:
        return Outcome(Reply(status=Status.SMALL_TALK, messages=(said,)), slots)
    shown = show(turn, turn.last_shown)
    reply = shown.reply.model_copy(update={"messages": (said, *shown.reply.messages)})
    return Outcome(reply, {**shown.slots, **slots})
