"""Seconds and peak memory of reading generated PDFs, page count by page count, beside pdfium alone.

    python tests/quality/ingest/speed.py 500 2000 5000             ordinary pages: paragraphs, headings, running lines
    python tests/quality/ingest/speed.py --lines 500 5000          pages on which every line is a unit of its own
    python tests/quality/ingest/speed.py --files a.pdf b.pdf       files one after the other

Each reading is that of `read_document`, with its own processes: `CPU` is theirs and that of the caller, `peak` is the
largest process below the caller. `pdfium` loads the pages and takes their text, in one process, in the same run.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

LINES = 50  # of a page, each of about 70 characters
WORDS = (
    "the committee reviewed each budget of coming year and found that no item had been spent twice while several members "
    "asked whether warehouse in Lyon could be sold before March or leased to supplier under terms counsel proposed"
)


def write_lines(path: Path, num_pages: int) -> None:
    """Pages of lines that end as sentences do."""
    from tests.core.ingest.make_files import Text, pdf

    pages: list[list[Text]] = []
    for number in range(num_pages):
        lines: list[Text] = [(60.0, 815.0, 9.0, "ACME Holding, report to the board")]
        for line in range(LINES):
            words = f"Page {number} line {line}: the committee reviewed item {number * LINES + line} of the annual budget."
            lines.append((60.0, 780.0 - 14 * line, 10.0, words))
        pages.append([*lines, (290.0, 25.0, 9.0, f"- {number + 1} -")])
    path.write_bytes(pdf(pages))


def write_ordinary(path: Path, num_pages: int) -> None:
    """Pages of paragraphs below a heading, with a header and a page number, set in Times."""
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.pdfgen.canvas import Canvas

    rng, words, canvas = random.Random(7), WORDS.split(), Canvas(str(path), pagesize=(595, 842))
    for page in range(1, num_pages + 1):
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(72, 812, "ACME Holding, report to the board")
        canvas.drawString(290, 28, f"- {page} -")
        canvas.setFont("Times-Bold", 12)
        canvas.drawString(72, 780, f"{page}. Report on item {page * 7}")
        canvas.setFont("Times-Roman", 11)
        y = 758.0
        while y > 60:
            line = ""
            for word in [*rng.choices(words, k=rng.randrange(40, 110)), "agreed."]:
                longer = f"{line} {word}" if line else word.capitalize()
                if stringWidth(longer, "Times-Roman", 11) > 451 and y > 60:
                    canvas.drawString(72, y, line)
                    y, line = y - 13.5, word
                else:
                    line = longer
            if y > 60:
                canvas.drawString(72, y, line)
            y -= 20
        canvas.showPage()
    canvas.save()


def pdfium_alone(path: str) -> int:
    """Load every page and take its text."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument(path)
    size = 0
    for index in range(len(document)):
        page = document[index]
        text = pdfium.FPDFText_LoadPage(page)
        count = pdfium.FPDFText_CountChars(text)
        buffer = (ctypes.c_ushort * (count + 1))()
        pdfium.FPDFText_GetText(text, 0, count, buffer)
        size += count
        pdfium.FPDFText_ClosePage(text)
        page.close()
    return size


def measure(kind: str, path: str) -> None:
    """Read one file in this process; print seconds, CPU seconds, peak MB of the children, units."""
    from tsel_core.ingest import read_document

    wall, cpu = time.perf_counter(), _cpu()
    count = pdfium_alone(path) if kind == "pdfium" else len(read_document(path).units)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{time.perf_counter() - wall:.2f} {_cpu() - cpu:.2f} {peak:.0f} {count}")


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def row(name: str, paths: Sequence[str]) -> None:
    """Print a line of figures of files that are read one after the other."""
    totals: dict[str, list[float]] = {}
    for kind in ("pdfium", "tsel"):
        found = []
        for path in paths:
            done = subprocess.run([sys.executable, __file__, "--one", kind, path], capture_output=True, text=True, check=True)
            found.append([float(value) for value in done.stdout.split()])
        totals[kind] = [sum(f[0] for f in found), sum(f[1] for f in found), max(f[2] for f in found), sum(f[3] for f in found)]
    (alone_s, alone, _, _), (seconds, cpu, peak, units) = totals["pdfium"], totals["tsel"]
    cores = min(4, len(os.sched_getaffinity(0)))
    each = cpu / cores
    load = os.getloadavg()[0]
    print(
        f"{name} | {alone:.2f} | {alone_s:.2f} | {cpu:.2f} | {each:.2f} | {each / alone:.2f} | {seconds:.2f} | {peak:.0f} | {units:.0f} | {load:.1f}",
        flush=True,
    )


def main(arguments: list[str]) -> None:
    print("pages | pdfium CPU s | pdfium s | CPU s | CPU s a core | times pdfium | s | peak MB | units | load")
    if arguments[:1] == ["--files"]:
        row("files", arguments[1:])
        return
    write = write_lines if "--lines" in arguments else write_ordinary
    for count in [int(a) for a in arguments if a.isdigit()] or [500, 2000, 5000]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pages.pdf"
            write(path, count)
            row(str(count), [str(path)])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2], sys.argv[3])
    else:
        main(sys.argv[1:])
