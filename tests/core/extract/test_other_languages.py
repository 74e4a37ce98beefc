"""Fields of documents in other languages: what is asked, and what an answer means."""

from __future__ import annotations

import pytest

from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.typed import asks_value
from tsel_core.extract.cell import typed
from tsel_core.extract.fields import Field, read_words

NAMES = {"de": "Kaution", "fr": "Dépôt", "es": "Fianza", "it": "Cauzione", "pt": "Caução", "zh": "押金", "ko": "보증금"}


@pytest.mark.parametrize(("tongue", "name"), NAMES.items())
def test_a_field_is_asked_in_the_documents_language(tongue: str, name: str) -> None:
    for kind in ("number", "money", "date", "percent", "duration"):
        asked = Field(name, kind).asked(tongue)  # type: ignore[arg-type]
        assert name in asked
        assert question_kind(asked).tongue == tongue
        assert asks_value(asked)
    yesno = question_kind(Field(name, "yesno").asked(tongue))
    assert (yesno.kind, yesno.tongue) == ("yesno", tongue)
    assert "A / B" not in Field(name, "choice", choices=("A", "B")).asked(tongue)
    assert "A, B" in Field(name, "choice", choices=("A", "B")).asked(tongue)


def test_a_name_tells_its_language_and_a_plain_one_the_documents() -> None:
    assert Field("締結日", "date").asked("en") == "締結日はいつですか。"
    assert Field("Deposit", "money").asked("en") == "How much is the Deposit?"
    assert Field("Deposit", "money").asked("nl") == "How much is the Deposit?"  # no words of its own


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "Die Kaution beträgt 5.550,00 EUR.", "5550 EUR"), ("money", "Le dépôt est de 5 550,00 euros.", "5550 EUR"), ("money", "押金为人民币55,500元。", "55500 CNY"), ("money", "보증금은 5,550,000원입니다.", "5550000 KRW"),
        ("date", "Am 31. März 2031.", "2031-03-31"), ("date", "Le 31 mars 2031.", "2031-03-31"), ("date", "El 31 de marzo de 2031.", "2031-03-31"), ("date", "2031년 3월 31일입니다.", "2031-03-31"),
        ("duration", "Sechs Monate.", "6 month"), ("duration", "Six mois.", "6 month"), ("duration", "Seis meses.", "6 month"), ("duration", "六个月。", "6 month"), ("duration", "6개월입니다.", "6 month"),
        ("yesno", "Ja, das ist geregelt.", True), ("yesno", "Non.", False), ("yesno", "Sí, lo hay.", True), ("yesno", "Sì.", True), ("yesno", "Não.", False), ("yesno", "否。", False), ("yesno", "예, 있습니다.", True),
        ("yesno", "はい。", True), ("yesno", "No, there is none.", False), ("yesno", "Vielleicht.", None),
    ],
)  # fmt: skip
def test_values_are_typed(kind: str, text: str, value: object) -> None:
    assert typed(Field("Feld", kind), text) == value  # type: ignore[arg-type]


def test_kinds_may_be_named_in_these_languages() -> None:
    fields = read_words("Kaution (Betrag), Fin (date), Plazo (duración), Subaffitto (sì/no), 租金 (金额), 기간 (기간)")
    assert [f.kind for f in fields] == ["money", "date", "duration", "yesno", "money", "duration"]
