"""Facts that no number of the index tells of."""

from __future__ import annotations

import pytest

from tsel_core.ingest import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.trust.fact_tracing import FactIndex, trace_facts
from tsel_core.trust.passages import PassageIndex

TALK = "小川: 艇庫の屋根は六月の大会までに修理することに決めました。\n堀: わかりました。\n"


@pytest.mark.parametrize(
    ("answer", "status"),
    [("六月の大会までに", "document"), ("6月の大会までに", "document"), ("七月の大会までに", "unsupported"), ("十六月", "unsupported")],
)
def test_a_month_in_kanji(answer: str, status: str) -> None:
    document = parse("talk.txt", TALK.encode(), "0", ReadOptions(isolate=False))
    traced = trace_facts(answer, "いつまでに修理しますか？", FactIndex(PassageIndex.build([document])))
    assert {t.status for t in traced} <= {status}
    assert traced or answer == "十六月"


@pytest.mark.parametrize(
    ("line", "answer"),
    [("Work is paid at one and a half times the wage.", "one and a half times"), ("It is checked twice a year.", "2 times"), ("Within a fortnight.", "14 days")],
)
def test_a_number_in_words_without_a_digit(line: str, answer: str) -> None:
    document = parse("a.txt", line.encode(), "0", ReadOptions(isolate=False))
    traced = trace_facts(answer, "", FactIndex(PassageIndex.build([document])))
    assert [t.status for t in traced] == ["document"]
