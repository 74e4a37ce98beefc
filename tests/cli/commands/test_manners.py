"""What the command line says before any work: help instead of an empty error, quotes, places, settings, completion."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tsel_cli import completion
from tsel_cli.app import run
from tsel_cli.console import Stderr
from tsel_cli.effective import beside
from tsel_cli.job_options import JobOptions


@pytest.mark.parametrize("group", ["", "config", "models", "log", "cache"])
def test_a_group_alone_is_helped_and_no_error(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(group.split()) == 2
    out, err = capsys.readouterr()
    assert "Usage:" in out
    assert err == ""


def test_a_usage_error_names_the_command_as_it_is_called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["/somewhere/python/pytest.py"])
    assert run(["summarize"]) == 2
    assert "hint: tsel summarize FILE..." in capsys.readouterr().err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a system without /dev/full")
def test_a_full_disk_behind_stdout_is_named() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-m", "tsel_cli", "--version"], stdout=full, stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"})
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "error: stdout, or a file: the disk is full")


def test_the_version_names_what_computes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    out = capsys.readouterr().out
    assert re.fullmatch(r"tsel \d+\.\d+\.\d+ \((git \w+(-dirty)?, )?torch \S+, transformers \S+, Python 3\.\S+\)\n", out)


def test_a_question_without_quotes_gets_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Words.", "utf-8")
    assert run(["ask", str(path), "what", "is", "this?"]) == 2
    assert f'hint: put the question in quotes: tsel ask {path} "what is this?"' in capsys.readouterr().err


def test_a_question_alone_without_quotes_is_told_apart_from_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "why", "did", "it", "fail?"]) == 2
    assert 'tsel ask FILE "why did it fail?"' in capsys.readouterr().err
    assert run(["ask", "nosuch", "why?"]) == 1
    assert "quotes" not in capsys.readouterr().err


@pytest.mark.parametrize("rest", [["other.pdf", "what?"], ["gone/*", "what?"], ["gone", "What is this?"]])
def test_names_of_files_are_not_words(rest: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Words.", "utf-8")
    assert run(["ask", str(path), *rest]) == 1
    assert "quotes" not in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, said in ((tmp_path, "a folder stands there"), (tmp_path / "no" / "a.html", "there is no folder")):
        assert run(["ask", "nosuch.txt", "what?", "--explain", str(place)]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="a system without /proc")
def test_a_folder_that_takes_no_file_is_found_by_trying(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "nosuch.txt", "what?", "--explain", "/proc/a.html"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_every_setting_says_where_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('offline = true\npassword = "secret"\n[ask]\neffort = "quick"\n', "utf-8")
    monkeypatch.setenv("TSEL_CONFIG", str(path))
    monkeypatch.setenv("TSEL_SEED", "7")
    monkeypatch.setenv("TSEL_API_KEY", "secret key")
    assert run(["config", "show", "--json"]) == 0
    out = capsys.readouterr().out
    found = {row["name"]: (row["value"], row["source"]) for row in json.loads(out)["settings"]}
    assert found["offline"] == (True, "config")
    assert found["effort"] == ("quick", "config [ask]")
    assert found["seed"] == ("7", "TSEL_SEED")
    assert found["kv"] == ("auto", "default")
    assert found["model"] == ("qwen2.5-coder-1.5b", "default")
    assert found["TSEL_CONFIG"] == (str(path), "TSEL_CONFIG")
    assert found["TSEL_API_KEY"] == ("(set)", "TSEL_API_KEY")
    assert "secret" not in out
    assert run(["config", "show", "nothing"]) == 2


def test_every_variable_is_an_options_or_shown_beside_them() -> None:
    """No variable that the sources read is missing from `tsel config show`."""
    from tsel_core.models.low_bit.choice import __file__ as inside
    from tsel_core.prefix_cache.store import DEFAULT_MAX
    from tsel_core.text.sizes import parse_size

    root = Path(inside).parents[3]
    read = re.compile(r"""(?:environ\.get\(|environ\[|environ\)\.get\(|VARIABLE\w* = )"(TSEL_[A-Z0-9_]+)\"""")
    sources = [p for part in ("tsel_cli", "tsel_core", "kernels/tsel_kernels") for p in (root / part).rglob("*.py")]
    names = {name for source in sources for name in read.findall(source.read_text("utf-8"))}
    options = {f"TSEL_{name.upper()}" for name in (*JobOptions.__dataclass_fields__, "style")}
    shown = {value.name: value.value for value in beside({})}
    assert len(names) > 12
    assert names - options == set(shown) & names
    assert parse_size(shown["TSEL_CACHE_MAX"], "TSEL_CACHE_MAX") == DEFAULT_MAX


def test_words_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tsel_core.audit.log.log_path", lambda: tmp_path / "none.sqlite3")
    assert "qwen2.5-coder-1.5b" in completion.models("qwen")
    assert completion.profiles("ca") == ["careful"]
    assert completion.runs("") == []


def test_a_run_without_a_terminal_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    console = Stderr()
    console.begin("prefill", 100, "tokens")
    for second in range(25):
        now[0] = float(second)
        console.advance(4 * second)
    assert capsys.readouterr().err.splitlines() == [
        "reading the document with the model  44 of 100 tokens  4 tokens/s  14 s left",
        "reading the document with the model  88 of 100 tokens  4 tokens/s  3 s left",
    ]


@pytest.mark.parametrize(
    ("unit", "done", "said", "japanese"),
    [
        ("units", 1, "20 s a unit", "1 単位あたり 20 秒"),
        ("parts", 8, "2.5 s a part", "1 部分あたり 2.5 秒"),
        ("units", 60, "3 units/s", "3 単位/s"),
        ("s", 90, "4.5x", "4.5x"),
    ],
)
def test_slow_units_have_seconds_and_not_nothing_a_second(
    unit: str,
    done: int,
    said: str,
    japanese: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    console = Stderr()
    console.begin("list", 200, unit)
    now[0] = 20.0
    console.advance(done)
    assert f"asking about every part  {done} of 200 {unit}  {said}\n" in capsys.readouterr().err
    console.language = "ja"
    now[0] = 40.0
    console.advance(2 * done)
    assert f"  {japanese}\n" in capsys.readouterr().err


def test_a_phase_ends_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    console = Stderr()
    console.begin("load")
    now[0] = 9.0
    console.end()
    console.end()
    assert capsys.readouterr().err.splitlines() == ["loading the model: 9 s"]


def test_options_that_commands_share_stand_in_panels_by_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "--help"]) == 0
    panel, found = "", {}
    for line in capsys.readouterr().out.splitlines():
        title = re.match(r"╭─ (.+?) ─+╮", line)
        option = re.match(r"│ +(--[\w-]+)", line)
        panel = title[1] if title else panel
        if option:
            found.setdefault(panel, set()).add(option[1])
    assert found["Options"] == {"--continue", "--help", "--question", "--questions"}
    assert {"--model", "--device", "--budget"} <= found["Model and attention"]
    assert {"--pages", "--password", "--ocr"} <= found["Reading the file"]
    assert {"--json", "--quiet", "--explain"} <= found["Output"]


def test_quiet_says_nothing_and_verbose_what_was_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tiny_folder import make_folder

    (tmp_path / "a.txt").write_text("The fee is 5 euros.", "utf-8")
    ask = ["ask", str(tmp_path / "a.txt"), "What is the fee?", "--model", str(make_folder(tmp_path / "model"))]
    ask += ["--device", "cpu", "--effort", "quick", "--max-new-tokens", "3", "--no-cache"]
    said = {}
    for flag in ("--no-color", "-q", "-v"):
        capsys.readouterr()
        assert run([*ask, flag]) in (0, 3, 4)
        said[flag] = {line.split(" ")[0] for line in capsys.readouterr().err.splitlines() if line}
    assert said["-q"] == set()
    assert {"read", "trust", "attention"} <= said["--no-color"]
    assert said["-v"] - said["--no-color"] == {"looked"}
