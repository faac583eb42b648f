"""Streets with a house number. A town alone decides many answers and stays."""

from __future__ import annotations

import regex

from bot.redaction.marks import ADDRESS
from bot.redaction.vocabulary import any_of

_UNITS = any_of(lambda words: words.units)
_HOUSE = any_of(lambda words: words.addresses.house)
_FLAT = any_of(lambda words: words.addresses.flat)
_BEFORE = any_of(lambda words: words.addresses.street_before)
_AFTER = any_of(lambda words: words.addresses.street_after)
_FIRST = any_of(lambda words: words.addresses.before_words)
_GERMAN = any_of(lambda words: words.addresses.street_suffixes)

# A house number with its flat and postcode. What is counted is no house: "op weg 3 uur".
_NUMBER = (
    rf"(?:{_HOUSE}[\s:.]*+)?(?!(?:19|20)\d\d(?!\d))\d{{1,4}}(?!\d)(?!\s?(?:{_UNITS}|€|%)(?!\w))(?![.,:]\d)"
    r"(?:\s?-?\s?(?:bis|ter|[a-z])(?!\w))?"
    r"(?:\s?[-/]\s?(?:\d{1,3}|[ivx]{1,4})(?!\w))?"
    rf"(?:,?\s?(?:bus|bo[iî]te|bte|box|apt|app|appartement|étage|piso|m\.|{_FLAT})\s?\.?\s?\d{{1,4}}"
    r"[a-z]?(?!\w))?"
)
_POSTCODE = r"(?:,?\s?\d{4}\s?(?-i:[A-Z]{2})(?!\w)|,\s?\d{4}(?=\s\p{Lu}))?"
_CAPITAL = r"(?-i:\p{Lu})[\p{L}\p{M}'’-]*+"
_WORD = r"[\p{L}\p{M}'’-]++\.?"
_SMALL = r"(?:de|du|des|da|del|dos|la|las|los|le|les|van|der|den|het|ten|ter|the|l['’]|d['’])"
# These are also words of their own, and so are many that end like them.
_DUTCH = (
    r"(?:(?:[\p{L}'’-]*(?:straat|laan|plein|steenweg|dreef|kade|gracht|singel|plantsoen|vest"
    rf"|{_GERMAN})"
    r"|(?!(?:onder|over|half|hoe|vóór)?weg\s)[\p{L}'’-]*weg"
    r"|(?-i:\p{Lu})[\p{L}'’-]{2,}(?:hof|park|pad|dijk|lei|baan|wal|kaai|oever|heide)"
    r"|(?-i:(?:Am|An\sder|Grote|Oude|Nieuwe|Kleine|Alter)\s)Mark?t|(?-i:Meir|Markt|Damrak|Dam)))"
)
_PATTERNS = [
    regex.compile(source, regex.IGNORECASE)
    for source in (
        # "Flat 3, 27 Church Road": the number comes first
        rf"(?<!\w)(?:(?:flat|apartment|apt|unit|room)\s?\d{{1,4}}[a-z]?,?\s)?\d{{1,4}}[a-z]?,?\s"
        rf"(?:(?!(?:on|in|the|of|at|from|to)\s){_WORD}\s){{1,2}}{_FIRST}(?!\w)(?:\s{_NUMBER})?",
        # "12, avenue Louise", "221 Kerklaan"
        rf"(?<![\w.,])\d{{1,4}}\s?(?:bis|ter)?,?\s{_BEFORE}\s(?:{_SMALL}\s?){{0,3}}{_CAPITAL}"
        rf"(?:\s{_CAPITAL}){{0,3}}{_POSTCODE}",
        rf"(?<![\w.,])\d{{1,4}}[a-z]?\s(?=(?-i:\p{{Lu}})\p{{L}}{{2,}}){_DUTCH}(?!\w){_POSTCODE}",
        # "Prinses Beatrixlaan 114"
        rf"(?<![\w'’-])(?:(?-i:\p{{Lu}}\p{{Ll}})[\p{{L}}'’-]*+\s(?:{_SMALL}\s)?){{0,3}}{_DUTCH}"
        rf"\s{_NUMBER}{_POSTCODE}",
        # "rue de la Victoire 45", "вул. Садова, буд. 8"
        rf"(?<![\w'’-]){_BEFORE}\s?(?:(?:{_SMALL}\s?){{0,3}}{_CAPITAL}(?:\s{_WORD}){{0,3}}?|{_WORD}"
        rf"|[\p{{Arabic}}\p{{Ethiopic}}]++(?:\s[\p{{Arabic}}\p{{Ethiopic}}]++){{0,2}}?),?\s?"
        rf"{_NUMBER}{_POSTCODE}",
        # "Gül Sokak 7"
        rf"(?<![\w'’-])(?:(?:{_CAPITAL}|\d{{1,4}}\.)\s){{1,3}}{_AFTER}(?![\p{{L}}\p{{M}}]),?\s?"
        rf"(?:{_CAPITAL}\s{_AFTER},?\s)?{_NUMBER}",
        rf"(?<![\w'’-])(?:د\s)?[\p{{Arabic}}]++\s{_AFTER}\s{_NUMBER}",
        # "1071 XK 12"
        rf"(?<!\w)\d{{4}}\s?(?-i:[A-Z]{{2}})[\s,]{{1,2}}{_NUMBER}",
    )
]


def hide_addresses(text: str) -> str:
    """The text with marks for streets with a house number."""
    for pattern in _PATTERNS:
        text = pattern.sub(ADDRESS, text)
    return text
