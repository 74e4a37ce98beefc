"""Word files: everything in order, with real numbers, changes, notes, boxes, tables and labels."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.core.ingest.make_files import docx, p, r, table
from tsel_core.document import Document
from tsel_core.errors import DocumentError, UnreadableDocument
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse


def read(data: bytes, **options: object) -> Document:
    return parse("case.docx", data, "0", ReadOptions(isolate=False, **options))  # type: ignore[arg-type]


def texts(document: Document) -> list[str]:
    return [u.text for u in document.units if u.in_flow]


def level(index: int, style: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*levels: str, more: str = "") -> dict[str, str]:
    return {
        "numbering": f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
    }


CHANGED = (
    "<w:p>"
    + r("The fee is ")
    + '<w:del w:id="1" w:author="Kim" w:date="2026-03-01T09:00:00Z"><w:r><w:delText>500</w:delText></w:r></w:del>'
    + '<w:ins w:id="2" w:author="Lee" w:date="2026-03-02T09:00:00Z">'
    + r("620")
    + "</w:ins>"
    + r(" dollars.")
    + "</w:p>"
)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ("accept", "The fee is 620 dollars."),
        ("reject", "The fee is 500 dollars."),
        ("show", "The fee is [deleted by Kim 2026-03-01: 500][inserted by Lee 2026-03-02: 620] dollars."),
    ],
)
def test_tracked_changes(changes: str, text: str) -> None:
    document = read(docx(CHANGED), changes=changes)
    assert texts(document) == [text]
    assert [(c["kind"], c["author"], c["date"]) for c in document.metadata["tracked_changes"]] == [
        ("deleted", "Kim", "2026-03-01"),
        ("inserted", "Lee", "2026-03-02"),
    ]
    assert "2 tracked changes by Kim, Lee" in document.warnings[0]


def test_moved_text_and_deleted_paragraph_mark() -> None:
    mark = '<w:rPr><w:del w:id="9" w:author="Kim"/></w:rPr>'
    body = p("first half ", extra=mark) + p("second half")
    body += "<w:p><w:moveFrom w:id='1' w:author='K'>" + r("old place") + "</w:moveFrom>" + r("stays") + "</w:p>"
    body += "<w:p><w:moveTo w:id='2' w:author='K'>" + r("new place") + "</w:moveTo></w:p>"
    assert texts(read(docx(body))) == ["first half second half", "stays", "new place"]
    assert texts(read(docx(body), changes="reject")) == ["first half ".strip(), "second half", "old placestays"]


def test_deleted_and_inserted_rows() -> None:
    rows = (
        '<w:tr><w:trPr><w:del w:id="1" w:author="K"/></w:trPr><w:tc>' + p("gone") + "</w:tc></w:tr>"
        '<w:tr><w:trPr><w:ins w:id="2" w:author="K"/></w:trPr><w:tc>' + p("new") + "</w:tc></w:tr>"
    )
    assert texts(read(docx(f"<w:tbl>{rows}</w:tbl>"))) == ["new"]
    assert texts(read(docx(f"<w:tbl>{rows}</w:tbl>"), changes="reject")) == ["gone"]


def test_list_numbers_of_several_levels() -> None:
    parts = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "%1.%2(%3)"))
    body = "".join(
        p(t, num=(1, n)) for t, n in [("a", 0), ("b", 0), ("c", 1), ("d", 2), ("e", 2), ("f", 1), ("g", 0), ("h", 1)]
    )
    assert texts(read(docx(body, parts))) == ["1. a", "2. b", "2.1 c", "2.1(a) d", "2.1(b) e", "2.2 f", "3. g", "3.1 h"]


def test_japanese_list_numbers_and_labels() -> None:
    parts = numbering(
        level(0, "decimal", "第%1条"), level(1, "decimalFullWidth", "%2"), level(2, "irohaFullWidth", "（%3）")
    )
    words = [
        ("（目的）　本契約は目的を定める。", 0),
        ("（期間）　期間は一年とする。", 0),
        ("期間は更新できる。", 1),
        ("その他の場合", 2),
    ]
    document = read(docx("".join(p(t, num=(1, n)) for t, n in words), parts))
    assert texts(document) == [
        "第1条 （目的）　本契約は目的を定める。",
        "第2条 （期間）　期間は一年とする。",
        "１ 期間は更新できる。",
        "（イ） その他の場合",
    ]
    assert [u.label for u in document.units] == ["第1条, 段落1", "第2条, 段落2", "第2条第1項, 段落3", "第2条, 段落4"]


def test_numbers_from_styles_start_override_and_legal() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="Art"><w:name w:val="Art"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    more = '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    parts = numbering(level(0, "upperRoman", "Article %1"), level(1, "decimal", "%1.%2", "<w:isLgl/>"), more=more)
    body = p("one", style="Art") + p("two", num=(1, 1)) + p("three", style="Art") + p("five", num=(2, 0))
    document = read(docx(body, {**parts, "styles": styles}))
    assert texts(document) == ["Article I one", "1.1 two", "Article II three", "Article V five"]
    assert document.units[2].label == "Art. II, para 3"


def test_notes_stand_after_their_paragraph() -> None:
    body = (
        "<w:p>"
        + r("Delivery takes ten days")
        + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        + r(" after the order.")
        + "</w:p>"
        + p("Next.")
    )
    body += "<w:p>" + r("End") + '<w:r><w:endnoteReference w:id="3"/></w:r></w:p>'
    parts = {
        "footnotes": '<w:footnote w:type="separator" w:id="0">'
        + p("x")
        + '</w:footnote><w:footnote w:id="2">'
        + p("Working days.")
        + "</w:footnote>",
        "endnotes": '<w:endnote w:id="3">' + p("See annex.") + "</w:endnote>",
    }
    document = read(docx(body, parts))
    assert texts(document) == [
        "Delivery takes ten days after the order.",
        '[footnote 1 to "Delivery takes ten days"] Working days.',
        "Next.",
        "End",
        '[endnote i to "End"] See annex.',
    ]
    assert document.units[1].kind == "footnote"


def test_text_box_once_and_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('In the box')}</w:txbxContent>"
    drawing = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        + box
        + "</wps:txbx></w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict><v:textbox>" + box + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(read(docx(f"<w:p>{r('Anchor')}{drawing}</w:p>" + p("After")))) == ["Anchor", "In the box", "After"]


def test_content_controls_links_fields_and_symbols() -> None:
    body = "<w:sdt><w:sdtContent>" + p("In a control") + "</w:sdtContent></w:sdt>"
    body += (
        "<w:p><w:sdt><w:sdtContent>"
        + r("inline")
        + "</w:sdtContent></w:sdt><w:hyperlink>"
        + r(" link")
        + "</w:hyperlink></w:p>"
    )
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    body += (
        "<w:p>"
        + r("Page ")
        + field.format("begin")
        + "<w:r><w:instrText>PAGEREF x</w:instrText></w:r>"
        + field.format("separate")
    )
    body += r("12") + field.format("end") + '<w:fldSimple w:instr="DATE">' + r(" today") + "</w:fldSimple></w:p>"
    body += '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> agreed</w:t><w:noBreakHyphen/><w:t>x</w:t><w:softHyphen/></w:r></w:p>'
    assert texts(read(docx(body))) == ["In a control", "inline link", "Page 12 today", "☒ agreed-x"]


def test_tables_merged_and_nested() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text) if text else '<w:p/>'}</w:tc>"

    rows = "<w:tr>" + cell("Region", '<w:vMerge w:val="restart"/>') + cell("Q1") + cell("Q2") + "</w:tr>"
    rows += "<w:tr>" + cell("", "<w:vMerge/>") + cell("both quarters", '<w:gridSpan w:val="2"/>') + "</w:tr>"
    nested = table(["x", p("y") + table(["n1", "n2"])])
    document = read(docx(f"<w:tbl>{rows}</w:tbl>" + nested))
    assert texts(document) == ["Region\tQ1\tQ2", "Region\tboth quarters\t", "x\ty (n1  n2)"]
    assert document.units[1].label == "Table 1, row 2"


def test_what_is_nested_too_deep_is_said_to_be_left_out() -> None:
    cell = p("the innermost")
    for _ in range(33):
        cell = table([cell])
    controls, rows = r("deep"), table(["a row"]).removeprefix("<w:tbl>").removesuffix("</w:tbl>")
    for _ in range(62):
        controls = f"<w:smartTag>{controls}</w:smartTag>"
    for _ in range(22):
        rows = f"<w:sdt><w:sdtContent>{rows}</w:sdtContent></w:sdt>"
    cases = {
        30: p("before") + cell,
        60: p("before") + f"<w:p>{controls}</w:p>",
        20: p("before") + f"<w:tbl>{rows}</w:tbl>",
    }
    for levels, body in cases.items():
        document = read(docx(body))
        assert document.warnings == (f"parts nested more than {levels} levels deep were left out",)
        assert "before" in texts(document)


def test_form_with_passages_in_cells_is_read_by_paragraph() -> None:
    passages = "".join(p(f"Passage number {i}.") for i in range(8))
    assert len(texts(read(docx(f"<w:tbl><w:tr><w:tc>{passages}</w:tc></w:tr></w:tbl>")))) == 8


def test_headers_and_footers_once_hidden_text_and_comments() -> None:
    body = "<w:p>" + r("Shown ") + r("secret", "<w:vanish/>") + '<w:r><w:commentReference w:id="4"/></w:r></w:p>'
    parts = {
        "header1": p("ACME confidential"),
        "header2": p("ACME confidential"),
        "footer1": p("Page 1 of 3"),
        "comments": '<w:comment w:id="4" w:author="Kim" w:date="2026-01-02T00:00:00Z">' + p("Really?") + "</w:comment>",
    }
    document = read(docx(body, parts))
    assert texts(document) == ["ACME confidential", "Shown"]
    apart = {u.kind: u.text for u in document.units if not u.in_flow}
    assert apart == {"comment": "[comment by Kim, 2026-01-02: Really?]", "hidden": "secret"}
    assert any(f'{document.units[1].label[:-7]} "secret"' in w for w in document.warnings)
    assert "[comment by Kim, 2026-01-02: Really?]" in texts(read(docx(body, parts), comments=True))


def test_headings_give_the_label() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{i}"><w:name w:val="{n}"/></w:style>'
        for i, n in (("H1", "heading 1"), ("H2", "見出し 2"))
    )
    body = p("Terms", style="H1") + p("Price", style="H2") + p("Ten dollars.") + p("Law", style="H1") + p("Japan.")
    document = read(docx(body, {"styles": styles}))
    assert [u.label for u in document.units] == [
        "para 1",
        "Terms, para 2",
        "Terms > Price, para 3",
        "para 4",
        "Law, para 5",
    ]
    assert document.units[2].heading_path == ("Terms", "Price")


def test_articles_and_schedules_in_labels() -> None:
    words = ["第1条（目的）　定める。", "２　前項の例外", "（1）　細目", "別紙1　仕様", "第1条　別の条"]
    labels = [u.label for u in read(docx("".join(p(w) for w in words))).units]
    assert labels == ["第1条, 段落1", "第1条第2項, 段落2", "第1条第2項(1), 段落3", "別紙1, 段落4", "別紙1 第1条, 段落5"]
    words = ["Article 12 Delay", "(2) Damages of 0.1 % are due.", "Schedule A", "Prices"]
    labels = [u.label for u in read(docx("".join(p(w) for w in words))).units]
    assert labels == ["Art. 12, para 1", "Art. 12(2), para 2", "Schedule A, para 3", "Schedule A, para 4"]


def test_ruby_keeps_the_base_text_whole() -> None:
    ruby = "<w:r><w:ruby><w:rt>" + r("くぜ") + "</w:rt><w:rubyBase>" + r("久世") + "</w:rubyBase></w:ruby></w:r>"
    document = read(docx(f"<w:p>{r('担当 ')}{ruby}{r(' 総務部')}</w:p>"))
    assert texts(document) == ["担当 久世 総務部"]
    assert document.metadata["ruby"] == [["久世", "くぜ"]]


def test_meeting_export_becomes_turns() -> None:
    body = p("Weekly meeting") + "".join(
        "<w:p>" + r(f"{who}   {at}") + "<w:r><w:br/></w:r>" + r(words) + "</w:p>"
        for who, at, words in [
            ("Kim Park", "0:03", "Hello."),
            ("Lee Ann", "0:12", "Thanks."),
            ("Kim Park", "1:02:03", "The budget."),
        ]
    )
    document = read(docx(body))
    assert document.unit_kind == "turn"
    with_table = read(docx(table(["Present", "Kim, Lee"]) + body))
    assert texts(with_table) == ["Present\tKim, Lee", *texts(document)]
    turns = [(u.label, u.text, u.start_s) for u in document.units if u.kind == "turn"]
    assert turns[0] == ("Kim Park 00:00:03", "Kim Park: Hello.", 3.0)
    assert turns[2] == ("Kim Park 01:02:03", "Kim Park: The budget.", 3723.0)


def test_strict_documents_are_read() -> None:
    import zipfile
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(BytesIO(docx(p("Strict words")))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            target.writestr(name, data)
    assert texts(read(out.getvalue())) == ["Strict words"]


@pytest.mark.parametrize(
    ("name", "data", "error", "words"),
    [
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            UnreadableDocument,
            "password",
        ),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), DocumentError, "97-2003"),
        ("a.docx", docx(p("x"))[:300], DocumentError, "damaged"),
        ("a.docx", b"PK\x03\x04", DocumentError, "damaged"),
        ("a.docx", b"just text", DocumentError, "plain text"),
        ("a.docx", docx(""), UnreadableDocument, "no text"),
        ("a.docx", b"", DocumentError, "empty"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_refused(name: str, data: bytes, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        parse(name, data, "0", ReadOptions(isolate=False))
    assert words in str(caught.value)
    assert caught.value.hint  # type: ignore[attr-defined]


def test_python_docx_file(tmp_path: Path) -> None:
    import docx as python_docx

    made = python_docx.Document()
    made.add_heading("Agreement", 1)
    made.add_paragraph("First item", style="List Number")
    made.add_paragraph("Second item", style="List Number")
    made.add_table(1, 2).rows[0].cells[1].text = "cell"
    made.save(str(tmp_path / "made.docx"))
    document = read((tmp_path / "made.docx").read_bytes())
    assert texts(document) == ["Agreement", "1. First item", "2. Second item", "\tcell"]
    assert document.units[1].heading_path == ("Agreement",)


def test_shapes_wordart_and_diagrams() -> None:
    art = "<w:r><w:pict><v:shape><v:textpath string='DRAFT COPY'/></v:shape></w:pict></w:r>"
    document = read(docx("<w:p>" + r("Before") + art + "</w:p>" + p("After")))
    assert texts(document) == ["Before", "DRAFT COPY", "After"]
    assert document.units[1].label == "drawing, para 1"


def test_the_chosen_entry_of_a_form_list() -> None:
    entries = '<w:listEntry w:val="Oslo"/><w:listEntry w:val="Bergen"/>'
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList>{}</w:ddList></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = p(r("Port: ") + field.format('<w:result w:val="1"/>' + entries)) + p(r("Home: ") + field.format(entries))
    assert texts(read(docx(body))) == ["Port: Bergen", "Home: Oslo"]


def test_text_hidden_by_its_paragraphs_style() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="H"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="S"><w:name w:val="S"/><w:basedOn w:val="H"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
    )
    body = p(r("secret") + r(" but this", '<w:vanish w:val="0"/>'), style="H") + p("shown", style="S")
    document = read(docx(body, {"styles": styles}))
    assert texts(document) == ["but this", "shown"]
    assert [u.text for u in document.units if not u.in_flow] == ["secret"]


def test_tracked_cells() -> None:
    def cell(text: str, mark: str = "") -> str:
        change = f'<w:{mark} w:id="1" w:author="K"/>' if mark else ""
        return f"<w:tc><w:tcPr>{change}</w:tcPr>{p(text)}</w:tc>"

    row = f"<w:tbl><w:tr>{cell('kept')}{cell('gone', 'cellDel')}{cell('new', 'cellIns')}</w:tr></w:tbl>"
    found = {changes: texts(read(docx(row), changes=changes)) for changes in ("accept", "reject", "show")}
    assert found == {"accept": ["kept\tnew"], "reject": ["kept\tgone"], "show": ["kept\tgone\tnew"]}


def test_formulas_keep_their_meaning() -> None:
    def m(name: str, *inside: str) -> str:
        return f"<m:{name}>{''.join(inside)}</m:{name}>"

    def t(text: str) -> str:
        return m("r", m("t", text))

    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    fraction = m("f", m("num", t("a+b")), m("den", t("2")))
    power = m("sSup", m("e", t("x")), m("sup", t("n")))
    root = m("rad", m("deg"), m("e", t("y")))
    formula = f'<m:oMath xmlns:m="{space}">{t("r=")}{fraction}{t("+")}{power}{t("+")}{root}</m:oMath>'
    assert texts(read(docx(p(r("Rate ") + formula + r(" end"))))) == ["Rate r=(a+b)/2+x^n+√(y) end"]


def test_control_characters_in_a_part_are_left_out() -> None:
    data = docx(p("bell and bel2"))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"bell", b"be\x07ll").replace(b"bel2", b"bel&#x1F;2"))
    assert texts(read(out.getvalue())) == ["bell and bel2"]


def test_exhibits_are_labelled_by_their_whole_number() -> None:
    for words, label in [("EXHIBIT 10.1", "EXHIBIT 10.1"), ("Exhibit 10-B", "Exhibit 10-B"), ("Annex A.", "Annex A"), ("Schedule 2.10-1 Prices", "Schedule 2.10-1")]:
        assert read(docx(p(words) + p("The parties agree."))).units[0].label == f"{label}, para 1"
