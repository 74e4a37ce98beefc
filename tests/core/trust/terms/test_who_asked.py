"""The party that a question asks about must be the one that does it in the sentence; what readings agree on may still be turned."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import Sentences
from tsel_core.trust.claims.support.relied import relied_upon
from tsel_core.trust.claims.terms.who_asked import other_doer
from tsel_core.trust.passages import PassageIndex

NAMES = ("Northwind", "Southgate", "supplier", "customer")
BAN = "For twelve months Southgate shall not solicit employees of Northwind."


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("For how long may Northwind not solicit employees of Southgate?", BAN, "northwind / southgate"),
        ("For how long may Southgate not solicit employees of Northwind?", BAN, ""),
        ("For how long must Northwind keep records?", BAN, ""),
        ("When must the Customer pay the Supplier?", "The Supplier shall invoice monthly; the Customer pays within 30 days.", ""),
        ("When must the Customer pay the Supplier?", "The Supplier shall be paid by the Customer within 30 days.", ""),
        ("When must the Customer pay the Supplier?", "The Supplier pays the Customer within 30 days.", "customer / supplier"),
    ],
)
def test_the_one_that_is_asked_about_does_it(question: str, sentence: str, found: str) -> None:
    assert other_doer(question, sentence, NAMES) == found


@pytest.mark.parametrize(("what", "verdict"), [("heating", "unsure"), ("services", "supported")])
def test_a_word_put_in_another_ones_place_is_not_relied_on(what: str, verdict: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Lease\n\n3.1 The Tenant shall pay 18% of the cost of the services.\n", encoding="utf-8")
    index = PassageIndex.build([read_document(tmp_path / "a.md")])
    sentences = Sentences(index)
    text = f"The Tenant shall pay 18% of the cost of the {what}."
    claim = Claim(text, 0, len(text), 0, "unsure", why="elsewhere", detail=what)
    spans = [s.span for s in sentences.candidates(text, "")]
    assert relied_upon(claim, f"What share of the {what} does the Tenant pay?", sentences, spans).verdict == verdict
