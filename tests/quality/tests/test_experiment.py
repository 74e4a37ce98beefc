"""The developers' driver on a tiny model: seeds, packed documents, a setting that fails, tables of joined files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tests.quality.experiment import main
from tests.quality.experiment_table import cost_of, grouped, load_results, source_of
from tests.quality.experiment_table import main as print_tables
from tests.quality.packed import pack
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.runner import Evaluator, text_document

SMALL = "small=budget:16,num_local:16,num_sink:4,block_size:16,anchor_every:8"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny random model."""
    return str(make_folder(tmp_path_factory.mktemp("model")))


def run(folder: str, out: Path, *args: str) -> None:
    common = ["--model", folder, "--device", "cpu", "--backend", "auto", "--chunk", "64", "--max-new-tokens", "3"]
    assert main([*common, "--out", str(out), *args]) == 0


def test_seeds_are_documents_and_tables_join_files(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needles = ["--lengths", "300", "--kinds", "mixed", "--langs", "en", "--questions", "1", "--setting", SMALL]
    run(folder, tmp_path / "a.json", *needles, "--seeds", "2")
    run(folder, tmp_path / "b.json", *needles, "--seeds", "1,2")  # seed 1 stands in both
    capsys.readouterr()
    results, settings = load_results([tmp_path / "a.json", tmp_path / "b.json"])
    assert [s.name for s in settings] == ["small"]
    summary = next(s for s in results.summaries() if s.setting == "small")
    assert (summary.num_items, summary.num_documents) == (12, 3)
    means = [sum(i.kl or 0 for i in part) / len(part) for part in _by_doc(results.items)]
    assert summary.kl_spread == pytest.approx((min(means), max(means)))
    assert min(means) < max(means)
    assert set(grouped(results, "kind")) == {"multikey", "multivalue", "tracking", "passkey"}
    assert print_tables([str(tmp_path / "a.json"), "--by", "source,lang"]) == 0
    printed = capsys.readouterr().out
    assert "source needles 300" in printed
    assert cost_of(settings[0], 2) in printed


def _by_doc(items: list) -> list[list]:
    found: dict[str, list] = {}
    for item in items:
        if item.setting == "small":
            found.setdefault(item.doc, []).append(item)
    return list(found.values())


def test_packed_documents_are_read(folder: str, tmp_path: Path) -> None:
    item = Item("1", "meetings/a.vtt", "Who?", ("Ann",))
    path = tmp_path / "packed.jsonl"
    path.write_text(pack([item], lambda name: [text_document(name, "Ann spoke.\n\n" + "Bob agreed. " * 60)]), "utf-8")
    run(folder, tmp_path / "out.json", "--items", str(path), "--setting", SMALL)
    content = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [(i["setting"], i["doc"]) for i in content["items"]] == [("full", item.doc), ("small", item.doc)]
    assert source_of(item.doc) == "meetings"


def test_a_setting_that_fails_costs_no_other(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Evaluator._answer

    def fail(self: Evaluator, setting, *args):  # type: ignore[no-untyped-def]
        if setting.name == "small":
            raise RuntimeError("no kernel")
        return answer(self, setting, *args)

    monkeypatch.setattr(Evaluator, "_answer", fail)
    needles = ["--lengths", "300", "--kinds", "passkey", "--langs", "en", "--setting", SMALL, "--setting", "other=budget:32"]
    run(folder, tmp_path / "out.json", *needles)
    assert "FAILED small on needles-passkey-en-300-0: RuntimeError: no kernel" in capsys.readouterr().out
    content = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [s["setting"] for s in content["settings"]] == ["full", "other"]
