"""A question that names a contract's fact is not answered by a sentence about another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest.read import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.other_fact.first_last import is_the_other_day
from tsel_core.trust.claims.parts.fact_asked import is_contract, states_another_fact, states_the_fact
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


LATE = "Sums not paid when due bear interest at one percent per month."
SHARED = "Neither party shall disclose the other's Proprietary Information for three years thereafter."


@pytest.mark.parametrize(
    ("question", "sentence", "headings"),
    [
        ("Who are the parties?", LATE, ""),
        ("Who are the parties?", "For the Customer: R. Osei, Director", ""),
        ("What is the date of this agreement?", "This agreement starts on the Commencement Date.", "2. Term"),
        ("What is the date of this agreement?", 'In this agreement "Commencement Date" means 1 March 2025; "Signing Date" means another day.', ""),
        ("What is the price?", "Each party's liability is limited to EUR 900.", ""),
        ("What are the Payment terms?", LATE, "5. Money"),
        ("What is the interest on late payment?", "On-site visits are charged at EUR 1,150 a day.", "Charges"),
        ("What is the Term?", SHARED, "9. Confidentiality"),
        ("What is the Term?", "Not less than 120 days before the Base Term ends Lessee shall say whether it buys.", "6. RETURN; RENEWAL"),
        ("What is the Term?", "Buyer may prolong the Supply Period by one period of two years.", "2. Supply Period"),
        ("What is the Termination notice?", SHARED, "9. Confidentiality"),
        ("When does the contract end?", LATE, ""),
        ("契約日はいつですか。", "本契約は、令和７年７月１日に始まる。", "期間"),
        ("当事者は誰ですか。", "売主は、生産物賠償責任保険を付けておく。", ""),
        ("支払条件は何ですか。", "支払を怠ったときは、年１４パーセントの割合による遅延利息を加える。", "対価"),
        ("準拠法は何ですか。", "乙は保険に加入する。", ""),
    ],
)  # fmt: skip
def test_the_clause_of_another_fact(question: str, sentence: str, headings: str) -> None:
    assert states_another_fact(question, sentence, headings)
    assert not states_the_fact(question, sentence, headings)


@pytest.mark.parametrize(
    ("question", "sentence", "headings"),
    [
        ("What are the Payment terms?", "Invoices are payable net forty-five (45) days.", ""),
        ("What is the Liability cap?", "What the Supplier has to pay under or in connection with this agreement in total is no more than 125%.", "10. Liability"),
        ("What is the date of this agreement?", "dated as of the 12th day of November, 2024", ""),
        ("What is the Governing law?", "English law applies to this agreement.", ""),
        ("準拠法は何ですか。", "本契約は、日本の法律に従って解釈する。", ""),
        ("契約期間は何ですか。", "本契約は、令和７年７月１日に始まり、令和９年６月３０日に終わる。", ""),
        ("自動更新されると、契約の更新で契約は何年間延長されますか。", "異議がないときは、同一条件で2年間更新され、以後も同様とする。", ""),
    ],
)  # fmt: skip
def test_the_clause_of_the_fact(question: str, sentence: str, headings: str) -> None:
    assert states_the_fact(question, sentence, headings)
    assert not states_another_fact(question, sentence, headings)


@pytest.mark.parametrize(
    ("question", "claim", "sentence", "other"),
    [
        ("When does it end?", "1 May 2023", "Rent-free period: 1 May 2023 to 31 July 2023", True),
        ("When does it end?", "31 July 2023", "Rent-free period: 1 May 2023 to 31 July 2023", False),
        ("When does it start?", "28 February 2028", "It starts on 1 March 2025 and runs until midnight on 28 February 2028.", True),
        ("When does it start?", "1 March 2025", "It starts on 1 March 2025 and runs until midnight on 28 February 2028.", False),
        ("When does it end?", "1 March 2026", "She may end it, but not so that it ends before 1 March 2026.", True),
        ("When was it signed?", "1 May 2023", "Rent-free period: 1 May 2023 to 31 July 2023", False),
        ("契約はいつ終わりますか。", "令和７年７月１日", "令和７年７月１日に始まり、令和９年６月３０日に終わる。", True),
        ("契約はいつ終わりますか。", "令和９年６月３０日", "令和７年７月１日に始まり、令和９年６月３０日に終わる。", False),
        ("開始日はいつですか。", "令和９年６月３０日", "令和７年７月１日から令和９年６月３０日まで", True),
    ],
)  # fmt: skip
def test_a_first_day_is_no_last_one(question: str, claim: str, sentence: str, other: bool) -> None:
    assert is_the_other_day(claim, question, sentence) is other


TERM_JA = """業務委託契約書

株式会社青葉（以下「甲」という。）と北浜合同会社（以下「乙」という。）は、次のとおり契約を締結する。

第2条（期間） 本契約の有効期間は、2024年10月1日から2026年9月30日までとする。
"""


def test_the_term_by_its_other_name_is_the_term(tmp_path: Path) -> None:
    path = tmp_path / "contract.txt"
    path.write_text(TERM_JA)
    facts = FactIndex(PassageIndex.build([read_document(path)]))
    (judged,) = judge_claims("2024年10月1日から2026年9月30日まで", "契約期間は何ですか。", facts)
    assert judged.verdict == "supported"


CONTRACT = """MAINTENANCE AGREEMENT

(1) ALDER LABORATORIES LIMITED, of 18 Tannery Row, Bristol (the "Customer"); and

(2) Pellworm Systemtechnik GmbH, of Deichstrasse 40, Husum (the "Maintainer").

1. The Maintainer shall correct faults.

2. Invoices are payable net forty-five (45) days.

3. The Customer shall give access, and the Maintainer shall appoint two engineers from Bristol and Husum.
"""


@pytest.mark.parametrize(
    ("question", "claim", "verdict"),
    [
        ("Who are the parties?", "Alder Laboratories Limited and Pellworm Systemtechnik GmbH", "supported"),
        ("Who are the parties?", "Bristol and Husum", "unsure"),
        ("Who are the parties?", "Alder Laboratories Limited is the Maintainer and Pellworm Systemtechnik GmbH is the Customer", "contradicted"),
        ("Who are the parties?", 'Alder Laboratories Limited (the "Maintainer") and Pellworm Systemtechnik GmbH (the "Customer")', "contradicted"),
        ("Who are the parties?", "Alder Laboratories Limited is the Customer and Pellworm Systemtechnik GmbH is the Maintainer", "supported"),
        ("What are the Payment terms?", "net 45 days", "supported"),
    ],
)
def test_facts_of_a_contract_in_lines(question: str, claim: str, verdict: str, tmp_path: Path) -> None:
    path = tmp_path / "contract.txt"
    path.write_text(CONTRACT)
    facts = FactIndex(PassageIndex.build([read_document(path)]))
    (judged,) = judge_claims(claim, question, facts)
    assert judged.verdict == verdict


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
