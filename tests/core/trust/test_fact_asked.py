"""A question that names a contract's fact is not answered by a sentence about another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest.read import read_document
from tsel_core.trust.claims.fact_asked import is_contract, states_another_fact
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

NOTICE = "This Agreement may be terminated upon sixty days (60) written notice by the terminating party."
OBSERVED = "The parties observe HIPAA and the Michigan Identity Theft Protection Act."


@pytest.mark.parametrize(
    ("question", "sentence", "headings", "other"),
    [
        ("What is the Term?", NOTICE, "", True),
        ("How long is the term?", NOTICE, "", True),
        ("How long does this agreement last?", NOTICE, "", True),
        ("What is the Term?", "It stays in force for two years.", "", False),
        ("What is the term of this agreement?", "Two years from signature.", "Term", False),
        ("What is the Governing law?", OBSERVED, "", True),
        ("Which law governs this contract?", OBSERVED, "", True),
        ("Which law governs this contract?", "The laws of Ohio apply to it.", "", False),
        ("What is the governing law?", "Delaware.", "12. Governing law", False),
        ("What is the liability cap?", "The fee is limited to EUR 900.", "", True),
        ("What is the liability cap?", "Nobody pays more than EUR 900 in damages.", "", False),
        ("準拠法は何ですか。", "乙は、個人情報の保護に関する法律を守る。", "", True),
        ("準拠法は何ですか。", "本契約は日本法に準拠する。", "", False),
        ("契約期間は何ですか。", "60日前に書面で通知する。", "解約", True),
        ("契約期間は何ですか。", "令和8年4月1日から1年間とする。", "", False),
        ("損害賠償の上限は？", "総額を上限とする。", "損害賠償", False),
        ("損害賠償の上限は？", "経費は10万円を上限とする。", "", True),
        ("管轄はどこですか。", "通知先は東京本社とする。", "", True),
        ("What is the Term?", '(b) "Contract Year" shall mean the consecutive twelve (12) month period.', "", True),
        ("What is the Term?", '(a) "Contract Period" shall mean the time until December 31, 2003.', "", False),
        ("Who cleans the stairs?", NOTICE, "", False),  # names no such fact
        ("What is the venue of the workshop?", "It takes place in the Kyoto Hotel.", "", True),  # no contract: below
        ("Which court heard the case?", "The case was heard at the Old Bailey in 2019.", "", False),
        ("サーバーの更新はいつですか？", "サーバーは10月に新しい機種へ入れ替える。", "", False),
        ("健康保険の手続きは誰が担当しますか？", "手続きは総務部の佐藤が担当する。", "", False),
        ("Does the warranty cover the pump?", "The pump is excluded.", "", False),
        ("Was the data renewed in May?", "Yes, the data was refreshed in May.", "", False),
        ("In which jurisdiction is the supplier incorporated?", "It is incorporated in Delaware.", "", False),
    ],
)
def test_what_states_a_fact_of_a_contract(question: str, sentence: str, headings: str, other: bool) -> None:
    assert states_another_fact(question, sentence, headings) is other


@pytest.mark.parametrize(
    ("text", "verdict"), [(NOTICE, "unsure"), ("The term of this Agreement is sixty days.", "supported")]
)
def test_a_notice_is_no_term(text: str, verdict: str, tmp_path: Path) -> None:
    path = tmp_path / "nda.txt"
    path.write_text(f"Confidentiality Agreement\n\n{OBSERVED}\n\n{text}\n")
    facts = FactIndex(PassageIndex.build([read_document(path)]))
    (claim,) = judge_claims("sixty days", "What is the Term?", facts)
    assert claim.verdict == verdict


def test_only_a_contract_has_such_facts(tmp_path: Path) -> None:
    path = tmp_path / "memo.txt"
    path.write_text("Notes of the spring workshop\n\nThe workshop takes place in the Kyoto Hotel on 3 May.\nLunch is at noon.\n")
    facts = FactIndex(PassageIndex.build([read_document(path)]))
    (claim,) = judge_claims("The workshop takes place in the Kyoto Hotel.", "What is the venue of the workshop?", facts)
    assert claim.verdict == "supported"
    assert is_contract("LEASE AGREEMENT\nThe tenant shall pay. The parties agree. Notice shall be given.")
    assert is_contract("業務委託契約書\n第1条 甲は乙に委託する。第2条 乙は受託する。")
    assert not is_contract("Minutes\nWe talked about the contract. It shall be signed.")
