"""PDF files: reading order, vertical writing, running lines, structure, damage, quality."""

from __future__ import annotations

import zlib

import pytest

from tests.core.ingest.make_files import Text, pdf
from tsel_core.document import Document
from tsel_core.errors import DocumentError, UnreadableDocument, UsageError
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.ingest.pdf.layout.layout import TextLine
from tsel_core.ingest.pdf.layout.paragraphs import write_lines
from tsel_core.ingest.pdf.quality import grade

WORDS = ["the", "committee", "reviewed", "every", "quarterly", "budget", "with", "care", "and", "found", "that", "no", "item", "had", "been", "spent", "twice"]


def read(data: bytes, **options: object) -> Document:
    return parse("case.pdf", data, "0", ReadOptions(isolate=False, **options))  # type: ignore[arg-type]


def flow(document: Document) -> list[str]:
    """Text of each page without its running lines."""
    pages: dict[int | None, list[str]] = {}
    for u in document.units:
        if u.in_flow and u.kind not in ("header", "footer"):
            pages.setdefault(u.page, []).append(u.text)
    return ["\n".join(texts) for texts in pages.values()]


def column(x: float, top: float, name: str, lines: int = 12) -> list[Text]:
    """Lines of about 230 points, each with its own words."""
    return [(x, top - 14 * i, 10.0, f"{name}{i} " + " ".join(WORDS[(i + k) % len(WORDS)] for k in range(7))) for i in range(lines)]


def order(text: str, *words: str) -> bool:
    places = [text.find(w) for w in words]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("drawn", ["by column", "by row", "backwards"])
def test_two_columns_are_read_one_after_the_other(drawn: str) -> None:
    left, right = column(50, 700, "left"), column(320, 700, "right")
    title = (50.0, 760.0, 16.0, "A title that runs across the whole width of both columns")
    texts = [title, *left, *right]
    if drawn == "by row":
        texts = [title, *(t for pair in zip(left, right, strict=True) for t in pair)]
    elif drawn == "backwards":
        texts = texts[::-1]
    text = flow(read(pdf([texts])))[0]
    assert order(text, "A title", "left0", "left11", "right0", "right11")


def test_three_columns_drawn_row_by_row() -> None:
    lines = [(50.0 + 175 * c, 700.0 - 13 * i, 9.0, f"c{c}l{i} words of a column here now") for i in range(12) for c in range(3)]
    text = flow(read(pdf([[(200.0, 760.0, 14.0, "Three columns"), *lines]])))[0]
    assert order(text, "Three columns", "c0l0", "c0l11", "c1l0", "c1l11", "c2l0", "c2l11")


def test_form_and_invoice_keep_their_rows() -> None:
    names = ["Consulting services for the first quarter", "Travel", "Printing and binding of the report"]
    amounts = ["1,200,000", "35,400", "8,000"]
    texts = [(60.0, 700.0 - 15 * i, 10.0, n) for i, n in enumerate(names)] + [(500.0, 700.0 - 15 * i, 10.0, a) for i, a in enumerate(amounts)]
    assert flow(read(pdf([texts])))[0].split("\n") == [f"{n}\t{a}" for n, a in zip(names, amounts, strict=True)]


def test_table_below_columns_keeps_its_rows() -> None:
    table = [(50.0, 300.0, 10.0, "Item"), (200.0, 300.0, 10.0, "Quantity"), (400.0, 300.0, 10.0, "Price")]
    table += [(50.0, 286.0, 10.0, "Bolts"), (200.0, 286.0, 10.0, "1,200"), (400.0, 286.0, 10.0, "0.45")]
    table += [(50.0, 272.0, 10.0, "Plates"), (200.0, 272.0, 10.0, "35"), (400.0, 272.0, 10.0, "120.00")]
    by_column = sorted(table, key=lambda t: t[0])
    text = flow(read(pdf([[*column(50, 700, "left"), *column(320, 700, "right"), *by_column]])))[0]
    assert order(text, "left0", "left11", "right0", "right11", "Item\tQuantity\tPrice", "Bolts\t1,200\t0.45", "Plates\t35\t120.00")


def test_paragraph_lines_run_on_and_divided_words_are_joined() -> None:
    lines = ["The shareholders reviewed the annual report of the com-", "pany and its well-known subsidiary in great detail to-", "day.", "Next paragraph."]
    text = flow(read(pdf([[(50.0, 700.0 - 14 * i, 11.0, t) for i, t in enumerate(lines)]])))[0]
    assert "the company and its well-known subsidiary" in text
    assert text.endswith("\nNext paragraph.")


def test_a_new_speaker_begins_a_line_and_a_numbered_clause_runs_on() -> None:
    lines = [
        TextLine("鈴木：反対です。", 0, 0, 100, 10, 0.5, 0),
        TextLine("高橋：了解です。", 0, 14, 100, 24, 0.5, 0),
        TextLine("1.24\t“Zone” means the base of", 0, 28, 100, 38, 0.5, 0),
        TextLine("the sand.", 0, 42, 40, 52, 0.5, 0),
    ]
    assert write_lines(lines, set()) == "鈴木：反対です。\n高橋：了解です。\n1.24\t“Zone” means the base of the sand."


def test_compound_at_a_line_end_keeps_its_hyphen() -> None:
    lines = [TextLine("see the well-", 0, 0, 100, 10, 0.5, 0), TextLine("known case", 0, 14, 100, 24, 0.5, 0)]
    assert write_lines(lines, {"well-known", "see"}) == "see the well-known case"
    assert write_lines(lines, {"wellknown"}) == "see the wellknown case"


def test_vertical_writing_runs_from_right_to_left() -> None:
    columns = ["吾輩は猫である。名前はまだ無い。どこで", "生れたか頓と見当がつかぬ。何でも薄暗い", "じめじめした所でニャーニャー泣いていた"]
    text = flow(read(pdf([[(500.0 - 20 * i, 780.0, 12.0, c) for i, c in enumerate(columns)]], vertical=True)))[0]
    assert text == "".join(columns)


def test_vertical_columns_of_a_font_that_is_neither_embedded_nor_installed_are_read() -> None:
    """Columns without punctuation have no width where no Japanese font is installed; pdfium would drop them."""
    columns = ["わたくしといふ現象は仮定された", "有機交流電燈のひとつの青い照明", "風景やみんなといっしょに明滅"]
    text = flow(read(pdf([[(500.0 - 20 * i, 780.0, 12.0, c) for i, c in enumerate(columns)]], vertical=True)))[0]
    assert order(text, *columns)


def test_lines_of_a_font_that_is_not_embedded_have_their_height() -> None:
    """Without it no line runs on into the next."""
    lines = ["甲は、乙に対し、本契約に定める条件に従い、対象となる業務を委託し、乙は", "これを受託するものとし、その対価として別に定める委託料を支払うものとする"]
    text = flow(read(pdf([[(60.0, 780.0 - 18 * i, 12.0, line) for i, line in enumerate([*lines, *lines])]])))[0]
    assert "".join(lines) in text


VERTICAL = ["第一条　甲は、乙に対し、業務を委託し、乙", "はこれを受託する。委託料は月額金三百万", "円とし、毎月末日締め翌月末日払いとする。"]


def test_signs_beyond_the_basic_plane_keep_the_order_of_their_page() -> None:
    lines = ["𠮷野家と𩸽定食の契約は有効である。次の", "列もこのように読まれるべきである。"]
    vertical: list[Text] = [(500.0 - 24 * i, 780.0, 12.0, line) for i, line in enumerate(lines)]
    assert flow(read(pdf([vertical], vertical=True))) == ["".join(lines)]


def test_vertical_writing_between_horizontal_lines() -> None:
    columns: list[Text] = [(500.0 - 24 * i, 760.0, 12.0, column) for i, column in enumerate(VERTICAL)]
    below = ["日時　令和六年六月二十五日", "場所　東京都千代田区丸の内", "議案　剰余金処分の件"]
    lines: list[Text] = [(60.0, 300.0 - 24 * i, 11.0, f"H:{line}") for i, line in enumerate(below)]
    text = flow(read(pdf([[*columns, (150.0, 800.0, 18.0, "H:招集通知"), *lines]], vertical=True)))[0]
    assert text == "\n".join(["招集通知", "".join(VERTICAL), *below])


def test_ruby_and_digits_side_by_side_in_vertical_writing() -> None:
    columns: list[Text] = [(500.0 - 24 * i, 780.0, 12.0, column) for i, column in enumerate(VERTICAL)]
    ruby: list[Text] = [(510.0, 732.0, 6.0, "こうは"), (486.0, 684.0, 6.0, "いたくりょう")]
    document = read(pdf([[*columns, *ruby]], vertical=True))
    assert flow(document) == ["".join(VERTICAL)]
    assert [u.text for u in document.units if not u.in_flow] == ["こうは、いたくりょう"]
    digits: list[Text] = [(500.0, 780.0, 12.0, "平成"), (494.0, 745.0, 11.0, "12"), (500.0, 744.0, 12.0, "年四月一日に締結した契約は有効で"), (476.0, 780.0, 12.0, "ある。")]
    assert "".join(flow(read(pdf([digits], vertical=True)))[0].split()) == "平成12年四月一日に締結した契約は有効である。"


def test_vertical_writing_in_two_tiers() -> None:
    upper = [(500.0 - 20 * i, 780.0, 12.0, f"上段{n}の列はここまで続く。") for i, n in enumerate("一二三四")]
    lower = [(500.0 - 20 * i, 400.0, 12.0, f"下段{n}の列はここまで続く。") for i, n in enumerate("一二三四")]
    text = flow(read(pdf([[*lower, *upper]], vertical=True)))[0]
    assert order(text, "上段一", "上段四", "下段一", "下段四")


def test_headings_within_three_columns_stay_in_their_column() -> None:
    texts: list[Text] = []
    for number, x in enumerate((50.0, 230.0, 410.0)):
        y = 700.0
        for part in range(2):
            texts.append((x, y, 14.0, f"Head {number}{part}"))
            lines = 8 if (number, part) != (2, 1) else 5
            texts += [(x, y - 18 - 12 * i, 9.0, f"c{number}p{part}l{i} words of this column") for i in range(lines)]
            y -= 18 + 12 * lines + 14
    texts += [(50.0, 446.0, 14.0, "Head 03"), (230.0, 446.0, 14.0, "Head 13")]
    text = flow(read(pdf([[(150.0, 780.0, 20.0, "The Company Newsletter"), *texts]])))[0]
    assert order(text, "Newsletter", "Head 00", "c0p0l7", "Head 01", "c0p1l7", "Head 03", "Head 10", "c1p1l7", "Head 13", "Head 20", "c2p1l4")


def test_contents_lose_their_dots_and_a_raised_sign_keeps_its_space() -> None:
    lines = [(60.0, 700.0 - 20 * i, 10.0, f"{i} Chapter " + ". " * 40 + str(3 * i)) for i in range(1, 4)]
    raised = [(60.0, 500.0, 10.0, "The rate"), (97.0, 504.0, 6.0, "1"), (100.3, 500.0, 10.0, " was 10% in the year before")]
    text = flow(read(pdf([[*lines, *raised]])))[0]
    assert text.startswith("1 Chapter\t3\n2 Chapter\t6\n3 Chapter\t9\n")
    assert "rate1 was" in text


CELLS = [["1", "Deliver the pumps and|fit them in the hall|of the plant.", "Dept of works|and its firms", "15 May"],
         ["2", "Train the staff in|three shifts.", "Supplier", "20 June"],
         ["3", "Remove the old pumps|and the pipes, and clean|the hall.", "Dept of works", "1 July"]]  # fmt: skip
JOINED = [[cell.replace("|", " ") for cell in row] for row in CELLS]


def grid(texts: list[Text], rows: list[float], columns: list[float]) -> bytes:
    """A PDF with borders at the given heights and places."""
    lines = [f"{columns[0]} {y} m {columns[-1]} {y} l S" for y in rows]
    lines += [f"{x} {rows[0]} m {x} {rows[-1]} l S" for x in columns]
    return pdf([texts], matrix="\n".join(lines))


@pytest.mark.parametrize("middle", [False, True])
def test_rows_of_a_bordered_table_whose_cells_wrap(middle: bool) -> None:
    columns, texts, rows, y = [50.0, 80.0, 250.0, 350.0, 450.0], [], [700.0], 700.0
    for row in CELLS:
        tall = max(cell.count("|") + 1 for cell in row)
        for x, cell in zip(columns, row, strict=False):
            parts = cell.split("|")
            down = 6.0 * (tall - len(parts)) if middle else 0.0
            texts += [(x + 3, y - 11 - down - 12 * i, 10.0, part) for i, part in enumerate(parts)]
        y -= 12 * tall + 3
        rows.append(y)
    text = flow(read(grid(texts, rows, columns)))[0]
    assert [line.split("\t") for line in text.split("\n")] == JOINED


@pytest.mark.parametrize("middle", [False, True])
def test_rows_of_a_table_without_borders_whose_cells_wrap(middle: bool) -> None:
    columns, texts, y = [50.0, 90.0, 260.0, 390.0], [(50.0, 730.0, 10.0, "These are the duties.")], 700.0
    for row in CELLS:
        tall = max(cell.count("|") + 1 for cell in row)
        for x, cell in zip(columns, row, strict=True):
            parts = cell.split("|")
            down = 6.0 * (tall - len(parts)) if middle else 0.0
            texts += [(x, y - down - 12 * i, 10.0, part) for i, part in enumerate(parts)]
        y -= 12 * tall + 9
    text = flow(read(pdf([texts])))[0]
    assert [line.split("\t") for line in text.split("\n")[1:]] == JOINED


def test_cells_without_text_keep_their_column_in_a_table_without_borders() -> None:
    """Also of a cell with two lines, whose row stands at its last line."""
    rows = [("Item", "Qty", "Unit price", "Total"), ("Laser welder", "2", "1,200", "2,400"), ("Robot arm", "", "850", "850"),
            ("Training on site", "1", "300", "300"), ("Total", "", "", "3,550")]  # fmt: skip
    xs = (72.0, 220.0, 300.0, 400.0)
    texts: list[Text] = [(x, 700.0 - 30 * i, 10.0, cell) for i, row in enumerate(rows) for x, cell in zip(xs, row, strict=True) if cell]
    texts.append((72.0, 700.0 - 30 * 3 + 12, 10.0, "Installation and"))
    lines = flow(read(pdf([texts])))[0].split("\n")
    assert lines == [
        "Item\tQty\tUnit price\tTotal",
        "Laser welder\t2\t1,200\t2,400",
        "Robot arm\t\t850\t850",
        "Installation and Training on site\t1\t300\t300",
        "Total\t\t\t3,550",
    ]


def test_numbers_of_lines_leave_the_flow_and_those_of_a_list_stay() -> None:
    lines = [" ".join(WORDS[(3 * i + k) % len(WORDS)] for k in range(11)) for i in range(20)]
    numbers: list[Text] = [(40.0, 780.0 - 24 * i, 10.0, str(i + 1)) for i in range(20)]
    document = read(pdf([[*numbers, *((72.0, 780.0 - 24 * i, 11.0, line) for i, line in enumerate(lines))]]))
    assert "".join(flow(document)[0].split()) == "".join("".join(lines).split())
    assert document.warnings == ("numbers of lines in the margin were left out on page 1",)
    items = [f"{line.capitalize()}." for line in lines]
    text = flow(read(pdf([[*numbers, *((72.0, 780.0 - 24 * i, 11.0, item) for i, item in enumerate(items))]])))[0]
    assert "7\t" + items[6] in text


def test_a_watermark_divides_no_sentence() -> None:
    lines = [" ".join(WORDS[(3 * i + k) % len(WORDS)] for k in range(12)) for i in range(30)]
    page = pdf([[(72.0, 780.0 - 14 * i, 10.0, line) for i, line in enumerate(lines)]])
    marked = pdf([[(0.0, 0.0, 60.0, "DRAFT")]], matrix="0.707 0.707 -0.707 0.707 150 400 cm")
    from io import BytesIO

    import pypdf

    writer = pypdf.PdfWriter(BytesIO(page))
    writer.pages[0].merge_page(pypdf.PdfReader(BytesIO(marked)).pages[0])
    out = BytesIO()
    writer.write(out)
    text = flow(read(out.getvalue()))[0]
    assert text.split("\n")[-1] == "DRAFT"
    assert "".join(text.split()) == "".join("".join(lines).split()) + "DRAFT"


def test_a_header_in_three_parts_above_columns_is_one_line() -> None:
    header: list[Text] = [(60.0, 815.0, 8.0, "Agreement"), (270.0, 815.0, 8.0, "CONFIDENTIAL"), (520.0, 815.0, 8.0, "v2.1")]
    text = flow(read(pdf([[*header, *column(50.0, 780.0, "left"), *column(330.0, 780.0, "right")]])))[0]
    assert text.split("\n")[0] == "Agreement\tCONFIDENTIAL\tv2.1"
    assert order(text, "left0", "left11", "right0", "right11")


def test_words_beside_wrapped_cells_are_kept() -> None:
    words = [(420.0, 624.0, 10.0, "one"), (420.0, 600.0, 24.0, "two"), (120.0, 624.0, 24.0, "three"), (60.0, 624.0, 6.0, "four"),
             (60.0, 168.0, 6.0, "five"), (120.0, 636.0, 6.0, "six")]  # fmt: skip
    assert sorted(flow(read(pdf([words])))[0].split()) == sorted(word for *_, word in words)


def test_cells_merged_empty_or_apart_by_a_border_alone() -> None:
    texts = [(52.0, 690.0, 10.0, "Right of way"), (112.0, 690.0, 10.0, "12"), (52.0, 670.0, 10.0, "Toll"), (172.0, 670.0, 10.0, "none")]
    text = flow(read(grid(texts, [705.0, 682.0, 662.0], [50.0, 110.5, 170.0, 230.0])))[0]
    assert text.split("\n") == ["Right of way\t12", "Toll\t\tnone"]


def test_columns_on_a_part_of_the_page() -> None:
    wide = [(50.0, 780.0 - 13 * i, 10.0, f"w{i} " + " ".join(WORDS[(i + k) % len(WORDS)] for k in range(15))) for i in range(20)]
    text = flow(read(pdf([[*wide, *column(50, 480, "left", 8), *column(320, 480, "right", 8), (50.0, 340.0, 10.0, wide[3][3])]])))[0]
    assert order(text, "w0", "w19", "left0", "left7", "right0", "right7")


def test_small_gaps_beside_japanese_are_no_spaces() -> None:
    """Word processors set a quarter of a sign between kanji and digits; pdfium makes spaces of it."""
    lines = [(50.0, 700.0, 10.0, "第"), (64.0, 700.0, 10.0, "12"), (79.0, 700.0, 10.0, "条に定める委託料は月額")]
    text = flow(read(pdf([[*lines, (50.0, 660.0, 10.0, "Article 5"), (100.0, 660.0, 10.0, "of it")]])))[0]
    assert text.split("\n") == ["第12条に定める委託料は月額", "Article 5 of it"]
    japanese = [TextLine("甲は乙に対して委託料として毎月金", 0, 0, 100, 10, 0.5, 0), TextLine("50万円を支払う。", 0, 14, 60, 24, 0.5, 0)]
    assert write_lines(japanese, set()) == "甲は乙に対して委託料として毎月金50万円を支払う。"


def test_short_lines_of_a_form_are_lines_of_their_own() -> None:
    words = ["Application for leave", "Name:", "Department:", "From:", "To:"]
    text = flow(read(pdf([[(50.0, 780.0 - 36 * i, 11.0, w) for i, w in enumerate(words)]])))[0]
    assert text.split("\n") == words


def test_ruby_is_kept_apart() -> None:
    texts = [(50.0, 700.0, 12.0, "契約書を作成する。"), (50.0, 713.0, 6.0, "けいやくしょ"), (50.0, 680.0, 12.0, "次の行")]
    document = read(pdf([texts]))
    assert "契約書を作成する。" in flow(document)[0]
    assert "けいやくしょ" not in flow(document)[0]
    assert [u.text for u in document.units if not u.in_flow] == ["けいやくしょ"]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("matrix", ["", "0 1 -1 0 595 0 cm", "0 -1 1 0 0 842 cm", "-1 0 0 -1 595 842 cm"])
def test_turned_pages_keep_their_order(rotate: int, matrix: str) -> None:
    lines = [(60.0, 500.0 - 20 * i, 11.0, f"line number {i} of the page.") for i in range(8)]
    text = flow(read(pdf([lines], rotate=rotate, matrix=matrix)))[0]
    assert order(text, *(f"line number {i} of the page." for i in range(8)))


def test_running_lines_leave_the_flow() -> None:
    pages = [
        [(50.0, 815.0, 9.0, "ACME minutes, board only"), *column(50, 700, f"p{n}x"), (290.0, 25.0, 9.0, f"- {n + 1} -")]
        for n in range(5)
    ]
    document = read(pdf(pages))
    assert not any("ACME" in t or "- 2 -" in t for t in flow(document))
    assert {u.kind for u in document.units if u.page != 1} == {"paragraph"}
    first = document.units[0]
    assert (first.kind, first.in_flow, first.text) == ("header", True, "ACME minutes, board only")
    assert first.label == "p. 1 header (pages 1-5)"
    assert not any("- 1 -" in u.text for u in document.units)
    assert document.num_units == 5


@pytest.mark.parametrize("title", [(50.0, 740.0, 9.0), (50.0, 815.0, 16.0), (50.0, 790.0, 9.0)])
def test_a_title_that_later_pages_repeat_as_their_header_stays(title: tuple[float, float, float]) -> None:
    words = "ACME minutes, board only"
    pages = [[(*((50.0, 815.0, 9.0) if n else title), words), *column(50, 700, f"p{n}x")] for n in range(5)]
    texts = flow(read(pdf(pages)))
    assert texts[0].startswith(words)
    assert not any(words in t for t in texts[1:])


def test_lines_of_a_paragraph_are_no_running_lines_though_pages_repeat_them() -> None:
    lines = [f"{' '.join(WORDS[(i + k) % len(WORDS)] for k in range(15))}" for i in range(40)]
    page = [(72.0, 815.0, 9.0, "Annual report"), *((72.0, 795.0 - 12 * i, 10.0, line) for i, line in enumerate(lines))]
    document = read(pdf([page, page, page]))
    for text in flow(document)[1:]:
        assert text.startswith(lines[0][:20])
        assert text.endswith(lines[-1][-20:])
    assert [u.text for u in document.units if u.kind == "header"] == ["Annual report"]


def test_rows_at_the_pages_ends_are_no_running_lines() -> None:
    """A ledger's rows have one pattern; their numbers do not count with the pages."""
    pages = []
    for n in range(6):
        rows = [(50.0, 815.0 - 14 * i, 9.0, f"Payment {(n * 53 + i) * 37 % 1009} to account {(n * 31 + i) * 91 % 997}") for i in range(55)]
        pages.append([*rows, (280.0, 20.0, 9.0, f"Page {n + 1} of 6")])
    texts = flow(read(pdf(pages)))
    assert all(t.count("Payment") == 55 and "of 6" not in t for t in texts)


def test_head_of_a_table_at_the_top_of_every_page_stays_once() -> None:
    cells = [(50.0, "Date"), (200.0, "Purpose"), (450.0, "Amount")]
    pages = []
    for n in range(4):
        rows = [(x, 815.0, 9.0, w) for x, w in cells]
        rows += [(x, 801.0 - 14 * i, 9.0, w) for i in range(30) for x, w in ((50.0, f"{i + 1} May"), (200.0, f"goods {n}"), (450.0, f"{n * 31 + i}.50"))]
        pages.append(rows)
    texts = flow(read(pdf(pages)))
    assert [t.count("Date\tPurpose\tAmount") for t in texts] == [1, 0, 0, 0]


def test_header_of_a_chapter_stays_once_and_two_pages_have_running_lines_too() -> None:
    pages = [[(50.0, 815.0, 9.0, f"Chapter {'ABCD'[n // 5]}: {WORDS[n // 5]}"), *column(50, 700, f"p{n}x")] for n in range(20)]
    assert [t.startswith("Chapter") for t in flow(read(pdf(pages)))] == [n % 5 == 0 for n in range(20)]
    two = [[(50.0, 815.0, 9.0, "ACME notice"), *column(50, 700, f"p{n}x"), (290.0, 25.0, 9.0, f"{n + 1} / 2")] for n in range(2)]
    texts = flow(read(pdf(two)))
    assert [("ACME" in t, "/ 2" in t) for t in texts] == [(True, False), (False, False)]


def test_labels_outline_fields_and_attachments() -> None:
    objects = [
        "<</Nums[0<</S/r>>2<</S/D/P(A-)>>]>>",  # 10: page labels
        "<</First 12 0 R/Last 12 0 R/Count 1>>",  # 11: outline
        "<</Title(Part One)/Parent 11 0 R/Dest[18 0 R/Fit]>>",  # 12: to the second page
        "<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/T(Kim)/Contents(Check this)>>",  # 13
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(amount)/V(1200)/Rect[50 50 90 70]>>",  # 14
        "<</Type/EmbeddedFile/Length 1>>stream\nx\nendstream",  # 15
    ]
    catalog = "/PageLabels 10 0 R/Outlines 11 0 R/Names<</EmbeddedFiles<</Names[(f)<</Type/Filespec/F(data.csv)/UF(data.csv)/EF<</F 15 0 R>>>>]>>>>"
    pages = [[(50.0, 700.0, 11.0, f"Words of page {n}")] for n in range(3)]
    made = pdf(pages, catalog=catalog, objects=objects, page_extra="/Annots[13 0 R 14 0 R]")
    document = read(made, annotations=True)
    assert [(u.label, u.page) for u in document.units if "Words" in u.text] == [("p. i", 1), ("p. ii", 2), ("p. A-1", 3)]
    own = [u for u in document.units if not u.label.startswith("attachment")]
    assert {(u.page, u.heading_path) for u in own} == {(1, ()), (2, ("Part One",)), (3, ("Part One",))}
    assert "[note by Kim: Check this]" in flow(document)[0]
    assert "1200" in [u.text for u in document.units if u.in_flow]
    assert document.metadata["attachments"] == ["data.csv"]
    assert [(u.label, u.text) for u in document.units if u not in own] == [("attachment data.csv, row 1", "x")]
    plain = read(made)
    assert "Check this" not in flow(plain)[0]
    assert "3 annotations were left out; --annotations reads them" in plain.warnings
    assert "1200" in [u.text for u in plain.units if u.in_flow]


def test_a_form_whose_only_words_are_in_its_fields_names_the_remedy() -> None:
    note = "<</Type/Annot/Subtype/Text/Rect[50 50 90 90]/Contents(Check the price)/T(Kim)>>"
    data = pdf([[]], objects=[note], page_extra="/Annots[10 0 R]")
    with pytest.raises(UnreadableDocument) as caught:
        read(data)
    assert "--annotations" in caught.value.hint
    assert flow(read(data, annotations=True)) == ["[note by Kim: Check the price]"]


def test_pages_are_chosen() -> None:
    made = pdf([[(50.0, 700.0, 11.0, f"Words of page {n}")] for n in range(1, 7)])
    document = read(made, pages="2-3,5-")
    assert [u.page for u in document.units] == [2, 3, 5, 6]
    assert document.units[0].label == "p. 2"
    for pages in ("7", "0", "3-2", "a", "1-99", ""):
        with pytest.raises(UsageError):
            read(made, pages=pages)


def encrypted(algorithm: str, user: str) -> bytes:
    from io import BytesIO

    import pypdf

    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf([[(50.0, 700.0, 11.0, "Secret words")]])))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_passwords(algorithm: str) -> None:
    made = encrypted(algorithm, "user")
    assert flow(read(made, password="user")) == ["Secret words"]
    assert flow(read(made, password="owner")) == ["Secret words"]
    for wrong in (None, "bad", "だめ"):
        with pytest.raises(UnreadableDocument) as caught:
            read(made, password=wrong)
        assert "--password" in caught.value.hint
    assert flow(read(encrypted(algorithm, ""))) == ["Secret words"]


def test_damaged_files_are_recovered_or_refused() -> None:
    lines = column(50, 700, "word")
    made = pdf([lines, lines])
    start = made.rfind(b"startxref")
    for damaged in (made[:start], made[:start] + b"startxref\n7\n%%EOF", b"junk\r\n" * 20 + made, b"x" * 3000 + made):
        assert len(flow(read(damaged))) == 2
    for damaged in (b"%PDF-1.4\n", b"%PDF-1.4\n1 0 obj\n<<", b"", b"no pdf at all", made[:200]):
        with pytest.raises((DocumentError, UnreadableDocument)):
            read(damaged)


def test_a_file_cut_before_its_page_tree_gives_its_pages() -> None:
    body = b"%PDF-1.4\n"
    body += b"3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n"
    for n in (10, 12):
        content = b"BT /F1 12 Tf 50 700 Td (Page object %d) Tj ET" % n
        body += b"%d 0 obj\n<</Type/Page/Parent 99 0 R/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>\nendobj\n" % (n, n + 1)
        body += b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (n + 1, len(content), content)
    document = read(body + b"98 0 obj\n<</Le")
    assert flow(document) == ["Page object 10", "Page object 12"]
    assert "recovered" in document.warnings[0]


def test_pages_that_cannot_be_opened_are_named_or_the_file_is_refused() -> None:
    whole = pdf([[(72, 700, 12, f"Page {n} of the report has these words.")] for n in range(3)])
    one = whole.replace(b"/Type/Page/Parent", b"/Type/Pork/Parent", 1)
    document = read(one.replace(b"10 0 obj\n<</Type/Pork", b"10 0 obj\n[</Type/Pork"))
    assert [u.quality for u in document.units] == ["garbled", "ok", "ok"]
    assert document.warnings == ("damaged, so nothing was read, on page 1",)
    loop = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>"
    with pytest.raises(DocumentError, match="none of its pages"):
        read(loop)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("78-EUC-H", "euc_jp"), ("78-RKSJ-H", "cp932"), ("EUC-H", "euc_jp"), ("90ms-RKSJ-H", "cp932"), ("90pv-RKSJ-H", "cp932"),
     ("UniJIS-UCS2-H", "utf-16-be"), ("UniJIS2004-UTF32-H", "utf-32-be"), ("H", ""), ("78-H", ""), ("Add-H", ""), ("Ext-V", "")],
)  # fmt: skip
def test_japanese_character_maps(name: str, codec: str) -> None:
    words = "業務委託契約書の委託料は月額三百万円とする"
    if codec:
        code = words.encode(codec)
    else:  # seven bits, without escapes
        code = bytes(byte & 0x7F for byte in words.encode("euc_jp"))
    data = pdf([[(300.0, 700.0, 12.0, "語")]]).replace(b"UniJIS-UTF16-H", name.encode())
    stream = f"BT /F2 12 Tf 300 700 Td <{code.hex()}> Tj ET".encode()
    start, end = data.index(b"<</Length", data.index(b"/Contents")), data.rindex(b"endstream")
    data = data[:start] + b"<</Length %d>>stream\n%s\n" % (len(stream), stream) + data[end:]
    assert flow(read(data)) == [words]


def _packed(cut: float) -> bytes:
    """A file whose page objects stand packed in an object stream, cut off after a share of it."""
    numbered = {3: "<</Type/Pages/Kids[4 0 R]/Count 1>>", 4: "<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]/Contents 6 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
                5: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}  # fmt: skip
    places, inside = [], ""
    for number, text in numbered.items():
        places.append(f"{number} {len(inside)}")
        inside += text + " "
    head = " ".join(places) + " "
    packed = zlib.compress((head + inside).encode())
    content = zlib.compress(b"BT /F1 12 Tf 72 700 Td (Words on the only page) Tj ET")
    data = b"%PDF-1.5\n"
    data += b"6 0 obj\n<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream\nendobj\n" % (len(content), content)
    data += b"7 0 obj\n<</Type/ObjStm/N 3/First %d/Length %d/Filter/FlateDecode>>stream\n%s\nendstream\nendobj\n" % (len(head), len(packed), packed)
    return data + b"1 0 obj\n<</Type/Catalog/Pages 3 0 R>>\nendobj\n"[: round(48 * cut)]


def test_objects_packed_in_a_stream_are_found_in_a_file_that_was_cut_off() -> None:
    document = read(_packed(0.5))
    assert flow(document) == ["Words on the only page"]
    assert "recovered" in document.warnings[0]


def test_a_stream_that_breaks_off_is_told() -> None:
    words = [(72.0, 800.0 - 14 * i, 10.0, f"line {i} " + " ".join(WORDS)) for i in range(50)]
    data = pdf([words])
    assert read(data).warnings == ()
    at = data.rindex(b"endstream") - 200
    document = read(data[:at] + b"\xff" * 60 + data[at + 60 :])
    assert document.warnings == ("1 parts of the PDF are damaged; text may be missing",)
    assert "line 0" in flow(document)[0]


def test_blank_and_mixed_files() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(pdf([[], []]))
    assert "blank" in caught.value.message
    document = read(pdf([[(50.0, 700.0, 11.0, "Some words on this page")], []]))
    assert document.num_units == 2


def test_a_map_of_a_font_with_its_bytes_turned_round_is_turned_back() -> None:
    words = "Multicolor black"
    data = pdf([[(72.0, 700.0, 12.0, "H:" + "".join(chr(ord(c) << 8) for c in words))]])
    assert flow(read(data)) == [words]


def test_codes_of_a_font_without_its_letters_are_garbled() -> None:
    assert grade("! \"# ! \"# $% & ' () **+,\",- .) / 0 0 1 1) 23 **+,+ &'( ! \"# 45 ,-", 0.0) == "garbled"
    assert grade("1,200 (300) -45.5% $1,000 / +3 = 12:30 1,200 (300) -45.5% $1,000 / 7", 0.0) == "ok"
    blanks = f"By: {'_' * 60} Name: {'_' * 60} Title: {'_' * 60} Date: {'_' * 40} * * * * * {'=' * 70}"
    assert grade(blanks, 0.0) == "ok"


def test_codes_shifted_against_their_letters_are_garbled_and_real_texts_are_not() -> None:
    text = "The Supplier shall deliver the goods to the Customer on the dates agreed, and shall bear all costs of transport. " * 3
    for shift in (26, 29, 30):  # 29: glyph numbers of many fonts
        assert grade("".join(chr(ord(c) - shift) if ord(c) > 32 + shift else c for c in text), 0.0) == "garbled"
    real = [text, text.upper(), "Die Rechtsschutzversicherungsgesellschaft prüft Angstschweiß und Wirtschaftsprüfer. " * 5,
            "|---|---|---| | 1 | 2 | 3 | " * 10, "x2+y2=z2; (a-b)^2 = a^2 - 2ab + b^2; f(x)=1/x " * 6, "Part ABC-123 DEF-456 GHI-789 " * 10]  # fmt: skip
    assert [grade(t, 0.0) for t in real] == ["ok"] * len(real)


def test_quality_grades() -> None:
    assert grade("", 0.9) == "no-text"
    assert grade("", 0.0) == "ok"
    assert grade("CONF-0001", 0.95) == "low"
    assert grade("An ordinary sentence about the budget.", 0.0) == "ok"
    assert grade("\ue001\ue002\ue003 abc \ue004\ue005\ue006\ue007", 0.0) == "garbled"
    assert grade("(cid:12)(cid:44)(cid:9)(cid:3) x", 0.0) == "garbled"
    shifted = "".join(chr(ord(c) - 29) if c.isalpha() else c for c in " ".join(WORDS * 3))
    assert grade(shifted, 0.0) == "garbled"
    assert grade("本契約は、甲が乙に対し業務を委託することを目的とする。" * 3, 0.0) == "ok"
    assert grade("縺ゅ＞縺縺薙ｌ縺ｯ" + "蜊冗宴譁蟄怜喧縺代ョ萓九→縺励※譖ｸ縺九ｌ縺滓枚蟄" * 3, 0.0) in ("garbled", "ok")
    assert grade("1,234.50 2,345.60 3,456.70 " * 10, 0.0) == "ok"


def test_many_pages_without_text_are_refused_and_few_are_named() -> None:
    image = "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\nx\nendstream"
    picture = "/Group<<>>"
    pages: list[list[Text]] = [[(50.0, 700.0, 11.0, "Words enough to be read here")] for _ in range(3)]
    made = pdf([*pages, []], objects=[image], page_extra=picture)
    # the last page draws the picture over all of it
    content = b"q 595 0 0 842 0 0 cm /I Do Q"
    tail = made.replace(b"/Resources<</Font<</F1 3 0 R/F2 4 0 R/F4 7 0 R>>>>", b"/Resources<</Font<</F1 3 0 R/F2 4 0 R/F4 7 0 R>>/XObject<</I 10 0 R>>>>")
    import re
    import zlib

    streams = list(re.finditer(rb"<</Length \d+/Filter/FlateDecode>>stream\n.*?\nendstream", tail, re.S))
    packed = zlib.compress(content)
    last = streams[-1]
    tail = tail[: last.start()] + b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed) + tail[last.end() :]
    document = read(tail)
    assert any(w.startswith("no text") and w.endswith("on page 4") for w in document.warnings)
    with pytest.raises(UnreadableDocument) as caught:
        read(tail, pages="4")
    assert "--ocr" in caught.value.hint


def test_ocr_with_a_given_engine() -> None:
    from tsel_core.ingest.pdf.ocr import recognize
    from tsel_core.ingest.pdf.opening import open_pdf
    from tsel_core.ingest.pdf.pages import PageDraft, pack
    from tsel_core.ingest.pdf.tesseract import tesseract_lines
    from tsel_core.ingest.source import Draft

    document, _, _ = open_pdf("x.pdf", pdf([[]]), None)
    pages, draft = [pack(PageDraft(0, [], "no-text"))], Draft("pdf", "page")
    recognize("x.pdf", document, pages, draft, lambda picture: [("recognized words", 10.0, 10.0, 200.0, 30.0)])
    assert [line.text for line in pages[0].lines()] == ["recognized words"]
    assert pages[0].quality == "low"
    assert "recognized by" in draft.warnings[0]
    row = "5\t1\t1\t1\t1\t{}\t{}\t20\t30\t10\t90\t{}"
    table = "\n".join(["level\t...", row.format(1, 10, "Hello"), row.format(2, 50, "there")])
    assert tesseract_lines(table) == [("Hello there", 10.0, 20.0, 80.0, 30.0)]


def test_a_page_of_many_labels_is_read_in_bounded_time() -> None:
    import random
    import time

    rng = random.Random(1)
    texts = [(rng.uniform(0, 590), rng.uniform(0, 840), 3.0, f"label {i}") for i in range(12_000)]
    started = time.perf_counter()
    text = flow(read(pdf([texts])))[0]
    assert time.perf_counter() - started < 30
    assert all(f"label {i}" in text for i in range(0, 12_000, 500))


def test_each_running_line_is_in_the_flow_once_and_names_its_pages() -> None:
    pages = [
        [(50.0, 815.0, 9.0, f"Contract SC-2026-0417, part {1 + n // 3}"), *column(50, 700, f"p{n}x"), (50.0, 25.0, 9.0, f"Notary Brel, page {n + 1} of 6")]
        for n in range(6)
    ]
    units = [(u.label, u.text) for u in read(pdf(pages)).units if u.kind in ("header", "footer")]
    assert units == [
        ("p. 1 header (pages 1-3)", "Contract SC-2026-0417, part 1"),
        ("p. 1 footer (pages 1-6)", "Notary Brel, page 1 of 6"),
        ("p. 4 header (pages 4-6)", "Contract SC-2026-0417, part 2"),
    ]


def test_pages_are_counted_and_those_without_text_are_not_read() -> None:
    from tsel_core.document import render_documents

    made = pdf([column(50, 700, f"p{n}x") for n in range(5)])
    document = read(made, pages="2-3")
    assert (document.units_in_file, document.num_units) == (5, 2)
    assert document.count_read(u.index for u in document.units) == 2
    assert [line for line in render_documents([document]).text.split("\n") if line.startswith("[")] == ["[p. 2]", "[p. 3]"]
    blank = read(pdf([column(50, 700, "a"), []]))
    assert blank.units_in_file == blank.count_read(u.index for u in blank.units if u.text) == 2


def test_spaces_and_rows_of_dashes_cost_no_tokens() -> None:
    texts = [(50.0, 700.0, 10.0, "H:the\u00a0monthly\u00a0rent\u202fis 300"), (50.0, 660.0, 10.0, f"By: {'_' * 60}"), (50.0, 620.0, 10.0, "- " * 40 + "end")]
    assert flow(read(pdf([texts])))[0].split("\n") == ["the monthly rent is 300", f"By: {'_' * 60}", "--- end"]


def test_columns_of_a_page_are_looked_for_within_bounds() -> None:
    """Sixteen narrow columns set in each other's rows took 108 CPU seconds."""
    import random
    import time

    rng = random.Random(3)
    words = "some words here and more now"
    texts = [(10.0 + 36 * c + rng.uniform(0, 3), 830 - 9 * r - rng.uniform(0, 2), 2.0, words[: 20 + rng.randrange(8)]) for c in range(16) for r in range(90)]
    started = time.process_time()
    document = read(pdf([texts]))
    assert time.process_time() - started < 20
    assert "too many pieces of text to find columns on page 1: read row by row" in document.warnings
    assert flow(document)[0].count("some words here") == 16 * 90


def test_a_page_of_outlines_without_text_is_named() -> None:
    drawing = "\n".join(f"{50 + 9 * i} 400 m {55 + 9 * i} 410 {52 + 9 * i} 420 {58 + 9 * i} 400 c f" for i in range(50))
    plain = pdf([column(50, 700, "a"), column(50, 700, "b")])
    from io import BytesIO

    import pypdf

    writer = pypdf.PdfWriter(clone_from=BytesIO(plain))
    for page in pypdf.PdfReader(BytesIO(pdf([[]], matrix=drawing))).pages:
        writer.add_page(page)
    out = BytesIO()
    writer.write(out)
    document = read(out.getvalue())
    assert "no text (pictures or scans), so nothing was read, on page 3" in document.warnings
    assert (document.units_in_file, document.count_read(u.index for u in document.units if u.text)) == (3, 2)
