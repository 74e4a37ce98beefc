"""Office files as one XML file: Word 2003, Excel 2003, flat OpenDocument, under whatever name."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.core.ingest.formats.test_kinds import apart, flow, read
from tsel_core.errors import DocumentError
from tsel_core.ingest import read_documents

W = 'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
LISTS = (
    '<w:lists><w:listDef w:listDefId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="3"/><w:lvlText w:val="%1."/></w:lvl></w:listDef>'
    '<w:list w:ilfo="1"><w:ilst w:val="0"/></w:list></w:lists>'
)
STYLES = '<w:styles><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style></w:styles>'


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def wordml(body: str, section: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
        f"<w:wordDocument {W}>{LISTS}{STYLES}<w:body><wx:sect>{body}<w:sectPr>{section}</w:sectPr></wx:sect></w:body></w:wordDocument>"
    ).encode()


@pytest.mark.parametrize("name", ["a.xml", "a.doc", "a"])
def test_word_2003(name: str) -> None:
    item = '<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/></w:listPr>'
    change = '<aml:annotation aml:id="{}" w:type="Word.{}" aml:author="Kim" aml:createdate="2026-01-02T00:00:00Z"><aml:content>{}</aml:content></aml:annotation>'
    note = "<w:r><w:footnote>" + paragraph(run("Without tax.")) + "</w:footnote></w:r>"
    body = paragraph(run("Lease"), '<w:pStyle w:val="H"/>')
    body += paragraph(run("Deliver the goods."), item) + paragraph(run("Keep the records."), item)
    body += paragraph(run("The rent is ") + change.format(1, "Deletion", "<w:r><w:delText>999</w:delText></w:r>") + change.format(2, "Insertion", run("1,480")) + run(".") + note)
    body += paragraph(run("seen ") + run("secret", "<w:vanish/>") + run("white", '<w:color w:val="FFFFFF"/>'))
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"
    body += "<w:tbl><w:tr>" + cell.format("", paragraph(run("a"))) + cell.format("", paragraph("")) + cell.format("", paragraph(run("c"))) + "</w:tr></w:tbl>"
    document = read(wordml(body, '<w:hdr w:type="odd">' + paragraph(run("Contract SC-1")) + "</w:hdr>"), name)
    assert document.kind == "docx"
    assert flow(document) == [
        "Contract SC-1",
        "Lease",
        "A. Deliver the goods.",
        "B. Keep the records.",
        "The rent is 1,480.",
        '[footnote 1 to "The rent is 1,480."] Without tax.',
        "seen",
        "a\t\tc",
    ]
    assert "secret" in apart(document)
    assert "white" in apart(document)
    assert any("2 tracked changes by Kim were accepted" in w for w in document.warnings)


def test_random_word_2003_files_keep_their_words_in_order() -> None:
    rng = random.Random(3)
    for _ in range(30):
        words = [f"word{rng.randrange(10**6)}" for _ in range(rng.randrange(3, 30))]
        inside, open_sections = "", 0
        for word in words:
            if rng.random() < 0.2:
                inside, open_sections = inside + "<wx:sub-section>", open_sections + 1
            piece = paragraph(run(word))
            inside += f"<w:tbl><w:tr><w:tc>{piece}</w:tc></w:tr></w:tbl>" if rng.random() < 0.2 else piece
            if open_sections and rng.random() < 0.3:
                inside, open_sections = inside + "</wx:sub-section>", open_sections - 1
        inside += "</wx:sub-section>" * open_sections
        assert flow(read(wordml(inside), "a.xml")) == words


def excelml(rows: list[list[str | None]], sheet: str = "Plan", options: str = "", columns: str = "") -> str:
    out = ""
    for row in rows:
        cells, skipped = "", False
        for at, cell in enumerate(row, 1):
            if cell is None:
                skipped = True
                continue
            place = f' ss:Index="{at}"' if skipped else ""
            cells += f'<Cell{place}><Data ss:Type="String">{cell}</Data></Cell>'
            skipped = False
        out += f"<Row>{cells}</Row>"
    return f'<Worksheet ss:Name="{sheet}"><Table>{columns}{out}</Table>{options}</Worksheet>'


def workbook(sheets: str) -> bytes:
    space = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    return f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook {space}>{sheets}</Workbook>'.encode()


def test_excel_2003_named_xls() -> None:
    hidden = '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>'
    plan = excelml([["No.", "Item", "Fee"], ["1", None, "1,480"]], columns='<Column ss:Index="3" ss:Hidden="1"/>')
    plan = plan.replace("<Row>", '<Row ss:Hidden="1"><Cell><Data ss:Type="Number">77</Data></Cell></Row><Row>', 1)
    plan = plan.replace("</Table>", '<Row ss:Index="9"><Cell ss:MergeAcross="1"><Data ss:Type="DateTime">2026-03-04T00:00:00.000</Data></Cell><Cell ss:Index="4"><Data ss:Type="Boolean">1</Data></Cell></Row></Table>')
    document = read(workbook(plan + excelml([["secret"]], "Old", hidden)), "export.xls")
    shown = [(u.label, u.text) for u in document.units if u.in_flow]
    assert shown == [("Plan, row 2", "No.\tItem"), ("Plan, row 3", "1"), ("Plan, row 9", "2026-03-04\t\t\tTRUE")]
    assert [u.text for u in document.units if not u.in_flow] == ["77", "Fee", "1,480", "secret"]


def test_random_excel_2003_cells_keep_their_places() -> None:
    rng = random.Random(9)
    for _ in range(30):
        rows = [[rng.choice([None, f"c{rng.randrange(9999)}"]) for _ in range(rng.randrange(1, 8))] for _ in range(rng.randrange(1, 12))]
        rows.append(["end"])
        found = {u.label: u.text for u in read(workbook(excelml(rows)), "a.xml").units}
        for number, row in enumerate(rows, 1):
            cells = [c or "" for c in row]
            while cells and not cells[-1]:
                cells.pop()
            assert found.get(f"Plan, row {number}", "") == "\t".join(cells)


def test_flat_open_document(tmp_path: Path) -> None:
    space = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    made = f'<?xml version="1.0"?><office:document {space} office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>The rent is 1,480.</text:p></office:text></office:body></office:document>'
    document = read(made.encode(), "a.fodt")
    assert (document.kind, flow(document)) == ("odt", ["The rent is 1,480."])
    (tmp_path / "a.xml").write_bytes(wordml(paragraph(run("A lease."))))
    (tmp_path / "b.xml").write_text("<?xml version='1.0'?><settings/>")
    documents = read_documents([str(tmp_path)])
    assert [flow(d) for d in documents] == [["A lease."]]
    assert "b.xml (no document)" in documents[0].warnings[0]


def test_entities_are_refused() -> None:
    data = wordml(paragraph(run("x"))).replace(b"<w:wordDocument", b'<!DOCTYPE a [<!ENTITY b "c">]><w:wordDocument', 1)
    with pytest.raises(DocumentError, match="declares entities"):
        read(data, "a.xml")
