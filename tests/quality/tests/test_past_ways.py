"""The comparison of ways past the window: folders that are scaled, documents in units, the table, a whole short run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tests.quality import past_ways
from tests.quality.past_ways import Found, document_of, main, table, with_yarn
from tsel_core.evaluation.items import Item
from tsel_core.models.load import resolve_model


def test_a_scaled_folder_has_the_same_weights_and_a_longer_window(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "model")
    scaled = with_yarn(folder, 2.0, tmp_path / "scaled")
    plain, found = (resolve_model(str(f), offline=True) for f in (folder, scaled))
    assert (found.trained_window, found.sha256) == (2 * plain.trained_window, plain.sha256)
    assert json.loads((scaled / "config.json").read_text())["rope_scaling"]["factor"] == 2.0


def test_a_text_of_one_paragraph_is_cut_in_units() -> None:
    def units(text: str) -> list[str]:
        item = Item("a", "a", "What?", ("x",), "any", "retrieval", "en", "vt", text)
        return [unit.text for unit in document_of(item).units]

    lines = "\n".join(f"line {i}" for i in range(20))
    assert [u.count("line") for u in units(lines)] == [8, 8, 4]
    assert len(units("one\n\ntwo\nthree")) == 2


def test_the_table_puts_runs_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Found(way, 40_000, "vt", "a", score, 2.0, 39_000, "x") for way, score in (("windows", 1.0), ("compact", 0.5))]
    assert table(rows).splitlines()[2].startswith("| 40,000 | compact | 1 | 0.500 | 2.0 | 0.50 |")
    for number, row in enumerate(rows):
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(row.__dict__) + "\n", "utf-8")
    assert main(["--join", str(tmp_path / "0.jsonl"), str(tmp_path / "1.jsonl")]) == 0
    assert capsys.readouterr().out.strip() == table(rows)


def test_every_way_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A tiny model of a window of 4,500 tokens; what it says is nothing."""
    folder = make_folder(tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 4500}))
    monkeypatch.setattr(past_ways, "TASKS", ("niah_single_2",))
    monkeypatch.setattr(past_ways, "_ANSWER", 4)
    monkeypatch.setattr(past_ways, "_LINES", 1)  # a token is a byte here
    out = tmp_path / "found.jsonl"
    assert main(["--model", str(folder), "--lengths", "5300", "--seeds", "1", "--seconds", "0.001", "--out", str(out)]) == 0
    assert not out.exists()  # no time for an item
    assert main(["--model", str(folder), "--lengths", "5300", "--seeds", "1", "--out", str(out)]) == 0
    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [f["way"] for f in found] == [*past_ways.WAYS] * 2  # English and Japanese
    assert all(f["num_tokens"] > 4500 for f in found)
    assert "| 5,300 | yarn4 | 2 |" in capsys.readouterr().out
