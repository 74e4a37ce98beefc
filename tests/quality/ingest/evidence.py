"""How often the evidence of the gold questions stands in the unit that a citation would name.

    python tests/quality/ingest/evidence.py FOLDER        (FOLDER holds gold.jsonl and the documents)

For each evidence item with words (`span`) the words must stand in the flow, and on the page, in the paragraph, turn
or second of the recording that the item names. Prints a table by kind of document.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tsel_core.document import Document
from tsel_core.ingest import ReadOptions, read_document


def plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\xad", "").casefold()
    return "".join(text.translate(_QUOTES).split())


_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‐": "-"})


def holds(span: str, text: str) -> bool:
    """All passages of the span (divided by <omitted>) stand in the text."""
    return all(plain(part) in text for part in span.split("<omitted>"))


def check(document: Document, item: dict[str, Any]) -> list[tuple[str, bool]]:
    """(what was checked, whether it holds) for one evidence item."""
    flow = [u for u in document.units if u.in_flow]
    found: list[tuple[str, bool]] = []
    span = item.get("span", "")
    if span:
        found.append(("words in the document", holds(span, plain(" ".join(u.text for u in flow)))))
    if span and "page" in item:
        pages = range(item["page"], item.get("page_end", item["page"]) + 1)
        found.append(("words on the page", holds(span, plain(" ".join(u.text for u in flow if u.page in pages)))))
    if span and "article" in item:
        article = plain(str(item["article"]))
        labels = [plain(u.label) for u in flow if holds(span, plain(u.text))]
        if any(article in label for label in labels) or document.kind == "docx":
            found.append(("article in the label", any(article in label for label in labels)))
    if "time" in item and span:
        time = item["time"]
        start = seconds(str(time[0] if isinstance(time, list) else time))
        hits = [u for u in flow if holds(span, plain(u.text)) and u.start_s is not None]
        found.append(("time within the turn", any(u.start_s - 1 <= start <= (u.end_s or 1e9) + 1 for u in hits)))  # type: ignore[operator]
    return found


def seconds(text: str) -> float:
    total = 0.0
    for part in text.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def main(folder: Path) -> None:
    documents: dict[str, Document] = {}
    good: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    missed: list[str] = []
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        name = question["doc"]
        if name not in documents:
            documents[name] = read_document(folder / name, ReadOptions())
        group = name.split("/")[0] + " ." + name.rsplit(".", 1)[1]
        for item in question.get("evidence") or []:
            for what, holds in check(documents[name], item):
                good[(group, what)][holds] += 1
                if not holds:
                    missed.append(f"{name} {what}: {json.dumps(item, ensure_ascii=False)[:200]}")
    for (group, what), counts in sorted(good.items()):
        total = counts[True] + counts[False]
        print(f"{group:18} {what:24} {counts[True]:4} of {total:4}  {100 * counts[True] / total:5.1f} %")
    print("\n".join(missed[:60]), file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
