"""Commands that are handed over beside `ask`: batches, lists, tables, and the calls of an assistant (MCP)."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from resident_support import User

ANSWERED = (0, 3, 4)


@pytest.fixture(scope="module")
def papers(user: User) -> Path:
    folder = user.folder / "papers"
    folder.mkdir()
    for number in range(3):
        text = f"The fee is {600 + number} euros a month.\n\nThe term ends on {number + 3} May 2027.\n" * (2 + number)
        (folder / f"d{number}.txt").write_text(text, "utf-8")
    return folder


def rows(folder: Path) -> dict[str, Any]:
    """The results of a batch, without what every run changes."""
    lines = [json.loads(line) for line in (folder / "results.jsonl").read_text("utf-8").splitlines()]
    return {line["file"]: (line["answer"], line["status"], line["exit_code"]) for line in lines}


def test_a_batch_uses_the_model_that_is_loaded_and_leaves_it_there(user: User, papers: Path) -> None:
    task = ("batch", "papers", "--task", "ask", "--question", "What is the fee?", "--effort", "quick", "--at-once", "2")
    alone = user.run(*task, "--out", "alone", TSEL_KEEP_ALIVE="0")
    pid = user.warm()
    resident = user.run(*task, "--out", "resident")
    assert resident.returncode == alone.returncode == 0
    assert rows(user.folder / "resident") == rows(user.folder / "alone")
    engine = user.engine()
    assert engine is not None
    assert engine["pid"] == pid
    assert engine["model"]
    again = user.run("ask", "contract.txt", "What is the fee?", "--json")
    by_itself = user.run("ask", "contract.txt", "What is the fee?", "--json", TSEL_KEEP_ALIVE="0")
    assert json.loads(again.stdout)["answer"] == json.loads(by_itself.stdout)["answer"]
    assert json.loads(again.stdout)["timings_s"].get("load", 0) < 0.1
    assert user.pid() == pid


def test_nobody_waits_for_a_batch_and_ctrl_c_ends_it_alone(user: User, papers: Path) -> None:
    pid = user.warm()
    task = ("batch", "papers", "--out", "long", "--task", "ask", "--question", "What?", "--effort", "quick")
    process = user.start(*task, "--max-new-tokens", "3000")
    user.wait_for("batch")
    assert user.run("ask", "contract.txt", "What?").returncode in ANSWERED  # by itself
    assert (user.engine() or {}).get("running") == "batch"
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on with the rest" in err
    assert "Traceback" not in err
    assert user.run("ask", "contract.txt", "What?").returncode in ANSWERED
    assert user.pid() == pid


@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", "papers", "--schema", "Fee (money), End (date)", "--effort", "quick", "--json"),
        ("extract", "papers", "--many", "every amount", "--schema", "Sum (money), Who", "--effort", "quick", "--json"),
        ("list", "papers/d0.txt", "every amount", "--json"),
    ],
    ids=["extract", "items", "list"],
)
def test_tables_and_lists_are_those_of_the_command_itself(user: User, papers: Path, arguments: tuple[str, ...]) -> None:
    alone = user.run(*arguments, TSEL_KEEP_ALIVE="0")
    pid = user.warm()
    resident = user.run(*arguments)
    assert resident.returncode == alone.returncode
    left, right = json.loads(resident.stdout), json.loads(alone.stdout)
    for found in (left, right):
        found.pop("model", None)
    assert left == right
    assert user.pid() == pid


def test_calls_of_an_assistant_are_answered_by_the_same_engine(user: User, papers: Path) -> None:
    pytest.importorskip("mcp", reason="the mcp extra is not installed")
    import anyio
    from mcp import Client, StdioServerParameters

    def asked(**changes: str) -> tuple[list[Any], float]:
        arguments = ["-m", "tsel_cli", "mcp", "--allow", str(papers), "--effort", "quick"]
        environment = user.environment(**changes)
        server = StdioServerParameters(command=sys.executable, args=arguments, env=environment, cwd=user.folder)

        async def go() -> tuple[list[Any], float]:
            async with Client(server) as client:
                given = {"files": ["d1.txt"], "question": "What is the fee?"}
                found = [await client.call_tool("ask", given), await client.call_tool("ask", {**given, "files": ["no.txt"]})]
                return found, memory_of_children()

        return anyio.run(go)

    pid = user.warm()
    (answer, refused), memory = asked()
    (alone, refused_alone), memory_alone = asked(TSEL_KEEP_ALIVE="0")
    left, right = (json.loads(made.content[0].text) for made in (answer, alone))
    assert left["answer"] == right["answer"]
    assert left["receipt"] == right["receipt"]
    assert (refused.is_error, refused.content[0].text) == (refused_alone.is_error, refused_alone.content[0].text)
    assert memory < 0.8 * memory_alone  # no model, and not even its libraries
    assert user.pid() == pid


def memory_of_children() -> float:
    """Bytes of the programs that this one started."""
    import psutil

    return float(sum(p.memory_info().rss for p in psutil.Process().children()))
