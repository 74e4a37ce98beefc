"""What a confidentiality agreement says beside its parties and its law: the clauses that it is made for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tsel_core.document import SourceSpan
from tsel_core.ingest.read import read_document
from tsel_core.sweep.contracts.nda_words import is_nda
from tsel_core.sweep.item import Item
from tsel_core.sweep.report import write_brief
from tsel_core.sweep.run import sweep_documents
from tsel_core.sweep.text import Written
from tsel_core.text.language import Lang

EN = """MUTUAL NON-DISCLOSURE AGREEMENT

This Agreement is made on 3 March 2026 between Alder Works Ltd ("Alder") and Birch Freight GmbH ("Birch").

1. Definition
"Confidential Information" means anything that one party tells the other about its customers or its prices.

2. Duties
2.1 The recipient shall keep the Confidential Information secret and shall not disclose it to anyone outside its firm.
2.2 The recipient shall use it solely for the tender of 2026.
2.3 Only employees who need to know it may see it.

3. Limits
This Agreement does not apply to information which is:
(a) known to the public;
(b) told by somebody who was free to tell it.
If a court orders disclosure, the recipient tells the other party first.

4. End
On request the recipient shall return or destroy all documents within ten days.
The duties of this Agreement survive for four years after it ends.

5. General
The parties may seek an injunction in case of a breach.
No licence is granted by this Agreement.
This Agreement is governed by the laws of Ireland.
"""
JA = """秘密保持契約書

株式会社青葉精機（以下「甲」という。）と北浜商事株式会社（以下「乙」という。）は、次のとおり契約を締結する。

第1条（定義）　本契約において秘密情報とは、甲又は乙が相手方に開示した一切の情報をいう。
2　次の各号に該当する情報は、秘密情報に含まれない。
(1) 公知であったもの
(2) 正当な第三者から得たもの
第2条（秘密保持）　受領者は、書面による承諾なく、秘密情報を第三者に開示又は漏えいしてはならない。
2　受領者は、知る必要のある役員及び従業員に限り、秘密情報を開示することができる。
第3条（目的外使用の禁止）　受領者は、秘密情報を本件業務の目的以外に使用してはならない。
第4条（法令による開示）　受領者は、裁判所の命令により開示を求められたときは、直ちに相手方に通知する。
第5条（返還）　相手方が求めたときは、受領者は秘密情報を速やかに返還又は廃棄する。
第6条（損害賠償）　本契約に違反した者は、相手方に生じた損害を賠償する。
第7条（存続）　第2条の義務は、本契約の終了後も3年間存続する。
第8条（準拠法）　本契約は日本法に準拠する。
"""
WANTED = {
    "en": {
        "Confidential information": "customers or its prices", "Duty of confidence": "shall not disclose it", "Permitted use": "tender of 2026",
        "Who may have it": "need to know", "Exceptions": "(b) told by somebody", "Disclosure required by law": "court orders",
        "Return or destruction": "ten days", "How long it is kept secret": "four years", "Remedies": "injunction",
        "No licence, no warranty": "No licence", "Governing law": "Ireland",
    },
    "ja": {
        "秘密情報": "一切の情報", "秘密保持義務": "漏えいしてはならない", "使用の制限": "目的以外", "開示できる者": "知る必要",
        "例外": "(2) 正当な第三者", "法令による開示": "裁判所", "返還・廃棄": "速やかに", "秘密保持の期間": "3年間", "救済・損害賠償": "損害を賠償",
        "準拠法": "日本法",
    },
}  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), [("en", EN), ("ja", JA)])
def test_the_brief_of_a_confidentiality_agreement_says_what_it_is_made_for(
    lang: Lang, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "nda.txt"
    path.write_text(text, encoding="utf-8")
    sweep = sweep_documents([read_document(path)], lang, style="brief")
    assert sweep.kind == "contract"
    written = write_brief(sweep.items, sweep.kind, lang)
    assert {i.name for i in written.items} == {i.name for i in sweep.items} - {"date", "notice", "disputes"}
    lines = [line.text for line in written.lines]
    for name, words in WANTED[lang].items():
        said = [line for line in lines if name in line.partition(":" if lang == "en" else "：")[0]]
        assert said, name
        assert words in said[0], (name, said)
    places = [line.partition(":" if lang == "en" else "：")[2] for line in lines]
    assert len(set(places)) == len(places)  # a clause that states two facts is given once


@pytest.mark.parametrize(
    ("title", "nda"),
    [("Non-Disclosure Agreement", True), ("Confidentiality Agreement", True), ("秘密保持に関する覚書", True), ("Lease Agreement", False), ("業務委託契約書", False)],
)  # fmt: skip
def test_by_its_title(title: str, nda: bool) -> None:
    assert is_nda(f"{title}\n\nbetween A and B") is nda
    assert not is_nda("\n".join(["A line"] * 6) + f"\n{title}")


def test_a_contract_that_names_one_is_none() -> None:
    for line in ("This Agreement replaces the Non-Disclosure Agreement dated 3 May 2024.", "The parties signed an NDA, which is in force."):
        assert not is_nda(f"MASTER SERVICES AGREEMENT\n{line}")


def test_a_clause_of_two_facts_says_which_of_them_is_unsure() -> None:
    place = (SourceSpan(0, 0, 0, 9),)
    sure, unsure = (
        Item("fact", "It renews for a year.", place, name=n, verdict=v)
        for n, v in (("renewal", "supported"), ("term", "unsure"))
    )
    (line,) = write_brief([unsure, sure], "contract", "en").lines
    assert line.text == "- Term (unsure), Renewal: It renews for a year."
    assert [i.name for i in Written((line,)).items] == ["term", "renewal"]
    assert Written((line,)).sections()[0]["items"] == [0, 1]
    (line,) = write_brief([unsure, replace(sure, verdict="unsure")], "contract", "en").lines
    assert line.text == "- Term, Renewal: It renews for a year. (unsure)"
