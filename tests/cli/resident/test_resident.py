"""The resident engine as a person meets it: commands in processes of their own, one engine behind them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from resident_support import ROOT, User, alive, wait_until


def without_reuse(err: str) -> list[str]:
    """stderr without what a kept reading changes."""
    return [line.partition(" (")[0] for line in err.splitlines()]


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "contract.txt", "What is the fee?"),
        ("ask", "contract.txt", "What is the fee?", "--attention", "select", "--budget", "64"),
        ("ask", "contract.txt", "What is the fee?", "--attention", "full", "--json", "--lang", "ja"),
        ("summarize", "contract.txt", "--temperature", "1", "--seed", "3"),
        ("ask", "missing.txt", "What is the fee?", "--lang", "ja"),
        ("ask", "contract.txt"),
        ("ask", "contract.txt", "What?", "--memory-limit", "100MB"),
    ],
    ids=["ask", "select", "json", "sampled", "missing", "usage", "no room"],
)
def test_the_same_words_and_codes_as_by_itself(user: User, arguments: tuple[str, ...]) -> None:
    alone = user.run(*arguments, TSEL_KEEP_ALIVE="0")
    resident = user.run(*arguments)
    assert resident.returncode == alone.returncode
    if "--json" in arguments:
        left, right = json.loads(resident.stdout), json.loads(alone.stdout)
        for found in (left, right):
            for changing in ("timings_s", "prefill_tokens_per_s", "decode_tokens_per_s", "reading", "memory"):
                found.pop(changing)
        assert left == right
    else:
        assert resident.stdout == alone.stdout
    assert without_reuse(resident.stderr) == without_reuse(alone.stderr)


def test_one_engine_answers_and_reads_the_document_once(user: User) -> None:
    user.run("ask", "contract.txt", "Who gets notices?")
    before = user.engine()
    assert before is not None
    assert before["model"]
    assert before["device"] == "cpu"
    again = user.run("ask", "contract.txt", "When does the term end?", "--timings")
    assert "from a kept reading" in again.stderr
    assert "load 0.0" in again.stderr
    assert user.pid() == before["pid"]


def test_the_command_itself_imports_nothing_heavy() -> None:
    code = "import sys, tsel_cli.entry, tsel_cli.resident.client, tsel_cli.resident.stamp; print(*sys.modules)"
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'kernels'}"}
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert not {"torch", "typer", "rich", "numpy", "transformers", "asyncio"} & set(out.stdout.split())


def test_piped_questions_and_another_folder(user: User, tmp_path: Path) -> None:
    pid = user.warm()
    chat = user.run("chat", "contract.txt", stdin="What is the fee?\nWho gets notices?\n")
    alone = user.run("chat", "contract.txt", stdin="What is the fee?\nWho gets notices?\n", TSEL_KEEP_ALIVE="0")
    assert (chat.stdout, chat.returncode) == (alone.stdout, alone.returncode)
    (user.folder / "inner").mkdir(exist_ok=True)
    (user.folder / "inner" / "contract.txt").write_text("Another text of two lines.\n\nThe end.\n", "utf-8")
    there = subprocess.run(
        [sys.executable, "-m", "tsel_cli", "ask", "contract.txt", "What?", "--json"],
        cwd=user.folder / "inner", env=user.environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert json.loads(there.stdout)["receipt"]["units_read"] == 2
    assert user.pid() == pid


def test_ctrl_c_ends_the_command_and_not_the_engine(user: User) -> None:
    pid = user.warm()
    process = user.start("ask", "contract.txt", "What is the fee?", "--max-new-tokens", "4000")
    user.wait_for("ask")
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert user.pid() == pid
    assert user.run("ask", "contract.txt", "Who gets notices?").returncode in (0, 3, 4)


def test_a_client_that_is_killed_frees_the_engine(user: User) -> None:
    pid = user.warm()
    process = user.start("ask", "contract.txt", "What is the fee?", "--max-new-tokens", "8000")
    user.wait_for("ask")
    process.kill()
    process.communicate()
    wait_until(lambda: (user.engine() or {"running": "gone"})["running"] is None)
    assert user.pid() == pid


def test_a_conversation_whose_terminal_is_closed_ends(user: User) -> None:
    import pty

    pid = user.warm()
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tsel_cli", "chat", "contract.txt"],
        stdin=terminal, stdout=terminal, stderr=terminal, cwd=user.folder, env=user.environment(),
    )  # fmt: skip
    os.close(terminal)
    seen = b""
    while b"/help" not in seen:
        seen += os.read(master, 4096)
    os.write(master, b"What is the fee?\r")
    while b"Not found" not in seen and b"[1]" not in seen and b"max-new-tokens" not in seen:
        seen += os.read(master, 4096)
    process.kill()
    process.wait()
    wait_until(lambda: (user.engine() or {"running": "gone"})["running"] is None)
    os.close(master)
    assert user.pid() == pid


def test_two_at_once_get_their_own_answers(user: User) -> None:
    questions = ("What is the fee?", "Who gets notices?", "When does the term end?")
    alone = [user.run("ask", "contract.txt", q, "--json", TSEL_KEEP_ALIVE="0").stdout for q in questions]
    running = [user.start("ask", "contract.txt", q, "--json") for q in questions]
    for process, expected in zip(running, alone, strict=True):
        out, err = process.communicate(timeout=120)
        assert json.loads(out)["answer"] == json.loads(expected)["answer"]
        assert "Traceback" not in err


def test_what_a_reader_left_never_comes_into_the_next_answer(user: User) -> None:
    process = user.start("ask", "contract.txt", "What is the fee?", "--json")
    assert process.stdout is not None
    process.stdout.close()
    process.wait(60)
    following = user.run("ask", "contract.txt", "What is the fee?", "--json")
    assert json.loads(following.stdout)["command"] == "ask"


def test_an_engine_killed_before_the_answer_is_replaced_and_one_within_it_is_told(user: User) -> None:
    process = user.start("ask", "contract.txt", "What is the fee?", "--max-new-tokens", "4000", "--json")
    user.wait_for("ask")
    os.kill(user.pid(), signal.SIGKILL)  # nothing of the JSON was printed yet: the command does it all by itself
    assert process.stderr is not None
    assert "going on without it" in process.stderr.readline()
    process.kill()
    process.communicate()
    chat = user.start("chat", "contract.txt")
    assert chat.stdin is not None
    assert chat.stdout is not None
    chat.stdin.write("What is the fee?\n")
    chat.stdin.flush()
    assert chat.stdout.readline()
    os.kill(user.pid(), signal.SIGKILL)
    _, err = chat.communicate(timeout=60)
    assert chat.returncode == 1
    assert "the resident engine ended in the middle of the answer" in err
    assert user.run("ask", "contract.txt", "What?").returncode in (0, 3, 4)  # the socket it left behind is replaced


def test_nobody_waits_for_a_conversation(user: User) -> None:
    user.run("ask", "contract.txt", "What?")
    chat = user.start("chat", "contract.txt")
    user.wait_for("chat")
    assert user.run("ask", "contract.txt", "What?").returncode in (0, 3, 4)  # by itself
    chat.communicate(timeout=60)
    assert chat.returncode == 0


def test_other_code_or_settings_get_another_engine(user: User) -> None:
    pid = user.warm()
    assert user.run("ask", "contract.txt", "What?", TSEL_CPU_WEIGHTS="fp32").returncode in (0, 3, 4)
    assert user.pid() != pid
    wait_until(lambda: not alive(pid))


def test_another_model_takes_its_place(user: User, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(user.model, other)
    pid = user.warm()
    user.run("ask", "contract.txt", "What?", TSEL_MODEL=str(other))
    found = user.engine()
    assert found is not None
    assert (found["pid"], found["model"]) == (pid, "other")


def test_an_open_folder_is_not_used(user: User) -> None:
    user.run("stop")
    wait_until(lambda: user.engine() is None)
    user.runtime.chmod(0o755)
    try:
        assert user.run("ask", "contract.txt", "What?").returncode in (0, 3, 4)
        assert not (user.runtime / "engine.sock").exists()
    finally:
        user.runtime.chmod(0o700)


def test_it_ends_by_itself(user: User) -> None:
    user.run("stop")
    wait_until(lambda: user.engine() is None)
    user.run("ask", "contract.txt", "What?", "--keep-alive", "2s")
    pid = user.pid()
    wait_until(lambda: not alive(pid), 20)
    assert not (user.runtime / "engine.sock").exists()
    assert user.engine() is None
