"""A sentence with several replacements: each value has its own, and a claim with one old value does not stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.document import render_documents
from tsel_core.ingest import read_document
from tsel_core.trust.check import check_answer
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

HIRE = """HIRE AGREEMENT

1. TERM
1.1 The hire runs for four years from 1 June 2026.

2. END
2.1 The Hirer may end the hire on 31 May 2028 by giving at least three months' written notice.

----

VARIATION

1. In clause 2.1 the date "31 May 2028" is replaced by "30 November 2028", and "three months'" by "five months'".
"""
CHINTAI = """第1条（期間）
期間は4年とする。

第2条（解約）
借主は、2028年5月31日に、3か月前の通知により解約することができる。

覚書

1 第2条の「2028年5月31日」を「2028年11月30日」に、「3か月前」を「5か月前」に改める。
"""
ASKED = "When and by how much notice can the hirer end the hire?"
ASKED_JA = "借主はいつ、何か月前の通知で解約できますか。"


def verdict(paper: str, question: str, claim: str, folder: Path) -> tuple[str, str]:
    (folder / "paper.txt").write_text(paper, encoding="utf-8")
    (found,) = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(folder / "paper.txt")])))
    return found.verdict, found.why


@pytest.mark.parametrize(
    ("paper", "question", "claim", "stands"),
    [
        (HIRE, ASKED, "The hirer may end the hire on 30 November 2028 by giving at least five months' written notice.", True),
        (HIRE, ASKED, "Five months' written notice.", True),
        (HIRE, ASKED, "The hirer may end the hire on 30 November 2028 by giving at least three months' written notice.", False),
        (HIRE, ASKED, "The hirer may end the hire on 31 May 2028 by giving at least five months' written notice.", False),
        (HIRE, ASKED, "The hirer may end the hire by giving three months' notice.", False),
        (CHINTAI, ASKED_JA, "2028年11月30日に5か月前の通知で解約できます。", True),
        (CHINTAI, ASKED_JA, "2028年11月30日に3か月前の通知で解約できます。", False),
        (CHINTAI, ASKED_JA, "2028年5月31日に5か月前の通知で解約できます。", False),
        (CHINTAI, ASKED_JA, "3か月前の通知です。", False),
    ],
)
def test_each_value_has_its_own(paper: str, question: str, claim: str, stands: bool, tmp_path: Path) -> None:
    said, why = verdict(paper, question, claim, tmp_path)
    assert (said == "supported") is stands
    assert stands or why == "amended"


@pytest.mark.parametrize(
    ("question", "answer", "text"),
    [
        (ASKED, "On 31 May 2028 by three months' written notice.", "On 30 November 2028 by five months' written notice. Before the change: 31 May 2028, three months"),
        # a quotation stays one
        ("Quote clause 2.1.", "2.1 The Hirer may end the hire on 31 May 2028 by giving at least three months' written notice.", "2.1 The Hirer may end the hire on 31 May 2028 by giving"),
    ],
)  # fmt: skip
def test_the_answer_has_all_that_stands_now(question: str, answer: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "paper.txt").write_text(HIRE, encoding="utf-8")
    documents = [read_document(tmp_path / "paper.txt")]
    found = check_answer(answer, question, render_documents(documents), documents, lang="en")
    assert found.text.startswith(text)
    if question != ASKED:
        assert [(c.verdict, c.why) for c in found.claims] == [("contradicted", "amended")]
