"""An amendment that names the contract by its date does not touch the clause that has that date."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked

JA = (
    "業務委託契約書",
    "第3条（契約期間） 本契約の有効期間は、2027年6月9日から3年間とする。",
    "第4条（料金） 料金は月額10万円とする。",
    "変更覚書",
    "甲及び乙は、2027年6月9日付け業務委託契約書（以下「原契約」という。）について、次のとおり変更する覚書を締結する。",
    "原契約第4条の「10万円」を「12万円」に改める。",
)
EN = (
    "SERVICE CONTRACT",
    "3. This contract begins on 9 June 2027 and lasts three years.",
    "4. The fee is GBP 100 a month.",
    "AMENDMENT NO. 1",
    "The parties amend the Service Contract dated 9 June 2027 as follows.",
    'In clause 4 "GBP 100" is replaced by "GBP 120".',
)


@pytest.mark.parametrize(
    ("question", "answer", "lines", "lang", "verdict"),
    [
        ("契約期間はいつからですか。", "2027年6月9日から3年間です。", JA, "ja", "supported"),
        ("料金はいくらですか。", "月額12万円です。", JA, "ja", "supported"),
        ("When does the contract begin, and how long does it last?", "It begins on 9 June 2027 and lasts three years.", EN, "en", "supported"),
    ],
)
def test_the_date_that_names_a_paper_is_no_other_value(question: str, answer: str, lines: tuple[str, ...], lang: str, verdict: str) -> None:
    assert checked(answer, question, lines, lang).claims[0].verdict == verdict
