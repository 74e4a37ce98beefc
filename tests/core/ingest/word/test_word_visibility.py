"""Word files: what no reader sees, fields without a stored result, charts, sections' headers, counts beyond limits."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

import pytest

from tests.core.ingest.make_files import docx, p, r, table
from tsel_core.document import Document
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

WHITE = '<w:color w:val="FFFFFF"/>'


def read(data: bytes, **options: object) -> Document:
    return parse("case.docx", data, "0", ReadOptions(isolate=False, **options))  # type: ignore[arg-type]


def flow(document: Document) -> list[str]:
    return [u.text for u in document.units if u.in_flow]


def hidden(document: Document) -> list[str]:
    return [u.text for u in document.units if u.kind == "hidden"]


def styles(*inside: str) -> dict[str, str]:
    return {"styles": "".join(inside)}


UNSEEN = {
    "vanish": "<w:vanish/>",
    "white": WHITE,
    "nearly white": '<w:color w:val="FDFDFE"/>',
    "a point": '<w:sz w:val="2"/>',
    "in the colour of its shade": '<w:color w:val="102030"/><w:shd w:val="clear" w:fill="112031"/>',
    "black on black": '<w:color w:val="000000"/><w:highlight w:val="black"/>',
    "a style": '<w:rStyle w:val="Ghost"/>',
    "letters without width": '<w:w w:val="1"/>',
    "letters on top of each other": '<w:spacing w:val="-400"/>',
    "a run without width": '<w:fitText w:val="1"/>',
    "far under its line": '<w:position w:val="-3000"/>',
    "white by the theme, whatever else is said": '<w:color w:val="000000" w:themeColor="background1"/>',
    "black by the theme on black by the theme": '<w:color w:val="FFFFFF" w:themeColor="text1"/><w:shd w:val="clear" w:fill="FFFFFF" w:themeFill="text1"/>',
    "clear ink": '<w14:textFill xmlns:w14="x"><w14:noFill/></w14:textFill>',
}


@pytest.mark.parametrize("name", UNSEEN)
def test_runs_that_no_reader_sees(name: str) -> None:
    ghost = styles('<w:style w:type="character" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>')
    document = read(docx("<w:p>" + r("Seen ") + r("secret words", UNSEEN[name]) + r("too") + "</w:p>", ghost))
    assert flow(document) == ["Seen too"]
    assert hidden(document) == ["secret words"]
    assert 'no reader can see was left out: para 1 "secret words"' in document.warnings[0]


SEEN = {
    "white on a dark shade": WHITE + '<w:shd w:val="clear" w:fill="1F3864"/>',
    "white on a highlight": WHITE + '<w:highlight w:val="darkGray"/>',
    "grey": '<w:color w:val="808080"/>',
    "auto": '<w:color w:val="auto"/>',
    "a darker white of the theme": '<w:color w:val="808080" w:themeColor="background1" w:themeShade="80"/>',
    "white by the theme on a dark fill of it": '<w:color w:val="FFFFFF" w:themeColor="background1"/><w:shd w:val="clear" w:fill="000000" w:themeFill="text1"/>',
    "close letters": '<w:spacing w:val="-30"/><w:w w:val="66"/>',
    "a raised sign": '<w:position w:val="12"/>',
    "six points": '<w:sz w:val="12"/>',
    "vanish switched off": '<w:vanish w:val="0"/>',
}


@pytest.mark.parametrize("name", SEEN)
def test_runs_that_a_reader_sees(name: str) -> None:
    assert flow(read(docx("<w:p>" + r("Seen", SEEN[name]) + "</w:p>"))) == ["Seen"]


OUT_OF_SIGHT = {
    "a line without height": '<w:spacing w:line="1" w:lineRule="exact"/>',
    "beside the page": '<w:ind w:left="40000"/>',
    "a frame off the page": '<w:framePr w:w="100" w:x="-20000" w:y="10"/>',
}
IN_SIGHT = {
    "exact lines": '<w:spacing w:line="240" w:lineRule="exact"/>',
    "one line of the usual height": '<w:spacing w:line="1" w:lineRule="auto"/>',
    "a deep indent": '<w:ind w:left="7200"/>',
    "a frame": '<w:framePr w:w="2000" w:x="9000" w:y="1200"/>',
}


@pytest.mark.parametrize("name", [*OUT_OF_SIGHT, *IN_SIGHT])
def test_paragraphs_laid_out_of_sight(name: str) -> None:
    properties = OUT_OF_SIGHT.get(name) or IN_SIGHT[name]
    document = read(docx(p("Seen") + f"<w:p><w:pPr>{properties}</w:pPr>{r('The number is 9999.')}</w:p>"))
    assert flow(document) == (["Seen"] if name in OUT_OF_SIGHT else ["Seen", "The number is 9999."])
    assert hidden(document) == (["The number is 9999."] if name in OUT_OF_SIGHT else [])


def test_rows_without_height() -> None:
    row = '<w:tr><w:trPr><w:trHeight w:val="{}" w:hRule="exact"/></w:trPr><w:tc>{}</w:tc></w:tr>'
    document = read(docx("<w:tbl>" + row.format(1, p("secret words")) + row.format(300, p("seen")) + "</w:tbl>"))
    assert flow(document) == ["seen"]
    assert hidden(document) == ["secret words"]


@pytest.mark.parametrize("block", [False, True])
def test_a_choice_that_no_program_knows_is_not_what_is_shown(block: bool) -> None:
    office = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:zz="urn:zz"'
    inner = (lambda text: p(text)) if block else r
    choice = lambda needs, text: f'<mc:Choice Requires="{needs}">{inner(text)}</mc:Choice>'  # noqa: E731
    mc = f'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" {office}>'
    both = mc + choice("zz", "nobody sees it") + choice("{}", "words") + f"<mc:Fallback>{inner('instead')}</mc:Fallback></mc:AlternateContent>"
    for needs, shown in (("wps", "words"), ("zz", "instead"), ("undeclared", "instead")):
        body = both.format(needs) if block else f"<w:p>{both.format(needs)}</w:p>"
        assert flow(read(docx(body))) == [shown]


def test_white_words_stand_on_what_is_behind_them() -> None:
    shade = '<w:shd w:val="clear" w:fill="203040"/>'
    paragraph = f"<w:p><w:pPr>{shade}</w:pPr>{r('banner', WHITE)}</w:p>"
    cell = f"<w:tbl><w:tr><w:tc><w:tcPr>{shade}</w:tcPr><w:p>{r('head', WHITE)}</w:p></w:tc><w:tc>{p('b')}</w:tc></w:tr></w:tbl>"
    styled = '<w:style w:type="table" w:styleId="Grid"><w:tblStylePr><w:tcPr><w:shd w:fill="0000AA"/></w:tcPr></w:tblStylePr></w:style>'
    by_style = f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/></w:tblPr><w:tr><w:tc><w:p>{r("styled", WHITE)}</w:p></w:tc></w:tr></w:tbl>'
    bare = f"<w:tbl><w:tr><w:tc><w:p>{r('ghost', WHITE)}</w:p></w:tc><w:tc>{p('c')}</w:tc></w:tr></w:tbl>"
    document = read(docx(paragraph + cell + by_style + bare, styles(styled)))
    assert flow(document) == ["banner", "head\tb", "styled", "\tc"]
    assert hidden(document) == ["ghost"]


def test_hidden_text_of_notes_and_headers_is_named() -> None:
    parts = {"header1": f"<w:p>{r('ACME ')}{r('secret', '<w:vanish/>')}</w:p>"}
    document = read(docx(p("Body"), parts))
    assert flow(document) == ["ACME", "Body"]
    assert hidden(document) == ["secret"]


def field(code: str, result: str | None = None) -> str:
    middle = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(result)}'
    begin = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f'{begin}{middle}<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def test_fields_without_a_stored_result() -> None:
    def line(*parts: str) -> str:
        return "<w:p>" + "".join(parts) + "</w:p>"

    body = (
        line(field("AUTONUM"), r(" Deliver"))
        + line(field("AUTONUM"), r(" Pay"))
        + line(field("AUTONUMLGL"), r(" Legal"))
        + line(r("Table "), field("SEQ Table \\* ARABIC"), r(" and "), field("SEQ Table"), r(" then "), field("SEQ Table", "9"))
        + line('<w:bookmarkStart w:id="5" w:name="_Ref1"/>', r("the Closing Date"), '<w:bookmarkEnd w:id="5"/>')
        + line(r("as of "), field("REF _Ref1 \\h"), r("; "), field("REF _Ref1 \\h", "stored"))
        + line(field("LISTNUM"), r(" a "), field("LISTNUM"), r(" b"))
        + line(r("On "), field("MACROBUTTON NoMacro [insert the date]"))
        + line(field("EQ \\o\\ad(\\s\\up 9(けいやく),契約)"), r("書 "), field("EQ \\f(1,12)"))
        + f'<w:p><w:fldSimple w:instr=" SEQ Figure "/>{r(" chart")}</w:p>'
    )
    assert flow(read(docx(body))) == [
        "1. Deliver",
        "2. Pay",
        "3. Legal",
        "Table 1 and 2 then 9",
        "the Closing Date",
        "as of the Closing Date; stored",
        "1) a 2) b",
        "On [insert the date]",
        "契約書 1/12",
        "1 chart",
    ]


def test_headers_stand_where_their_section_begins() -> None:
    def section(first: int | None, *, title: bool = False) -> str:
        names = [("default", "rId1")] if first == 1 else [("default", "rId2"), ("first", "rId1")]
        references = "".join(f'<w:headerReference w:type="{kind}" r:id="{rid}"/>' for kind, rid in names)
        return f"<w:sectPr>{references}{'<w:titlePg/>' if title else ''}</w:sectPr>"

    page = field("PAGE", "1")
    parts = {
        "header1": p("Contract SC-2026-0417"),
        "header2": f"<w:p>{r('Schedule A - Page ')}{page}</w:p>",
        "footer1": f"<w:p>{r('Page ')}{page}{r(' of ')}{field('NUMPAGES', '9')}</w:p>",
    }
    body = f"<w:p><w:pPr>{section(1)}</w:pPr>{r('First section')}</w:p>" + p("Second section") + section(2)
    document = read(docx(body, parts))
    assert flow(document) == ["Contract SC-2026-0417", "First section", "Schedule A", "Second section"]


def test_counts_go_beyond_what_is_listed() -> None:
    change = '<w:ins w:id="1" w:author="Kim"><w:r><w:t>x </w:t></w:r></w:ins>'
    comments = "".join(f'<w:comment w:id="{n}" w:author="Lee">{p(f"note {n}")}</w:comment>' for n in range(6000))
    body = "".join(f"<w:p>{change}</w:p>" for _ in range(5003))
    document = read(docx(body, {"comments": comments}))
    assert "5,003 tracked changes by Kim were accepted" in " ".join(document.warnings)
    assert "6,000 comments were left out" in " ".join(document.warnings)
    assert len(document.metadata["tracked_changes"]) == 2000


def test_charts_and_embedded_files() -> None:
    from openpyxl import Workbook

    book, out = Workbook(), BytesIO()
    book.active.append(["KX-4", 8750])
    book.save(out)
    chart = (
        '<c:chartSpace xmlns:c="c" xmlns:a="a"><c:title><a:t>Rent by quarter</a:t></c:title><c:ser><c:tx><c:v>Rent</c:v></c:tx>'
        '<c:cat><c:pt idx="0"><c:v>Q1</c:v></c:pt><c:pt idx="1"><c:v>Q2</c:v></c:pt></c:cat>'
        '<c:val><c:pt idx="1"><c:v>530.50000000000001</c:v></c:pt></c:val></c:ser></c:chartSpace>'
    )
    drawing = '<w:r><w:drawing><c:chart xmlns:c="c" r:id="rId8"/></w:drawing></w:r>'
    inside = '<w:r><w:object><o:OLEObject xmlns:o="o" ProgID="Excel.Sheet.12" r:id="rId9"/></w:object></w:r>'
    lost = '<w:r><w:object><o:OLEObject xmlns:o="o" ProgID="Visio.Drawing" r:id="rId7"/></w:object></w:r>'
    data = docx(f"<w:p>{drawing}</w:p><w:p>{r('Prices')}{inside}{lost}</w:p>")
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            if not name.endswith("document.xml.rels"):
                new.writestr(name, old.read(name))
        new.writestr("word/charts/chart1.xml", chart)
        new.writestr("word/embeddings/book.xlsx", out.getvalue())
        new.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships><Relationship Id="rId8" Type="x/chart" Target="charts/chart1.xml"/>'
            '<Relationship Id="rId9" Type="x/package" Target="embeddings/book.xlsx"/></Relationships>',
        )
    document = read(made.getvalue())
    assert flow(document) == ["Rent by quarter\n\tQ1\tQ2\nRent\t\t530.5", "Prices", "KX-4\t8750", ""]  # "": the drawing, which was not read
    assert document.units[2].label == "embedded book.xlsx, Sheet, row 1"
    assert any("embedded object (Visio.Drawing) was not read" in w or "Visio.Drawing" in w for w in document.warnings)


@pytest.mark.parametrize("seed", range(12))
def test_random_files_give_what_was_put_in(seed: int) -> None:
    """Made by python-docx: every seen paragraph, cell and header in order, and nothing that was hidden."""
    from docx import Document as Word
    from docx.shared import Pt, RGBColor

    rng = random.Random(seed)
    words = ["rent", "契約", "1,480", "Clara Mori", "shall", "乙は", "30 days", "Absent", "(a)", "§ 4", "№ 7", "é"]

    def phrase() -> str:
        return " ".join(rng.choice(words) for _ in range(rng.randint(1, 9))) + f" {rng.randrange(10**6)}"

    made = Word()
    seen: list[str] = []
    secret: list[str] = []
    header = phrase()
    made.sections[0].header.paragraphs[0].text = header
    for _ in range(rng.randint(5, 40)):
        kind = rng.random()
        if kind < 0.15:
            rows, columns = rng.randint(1, 5), rng.randint(1, 5)
            grid = made.add_table(rows, columns)
            for row in grid.rows:
                cells = [phrase() if rng.random() < 0.7 else "" for _ in range(columns)]
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
                if any(cells):
                    seen.append("\t".join(cells))
            made.add_paragraph("")
            continue
        paragraph = made.add_paragraph(style="List Bullet") if kind < 0.25 else made.add_paragraph()
        text = phrase()
        paragraph.add_run(text)
        if rng.random() < 0.4:
            ghost = paragraph.add_run(phrase())
            secret.append(ghost.text)
            hide = rng.randrange(3)
            ghost.font.hidden = True if hide == 0 else None
            if hide == 1:
                ghost.font.color.rgb = RGBColor(255, 255, 255)
            elif hide == 2:
                ghost.font.size = Pt(1)
        seen.append(("• " if kind < 0.25 else "") + text)
    out = BytesIO()
    made.save(out)
    document = read(out.getvalue())
    assert flow(document) == [header, *seen]
    assert hidden(document) == secret


def test_tables_of_random_merges_keep_their_columns() -> None:
    span = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    rows = f"<w:tbl><w:tr><w:tc>{p('a')}</w:tc><w:tc>{span}{p('b')}</w:tc><w:tc>{p('')}</w:tc></w:tr></w:tbl>"
    assert flow(read(docx(rows + table(["", "x", ""])))) == ["a\tb\t\t", "\tx\t"]


def test_numbers_of_paragraphs_that_are_referred_to() -> None:
    numbers = {
        "numbering": '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    }
    marked = '<w:bookmarkStart w:id="1" w:name="_R"/>' + r("Pay") + '<w:bookmarkEnd w:id="1"/>'
    body = p("Deliver", num=(1, 0)) + p(marked, num=(1, 0)) + "<w:p>" + r("See clause ") + field("REF _R \\r \\h") + "</w:p>"
    assert flow(read(docx(body, numbers))) == ["1. Deliver", "2. Pay", "See clause 2"]


def test_hidden_rows_of_tables() -> None:
    rows = f"<w:tr><w:tc>{p('a')}</w:tc></w:tr><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{p('ghost')}</w:tc></w:tr>"
    document = read(docx(f"<w:tbl>{rows}</w:tbl>"))
    assert flow(document) == ["a"]
    assert hidden(document) == ["ghost"]


def test_boxes_with_a_fill_show_white_words() -> None:
    def box(fill: str) -> str:
        words = f"<w:txbxContent><w:p>{r('boxed', WHITE)}</w:p></w:txbxContent>"
        return f'<w:p><w:r><w:pict><v:shape xmlns:v="v" fillcolor="{fill}"><v:textbox>{words}</v:textbox></v:shape></w:pict></w:r></w:p>'

    assert flow(read(docx(p("x") + box("#203040")))) == ["x", "boxed"]
    assert hidden(read(docx(p("x") + box("#ffffff")))) == ["boxed"]
