"""Claims on contracts written here in odd words and layouts: leave, two values in one sentence, parties and signers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tsel_core.document import render_documents
from tsel_core.ingest import read_document
from tsel_core.text.party_blocks import lines_of, party_blocks
from tsel_core.trust.check import check_answer
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.on_leave import leave_of
from tsel_core.trust.claims.parts.claim import Verdict
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex, sentence_spans

WORKS = """WORKS AGREEMENT

Customer:     Alder Mills Ltd, 4 Quay Road
Contractor:   Birch & Sons Trust

1. The Contractor may subcontract the painting only with the Customer's consent.

2. The Contractor shall not show the drawings to anybody unless the Customer otherwise agrees in writing.

3. The Contractor shall not assign this Agreement without the prior written consent of the Customer.

4. The Customer may end this Agreement on 30 days' notice; the Contractor may do so on 60 days' notice.

5. The works begin on 6 November 2023 and are to be completed by 29 March 2024.

6. RENT OF TOOLS
6.1 The Customer pays a monthly rent of GBP 1,150.
6.2 A rent deposit of GBP 3,450 is paid on signing."""

CHINTAI = """建物賃貸借契約書

　月額賃料　　金180,000円
　共益費　　　金12,000円
　保証金　　　金900,000円

第1条　借主は、貸主の書面による承諾を得なければ、本物件の全部又は一部を転貸してはならない。

第2条　屋根の修繕は貸主が、内装の修繕は借主が負担する。

第3条　検査の締切日は毎月20日とし、支払日は毎月末日とする。

令和7年2月3日

　　貸主（甲）　高松市錦町一丁目2番3号
　　　　　　　　有限会社 青葉蔵
　　　　　　　　代表取締役　山根 健太　㊞
　　借主（乙）　丸亀市浜町45
　　　　　　　　合同会社 北浜堂
　　　　　　　　代表社員　志村 さつき　㊞"""


def verdicts(paper: str, question: str, answer: str, folder: Path) -> set[Verdict]:
    (folder / "paper.txt").write_text(paper, encoding="utf-8")
    index = PassageIndex.build([read_document(folder / "paper.txt")])
    return {c.verdict for c in judge_claims(answer, question, FactIndex(index))}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("May the Contractor subcontract the painting?", "Yes, with the Customer's consent."),
        ("May the Contractor subcontract the painting?", "Only with the Customer's consent."),
        ("May the Contractor subcontract the painting?", "Yes. The Customer's consent is required."),
        ("May the Contractor show the drawings to anybody?", "No, unless the Customer agrees otherwise in writing."),
        ("May the Contractor show the drawings to anybody?", "Yes, if the Customer agrees in writing."),
        ("May the Contractor assign this Agreement?", "Yes, with the Customer's prior written consent."),
        ("May the Contractor assign this Agreement?", "No, not without the written consent of the Customer."),
    ],
)  # fmt: skip
def test_with_leave_and_not_without_it_are_no_contradiction(question: str, answer: str, tmp_path: Path) -> None:
    assert "contradicted" not in verdicts(WORKS, question, answer, tmp_path)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("May the Contractor subcontract the painting?", "Yes, without any consent."),
        ("May the Contractor subcontract the painting?", "No, not even with the Customer's consent."),
        ("May the Contractor subcontract the painting?", "Yes, with the Contractor's consent."),
        ("May the Contractor show the drawings to anybody?", "Yes, freely."),
        ("May the Contractor assign this Agreement?", "Yes, no consent is needed."),
        ("May the Customer assign this Agreement?", "Yes, with the Contractor's prior written consent."),
    ],
)  # fmt: skip
def test_other_leave_is_not_supported(question: str, answer: str, tmp_path: Path) -> None:
    assert "supported" not in verdicts(WORKS, question, answer, tmp_path)


@pytest.mark.parametrize("answer", ["貸主の書面による承諾を得れば、転貸できます。", "いいえ、貸主の書面による承諾を得なければ転貸できません。", "はい、貸主の承諾があればできます。", "貸主の承諾がない限り転貸できません。"])
def test_leave_in_japanese(answer: str, tmp_path: Path) -> None:
    assert "contradicted" not in verdicts(CHINTAI, "転貸できますか。", answer, tmp_path)


@pytest.mark.parametrize("answer", ["はい、承諾なしに転貸できます。", "承諾があっても転貸できません。", "はい、自由に転貸できます。", "借主の承諾を得れば、転貸できます。"])
def test_other_leave_in_japanese(answer: str, tmp_path: Path) -> None:
    assert "supported" not in verdicts(CHINTAI, "転貸できますか。", answer, tmp_path)


@pytest.mark.parametrize(
    ("question", "right", "crosswise"),
    [
        ("What are the notice periods?", "30 days for the Customer and 60 days for the Contractor.", "60 days for the Customer and 30 days for the Contractor."),
        ("When do the works begin and end?", "They begin on 6 November 2023 and are to be completed by 29 March 2024.", "They begin on 29 March 2024 and are to be completed by 6 November 2023."),
        ("How much notice must the Contractor give?", "60 days", "30 days"),
        ("How much notice must the Customer give?", "30 days", "60 days"),
        ("What is the rent?", "GBP 1,150 a month", "GBP 3,450"),
    ],
)  # fmt: skip
def test_values_told_crosswise(question: str, right: str, crosswise: str, tmp_path: Path) -> None:
    assert verdicts(WORKS, question, right, tmp_path) == {"supported"}
    assert "supported" not in verdicts(WORKS, question, crosswise, tmp_path)


@pytest.mark.parametrize(
    ("question", "right", "crosswise"),
    [
        ("月額賃料と共益費はいくらですか。", "月額賃料は180,000円、共益費は12,000円です。", "月額賃料は12,000円、共益費は180,000円です。"),
        ("屋根と内装の修繕は誰が負担しますか。", "屋根は貸主、内装は借主です。", "屋根は借主、内装は貸主です。"),
        ("締切日と支払日はいつですか。", "締切日は毎月20日、支払日は毎月末日です。", "締切日は毎月末日、支払日は毎月20日です。"),
        ("賃料はいくらですか。", "月額180,000円です。", "12,000円です。"),
    ],
)  # fmt: skip
def test_values_told_crosswise_in_japanese(question: str, right: str, crosswise: str, tmp_path: Path) -> None:
    assert "contradicted" not in verdicts(CHINTAI, question, right, tmp_path)
    assert "supported" not in verdicts(CHINTAI, question, crosswise, tmp_path)


@pytest.mark.parametrize(
    ("paper", "question", "right", "wrong"),
    [
        (WORKS, "Who are the parties?", "Alder Mills Ltd and Birch & Sons Trust", "Alder Mills Ltd and Quay Road"),
        (WORKS, "Who are the parties?", "Alder Mills Ltd is the customer and Birch & Sons Trust is the contractor.", "Alder Mills Ltd is the contractor and Birch & Sons Trust is the customer."),
        (CHINTAI, "当事者は誰ですか。", "有限会社青葉蔵と合同会社北浜堂です。", "有限会社青葉蔵と志村さつきです。"),
        (CHINTAI, "当事者は誰ですか。", "貸主は有限会社青葉蔵、借主は合同会社北浜堂です。", "貸主は合同会社北浜堂、借主は有限会社青葉蔵です。"),
        (CHINTAI, "貸主の代表者は誰ですか。", "山根健太です。", "志村さつきです。"),
        (CHINTAI, "借主の代表者は誰ですか。", "代表社員の志村さつきです。", "志村さくらです。"),
    ],
)  # fmt: skip
def test_who_the_parties_are_and_who_signs_for_them(paper: str, question: str, right: str, wrong: str, tmp_path: Path) -> None:
    assert verdicts(paper, question, right, tmp_path) == {"supported"}
    assert "supported" not in verdicts(paper, question, wrong, tmp_path)


@pytest.mark.parametrize(("paper", "question", "answer", "words"), [(WORKS, "Do the works begin on 6 November 2023?", "Yes.", "6 November 2023")])  # fmt: skip
def test_a_yes_or_no_is_cited_with_the_clause_that_says_so(paper: str, question: str, answer: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "paper.txt").write_text(paper, encoding="utf-8")
    documents = [read_document(tmp_path / "paper.txt")]
    trust = check_answer(answer, question, render_documents(documents), documents)
    assert trust.claims[0].verdict == "supported"
    assert [c.role for c in trust.citations if words in c.quote] == ["answer"]


def test_what_is_signed_stands_in_no_clause(tmp_path: Path) -> None:
    (tmp_path / "paper.txt").write_text(CHINTAI, encoding="utf-8")
    units = read_document(tmp_path / "paper.txt").units
    assert [u.label for u in units if "代表" in u.text] == ["lines 15-20"]
    (tmp_path / "works.txt").write_text(f"{WORKS}\n\nSigned by A. Alder for the Customer\n\nName: B. Birch\n", encoding="utf-8")
    assert [u.label for u in read_document(tmp_path / "works.txt").units][-2:] == ["line 20", "line 22"]


@pytest.mark.parametrize("piece", [" ", "\u3000 ", "the ", "without ", "承諾を", "、", "A", "|", "山田 ", "not "])
def test_a_run_of_the_same_takes_no_time(piece: str) -> None:
    run = (piece * 3000)[:3000]
    begin = time.process_time()
    for text in (run, f"Yes, with {run} consent of the Buyer.", f"甲の{run}承諾を得て", f"Landlord: {run}", f"甲　{run}"):
        leave_of(text)
        party_blocks(lines_of([(0, text), (1, f"Tenant: {text}")]))
        sentence_spans(f"{text}\n{text}")
    assert time.process_time() - begin < 5


def test_a_yes_before_the_words_of_a_ban_is_not_supported(tmp_path: Path) -> None:
    answer = 'Yes. "The Contractor shall not assign this Agreement without the prior written consent of the Customer."'
    assert verdicts(WORKS, "May the Contractor assign this Agreement?", answer, tmp_path) == {"contradicted", "supported"}


@pytest.mark.parametrize(
    ("clause", "question", "answer"),
    [
        ("The Tenant shall not sublet the ground floor without the written consent of the Landlord. The Tenant shall not sublet the first floor.", "May the Tenant sublet the first floor?", "Yes, with the written consent of the Landlord."),
        ("The Tenant shall not keep more than two dogs without the consent of the Landlord.", "May the Tenant keep one dog?", "Yes, with the consent of the Landlord."),
        ("The Tenant shall not park lorries without the consent of the Landlord, except on Sundays.", "May the Tenant park lorries on Sundays?", "No, not without the consent of the Landlord."),
        ("Data shall not be kept outside the EU without the written consent of the Client.", "May data be kept in the EU?", "Yes, with the written consent of the Client."),
        ("乙は、1階を甲の書面による承諾を得て転貸することができる。乙は、2階を転貸してはならない。", "乙は2階を転貸できますか。", "甲の書面による承諾があればできます。"),
        ("甲は本契約を解除できる。ただし、乙の同意がない場合はこの限りでない。", "甲は解除できますか。", "乙の同意がない場合はできます。"),
        ('This Agreement is made between Alder Ltd (the "Buyer") and Birch plc (the "Seller"). The Seller may end it at three months\' notice and the Buyer at six months\' notice.', "At what notice may Alder end it?", "Alder may end it at three months' notice."),
    ],
)  # fmt: skip
def test_what_only_sounds_like_leave_or_like_the_party_is_not_supported(clause: str, question: str, answer: str, tmp_path: Path) -> None:
    assert "supported" not in verdicts(f"AGREEMENT\n\n1. {clause}\n\n2. Notices are in writing.", question, answer, tmp_path)


def test_a_party_that_is_named_twice_is_no_crash(tmp_path: Path) -> None:
    paper = 'This Agreement is made between Alder Ltd (the "Buyer") and Birch plc (the "Seller").'
    for answer in ("The parties are Alder Ltd and Birch plc, where Alder Ltd is the Buyer.", "Alder Ltd and Birch plc; Alder Ltd is the Buyer and Birch plc is the Seller."):
        assert "contradicted" not in verdicts(paper, "Who are the parties?", answer, tmp_path)
