"""What the scripted server says: the project's own texts, and answers that are made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]

HOSTILE = "<img src=x onerror=\"document.title='hacked'\">"


def sentences(language: str) -> dict[str, Any]:
    """The bot's sentences in a language."""
    path = ROOT / "bot" / "sentences" / f"{language}.yml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def languages() -> list[dict[str, str]]:
    """The languages that are offered."""
    path = ROOT / "knowledge" / "library" / "languages.yml"
    return [
        {key: each[key] for key in ("code", "name", "direction")}
        for each in yaml.safe_load(path.read_text("utf-8"))
    ]


def direction_of(language: str) -> str:
    """`ltr` or `rtl`."""
    return next(each["direction"] for each in languages() if each["code"] == language)


def texts(language: str) -> dict[str, Any]:
    """What `/api/texts` answers."""
    own = sentences(language)
    keys = (
        "source",
        "checked_on",
        "privacy_hint",
        "helpful_question",
        "unreviewed",
        "reviewed",
        "widget",
    )
    places = [
        {"id": "netherlands", "name": PLACES.get(language, PLACES["en"])[0]},
        {"id": "flanders", "name": PLACES.get(language, PLACES["en"])[1]},
        {"id": "ghent", "name": "Gent"},
    ]
    return {
        "language": language,
        "direction": direction_of(language),
        "languages": languages(),
        "places": places,
        **{key: own[key] for key in keys},
    }


PLACES = {
    "en": ("The Netherlands", "Flanders"),
    "nl": ("Nederland", "Vlaanderen"),
    "ar": ("هولندا", "فلاندرز"),
    "uk": ("Нідерланди", "Фландрія"),
    "ti": ("ሆላንድ", "ፍላንደርስ"),
}


# ---- what is said


def empty_reply(language: str) -> dict[str, Any]:
    """A reply that says nothing."""
    return {
        "language": language,
        "status": "small_talk",
        "messages": [],
        "card": None,
        "suggestions": [],
    }


def scripted_reply(said: str, language: str) -> dict[str, Any]:
    """What is said to a text or payload."""
    own = sentences(language)
    if said.startswith("/start"):
        return {
            "messages": [{"kind": "text", "text": own["welcome"]}],
            "suggestions": [
                {"text": own["domain"][key], "payload": f'/topics{{"domain": "{key}"}}'}
                for key in ("education", "work", "health", "housing")
            ],
        }
    if said.startswith("/change_language"):
        return {"messages": [{"kind": "text", "text": own["language_changed"]}]}
    if said.startswith("/tell_place"):
        name = own["place_noted"].replace("{place}", said.split('"')[3])
        return {"messages": [{"kind": "text", "text": name}]}
    if said == "place?":
        return ask_place(language)
    if said == "danger":
        return danger(language)
    if said in ("person", "/ask_person"):
        return person(language)
    if said == "hostile":
        return hostile()
    return doctor(language)


def ask_place(language: str) -> dict[str, Any]:
    """A question back, with buttons."""
    names = PLACES.get(language, PLACES["en"])
    return {
        "status": "needs_place",
        "messages": [{"kind": "text", "text": sentences(language)["ask_place"]}],
        "suggestions": [
            {"text": names[0], "payload": '/tell_place{"place": "netherlands"}'},
            {"text": names[1], "payload": '/tell_place{"place": "flanders"}'},
        ],
    }


def danger(language: str) -> dict[str, Any]:
    """Danger to life."""
    own = sentences(language)
    call = {"text": "112", "href": "tel:112"}
    numbers = ["113 Zelfmoordpreventie: 0800-0113", "De Luisterlijn: 088 0767 000"]
    links = [
        {"text": "0800-0113", "href": "tel:08000113"},
        {"text": "088 0767 000", "href": "tel:0880767000"},
    ]
    urgent = own["safety_medical"].replace("{emergency}", "112")
    return {
        "status": "safety",
        "messages": [
            {"kind": "urgent", "text": urgent, "links": [call]},
            {"kind": "list", "text": "", "items": numbers, "links": links},
            {"kind": "text", "text": own["safety_after"]},
        ],
        "suggestions": [{"text": own["button"]["person"], "payload": "/ask_person"}],
    }


def person(language: str) -> dict[str, Any]:
    """The person wants a human being."""
    own = sentences(language)
    hint = own["person_hint"].replace("{emergency}", "112")
    return {
        "status": "handed_over",
        "messages": [{"kind": "text", "text": own["person_none"]}, {"kind": "text", "text": hint}],
    }


def hostile() -> dict[str, Any]:
    """Text that would do harm as markup, and links that must not be followed."""
    return {
        "status": "answered",
        "messages": [
            {
                "kind": "text",
                "text": f"{HOSTILE} click here or there or nowhere",
                "links": [
                    {"text": "here", "href": "javascript:document.title='hacked'"},
                    {"text": "there", "href": "data:text/html,x"},
                    {"text": "nowhere", "href": "/relative"},
                ],
            },
            {"kind": "steps", "text": HOSTILE, "items": [HOSTILE, "<b>bold</b>"]},
        ],
        "card": {
            **_card("nl", HOSTILE),
            "sources": [
                {"publisher": HOSTILE, "title": "x", "url": "javascript:alert(1)"},
                {"publisher": "y", "title": "z", "url": None},
            ],
        },
        "suggestions": [{"text": HOSTILE, "payload": "/x"}],
    }


def _card(language: str, title: str) -> dict[str, Any]:
    names = PLACES.get(language, PLACES["en"])
    return {
        "id": "find-a-doctor.flanders",
        "kind": "card",
        "title": title,
        "language": language,
        "place": "flanders",
        "place_name": names[1],
        "checked_on": "2026-11-22",
        "checked_text": CHECKED.get(language, CHECKED["en"]),
        "reviewed": False,
        "sources": [
            {
                "publisher": "RIZIV",
                "title": "Inschrijven bij een ziekenfonds",
                "url": "https://www.riziv.fgov.be/nl",
            },
            {"publisher": "Vlaamse overheid", "title": "Een huisarts zoeken", "url": None},
        ],
    }


CHECKED = {
    "en": "22 November 2026",
    "nl": "22 november 2026",
    "ar": "22 نوفمبر 2026",
    "uk": "22 листопада 2026 р.",
    "ti": "22 ሕዳር 2026",
}

# Title, answer, three steps.
DOCTOR = {
    "en": (
        "Finding a doctor",
        "When you are ill, first call a family doctor (huisarts). In the evening and at the "
        "weekend, call 1733.",
        [
            "Look for a doctor near your home. You may choose who you want.",
            "Call and ask: “Do you take new patients?”",
            "Take your identity card and the card of your health fund (ziekenfonds) with you.",
        ],
    ),
    "nl": (
        "Een dokter vinden",
        "Bent u ziek? Bel dan eerst een huisarts. Bel 's avonds en in het weekend 1733.",
        [
            "Zoek een huisarts in de buurt van uw huis. U mag zelf kiezen.",
            "Bel en vraag: 'Neemt u nieuwe patiënten aan?'",
            "Neem uw identiteitskaart en het kaartje van uw ziekenfonds mee.",
        ],
    ),
    "ar": (
        "العثور على طبيب",
        "عند المرض، الخطوة الأولى هي الاتصال بطبيب العائلة (huisarts). في المساء وفي عطلة نهاية "
        "الأسبوع يمكن الاتصال بالرقم 1733.",
        [
            "البحث عن طبيب قريب من المنزل. الاختيار حرّ.",
            "الاتصال به والسؤال: «هل تقبلون مرضى جددًا؟»",
            "إحضار بطاقة الهوية وبطاقة صندوق التأمين الصحي (ziekenfonds).",
        ],
    ),
    "uk": (
        "Як знайти лікаря",
        "Якщо ви захворіли, спочатку зателефонуйте сімейному лікарю (huisarts). Увечері та у "
        "вихідні телефонуйте 1733.",
        [
            "Знайдіть лікаря поблизу свого дому. Ви можете обрати самі.",
            "Зателефонуйте і запитайте: «Чи приймаєте ви нових пацієнтів?»",
            "Візьміть із собою посвідчення особи та картку лікарняної каси (ziekenfonds).",
        ],
    ),
    "ti": (
        "ሓኪም ምርካብ",
        "ምስ ሓመምኩም፣ መጀመርታ ናብ ናይ ስድራ ሓኪም (huisarts) ደውሉ። ምሸትን ቀዳመ-ሰንበትን ናብ 1733 ደውሉ።",
        [
            "ኣብ ጥቓ ገዛኹም ዝርከብ ሓኪም ድለዩ። ባዕልኹም ክትመርጹ ትኽእሉ ኢኹም።",
            "ደዊልኩም ሕተቱ፦ «ሓደስቲ ሕሙማት ትቕበሉ ዶ?»",
            "መንነት ወረቐትኩምን ናይ ጥዕና መድሕን ካርድን (ziekenfonds) ሒዝኩም ኪዱ።",
        ],
    ),
}


def doctor(language: str) -> dict[str, Any]:
    """A whole answer: text, heading, steps, list, remark, card, buttons."""
    own = sentences(language)
    shown = language if language in DOCTOR else "en"
    title, short, steps = DOCTOR[shown]
    return {
        "status": "answered",
        "messages": [
            {
                "kind": "text",
                "text": short,
                "language": shown,
                "links": [{"text": "1733", "href": "tel:1733"}],
            },
            {"kind": "heading", "text": own["part"]["steps"]},
            {"kind": "steps", "text": "", "items": steps, "language": shown},
            {"kind": "heading", "text": own["part"]["where"]},
            {
                "kind": "list",
                "text": "",
                "items": ["OCMW Gent, 09 266 99 11", "https://www.desocialekaart.be"],
                "links": [
                    {"text": "09 266 99 11", "href": "tel:+3292669911"},
                    {
                        "text": "https://www.desocialekaart.be",
                        "href": "https://www.desocialekaart.be",
                    },
                ],
            },
            {"kind": "notice", "text": own["unreviewed"]},
        ],
        "card": _card(shown, title),
        "suggestions": [
            {"text": own["part"]["cost"], "payload": "/follow_up_cost"},
            {"text": own["part"]["refused"], "payload": "/follow_up_refused"},
        ],
    }
