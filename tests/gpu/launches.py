"""Which kernels a command launches, and which of them it had to compile itself.

    python tests/gpu/launches.py run LIST ask FILE "QUESTION" --keep-alive 0     LIST: added to; "-": none
    python tests/gpu/launches.py run LIST kernels/benchmarks/batch_writing.py --shape qwen2-7b ...
    python tests/gpu/launches.py merge OUT LIST... -- LIST...

Runs the command in this process, or a program. Merging takes a line of each list by turns, first of those ahead of "--".
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import threading
import time
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]
MOST_SPLITS = {
    "_join_kernel": (2, 4, 8, 16, 32, 64), "decode_join_kernel": (16, 32, 64, 128, 256), "batch_join_kernel": (16, 32, 64, 128, 256),
    "q4_join_kernel": (16, 32, 64, 128, 256),
}  # fmt: skip
"""Powers of two of the splits that a document of up to 16 thousand tokens has."""
_BEGAN = time.perf_counter()


class Compiled:
    """What Triton compiled in this process."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.found, self.seconds, self.first_at = 0, 0.0, 0.0
        self._lock = threading.Lock()

    def __call__(self, *, src: Any, times: Any, cache_hit: bool, **_: Any) -> None:
        """Triton's listener."""
        with self._lock:
            self.first_at = self.first_at or time.perf_counter() - _BEGAN
            if cache_hit:
                self.found += 1
                return
            self.names.append(src.fn.__name__)
            self.seconds += times.total / 1e6

    def told(self) -> dict[str, Any]:
        """As JSON."""
        whole = round(time.perf_counter() - _BEGAN, 2)
        return {
            "found": self.found, "compiled": len(self.names), "compile_s": round(self.seconds, 2),
            "first_launch_s": round(self.first_at, 2), "whole_s": whole, "names": self.names,
        }  # fmt: skip


def run(path: str, arguments: list[str]) -> int:
    """A command, or a program, whose launches are noted."""
    from triton import knobs

    from tsel_kernels import ahead

    seen = Compiled()
    knobs.compilation.listener = seen
    if path != "-":
        ahead.record(path)
    code = 0
    if arguments[0].endswith(".py"):
        sys.argv = arguments
        try:
            runpy.run_path(arguments[0], run_name="__main__")
        except SystemExit as end:
            code = int(end.code or 0)
    else:
        from tsel_cli.app import run as command

        sys.argv = ["tsel", *arguments]
        code = command(arguments)
    sys.stdout.flush()
    print(json.dumps(seen.told()), file=sys.stderr, flush=True)
    return code


def merge(arguments: list[str]) -> int:
    """Write a list: of the first group a line of each by turns, then of the second, then what other lengths launch."""
    path, cut = Path(arguments[0]), arguments.index("--")
    lines: dict[str, None] = {}
    for group in (arguments[1:cut], arguments[cut + 1 :]):
        lists = [Path(name).read_text(encoding="utf-8").splitlines() for name in group if Path(name).is_file()]
        for turn in zip_longest(*lists):
            lines.update(dict.fromkeys(line for line in turn if line and json.loads(line)["module"].startswith("tsel_kernels.")))
    lines.update(dict.fromkeys(other for line in list(lines) for other in other_lengths(line)))
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(lines)} kernels, {path.stat().st_size} bytes")
    return 0


def other_lengths(line: str) -> list[str]:
    """The same kernel for other numbers of splits, where it is compiled for the next power of two of them (SP)."""
    about = json.loads(line)
    names = getattr(import_module(about["module"]), about["name"]).arg_names
    if "SP" not in names:
        return []
    place, sizes = str(names.index("SP")), MOST_SPLITS[about["name"]]
    return [json.dumps(about | {"constants": about["constants"] | {place: size}}, separators=(",", ":")) for size in sizes]


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    code = run(rest[0], rest[1:]) if kind == "run" else merge(rest)
    sys.stdout.flush()
    os._exit(code)
