"""Key facts of contracts in other words than those of most: sentences written for these tests."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tsel_core.document import Document, Unit
from tsel_core.ingest import ReadOptions, read_documents
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.item import Item
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.sentences import sentences_of


def contract(*lines: str) -> list[Document]:
    units = tuple(Unit(n, "paragraph", f"para {n + 1}", text) for n, text in enumerate(lines))
    return [Document("contract.docx", "0" * 64, "docx", "paragraph", units)]


def facts(*lines: str) -> list[Item]:
    return sweep_contract(sentences_of(contract(*lines)))


def sure(name: str, *lines: str) -> list[str]:
    return [i.what for i in facts(*lines) if i.name == name and i.verdict == "supported"]


OPENING = 'This Agreement is made on 3 May 2024 between Alder Ltd (the "Supplier") and Birch plc (the "Customer").'


@pytest.mark.parametrize(
    ("name", "title", "clause"),
    [
        ("term", "2. How long this lasts", "This agreement starts on 1 June 2025 and runs until midnight on 31 May 2028."),
        ("term", "2. TERM", "The licence lasts seven years."),
        ("renewal", "2. Term", "After that it rolls over for another year unless a party tells the other two months before."),
        ("renewal", "2. Period", "The Customer may prolong the Supply Period by one period of two years on 90 days' notice."),
        ("cap", "9. Liability", "What the Supplier has to pay under or in connection with this agreement shall be no more than £40,000."),
        ("cap", "9. Liability", "The Supplier's liability will never be more than the fees of the preceding year."),
        ("termination", "11. Ending early", "The Customer may end this agreement at any time by three months' written notice."),
        ("termination", "11. Determination", "Either party may determine this Agreement by notice if the other commits a breach."),
        ("law", "14. General", "Irish law applies to this agreement."),
        ("law", "14. Choice of law", "The internal laws of the State of Ohio control this Agreement."),
        ("disputes", "14. General", "Any difference between the parties shall be referred to a single arbitrator in Leeds."),
        ("assignment", "12. Passing it on", "Neither party may make these terms over to another: it shall not assign its rights without consent."),
        ("late", "5. Money", "If a sum is not paid when due, interest on it runs at 5% a year."),
        ("term", "（期間）", "第２条　本契約は、令和７年７月１日に始まり、令和９年６月３０日に終わる。"),
        ("renewal", "（期間）", "２　異議がないときは、本契約は同じ条件で１年間延び、以後も同様とする。"),
        ("cap", "9. 責任の限度", "9.1 売主が負う損害賠償の額は、1年度につき金2,000万円までとする。"),
        ("termination", "11. 終了", "11.2 各当事者は、6か月の予告をして契約を終わらせることができる。"),
        ("law", "第10　争い", "旭川地方裁判所で裁判をします。この契約は日本の法律によります。"),
    ],
)  # fmt: skip
def test_a_clause_in_other_words_is_found_and_sure(name: str, title: str, clause: str) -> None:
    (found,) = sure(name, OPENING, title, clause)
    assert found in clause


@pytest.mark.parametrize(
    "lines",
    [
        ("PARTIES", '(1) ALDER LTD, of 4 Quay Road (the "Supplier"); and', '(2) Birch GmbH, of Husum (the "Customer").'),
        ("LESSOR: Alder Leasing Corp., 4 Quay Road", "LESSEE: Birch plc, 9 High Street"),
        ("To: Alder Ltd, Leeds", "From: Birch plc, York"),
        ("賃貸人：有限会社青葉（以下「甲」）", "賃借人：北浜商事株式会社（以下「乙」）"),
        ("差入先　　青葉計測株式会社（以下「開示者」）", "差入人　　北浜合同会社（以下「受領者」）"),
        ("青葉株式会社（本店所在地：神戸市。以下「委託者」という。）及び北浜合同会社（以下「受託者」という。）は、契約（以下「本契約」という。）を締結する。",),
    ],
)  # fmt: skip
def test_the_parties_in_lines_of_their_own(lines: Sequence[str]) -> None:
    (found,) = sure("parties", *lines, "1. The Supplier shall deliver.")
    assert all(line.split("(")[0][-6:].strip() in found for line in lines)


def test_a_number_between_two_is_no_party() -> None:
    assert not [i for i in facts("The tenant asks for it between twelve and nine months before the End.") if i.name == "parties"]


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (("(A) Under a licence dated 9 January 2023 the Customer uses the system.", "Date: 4 July 2025"), "4 July 2025"),
        (("Dated 28 April 2023", "Break Date: 1 May 2026"), "28 April 2023"),
        (("令和６年１１月５日", *["本契約を守る。"] * 14, "覚書", "令和７年１月９日"), "令和６年１１月５日"),
        (("Payment date: 15 May 2026", "Signed for the Supplier", "Date: 7 June 2024"), "7 June 2024"),
    ],
)  # fmt: skip
def test_the_date_of_another_paper_or_thing_is_not_the_contracts(lines: Sequence[str], date: str) -> None:
    found = sure("date", *lines)
    assert found
    assert all(date in f for f in found)


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("late", "Interest is charged at a fixed rate of 6.85 per cent a year on the amount outstanding."),
        ("insurance", "The links go to the Insurance Center of the site and shall be maintained there."),
        ("renewal", "Buyer and Seller agree to enter into negotiations on an extended Quality Assurance Agreement."),
        ("noncompete", "All prices are exclusive of taxes."),
        ("cap", "乙は、月200件を上限とする問合せに応じる。"),
        ("price", "乙から月額を720,000円に上げたいとの申し出があったが、今回は見送る。"),
        ("term", "The Company may extend that trial once, by no more than two months, before the trial ends."),
        ("payment", "Nothing is payable for the weeks before 3 May, within 30 days of receipt."),
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_fact_is_not_sure(name: str, clause: str) -> None:
    assert sure(name, OPENING, clause) == []


def test_a_sum_that_becomes_another_takes_its_place() -> None:
    lines = ("5. CHARGES", "5.1 The Client shall pay the Supplier £14,600 a month.", "AMENDING LETTER", "(a) The sum in clause 5.1 becomes £16,150.")
    (price,) = [i for i in facts(OPENING, *lines) if i.name == "price"]
    assert price.what == "The sum in clause 5.1 becomes £16,150."
    assert price.status == "changed"


def test_a_clause_in_capitals_takes_no_time() -> None:
    clause = "Section 7.02 " + "SELLER'S TOTAL LIABILITY FOR ALL CLAIMS OF ANY KIND AND NATURE WHATSOEVER " * 6 + "SHALL NOT EXCEED $750,000"
    began = time.monotonic()
    assert sure("cap", OPENING, clause)
    assert time.monotonic() - began < 5


def test_the_list_of_what_is_no_secret_comes_with_its_clause() -> None:
    lines = ("CONFIDENTIALITY UNDERTAKING", 'I. "Protected Matter" is everything that reaches the Recipient.', "II. It is not Protected Matter if", " (i) anyone can read it, or", " (ii) the Recipient worked it out by itself.")
    (exceptions,) = [i for i in facts(*lines) if i.name == "exceptions"]
    assert "(ii) the Recipient worked it out" in exceptions.what
    assert exceptions.verdict == "supported"
    (secret,) = [i for i in facts(*lines) if i.name == "secret"]
    assert "Protected Matter" in secret.what


@pytest.mark.parametrize(
    ("title", "clause"),
    [
        ("CONFIDENTIALITY UNDERTAKING", "Should Confidential Information get into other hands by mishap, the Recipient lets the owner know."),
        ("MUTUAL NONDISCLOSURE AGREEMENT", "The Taker reports any unauthorized use to the Giver not later than 72 hours after it finds out."),
        ("機密情報の取扱いに関する合意書", "受領者は、機密情報が漏れ、又はそのおそれがあると知ったときは、その日のうちに開示者へ電話する。"),
    ],
)  # fmt: skip
def test_whether_a_leak_must_be_told(title: str, clause: str) -> None:
    assert sure("leaks", title, clause) == [clause]


def test_a_contract_in_plain_words_is_one() -> None:
    lines = (
        "Consultancy Agreement", 'Alder plc, 3 Quayside ("we" or the "Company")', 'Dr Ada Moon, 27 Larch Avenue ("you" or the "Consultant")',
        "We pay you £875 for each full day.", "We pay each account within three weeks.", "Your engagement starts on 7 October 2024.",
        "Either of us can end the engagement at any time by 30 days' notice.", "Your liability to us is capped at £1 million.",
        "Scots law governs this letter.", "You may not send a substitute.", "Disputes go to the courts of Edinburgh.", "The report is due in May.",
    )  # fmt: skip
    assert kind_of(sentences_of(contract(*lines))) == "contract"
    assert kind_of(sentences_of(contract("A visit to Leeds", *lines[3:]))) == "other"


def test_a_full_stop_in_round_brackets_ends_no_sentence() -> None:
    text = "甲は、乙に対し、次の建物(以下「本物件」という。)を賃貸し、乙はこれを賃借する。"
    assert [s.text for s in sentences_of(contract(text))] == [text]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("The parties signed a letter of intent on 2 January 2023.", "date"),
        ("第5条（法令）乙は日本の法令を守る。", "law"),
        ("第4条（裁判）甲は裁判所に訴えられたときは乙に知らせる。", "disputes"),
    ],
)
def test_what_only_sounds_like_a_fact_is_none(line: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "paper.txt").write_text(f"{SOUNDS}\n\n{line}\n", encoding="utf-8")
    facts = sweep_contract(sentences_of(read_documents([str(tmp_path / "paper.txt")], ReadOptions())))
    assert not [f.what for f in facts if f.name == name and line in f.what]


SOUNDS = 'Supply Agreement\n\nbetween Alder Ltd (the "Buyer") and Birch plc (the "Seller").\n\n1. Term. It runs for two years.'


@pytest.mark.parametrize("title", ["Amendment and Waiver", "Variation", "Amendment"])
def test_a_clause_about_changes_ends_no_contract(title: str, tmp_path: Path) -> None:
    clauses = "\n\n".join(f"{n}. Clause. The Seller delivers part {n} of the goods to the Buyer." for n in range(2, 16))
    text = f"{SOUNDS}\n\n{clauses}\n\n{title}\n\nNo amendment is valid unless in writing.\n\nSigned for Alder Ltd\n\nDate: 3 May 2024\n\nName: A. Smith"
    (tmp_path / "paper.txt").write_text(text, encoding="utf-8")
    facts = sweep_contract(sentences_of(read_documents([str(tmp_path / "paper.txt")], ReadOptions())))
    assert any(f.name == "date" and "3 May 2024" in f.what for f in facts)


def test_a_mail_about_a_lease_and_its_minutes_are_no_lease(tmp_path: Path) -> None:
    body = "\n\n".join(
        ["The rent is EUR 900 a month.", "Invoices are payable within 30 days.", "Either party may terminate with 3 months' notice.", "The law of Ireland governs.",
         "Liability is capped at EUR 10,000.", "It is renewed each year."]
    )  # fmt: skip
    heads = ("From: Ann Lee\n\nTo: Bob Ray\n\nSubject: Lease agreement", "Board meeting\n\nMinutes of the meeting on the lease agreement\n\nFrom: 10:00\n\nTo: 11:00")
    kinds = []
    for head in heads:
        (tmp_path / "paper.txt").write_text(f"{head}\n\n{body}\n", encoding="utf-8")
        kinds.append(kind_of(sentences_of(read_documents([str(tmp_path / "paper.txt")], ReadOptions()))))
    assert kinds == ["other", "meeting"]


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("parties", ("Licensor | Alder GmbH", "Licensee | Birch Trust", "1. The Licensee may copy it."), "Birch Trust"),
        ("parties", ("第1条　貸主は物件を貸す。", "令和7年1月9日", "貸主（甲）　高松市錦町1-2", "有限会社 青葉蔵", "借主（乙）　丸亀市浜町45", "合同会社 北浜堂"), "北浜堂"),
        ("parties", ("株式会社青葉　御中", "一　第三者に漏らしません。", "倉敷市3-1", "有限会社 北浜紙業", "代表取締役　大森 直　印"), "北浜紙業"),
        ("date", ("AGREEMENT DATE: JUNE 2, 1999", "1. The Supplier shall deliver."), "JUNE 2, 1999"),
        ("term", ("1. COMMENCEMENT", "The Term begins on 1 May 2021 and continues for five years.", "The Tenant may fit out from 12 April 2021."), "1 May 2021"),
        ("price", ("2. What is paid", "For the survey Alder is paid a lump sum of £24,600, in three instalments."), "£24,600"),
    ],
)  # fmt: skip
def test_what_odd_layouts_and_words_say(name: str, lines: Sequence[str], said: str) -> None:
    assert any(said in found for found in sure(name, "LEASE", *lines))


def test_an_invoice_names_its_sides_and_is_no_contract() -> None:
    lines = ("Seller: Alder Ltd", "Buyer: Birch plc", "Under our contract of 2 April: GBP 370, payable within 30 days.", "Interest of 4% is charged on late payment.", "Goods are guaranteed for 12 months.", "Title remains with us.", "English law applies.")
    assert kind_of(sentences_of(contract("Lease of tools", *lines))) == "contract"
    assert kind_of(sentences_of(contract("INVOICE No. 4471", *lines))) != "contract"
