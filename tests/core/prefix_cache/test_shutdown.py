"""Readings are written whole although the program ends meanwhile, in every Python version that is here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest

from tsel_core.prefix_cache.format.blocks import each

ROOT = Path(__file__).parents[3]
# blocks.py alone: other Python versions have no torch here, and it uses torch for a context and a type
WITHOUT_TORCH = """
    import contextlib, sys, types
    torch = types.ModuleType("torch")
    torch.inference_mode = contextlib.nullcontext
    torch.Tensor = object
    sys.modules |= {"torch": torch, "xxhash": types.ModuleType("xxhash")}
"""
ENDS_MEANWHILE = """
    import concurrent.futures.thread, importlib.util, threading, time
    from contextlib import nullcontext
    spec = importlib.util.spec_from_file_location("blocks", sys.argv[1])
    blocks = importlib.util.module_from_spec(spec)
    sys.modules["blocks"] = blocks
    spec.loader.exec_module(blocks)
    main = threading.main_thread()

    def keep():
        while main.is_alive():  # until the program ends
            time.sleep(0.01)
        time.sleep(0.1)
        print(sum(blocks.each(lambda: nullcontext(lambda n: n), 100)), flush=True)

    threading.Thread(target=keep).start()
"""


def pythons() -> list[str]:
    """This one, and others of the system's path and of pyenv."""
    found = [sys.executable]
    for minor in (11, 12, 13, 14):
        installed = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        here = str(installed[-1]) if installed else shutil.which(f"python3.{minor}")
        found += [here] if here else []
    return found


@pytest.mark.parametrize("python", pythons())
def test_blocks_are_written_although_the_program_ends(python: str) -> None:
    script = textwrap.dedent(WITHOUT_TORCH + ENDS_MEANWHILE)
    path = ROOT / "tsel_core" / "prefix_cache" / "format" / "blocks.py"
    done = subprocess.run([python, "-c", script, str(path)], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("4950\n", "", 0)


def test_a_reading_is_kept_although_the_program_ends(tmp_path: Path) -> None:
    script = f"""
        import sys, threading, time
        sys.path[:0] = {[str(ROOT), str(ROOT / "kernels"), str(ROOT / "tests" / "support")]!r}
        from pathlib import Path
        from kept_support import DOC, FIRST, make_engine, make_prompt
        from tsel_core.prefix_cache.policy import keep_reading
        from tsel_core.prefix_cache.store import ReadingStore

        class Late(ReadingStore):
            def _write(self, *given):
                while threading.main_thread().is_alive():
                    time.sleep(0.01)
                time.sleep(0.1)
                super()._write(*given)

        engine, prompt = make_engine(), make_prompt(DOC, FIRST)
        reading = engine.read(prompt.input_ids, prompt.tail_start, room=12)
        keep_reading(Late(Path({str(tmp_path / "kept")!r}), warn=print), engine, prompt, reading)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True, text=True, timeout=120, env=os.environ | {"TSEL_LOG": "0"},
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert len(list((tmp_path / "kept").glob("*/*.kept"))) == 1
    assert not list((tmp_path / "kept").glob("*/.*.part"))


def test_the_caller_works_alone_when_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert each(lambda: nullcontext(lambda n: n * n), 50) == [n * n for n in range(50)]
