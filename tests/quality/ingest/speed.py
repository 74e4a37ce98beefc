"""Seconds and peak memory of reading generated PDFs, page count by page count.

    python tests/quality/ingest/speed.py 500 2000 5000

Each reading is that of `read_document`, with its own process; `peak` is that of the largest process below this one.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = 50  # of a page, each of about 70 characters


def write_pdf(path: Path, num_pages: int) -> int:
    """A PDF of ordinary pages with a running header and footer; its characters."""
    from tests.core.ingest.make_files import Text, pdf

    pages: list[list[Text]] = []
    size = 0
    for number in range(num_pages):
        lines: list[Text] = [(60.0, 815.0, 9.0, "ACME Holding, report to the board")]
        for line in range(LINES):
            words = f"Page {number} line {line}: the committee reviewed item {number * LINES + line} of the annual budget."
            lines.append((60.0, 780.0 - 14 * line, 10.0, words))
            size += len(words)
        pages.append([*lines, (290.0, 25.0, 9.0, f"- {number + 1} -")])
    path.write_bytes(pdf(pages))
    return size


def measure(path: str) -> None:
    """Read one file in this process's child; print seconds, peak MB of the children, characters."""
    from tsel_core.ingest import read_document

    start = time.perf_counter()
    document = read_document(path)
    seconds = time.perf_counter() - start
    chars = sum(len(unit.text) for unit in document.units)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{seconds:.2f} {peak:.1f} {chars}")


def main(counts: list[int]) -> None:
    """A line for each page count, the first one as the base of the growth."""
    base: tuple[int, float] | None = None
    print("pages | file MB | seconds | peak MB of the reading process | of it text MB | KB a page beyond the first row, without text")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pages.pdf"
            write_pdf(path, count)
            done = subprocess.run([sys.executable, __file__, "--one", str(path)], capture_output=True, text=True, check=True)
            size = path.stat().st_size / 2**20
        seconds, peak, chars = (float(v) for v in done.stdout.split())
        text = chars / 2**20
        rest = peak - text - size
        growth = "" if base is None else f"{(rest - base[1]) * 1024 / (count - base[0]):.1f}"
        base = base or (count, rest)
        print(f"{count} | {size:.1f} | {seconds:.2f} | {peak:.0f} | {text:.1f} | {growth}", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2])
    else:
        main([int(a) for a in sys.argv[1:]] or [500, 2000, 5000])
