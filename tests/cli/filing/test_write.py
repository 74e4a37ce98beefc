"""--out: where and how a summary is written, and the Markdown and HTML forms."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from dataclasses import replace
from pathlib import Path
from string import Formatter
from types import SimpleNamespace

import pytest
from filing_support import EN, swept, transcript
from lxml import html

from tsel_cli.app import run
from tsel_cli.commands.summarize import file_answer
from tsel_cli.console import Stderr
from tsel_cli.filing.html_file import html_file
from tsel_cli.filing.markdown import markdown_file
from tsel_cli.filing.paper import Paper, paper_of
from tsel_cli.filing.words import word
from tsel_cli.filing.words_other import OTHER
from tsel_cli.filing.write import check_target, write_paper
from tsel_cli.i18n import in_language
from tsel_cli.places import write_file
from tsel_cli.render.item_words import coverage_line
from tsel_core.errors import UsageError


def paper(*more: str) -> Paper:
    return paper_of(swept(transcript(*EN, *more)), "minutes")


@pytest.mark.parametrize("ending", ["docx", "md", "html"])
def test_a_file_is_its_owners_and_is_never_overwritten_unasked(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"m.{ending}"
    write_paper(paper(), check_target(str(path), None, False))
    assert path.stat().st_size > 400
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        check_target(str(path), None, False)
    assert path.read_bytes() == before


def test_a_file_that_came_meanwhile_stays(tmp_path: Path) -> None:
    target = check_target(str(tmp_path / "m.md"), None, False)
    target.path.write_text("another's")
    with pytest.raises(FileExistsError):
        write_paper(paper(), target)
    assert target.path.read_text() == "another's"


def test_overwriting_keeps_the_rights_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "m.md"
    path.write_text("old")
    os.chmod(path, 0o640)
    write_paper(paper(), check_target(str(path), None, True))
    assert path.read_text("utf-8").startswith("# Minutes")
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["m.md"]


@pytest.mark.parametrize(
    ("out", "said"), [("m.odt", ".odt is not written"), ("m", "without an ending"), ("gone/m.md", "is not there"), (".", "")]
)
def test_what_cannot_be_written_is_said_beforehand(tmp_path: Path, out: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_target(str(tmp_path / out), None, False)
    assert said in caught.value.message
    assert caught.value.hint


def test_a_template_wants_a_word_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="fills in a Word file"):
        check_target(str(tmp_path / "m.md"), "company.docx", False)


def test_an_answer_is_not_lost_with_its_file(tmp_path: Path) -> None:
    target = check_target(str(tmp_path / "m.md"), None, False)
    target.path.mkdir()
    made = file_answer(swept(transcript(*EN)), Stderr(quiet=True, verbose=0, no_color=True), style="minutes", target=target)
    assert made.exit_code == 1
    assert "the summary was not written" in made.warnings[-1]


def test_markdown_says_what_the_paper_says_and_marks_nothing_of_the_document() -> None:
    text = markdown_file(paper("Ann Lee: We agreed that the *gate* | <b>door</b> is red.")).decode()
    assert text.startswith("# Minutes: board\n")
    assert "1. Parking fee (Ann Lee 00:00:01)" in text
    assert "| Bo Ray | Tell the guards | Monday | Bo Ray 00:00:04 |" in text
    assert r"\*gate\* \| &lt;b>door&lt;/b> is red" in text


def test_html_needs_nothing_and_runs_nothing_of_the_document() -> None:
    page = html.fromstring(html_file(paper("Ann Lee: We agreed that the <script>door()</script> is red.")))
    assert not page.xpath("//script | //link | //img | //iframe")
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]
    assert page.xpath("//h2/text()") == ["Topics", "Decisions", "Action items", "Open points"]
    assert [c.text_content() for c in page.xpath("//td")] == ["Bo Ray", "Tell the guards", "Monday", "Bo Ray 00:00:04"]
    assert any("<script>door()</script>" in li.text_content() for li in page.xpath("//li"))


def test_the_command_prints_and_files(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("CACHE", "LOG_DIR", "MODELS"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "talk.txt").write_text("\n".join(EN), "utf-8")
    arguments = ["summarize", str(tmp_path / "talk.txt"), "--style", "minutes", "--out", str(tmp_path / "m.docx")]
    more = ["--model", model, "--max-new-tokens", "8", "--no-trace"]
    assert run([*arguments, *more]) == 0
    out, err = capsys.readouterr()
    assert "The parking fee is 4 euros [1]" in out
    assert "saved" in err
    assert (tmp_path / "m.docx").read_bytes()[:2] == b"PK"
    assert run([*arguments, *more]) == 2
    assert "--overwrite" in capsys.readouterr().err


def test_a_style_of_ones_own_by_name_and_by_file(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CACHE", "LOG_DIR", "MODELS"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "visit.toml").write_text('[[section]]\nheading = "Agreed on site"\nitems = "decision"\n', "utf-8")
    (tmp_path / "talk.txt").write_text("\n".join(EN), "utf-8")
    more = ["--model", model, "--max-new-tokens", "8", "--no-trace", "--out"]
    for number, style in enumerate(("visit", str(tmp_path / "styles" / "visit.toml"))):
        out = tmp_path / f"{number}.docx"
        assert run(["summarize", str(tmp_path / "talk.txt"), "--style", style, *more, str(out)]) == 0
        assert capsys.readouterr().out.startswith("Agreed on site:\n- The parking fee is 4 euros [1]")
        assert out.is_file()
    assert run(["summarize", str(tmp_path / "talk.txt"), "--style", "vizit", "--model", model]) == 2
    assert "visit" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "heading", "missing"),
    [
        ("de", "Protokoll", "Nicht genannt."),
        ("fr", "Compte rendu", "Non indiqué."),
        ("zh", "会议纪要", "未提及。"),
        ("ko", "회의록", "명시되지 않음."),
    ],
)
def test_a_file_in_a_further_language_has_no_english_words_around_it(
    tmp_path: Path, lang: str, heading: str, missing: str
) -> None:
    from docx import Document as WordDocument

    from tsel_cli.filing.words import _EN, units
    from tsel_cli.filing.words_other import NAMES, OTHER

    answer = replace(swept(transcript(*EN)), lang=lang)
    told = replace(paper_of(answer, "minutes"), files=("a.vtt",), absent=("Cy",), place="Ardmore")
    made = {}
    for ending in ("md", "html", "docx"):
        path = tmp_path / f"m.{ending}"
        write_paper(told, check_target(str(path), None, False))
        if ending == "docx":
            word_file = WordDocument(str(path))
            cells = [c.text for t in word_file.tables for row in t.rows for c in row.cells]
            made[ending] = "\n".join([*(p.text for p in word_file.paragraphs), *cells])
        else:
            made[ending] = path.read_text("utf-8")
    for ending, text in made.items():
        assert heading in text, ending
        for name in ("who", "when", "where", "files", "attendees", "absent", "topics"):
            assert OTHER[lang][name] in text, (ending, name)
            if _EN[name] != OTHER[lang][name]:  # type: ignore[index]
                assert f"{_EN[name]}\n" not in text, (ending, name)  # type: ignore[index]
        assert word("whole", "en") not in text
    empty = paper_of(replace(swept(transcript(EN[0], EN[2])), lang=lang), "minutes")
    assert any(missing in s.notes for s in empty.sections)
    for name in NAMES:  # what is put into a phrase is the same in all
        assert fields_of(OTHER[lang][name]) == fields_of(_EN[name])  # type: ignore[index]
    assert units(1, "page", "de") == "1 Seite"
    assert units(1200, "turn", "de") == "1.200 Wortmeldungen"
    assert units(3, "verse", "zh") == "3 处"


def fields_of(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


class _Full:
    """A file on a disk that has no room for more than ten bytes."""

    def __init__(self, handle: int, *_: object) -> None:
        self._handle = handle

    def __enter__(self) -> _Full:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def write(self, content: bytes) -> None:
        os.write(self._handle, content[:10])
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_full_disk_leaves_no_half_file_and_keeps_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    old.write_text("old")
    monkeypatch.setattr(os, "fdopen", _Full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_file(new, b"x" * 100, overwrite)
    assert caught.value.filename == str(new)
    with pytest.raises(OSError, match="No space left" if overwrite else "exists"):
        write_file(old, b"x" * 100, overwrite)
    assert os.listdir(tmp_path) == ["old.html"]
    assert old.read_text() == "old"


def test_what_is_written_over_a_link_stands_where_the_link_leads(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("a")
    (tmp_path / "link.toml").symlink_to("real.toml")
    write_file(tmp_path / "link.toml", b"b", overwrite=True)
    assert (tmp_path / "link.toml").is_symlink()
    assert (tmp_path / "real.toml").read_text() == "b"


@pytest.mark.parametrize("lang", ["en", "ja", "de", "fr", "es", "it", "pt", "zh", "ko"])
def test_a_paper_never_calls_a_file_whole_that_is_not(lang: str) -> None:
    answer = replace(swept(transcript(*EN)), lang=lang)
    whole, not_whole = word("whole", lang), word("not_whole", lang)
    receipt = answer.receipt
    cases = (
        (receipt, [whole]),
        (replace(receipt, units_in_file=receipt.units_in_file + 2), [not_whole]),
        (replace(receipt, missing=("the PDF is damaged",)), [not_whole]),
        (replace(receipt, left_out={"comment": 3}), []),
    )
    for other, sentences in cases:
        foot = " ".join(paper_of(replace(answer, receipt=other), "minutes").foot)
        assert [s for s in (whole, not_whole) if s in foot] == sentences


@pytest.mark.parametrize("lang", ["en", "ja", *OTHER])
def test_the_foot_says_that_what_is_no_item_is_not_listed(lang: str) -> None:
    """"Nothing was left out" beside "Items come from 9 of 22 turns" read as if the minutes held everything."""
    said = word("whole", lang) + word("coverage", lang)
    assert not re.search(r"left out|省略|ausgelassen|omis|omitid|tralasciat|빠뜨린", said)
    assert re.search(r"[;；.。] ?\S.{5,}", word("coverage", lang))


def test_the_receipt_says_it_too() -> None:
    cover = {"items": 8, "units": 22, "units_with_items": 9, "unit_kind": "turn"}
    cover |= {"units_without_items": [], "longest_gap": None}
    line = coverage_line(SimpleNamespace(extra={"output_coverage": cover}))  # type: ignore[arg-type]
    assert line == "items     8 from 9 of 22 turns; what was not taken for an item is not listed"
    assert in_language(line, "ja") == "項目      8 件。22 発言中 9 発言から (項目とみなさなかった内容は載せていません)"
