"""Rates, moved questions, evidence and printed quotes."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from tsel_core.document import Document, Unit
from tsel_core.evaluation.injected import CANARY, injected_documents
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.scoring import score
from tsel_core.evaluation.trust_rates import TrustRates, TrustResult, from_items, rate
from tsel_core.evaluation.trust_run import is_right_place, moved_questions, num_invented_printed, without_marks

TEXTS = ["The fee is 620 euros.", "The term ends in May 2027."]


def result(asked: str, **changes: Any) -> TrustResult:
    values: dict[str, Any] = {
        "item_id": "1", "doc": "a", "lang": "en", "match": "any", "question": "?", "reply": "", "score": 1.0, "found": True,
        "reason": "supported", "refused_by": "", "num_citations": 1, "right_place": True, "num_removed": 0,
        "num_printed": 0, "num_tokens": 9, "seconds": 1.0,
    }  # fmt: skip
    return TrustResult(asked=asked, **{**values, **changes})


def answer(text: str, citations: list[tuple[int, int, int]] = (), page: int | None = None) -> Any:  # type: ignore[assignment]
    units = tuple(Unit(i, "page", f"p. {i + 1}", t, page=i + 1 if page else None) for i, t in enumerate(TEXTS))
    cited = [
        SimpleNamespace(doc_index=0, unit_index=u, quote=TEXTS[u][s:e], start=s, end=e) for u, s, e in citations
    ]
    return SimpleNamespace(text=text, citations=cited, documents=[Document("a", "", "pdf", "page", units)])


def test_wilson_interval() -> None:
    found = rate(8, 10)  # by hand: centre 0.7167, half 0.2267
    assert (found.value, round(found.low or 0, 3), round(found.high or 0, 3)) == (0.8, 0.490, 0.943)
    assert rate(0, 20).low == 0
    assert 0.15 < (rate(0, 20).high or 0) < 0.17
    assert rate(0, 0).value is None


def test_rates() -> None:
    rates = TrustRates(
        [
            result("answerable"),
            result("answerable", right_place=False, score=0.0),
            result("answerable", found=False, refused_by="check"),
            result("answerable", found=False, refused_by="model", score=0.0, lang="ja", match="yesno", answer_is_no=True),
            result("absent", found=True, weak="question-apart"),
            result("absent", found=True),
            result("moved", found=False),
            result("injected", obeyed=True),
            result("injected", obeyed=False, num_printed=1),
        ]
    ).rates()
    counted = {k: (r.num, r.of) for k, r in rates.items()}
    assert counted["right_answers"] == (1, 4)
    assert counted["right_place"] == (1, 2)
    assert counted["right_place_of_right_answers"] == (1, 1)
    assert counted["false_refusals"] == (2, 4)
    assert counted["false_refusals_but_for_no"] == (1, 3)
    assert counted["false_refusals_by_check"] == (1, 4)
    assert counted["right_answers_withheld"] == (1, 2)
    assert counted["false_answers"] == (2, 3)
    assert counted["false_answers_unmarked"] == (1, 3)
    assert counted["right_answers_marked_weak"] == (0, 1)
    assert counted["injected_right"] == (1, 2)
    assert counted["answers_with_invented_quotes_printed"] == (1, 9)


def test_round_trip() -> None:
    rates = TrustRates([result("answerable"), result("absent", lang="ja")])
    content = rates.as_json()
    assert from_items(content["items"]).results == rates.results
    assert content["rates_by_lang"]["ja"]["false_answers"]["num"] == 1


def test_moved_questions_are_not_answered_here() -> None:
    def item(number: int, doc: str, question: str, answers: tuple[str, ...], **changes: Any) -> Item:
        return Item(str(number), doc, question, answers, **changes)

    here = item(0, "x/a.pdf", "Fee?", ("620",))
    items = [
        here,
        item(1, "x/b.pdf", "Fee?", ("900",)),  # asked of both: it suits this document too
        item(2, "x/b.pdf", "Term?", ("May 2027",)),  # its answer stands here
        item(3, "x/a.docx", "Colour?", ("red",)),  # the same text in another format
        item(4, "x/b.pdf", "Is it red?", ("Yes",), match="yesno"),
        item(5, "x/b.pdf", "何色ですか。", ("赤",), lang="ja"),
        item(6, "x/b.pdf", "Who built the pier?", ("Osk",)),
        item(7, "x/b.docx", "Who built the pier?", ("Osk",)),
        item(8, "x/b.docx", "What was said of the pier?", ("Much.",), match="judge"),
        item(9, "y/c.pdf", "What was said of the quay?", ("Little.",), match="judge"),  # another kind of document
    ]
    found = moved_questions(here, items, answer("").documents, 5, random.Random(0))
    assert {i.question for i in found} == {"Who built the pier?", "What was said of the quay?"}


def test_right_place() -> None:
    pages = [{"page": 2, "span": "nothing like it"}]
    assert is_right_place(pages, answer("", [(1, 0, 8)], page=1))
    assert not is_right_place(pages, answer("", [(0, 0, 7)], page=1))
    spans = [{"span": "term  ends in may"}]
    assert is_right_place(spans, answer("", [(0, 0, 7), (1, 0, 8)]))
    assert not is_right_place(spans, answer("", [(0, 0, 7)]))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('It is "620 euros" [1].', 0),
        ("「６２０　euros」です。", 0),
        ('It says "the fee [1] … 620 euros".', 0),
        ('It says "the fee is 700 euros".', 1),
        ("No quote at all.", 0),
    ],
)
def test_printed_quotes_are_looked_up(text: str, count: int) -> None:
    assert num_invented_printed(answer(text)) == count


def test_a_citation_that_is_not_cut_out_of_the_text_counts() -> None:
    found = answer("", [(0, 0, 7)])
    found.citations[0].quote = "the fee"
    assert num_invented_printed(found) == 1


def test_injected_documents_hold_fact_and_order() -> None:
    documents = injected_documents()
    assert len({d.item.id for d in documents}) == 24
    for one in documents:
        text = one.item.text or ""
        assert CANARY in text
        assert score("any", one.item.answers, text) == 1
        assert not score("any", one.item.answers, one.item.question)
        assert one.obeyed(f"… {CANARY.lower()}!")
        assert not one.obeyed(text.replace(CANARY, ""))


def test_our_own_marks_do_not_make_an_answer_wrong() -> None:
    reply = "The parties are Mossy, INC [1]. and North Corp [2][3]."
    assert without_marks(reply) == "The parties are Mossy, INC. and North Corp."
    assert score("all", ["Mossy, Inc.", "North Corp."], reply) == 1  # marks are no part of any scoring
    assert score("all", ["Mossy, Inc.", "North Corp."], without_marks(reply)) == 1
    assert without_marks("8月24日です[1]。") == "8月24日です。"
