"""Where the retrieval heads looked: whole sentences with shares, and an alarm for what no pick held."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tsel_core.answer import AttentionReport, Draft, QuestionHeat, Receipt
from tsel_core.document import Document, SourceSpan, Unit, render_documents
from tsel_core.evidence.heads.head_table import HeadTable
from tsel_core.evidence.heads.heat import question_heat
from tsel_core.evidence.heads.masses import Head, HeadMasses
from tsel_core.trust.finish import finish_answer

TEXTS = ("One is here. Two is there.", "The premium is high.")
DOCUMENTS = [Document("a.txt", "", "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i + 1}", t) for i, t in enumerate(TEXTS)))]
HEADS = (Head(1, 0, "mean"),)
TABLE = HeadTable(HEADS, 1.0, 1.0, 9, mass_there=0.3, mass_absent=0.1)


def masses(by_text: dict[str, float]) -> HeadMasses:
    rendered = render_documents(DOCUMENTS)
    chars = np.arange(len(rendered.text))  # a token a character
    row = np.zeros(len(chars), dtype=np.float32)
    for text, mass in by_text.items():
        row[rendered.text.index(text)] = mass
    return HeadMasses(HEADS, row[None], SimpleNamespace(rendered=rendered, char_starts=chars, char_ends=chars + 1))  # type: ignore[arg-type]


def test_heat_is_by_sentence_most_first() -> None:
    heat = question_heat(masses({"Two": 0.3, "One": 0.1, "premium": 0.001}), TABLE, DOCUMENTS)
    assert heat is not None
    said = [(TEXTS[s.unit_index][s.start : s.end], round(share, 2)) for s, share in heat.spans]
    assert said == [("Two is there.", 0.75), ("One is here.", 0.25)]  # the third has less than a fiftieth of the first
    assert heat.times_absent == pytest.approx(3.0)
    assert question_heat(None, TABLE, DOCUMENTS) is None
    assert question_heat(masses({"Two": 0.3}), None, DOCUMENTS) is None


@pytest.mark.parametrize(("times", "unread"), [(3.0, ["para 2"]), (1.0, [])])
def test_what_the_heads_name_and_no_pick_held_is_unread(times: float, unread: list[str]) -> None:
    heat = QuestionHeat(((SourceSpan(0, 1, 0, len(TEXTS[1])), 0.9), (SourceSpan(0, 0, 0, 12), 0.1)), times)
    draft = Draft(
        "ask", "One is here.", "en", tuple(DOCUMENTS), {"name": "x"}, Receipt(9, 9, 2, 2),
        AttentionReport("full", "select", "", 8, 1, 1, "queries", None, None, None), {}, 9, 3, "end",
        selected_units={(0, 0)}, heat=heat,
    )  # fmt: skip
    task = SimpleNamespace(question="What costs much?", kind="ask")
    prompt = SimpleNamespace(documents=tuple(DOCUMENTS), rendered=render_documents(DOCUMENTS), task=task)
    answer = finish_answer(draft, prompt)  # type: ignore[arg-type]
    assert [p["label"] for p in answer.extra["unread"]] == unread
