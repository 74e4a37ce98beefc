"""A run that was stopped goes on from its file: nothing is read twice, nothing of another run is taken."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tsel_core.errors import UsageError
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.kept_run import KeptRun
from tsel_core.evaluation.results import ItemResult, ReadingResult, Results

ITEM = Item("1", "d", "What?", ("x",), text="A text.")
RESULT = ItemResult("fast", "1", "d", "any", "qa", "en", 1.0, "x", 10, 2, 0.5, kl=0.01, agreement=1.0)
READING = ReadingResult("fast", "d", 10, 1.0, 0.5, 1000, 0.9, 0.8, {0: 0.9, 2: 0.8}, selected=True)
MADE_WITH = {"model": "m", "settings": [{"budget": 512, "layer_budgets": (1, 2)}]}


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    path, found = tmp_path / "new" / "run.jsonl", Results()
    kept = KeptRun(path, MADE_WITH)
    assert not kept.restore([ITEM], found)
    kept.add([ITEM], [RESULT], [READING])
    assert KeptRun(path, MADE_WITH).restore([ITEM], found)
    assert (found.items, found.readings) == ([RESULT], [READING])


def test_another_text_or_answer_is_another_document(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    KeptRun(path, MADE_WITH).add([ITEM], [RESULT], [READING])
    kept = KeptRun(path, MADE_WITH)
    for other in (replace(ITEM, text="Another."), replace(ITEM, answers=("y",)), replace(ITEM, question="Who?")):
        assert not kept.restore([other], Results())
    on_disk = replace(ITEM, text=None, doc=str(tmp_path / "a.txt"))
    (tmp_path / "a.txt").write_text("one", "utf-8")
    kept.add([on_disk], [RESULT], [READING])
    assert KeptRun(path, MADE_WITH).restore([on_disk], Results())
    (tmp_path / "a.txt").write_text("two", "utf-8")
    assert not KeptRun(path, MADE_WITH).restore([on_disk], Results())


def test_a_line_that_was_cut_off_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    KeptRun(path, MADE_WITH).add([ITEM], [RESULT], [READING])
    whole = path.read_text("utf-8")
    path.write_text(whole[:20], "utf-8")
    KeptRun(path, MADE_WITH)
    assert path.read_text("utf-8") == whole.split("\n")[0] + "\n"
    path.write_text(whole + whole.split("\n")[1][:40], "utf-8")
    kept = KeptRun(path, MADE_WITH)
    assert kept.restore([ITEM], Results())
    kept.add([replace(ITEM, id="2")], [RESULT], [READING])
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()][1]["items"][0]["item_id"] == "1"
    assert KeptRun(path, MADE_WITH).restore([replace(ITEM, id="2")], Results())


def test_a_run_of_another_model_or_setting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    KeptRun(path, MADE_WITH)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"another model$"):
        KeptRun(path, {**MADE_WITH, "model": "n"})
    with pytest.raises(UsageError, match=r"another settings$"):
        KeptRun(path, {**MADE_WITH, "settings": []})
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["a line\n", "[]\n", '{"id": "1"}\n', "a line that does not end"])
def test_any_other_file_is_refused_and_left_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match="not a file of tsel eval --resume"):
        KeptRun(path, MADE_WITH)
    assert path.read_text("utf-8") == text
