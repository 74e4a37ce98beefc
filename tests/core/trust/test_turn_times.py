"""Times that stand between a transcript's turns are facts of the document."""

from __future__ import annotations

import pytest

from tsel_core.ingest import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.trust.fact_tracing import FactIndex, trace_facts
from tsel_core.trust.passages import PassageIndex

TALK = "".join(f"[00:{n // 60:02d}:{n % 60:02d}] {'Kim' if n % 40 else 'Lee'}: We speak of item {n + 1000}.\n" for n in range(0, 800, 20))


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("The budget was approved at 00:12:00.", "document"),
        ("It was decided after 00:12.", "document"),
        ("Kim said so at 12:00.", "document"),
        ("予算は 00:12:00 に承認されました。", "document"),
        ("It was approved at 00:59:00.", "unsupported"),
        ("It was approved at 14:30.", "unsupported"),
    ],
)
def test_times_of_turns(answer: str, status: str) -> None:
    document = parse("talk.txt", TALK.encode(), "0", ReadOptions(isolate=False))
    facts = FactIndex(PassageIndex.build([document]))
    traced = [t for t in trace_facts(answer, "When?", facts) if t.fact.kind in ("time", "number")]
    assert traced
    assert {t.status for t in traced} == {status}
    for fact in traced:
        for span in fact.spans:
            assert document.units[span.unit_index].start_s is not None
