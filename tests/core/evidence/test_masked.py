"""A session asks again from the same reading, with the passages that give orders masked."""

from __future__ import annotations

from pathlib import Path

import pytest
from asker_support import make_session
from order_answers import GOODS, POISON
from tiny_folder import make_folder, make_tokenizer

from tsel_core.document import Document, Unit
from tsel_core.evidence.heads import masked as masked_module
from tsel_core.evidence.heads.masked import masked_prompt
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.trust.orders.detect import find_orders

TEXTS = (*GOODS, "Kept before. " + POISON + " Kept behind.", *(f"Clause {i} is about bricks." for i in range(20)))
DOCUMENT = Document("a.txt", "a", "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i + 1}", t) for i, t in enumerate(TEXTS)))
QUESTION = "What is the invoice number?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("model"))


def test_tokens_of_marked_passages_are_taken_out_and_places_stay() -> None:
    tokenizer = make_tokenizer()
    prompt = build_prompt([DOCUMENT], ask_task(QUESTION), tokenizer)
    marks = find_orders([DOCUMENT])
    masked, rows = masked_prompt(prompt, marks)
    assert rows
    assert masked.num_tokens == prompt.num_tokens - len(rows)
    text = tokenizer.decode(masked.input_ids)
    assert "9999" not in text
    assert "4711" in text
    assert text.endswith(tokenizer.decode(prompt.input_ids[prompt.tail_start :]))
    assert [t for i, t in enumerate(prompt.input_ids) if i not in set(rows)] == masked.input_ids
    for at in range(masked.doc_start, masked.doc_end):
        for span in masked.source_map(at):
            words = DOCUMENT.units[span.unit_index].text[span.start : span.end]
            assert words == tokenizer.decode([masked.input_ids[at]]) or not words.isascii()
    assert "9999" not in masked.documents[0].units[3].text
    assert masked.documents[0].units[4].text == TEXTS[4]


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("effort", ["quick", "normal", "high"])
def test_a_doubtful_answer_is_asked_for_with_the_orders_masked(
    folder: Path, effort: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(folder, mode)
    session.effort = effort  # type: ignore[assignment]
    read: list[tuple[list[int], int, int]] = []
    before = masked_module.LastRead.read_masked

    def noted(self, engine, prompt, rows):  # type: ignore[no-untyped-def]
        reading = before(self, engine, prompt, rows)
        read.append((list(reading.ids), reading.cache.length, reading.cache.offset))
        assert reading.ids == prompt.input_ids
        return reading

    monkeypatch.setattr(masked_module.LastRead, "read_masked", noted)
    answer = session.answer("ask", [DOCUMENT], ask_task(QUESTION))
    assert answer.documents == (DOCUMENT,)
    told = answer.extra["quarantine"]
    assert isinstance(told["masked_answer"], str)
    (ids, length, offset) = read[0]
    assert length == len(ids)
    assert offset > 20
    assert session._last_read is None
    again = session.answer("ask", [DOCUMENT], ask_task(QUESTION))
    assert again.text == answer.text
