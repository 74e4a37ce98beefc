"""Windows as far as it can be simulated: without POSIX, with its code pages, with long paths (docs/platforms.md)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tsel_cli.encoding import prepare_streams
from tsel_core.ingest.safety.long_path import extended

ROOT = Path(__file__).parents[2]
TEXT = "The fee is 620 €.\n\n予算は 1,250,000 円。 Ünïcödé 🙂\n"
IMPORT_ALL = """
import importlib, pkgutil
from windows_like import become_windows
become_windows()
for name in ("tsel_cli", "tsel_core", "tsel_kernels"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                if error.name != "lm_eval":  # of the extra that no test installs
                    raise
"""
COMMANDS = """
import sys
from windows_like import become_windows
become_windows()
from tsel_cli.app import run
file, model = sys.argv[1:]
assert run(["inspect", file]) == 0
assert run(["inspect", "samples/contract.docx"]) == 0
assert run(["inspect", "samples/minutes.pdf"]) == 0
for again in range(2):  # the second time from the reading that the first kept
    question = ["ask", file, "What is the fee?", "--model", model, "--effort", "quick", "--max-new-tokens", "4"]
    assert run([*question, "--json"]) in (0, 3, 4)
assert run(["cache", "list"]) == 0
assert run(["log", "list"]) == 0
assert run(["doctor"]) == 0
assert run(["cache", "purge", "--all"]) == 0
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    places = {"TSEL_CACHE": folder / "cache", "TSEL_LOG_DIR": folder / "log", "TSEL_CONFIG": folder / "config.toml"}
    paths = os.pathsep.join(str(ROOT / part) for part in ("", "kernels", "tests/support"))
    return os.environ | {k: str(v) for k, v in places.items()} | {"PYTHONPATH": paths, **more}


def python(code: str, folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, env=environment(folder), cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-3000:]


def test_every_module_is_imported_without_posix(tmp_path: Path) -> None:
    python(IMPORT_ALL, tmp_path)


def test_commands_work_without_posix(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    python(COMMANDS, tmp_path, str(tmp_path / "a.txt"), str(make_folder(tmp_path / "model")))


@pytest.mark.parametrize("encoding", ["cp1252", "cp932", "ascii"])
def test_a_redirected_answer_is_utf_8_whatever_the_code_page(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    for more in (["--json"], []):
        command = [sys.executable, "-m", "tsel_cli", "inspect", str(tmp_path / "a.txt"), *more]
        with open(tmp_path / "out", "wb") as file:
            done = subprocess.run(
                command, stdout=file, env=environment(tmp_path, PYTHONIOENCODING=encoding), cwd=ROOT, check=False
            )
        said = (tmp_path / "out").read_text("utf-8")
        assert done.returncode == 0
        assert "予算は" in said
        assert "?" not in said.replace("? (", "")
        if more:
            assert json.loads(said)["documents"][0]["units"][1]["text"] == "予算は 1,250,000 円。 Ünïcödé 🙂"


class Console(io.TextIOWrapper):
    """A console of a code page."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("encoding", ["cp1252", "cp932"])
def test_json_on_a_console_loses_nothing(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Console(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", shown)
    prepare_streams(["inspect", "a.txt", "--json"])
    print(json.dumps({"text": TEXT}, ensure_ascii=False), flush=True)
    assert json.loads(shown.buffer.getvalue().decode(encoding)) == {"text": TEXT}  # type: ignore[attr-defined]
    plain = Console(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", plain)
    prepare_streams(["inspect", "a.txt"])
    print(TEXT, flush=True)
    assert "620" in plain.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def test_long_paths_get_their_extended_form() -> None:
    short, long = "C:\\data\\a.pdf", "C:\\" + "folder\\" * 40 + "a.pdf"
    assert extended(short) == short
    assert extended(long) == "\\\\?\\" + long
    assert extended("\\\\?\\" + long) == "\\\\?\\" + long
    assert extended("\\\\server\\share\\" + long[3:]) == "\\\\?\\UNC\\server\\share\\" + long[3:]
