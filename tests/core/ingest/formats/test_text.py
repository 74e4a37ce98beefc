"""Text files: the encoding rule, units, Markdown, HTML, mail, tables."""

from __future__ import annotations

import base64
import random

import pytest

from tsel_core.document import Document, render_documents
from tsel_core.errors import DocumentError, UnreadableDocument, UsageError
from tsel_core.ingest.encoding.clean import clean_text
from tsel_core.ingest.encoding.encodings import decode
from tsel_core.ingest.formats.units_of_text import MAX_CHARS, pieces
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

JA = "第二工場の空調設備は設置から十八年が経過しており、更新が必要である。\r\nカタカナとＡＢＣ、①を含む。\r\n"
KANJI = "株式会社東京機械製作所　代表取締役　山田太郎\n"


def read(data: bytes | str, name: str = "a.txt", **options: object) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    return parse(name, raw, "0", ReadOptions(isolate=False, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (JA, "utf-8", "utf-8"),
        (JA, "utf-8-sig", "utf-8-sig"),
        (JA, "cp932", "cp932"),
        (JA.replace("①", "1"), "euc_jp", "euc_jp"),
        (JA.replace("①", "1"), "iso2022_jp", "iso2022_jp"),
        (JA, "utf-16", "utf-16"),
        (JA, "utf-16-le", "utf-16-le"),
        (JA, "utf-16-be", "utf-16-be"),
        (JA, "utf-32", "utf-32"),
        (KANJI, "cp932", "cp932"),
        (KANJI, "euc_jp", "euc_jp"),
        ("半角ｶﾀｶﾅを含む文書です。\n", "cp932", "cp932"),
        ("Résumé – naïve café, 100 €\n" * 3, "cp1252", "cp1252"),
        ("Plain English text.\n", "utf-16-le", "utf-16-le"),
        ("宇宙守护神保护我们远离邪恶,他能徒手抓住子弹。\n", "gb18030", "gb18030"),
        ("안녕하세요 회의록입니다. 예산은 삼천만원입니다.\n", "euc_kr", "euc_kr"),
    ],
)
def test_encodings(text: str, codec: str, name: str) -> None:
    found = decode(text.encode(codec))
    assert found.text == text
    assert found.encoding == name


def test_encoding_can_be_given_and_is_checked() -> None:
    assert read(JA.encode("cp932"), encoding="Shift_JIS").units[0].text.startswith("第二工場")
    with pytest.raises(DocumentError, match="is not utf-8 text"):
        read(JA.encode("cp932"), encoding="utf-8")
    with pytest.raises(UsageError):
        ReadOptions(encoding="klingon")
    with pytest.raises(UsageError):
        ReadOptions(encoding="base64")


def test_a_file_cut_within_a_character_keeps_its_encoding() -> None:
    document = read("契約の期間は一年とする。".encode()[:-1])
    assert [u.text for u in document.units if u.text] == ["契約の期間は一年とする"]
    assert document.warnings == ("the text ends within a character: the file was cut off",)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("ｶﾌﾞｼｷｶﾞｲｼｬ ﾄｳｷｮｳ 3,000円\n", "cp932"),
        ("契約書\n株式会社東京\n", "euc_jp"),
        ("본 계약은 갑과 을 사이에 체결된다. 대금은 삼백만 원이다.", "euc_kr"),
        ("本合約由甲乙雙方簽訂，價款為新臺幣三百萬元。" * 3, "big5"),
        ("Größe für Müller: 300 €, ÀÉÎ\n", "cp1252"),
    ],
)
def test_short_texts_and_neighbours_of_japanese(text: str, codec: str) -> None:
    assert read(text.encode(codec)).metadata["encoding"] == codec


def test_chinese_of_everyday_words_is_no_japanese() -> None:
    text = "合同编号是4711，请在三十天内付款。\n"
    for data in (text.encode("gb18030"), (text * 5).encode("gb18030")):
        found = decode(data)
        assert (found.text, found.encoding) == (data.decode("gb18030"), "gb18030")
        assert "uncertain" in found.warning


def test_lists_of_kanji_alone_stay_japanese() -> None:
    rng = random.Random(3)
    level_1 = [bytes([a, b]).decode("euc_jp", "ignore") for a in range(0xB0, 0xD0) for b in range(0xA1, 0xFF)]
    kanji = [sign for sign in level_1 if sign]
    for _ in range(200):
        names = "\n".join("".join(rng.sample(kanji, rng.randrange(2, 6))) for _ in range(rng.randrange(3, 40)))
        assert [decode(names.encode(codec)).text for codec in ("euc_jp", "cp932")] == [names, names]


@pytest.mark.parametrize(("text", "codec"), [("The invoice number is 4711. " * 5, "cp037"), ("Η σύμβαση ισχύει για ένα έτος.", "cp1253")])
def test_what_reads_as_no_western_text_is_uncertain(text: str, codec: str) -> None:
    assert "uncertain" in decode(text.encode(codec)).warning


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows() -> None:
    document = read(b'name,size\na,"5 inch\nb,6\nc,7\n', "a.csv")
    assert [u.text for u in document.units] == ["name\tsize", 'a\t"5 inch', "b\t6", "c\t7"]
    assert "row 2: a quotation mark is never closed" in document.warnings[0]
    whole = read(b'name,size\na,"5\ninch"\nb,"6\n"\n', "a.csv")
    assert [u.text for u in whole.units] == ["name\tsize", "a\t5 inch", "b\t6"]
    assert not whole.warnings


def test_one_bad_byte_does_not_change_the_encoding() -> None:
    found = decode((JA * 20).encode("utf-8") + b"\xff\xfe rest")
    assert found.encoding == "utf-8"
    assert "replaced" in found.warning


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"\x7fELF" + b"\x01\x00" * 90])
def test_binary_files_named_txt_are_refused(data: bytes) -> None:
    with pytest.raises((DocumentError, UnreadableDocument)):
        read(data)


def test_line_ends_controls_and_nul() -> None:
    document = read(b"one\r\ntwo\rthree\x00\x1b[31m four\n\n\x07five\x0b\n")
    assert [u.text for u in document.units] == ["one\ntwo\nthree four", "five"]
    assert "1 NUL" in document.warnings[0]
    assert clean_text("a\x00b\ud800c\ufffed\u2028e") == "abcd\ne"


def test_units_and_their_lines() -> None:
    text = "Title\n\nA paragraph that was\nwrapped by hand.\n\n" + "Long line of its own. " * 8 + "\n" + "Another long line. " * 8 + "\n"
    document = read(text)
    assert [(u.label, u.kind) for u in document.units] == [
        ("line 1", "paragraph"),
        ("lines 3-4", "paragraph"),
        ("line 6", "paragraph"),
        ("line 7", "line"),
    ]


def test_very_long_lines_are_cut_at_sentence_ends() -> None:
    text = "これは文です。" * 2000 + "A sentence here. " * 1000 + "x" * 10_000
    assert "".join(pieces(text)) == text
    document = read(text)
    assert all(len(u.text) <= MAX_CHARS for u in document.units)
    assert "".join("".join(u.text.split()) for u in document.units) == "".join(text.split())
    assert document.units[0].text.endswith("。")
    assert document.units[1].label == "line 1, part 2"


def test_articles_in_labels_of_plain_text() -> None:
    lines = ["業務委託契約書", "第1条（目的）　この契約は委託について定めるものとする。", "２　前項の細目は別に定める。", "別紙1　単価", "一式　十万円"]
    found = [u.label for u in read("\n\n".join(lines)).units]
    assert found == ["line 1", "第1条, line 3", "第1条第2項, line 5", "別紙1, line 7", "別紙1, line 9"]
    found = [u.label for u in read("\n".join(lines)).units]
    assert found == ["line 1", "第1条, line 2", "第1条第2項, line 3", "別紙1, lines 4-5"]


def test_articles_begin_units_also_without_empty_lines_between_them() -> None:
    text = (
        "ARTICLE 12\nLIABILITY\n12.1 Cap. The liability under\nSection 4.2 of this Agreement is capped at 10%.\n(a) except for\nfraud;\n"
        "(i) one;\n(ii) two.\n(b) next.\n13. Term. Two years.\n"
    )
    document = read(text)
    assert [u.label for u in document.units] == [
        "Art. 12, lines 1-2",
        "Clause 12.1, lines 3-4",
        "Clause 12.1(a), lines 5-6",
        "Clause 12.1(a)(i), line 7",
        "Clause 12.1(a)(ii), line 8",
        "Clause 12.1(b), line 9",
        "Clause 13, line 10",
    ]
    assert render_documents([document]).text == text.strip()
    japanese = "第12条（秘密）\n1　甲は秘密を守る。\n2　乙も同様とする。\n(1) 公知の情報\n第3条に定める場合を除く。\n第十二条の二　例外とする。\n"
    found = [u.label for u in read(japanese).units]
    assert found == ["第12条, line 1", "第12条第1項, line 2", "第12条第2項, line 3", "第12条第2項(1), lines 4-5", "第十二条の二, line 6"]


def test_markdown_headings() -> None:
    document = read("# A\n\nfirst\n\n## B\n\nsecond\n\n# C\n\nthird\n", "a.md")
    assert [(u.label, u.heading_path) for u in document.units][3] == ("B, line 7", ("A", "B"))
    assert document.units[5].heading_path == ("C",)


def test_markdown_headings_without_empty_lines_and_code() -> None:
    document = read("# A\nfirst\n## B\nsecond\n\n```\n# no heading\n```\n", "a.md")
    assert [(u.text, u.label) for u in document.units] == [
        ("# A", "A, line 1"),
        ("first", "A, line 2"),
        ("## B", "B, line 3"),
        ("second", "B, line 4"),
        ("```\n# no heading\n```", "B, lines 6-8"),
    ]


def test_html() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style><script>var x='no';</script></head><body><h1>Terms</h1>"
        "<p>One &amp; <b>two</b><br>three</p><ul><li>a<li>b</ul><table><tr><th>x<th>y<tr><td>1<td>2</table>"
        "<p><ruby>東京<rt>とうきょう</rt></ruby>都</p><img src='http://example.invalid/x.png' alt='a chart'></body></html>"
    )
    texts = [u.text for u in read(page, "a.html").units]
    assert texts == ["Terms", "One & two\nthree", "- a", "- b", "x\ty", "1\t2", "東京都", "[picture: a chart]"]
    cp932 = '<html><meta charset="Shift_JIS"><body><p>契約①</p>'.encode("cp932")
    assert [u.text for u in read(cp932, "a.html").units] == ["契約①"]


def test_html_cells_without_text_and_merged_cells_keep_their_columns() -> None:
    rows = (
        "<tr><td>Region<td>2023<td>2024</tr><tr><td>East</td><td></td><td>120</td></tr>"
        "<tr><td rowspan=2>West<td>5<td>6</tr><tr><td>7<td>8</tr><tr><td colspan=2>Total<td>9</tr>"
    )
    found = [u.text for u in read(f"<table>{rows}</table>".encode(), "a.html").units]
    assert found == ["Region\t2023\t2024", "East\t\t120", "West\t5\t6", "West\t7\t8", "Total\t\t9"]


def test_html_hidden_parts_and_list_numbers() -> None:
    page = (
        "<p>shown</p><p hidden>no1<p>after</p><div style='color:red; display: none'>no2<div>no3</div></div>"
        "<span style='visibility:hidden'>no4</span><ol start=3><li>c<li value=9>i<li>j</ol>"
    )
    document = read(page, "a.html")
    assert [u.text for u in document.units if u.in_flow] == ["shown", "after", "3. c", "9. i", "10. j"]
    apart = " ".join(u.text for u in document.units if not u.in_flow)
    assert all(word in apart for word in ("no1", "no2", "no3", "no4"))
    assert any("no reader can see" in w for w in document.warnings)


def test_mail_of_several_texts_alternatives_and_a_forwarded_message() -> None:
    mail = (
        "From: k@example.org\nSubject: offer\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=A\n\n"
        "--A\nContent-Type: multipart/alternative; boundary=B\n\n"
        "--B\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Der Preis betr=E4gt 1.200 =\nEuro.\n--B\nContent-Type: text/html\n\n<p>Der Preis betr&auml;gt 1.200 <b>Euro</b>.</p>\n--B--\n"
        "--A\nContent-Type: text/plain\n\nA second text.\n"
        "--A\nContent-Type: message/rfc822\n\nFrom: boss@example.org\nSubject: inner\n\nThe deadline is 5 May.\n"
        "--A\nContent-Type: image/png\n\nAAAA\n--A--\n"
    )
    document = read(mail, "a.eml")
    text = "\n".join(u.text for u in document.units)
    assert "Der Preis beträgt 1.200 Euro." in text
    assert "A second text." in text
    assert "From: boss@example.org" in text
    assert "The deadline is 5 May." in text
    assert text.count("1.200") == 1
    assert document.metadata["attachments"] == ["image/png"]


def test_japanese_mail_with_signs_that_its_encoding_does_not_have() -> None:
    """"①" and "㈱" stand in ISO-2022-JP as mail programs of Windows write it, and in no codec of Python."""
    coded = b"\x1b$B\x2d\x21\x1b(B " + "予算は".encode("iso2022_jp") + b"\x1b$B\x2d\x6a\x1b(B"
    assert read(coded).units[0].text == "① 予算は㈱"
    assert decode(coded, "iso2022_jp").text == "① 予算は㈱"
    subject = b"=?ISO-2022-JP?B?" + base64.b64encode(coded) + b"?="
    data = b"From: a@example.com\nSubject: " + subject + b"\nContent-Type: text/plain; charset=ISO-2022-JP\n\n" + coded + b"\n"
    assert [u.text for u in read(data, "a.eml").units] == ["From: a@example.com", "Subject: ① 予算は㈱", "① 予算は㈱"]


def test_a_page_that_names_its_old_encoding() -> None:
    data = '<meta charset="shift_jis"><p>契約の期間</p>'.encode()
    assert [u.text for u in read(data, "a.html").units] == ["契約の期間"]


@pytest.mark.parametrize("codec", ["cp1251", "koi8_r", "cp866", "iso8859_5"])
def test_cyrillic_code_pages(codec: str) -> None:
    text = "Настоящий договор аренды действует один год."
    document = read(text.encode(codec))
    assert document.units[0].text == text
    assert "uncertain" in document.warnings[0]


def test_mail() -> None:
    head = "From: Kim <k@example.org>\nTo: l@example.org\nSubject: =?iso-2022-jp?B?GyRCTT07OxsoQg==?=\nMIME-Version: 1.0\n"
    body = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=iso-2022-jp\n\n'
    tail = '\n--b\nContent-Type: application/pdf; name="x.pdf"\nContent-Disposition: attachment; filename="x.pdf"\n\nAAAA\n--b--\n'
    document = read((head + body).encode() + "予算の件です。".encode("iso2022_jp") + tail.encode(), "a.eml")
    assert [u.text for u in document.units] == ["From: Kim <k@example.org>", "To: l@example.org", "Subject: 予算", "予算の件です。", ""]
    assert (document.units[-1].quality, document.metadata["attachments"]) == ("no-text", ["x.pdf"])


def test_tables_of_values() -> None:
    document = read('name;amount\n"Bolts; steel";1,200\n\nPlates;"35\nor so"\n', "a.csv")
    assert [(u.label, u.text) for u in document.units] == [
        ("row 1", "name\tamount"),
        ("row 2", "Bolts; steel\t1,200"),
        ("row 4", "Plates\t35 or so"),
    ]


def test_a_spreadsheet_programs_line_names_the_delimiter() -> None:
    assert [u.text for u in read("sep=;\nname;note\nKim;a, b, c\n", "a.csv").units] == ["name\tnote", "Kim\ta, b, c"]


def test_cells_are_written_as_their_format_shows_them() -> None:
    import datetime
    from io import BytesIO

    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([datetime.date(2026, 3, 3), datetime.datetime(2026, 3, 4, 9, 30), 0.2, 0.1 + 0.2, True, "=1+1"])
    sheet["C1"].number_format = "0%"
    out = BytesIO()
    book.save(out)
    document = read(out.getvalue(), "a.xlsx")
    assert [u.text for u in document.units] == ["2026-03-03\t2026-03-04 09:30:00\t20%\t0.3\tTRUE"]
    assert any("1 formulas" in w for w in document.warnings)


def test_a_chart_of_a_slide_is_read_as_rows() -> None:
    from io import BytesIO

    pptx = pytest.importorskip("pptx")
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck, data, out = pptx.Presentation(), CategoryChartData(), BytesIO()
    data.categories = ["East", "West"]
    data.add_series("Sales", (19.2, 21))
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 9**6, 9**6, data)
    deck.save(out)
    assert read(out.getvalue(), "a.pptx").units[0].text == "\tEast\tWest\nSales\t19.2\t21"


def test_office_files_or_the_remedy() -> None:
    from io import BytesIO

    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Item", "Price"])
    book.active.append(["Bolts", 45.0])
    out = BytesIO()
    book.save(out)
    assert [u.text for u in read(out.getvalue(), "a.xlsx").units] == ["Item\tPrice", "Bolts\t45"]
    pptx = pytest.importorskip("pptx")
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Budget", "Three million"
    slide.notes_slide.notes_text_frame.text = "say it slowly"
    out = BytesIO()
    deck.save(out)
    document = read(out.getvalue(), "a.pptx")
    assert [(u.label, u.text) for u in document.units] == [("slide 1", "Budget\nThree million\n[notes: say it slowly]")]


def test_files_put_together_of_two_encodings_are_read_line_by_line() -> None:
    import random

    rng = random.Random(6)
    sentences = ["契約書第一条　甲は乙に支払う。", "納期は六月三十日とする。", "担当は佐藤である。", "plain words"]
    for codec in ("cp932", "euc_jp"):
        for _ in range(20):
            lines = [rng.choice(sentences) for _ in range(rng.randrange(4, 12))]
            codecs = [rng.choice(["utf-8", codec]) for _ in lines]
            codecs[0], codecs[-1] = "utf-8", codec
            lines[0] = lines[-1] = sentences[0]
            document = read(b"\n".join(line.encode(c) for line, c in zip(lines, codecs, strict=True)))
            assert "\n".join(u.text for u in document.units).split("\n") == lines
            assert document.warnings[0].startswith("lines of the file are in several encodings: ")


def test_a_coded_word_of_an_unknown_encoding_keeps_its_signs() -> None:
    data = b"From: a@example.com\nSubject: =?bad?Q?caf=E9?= offer\n\nWords.\n"
    assert [u.text for u in read(data, "a.eml").units] == ["From: a@example.com", "Subject: café offer", "Words."]


def test_one_column_of_decimal_commas_is_one_column() -> None:
    assert [u.text for u in read("Betrag\n1,5\n2,50 €\n", "a.csv").units] == ["Betrag", "1,5", "2,50 €"]
    assert [u.text for u in read("Report of 2026\nName,Fee\nLee,3\n", "a.csv").units] == ["Report of 2026", "Name\tFee", "Lee\t3"]


def test_the_tokens_of_a_long_text_are_those_of_its_parts() -> None:
    from tsel_core.document import render_documents
    from tsel_core.ingest.read_receipt import _between

    document = read("One line.\n\nAnother line.\n\n" * 50)
    rendered = render_documents([document])
    gaps = list(_between(rendered))
    whole = "".join(gap + unit.text for gap, unit in zip(gaps, document.units, strict=False)) + gaps[-1]
    assert whole == rendered.text


def test_bytes_that_are_no_signs_of_iso2022_are_no_such_text() -> None:
    from tsel_core.ingest.encoding.iso2022 import decode_iso2022_jp

    assert decode_iso2022_jp(b"\x1b$B\xff\xff\x1b(B") is None
    assert decode_iso2022_jp(b"\x1b$B\x30") is None


def test_html_that_a_markdown_page_hides_is_kept_apart() -> None:
    text = 'Rent <span style="display: none">secret 1</span> is <b>1,480</b>.\n\n<p hidden>secret 2</p>\n\n`<p hidden>code</p>`\n\n<p title="hidden">seen</p>\n'
    document = read(text, "a.md")
    assert [u.text for u in document.units if u.in_flow] == ["Rent  is <b>1,480</b>.", "`<p hidden>code</p>`", '<p title="hidden">seen</p>']
    assert [u.text for u in document.units if u.kind == "hidden"] == ["secret 1", "secret 2"]


@pytest.mark.parametrize("name", ["scan.jpg", "page.PNG"])
def test_what_only_its_suffix_calls_a_picture_says_so(name: str) -> None:
    with pytest.raises(DocumentError, match="no picture") as caught:
        parse(name, random.Random(1).randbytes(4000), "0" * 64, ReadOptions())
    assert "--ocr" in (caught.value.hint or "")
