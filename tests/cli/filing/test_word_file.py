"""The Word file of a summary, opened as a zip of XML: what a person sees in it, and the comments."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filing_support import EN, JA, swept, transcript
from lxml import etree

from tsel_cli.filing.docx_file import word_file
from tsel_cli.filing.paper import Paper, paper_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE = shutil.which("soffice") or shutil.which("/usr/lib/libreoffice/program/soffice")


def part(content: bytes, name: str = "word/document.xml") -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return etree.fromstring(file.read(name))


def words(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t"))


def lines(content: bytes) -> list[str]:
    return [words(p) for p in part(content).iter(f"{W}p")]


def styled(content: bytes, style: str) -> list[str]:
    found = []
    for paragraph in part(content).iter(f"{W}p"):
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        if named is not None and named.get(f"{W}val") == style:
            found.append(words(paragraph))
    return found


def minutes(lang: str = "en") -> Paper:
    turns = JA if lang == "ja" else EN
    return paper_of(swept(transcript(*turns), lang), "minutes")  # type: ignore[arg-type]


def test_title_people_topics_and_sections_in_order() -> None:
    content = word_file(minutes())
    assert styled(content, "Title") == ["Minutes: board"]
    assert styled(content, "Heading1") == ["Topics", "Decisions", "Action items", "Open points"]
    assert [t.partition("  (")[0] for t in styled(content, "ListNumber")] == ["Parking fee", "New roof"]
    assert "Ann Lee, Bo Ray" in lines(content)
    decisions = [t for t in styled(content, "ListBullet") if "parking fee" in t]
    assert decisions == ["The parking fee is 4 euros  (Ann Lee 00:00:03)"]


def test_actions_are_a_table_of_who_what_and_by_when() -> None:
    tables = list(part(word_file(minutes())).iter(f"{W}tbl"))
    rows = [[words(c) for c in row.iter(f"{W}tc")] for row in tables[-1].iter(f"{W}tr")]
    assert rows == [["Who", "What", "By when", "Where"], ["Bo Ray", "Tell the guards", "Monday", "Bo Ray 00:00:04"]]
    assert tables[-1].find(f"{W}tr/{W}trPr/{W}tblHeader") is not None


def test_what_is_not_plainly_said_carries_a_comment_with_its_sentence() -> None:
    answer = swept(transcript(*EN))
    items = [{**i, "verdict": "unsure"} if i["kind"] == "action" else i for i in answer.extra["items"]]
    content = word_file(paper_of(replace(answer, extra={**answer.extra, "items": items}), "minutes"))
    comments = part(content, "word/comments.xml").findall(f"{W}comment")
    assert len(comments) == 1
    assert "To be checked" in words(comments[0])
    assert "Bo Ray 00:00:04: “I will tell the guards by Monday.”" in words(comments[0])
    start = part(content).find(f".//{W}commentRangeStart")
    assert words(start.getparent()) == "Tell the guards"
    assert start.get(f"{W}id") == comments[0].get(f"{W}id")
    assert "1 to be checked" in lines(content)[-1]


def test_plain_items_carry_no_comment() -> None:
    assert part(word_file(minutes())).find(f".//{W}commentRangeStart") is None


def test_japanese_words_and_font() -> None:
    content = word_file(minutes("ja"))
    assert styled(content, "Title") == ["議事録　board"]
    assert styled(content, "Heading1") == ["議題", "決定事項", "アクション項目", "未解決事項"]
    assert "2026年5月7日" in lines(content)
    assert "記載なし" in lines(content)  # no open points
    fonts = part(content, "word/styles.xml").find(f".//{W}style[@{W}styleId='Normal']/{W}rPr/{W}rFonts")
    assert fonts.get(f"{W}eastAsia") == "Yu Gothic"
    assert not [name for name in fonts.attrib if "Theme" in name]


def test_a_section_without_items_says_so() -> None:
    content = word_file(paper_of(swept(transcript(EN[0], EN[2])), "minutes"))
    assert lines(content).count("None stated.") == 3


def test_several_files_are_named_with_each_place() -> None:
    first, second = transcript(*EN[:4])[0], transcript(*EN[4:])[0]
    content = word_file(paper_of(swept((first, replace(second, path="later.vtt"))), "minutes"))
    assert any("later.vtt, Bo Ray" in line for line in lines(content))
    assert "board.vtt, later.vtt" in lines(content)


def test_what_xml_does_not_know_never_breaks_the_file() -> None:
    turns = (EN[0], "Ann Lee: We agreed that the \x07parking \ufffe\ud800fee is \x1b[31m4 euros.")
    assert any("parking fee is 4 euros" in line for line in lines(word_file(paper_of(swept(transcript(*turns)), "minutes"))))


def test_a_summary_in_one_go_has_its_paragraphs_and_passages() -> None:
    answer = swept(transcript(*EN))
    extra = {k: v for k, v in answer.extra.items() if k not in ("items", "sections", "about")}
    content = word_file(paper_of(replace(answer, text="They met [1].\n\nThey parted.", extra=extra), "brief"))
    assert "They met [1]." in lines(content)
    assert any(line.startswith("[1] Ann Lee 00:00:03: “") for line in lines(content))


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    (tmp_path / "m.docx").write_bytes(word_file(minutes("ja")))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "m.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    from pypdf import PdfReader

    text = PdfReader(tmp_path / "m.pdf").pages[0].extract_text()
    assert "駐車料金" in text.replace("\n", "")
