"""Values in one form: what is written in many ways is equal, what differs is not, in many languages."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsel_core.text.dates import date_order
from tsel_core.text.same_values import same_value, states_value
from tsel_core.text.tokens import states, tokens
from tsel_core.text.values import extract_values


def values(text: str) -> list[str]:
    return [v.value for v in extract_values(text)]


@pytest.mark.parametrize(
    "forms",
    [
        ("$1,950.00", "$1,950", "1950 dollars", "USD 1950", "US$1,950", "1,950 U.S. dollars", "＄１，９５０"),
        ("14.60%", "14.6%", "14.6 percent", "14,6 %", "１４．６％", "14.6パーセント"),
        ("1,950,000.00円", "195万円", "百九十五万円", "¥1,950,000", "JPY 1,950,000", "1.95 million yen", "1,950千円"),
        ("2億8,640万円", "286,400,000円", "286.4 million yen", "二億八千六百四十万円"),
        ("EUR 1.950,00", "€1,950", "1.950,00 €", "1 950,00 euros", "1950 Euro", "1’950.00 EUR"),
        ("CHF 1'950", "CHF 1,950.00", "1950 Swiss francs", "Fr. 1’950"),
        ("31/12/2026", "31 December 2026", "令和8年12月31日", "December 31st, 2026", "2026-12-31", "31.12.2026", "R8.12.31", "12/31/2026",
         "31. Dezember 2026", "31 décembre 2026", "31 de diciembre de 2026", "31 dicembre 2026", "31 de dezembro de 2026",
         "２０２６年１２月３１日", "二〇二六年十二月三十一日", "2026년 12월 31일", "the thirty-first day of December 2026", "31 Dec. 2026"),
        ("thirty (30) days", "30 (thirty) days", "30 days", "thirty days", "30日間", "三十日間", "30-day", "30 Tage", "30 jours", "30天"),
        ("18 months", "18か月", "十八ヶ月", "eighteen (18) months", "一年半", "1年半", "18 Monate", "18 mois", "18개월"),
        ("3 years", "三年間", "36か月", "thirty-six months", "3 Jahre", "trois 3 ans"),
        ("14 business days", "14営業日", "fourteen working days", "１４営業日"),
        ("2 weeks", "14日間", "2週間"),
        ("90 minutes", "90分間", "1.5 hours"),
        ("14:30", "午後2時半", "2:30 pm", "14時30分", "14h30", "14.30 Uhr"),
        ("50%", "5割", "fifty percent", "50 per cent"),
        ("25%", "2割5分", "2割5分増", "二割五分増"),
        ("30%", "3割増", "3割引", "3割引き"),
        ("0.5%", "50 basis points", "0.50 %"),
        ("第3条", "第三条", "3rd"),
        ("-5%", "△5%", "−5 %", "利益は-5%"),
    ],
)  # fmt: skip
def test_written_forms_agree(forms: tuple[str, ...]) -> None:
    found = [extract_values(f)[-1] for f in forms]
    for form, value in zip(forms, found, strict=True):
        assert same_value(found[0], value), (form, value, found[0])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5 days", "15 days"), ("5 days", "5 weeks"), ("14 business days", "14 days"), ("70,000円", "170,000円"), ("$1,950", "€1,950"),
        ("1.5%", "15%"), ("31 December 2026", "31 December 2025"), ("3 months", "3 years"), ("2:30 am", "2:30 pm"), ("-5%", "5%"), ("値が-5", "値が5"),
        ("第3条", "3%"), ("36", "3 years"), ("$1.950 million", "$1,950"), ("令和8年", "平成8年"), ("3人", "3回"),
    ],
)  # fmt: skip
def test_other_values_differ(left: str, right: str) -> None:
    assert not same_value(extract_values(left)[0], extract_values(right)[0])


def test_the_two_ways_to_read_a_date_with_slashes() -> None:
    (read,) = extract_values("04/05/2026")
    assert read.readings == ("2026-04-05", "2026-05-04")
    assert extract_values("04/05/2026", order="dmy")[0].readings == ("2026-05-04",)
    assert (date_order("12/31/2026 and 04/05/2026"), date_order("31/12/2026"), date_order("1/2/2026")) == ("mdy", "dmy", "")


def test_words_with_numerals_are_no_values() -> None:
    assert values("第三者に一部を十分に説明した。万一の場合") == []


def test_ends_of_a_range_share_their_unit() -> None:
    assert values("3 to 5 days") == ["3 day", "5 day"]
    assert values("1,000～2,000円") == ["1000 JPY", "2000 JPY"]
    assert values("5-10%") == ["5%", "10%"]
    assert values("10 to 12 million dollars") == ["10000000 USD", "12000000 USD"]
    assert values("10時から15時") == ["10:00", "15:00"]


def test_a_more_exact_date_states_a_rougher_one() -> None:
    exact, month, year = extract_values("April 15, 2009; April 2009; in 2009年")
    assert states_value(exact, month)
    assert states_value(exact, year)
    assert not states_value(month, exact)


_AMOUNTS = st.integers(1, 999_999_999)


def _kanji(n: int) -> str:
    """A number in kanji numerals, written independently of the code under test."""
    digits, made = "〇一二三四五六七八九", ""
    for unit, sign in ((10**8, "億"), (10**4, "万"), (1, "")):
        part, n = divmod(n, unit)
        text = ""
        for small, kanji in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            d, part = divmod(part, small)
            text += "" if not d else kanji if d == 1 and kanji else digits[d] + kanji
        made += text + sign if text else ""
    return made


@settings(max_examples=120, deadline=None)
@given(_AMOUNTS, st.integers(0, 99))
def test_every_way_to_write_an_amount_is_the_same(n: int, cents: int) -> None:
    plain = f"{n:,}"
    dots, swiss, thin = plain.replace(",", "."), plain.replace(",", "'"), plain.replace(",", "\u202f")
    dollars = [f"${plain}.{cents:02}", f"{n}.{cents:02} dollars", f"USD {plain}.{cents:02}", f"{swiss}.{cents:02} US dollars", f"{thin},{cents:02} USD"]
    if n >= 1000:
        dollars.append(f"{dots},{cents:02} USD")
    assert len({extract_values(d)[0].value for d in dollars}) == 1, dollars
    yen = [f"{plain}円", f"{n}円", f"¥{plain}", f"{plain}.00円", f"{_kanji(n)}円", plain.translate({0x30 + i: 0xFF10 + i for i in range(10)}) + "円"]
    if n > 10_000 and n % 10_000:
        yen.append(f"{n // 10_000:,}万{n % 10_000:,}円")
    assert {extract_values(y)[0].value for y in yen} == {f"{n} JPY"}, yen


_EN = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_DE = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
_FR = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]


@settings(max_examples=120, deadline=None)
@given(st.dates(date(1989, 1, 9), date(2099, 12, 31)))
def test_every_way_to_write_a_date_is_the_same(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    era = f"令和{y - 2018}" if y > 2019 else f"平成{y - 1988}" if y < 2019 and y > 1989 else None
    forms = [day.isoformat(), f"{d} {_EN[m - 1]} {y}", f"{_EN[m - 1]} {d}, {y}", f"{_EN[m - 1][:3]} {d}, {y}", f"{y}年{m}月{d}日", f"{d}.{m}.{y}",
             f"{d}. {_DE[m - 1]} {y}", f"{d} {_FR[m - 1]} {y}", f"{y}/{m}/{d}", f"{y}年{_kanji(m)}月{_kanji(d)}日", f"{d:02}/{m:02}/{y}", f"{m:02}/{d:02}/{y}"]  # fmt: skip
    if era:
        forms += [f"{era}年{m}月{d}日"]
    for form in forms:
        (found,) = extract_values(f"am {form}")
        assert day.isoformat() in found.readings, (form, found)
    other = (day + timedelta(days=1)).isoformat()
    assert not states(f"on {forms[1]}", other)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789.,'年月日円%$ 万億十二三-/:()pm day年間か"), max_size=30))
def test_nothing_raises_and_places_are_apart(text: str) -> None:
    found = extract_values(text, ordinal_words=True)
    assert all(0 <= v.start < v.end <= len(text) for v in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert states(text, text) or not tokens(text)


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("within 15 days", "5 days", False), ("within five (5) days.", "5 days", True), ("170,000円です", "70,000円", False), ("2.5 days", "5 days", False),
        ("dated 15 April, 2009", "April 15, 2009", True), ("15 April", "April 15, 2009", False), ("The Café owner", "the cafe", True),
        ("286,400,000円", "2億8,640万円", True), ("Ivory", "Ivo", False), ("It is Ivo.", "Ivo", True), ("加藤さんが来月１０日まで", "来月10日", True),
        ("Mossimo Inc", "MOSSIMO, INC.", True), ("It takes 3 to 5 days", "3-5 days", True), ("one year", "1 year", True), ("六人", "六", True),
        ("the co- operation", "cooperation", True), ("18", "18 months", True), ("3 years", "18 months", False), ("午後3時", "3時", True),
    ],
)  # fmt: skip
def test_states(text: str, part: str, expected: bool) -> None:
    assert states(text, part) is expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("half a million dollars", "500000 USD"), ("two and a half million dollars", "2500000 USD"), ("two and a half years", "30 month"),
        ("three and a half per cent", "3.5%"), ("2½% a year", "2.5%"), ("half a year", "6 month"), ("half an hour", "30 minute"),
        ("a fortnight", "14 day"), ("one and a half hours", "90 minute"), ("half past two", "02:30"), ("£15kとする", "15000 GBP"),
        ("half past two in the afternoon", "14:30"),
    ],
)  # fmt: skip
def test_halves(text: str, value: str) -> None:
    (found,) = extract_values(text)
    assert found.value == value


@pytest.mark.parametrize("text", ["He was half a mile away.", "the better half of it", "a half-hearted reply"])
def test_what_is_no_half(text: str) -> None:
    assert extract_values(text) == []
