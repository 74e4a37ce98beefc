"""A whole run of the evidence experiment on a tiny model, and its tables read again from the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tests.quality.evidence_eval import main
from tests.quality.packed import pack
from tsel_core.document import Document, Unit
from tsel_core.evaluation.items import Item

UNITS = tuple(Unit(i, "paragraph", f"para {i}", f"The fee of year {i} is {600 + i} euros. It is paid in May.") for i in range(8))
DOCUMENTS = {"a.txt": Document("a.txt", "ab12", "txt", "paragraph", UNITS)}
ITEMS = [
    Item("1", "a.txt", "What is the fee of year 3?", ("603",), evidence=({"span": "The fee of year 3 is 603 euros."},)),
    Item("2", "a.txt", "Is there a fee?", ("Yes",), match="yesno"),
    Item("3", "a.txt", "Who signed?", ("not stated",), match="abstain"),
    Item("4", "b.txt", "Where is the pump?", ("hall 7",), text="The pump stands in hall 7.\n\nIt is red."),
]


def test_a_run_keeps_every_answer_and_its_tables_can_be_printed_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items, out = tmp_path / "items.jsonl", tmp_path / "out.json"
    items.write_text(pack(ITEMS, lambda name: [DOCUMENTS[name]]), "utf-8")
    model = make_folder(tmp_path / "model")
    common = ["--model", str(model), "--items", str(items), "--device", "cpu", "--out", str(out), "--max-new-tokens", "6"]
    assert main([*common, "--calibrate", "1", "--moved", "1", "--ways", "--judgements"]) == 0
    content = json.loads(out.read_text("utf-8"))
    results = {(r["id"], r["asked"]): r for r in content["results"]}
    assert len(results) == 6
    assert 4 <= len(content["heads"]) <= 16
    first = results["1", "own"]
    assert set(first["replies"]) >= {"one", "last/heads", "alone/words", "alone/both", "bound"}
    assert first["located"]["words"]["found"] is True
    assert set(results["2", "own"]["judged"]) >= {"alone", "clauses", "prior"}
    assert {r["chosen"]["confidence"] for r in results.values()} <= {"confident", "unsure"}
    printed = capsys.readouterr().out
    assert main(["--table", str(out)]) == 0
    assert capsys.readouterr().out.strip() in printed
