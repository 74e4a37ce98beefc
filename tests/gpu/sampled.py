"""Where the seconds of a command go: what every thread is at, looked at each few milliseconds.

    python tests/gpu/sampled.py OUT.txt ask FILE "QUESTION" --keep-alive 0

Runs the command in this process. A time in which Python's lock is held by a library counts for what is seen at its end. OUT.txt
has a line of time for each thread (what it was at, longest first within a thread, and in order for the main thread).
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections import defaultdict
from types import FrameType

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "kernels")]
EACH = 0.005  # seconds
LEAST = 0.03  # seconds of a stretch that is shown
_BEGAN = time.perf_counter()


def main() -> None:
    """Run a command and write what was seen."""
    out, *arguments = sys.argv[1:]
    sys.argv = ["tsel", *arguments]
    seen = Seen()
    threading.Thread(target=seen.watch, args=(threading.get_ident(),), name="sampler", daemon=True).start()
    from tsel_cli.app import run

    code = run(arguments)
    seen.done = True
    with open(out, "w", encoding="utf-8") as file:
        file.write(seen.report())
    sys.stdout.flush()
    os._exit(code)


class Seen:
    """Stretches of time by thread."""

    def __init__(self) -> None:
        self.done = False
        self.stretches: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
        self.leaves: dict[str, float] = defaultdict(float)
        self.inclusive: dict[tuple[str, str], float] = defaultdict(float)

    def watch(self, main_id: int) -> None:
        """Look at all threads until the command is done."""
        last = _BEGAN
        while not self.done:
            time.sleep(EACH)
            now = time.perf_counter()
            names = {t.ident: t.name for t in threading.enumerate()}
            for ident, frame in sys._current_frames().items():
                name = "main" if ident == main_id else re.sub(r"[-_]?\d+.*$", "", names.get(ident, "?"))
                if name != "sampler":
                    self._note(name, ident, frame, last, now)
            last = now

    def _note(self, name: str, ident: int, frame: FrameType, last: float, now: float) -> None:
        ours, leaf, module, outer = "", _named(frame), "", ""
        at: FrameType | None = frame
        inside = set()
        while at is not None:
            code = at.f_code
            if code.co_name == "_find_and_load":
                outer = str(at.f_locals.get("name", ""))
                module = module or outer
            elif "/tsel_" in code.co_filename:
                inside.add(_named(at))
                ours = ours or _named(at)
            at = at.f_back
        spent = now - last
        self.leaves[f"{name}: {leaf}"] += spent
        for one in inside:
            self.inclusive[name, one] += spent
        line = self.stretches[f"{name} {ident}"]
        shown = f"{ours} > import {outer}" if module else ours or leaf
        if line and line[-1][2] == shown and last - line[-1][1] < 2 * EACH + spent:
            line[-1] = (line[-1][0], now, shown)
        else:
            line.append((last, now, shown))

    def report(self) -> str:
        """What was seen, as text."""
        parts = [f"whole {time.perf_counter() - _BEGAN:.2f} s"]
        for thread, line in self.stretches.items():
            shown = [s for s in line if s[1] - s[0] >= LEAST]
            if not shown:
                continue
            parts.append(f"\n== {thread}: from {line[0][0] - _BEGAN:.2f} to {line[-1][1] - _BEGAN:.2f} s")
            parts += [f"{a - _BEGAN:7.2f} {b - a:6.2f}  {what}" for a, b, what in shown[:120]]
        parts.append("\n== within a function of ours, all threads of a name")
        most = sorted(self.inclusive.items(), key=lambda kv: -kv[1])[:90]
        parts += [f"{s:7.2f}  {thread}: {what}" for (thread, what), s in most]
        parts.append("\n== at")
        parts += [f"{s:7.2f}  {what}" for what, s in sorted(self.leaves.items(), key=lambda kv: -kv[1])[:50]]
        return "\n".join(parts) + "\n"


def _named(frame: FrameType) -> str:
    code = frame.f_code
    place = "/".join(code.co_filename.split("/")[-2:])
    return f"{place}:{code.co_name}"


if __name__ == "__main__":
    main()
