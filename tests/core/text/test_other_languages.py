"""Values and refusals in German, French, Spanish, Italian, Portuguese, Chinese and Korean."""

from __future__ import annotations

import pytest

from tsel_core.text.refusal import is_refusal
from tsel_core.text.values import extract_values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("EUR 1.950,00", "1950 EUR"),
        ("CHF 1'950", "1950 CHF"),
        ("CHF 1’950.50", "1950.5 CHF"),
        ("1 950,00 €", "1950 EUR"),
        ("1\u202f950 €", "1950 EUR"),
        ("R$ 1.950,00", "1950 BRL"),
        ("12,5 millions d'euros", "12500000 EUR"),
        ("12,5 Mio. Euro", "12500000 EUR"),
        ("3,2 Millionen Euro", "3200000 EUR"),
        ("2 millones de euros", "2000000 EUR"),
        ("5만 원", "50000 KRW"),
        ("5만원", "50000 KRW"),
        ("3억 원", "300000000 KRW"),
        ("1,950,000원", "1950000 KRW"),
        ("5 万元", "50000 CNY"),
        ("31.12.2026", "2026-12-31"),
        ("31. Dezember 2026", "2026-12-31"),
        ("1er janvier 2027", "2027-01-01"),
        ("31 de diciembre de 2026", "2026-12-31"),
        ("31 dicembre 2026", "2026-12-31"),
        ("31 de dezembro de 2026", "2026-12-31"),
        ("2026年12月31日", "2026-12-31"),
        ("2026년 12월 31일", "2026-12-31"),
        ("90 Tage", "90 day"),
        ("90 jours", "90 day"),
        ("90 días", "90 day"),
        ("3개월", "3 month"),
        ("3,5 %", "3.5%"),
    ],
)
def test_a_value_is_the_same_in_every_language(text: str, value: str) -> None:
    assert [v.value for v in extract_values(text)] == [value]


@pytest.mark.parametrize(
    "answer",
    [
        "Die Kündigungsfrist ist im Dokument nicht angegeben.",
        "Das Dokument enthält dazu keine Angaben.",
        "Dies geht aus dem Vertrag nicht hervor.",
        "Le montant n'est pas indiqué dans le document.",
        "Le document ne mentionne pas de délai.",
        "El documento no especifica la fecha.",
        "No hay información sobre el plazo.",
        "La data non è indicata nel documento.",
        "O documento não menciona o prazo.",
        "文件中未提及违约金。",
        "合同没有说明交货日期。",
        "문서에 언급되어 있지 않습니다.",
        "계약서에 해당 내용이 없습니다.",
        "문서에서 찾을 수 없습니다.",
    ],
)
def test_a_refusal_is_known(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Die Frist beträgt 90 Tage; die Mehrwertsteuer ist nicht enthalten.",
        "Der Mieter darf die Wohnung nicht untervermieten.",
        "Le locataire ne peut pas sous-louer.",
        "El arrendatario no puede subarrendar.",
        "Il conduttore non può sublocare.",
        "O locatário não pode sublocar.",
        "乙方不得转租。",
        "임차인은 전대할 수 없습니다.",
        "通知は書面で行う。未払い金は年 5% とする。",
    ],
)
def test_a_prohibition_is_none(answer: str) -> None:
    assert not is_refusal(answer)
