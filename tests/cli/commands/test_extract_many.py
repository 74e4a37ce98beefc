"""tsel extract --many --out: what is done is kept item by item, a second run changes nothing, other engines do the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tsel_cli.app import run
from tsel_core.extract import many

CLAUSES = ("The Buyer shall pay EUR 620 within 5 days.", "The sky is blue.", "The Buyer must keep the lamps for 2 years.")


@pytest.fixture
def call(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text("\n\n".join(f"{c[:-1]}, says {name}." for c in CLAUSES), "utf-8")
    how = ["--model", model, "--effort", "quick", "--max-new-tokens", "4", "--no-cache", "--lang", "en"]
    wish = ["--many", "every obligation of the Buyer", "--schema", "Sum (money), Thing"]
    return ["extract", str(folder), *wish, *how]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Documents that were listed and items whose fields were asked, in this process."""
    heard: list[str] = []
    cell, listed = many._cell, many.list_documents

    def one_cell(field: Any, item: Any, listing: Any, asker: Any, lang: Any) -> Any:
        if field.name == "Thing":
            heard.append(f"{Path(listing.documents[0].path).stem}{item.span.unit_index}")
        return cell(field, item, listing, asker, lang)

    def one_list(session: Any, documents: Any, wish: Any) -> Any:
        heard.append(Path(documents[0].path).stem)
        return listed(session, documents, wish)

    monkeypatch.setattr(many, "_cell", one_cell)
    monkeypatch.setattr(many, "list_documents", one_list)
    return heard


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir() if p.is_file()}


def told(path: Path) -> dict[str, Any]:
    return {k: v for k, v in json.loads(path.read_text("utf-8")).items() if k != "model"}


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json"])
def test_a_second_run_changes_nothing(call: list[str], tmp_path: Path, asked: list[str], ending: str) -> None:
    out = tmp_path / f"t{ending}"
    assert run([*call, "--out", str(out)]) == 0
    assert asked == ["a", "a0", "a2", "b", "b0", "b2", "c", "c0", "c2"]
    before = state(tmp_path)
    assert set(before) == {f"t{ending}", f"t{ending}.rows.jsonl"}
    asked.clear()
    assert run([*call, "--out", str(out)]) == 0
    assert state(tmp_path) == before
    assert not asked
    (tmp_path / "in" / "b.txt").write_text("The Buyer shall pay EUR 5.", "utf-8")
    assert run([*call, "--out", str(out)]) == 0
    assert asked == ["b", "b0"]
    english = out.read_bytes()
    assert run([*call[:-1], "ja", "--out", str(out)]) == 0  # the same items, the table's own words in Japanese
    assert asked[2:] == ["a", "a0", "a2", "b", "b0", "c", "c0", "c2"]
    assert (out.read_bytes() == english) is (ending == ".json")


def stopping(name: str, after: int, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    """Raise when the function is called once more than `after` times."""
    inner: Callable[..., Any] = getattr(many, name)
    calls: list[None] = []

    def stops(*given: Any) -> Any:
        calls.append(None)
        if len(calls) > after:
            raise error
        return inner(*given)

    monkeypatch.setattr(many, name, stops)


def test_a_run_that_is_killed_goes_on_item_by_item(
    call: list[str], tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run([*call, "--out", str(tmp_path / "whole.json")]) == 0
    asked.clear()
    out = tmp_path / "t.json"
    with monkeypatch.context() as patched:
        stopping("_cell", 6, patched, KeyboardInterrupt)  # two fields an item: a0 and a2, b0, then b2
        assert run([*call, "--out", str(out)]) == 130
    assert asked == ["a", "a0", "a2", "b", "b0"]
    assert not out.exists()
    kept = tmp_path / "t.json.rows.jsonl"
    kept.write_text(kept.read_text("utf-8") + '{"key": "half a li', "utf-8")
    asked.clear()
    assert run([*call, "--out", str(out)]) == 0
    assert asked == ["b2", "c", "c0", "c2"]
    assert told(out) == told(tmp_path / "whole.json")
    assert len(kept.read_text("utf-8").splitlines()) == 3 + 1  # a document each, and what was written


def test_ctrl_c_in_a_list_shows_what_was_found_and_the_next_run_goes_on(
    call: list[str], tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tsel_core.listing.judging import AskedJudge

    inner, calls = AskedJudge.sentence, []

    def sentence(self: AskedJudge, *given: Any) -> float:
        calls.append(None)
        if len(calls) == 4:  # the second clause of b
            raise KeyboardInterrupt
        return inner(self, *given)

    out = tmp_path / "t.json"
    with monkeypatch.context() as patched:
        patched.setattr(AskedJudge, "sentence", sentence)
        assert run([*call, "--out", str(out)]) == 130
    found = told(out)
    assert found["interrupted"] is True
    assert {i["file"] for i in found["items"]} == {"a.txt", "b.txt"}
    assert [u["status"] for u in found["units"] if u["file"] == "c.txt"] == ["not looked at"] * 3
    asked.clear()
    assert run([*call, "--out", str(out)]) == 0
    assert asked == ["b", "b0", "b2", "c", "c0", "c2"]
    assert told(out)["interrupted"] is False
    assert told(out)["coverage"]["adds_up"] is True


def test_two_processes_find_the_same_items(call: list[str], tmp_path: Path) -> None:
    assert run([*call, "--out", str(tmp_path / "one.json")]) == 0
    assert run([*call, "--out", str(tmp_path / "two.json"), "--jobs", "2"]) == 0
    assert told(tmp_path / "one.json") == told(tmp_path / "two.json")
    assert run([*call, "--out", str(tmp_path / "two.json")]) == 0


def test_one_that_does_not_fit_is_said_and_the_others_are_there(
    call: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tsel_core.errors import DoesNotFit

    inner = many.list_documents

    def listed(session: Any, documents: Any, wish: Any) -> Any:
        if documents[0].path.endswith("b.txt"):
            raise DoesNotFit("the document is too long", "cut it")
        return inner(session, documents, wish)

    monkeypatch.setattr(many, "list_documents", listed)
    out = tmp_path / "t.json"
    assert run([*call, "--out", str(out)]) == 5
    assert "b.txt: the document is too long" in capsys.readouterr().err
    found = told(out)
    assert {i["file"] for i in found["items"]} == {"a.txt", "c.txt"}
    assert found["coverage"]["not looked at"] == 3
    assert found["interrupted"] is False


def test_no_trace_keeps_nothing(call: list[str], tmp_path: Path) -> None:
    assert run([*call, "--no-trace", "--out", str(tmp_path / "t.json")]) == 0
    assert set(state(tmp_path)) == {"t.json"}
