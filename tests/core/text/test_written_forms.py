"""Values as seven languages write them (CLDR's forms, numbers in words): one canonical form for each."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_percent
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from tsel_core.text.values import extract_values

LOCALES = ["de", "de_AT", "de_CH", "fr", "fr_CH", "es", "es_MX", "it", "pt", "pt_PT", "zh", "zh_Hant", "ko"]
DAYS = st.dates(date(2000, 1, 1), date(2039, 12, 31))
AMOUNTS = st.one_of(st.integers(1, 999), st.integers(1000, 99_999), st.integers(100_000, 10**9))


def readings(text: str) -> list[str]:
    """Every reading of the only value that a text states; [] when it states none or several."""
    found = extract_values(text)
    return list(found[0].readings) if len(found) == 1 else []


@pytest.mark.parametrize("locale", LOCALES)
@settings(max_examples=25, deadline=None)
@given(DAYS)
def test_dates_in_every_length(locale: str, day: date) -> None:
    for form in ("short", "medium", "long", "full"):
        if (locale, form) != ("ko", "short"):  # "16. 1. 19." may be anything
            text = format_date(day, form, locale=locale)
            assert day.isoformat() in readings(text), text
    if locale not in ("zh", "zh_Hant", "ko"):
        text = format_date(day, "MMMM yyyy", locale=locale)
        assert readings(text) == [f"{day:%Y-%m}"], text
        text = format_skeleton("MMMMd", day, locale=locale)
        assert readings(text) == [f"{day:-%m-%d}"], text


@pytest.mark.parametrize("locale", LOCALES)
@settings(max_examples=25, deadline=None)
@given(AMOUNTS, st.sampled_from(["EUR", "USD", "CHF", "KRW", "CNY"]))
def test_money_with_sign_code_and_name(locale: str, amount: int, currency: str) -> None:
    for text in (
        format_currency(amount, currency, locale=locale),
        format_currency(amount, currency, "#,##0.00 ¤¤", locale=locale),
        format_currency(amount, currency, "¤¤ #,##0.00", locale=locale),
        format_currency(amount, currency, locale=locale, format_type="name"),
    ):
        assert f"{amount} {currency}" in readings(text), text


@pytest.mark.parametrize("locale", LOCALES)
@settings(max_examples=15, deadline=None)
@given(st.integers(1, 9_999))
def test_percentages(locale: str, hundredths: int) -> None:
    text = format_percent(hundredths / 10_000, "#,##0.0# %", locale=locale)
    assert readings(text) == [f"{hundredths / 100:g}%"], text


UNITS = {
    "de": ("Tage", "Monate", "Werktage", "Prozent"),
    "fr": ("jours", "mois", "jours ouvrables", "pour cent"),
    "es": ("días", "meses", "días hábiles", "por ciento"),
    "it": ("giorni", "mesi", "giorni lavorativi", "per cento"),
    "pt_BR": ("dias", "meses", "dias úteis", "por cento"),
    "pt": ("dias", "meses", "dias úteis", "por cento"),
}


@pytest.mark.parametrize("lang", UNITS)
def test_numbers_in_words_beside_a_unit(lang: str) -> None:
    days, months, workdays, percent = UNITS[lang]
    for number in range(2, 100):
        word = num2words(number, lang=lang)
        assert readings(f"{word} {days}") == [f"{number} day"], word
        assert readings(f"{word} ({number}) {months}") == [f"{number} month"], word
        assert readings(f"{number} ({word}) {workdays}") == [f"{number} workday"], word
        assert readings(f"{word.capitalize()} {percent}") == [f"{number}%"], word


def test_korean_numerals() -> None:
    for number in (3, 5, 12, 30, 90):
        word = num2words(number, lang="ko")
        assert readings(f"{word} 개월") == [f"{number} month"], word
        assert readings(f"일금 {num2words(number * 10_000, lang='ko').replace(' ', '')}원") == [f"{number}0000 KRW"], word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2亿8640万元", "286400000 CNY"), ("人民币伍万元整", "50000 CNY"), ("人民币50,000元", "50000 CNY"), ("壹拾万元", "100000 CNY"),
        ("两个月", "2 month"), ("两年", "24 month"), ("30个工作日", "30 workday"), ("百分之五", "5%"), ("万分之五", "0.05%"),
        ("2억 8,640만 원", "286400000 KRW"), ("5백만 원", "5000000 KRW"), ("3천만원", "30000000 KRW"), ("두 달", "2 month"), ("3영업일", "3 workday"),
        ("20.000,- €", "20000 EUR"), ("CHF 1'950.--", "1950 CHF"), ("1,2 Mrd. EUR", "1200000000 EUR"), ("3 millions d’euros", "3000000 EUR"),
        ("2,5 milioni di euro", "2500000 EUR"), ("2 milhões de reais", "2000000 BRL"), ("5 v. H.", "5%"),
        ("14.30 Uhr", "14:30"), ("14 heures 30", "14:30"), ("alle ore 14.30", "14:30"), ("14.30 horas", "14:30"), ("下午2点半", "14:30"), ("오후 2시 반", "14:30"),
        ("1º de janeiro de 2027", "2027-01-01"), ("1° gennaio 2027", "2027-01-01"), ("premier janvier 2027", "2027-01-01"), ("31. 12. 2026", "2026-12-31"),
        ("31. Dez. 2026", "2026-12-31"), ("2026. 12. 31.", "2026-12-31"), ("Ende März 2027", "2027-03"),
    ],
)  # fmt: skip
def test_other_forms_of_papers(text: str, value: str) -> None:
    assert value in readings(text)


@pytest.mark.parametrize(
    "text",
    ["The payment is due days after that.", "Une once de prudence", "이 사원은 일원이다", "die Art und Weise", "12 out of them", "한국어", "Der Elf steht im Wald."],
)  # fmt: skip
def test_words_that_only_look_like_numbers(text: str) -> None:
    assert [v.value for v in extract_values(text) if v.value != "12"] == []
