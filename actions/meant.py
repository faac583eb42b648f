"""What a person means who corrects the bot or themselves: "no, I mean a dentist, not a doctor"."""

from __future__ import annotations

import re

# Words that what is meant follows, in any language.
_BEFORE = re.compile(
    r"""\b(?:
    i\ mean(?:t)?|i\ am\ asking\ about|i\ was\ talking\ about|i\ want\ to\ know\ about
    |ik\ bedoel(?:de)?|ik\ vraag\ naar|ik\ had\ het\ over
    |je\ veux\ dire|je\ voulais\ dire|je\ parl(?:e|ais)\ (?:de|du)
    |ich\ mein(?:t)?e|ich\ frage\ nach|ich\ sprach\ von
    |quiero\ decir|quería\ decir|me\ refiero\ a|habl(?:o|aba)\ de|pregunto\ por
    |ma[mw]\ na\ myśli|chodzi(?:ło)?\ mi\ o|pytam\ o
    |ма(?:ю|в|ла)\ на\ увазі|питаю\ про
    |име(?:ю|л|ла)\ в\ виду|спрашиваю\ про
    |[أا]قصد|قصدي|قصدت|أعني|منظورم|زما\ مطلب
    |waxaan\ ula\ jeed(?:aa|ay)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Words that it precedes.
_BEHIND = re.compile(
    r"\b(?:kastediyorum|demek istedim|soruyorum|ማለተይ)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;.!?،؛؟፣።]+")


def meant(text: str) -> str | None:
    """The clause that says what is meant, without "I mean" and without what is not meant.

    Args:
        text: What the person wrote.

    Returns:
        The words to search; None when the text does not correct anything.
    """
    for clause in _CLAUSE_END.split(text):
        before, behind = _BEFORE.search(clause), _BEHIND.search(clause)
        words = clause[before.end() :] if before else clause[: behind.start()] if behind else ""
        if words.strip():
            return words.strip()
    return None
