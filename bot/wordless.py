"""Messages without words: nothing, symbols, numbers. Each becomes what its writer meant."""

from __future__ import annotations

from knowledge.text import normalise

_EMERGENCY_NUMBERS = {"112", "911", "999", "110", "100", "101"}
_PUNCTUATION = "?؟¿!¡.,;: "
_MEANINGS = {
    "/safety_medical": "🆘🚨🚑🚒🚓",
    "/affirm": "👍👌✅✔",
    "/deny": "👎❌",
    "/thanks": "🙏❤💙💛💚💐🌹😊🥰😍",
    "/greet": "👋🤝🙋",
}


def meaning(text: str) -> str | None:
    """What a message without words means.

    Args:
        text: The message.

    Returns:
        The payload that stands for it, or None when the message has words.
    """
    text = normalise(text)
    if any(sign.isalpha() for sign in text):
        return None
    if _number(text) in _EMERGENCY_NUMBERS:
        return "/safety_medical"
    for payload, symbols in _MEANINGS.items():
        if any(symbol in text for symbol in symbols):
            return payload
    if any(sign.isdigit() for sign in text):
        return "/only_number"
    if not any(sign.isprintable() and not sign.isspace() for sign in text):
        return "/empty"
    return "/help" if set(text) <= set(_PUNCTUATION) else "/only_emoji"


def _number(text: str) -> str | None:
    """A number in the digits of any script, as in "١١٢!"; None when the text is something else."""
    bare = text.strip(_PUNCTUATION)
    return "".join(str(int(digit)) for digit in bare) if bare.isdecimal() else None
