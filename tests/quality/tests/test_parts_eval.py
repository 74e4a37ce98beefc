"""Questions of a document that fits into the window, and of the same pages amid others that do not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tests.quality import parts_eval
from tests.quality.packed import pack
from tsel_core.document import Document, Unit
from tsel_core.evaluation.items import Item

UNITS = tuple(Unit(i, "paragraph", f"para {i}", f"The fee of year {i} is {600 + i} euros.") for i in range(8))
DOCUMENT = Document("a.txt", "ab12", "txt", "paragraph", UNITS)
ITEMS = [
    Item("1", "a.txt", "What is the fee of year 3?", ("603",)),
    Item("2", "a.txt", "Is there a fee?", ("Yes",), match="yesno"),
    Item("3", "a.txt", "What is the title of this contract?", ("none",)),
]


def test_every_question_is_asked_within_the_window_and_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    items, out, filler = tmp_path / "items.jsonl", tmp_path / "out.json", tmp_path / "filler.txt"
    items.write_text(pack(ITEMS, lambda _: [DOCUMENT]), "utf-8")
    filler.write_text("\n\n".join(f"Boat {n} lies at quay {n * 3}." for n in range(400)), "utf-8")
    model = make_folder(tmp_path / "model")
    loaded = parts_eval.resolve_model
    monkeypatch.setattr(parts_eval, "resolve_model", lambda name: replace(loaded(name), trained_window=4000))
    common = ["--model", str(model), "--items", str(items), "--device", "cpu", "--out", str(out)]
    assert parts_eval.main([*common, "--filler", str(filler), "--tokens", "6000"]) == 0
    results = json.loads(out.read_text("utf-8"))["results"]
    assert {(r["id"], r["asked_for"]) for r in results} == {(n, t) for n in "12" for t in (0, 6000)}
    assert all((r["parts"] > 1) == (r["asked_for"] > 0) for r in results)
    assert any("603 euros" in text for r in results if r["id"] == "1" and r["asked_for"] for text in r["evidence"])
    assert "in window" in capsys.readouterr().out
