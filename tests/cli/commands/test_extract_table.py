"""tsel extract --out: rows that are made are kept, a second run changes nothing, other engines make the same rows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tsel_cli.app import run
from tsel_cli.extracting.writing import FORMS
from tsel_core.extract import rows
from tsel_core.extract.extractor import Extractor, Row

TEXTS = {"a": "The fee is EUR 620 a month.", "b": "The law of Denmark applies.", "c": "It begins on 1 May 2027."}


@pytest.fixture
def call(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(f"{text}\n\nThe sky is blue, says document {name}.", "utf-8")
    how = ["--model", model, "--effort", "quick", "--max-new-tokens", "4", "--no-cache", "--lang", "en"]
    return ["extract", str(folder), "--schema", "Fee (money), Start (date), Law", *how]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Documents of which a row was made, in this process."""
    heard: list[str] = []
    inner = rows._row

    def row(extractor: Extractor, document: Any, lang: Any, **how: Any) -> Any:
        heard.append(Path(document.path).name)
        return inner(extractor, document, lang, **how)

    monkeypatch.setattr(rows, "_row", row)
    return heard


def cells(path: Path) -> dict[str, Any]:
    told = json.loads(path.read_text("utf-8"))
    return {Path(r["file"]).name: r["cells"] for r in told["rows"]}


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("ending", FORMS[:3])
def test_a_second_run_changes_nothing(call: list[str], tmp_path: Path, asked: list[str], ending: str) -> None:
    out = tmp_path / f"t{ending}"
    assert run([*call, "--out", str(out)]) == 0
    before = state(tmp_path)
    assert set(before) == {f"t{ending}", f"t{ending}.rows.jsonl"}
    assert (tmp_path / f"t{ending}.rows.jsonl").stat().st_mode & 0o077 == 0
    asked.clear()
    assert run([*call, "--out", str(out)]) == 0
    assert state(tmp_path) == before
    assert not asked


def test_what_came_or_changed_is_asked_alone(call: list[str], tmp_path: Path, asked: list[str]) -> None:
    out = tmp_path / "t.json"
    assert run([*call, "--out", str(out)]) == 0
    asked.clear()
    (tmp_path / "in" / "b.txt").write_text("The law of Norway applies.", "utf-8")
    (tmp_path / "in" / "d.txt").write_text("The fee is USD 5.", "utf-8")
    assert run([*call, "--out", str(out)]) == 0
    assert sorted(asked) == ["b.txt", "d.txt"]
    assert list(cells(out)) == ["a.txt", "b.txt", "c.txt", "d.txt"]
    asked.clear()
    assert run([*call[:3], "Fee (money)", *call[4:], "--out", str(out)]) == 0
    assert sorted(asked) == ["a.txt", "b.txt", "c.txt", "d.txt"]


def test_a_table_that_somebody_changed_is_not_replaced(
    call: list[str], tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "t.csv"
    assert run([*call, "--out", str(out)]) == 0
    out.write_text("mine", "utf-8")
    assert run([*call, "--out", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert out.read_text("utf-8") == "mine"
    asked.clear()
    assert run([*call, "--out", str(out), "--overwrite"]) == 0
    assert not asked
    assert out.read_text("utf-8-sig").startswith("file,")


def test_an_interrupted_run_goes_on(call: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, made = Extractor.row, []

    def row(self: Extractor, document: Any, lang: Any) -> Row:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(document.path)
        return inner(self, document, lang)

    out = tmp_path / "t.json"
    monkeypatch.setattr("tsel_core.engine.together.crew.Crew.takes", lambda engine: False)  # fields one after another
    with monkeypatch.context() as patched:
        patched.setattr(Extractor, "row", row)
        assert run([*call, "--out", str(out)]) == 130
    assert not out.exists()
    kept = tmp_path / "t.json.rows.jsonl"
    assert len(kept.read_text("utf-8").splitlines()) == 2
    kept.write_text(kept.read_text("utf-8") + '{"key": "half a li', "utf-8")  # as a power cut leaves it
    made.clear()
    monkeypatch.setattr(Extractor, "row", row)
    assert run([*call, "--out", str(out)]) == 0
    assert [Path(p).name for p in made] == ["c.txt"]
    assert list(cells(out)) == ["a.txt", "b.txt", "c.txt"]


def test_no_trace_keeps_no_rows(call: list[str], tmp_path: Path) -> None:
    assert run([*call, "--no-trace", "--out", str(tmp_path / "t.json")]) == 0
    assert set(state(tmp_path)) == {"t.json"}


def test_two_processes_make_the_same_rows(call: list[str], tmp_path: Path) -> None:
    assert run([*call, "--out", str(tmp_path / "one.json")]) == 0
    assert run([*call, "--out", str(tmp_path / "two.json"), "--jobs", "2"]) == 0
    assert cells(tmp_path / "one.json") == cells(tmp_path / "two.json")


def test_ray_makes_the_same_rows(call: list[str], tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the ray extra is not installed")
    assert run([*call, "--out", str(tmp_path / "one.json")]) == 0
    assert run([*call, "--out", str(tmp_path / "two.json"), "--ray", "--jobs", "2"]) == 0
    assert cells(tmp_path / "one.json") == cells(tmp_path / "two.json")


def test_parquet_has_typed_columns() -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    import io

    from tsel_cli.render.extract_parquet import table_parquet
    from tsel_core.document import Document, Unit
    from tsel_core.extract.cell import Cell, Place
    from tsel_core.extract.fields import Field

    fields = (Field("Fee", "money"), Field("Start", "date"), Field("Staff", "number"), Field("On", "yesno"), Field("Goods", "list"), Field("Fee: status"))  # fmt: skip
    values = ("620 EUR", "2027-05-01", 42, True, ["lamps", "seals"], "x")
    document = Document("a.txt", "0" * 64, "txt", "line", (Unit(0, "line", "line 1", "x"),))
    stated = tuple(Cell(f, "stated", str(v), v, (Place("line 3", "q"),)) for f, v in zip(fields, values, strict=True))
    missing = tuple(Cell(f, "not stated") for f in fields)
    rows = [Row(document, stated, 10), Row(document, missing, 10)]
    first, second = pq.read_table(io.BytesIO(table_parquet(rows, fields))).to_pylist()
    assert [first[f.name] for f in fields[:5]] == ["620 EUR", date(2027, 5, 1), 42.0, True, ["lamps", "seals"]]
    assert (first["Fee: status"], first["Fee: place"], first["Fee: status_"]) == ("stated", "line 3", "x")
    assert all(second[f.name] is None for f in fields[:5])


def test_options_that_do_not_go_together(call: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*call, "--many", "every fee", "--out", str(tmp_path / "t.parquet")]) == 2
    assert "a list of items is no .parquet" in capsys.readouterr().err
    assert run([*call, "--gpus-per-engine", "2"]) == 2


def test_an_amount_on_a_terminal_is_written_as_people_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_cli.render.person_words import money_words

    assert [money_words(v) for v in ("3100000 JPY", "1234.5 EUR", "620 GBP", "x")] == ["3,100,000 JPY", "1,234.5 EUR", "620 GBP", "x"]
    monkeypatch.setenv("TSEL_LANG", "ja")
    assert money_words("3100000 JPY") == "3,100,000円"
