"""Cards beside what was shown of them: the text of today, and our own Dutch and English text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from actions.compose import official_title
from actions.reply import CardShown, HitShown, Message, Say
from api.console.replies import MessageShown, direction_of, messages_shown
from bot.sentences import Sentences
from knowledge.facts import Fact
from knowledge.index import Index
from knowledge.library import Library
from knowledge.places import fold
from knowledge.text import ANSWER, Block

STAFF_LANGUAGES = ("nl", "en")
"""Languages that those who check answers read."""

_BODY = ("text", "list", "steps")


@dataclass(frozen=True)
class OwnText:
    """What a card says in one language.

    Attributes:
        language: The language.
        direction: Of its script.
        title: The card's title.
        messages: The parts that were shown.
    """

    language: str
    direction: str
    title: str
    messages: list[MessageShown]


@dataclass(frozen=True)
class Since:
    """What became of a card since it was shown.

    Attributes:
        gone: Whether the library has it no more, or not in that language.
        changed: Whether its words, its title or its sources are others now.
        now: The same parts as they read today.
        checked_on: Day on which it was compared with its sources last, when that is later.
    """

    gone: bool
    changed: bool
    now: OwnText | None
    checked_on: date | None


@dataclass(frozen=True)
class Wording:
    """What stands nearest to a newcomer's words in one of our own texts.

    Attributes:
        language: Of the words.
        title: Title of the card or passage.
        question: Its question that belongs to the one that matched; None without such a one.
    """

    language: str
    title: str
    question: str | None


@dataclass(frozen=True)
class CardFound:
    """A card that a search for titles found."""

    id: str
    title: str
    language: str
    place: str


def since_shown(
    library: Library, card: CardShown, messages: Sequence[Message], place: str | None
) -> Since:
    """Compare what was shown of a card or passage with the library of today.

    Args:
        library: The library of today.
        card: What was shown.
        messages: What was said then.
        place: Where the person lives: a place may have words of its own.

    Returns:
        What became of it.
    """
    found = _find(library, card, place, card.language)
    if found is None:
        return Since(gone=True, changed=False, now=None, checked_on=None)
    parts = _parts_shown(card, messages)
    now = _messages(found, parts)
    then = [one for one in messages if _is_body(one) and one.language == card.language]
    # A reply without words of the card, such as "it says nothing of this", shows only its title.
    changed = bool(then and _words(then) != _words(now)) or found.title != card.title
    sources = {source.url for source in card.sources}
    changed = changed or (found.sources is not None and found.sources != sources)
    later = found.checked_on if found.checked_on != card.checked_on else None
    return Since(False, changed, _own(library, found, now), later)


def own_texts(
    library: Library, card: CardShown, messages: Sequence[Message], place: str | None
) -> list[OwnText]:
    """The parts of a card that were shown, in its own Dutch and English text of today.

    Args:
        library: The library of today.
        card: What was shown.
        messages: What was said then.
        place: Where the person lives.

    Returns:
        A text for each language that the card has, but the one that was shown.
    """
    parts = _parts_shown(card, messages)
    texts = []
    for language in STAFF_LANGUAGES:
        found = _find(library, card, place, language)
        if found is not None and language != card.language:
            texts.append(_own(library, found, _messages(found, parts)))
    return texts


def nearest_wording(library: Library, hit: HitShown, index: Index | None = None) -> list[Wording]:
    """Our own words, in Dutch and English, that belong to the text which matched.

    A card has the same questions in the same order in most languages: where it does, the question
    that matched leads to the one in Dutch and English. Where it does not, the nearest in meaning
    is taken.

    Args:
        library: The library of today.
        hit: What matched.
        index: Compares meanings; None while the dialogue is not loaded.

    Returns:
        The title and the question in each of the two languages that the card has.
    """
    target = hit.targets[0] if hit.targets else ""
    owner = library.cards.get(target) or library.passages.get(target)
    if owner is None:
        return []
    matched = owner.texts.get(hit.language)
    number = None
    if matched and hit.part == "question":
        asked = [question[: len(hit.text)] for question in matched.questions]
        number = asked.index(hit.text) if hit.text in asked else None
    found = []
    for language in STAFF_LANGUAGES:
        text = owner.texts.get(language)
        if text is None:
            continue
        question = None
        if matched and number is not None:
            if len(matched.questions) == len(text.questions):
                question = text.questions[number]
            elif index:
                question = _nearest(index, hit, matched.questions[number], language)
        found.append(Wording(language, text.title, question))
    return found


def _nearest(index: Index, hit: HitShown, question: str, language: str) -> str | None:
    """The question of the same card, in another language, that comes nearest in meaning."""
    numbers = index.numbers_of(hit.group)
    units = [index.units[number] for number in numbers]
    asked = [i for i, unit in enumerate(units) if unit.part == "question"]
    same = [i for i in asked if (units[i].language, units[i].text) == (hit.language, question)]
    own = (language, hit.targets[0])
    others = [i for i in asked if (units[i].language, units[i].target) == own]
    if not same or not others:
        return None
    vector = index.vectors.reconstruct(int(numbers[same[0]]))
    best = int(index.cosines(vector, numbers[others]).argmax())
    return units[others[best]].text


def find_cards(library: Library, query: str, reader: str, limit: int = 12) -> list[CardFound]:
    """Cards of which a title holds every word of a query, in any language.

    Args:
        library: The library.
        query: What somebody typed.
        reader: Language in which titles are shown, where they have it.
        limit: How many at most.

    Returns:
        Those whose title in the reader's language matches first.
    """
    words = fold(query).split()
    if not words:
        return []
    found: list[tuple[bool, str, CardFound]] = []
    for card in library.cards.values():
        place = library.places.get(card.place).name(reader)
        shown = card.best_text([reader, "en", "nl"])
        around = f"{fold(card.id)} {fold(place)}"
        titles = {code: f"{fold(text.title)} {around}" for code, text in card.texts.items()}
        matching = [code for code, title in titles.items() if all(w in title for w in words)]
        if matching:
            one = CardFound(card.id, shown.title, shown.language, place)
            found.append((shown.language not in matching, fold(shown.title), one))
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])[:limit]]


@dataclass(frozen=True)
class _Text:
    """A text of a card or passage, with what is filled in."""

    language: str
    title: str
    parts: dict[str, list[Message]]
    sources: set[str | None] | None
    checked_on: date | None


def _find(library: Library, shown: CardShown, place: str | None, language: str) -> _Text | None:
    if shown.id in library.official:
        official = library.official[shown.id]
        if official.language != language:
            return None
        words = Message(text=official.text, language=language)
        return _Text(language, official_title(official), {ANSWER: [words]}, None, None)
    if passage := library.passages.get(shown.id):
        text = passage.texts.get(language)
        if text is None:
            return None
        return _Text(language, text.title, {ANSWER: _filled(text.blocks, {}, language)}, None, None)
    card = library.cards.get(shown.id)
    if card is None:
        return None
    card = library.card_in(card, place if place in library.places else None)
    own = card.texts.get(language)
    if own is None:
        return None
    parts = {key: _filled(blocks, card.facts, language) for key, blocks in own.parts.items()}
    sources: set[str | None] = {str(source.url) for source in card.sources}
    return _Text(language, own.title, parts, sources, card.checked_on)


def _filled(blocks: Iterable[Block], facts: Mapping[str, Fact], language: str) -> list[Message]:
    return [Message.from_block(block.filled(facts, language)) for block in blocks]


def _parts_shown(card: CardShown, messages: Sequence[Message]) -> list[str]:
    """Keys of the parts that a reply showed: the bot's own headings say which."""
    keys = [message.say.key for message in messages if message.say and message.kind == "heading"]
    others = [key.removeprefix("part.") for key in keys if key.startswith("part.")]
    return list(dict.fromkeys([card.part or ANSWER, *others]))


def _messages(text: _Text, parts: Iterable[str]) -> list[Message]:
    """The parts of a text, each under its heading."""
    headings = Sentences.shared()
    said: list[Message] = []
    for part in parts:
        if part not in text.parts:
            continue
        if part != ANSWER:
            words = headings.words(text.language, Say(key=f"part.{part}"))
            said.append(Message(kind="heading", text=words, language=text.language))
        said += text.parts[part]
    return said


def _own(library: Library, text: _Text, messages: Iterable[Message]) -> OwnText:
    return OwnText(
        language=text.language,
        direction=direction_of(library, text.language),
        title=text.title,
        messages=messages_shown(library, messages, text.language),
    )


def _is_body(message: Message) -> bool:
    return message.say is None and message.kind in _BODY


def _words(messages: Iterable[Message]) -> Counter[str]:
    """All words of a card's own, each with how often it stands there.

    Their order does not count: a list of an official text is shown after the words around it.
    """
    body = [one for one in messages if _is_body(one)]
    return Counter(
        word for one in body for text in (one.text, *one.items) for word in text.split()
        if word != "-"
    )  # fmt: skip
