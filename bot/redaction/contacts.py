"""E-mail addresses, profiles and addresses of computers."""

from __future__ import annotations

import ipaddress

import regex

from bot.redaction.marks import EMAIL, IP_ADDRESS, PROFILE
from bot.redaction.vocabulary import any_of

_AT = any_of(lambda words: words.email.at)
_DOT = any_of(lambda words: words.email.dot)
# What begins with a run of letters begins where the run does: a search from each of its letters
# would take a minute for the longest message.
_LOCAL = r"(?<![\w.+-])[\w.+-]++"
_SIGN = rf"[(\[{{<]\s?(?:at|@|{_AT})\s?[)\]}}>]"
_DOMAIN = rf"[\w-]++(?:(?:\s?[(\[]?\.[)\]]?|\s[(\[]?(?:dot|{_DOT})[)\]]?\s)[\w-]++){{1,4}}"
_PLAIN = regex.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_SPACED = regex.compile(r"(?<![\w.+-])[\w.+-]++\s?@\s?[\w-]++(?:\.[\w-]++)+")
_SPELLED = regex.compile(rf"{_LOCAL}\s?{_SIGN}\s?{_DOMAIN}", regex.IGNORECASE)
# "At" and "et" are words too: a spelled dot must follow, or the name be one that no word is.
_WORDS = regex.compile(
    rf"{_LOCAL}\s(?:{_AT}\s[\w-]++(?:\s(?:dot|{_DOT})\s[\w-]++){{1,4}}"
    rf"|(?:arroba|arobase|apenstaartje|małpa|собака|собачка|равлик)\s[\w-]++(?:\.[\w-]++)+)"
    rf"|(?<![\w.+-])(?=\p{{L}}++[\d._])[\w.+-]++\s{_AT}\s[\w-]++(?:\.[\w-]++)+",
    regex.IGNORECASE,
)
_PROFILE = regex.compile(
    r"(?<![\w.@-])(?:https?://)?(?:www\.|m\.|[a-z]{2}-[a-z]{2}\.)?"
    r"(?:(?:facebook|fb|instagram|tiktok|twitter|x|vk|snapchat|telegram|linkedin|threads)\.com"
    r"|(?:wa|t|fb|ok|m|telegram|signal)\.(?:me|ru)|ok\.ru|youtube\.com)/[^\s,;!?\[\]]++",
    regex.IGNORECASE,
)
_HANDLE = regex.compile(r"(?<![\w.@/])@[\p{L}\d_][\w.]{1,30}+(?<!\.)")
_IP = regex.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{6,39}+)(?![\w:]|\.\d)", regex.I
)


def hide_contacts(text: str) -> str:
    """The text with marks for e-mail addresses, profiles and addresses of computers."""
    text = _PROFILE.sub(PROFILE, text)
    for pattern in (_PLAIN, _SPACED, _SPELLED, _WORDS):
        text = pattern.sub(EMAIL, text)
    text = _HANDLE.sub(PROFILE, text)
    return str(_IP.sub(lambda match: IP_ADDRESS if _is_ip(match[0]) else match[0], text))


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return text.isascii()
