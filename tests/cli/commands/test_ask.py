"""The main commands on a tiny model: exit codes, what goes to stdout and stderr, the JSON, bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tsel_cli.app import run
from tsel_core.engine import fit
from tsel_core.engine.engine import Engine

ROOT = Path(__file__).parents[3]
TEXT = "The fee is 620 euros a month.\n\nThe term ends on 3 May 2027.\n\nNotices go to Mr Halvorsen in Oslo.\n"


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a test lands in the user's own folders."""
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TSEL_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


@pytest.fixture
def contract(tmp_path: Path) -> str:
    """A small text file."""
    path = tmp_path / "contract.txt"
    path.write_text(TEXT, "utf-8")
    return str(path)


def ask(model: str, *args: str) -> int:
    return run(["ask", *args, "--model", model, "--max-new-tokens", "6"])


def test_answer_on_stdout_receipt_on_stderr(model: str, contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = ask(model, contract, "What is the fee?", "--timings")
    out, err = capsys.readouterr()
    assert code in (0, 3, 4)  # random weights write noise: what matters is where it goes
    assert out.strip()
    for word in ("tokens", "nothing cut", "attention", "prefill"):
        assert word not in out
        assert word in err
    assert "3 of 3 paragraphs" in err or "3 of 3" in err


def test_memory_limit_is_refused_in_numbers_or_reported(
    model: str, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(model, contract, "What is the fee?", "--memory-limit", "100MB", "--json") == 5
    assert "0.1 GB" in capsys.readouterr().err
    assert ask(model, contract, "What is the fee?", "--memory-limit", "some") == 2
    assert "--memory-limit" in capsys.readouterr().err
    ask(model, contract, "What is the fee?", "--memory-limit", "2GB", "--json")
    memory = json.loads(capsys.readouterr().out)["memory"]
    assert memory["kv"] == "fp32"
    assert memory["have_bytes"] == 2_000_000_000
    # 3 layers, 2 KV heads of 8, keys and values, 4 bytes each
    assert memory["kv_bytes"] % (3 * 2 * 8 * 2 * 4) == 0


@pytest.mark.parametrize("turns", [True, False])
def test_rows_in_4_bits_are_taken_where_others_do_not_fit_and_said(
    model: str, contract: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, turns: bool
) -> None:
    """Or not, when the loaded model cannot turn rows after all: then what comes next is taken, or nothing fits."""
    for name in ("choices", "storages_for"):  # as where nothing before them fits
        monkeypatch.setattr(fit, name, lambda *_: ("q4", "fp8"))
    monkeypatch.setattr(Engine, "turns", turns)
    assert ask(model, contract, "What is the fee?", "--json") in (0, 3, 4)
    out, err = capsys.readouterr()
    memory = json.loads(out)["memory"]
    assert (memory["kv"], memory["kv_auto"]) == ("q4" if turns else "fp8", True)
    assert f"KV {memory['kv']} (fp32 does not fit), 0.0 GB" in err
    option = fit._option
    monkeypatch.setattr(fit, "_option", lambda s, *a: replace(option(s, *a), max_tokens=9**9 if s == "q4" else 0))
    assert (ask(model, contract, "What is the fee?", "--no-cache") == 5) == (not turns)
    assert ("contract.txt: " in capsys.readouterr().err) == (not turns)


def test_quiet_writes_nothing_to_stderr(model: str, contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(model, contract, "What is the fee?", "--quiet")
    assert capsys.readouterr().err == ""


GOLDEN_KEYS = {
    "schema_version": int, "command": str, "version": str, "answer": str, "found": bool, "lang": str, "documents": list,
    "model": dict, "receipt": dict, "attention": dict, "citations": list, "timings_s": dict, "usage": dict, "exit_code": int,
}  # fmt: skip
GOLDEN_INNER = {
    "model": {"name", "sha256", "tokenizer_sha256", "dtype", "device", "trained_window", "weights"},
    "receipt": {"tokens_in_file", "tokens_read", "units_in_file", "units_read", "cut"},
    "attention": {"prefill", "decode", "reason", "budget", "num_sink", "num_local", "coverage_mean", "coverage_lowest",
                  "selection_cache_hit_rate"},
    "timings_s": {"read", "tokenize", "load", "prefill", "prefill_linear", "prefill_attention", "prefill_selection", "decode",
                  "total"},
    "usage": {"prompt_tokens", "completion_tokens"},
}  # fmt: skip


@pytest.mark.parametrize("command", ["ask", "summarize"])
def test_json_is_one_object_with_the_documented_keys(
    model: str, contract: str, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    args = [contract, "What is the fee?"] if command == "ask" else [contract]
    code = run([command, *args, "--model", model, "--max-new-tokens", "6", "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    for key, kind in GOLDEN_KEYS.items():
        assert isinstance(found[key], kind), key
    for key, names in GOLDEN_INNER.items():
        assert names <= set(found[key]), key
    assert found["schema_version"] == 1
    assert found["command"] == command
    assert found["exit_code"] == code
    receipt = found["receipt"]
    assert receipt["tokens_read"] == receipt["tokens_in_file"] > 0
    assert receipt["units_read"] == receipt["units_in_file"] == 3
    assert receipt["cut"] is False
    assert {"path", "sha256", "num_units", "unit_kind", "warnings"} <= set(found["documents"][0])


@pytest.mark.parametrize("mode", ["full", "select", "auto"])
def test_attention_modes_run_and_are_named(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    path = tmp_path / "long.txt"
    path.write_text(TEXT * 40, "utf-8")
    run(["ask", str(path), "What?", "--model", model, "--max-new-tokens", "4", "--json", "--attention", mode, "--budget", "64"])
    found = json.loads(capsys.readouterr().out)["attention"]
    assert found["prefill"] == ("full" if mode == "auto" else mode)
    if mode == "select":
        assert 0 < found["coverage_mean"] <= 1
        assert 0 < found["coverage_lowest"] <= found["coverage_mean"]


def two_lines(err: str) -> tuple[str, str]:
    lines = [line for line in err.splitlines() if line.startswith(("error:", "hint:"))]
    assert len(lines) == 2, err
    assert "Traceback" not in err
    return lines[0], lines[1]


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (["missing.pdf", "What?"], 1, "missing.pdf"),
        (["CONTRACT", ""], 2, "question"),
        (["CONTRACT"], 2, "question"),
        (["CONTRACT", "What?", "--bogus"], 2, "--bogus"),
        (["CONTRACT", "What?", "--budget", "0"], 2, "budget"),
        (["CONTRACT", "What?", "--attention", "fast"], 2, "attention"),
        (["CONTRACT", "What?", "--model", "no-such-model", "--offline"], 2, "no-such-model"),
        (["CONTRACT", "What?", "--device", "quantum"], 2, "quantum"),
    ],
)
def test_wrong_calls_are_two_lines_and_a_code(
    contract: str, capsys: pytest.CaptureFixture[str], args: list[str], code: int, word: str
) -> None:
    filled = [contract if a == "CONTRACT" else a for a in args]
    assert run(["ask", *filled]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert word in two_lines(err)[0]


def test_a_document_larger_than_the_window_is_refused_with_numbers(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "big.txt"
    path.write_text(TEXT * 400, "utf-8")
    assert ask(model, str(path), "What?", "--effort", "quick") == 5
    error, hint = two_lines(capsys.readouterr().err)
    assert "16,384" in error
    assert "tokens" in error
    assert hint


def test_a_document_larger_than_the_window_is_read_in_parts_and_says_so(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "big.txt"
    path.write_text(TEXT * 160 + "The deposit is 4711 euros.\n\n" + TEXT * 80, "utf-8")
    code = ask(model, str(path), "How high is the deposit?", "--json")
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert code in (0, 3, 4)
    assert answer["parts"]["count"] >= 2
    assert answer["receipt"]["tokens_read"] == answer["receipt"]["tokens_in_file"]
    assert any("4711" in e["quote"] for e in answer["evidence"])
    assert f"read in {answer['parts']['count']} parts" in err


BAD_FILES = {
    "empty.txt": (b"", {1, 6}),
    "empty.pdf": (b"", {1, 6}),
    "binary.txt": (bytes(range(256)) * 40, {1, 6}),
    "doc.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, {1, 6}),
    "cut.docx": (b"PK\x03\x04\x14\x00" + b"x" * 500, {1}),
    "cut.pdf": (b"%PDF-1.7\n1 0 obj\n<<", {1, 6}),
}


@pytest.mark.parametrize("name", list(BAD_FILES))
def test_bad_files_are_two_lines_and_a_code(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content, codes = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    assert ask(model, str(path), "What?") in codes
    assert name in two_lines(capsys.readouterr().err)[0]


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-8-sig"])
def test_japanese_encodings_reach_the_model_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    path = tmp_path / "議事録.txt"
    path.write_bytes("田中：予算は三千四百万円です。\n鈴木：承知しました。来週までに確認します。\n".encode(encoding))
    assert run(["inspect", str(path), "--text"]) == 0
    out = capsys.readouterr().out
    assert "三千四百万円" in out
    assert "来週までに確認します" in out


def test_a_home_that_cannot_be_written_does_not_lose_the_answer(
    model: str, contract: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("TSEL_CACHE", "TSEL_LOG_DIR", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, "/dev/null/nowhere")
    monkeypatch.setenv("TSEL_LOG", "1")
    assert ask(model, contract, "What is the fee?") in (0, 3, 4)
    out, err = capsys.readouterr()
    assert out.strip()
    assert "warning" in err


def command(model: str, *args: str) -> list[str]:
    return [sys.executable, "-m", "tsel_cli", *args, "--model", model]


def environment(tmp_path: Path) -> dict[str, str]:
    path = os.pathsep.join(str(p) for p in (ROOT, ROOT / "kernels"))
    return {**os.environ, "PYTHONPATH": path, "TSEL_CACHE": str(tmp_path / "c"), "TSEL_LOG": "0"}


@pytest.mark.parametrize("when", ["prefill", "answer"])
def test_interrupt_ends_with_130_and_keeps_what_was_written(
    model: str, contract: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    from tsel_core.decoder.forward import Forward

    original, calls = Forward.__call__, []

    def interrupted(self: Forward, cache: Any, ids: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(len(ids))
        if when == "prefill" or calls.count(1) == 4:
            raise KeyboardInterrupt
        return original(self, cache, ids, *args, **kwargs)

    monkeypatch.setattr(Forward, "__call__", interrupted)
    assert run(["ask", contract, "What?", "--model", model, "--max-new-tokens", "50", "--no-cache"]) == 130
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    if when == "prefill":
        assert out == ""
        assert err.endswith("interrupted\n")
    else:
        assert out.strip()
        assert "partial" in err


def wait_for_torch(pid: int) -> None:
    """Until a process has loaded torch and works: a busy machine takes its time. Where /proc is not there, 3 seconds."""
    maps, until = Path(f"/proc/{pid}/maps"), time.monotonic() + 60
    while maps.exists() and "libtorch_cpu" not in maps.read_text() and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(1 if maps.exists() else 3)


def test_a_real_signal_leaves_no_traceback(model: str, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text(TEXT * 90, "utf-8")
    child = subprocess.Popen(
        [*command(model, "ask", str(path), "What?"), "--max-new-tokens", "4000", "--no-cache"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )  # fmt: skip
    wait_for_torch(child.pid)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    # a fast machine may be done before the signal comes, or is on its way out
    assert child.returncode in (130, 0, 3, 4, -signal.SIGINT), err
    assert "Traceback" not in err


INTERRUPTED = {  # a module that Python runs would be killed by the signal, although it was caught
    "within executed text": "exec('raise KeyboardInterrupt')",
    "while an object is destroyed": "type('Held', (), {'__del__': lambda self: exec('raise KeyboardInterrupt')})(); time.sleep(20)",
}


@pytest.mark.parametrize("code", INTERRUPTED.values(), ids=list(INTERRUPTED))
def test_ctrl_c_ends_with_130_wherever_it_comes(code: str, tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(
        "import time\n"
        "from tsel_cli import app\n"
        "def run():\n"
        f"    try:\n        {code}\n"
        "    except KeyboardInterrupt:\n        print('kept'); return 130\n"
        "    return 0\n"
        "app.run = run\napp.main()\n"
    )
    path = os.pathsep.join([str(tmp_path), environment(tmp_path)["PYTHONPATH"]])
    ended = subprocess.run(
        [sys.executable, "-m", "interrupted"], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": path},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,  # in the background it is ignored
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "kept\n", "")


def test_a_reader_that_leaves_is_no_error(model: str, contract: str, tmp_path: Path) -> None:
    child = subprocess.Popen(
        command(model, "inspect", contract, "--text"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
    )
    assert child.stdout is not None
    child.stdout.close()
    _, err = child.communicate(timeout=60)
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


def test_a_question_before_the_files_is_said(contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "What is the penalty?", contract]) == 2
    assert "the question comes last" in capsys.readouterr().err
    assert run(["ask", "missing.pdf", "why " * 400]) == 1  # longer than a file name may be
    assert "missing.pdf: no such file" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_said_before_torch_is_imported() -> None:
    script = (
        "import sys; from tsel_cli.app import run; code = run(['ask', 'missing.pdf', 'Why?']); "
        "assert code == 1 and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, stderr=subprocess.DEVNULL)


def test_config_file_environment_and_flag_in_that_order(
    model: str, contract: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text(f'model = "{model}"\nmax_new_tokens = 3\nbudget = 77\n', "utf-8")

    def budget(*args: str) -> int:
        run(["ask", contract, "What?", "--json", *args])
        return int(json.loads(capsys.readouterr().out)["attention"]["budget"])

    assert budget() == 77
    monkeypatch.setenv("TSEL_BUDGET", "88")
    assert budget() == 88
    assert budget("--budget", "99") == 99


def test_a_broken_config_file_is_a_clear_error(
    contract: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("model = ", "utf-8")
    assert run(["ask", contract, "What?"]) == 2
    assert "TOML" in two_lines(capsys.readouterr().err)[0]


def test_without_a_trace_nothing_is_left(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TSEL_LOG", "1")
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"{TEXT} Clause {n}." for n in range(12)), "utf-8")
    assert ask(model, str(path), "What is the fee?", "--no-trace") in (0, 3, 4)
    assert not list((tmp_path / "log").glob("*"))
    assert not list((tmp_path / "cache").glob("last/*"))
    assert not list((tmp_path / "cache").glob("readings/*/*"))
    assert ask(model, str(path), "What is the fee?", "--effort", "quick") in (0, 3, 4)
    assert list((tmp_path / "log").glob("*"))
    assert list((tmp_path / "cache").glob("last/*"))
    assert list((tmp_path / "cache").glob("readings/*/*"))
    assert "kept for the next question" in capsys.readouterr().err
