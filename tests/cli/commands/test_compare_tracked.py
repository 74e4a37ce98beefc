"""tsel compare of Word files that were edited with tracked changes: who and when stay with the words, in every output."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml

from tsel_cli.app import run

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OLD = [
    "1. The supplier delivers the lamps by 3 March 2027.",
    "2. The penalty for late delivery is 0.4 percent a day.",
    "3. Notices go by letter to the seat of the other party.",
    "4. The law of Denmark applies to this agreement.",
]
ANNA = 'w:author="Anna &lt;b&gt;" w:date="2026-05-01T09:30:00Z"'
BEN = 'w:author="Ben" w:date="2026-05-02T10:00:00Z"'


def ins(text: str, by: str) -> str:
    return f"<w:ins w:id='1' {by}><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:ins>"


def gone(text: str, by: str) -> str:
    return f"<w:del w:id='2' {by}><w:r><w:delText xml:space='preserve'>{text}</w:delText></w:r></w:del>"


def plain(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def word_file(path: Path, paragraphs: list[str]) -> str:
    document = docx.Document()
    body = document.element.body
    for inner in paragraphs:
        body.insert(len(body) - 1, parse_xml(f"<w:p {W}>{inner}</w:p>"))
    document.save(str(path))
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Ben changed the amount, Anna put in a clause and took one out; a change without a track was made beside them."""
    old = [plain(OLD[0]), plain(OLD[1]), plain(OLD[2]), plain(OLD[3]) + gone(" Old words.", BEN)]
    new = [
        plain("1. The supplier delivers the lamps by 9 March 2027."),
        plain("2. The penalty for late delivery is ") + gone("0.4", BEN) + ins("0.8", BEN) + plain(" percent a day."),
        gone(OLD[2], ANNA),
        ins("3. Either party may end this agreement with two months' notice.", ANNA),
        plain(OLD[3]),
    ]
    return word_file(tmp_path / "old.docx", old), word_file(tmp_path / "new.docx", new)


def compared(files: tuple[str, str], *more: str) -> int:
    return run(["compare", *files, "--no-model", *more])


def spans(content: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(s["kind"], s["text"], s.get("author", "")) for c in content["changes"] for s in c.get("spans", ()) if s["kind"] != "same"]


def test_json_says_who_and_when(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(files, "--json") == 0
    content = json.loads(capsys.readouterr().out)
    assert content["complete"] is True
    assert content["tracked"] == {"old": 1, "new": 4}
    assert set(spans(content)) == {
        ("deleted", "3", ""), ("inserted", "9", ""), ("deleted", "0.4", "Ben"), ("inserted", "0.8", "Ben"),
        ("deleted", OLD[2], "Anna <b>"), ("inserted", "3. Either party may end this agreement with two months' notice.", "Anna <b>"),
    }  # fmt: skip
    assert all(s["time"] == "2026-05-02T10:00:00Z" for c in content["changes"] for s in c.get("spans", ()) if s.get("author") == "Ben")
    (law,) = [c for c in content["changes"] if any("Denmark" in p["text"] for p in c["new"])]
    assert law["tracked"] == [{"file": "old", "kind": "deleted", "author": "Ben", "time": "2026-05-02T10:00:00Z", "text": " Old words."}]


def test_a_person_sees_them(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(files) == 0
    out = capsys.readouterr().out
    assert "tracked: new file, inserted (Ben, 2026-05-02): 0.8" in out
    assert "tracked: new file, deleted (Anna <b>, 2026-05-01): 3. Notices go by letter" in out
    assert "tracked: old file, deleted (Ben, 2026-05-02): Old words." in out
    assert compared(files, "--lang", "ja") == 0
    assert "変更履歴: 新しい版、挿入 (Ben, 2026-05-02): 0.8" in capsys.readouterr().out


def test_the_word_file_keeps_them(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "both.docx"
    assert compared(files, "-q", "--out", str(out)) == 0
    xml = zipfile.ZipFile(out).read("word/document.xml").decode()
    marks = re.findall(r'<w:(ins|del) w:id="\d+" w:author="([^"]*)" w:date="([^"]*)"><w:r>(?:<w:rPr/?>)?<w:(?:t|delText)[^>]*>([^<]*)<', xml)
    signed = {(kind, author, time, text) for kind, author, time, text in marks if author != "tsel compare"}
    assert {("ins", "Ben", "2026-05-02T10:00:00Z", "0.8"), ("del", "Ben", "2026-05-02T10:00:00Z", "0.4")} < signed
    assert ("del", "Anna &lt;b&gt;", "2026-05-01T09:30:00Z", OLD[2]) in signed
    assert {text for _, author, _, text in marks if author == "tsel compare"} == {"3", "9"}
    comments = zipfile.ZipFile(out).read("word/comments.xml").decode()
    assert "Tracked in the old file: deleted by Ben, 2026-05-02" in comments


def test_the_page_keeps_them(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "both.html"
    assert compared(files, "-q", "--out", str(out)) == 0
    page = out.read_text("utf-8")
    assert '<ins title="Ben, 2026-05-02 10:00">0.8</ins>' in page
    assert "by Anna &lt;b&gt;, 2026-05-01" in page
    assert "<b>" not in page


def test_changes_that_are_rejected_sign_nothing(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(files, "--json", "--changes", "reject") == 0
    content = json.loads(capsys.readouterr().out)
    assert content["complete"] is True
    assert content["tracked"] == {"old": 1, "new": 4}
    assert not any(author for _, _, author in spans(content))
