"""Facts: what they accept, and how they are written in each language."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.facts import LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE, Fact, written_date

LANGUAGES = ["nl", "en", "fr", "de", "es", "pl", "uk", "ru", "ar", "fa", "ps", "tr", "so", "ti"]
RIGHT_TO_LEFT = {"ar", "fa", "ps"}
UNITS = ("hour", "day", "week", "month", "year")


def fact(**values: Any) -> Fact:
    return Fact.model_validate({"source": "site", **values})


def shown(text: str) -> str:
    """A written fact without invisible marks, with plain spaces."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return visible.replace("\xa0", " ").replace("\u202f", " ")


def digits(text: str) -> str:
    """The digits of a text, in Latin ones."""
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdigit())


def isolated(text: str) -> bool:
    return text.startswith(LEFT_TO_RIGHT_ISOLATE) and text.endswith(POP_ISOLATE)


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ({"kind": "phone", "value": 1733}, "between quotes"),
        ({"kind": "amount", "value": "four"}, "must be a number"),
        ({"kind": "percent", "value": "many"}, "must be a number"),
        ({"kind": "amount", "value": date(2026, 1, 1)}, "must be a number"),
        ({"kind": "date", "value": "soon"}, "a day such as 2027-03-04"),
        ({"kind": "date", "value": 5}, "a day such as 2027-03-04"),
        ({"kind": "duration", "value": 5}, "duration needs it"),
        ({"kind": "amount", "value": 5, "unit": "day"}, "unit belongs to the kind duration"),
        ({"kind": "duration", "value": 5, "unit": "fortnight"}, "'hour', 'day', 'week'"),
        ({"kind": "url", "value": "www.example.org"}, "begins with https://"),
        ({"kind": "url", "value": "javascript:alert(1)"}, "begins with https://"),
        (
            {"kind": "amount", "value": 5, "valid_from": "2026-02-01", "valid_until": "2026-01-31"},
            "valid_until lies before valid_from",
        ),
        ({"kind": "price", "value": 5}, "'amount', 'percent'"),
        ({"kind": "amount", "value": 5, "colour": "red"}, "colour"),
        ({"kind": "amount"}, "value"),
    ],
)
def test_wrong_facts_say_what_is_expected(values: dict[str, Any], hint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        fact(**values)
    assert hint in str(caught.value)


@pytest.mark.parametrize("kind", ["phone", "address"])
def test_a_text_of_digits_keeps_its_zero(kind: str) -> None:
    assert shown(fact(kind=kind, value="0800").written("nl")) == "0800"


@pytest.mark.parametrize("kind", ["amount", "number", "percent"])
@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_numbers_are_finite(kind: str, value: float) -> None:
    with pytest.raises(ValidationError):
        fact(kind=kind, value=value)


def test_validity_counts_both_days() -> None:
    term = fact(kind="amount", value=4, valid_from="2026-01-01", valid_until="2026-12-31")
    assert term.expired(date(2025, 12, 31))
    assert not term.expired(date(2026, 1, 1))
    assert not term.expired(date(2026, 12, 31))
    assert term.expired(date(2027, 1, 1))
    assert not fact(kind="amount", value=4).expired(date(2999, 1, 1))


@pytest.mark.parametrize(
    ("language", "whole", "with_cents"),
    [
        ("nl", "€ 1.500", "€ 12,50"),
        ("en", "€1,500", "€12.50"),
        ("fr", "1 500 €", "12,50 €"),
        ("de", "1.500 €", "12,50 €"),
        ("es", "1500 €", "12,50 €"),
        ("pl", "1500 €", "12,50 €"),
        ("uk", "1 500 €", "12,50 €"),
        ("ru", "1 500 €", "12,50 €"),
        ("ar", "1,500 €", "12.50 €"),
        ("fa", "€ 1,500", "€ 12.50"),
        ("ps", "€ 1.500", "€ 12,50"),
        ("tr", "€1.500", "€12,50"),
        ("so", "€1,500", "€12.50"),
        ("ti", "€1,500", "€12.50"),
    ],
)
def test_amounts(language: str, whole: str, with_cents: str) -> None:
    # Spanish and Polish may set a point in 1500 or not; what counts is the sum and the sign.
    amount = shown(fact(kind="amount", value=1500).written(language))
    assert digits(amount) == "1500"
    assert amount.strip("0123456789., ") == whole.strip("0123456789., ")
    assert amount.startswith("€") == whole.startswith("€")
    assert shown(fact(kind="amount", value=12.5).written(language)) == with_cents


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_euros_have_no_cents(language: str) -> None:
    assert digits(fact(kind="amount", value=500).written(language)) == "500"
    assert digits(fact(kind="amount", value=500.0).written(language)) == "500"
    assert digits(fact(kind="amount", value=4.05).written(language)) == "405"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("value", [1, 2, 5, 30, 2.5])
def test_durations_are_words_and_never_an_id(language: str, unit: str, value: float) -> None:
    text = shown(fact(kind="duration", value=value, unit=unit).written(language))
    assert "duration" not in text
    assert "{" not in text and "/" not in text
    assert any(sign.isalpha() for sign in text), "the unit is missing"
    if language != "ar" or value > 2:  # Arabic says one and two with the word alone
        assert digits(text) == str(value).replace(".", "")


@pytest.mark.parametrize(
    ("language", "value", "unit", "expected"),
    [
        ("nl", 1, "day", "1 dag"),
        ("nl", 30, "day", "30 dagen"),
        ("en", 1, "month", "1 month"),
        ("en", 6, "month", "6 months"),
        ("pl", 2, "year", "2 lata"),
        ("pl", 5, "year", "5 lat"),
        ("uk", 5, "day", "5 днів"),
        ("ru", 2, "week", "2 недели"),
        ("ar", 1, "week", "أسبوع"),
        ("ar", 2, "day", "يومان"),
        ("ar", 3, "day", "3 أيام"),
        ("fa", 3, "month", "3 ماه"),
        ("ps", 2, "year", "2 کالونه"),
        ("tr", 8, "week", "8 hafta"),
        ("so", 2, "month", "2 bilood"),
        ("ti", 1, "day", "1 መዓልቲ"),
    ],
)
def test_durations_inflect(language: str, value: int, unit: str, expected: str) -> None:
    assert shown(fact(kind="duration", value=value, unit=unit).written(language)) == expected


@pytest.mark.parametrize("language", ["ar", "ps"])
def test_hours_are_written_in_full(language: str) -> None:
    assert "ساعت" in fact(kind="duration", value=24, unit="hour").written(language).replace(
        "ة", "ت"
    )


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("ar", 1, "ساعة"),
        ("ar", 3, "3 ساعات"),
        ("ar", 24, "24 ساعة"),
        ("ps", 1, "1 ساعت"),
        ("ps", 2.5, "2,5 ساعتونه"),
    ],
)
def test_hours_inflect(language: str, value: float, expected: str) -> None:
    assert shown(fact(kind="duration", value=value, unit="hour").written(language)) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_bare_duration_is_only_the_number(language: str) -> None:
    text = shown(fact(kind="duration", value=30, unit="day").written(language, bare=True))
    assert text == "30"


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_have_the_month_in_letters(language: str) -> None:
    text = shown(fact(kind="date", value=date(2027, 3, 4)).written(language))
    assert sorted(digits(text)) == sorted("42027")
    assert sum(sign.isalpha() for sign in text) >= 3
    assert text == shown(written_date(date(2027, 3, 4), language))


def test_english_dates_are_british() -> None:
    assert written_date(date(2027, 3, 4), "en") == "4 March 2027"
    assert written_date(date(2027, 3, 4), "nl") == "4 maart 2027"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [25, 100, 0])
def test_percentages(language: str, value: int) -> None:
    text = shown(fact(kind="percent", value=value).written(language))
    assert digits(text) == str(value)
    assert "%" in text


@pytest.mark.parametrize(
    ("value", "expected"), [(12.5, "12.5%"), (0.5, "0.5%"), (0.07, "0.07%"), (33.333, "33.33%")]
)
def test_half_percents_are_kept(value: float, expected: str) -> None:
    assert fact(kind="percent", value=value).written("en") == expected


NUMBERS = st.integers(min_value=0, max_value=10**9)
CENTS = st.integers(min_value=0, max_value=10**8).map(lambda cents: cents / 100)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))


@given(language=st.sampled_from(LANGUAGES), value=NUMBERS)
def test_numbers_keep_their_digits(language: str, value: int) -> None:
    for kind in ("amount", "number", "percent"):
        assert digits(fact(kind=kind, value=value).written(language)) == str(value)


@given(language=st.sampled_from(LANGUAGES), value=CENTS)
def test_amounts_keep_their_cents(language: str, value: float) -> None:
    expected = f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    assert digits(fact(kind="amount", value=value).written(language)) == expected.replace(".", "")


@given(
    language=st.sampled_from(LANGUAGES), unit=st.sampled_from(UNITS), value=st.integers(0, 10**4)
)
def test_durations_keep_their_digits(language: str, unit: str, value: int) -> None:
    text = fact(kind="duration", value=value, unit=unit).written(language)
    said_by_the_word_alone = language == "ar" and value in (1, 2) and not digits(text)
    assert said_by_the_word_alone or digits(text) == str(value)


@given(language=st.sampled_from(LANGUAGES), day=DAYS)
def test_dates_keep_day_and_year(language: str, day: date) -> None:
    text = fact(kind="date", value=day).written(language)
    assert sorted(digits(text)) == sorted(f"{day.day}{day.year}")


@given(language=st.sampled_from(LANGUAGES), value=st.text())
def test_texts_are_written_as_they_are(language: str, value: str) -> None:
    text = fact(kind="address", value=f"Straat {value}").written(language)
    assert text == f"Straat {value}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "values",
    [
        {"kind": "amount", "value": 4},
        {"kind": "percent", "value": 25},
        {"kind": "number", "value": 1200},
        {"kind": "phone", "value": "+32 9 123 45 67"},
        {"kind": "url", "value": "https://example.org/a"},
        {"kind": "email", "value": "info@example.org"},
    ],
)
def test_isolates_stand_only_in_right_to_left_languages(
    language: str, values: dict[str, Any]
) -> None:
    text = fact(**values).written(language)
    assert isolated(text) == (language in RIGHT_TO_LEFT)
    if language not in RIGHT_TO_LEFT:
        assert LEFT_TO_RIGHT_ISOLATE not in text and POP_ISOLATE not in text


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_links(language: str) -> None:
    phone = fact(kind="phone", value="+32 (0)9-123.45").link(language)
    assert phone and phone.href == "tel:+320912345"
    email = fact(kind="email", value="info@example.org").link(language)
    assert email and email.href == "mailto:info@example.org"
    site = fact(kind="url", value="https://www.example.org/path/").link(language)
    assert site and site.href == "https://www.example.org/path/"
    assert shown(site.text) == "www.example.org/path"
    for kind in ({"kind": "amount", "value": 4}, {"kind": "address", "value": "Kerkstraat 1"}):
        assert fact(**kind).link(language) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_is_on_the_words_that_are_shown(language: str) -> None:
    phone = fact(kind="phone", value="0800-1234")
    link = phone.link(language)
    assert link and link.text == phone.written(language)


def test_a_fact_far_away_is_expired_by_a_day() -> None:
    until = date(2026, 6, 30)
    term = fact(kind="number", value=1, valid_until=until)
    assert [term.expired(until + timedelta(days=days)) for days in (-1, 0, 1)] == [
        False,
        False,
        True,
    ]
