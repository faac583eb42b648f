"""Facts: amounts, terms, numbers and addresses that can change, each with source and validity."""

from __future__ import annotations

import math
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from pydantic import BaseModel, ConfigDict, model_validator

# Numbers, telephone numbers and addresses keep their order inside a right-to-left sentence
# when they stand between these two marks (Unicode Bidirectional Algorithm, UAX #9, 2.4).
LEFT_TO_RIGHT_ISOLATE = "\u2066"
POP_ISOLATE = "\u2069"


class FactKind(StrEnum):
    """What a fact's value is, which decides how it is written in each language."""

    AMOUNT = "amount"
    PERCENT = "percent"
    NUMBER = "number"
    DURATION = "duration"
    DATE = "date"
    PHONE = "phone"
    URL = "url"
    EMAIL = "email"
    ADDRESS = "address"


NUMERIC = {FactKind.AMOUNT, FactKind.PERCENT, FactKind.NUMBER, FactKind.DURATION}
_LONGEST_ADDRESS = 45
# What the locale data only abbreviates, by plural form.
_HOURS = {"ps": {"one": "ساعت", "other": "ساعتونه"}}
LINK_SCHEMES = {FactKind.PHONE: "tel:", FactKind.EMAIL: "mailto:", FactKind.URL: ""}


class Link(BaseModel):
    """A piece of a text that can be followed.

    Attributes:
        text: The piece, exactly as it stands in the text.
        href: Where it leads: `https:`, `tel:` or `mailto:`.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    href: str


class Fact(BaseModel):
    """One changeable value of a card.

    Attributes:
        kind: What the value is.
        value: A number for the numeric kinds (euro, percent, count), a day for `date`, else text.
        unit: For `duration`.
        source: Id of the card's source that says so.
        valid_from: First day on which the value holds, when known.
        valid_until: Last day on which it holds, when known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FactKind
    value: int | float | date | str
    unit: Literal["hour", "day", "week", "month", "year"] | None = None
    source: str
    valid_from: date | None = None
    valid_until: date | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _refuse_unquoted_phone(cls, data: Any) -> Any:
        # YAML reads an unquoted 0800 as an octal number: the zero would be lost in silence.
        if (
            isinstance(data, dict)
            and data.get("kind") == "phone"
            and not isinstance(data.get("value"), str)
        ):
            raise ValueError("put the telephone number between quotes")
        return data

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind in NUMERIC and not (
            isinstance(self.value, int | float) and math.isfinite(self.value)
        ):
            raise ValueError(f"the value of {self.kind.value} must be a number")
        if self.kind is FactKind.DATE and not isinstance(self.value, date):
            raise ValueError("the value of date must be a day such as 2027-03-04")
        if (self.kind is FactKind.DURATION) != (self.unit is not None):
            raise ValueError("unit belongs to the kind duration, and duration needs it")
        if self.kind is FactKind.URL and not str(self.value).startswith(("https://", "http://")):
            raise ValueError("a url begins with https://")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def expired(self, today: date) -> bool:
        """Whether the value no longer holds, or does not hold yet, on `today`."""
        too_late = self.valid_until is not None and self.valid_until < today
        too_early = self.valid_from is not None and self.valid_from > today
        return too_late or too_early

    def written(self, language: str, bare: bool = False) -> str:
        """The value as a reader of `language` expects it.

        Args:
            language: ISO 639-1 code.
            bare: For `duration`: only the number, for a language whose next word must inflect.

        Returns:
            The text, with marks that keep its order in a right-to-left sentence.
        """
        locale = _locale(language)
        text = str(self.value)
        if isinstance(self.value, date):
            return written_date(self.value, language)
        if self.kind in NUMERIC:
            number = float(self.value)
            if self.kind is FactKind.DURATION and not bare:
                return self._duration(number, locale)
            if self.kind is FactKind.AMOUNT:
                text = _amount(number, locale)
            elif self.kind is FactKind.PERCENT:
                text = _percent(number, locale)
            else:
                text = format_decimal(number, locale=locale)
        if self.kind is FactKind.URL:
            text = _short_address(text)
        if self.kind is FactKind.ADDRESS or locale.text_direction == "ltr":
            return text
        return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}"

    def _duration(self, number: float, locale: Locale) -> str:
        # The locale data lacks the long form of some languages' units and then gives the unit's
        # id, and its long Arabic week has no singular; the short forms are written in full there,
        # but for hours.
        if self.unit == "hour" and locale.language in _HOURS:
            words = _HOURS[locale.language]
            word = words.get(locale.plural_form(number), words["other"])
            return f"{format_decimal(number, locale=locale)} {word}"
        lengths: list[Literal["short", "long"]] = ["long", "short"]
        if locale.language == "ar" and self.unit != "hour":
            lengths.reverse()
        for length in lengths:
            text = format_unit(number, f"duration-{self.unit}", length, locale=locale)
            if "duration-" not in text:
                return text.replace("/", " ")
        return format_decimal(number, locale=locale)

    def link(self, language: str) -> Link | None:
        """Where the written value leads, or None for a kind that leads nowhere."""
        scheme = LINK_SCHEMES.get(self.kind)
        if scheme is None:
            return None
        target = str(self.value)
        if self.kind is FactKind.PHONE:
            target = "".join(sign for sign in target if sign.isdigit() or sign == "+")
        return Link(text=self.written(language), href=scheme + target)


def _short_address(url: str) -> str:
    """A web address short enough to read in a sentence; the link keeps the whole."""
    text = url.removeprefix("https://").removeprefix("http://").rstrip("/")
    parts = text.split("/")
    if len(text) <= _LONGEST_ADDRESS or len(parts) < 3:
        return text
    return f"{parts[0]}/…/{parts[-1]}"


def _locale(language: str) -> Locale:
    # Newcomers to Europe meet British dates and amounts, not American ones.
    return Locale.parse("en_GB" if language == "en" else language)


def written_date(day: date, language: str) -> str:
    """A day as a reader of a language expects it, with the month in letters."""
    return str(format_date(day, "long", locale=_locale(language)))


def _amount(euros: float, locale: Locale) -> str:
    """An amount; whole euros without cents: "€ 500" reads easier than "€ 500,00"."""
    # The locale data of Ukrainian has no sign for the euro and would write "EUR".
    pattern = str(locale.currency_formats["standard"].pattern).replace("¤", "€")
    if euros == int(euros):
        pattern = pattern.replace("0.00", "0")
    return format_currency(euros, "EUR", format=pattern, locale=locale, currency_digits=False)


def _percent(number: float, locale: Locale) -> str:
    """A percentage with up to two decimals."""
    pattern = str(locale.percent_formats[None].pattern).replace("##0", "##0.##")
    return format_percent(number / 100, format=pattern, locale=locale)
