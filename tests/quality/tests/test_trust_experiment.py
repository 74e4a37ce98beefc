"""Packed questions, a whole run of the experiment on a tiny model, and judging its replies again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tests.quality.packed import load_packed, pack
from tests.quality.rejudge import Rejudge
from tests.quality.trust_experiment import main
from tsel_core.document import Document, Unit
from tsel_core.errors import UsageError
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.trust_rates import from_items

UNITS = (
    Unit(0, "page", "p. iv", "The fee is 620 euros.\u2028It is paid in May.", page=4, heading_path=("2 Fees", "2.1")),
    Unit(1, "page", "p. v", "running head", in_flow=False, page=5),
    Unit(2, "turn", "Kim 00:12:03", "Kim: 二十人です。", speaker="Kim", start_s=723.0, end_s=725.5),
)
DOCUMENTS = {"x/a.pdf": Document("x/a.pdf", "ab12", "pdf", "page", UNITS, ("one warning",), {"title": "Fees"})}
ITEMS = [
    Item("1", "x/a.pdf", "What is the fee?", ("620",), evidence=({"span": "620 euros", "page": 4},)),
    Item("2", "x/a.pdf", "Who signed?", ("not stated",), match="abstain"),
    Item("3", "b.txt", "Where is the pump?", ("hall 7",), text="The pump stands in hall 7.\n\nIt is red."),
]


@pytest.fixture
def items_file(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    path.write_text(pack(ITEMS, lambda name: [DOCUMENTS[name]]), "utf-8")
    return path


def test_a_packed_file_gives_items_and_documents_back(items_file: Path) -> None:
    packed = load_packed(items_file)
    assert list(packed.items) == ITEMS
    assert packed.documents == DOCUMENTS
    assert [u.text for u in packed.documents_of(ITEMS[2])[0].units] == ["The pump stands in hall 7.", "It is red."]


def test_a_question_without_its_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text('{"id": "1", "doc": "a.pdf", "question": "?", "answers": ["x"]}\n', "utf-8")
    with pytest.raises(UsageError, match=r"a\.pdf"):
        load_packed(path)
    path.write_text("{", "utf-8")
    with pytest.raises(UsageError, match="line 1"):
        load_packed(path)


def test_replies_are_recorded_with_signals_and_judged_the_same_again(
    items_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, model = tmp_path / "out.json", make_folder(tmp_path / "model")
    common = ["--model", str(model), "--items", str(items_file), "--device", "cpu", "--out", str(out)]
    assert main([*common, "--max-new-tokens", "6"]) == 0
    assert "false_answers_moved" in capsys.readouterr().out
    content = json.loads(out.read_text("utf-8"))
    results = from_items(content["items"]).results
    assert {(r.item_id, r.asked) for r in results if r.asked != "injected"} == {
        ("1", "answerable"), ("2", "absent"), ("3", "answerable"), ("1", "moved"), ("3", "moved"),
    }  # fmt: skip
    for r in results:
        assert r.raw
        assert r.signals["reply_first"] > r.signals["refusal_first"]  # greedy: the first token is the likeliest
        assert r.signals["reply_lowest"] <= r.signals["reply_mean"] <= 0
    packed = load_packed(items_file)
    again = Rejudge(packed.items, packed.read)(results)
    assert again.rates() == from_items(content["items"]).rates()
    assert [(a.found, a.num_citations) for a in again.results] == [(r.found, r.num_citations) for r in results]
