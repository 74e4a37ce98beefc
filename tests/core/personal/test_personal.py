"""Personal data by its forms: each kind in both languages, with its place; what only looks like it is left alone."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.personal.find import Personal, find_personal
from tsel_core.personal.forms import is_card, is_iban, is_my_number


def found(*texts: str, speaker: str | None = None) -> list[Personal]:
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", t, speaker=speaker) for i, t in enumerate(texts))
    return find_personal([Document("a.txt", "", "txt", "paragraph", units)])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Write to anna.weber+x@mail.example.co.uk today.", "mail", "anna.weber+x@mail.example.co.uk"),
        ("Tel: 030 901820", "phone", "030 901820"),
        ("Call +44 20 7946 0958 please.", "phone", "+44 20 7946 0958"),
        ("Phone Number: ___214-770-9216____", "phone", "214-770-9216"),
        ("電話 03-1234-5678", "phone", "03-1234-5678"),
        ("Pay to DE89 3704 0044 0532 0130 00 now.", "account", "DE89 3704 0044 0532 0130 00"),
        ("Card 4111 1111 1111 1111 was used.", "account", "4111 1111 1111 1111"),
        ("普通預金 1234567", "account", "1234567"),
        ("Account No: 12345678", "account", "12345678"),
        ("Anna was born on 3 May 1987 in Ulm.", "birth", "3 May 1987"),
        ("生年月日：昭和62年5月3日", "birth", "昭和62年5月3日"),
        ("個人番号は 1234 5678 9018 です。", "tax", "1234 5678 9018"),
        ("His SSN is 219-09-9999.", "tax", "219-09-9999"),
        ("National Insurance Number AB 12 34 56 C", "tax", "AB 12 34 56 C"),
        ("of 4 Quayside Road, Leeds LS1 4AP, England", "address", "4 Quayside Road, Leeds LS1 4AP"),
        ("〒100-0001 東京都千代田区千代田1-1、日本", "address", "〒100-0001 東京都千代田区千代田1-1"),
        ("wohnhaft Kiefernweg 5, 89073 Ulm", "address", "Kiefernweg 5, 89073 Ulm"),
        ("Signed by Mr John Carter for the buyer.", "name", "John Carter"),
        ("Name: _______Stacie Shaw__________", "name", "Stacie Shaw"),
        ("氏名：山田 太郎", "name", "山田 太郎"),
        ("担当：設備課 望月", "name", "望月"),
    ],
)
def test_each_kind_has_its_forms(text: str, kind: str, value: str) -> None:
    made = [(p.kind, p.value) for p in found(text)]
    assert (kind, value) in made
    place = next(p for p in found(text) if p.value == value)
    assert text[place.span.start : place.span.end].split() == value.split()


@pytest.mark.parametrize(
    "text",
    [
        "The fee is 1,950,000.00 and 14.60 percent on 2026-05-03.", "Order 4111 1111 1111 1112 was sent.", "Section 12-34 applies.",
        "The Agreement of the Party is governed by law.", "本契約は2026年5月3日に締結する。", "Version 2.10.3 of 01/02/2026",
    ],
)  # fmt: skip
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_known_name_is_found_everywhere_and_speakers_are_names() -> None:
    made = found("Mrs Oyelaran opened.", "Margaret Oyelaran spoke.", "The oyelaran tree.")
    assert [(p.value, p.span.unit_index) for p in made] == [("Oyelaran", 0), ("Margaret Oyelaran", 1)]
    assert {p.value for p in found("Anna: yes.", speaker="Anna")} == {"Anna"}


def test_check_digits() -> None:
    assert is_iban("DE89 3704 0044 0532 0130 00")
    assert not is_iban("DE88 3704 0044 0532 0130 00")
    assert is_card("4111 1111 1111 1111")
    assert not is_card("4111 1111 1111 1112")
    assert is_my_number("123456789018")
    assert not is_my_number("123456789012")
    assert not is_my_number("111111111111")
