"""tsel mcp against the official client: in the process, and as a program on stdin and stdout."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from tsel_cli.app import run
from tsel_cli.job_options import JobOptions
from tsel_cli.mcp.folders import Folders
from tsel_cli.mcp.work import Work
from tsel_cli.remembered import forget_texts
from tsel_core.errors import UsageError
from tsel_core.text.values import _values

pytest.importorskip("mcp", reason="the mcp extra is not installed")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "papers"
    place.mkdir()
    (place / "old.txt").write_text("The fee is EUR 620 a month.\n\nThe law of Denmark applies.", "utf-8")
    (place / "new.txt").write_text("The fee is EUR 650 a month.\n\nThe law of Denmark applies.", "utf-8")
    (tmp_path / "secret.txt").write_text("The code is 7.", "utf-8")
    (place / "link.txt").symlink_to(tmp_path / "secret.txt")
    return place


def call(folder: Path, model: str, use: Callable[[Any], Any]) -> Any:
    """Run `use(client)` against a server in this process."""
    from mcp import Client

    from tsel_cli.mcp.server import make_server

    options = JobOptions((), model=model, effort="quick", max_new_tokens=4, quiet=True, no_cache=True)
    server = make_server(Work(Folders.of([str(folder)]), options, options.console()))

    async def go() -> Any:
        async with Client(server) as client:
            return await use(client)

    return anyio.run(go)


def test_the_tools_are_named(folder: Path, model: str) -> None:
    found = call(folder, model, lambda client: client.list_tools())
    assert [t.name for t in found.tools] == ["ask", "summarize", "extract", "list", "compare", "inspect", "list_files"]
    assert all(t.description for t in found.tools)
    assert found.tools[0].input_schema["required"] == ["files", "question"]


def test_a_question_is_answered_and_logged(
    folder: Path, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TSEL_LOG", "1")
    monkeypatch.setattr("tsel_core.audit.log.log_path", lambda: tmp_path / "log.sqlite3")
    given = {"files": ["old.txt"], "question": "What is the fee?"}
    made = call(folder, model, lambda client: client.call_tool("ask", given))
    assert not made.is_error
    answer = json.loads(made.content[0].text)
    assert answer["command"] == "ask"
    assert answer["receipt"]["cut"] is False
    from tsel_core.audit.log import runs

    assert [r["record"]["command"] for r in runs(limit=5, newest_first=True)] == ["ask"]


def test_versions_are_compared(folder: Path, model: str) -> None:
    made = call(folder, model, lambda client: client.call_tool("compare", {"old": "old.txt", "new": "new.txt"}))
    changes = json.loads(made.content[0].text)["changes"]
    assert [c["kind"] for c in changes] == ["changed"]


def test_no_line_of_a_document_is_remembered_after_the_call(folder: Path) -> None:
    options = JobOptions((), quiet=True, no_trace=True)
    forget_texts()
    assert Work(Folders.of([str(folder)]), options, options.console()).compare("old.txt", "new.txt")["changes"]
    gc.collect()
    assert _values.cache_info().currsize == 0


@pytest.mark.parametrize("name", ["../secret.txt", "link.txt", "/etc/passwd", "none.txt"])
def test_a_file_elsewhere_is_refused(folder: Path, model: str, name: str) -> None:
    made = call(folder, model, lambda client: client.call_tool("inspect", {"files": [name]}))
    assert made.is_error
    assert "not a file in an allowed folder" in made.content[0].text
    assert "code is 7" not in made.content[0].text


def test_the_listing_shows_no_link_that_leads_out(folder: Path) -> None:
    names = [Path(n).name for n in Folders.of([str(folder)]).listing()]
    assert names == ["new.txt", "old.txt"]


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Folders.of([str(tmp_path / "no")])
    assert run(["mcp"]) == 2


def test_the_program_on_stdin_and_stdout(folder: Path, model: str) -> None:
    from mcp import Client, StdioServerParameters

    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'kernels'}"}
    arguments = ["-m", "tsel_cli", "mcp", "--allow", str(folder), "--model", model]
    server = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def go() -> Any:
        async with Client(server) as client:
            return await client.call_tool("inspect", {"files": ["old.txt"]})

    made = anyio.run(go)
    assert "The fee is EUR 620" in json.loads(made.content[0].text)["text"]
