"""Kernels compiled ahead from a list are those that a launch looks for; what does not fit is left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from inspect import signature
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="the kernels need triton")
from tsel_kernels import ahead

KERNELS = ("batch_append_kernel", "batch_join_kernel", "batch_count_kernel", "_rotate_kernel")


def run(cache: Path, *arguments: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    path = os.pathsep.join([".", "kernels", environment.get("PYTHONPATH", "")])
    environment |= {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "TRITON_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, "-W", "ignore", *arguments], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def test_what_is_recorded_and_compiled_ahead_is_what_a_launch_looks_for(tmp_path: Path) -> None:
    launches, listed = str(Path(__file__).with_name("ahead_lines.py")), tmp_path / "list"
    made = int(run(tmp_path / "a", launches, str(listed), *KERNELS))
    lines = listed.read_text().splitlines()
    assert made == len(lines) >= len(KERNELS)
    listed.write_text("\n".join([lines[0].replace("_kernel", "_nothing"), '{"module":"os","name":"abort"}', *lines]))
    run(tmp_path / "b", "-P", "-m", "tsel_kernels.ahead", str(listed), "90", str(tmp_path / "done"))
    assert (tmp_path / "done").exists()
    assert int(run(tmp_path / "b", launches, str(listed), *KERNELS)) == 0


def test_a_kernel_is_one_for_all_lengths() -> None:
    """Counts of rows, queries and splits name no other kernel: each is compiled while somebody waits."""
    from tsel_kernels.attention import triton_causal
    from tsel_kernels.decode import triton_attend
    from tsel_kernels.pointwise import triton as pointwise

    free = {
        triton_causal._anchor_kernel: {"num_anchors", "num_rows", "splits"}, triton_causal._join_kernel: {"rows", "splits"},
        triton_attend.decode_attend_kernel: {"splits"}, triton_attend.decode_join_kernel: {"splits"}, pointwise._rotate_kernel: {"num"},
    }  # fmt: skip
    for kernel, names in free.items():
        if hasattr(kernel, "params"):  # not in the interpreter
            assert {p.name for p in kernel.params if p.do_not_specialize} == names


@pytest.mark.parametrize(("cores", "quota", "expected"), [(16, "max 100000", 16), (16, "250000 100000", 2), (2, "800000 100000", 2), (8, "", 8)])
def test_cores_are_those_of_the_control_group(cores: int, quota: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path, *_: object) -> str:
        if not quota:
            raise OSError(path)
        return quota

    monkeypatch.setattr(ahead.os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(ahead.Path, "read_text", read)
    assert ahead.num_cores() == expected


def test_two_cores_compile_nothing_beside_their_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "list_of", lambda _: tmp_path / "list")
    monkeypatch.setattr(ahead, "num_cores", lambda: 2)
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda *_, **__: pytest.fail("it began"))
    ahead.begin.cache_clear()
    assert ahead.begin((9, 0)) == ""
    ahead.begin.cache_clear()


def test_it_is_begun_once_on_a_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(ahead, "LISTS", tmp_path / "kernels" / "launches")
    monkeypatch.setattr(ahead, "num_cores", lambda: 16)
    name = f"sm90-triton{'.'.join(version('triton').split('.')[:2])}.jsonl"
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda program, **_: begun.append(program))
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    for number in range(3):
        ahead.begin.cache_clear()
        ahead.begin((9, 0))
        assert len(begun) == min(1, number)
        ahead.LISTS.mkdir(parents=True, exist_ok=True)
        if not number:
            (ahead.LISTS / name).write_text("")
    done = Path(begun[0][-1])
    done.with_suffix(".begun").unlink()  # one that died
    ahead.begin.cache_clear()
    ahead.begin((9, 0))
    assert len(begun) == 2
    done.touch()
    done.with_suffix(".begun").unlink()
    ahead.begin.cache_clear()
    ahead.begin((9, 0))
    ahead.begin((8, 0))
    assert len(begun) == 2
    assert ahead.main([str(ahead.LISTS / name), "90", str(tmp_path / "made" / "x.done")]) == 0
    assert (tmp_path / "made" / "x.done").exists()


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A list, on a machine with cores enough."""
    found = tmp_path / "list"
    found.write_text('{"module":"tsel_kernels.none"}\n')
    monkeypatch.setattr(ahead, "list_of", lambda _: found)
    monkeypatch.setattr(ahead, "num_cores", lambda: 16)
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    ahead.begin.cache_clear()
    yield found
    ahead.begin.cache_clear()


def test_a_module_that_cannot_be_imported_costs_its_kernels_alone(listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise AttributeError(f"{name}: partly initialized")

    monkeypatch.setattr(ahead, "import_module", broken)
    monkeypatch.setattr(ahead, "num_cores", lambda: 2)
    monkeypatch.setattr(ahead, "build_utils", lambda: None)
    assert ahead.compile_list(str(listed), 90) == 0
    assert ahead.main([str(listed), "90", str(tmp_path / "x.done")]) == 0


@pytest.mark.parametrize("how", ["no home", "no process", "nothing to write to"])
def test_what_cannot_be_begun_is_told_and_breaks_nothing(how: str, listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("not here")

    if how == "no home":
        monkeypatch.delenv("TRITON_CACHE_DIR")
        monkeypatch.setattr(ahead.Path, "home", fail)
    elif how == "no process":
        monkeypatch.setattr(ahead.subprocess, "Popen", fail)
    else:
        (tmp_path / "cache").write_text("a file")
    begun = ahead.begin((9, 0))
    assert isinstance(begun, str)
    assert ahead.trouble((9, 0)) == begun
    assert ("not here" in begun) == (how != "nothing to write to")
    assert begun


def test_a_process_that_failed_says_why_and_is_not_begun_at_every_start(listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = ahead._marker(listed)
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda *_, **__: ended)
    assert ahead.begin((9, 0)) is ended
    ended.wait()
    assert ahead.trouble((9, 0)) == "the process ended with code 3", "it could not even say why"

    def dies(*_: object) -> int:
        raise BrokenPipeError("a compiler died")

    with monkeypatch.context() as patch:
        patch.setattr(ahead, "compile_list", dies)
        assert ahead.main([str(listed), "90", str(marker)]) == 1
    assert not marker.exists()
    assert ahead.trouble((9, 0)) == "BrokenPipeError: a compiler died"
    marker.with_suffix(".begun").unlink()
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda *_, **__: pytest.fail("it was begun again"))
    ahead.begin.cache_clear()
    assert ahead.begin((9, 0)) == "BrokenPipeError: a compiler died"
    monkeypatch.setattr(ahead, "compile_list", lambda *_: 1)
    assert ahead.main([str(listed), "90", str(marker)]) == 0
    ahead.begin.cache_clear()
    assert ahead.trouble((9, 0)) == ""


def test_a_compiler_that_takes_its_process_with_it_ends_the_rest(listed: Path, tmp_path: Path) -> None:
    """A pool that waits for a process that is gone would stay beside every command."""
    listed.write_text('{"module":"none"}\n' * 3)
    program = (
        "import os, sys\nfrom tsel_kernels import ahead\nahead.num_cores = lambda: 3\n"
        "def none(): pass\ndef dies(*_): os._exit(9)\nahead.build_utils, ahead.compile_line = none, dies\nsys.exit(ahead.main(sys.argv[1:]))"
    )
    path = os.pathsep.join([".", "kernels", os.environ.get("PYTHONPATH", "")])
    marker = tmp_path / "x.done"
    done = subprocess.run([sys.executable, "-c", program, str(listed), "90", str(marker)], env={**os.environ, "PYTHONPATH": path}, timeout=60, check=False)
    assert done.returncode == 1
    assert "BrokenProcessPool" in marker.with_suffix(".failed").read_text()


def test_every_line_that_comes_with_the_package_is_of_our_kernels() -> None:
    """As they are now: where one has other arguments, tests/gpu/launches.sh has to be run again."""
    lists = list(ahead.LISTS.glob("*.jsonl"))
    assert lists
    for file in lists:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(set(lines)) > 100
        for line in lines:
            about = json.loads(line)
            assert about["module"].startswith("tsel_kernels.")
            kernel = getattr(import_module(about["module"]), about["name"])
            assert list(about["signature"]) == list(signature(kernel.fn).parameters), about["name"]
