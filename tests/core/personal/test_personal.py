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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Guarantor: Marian Pellow", "Marian Pellow"),
        ("Managing agent: Thrale & Co. Contact for repairs: Dominic Asante, telephone 0117 496 0233", "Dominic Asante"),
        ("Tenant: Anna O'Brien-Smith\nPremises: flat 3", "Anna O'Brien-Smith"),
        ("Project manager: Jean van den Berg (site)", "Jean van den Berg"),
        ("By: /s/ Craig A. Carley Title: President", "Craig A. Carley"),
        ("Signed for Castlegate Estates LLP\nJane Doe, Managing Director", "Jane Doe"),
        ("甲　株式会社あおば出版　編集局長　戸田 一馬", "戸田 一馬"),
        ("代表取締役 山田太郎", "山田太郎"),
        ("乙　有限会社ひなた　代表取締役　日向 正樹", "日向 正樹"),
        ("連帯保証人：佐藤 花子", "佐藤 花子"),
        ("出席者　理事長　岩崎 洋子（305号室）、理事　ソン・ミンジュ（207号室）", "ソン・ミンジュ"),
        ("議事録作成者　丸山 恵", "丸山 恵"),
        ("修繕の連絡先\n担当者：望月", "望月"),
    ],
)
def test_names_behind_the_label_of_a_role_and_in_signatures(text: str, name: str) -> None:
    assert name in [p.value for p in found(text) if p.kind == "name"]


@pytest.mark.parametrize(
    "text",
    [
        "Landlord: Castlegate Estates LLP", "Tenant: Pellow Architects Limited", "Managing agent: Thrale & Co.", "Supplier: North Sea Foods",
        "Contact: Facilities Desk", "Witness: Signature Page", "Director: To Be Confirmed", "Name: Title Date", "Guarantor: see clause 8",
        "代表取締役　報酬規程", "担当：設備課", "取締役　選任議案", "借主　株式会社青山", "代表者　住所", "保証人：なし", "担当　東都管理会社", "出席者　理事長",
    ],
)  # fmt: skip
def test_companies_headings_and_second_roles_are_no_names(text: str) -> None:
    assert [p.value for p in found(text) if p.kind == "name"] == []


def test_what_a_party_is_called_may_be_a_company() -> None:
    assert [p.sure for p in found("Tenant: Anna Weber")] == [False]
    assert [p.sure for p in found("Guarantor: Anna Weber")] == [True]
