"""What holds the reader of documents on macOS and Windows: simulated, as the tests run on Linux."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tsel_cli.commands import doctor
from tsel_core.ingest import ReadOptions, read_document
from tsel_core.ingest.fence import macos, windows
from tsel_core.ingest.fence.lock import readable
from tsel_core.ingest.isolation import probe as probe_module
from tsel_core.ingest.isolation.probe import Probe, probe


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A system that says it is macOS, with a tool that notes its rules and starts what follows them."""
    tool = tmp_path / "sandbox-exec"
    tool.write_text(f'#!/bin/sh\n[ "$1" = -p ] || exit 64\nprintf "%s\\n" "$2" >> {tmp_path}/rules\nshift 2\nexec "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setattr(macos, "TOOL", str(tool))
    monkeypatch.setattr(macos, "sys", SimpleNamespace(platform="darwin", executable=sys.executable))
    macos.works.cache_clear()
    return tool


def test_the_reader_is_started_under_the_tool(mac: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The rent is due.\n", encoding="utf-8")
    document = read_document(str(tmp_path / "a.txt"), ReadOptions())
    assert document.units[0].text == "The rent is due."
    told = (tmp_path / "rules").read_text(encoding="utf-8").splitlines()
    assert len(told) == 2  # tried once, then used
    for rule in ("(deny network*)", "(deny file-write*)", "(deny process-fork)", '(subpath "/Users")'):
        assert rule in told[1]
    assert told[1].index("(deny file-read-data") < told[1].index("(allow file-read-data")  # the last rule counts
    assert all(f'"{Path(place).resolve()}"' in told[1] for place in readable() if Path(place).exists())
    assert told[1].count("(") == told[1].count(")")


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 71\n", None])
def test_a_tool_that_does_not_work_is_left_out(mac: Path, script: str | None) -> None:
    if script is None:
        mac.unlink()
    else:
        mac.write_text(script, encoding="utf-8")
    assert macos.wrapped(["x"], readable) == ["x"]


def test_names_cannot_leave_their_quotation_marks() -> None:
    assert '(subpath "/a\\"b)(allow network*)")' in macos.profile(['/a"b)(allow network*)'])


def test_other_systems_start_the_command_itself() -> None:
    assert macos.wrapped(["x", "y"], readable) == ["x", "y"]


class Kernel:
    """kernel32, as far as a job needs it."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.calls, self.limits = fails, [], windows.Limits()  # type: ignore[var-annotated]
        self.CreateJobObjectW = lambda *_: self._call("create", 77)

    def _call(self, name: str, value: int) -> int:
        self.calls.append(name)
        return 0 if name == self.fails else value

    def SetInformationJobObject(self, job: Any, kind: int, told: Any, size: int) -> int:
        if kind == 9:
            ctypes.memmove(ctypes.byref(self.limits), told, size)
        return self._call(f"set {kind}", 1)

    def AssignProcessToJobObject(self, job: Any, process: Any) -> int:
        assert (job.value, process.value) == (77, 4242)
        return self._call("assign", 1)

    def CloseHandle(self, job: Any) -> int:
        return self._call("close", 1)


def test_a_job_limits_memory_and_processes() -> None:
    assert ctypes.sizeof(windows.Limits) == 144  # as Windows has it for 64 bits
    system, child = Kernel(), SimpleNamespace(_handle=4242)
    job = windows.hold(child, 3 << 30, system)  # type: ignore[arg-type]
    assert system.calls == ["create", "set 9", "set 4", "assign"]
    assert (system.limits.basic.active, system.limits.process_memory) == (1, 3 << 30)
    assert system.limits.basic.flags == 0x8 | 0x100 | 0x2000
    windows.let_go(job, system)
    assert system.calls[-1] == "close"


@pytest.mark.parametrize("fails", ["create", "set 9", "assign"])
def test_where_no_job_can_be_made_the_child_runs_without(fails: str) -> None:
    system = Kernel(fails)
    assert windows.hold(SimpleNamespace(_handle=4242), 1, system) is None  # type: ignore[arg-type]
    assert ("close" in system.calls) == (fails != "create")


def test_on_this_system_there_is_no_job() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        assert windows.hold(child, 1) is None  # type: ignore[arg-type]
    windows.let_go(None)


@pytest.mark.parametrize(
    ("system", "found", "words"),
    [
        ("darwin", Probe(0, False, (), "sandbox-exec"), "it is locked by sandbox-exec"),
        ("darwin", Probe(0, False, ("make sockets",)), "no sandbox-exec that works"),
        ("win32", Probe(0, False, ("make sockets",), "a job object"), "it is locked by a job object"),
        ("win32", Probe(0, False, ("make sockets",)), "no job object could be made"),
        ("linux", Probe(0, False, ("make sockets",)), "no Landlock, no seccomp"),
    ],
)
def test_doctor_says_what_holds_and_what_lacks(system: str, found: Probe, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(platform=system))
    monkeypatch.setattr(probe_module, "probe", lambda: found)
    findings = list(doctor._reader())
    assert any(words in f.detail for f in findings)
    assert any("could make sockets" in f.detail for f in findings) == bool(found.possible)


def test_the_probe_goes_through_the_tool(mac: Path) -> None:
    found = probe()
    assert found is not None
    assert found.other == "sandbox-exec"
