"""Word, Excel, PowerPoint, HTML and mail files beside other tools: phrases, hidden text, rows of tables, seconds.

    python tests/quality/ingest/compare_kinds.py make FOLDER                 writes made files with their truth (seeded)
    python tests/quality/ingest/compare_kinds.py read FOLDER DATA TOOL       a line of figures for tsel, markitdown or docling

DATA holds cases/expected.csv and ingest/expected.csv. Each tool may run in an environment of its own. A row counts
where a line of the tool's text has its cells in their columns (divided by tabs, or by "|" in Markdown).
"""

from __future__ import annotations

import csv
import json
import random
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINDS = ("docx", "xlsx", "pptx", "html")
MADE = 12  # files of each kind
WORDS = ["fee", "notice", "term", "lessee", "award", "deadline", "pump", "invoice", "clause", "party", "goods", "roof"]
Truth = dict[str, Any]


def plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\xad", "").casefold()
    return "".join(text.replace("\\", "").split())


class Maker:
    """Words that stand in no other place, and a table with empty cells."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def words(self, count: int = 4) -> str:
        return " ".join(f"{self.rng.choice(WORDS)}{self.rng.randrange(1000, 9999)}" for _ in range(count))

    def rows(self) -> list[list[str]]:
        wide = self.rng.randrange(3, 6)
        rows = [[self.words(1) for _ in range(wide)]]
        for _ in range(self.rng.randrange(2, 7)):
            rows.append([self.words(1)] + [self.words(self.rng.randrange(1, 3)) if self.rng.random() < 0.7 else "" for _ in range(wide - 1)])
        return rows


def make_docx(path: Path, made: Maker) -> Truth:
    import docx
    from docx.shared import Pt, RGBColor

    document, shown, hidden = docx.Document(), [made.words() for _ in range(6)], [made.words() for _ in range(3)]
    document.add_heading(shown[0], 1)
    document.sections[0].header.paragraphs[0].text = shown[1]
    document.add_paragraph(shown[2])
    document.add_paragraph(shown[3], style="List Number")
    runs = [document.add_paragraph(shown[4] + " ").add_run(words) for words in hidden]
    runs[0].font.hidden = True
    runs[1].font.color.rgb = RGBColor(255, 255, 255)
    runs[2].font.size = Pt(1)
    rows = made.rows()
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph(shown[5])
    document.save(str(path))
    return {"shown": shown, "hidden": hidden, "rows": rows}


def make_xlsx(path: Path, made: Maker) -> Truth:
    import openpyxl

    book, hidden = openpyxl.Workbook(), [made.words() for _ in range(3)]
    sheet, rows = book.active, made.rows()
    for cells in rows:
        sheet.append([cell or None for cell in cells])
    sheet.append([hidden[0]])
    sheet.row_dimensions[len(rows) + 1].hidden = True
    column = chr(ord("A") + len(rows[0]) + 1)
    sheet[f"{column}1"] = hidden[1]
    sheet.column_dimensions[column].hidden = True
    other = book.create_sheet("Old")
    other.append([hidden[2]])
    other.sheet_state = "hidden"
    second = book.create_sheet("Plan")
    shown = [made.words() for _ in range(2)]
    second.append(shown)
    book.save(str(path))
    return {"shown": shown, "hidden": hidden, "rows": rows}


def make_pptx(path: Path, made: Maker) -> Truth:
    from pptx import Presentation
    from pptx.dml.color import RGBColor
    from pptx.util import Inches

    show, shown, hidden = Presentation(), [made.words() for _ in range(4)], [made.words() for _ in range(3)]
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text_frame.text, slide.placeholders[1].text_frame.text = shown[0], shown[1]
    slide.notes_slide.notes_text_frame.text = shown[2]
    white = slide.shapes.add_textbox(Inches(1), Inches(6), Inches(4), Inches(0.5)).text_frame
    white.text = hidden[0]
    white.paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 255, 255)
    slide.shapes.add_textbox(Inches(40), Inches(6), Inches(4), Inches(0.5)).text_frame.text = hidden[1]
    rows = made.rows()
    second = show.slides.add_slide(show.slide_layouts[5])
    second.shapes.title.text_frame.text = shown[3]
    table = second.shapes.add_table(len(rows), len(rows[0]), Inches(0.5), Inches(2), Inches(9), Inches(3)).table
    for at, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(at, column).text = text
    third = show.slides.add_slide(show.slide_layouts[5])
    third.shapes.title.text_frame.text = hidden[2]
    third._element.set("show", "0")
    show.save(str(path))
    return {"shown": shown, "hidden": hidden, "rows": rows}


def make_html(path: Path, made: Maker) -> Truth:
    shown, hidden, rows = [made.words() for _ in range(5)], [made.words() for _ in range(4)], made.rows()
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in rows)
    path.write_text(
        f"<!doctype html><html><head><style>.n{{display:none}} .w{{color:#fff}}</style></head><body><h1>{shown[0]}</h1>"
        f"<p>{shown[1]}</p><ul><li>{shown[2]}<ol><li>{shown[3]}</li></ol></li></ul><p class=n>{hidden[0]}</p>"
        f"<p class=w>{hidden[1]}</p><p style='position:absolute;left:-9999px'>{hidden[2]}</p><p hidden>{hidden[3]}</p>"
        f"<table>{table}</table><details><summary>x</summary><p>{shown[4]}</p></details></body></html>",
        encoding="utf-8",
    )
    return {"shown": shown, "hidden": hidden, "rows": rows}


MAKERS: dict[str, Callable[[Path, Maker], Truth]] = {"docx": make_docx, "xlsx": make_xlsx, "pptx": make_pptx, "html": make_html}


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for kind, maker in MAKERS.items():
        for number in range(MADE):
            path = folder / f"{kind}{number}.{kind}"
            truth[path.name] = maker(path, Maker(hash_of(kind, number)))
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")


def hash_of(kind: str, number: int) -> int:
    return KINDS.index(kind) * 1000 + number


def reader(tool: str) -> Callable[[Path], str]:
    if tool == "markitdown":
        from markitdown import MarkItDown

        return lambda path: str(MarkItDown().convert(str(path)).text_content)
    if tool == "docling":
        from docling.document_converter import DocumentConverter

        converter = DocumentConverter()
        return lambda path: str(converter.convert(path).document.export_to_markdown())
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from tsel_core.ingest import read_document

    return lambda path: "\n".join(u.text for u in read_document(path).units if u.in_flow)


def cells_of(line: str) -> tuple[str, ...]:
    line = line.strip(" ")
    cells = [plain(c) for c in (line.strip("|").split("|") if line.startswith("|") else line.split("\t"))]
    cells = ["" if cell == "nan" else cell for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def score_made(folder: Path, kind: str, read: Callable[[Path], str]) -> dict[str, str]:
    shown = hidden = rows = all_shown = all_hidden = all_rows = 0
    start = time.process_time(), time.perf_counter()
    for name, truth in json.loads((folder / "truth.json").read_text(encoding="utf-8")).items():
        if not name.endswith(kind):
            continue
        try:
            text = read(folder / name)
        except Exception:
            text = ""
        flat = plain(text)
        lines = {cells_of(line) for line in text.split("\n")}
        shown += sum(plain(words) in flat for words in truth["shown"])
        hidden += sum(plain(words) not in flat for words in truth["hidden"]) if text else 0
        rows += sum(cells_of("\t".join(cells)) in lines for cells in truth["rows"])
        all_shown, all_hidden, all_rows = all_shown + len(truth["shown"]), all_hidden + len(truth["hidden"]), all_rows + len(truth["rows"])
    seconds = time.perf_counter() - start[1]
    share = lambda a, b: f"{100 * a / max(1, b):.1f} %"  # noqa: E731
    return {"phrases": share(shown, all_shown), "unseen kept out": share(hidden, all_hidden), "rows": share(rows, all_rows), "s": f"{seconds:.1f}"}


def score_cases(data: Path, read: Callable[[Path], str]) -> tuple[dict[str, list[int]], list[str]]:
    """By kind: (right, all) of the awkward files that have phrases."""
    found: dict[str, list[int]] = {}
    missed = []
    for folder in ("cases", "ingest"):
        for row in csv.DictReader((data / folder / "expected.csv").open(encoding="utf-8", newline="")):
            path = data / folder / Path(row["file"]).name
            phrases, wrong = json.loads(row["phrases"]), json.loads(row["must_not"])
            kind = path.suffix.lstrip(".")
            if kind == "pdf" or not (phrases or wrong) or not path.is_file() or row["outcome"].startswith("error"):
                continue
            try:
                text = plain(read(path))
            except Exception:
                text = ""
            right = bool(text) and all(plain(p["text"]) in text for p in phrases) and not any(plain(w) in text for w in wrong)
            count = found.setdefault(kind, [0, 0])
            count[0] += right
            count[1] += 1
            missed += [] if right else [path.name]
    return found, missed


def main(arguments: list[str]) -> None:
    if arguments[0] == "make":
        make(Path(arguments[1]))
        return
    folder, data, tool = Path(arguments[1]), Path(arguments[2]), arguments[3]
    read = reader(tool)
    for kind in KINDS:
        print(f"| {tool} | made .{kind} | " + " | ".join(score_made(folder, kind, read).values()) + " |", flush=True)
    cases, missed = score_cases(data, read)
    right, total = (sum(c[at] for c in cases.values()) for at in (0, 1))
    print(f"| {tool} | cases | {right} of {total} | " + ", ".join(f".{k} {a}/{b}" for k, (a, b) in sorted(cases.items())) + " |")
    print(f"  missed: {', '.join(missed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
