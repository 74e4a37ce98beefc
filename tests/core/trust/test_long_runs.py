"""Words that repeat themselves in an answer, a question or a document are checked in time."""

from __future__ import annotations

import time

import pytest

from tsel_core.document import render_documents
from tsel_core.ingest import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.trust.check import check_answer

_SECONDS = 10.0  # of the processor; each took longer than that, on a busy machine minutes, and takes 1 to 2 now


@pytest.mark.parametrize("piece", ["10% of ", "$5 ", "03-", "1/2", "第4条第1項の", "三百万円", "第一に", "を除き、", "令和6年5月", "森さんがして、"])
def test_a_run_of_the_same_is_checked_in_time(piece: str) -> None:
    is_japanese = not piece.isascii()
    run, ends = piece * 2000, "2027年5月3日に終わります。" if is_japanese else "It ends on 3 May 2027."
    text = f"森: {run}\n千葉: {ends}\n" if is_japanese else f"Ann: {run}\nBob: {ends}\n"
    documents = [parse("talk.txt", text.encode(), "0", ReadOptions(isolate=False))]
    rendered, lang = render_documents(documents), "ja" if is_japanese else "en"
    asked, yes = ("いつ終わりますか？", "はい。") if is_japanese else ("When does it end?", "Yes.")
    begin = time.process_time()
    check_answer(run[:1000], asked, rendered, documents, lang=lang)
    check_answer(yes, run[:2000], rendered, documents, lang=lang)
    trust = check_answer(ends, asked, rendered, documents, lang=lang)
    assert time.process_time() - begin < _SECONDS
    assert [c.verdict for c in trust.claims] == ["supported"]
