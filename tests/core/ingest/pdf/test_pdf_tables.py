"""Tables: every cell in its row and column, whatever lines are drawn; random tables made with reportlab."""

from __future__ import annotations

import random
from io import BytesIO

import pytest

from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

platypus = pytest.importorskip("reportlab.platypus")
colors = pytest.importorskip("reportlab.lib.colors")
styles = pytest.importorskip("reportlab.lib.styles")
STYLES = ("grid", "rows", "booktabs", "none")
WORDS = [
    "pump",
    "deliver",
    "annex",
    "form",
    "client",
    "report",
    "lot",
    "site",
    "Lyon",
    "repair",
    "training",
    "spare",
    "parts",
    "valve",
    "filter",
]
JA_WORDS = ["納品", "検収", "倉庫", "設備", "点検", "研修", "部品", "契約", "報告書", "支払", "工事", "資料", "試験"]


class Made:
    """A document with one table and its true rows."""

    def __init__(
        self, seed: int, style: str, *, japanese: bool = False, rows: int | None = None, wrap: bool = True
    ) -> None:
        self.rng = random.Random(f"{seed}{style}{japanese}")
        self.japanese, self.style, self.wrap = japanese, style, wrap
        self.font = "Helvetica"
        if japanese:
            from reportlab.pdfbase import pdfmetrics
            from reportlab.pdfbase.cidfonts import UnicodeCIDFont

            pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
            self.font = "HeiseiMin-W3"
        self.num_columns = self.rng.randrange(3, 6)
        kinds = ["number", "text", *self.rng.choices(["text", "money", "date", "empty"], k=self.num_columns - 2)]
        header = ["番号", "項目", "金額", "期日", "備考"] if japanese else ["No.", "Item", "Amount", "Due", "Note"]
        self.rows = [header[: self.num_columns]]
        for number in range(1, (rows or self.rng.randrange(4, 14)) + 1):
            self.rows.append([self.cell(kind, number) for kind in kinds])

    def words(self, low: int, high: int) -> str:
        count = self.rng.randrange(low, high)
        if self.japanese:
            return "".join(self.rng.choice(JA_WORDS) for _ in range(count))
        return " ".join(self.rng.choice(WORDS) for _ in range(count))

    def cell(self, kind: str, number: int) -> str:
        if kind == "number":
            return str(number)
        if kind == "money":
            return f"{self.rng.randrange(1000, 999999):,}"
        if kind == "date":
            return f"{self.rng.randrange(1, 28)} May" if not self.japanese else f"5月{self.rng.randrange(1, 28)}日"
        if kind == "empty" and self.rng.random() < 0.6:
            return ""
        return self.words(1, 14 if self.wrap and self.rng.random() < 0.4 else 3)

    def data(self, repeat: int = 0) -> bytes:
        style = styles.ParagraphStyle(
            "c", fontName=self.font, fontSize=9, leading=11, wordWrap="CJK" if self.japanese else None
        )
        body = styles.ParagraphStyle(
            "b", fontName=self.font, fontSize=10, leading=13, wordWrap="CJK" if self.japanese else None
        )
        widths = [36, 150, 80, 80, 90][: self.num_columns]
        cells = [[platypus.Paragraph(c, style) if c else "" for c in row] for row in self.rows]
        lines = [("VALIGN", (0, 0), (-1, -1), self.rng.choice(["TOP", "MIDDLE"]))]
        if self.style == "grid":
            lines.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
        elif self.style == "rows":
            lines.append(("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey))
        elif self.style == "booktabs":
            lines += [
                ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
                ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
                ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
            ]
        table = platypus.Table(cells, colWidths=widths, repeatRows=repeat, hAlign="LEFT")
        table.setStyle(platypus.TableStyle(lines))
        before = (
            "次の表のとおりとする。"
            if self.japanese
            else "The schedule below lists the obligations of the parties under this contract."
        )
        after = "以上のとおり合意した。" if self.japanese else "Signed in Lyon by both parties."
        out = BytesIO()
        document = platypus.SimpleDocTemplate(out, pagesize=(595, 842))
        document.build(
            [
                platypus.Paragraph(before, body),
                platypus.Spacer(1, 10),
                table,
                platypus.Spacer(1, 10),
                platypus.Paragraph(after, body),
            ]
        )
        return out.getvalue()


def lines_of(data: bytes) -> list[str]:
    document = parse("case.pdf", data, "0", ReadOptions(isolate=False))
    return [line for u in document.units if u.in_flow for line in u.text.split("\n")]


def score(made: Made, data: bytes) -> tuple[int, int]:
    """(cells in their row and column, cells)."""
    found = {tuple(line.split("\t")) for line in lines_of(data)}
    right = 0
    for row in made.rows:
        cells = list(row)
        while cells and not cells[-1]:
            cells.pop()
        forms = {tuple(cells), tuple(row)}
        right += len(row) if forms & found else 0
    return right, sum(len(row) for row in made.rows)


def share(style: str, seeds: range, **options: object) -> float:
    right = total = 0
    for seed in seeds:
        made = Made(seed, style, **options)  # type: ignore[arg-type]
        r, t = score(made, made.data())
        right, total = right + r, total + t
    return right / total


@pytest.mark.parametrize("japanese", [False, True])
@pytest.mark.parametrize("style", STYLES)
def test_cells_keep_their_rows_and_columns(style: str, japanese: bool) -> None:
    assert share(style, range(16), japanese=japanese, wrap=False) >= 0.99
    assert share(style, range(16), japanese=japanese) >= 0.99


def test_numbers_of_court_paper_leave_the_flow_where_its_lines_are_short() -> None:
    from tests.core.ingest.make_files import pdf

    texts = [
        "ALEX MORGAN, an individual,",
        "Plaintiff,",
        "v.",
        "HARBOUR LINES, a corporation,",
        "Defendant.",
        "",
        "1. Plaintiff lives in Lyon.",
        "",
        "(a) damages;",
        "",
    ]
    page = [(40.0, 760.0 - 24 * i, 12.0, str(i + 1)) for i in range(28)]
    page += [(80.0, 760.0 - 24 * i, 12.0, text) for i, text in enumerate(texts) if text]
    lines = lines_of(pdf([page]))
    assert lines == [text for text in texts if text]


def test_a_column_of_numbers_below_its_heading_is_data() -> None:
    from tests.core.ingest.make_files import pdf

    page = [(40.0, 784.0, 12.0, "No."), (80.0, 784.0, 12.0, "Name")]
    page += [(40.0, 760.0 - 24 * i, 12.0, str(i + 1)) for i in range(20)]
    page += [(80.0, 760.0 - 24 * i, 12.0, f"Member {i}") for i in range(14)]
    lines = lines_of(pdf([page]))
    assert "3\tMember 2" in lines
    assert "20" in lines


def test_numbers_that_start_anew_on_each_page_are_those_of_its_lines() -> None:
    from tests.core.ingest.make_files import pdf

    says = ["Q. State your name.", "A. Clara Mori.", "Q. Did you sign?", "A. Yes.", "MR. ITO: Objection."]
    pages = [
        [
            t
            for i in range(25)
            for t in ((60.0, 780.0 - 27 * i, 11.0, str(i + 1)), (100.0, 780.0 - 27 * i, 11.0, says[(i * 7 + n) % 5]))
        ]
        for n in range(3)
    ]
    assert set(lines_of(pdf(pages))) == set(says)


def test_merged_cells_keep_the_columns_behind_them() -> None:
    rows = [
        ["Region", "2025", "", "2026", ""],
        ["", "Q1", "Q2", "Q1", "Q2"],
        ["North", "1", "2", "3", "4"],
        ["South", "5", "", "7", "8"],
    ]
    out = BytesIO()
    table = platypus.Table(rows)
    spans = [("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0)), ("SPAN", (0, 0), (0, 1))]
    table.setStyle(platypus.TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), *spans]))
    platypus.SimpleDocTemplate(out, pagesize=(595, 842)).build([table])
    assert lines_of(out.getvalue()) == [
        "Region\t2025\t\t2026",
        "\tQ1\tQ2\tQ1\tQ2",
        "North\t1\t2\t3\t4",
        "South\t5\t\t7\t8",
    ]


@pytest.mark.parametrize("style", ["grid", "rows"])
def test_a_table_over_pages_has_one_head_and_whole_rows(style: str) -> None:
    made = Made(11, style, rows=90, wrap=False)
    lines = lines_of(made.data(repeat=1))
    assert lines.count("\t".join(made.rows[0])) == 1
    assert sum("\t".join(row).rstrip("\t") in lines for row in made.rows) == len(made.rows)


def test_a_row_divided_by_a_pages_end_is_one_row() -> None:
    long = " ".join(f"word{n}" for n in range(40))
    rows = [["1", "first", "x"], ["2", long, "y"], ["3", "last", "z"]]
    style = styles.ParagraphStyle("c", fontSize=12, leading=16)
    out = BytesIO()
    table = platypus.Table(
        [[platypus.Paragraph(c, style) for c in row] for row in rows], colWidths=[40, 200, 60], splitInRow=1
    )
    table.setStyle(
        platypus.TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    platypus.SimpleDocTemplate(out, pagesize=(595, 842)).build([platypus.Spacer(1, 600), table])
    assert lines_of(out.getvalue()) == ["\t".join(row) for row in rows]


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("style", ["grid", "none"])
def test_tables_on_pages_set_sideways(style: str, degrees: int) -> None:
    """A wide table is often set on its side, and shown so."""
    from pypdf import PdfReader, PdfWriter

    right = total = 0
    for seed in range(200, 208):
        made = Made(seed, style)
        writer, out = PdfWriter(clone_from=PdfReader(BytesIO(made.data()))), BytesIO()
        for page in writer.pages:
            page.rotate(degrees)
        writer.write(out)
        r, t = score(made, out.getvalue())
        right, total = right + r, total + t
    assert right / total >= 0.99
