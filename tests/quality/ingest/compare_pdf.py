"""Reading PDFs beside other tools: cases, passages, table cells, lists, hidden text, seconds of CPU.

    python tests/quality/ingest/compare_pdf.py FOLDER [tool ...]     (tools: tsel markitdown pdfplumber pypdf)

FOLDER is the development data: cases/expected.csv, and PDFs beside a .txt of the same name, 300 passages of which are
looked for. Tables, lists and hidden text are made by the generators of the tests (reportlab), so their truth is known.
A cell counts when its row stands on one line with its cells in their order; of a tool that gives tables as Markdown or
as lists, those are taken. Run it in an environment that has the other tools; they are no dependency of this project.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.core.ingest import test_pdf_lines as lists
from tests.core.ingest import test_pdf_tables as tables
from tests.core.ingest import test_pdf_visibility as visibility
from tests.quality.ingest.compare import LENGTH, PASSAGES, plain

Rows = set[tuple[str, ...]]
SEEDS = range(200, 212)


def tsel(data: bytes) -> tuple[str, Rows]:
    from tsel_core.ingest.options import ReadOptions
    from tsel_core.ingest.parse import parse

    text = "\n".join(u.text for u in parse("x.pdf", data, "0", ReadOptions(isolate=False)).units if u.in_flow)
    return text, {tuple(line.split("\t")) for line in text.split("\n")}


def markitdown(data: bytes) -> tuple[str, Rows]:
    from markitdown import MarkItDown, StreamInfo

    text = MarkItDown().convert_stream(BytesIO(data), stream_info=StreamInfo(extension=".pdf")).text_content
    rows = {tuple(c.strip() for c in line.strip().strip("|").split("|")) for line in text.split("\n") if "|" in line}
    return text, rows


def pdfplumber(data: bytes) -> tuple[str, Rows]:
    import pdfplumber as tool

    texts, rows = [], set()
    with tool.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            texts.append(page.extract_text() or "")
            for table in page.extract_tables():
                rows |= {tuple(" ".join((c or "").split()) for c in row) for row in table}
    return "\n".join(texts), rows


def pypdf(data: bytes) -> tuple[str, Rows]:
    import pypdf as tool

    text = "\n".join(page.extract_text() for page in tool.PdfReader(BytesIO(data)).pages)
    return text, {tuple(re.split(r"\s{2,}|\t", line.strip())) for line in text.split("\n")}


TOOLS: dict[str, Callable[[bytes], tuple[str, Rows]]] = {
    "tsel": tsel,
    "markitdown": markitdown,
    "pdfplumber": pdfplumber,
    "pypdf": pypdf,
}


def cases(folder: Path, read: Callable[[bytes], tuple[str, Rows]]) -> str:
    """Files of which all phrases are right."""
    right = total = 0
    with (folder / "cases" / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "pdf" and row["outcome"] == "ok"]
    for row in rows:
        total += 1
        try:
            text = read((folder / row["file"].replace("ingest/", "cases/")).read_bytes())[0]
        except Exception:
            continue
        wanted = all(plain(p["text"]) in plain(text) for p in json.loads(row["phrases"]))
        right += wanted and not any(p in text for p in json.loads(row["must_not"]))
    return f"{right} of {total}"


def passages(folder: Path, read: Callable[[bytes], tuple[str, Rows]]) -> tuple[str, str]:
    """(share of passages found, seconds of CPU and pages)."""
    found = total = 0
    started = time.process_time()
    spent = 0.0
    for path in sorted(p for d in ("contracts", "ja_docs", "long", "needles") for p in (folder / d).glob("*.pdf")):
        truth_file = path.with_suffix(".txt")
        if not truth_file.is_file():
            continue
        truth = plain(truth_file.read_text(encoding="utf-8", errors="replace"))
        step = max(1, (len(truth) - LENGTH) // PASSAGES)
        wanted = [truth[i : i + LENGTH] for i in range(0, max(1, len(truth) - LENGTH), step)]
        wanted = [p for p in wanted if truth.count(p) == 1]
        started = time.process_time()
        text = plain(read(path.read_bytes())[0])
        spent += time.process_time() - started
        found += sum(p in text for p in wanted)
        total += len(wanted)
    return f"{100 * found / total:.1f} %", f"{spent:.1f} s"


def cells(read: Callable[[bytes], tuple[str, Rows]], style: str) -> str:
    """Share of the cells that stand in their row and column."""
    right = total = 0
    for seed in SEEDS:
        for japanese in (False, True):
            made = tables.Made(seed, style, japanese=japanese)
            found = {tuple(_bare(row)) for row in read(made.data())[1]}
            for row in made.rows:
                total += len(row)
                right += len(row) if tuple(_bare(row)) in found else 0
    return f"{100 * right / total:.1f} %"


def _bare(row: tuple[str, ...] | list[str]) -> list[str]:
    """Cells without the white space of wrapped lines and without empty ones at the end."""
    bare = ["".join(cell.split()) for cell in row]
    while bare and not bare[-1]:
        bare.pop()
    return bare


def apart(read: Callable[[bytes], tuple[str, Rows]]) -> str:
    """Share of the list items that stand on a line of their own."""
    right = total = 0
    for seed in SEEDS:
        for japanese in (False, True):
            sheet = lists.Sheet(seed, japanese)
            for _ in range(5):
                sheet.names()
                sheet.paragraph()
            lines = {plain(line) for line in read(sheet.data())[0].split("\n")}
            right += sum(plain(item) in lines for items in sheet.items for item in items)
            total += sum(len(items) for items in sheet.items)
    return f"{100 * right / total:.1f} %"


def unseen(read: Callable[[bytes], tuple[str, Rows]]) -> str:
    """Share of the lines that are right: seen ones given, hidden ones not."""
    right = total = 0
    for seed in SEEDS:
        page = visibility.Page(seed)
        for how in page.rng.choices(visibility.HIDDEN + visibility.SEEN, k=26):
            page.put(how)
        text = plain(read(page.data())[0])
        right += sum(plain(line) in text for line in page.shown) + sum(plain(line) not in text for line in page.hidden)
        total += len(page.shown) + len(page.hidden)
    return f"{100 * right / total:.1f} %"


def main() -> int:
    folder, names = Path(sys.argv[1]), sys.argv[2:] or list(TOOLS)
    print("| tool | cases right | passages | CPU | " + " | ".join(f"cells: {s}" for s in tables.STYLES) + " | lists | unseen |")
    for name in names:
        read = TOOLS[name]
        share, spent = passages(folder, read)
        found = [cases(folder, read), share, spent, *(cells(read, s) for s in tables.STYLES), apart(read), unseen(read)]
        print(f"| {name} | {' | '.join(found)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
