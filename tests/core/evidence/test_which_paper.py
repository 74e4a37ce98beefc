"""Which of several papers mentions something is told by code: each paper that has the words, with the places."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit, render_documents
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.which_paper import asked_words, told_papers
from tsel_core.trust.check import check_answer
from tsel_core.trust.passages import PassageIndex

PAPERS = {
    "nda.pdf": ("1. Source code is inspected in Cologne only.", "2. The law of Germany governs."),
    "lease.md": ("The deposit is GBP 4,000.", "The capital of the firm is GBP 100.", "No codes are given to others."),
    "offer.docx": ("The price is EUR 900.", "The buyer gets the source code for EUR 90."),
    "規程.pdf": ("第1条　会社は、従業員に住宅手当を支給する。", "第2条　定年は62歳とする。"),
}


def documents(*names: str) -> list[Document]:
    return [
        Document(n, "", "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i + 1}", t) for i, t in enumerate(PAPERS[n])))
        for n in names or PAPERS
    ]


def told(question: str, *names: str) -> tuple[str, bool]:
    return told_papers(question, Locator(PassageIndex.build(documents(*names))))


@pytest.mark.parametrize(
    ("question", "papers", "sure"),
    [
        ("Which document mentions source code?", ["nda.pdf, para 1", "offer.docx, para 2"], True),
        ("Which of these files contain the words \"source code\"?", ["nda.pdf, para 1", "offer.docx, para 2"], True),
        ("In which document is the deposit mentioned?", ["lease.md, para 1"], True),
        ("Which contract is about a deposit?", ["lease.md, para 1"], False),
        ("Which document mentions a cap?", [], True),  # "capital" is none
        ("どの文書に住宅手当について書かれていますか。", ["規程.pdf, para 1"], True),
        ("定年に触れているのはどのファイルですか。", ["規程.pdf, para 2"], True),
        ("Which document is the newest?", [], False),
        ("Which law governs?", [], False),
        ("どの法律が適用されますか。", [], False),
    ],
)
def test_the_papers_that_have_the_words(question: str, papers: list[str], sure: bool) -> None:
    text, whole = told(question)
    assert [line[:-1] for line in text.split("\n") if line.endswith(":")] == papers
    assert not papers or whole is sure


def test_of_one_paper_nothing_is_told() -> None:
    assert asked_words("Which document mentions source code?") == "source code"
    assert told("Which document mentions source code?", "nda.pdf")[0] == ""


def test_the_name_and_place_are_no_claim_and_what_is_quoted_is_cited() -> None:
    text, _ = told("Which document mentions source code?")
    papers = documents()
    trust = check_answer(text, "Which document mentions source code?", render_documents(papers), papers, lang="en")
    assert [c.verdict for c in trust.claims] == ["supported", "supported"]
    assert [(c.file, c.label) for c in trust.citations] == [("nda.pdf", "para 1"), ("offer.docx", "para 2")]
    assert "offer.docx, para 2:" in trust.text


def test_a_name_with_another_place_is_a_claim() -> None:
    papers = documents()
    trust = check_answer("nda.pdf, page 9:\n1. Source code is inspected in Cologne only.", "", render_documents(papers), papers, lang="en")
    assert len(trust.claims) == 2
