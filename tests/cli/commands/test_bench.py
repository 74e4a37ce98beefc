"""tsel bench and summarize on a tiny model: the table, the JSON, the baselines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tsel_cli.app import run


@pytest.fixture
def text(tmp_path: Path) -> str:
    """About 2,000 byte tokens."""
    path = tmp_path / "text.txt"
    path.write_text("The fee is 620 euros a month.\n\nThe term ends on 3 May 2027.\n\n" * 32, "utf-8")
    return str(path)


def test_bench_compares_with_full_and_with_transformers(
    model: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = [
        "bench",
        text,
        "--model",
        model,
        "--budget",
        "128",
        "--max-new-tokens",
        "5",
        "--compare",
        "full,transformers",
        "--json",
    ]
    assert run(args) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {r["setting"]: r for r in found["rows"]}
    assert set(rows) == {"transformers", "full", "select"}
    assert rows["full"]["answer"] == rows["transformers"]["answer"]
    select = rows["select"]
    assert 0 < select["coverage_mean"] <= 1
    assert 0 <= select["agreement"] <= 1
    assert select["kl"] >= -1e-6
    assert select["kl"] < 5
    assert all(r["prefill_s"] > 0 and r["decode_tokens_per_s"] > 0 for r in rows.values())
    assert found["machine"]["torch"]
    assert {p["setting"] for p in found["predictions"]} == {"transformers", "full", "select"}
    assert {p["document"] for p in found["predictions"]} == {text, "10 pages", "50 pages", "200 pages", "500 pages"}
    assert all(0 < p["first_token_s"] < p["answer_s"] for p in found["predictions"])
    assert [p["in_trained_window"] for p in found["predictions"] if p["document"] == "500 pages"] == [False] * 3
    assert {r["phase"] for r in found["attention_only"]} == {"prefill", "decode"}
    assert "% of the time of reading" in found["bottleneck"]
    assert found["selection"]["budget"] == 128


def test_bench_prints_a_table_and_a_verdict(model: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = Path(text).parent / "bench.html"
    args = ["bench", text, "--model", model, "--budget", "64", "--max-new-tokens", "3", "--lengths", "1k,2k"]
    assert run([*args, "--html", str(page)]) == 0
    out = capsys.readouterr().out
    written = page.read_text("utf-8")
    assert written.count("<polyline") == 4  # two settings, reading and writing
    assert "prediction, not measurement" in written
    assert "500 pages" in written
    assert "1,024 tokens" in written
    assert "http" not in written
    for word in (
        "prefill s",
        "coverage mean",
        "agreement with full",
        "select reads",
        "1,024 tokens",
        "attention of one layer",
        "first token / answer of 200 words",
        "500 pages",
        "crossover:",
        "bottleneck:",
    ):
        assert word in out


@pytest.mark.parametrize("kv", ["auto", "fp8", "host"])
def test_random_weights_with_every_storage(kv: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The dry run of the proof for small GPUs: docs/dev/benchmarks/host-kv-24gb.md."""
    args = ["bench", "--random-weights", "tiny", "--device", "cpu", "--lengths", "4k", "--max-new-tokens", "3"]
    assert run([*args, "--budget", "256", "--kv", kv, "--memory-limit", "8GB", "--compare", "none", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [r["setting"] for r in found["rows"]] == ["select"]
    assert found["rows"][0]["decode_tokens_per_s"] > 0
    assert found["memory"]["have_bytes"] <= 8e9
    assert run([*args, "--memory-limit", "100MB"]) == 5


@pytest.mark.parametrize("rows", ["read", "random"])
def test_writing_alone_is_compared_on_the_same_rows(
    model: str, text: str, capsys: pytest.CaptureFixture[str], rows: str
) -> None:
    args = ["bench", text, "--model", model, "--writing", rows, "--lengths", "1k", "--compare", "full,transformers"]
    args += ["--budget", "64", "--max-new-tokens", "4", "--no-cache"]
    assert run([*args, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rates = {r["setting"]: r for r in found["rows"]}
    assert set(rates) - {"select"} == {"transformers", "full", "select, never reused", "select, always reused"}
    assert ("select" in rates) == (rows == "read")  # by chance reuse means nothing
    assert all(len(r["decode_repeats"]) == 3 and r["decode_tokens_per_s"] > 0 for r in found["rows"])
    assert rates["full"]["answer"] == rates["transformers"]["answer"]  # their cache holds our rows
    assert rates["select, never reused"]["selection_cache_hit_rate"] == 0
    assert rates["select, always reused"]["selection_cache_hit_rate"] > 0.5
    assert found["predictions"] == []
    assert run(args) == 0
    assert "decode tokens/s" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args", [["--writing", "x"], ["--compare", "nothing"], ["--lengths", "many"], ["--random-weights", "gpt-9"]]
)
def test_bench_refuses_what_it_does_not_know(
    model: str, text: str, capsys: pytest.CaptureFixture[str], args: list[str]
) -> None:
    assert run(["bench", text, "--model", model, *args]) == 2
    assert args[1] in capsys.readouterr().err


def test_bench_with_a_budget_of_everything_equals_full(
    model: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", text, "--model", model, "--budget", "100000", "--max-new-tokens", "4", "--json"]) == 0
    select = {r["setting"]: r for r in json.loads(capsys.readouterr().out)["rows"]}["select"]
    assert select["agreement"] == 1.0
    assert abs(select["kl"]) < 1e-5


@pytest.mark.parametrize("style", ["brief", "minutes", "report"])
def test_summaries_in_every_style(model: str, text: str, capsys: pytest.CaptureFixture[str], style: str) -> None:
    code = run(["summarize", text, "--model", model, "--style", style, "--max-new-tokens", "5", "--no-cache"])
    assert code in (0, 3, 4)
    out, err = capsys.readouterr()
    assert out.strip()
    assert "nothing cut" in err


def test_a_run_is_recorded_without_paths_or_text(
    model: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("PIL", reason="the plot needs Pillow")
    import importlib.util

    where = Path(__file__).parents[3] / "kernels" / "benchmarks" / "record.py"
    spec = importlib.util.spec_from_file_location("bench_record", where)
    assert spec is not None
    assert spec.loader is not None
    record = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(record)
    args = ["bench", text, "--model", model, "--budget", "64", "--max-new-tokens", "3", "--lengths", "1k,2k", "--json"]
    assert run(args) == 0
    record.record(json.loads(capsys.readouterr().out), "a-run", "tsel bench x", "tiny", tmp_path / "kept")
    kept = json.loads((tmp_path / "kept" / "a-run.json").read_text("utf-8"))
    assert kept["document"] == "text.txt"
    assert all("answer" not in r for r in kept["rows"])
    page = (tmp_path / "kept" / "a-run.md").read_text("utf-8")
    assert "| 1,024 | full |" in page
    assert "`tsel bench x`" in page
    assert (tmp_path / "kept" / "a-run.png").read_bytes().startswith(b"\x89PNG")
