"""The reader beside other tools on the same files: phrases found, order kept, seconds.

    python tests/quality/ingest/compare.py FOLDER [tool ...]     (tools: tsel markitdown pdfplumber docx2python)

FOLDER holds ingest/expected.csv and documents in several formats beside a .txt of the same name, which is taken as
the truth: 300 passages of it, evenly spread, are looked for. Found: the share that stands in the tool's text.
Order: the share of neighbouring found passages that stand in the truth's order. Run it in an environment that has
the other tools; they are no dependency of this project.
"""

from __future__ import annotations

import csv
import itertools
import json
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

PASSAGES, LENGTH = 300, 24


def plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\xad", "").casefold()
    quotes = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‐": "-"}
    return "".join(text.translate(str.maketrans(quotes)).split())


def tsel(path: Path) -> str:
    from tsel_core.ingest import read_document

    return "\n".join(u.text for u in read_document(path).units if u.in_flow)


def markitdown(path: Path) -> str:
    from markitdown import MarkItDown

    return MarkItDown().convert(str(path)).text_content


def pdfplumber(path: Path) -> str:
    import pdfplumber as tool

    with tool.open(path) as pdf:
        return "\n".join(page.extract_text() or "" for page in pdf.pages)


def docx2python(path: Path) -> str:
    import docx2python as tool

    with tool.docx2python(str(path)) as content:
        return content.text


TOOLS: dict[str, tuple[Callable[[Path], str], tuple[str, ...]]] = {
    "tsel": (tsel, (".pdf", ".docx", ".vtt", ".srt", ".txt")),
    "markitdown": (markitdown, (".pdf", ".docx", ".vtt", ".srt", ".txt")),
    "pdfplumber": (pdfplumber, (".pdf",)),
    "docx2python": (docx2python, (".docx",)),
}


def awkward(folder: Path, name: str) -> None:
    read, kinds = TOOLS[name]
    right = total = refused = refusals = 0
    missed = []
    for row in csv.DictReader((folder / "ingest" / "expected.csv").open(encoding="utf-8", newline="")):
        path = folder / row["file"]
        if path.suffix not in kinds:
            continue
        try:
            text = plain(read(path))
        except Exception:
            text = None
        if row["outcome"].startswith("error"):
            refusals += 1
            refused += text is None or not text
            continue
        for phrase in json.loads(row["phrases"]):
            total += 1
            good = text is not None and plain(phrase["text"]) in text
            right += good
            if not good:
                missed.append(path.name)
        for phrase in json.loads(row["must_not"]):
            total += 1
            good = text is not None and plain(phrase) not in text
            right += good
            if not good:
                missed.append("not: " + path.name)
    print(f"{name:12} awkward files: {right} of {total} phrases right, {refused} of {refusals} refusals; missed: {missed}")


def documents(folder: Path, name: str) -> None:
    read, kinds = TOOLS[name]
    groups: dict[str, list[tuple[int, int, int, int]]] = {}
    seconds: dict[str, float] = {}
    for path in sorted(p for d in ("contracts", "ja_docs", "meetings", "long") for p in (folder / d).iterdir()):
        truth_file = path.with_suffix(".txt")
        if path.suffix not in kinds or path.suffix == ".txt" or not truth_file.is_file():
            continue
        truth = plain(truth_file.read_text(encoding="utf-8", errors="replace"))
        step = max(1, (len(truth) - LENGTH) // PASSAGES)
        passages = [truth[i : i + LENGTH] for i in range(0, max(1, len(truth) - LENGTH), step)]
        passages = [p for p in passages if truth.count(p) == 1]
        started = time.perf_counter()
        try:
            text = plain(read(path))
        except Exception as error:
            print(f"{name}: {path.name}: {type(error).__name__}")
            text = ""
        group = f"{path.parent.name} {path.suffix}"
        seconds[group] = seconds.get(group, 0.0) + time.perf_counter() - started
        places = [at for p in passages if (at := text.find(p)) >= 0]
        pairs = list(itertools.pairwise(places))
        kept = sum(1 for a, b in pairs if a < b)
        groups.setdefault(group, []).append((len(places), len(passages), kept, len(pairs)))
    for group, rows in sorted(groups.items()):
        found, total, kept, pairs_total = (sum(r[i] for r in rows) for i in range(4))
        order = 100 * kept / max(1, pairs_total)
        print(
            f"{name:12} {group:16} {len(rows):3} files: found {100 * found / total:5.1f} %, order {order:5.1f} %, "
            f"{seconds[group]:6.2f} s"
        )


if __name__ == "__main__":
    chosen = sys.argv[2:] or list(TOOLS)
    for tool_name in chosen:
        awkward(Path(sys.argv[1]), tool_name)
        documents(Path(sys.argv[1]), tool_name)
