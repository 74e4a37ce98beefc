"""Recall and precision of whole files of meetings, by code alone: minutes in several layouts, transcripts of several kinds.

    python -m tests.quality.minutes.documents_eval seen
    python -m tests.quality.minutes.documents_eval unseen en_parish ja_buturyu --items

documents/seen were read when rules were written; of documents/unseen no miss was read before the figures of
docs/dev/summaries.md were taken. NAME.gold says what the minutes must hold, as in hand_en.txt ("@~" before a kind: may be
given); ";" stands between names of one person, and between forms of which one is enough. NAME.docx.md becomes a Word file.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.quality.minutes.made_meetings import Gold
from tests.quality.minutes.scoring import matches
from tsel_core.ingest.read import read_document
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.minutes import item_words
from tsel_core.sweep.run import sweep_documents
from tsel_core.text.language import Lang

FOLDER = Path(__file__).with_name("documents")
_STATUS = {"D": "decided", "R": "rejected"}
Choice = list[Gold]  # one of these is enough


def gold_of(path: Path) -> tuple[list[Choice], list[Choice]]:
    """What must be given, and what may be."""
    need: list[Choice] = []
    may: list[Choice] = []
    for line in path.read_text("utf-8").splitlines():
        match = re.match(r"@(~?)([DRAO]) (.*)", line)
        if match is None:
            continue
        parts = [p.strip() for p in match[3].split("|")]
        forms = tuple(f.strip() for f in parts[-1].split(";"))
        if match[2] == "A":
            made = [Gold("action", 0, (parts[1],), (), who.strip(), parts[2]) for who in parts[0].split(";")]
        elif match[2] == "O":
            made = [Gold("open", 0, (), forms)]
        else:
            about = () if match[2] == "R" else forms
            made = [Gold("decision", 0, (parts[0],), about, status=_STATUS[match[2]])]
        (may if match[1] else need).append(made)
    return need, may


def word_file(markup: str, path: Path) -> None:
    """A Word file of headings (#), lists (-, 1.), tables (| a | b |), bold (**) and paragraphs."""
    from docx import Document

    document: Any = Document()
    rows: list[list[str]] = []
    for line in [*markup.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([c.strip() for c in line.strip()[1:-1].split("|")])
            continue
        if rows:
            table = document.add_table(len(rows), max(map(len, rows)))
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    table.cell(number, column).text = cell
            rows = []
        heading = re.match(r"(#+) (.*)", line)
        if heading:
            document.add_heading(heading[2], len(heading[1]))
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif re.match(r"\d+\. ", line):
            document.add_paragraph(re.sub(r"^\d+\. ", "", line), style="List Number")
        elif line.strip():
            paragraph = document.add_paragraph()
            for number, part in enumerate(line.split("**")):
                paragraph.add_run(part).bold = bool(number % 2)
    document.save(str(path))


def judged(items: list[Item], need: list[Choice], may: list[Choice]) -> tuple[list[tuple[str, Item]], list[Choice]]:
    """Each item with "+" right, "~" neither, "-" too much; and what was missed. Said twice counts once."""
    left = list(need)
    found = []
    for item in items:
        hit = next((choice for choice in left if any(matches(item, g) for g in choice)), None)
        if hit is not None:
            left.remove(hit)
        allowed = any(matches(item, g) for choice in may for g in choice)
        found.append(("+" if hit is not None else "~" if allowed else "-", item))
    return found, left


def main() -> None:
    """Print counts, with --items every item and what was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", help="a folder of documents/, or the path of another one")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--items", action="store_true")
    args = parser.parse_args()
    folder = FOLDER / args.set  # an absolute path stays as it is
    if not folder.is_dir():
        parser.error(f"no folder {folder}")
    counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])  # gold, given, right, unmarked
    with tempfile.TemporaryDirectory() as made:
        for gold in sorted(folder.glob("*.gold")):
            if args.names and gold.stem not in args.names:
                continue
            path = next(p for p in gold.parent.iterdir() if p.name.split(".")[0] == gold.stem and p != gold)
            if path.name.endswith(".docx.md"):
                word_file(path.read_text("utf-8"), Path(made) / path.name[:-3])
                path = Path(made) / path.name[:-3]
            lang: Lang = "ja" if gold.stem.startswith("ja") else "en"
            need, may = gold_of(gold)
            swept = sweep_documents([read_document(path)], lang, "meeting").items
            found, missed = judged([i for i in swept if i.kind in ("decision", "action", "open")], need, may)
            for choice in need:
                counts[lang, choice[0].kind][0] += 1
            for mark, item in found:
                if mark != "~":
                    row = counts[lang, item.kind]
                    row[1] += 1
                    row[2] += mark == "+"
                    row[3] += mark == "-" and item.verdict != "unsure"
            if args.items:
                print(f"# {gold.stem}")
                print(*(f"{mark} {item.kind}: {item_words(item, lang)}" for mark, item in found), sep="\n")
                print(*(f"missed {c[0].kind}: {c[0].who} {c[0].must} {c[0].when} {c[0].about}" for c in missed), sep="\n")
    for (lang, kind), (wanted, given, right, unmarked) in sorted(counts.items()):
        recall, precision = right / max(1, wanted), right / max(1, given)
        print(f"{lang} {kind:<9} recall {recall:.2f} of {wanted:<3} precision {precision:.2f} of {given:<3} wrong and unmarked {unmarked}")


if __name__ == "__main__":
    main()
