"""File names of any bytes, and every file of a folder accounted for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tsel_cli.app import run
from tsel_cli.batch.items import find_items
from tsel_cli.i18n import translate
from tsel_core.document import render_documents
from tsel_core.errors import DocumentError
from tsel_core.ingest import read_document, read_documents
from tsel_core.ingest.safety.files import list_files
from tsel_core.text.safe import guarded

NAME = "契約書.txt".encode("cp932")
SHOWN = r"\x8c_\x96\xf1\x8f\x91.txt"
needs_bytes = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are no free bytes there")


def _folder(path: Path) -> Path:
    with open(os.fsencode(path) + b"/" + NAME, "wb") as file:
        file.write(b"The rent is 1,480.")
    (path / "ok.txt").write_text("The price is 20.", "utf-8")
    return path


@needs_bytes
def test_names_of_any_bytes_are_read_and_shown_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = read_documents([str(_folder(tmp_path))])
    assert sorted(d.path.rsplit("/", 1)[-1] for d in documents) == sorted([SHOWN, "ok.txt"])
    render_documents(documents).text.encode("utf-8")
    assert run(["inspect", str(tmp_path)]) == 0
    assert SHOWN in capsys.readouterr().out
    with pytest.raises(DocumentError) as caught:
        read_document(os.fsdecode(os.fsencode(tmp_path) + b"/\x8c.txt"))
    assert r"\x8c.txt: no such file" in caught.value.message


@needs_bytes
def test_a_batch_names_its_items_escaped(tmp_path: Path) -> None:
    items, others = find_items(_folder(tmp_path), tmp_path / "out")
    assert {i.name for i in items} == {SHOWN, "ok.txt"}
    assert others == ""
    assert all(i.path.read_bytes() for i in items)


def test_files_that_are_not_taken_are_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.md").write_text("# Words", "utf-8")
    for name in ("movie.mp4", "scan.png", "Makefile", "settings.json", ".hidden.txt", "~$lock.docx"):
        (tmp_path / name).write_bytes(b'{"a": 1}')
    (tmp_path / "talk.json").write_text('[{"text": "Hi.", "start": 1.0, "speaker": "Kim"}]', "utf-8")
    listing = list_files([str(tmp_path)])
    assert [Path(f).name for f in listing.files] == ["a.md", "talk.json"]
    assert {Path(path).name: why for path, why in listing.left_out} == {
        "movie.mp4": "a recording: name the file, or use tsel batch",
        "scan.png": "a picture: --ocr reads it",
        "Makefile": "no suffix",
        "settings.json": "no transcript",
    }
    assert [Path(f).name for f in list_files([str(tmp_path)], ocr=True).files] == ["scan.png", "a.md", "talk.json"]
    documents = read_documents([str(tmp_path)])
    assert "4 files of the folder were not read: Makefile (no suffix); movie.mp4" in documents[0].warnings[-1]


@pytest.mark.parametrize("value", ["=1+1", "＝1+1", "\n=1", " ＠SUM(A1)", "\u3000－1", "\ttext", "+4", "\r\n@x"])
def test_cells_that_a_spreadsheet_would_compute_are_guarded(value: str) -> None:
    """At their beginning, and at that of a line: some programs cut a cell there."""
    made = guarded(value)
    assert made[0] == "'"
    assert made.replace("'", "") == value
    assert all(line[0] == "'" for line in made.split("\n") if line.strip())


@pytest.mark.parametrize("value", ["text", "1,480", "", "a=b", 3, None, "契約"])
def test_other_cells_stay(value: object) -> None:
    assert guarded(value) == value


def test_a_text_that_was_cut_off_does_not_count_as_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_bytes("契約書の全文である。".encode()[:-1])
    assert run(["inspect", str(tmp_path / "a.txt")]) == 0
    shown = capsys.readouterr().out
    assert "read      1 of 2 units" in shown
    assert "1 NOT READ" in shown


def test_a_pipe_gets_no_bidi_and_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("Head\u202egnp.exe \u2066iso\u2069", "utf-8")
    for arguments in ([], ["--text"], ["--text", "--raw"]):
        assert run(["inspect", str(tmp_path / "a.txt"), *arguments]) == 0
        shown = capsys.readouterr()
        assert "Head" in shown.out
        assert "exe.png" in shown.out  # as a reader sees it
        assert not any(sign in shown.out + shown.err for sign in "\u202e\u2066\u2069")
    assert "direction marks" in shown.err


def test_a_bad_file_of_a_folder_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(DocumentError):
        read_documents([str(tmp_path)])  # nothing is left to read
    (tmp_path / "good.txt").write_text("The rent is 1,480.", "utf-8")
    documents = read_documents([str(tmp_path)])
    assert [Path(d.path).name for d in documents] == ["good.txt"]
    assert "1 file of the folder was not read: bad.docx (damaged or cut off" in documents[0].warnings[-1]
    with pytest.raises(DocumentError):  # named by its own name it does
        read_documents([str(tmp_path), str(tmp_path / "bad.docx")])


def test_a_file_that_was_read_is_not_told_of_as_one_that_was_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tsel_cli.console import Stderr
    from tsel_cli.job import read_files
    from tsel_cli.job_options import JobOptions

    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "good.txt").write_text("The rent is 1,480.", "utf-8")
    read_files(JobOptions((str(tmp_path),)), Stderr())
    run(["inspect", str(tmp_path)])
    warnings = [line for line in capsys.readouterr().err.splitlines() if "was not read" in line]
    assert warnings
    assert all(line.startswith("warning: 1 file of the folder was not read: bad.docx") for line in warnings)


@pytest.mark.parametrize(("name", "seen"), [("a\nread all.txt", r"a\nread all.txt"), ("b\x1b[31m.txt", r"b\x1b[31m.txt"), ("c\u2028d.txt", r"c\u2028d.txt")])
def test_controls_in_a_name_are_shown_and_make_no_line(name: str, seen: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("The rent is 100 euros.", encoding="utf-8")
    assert Path(read_document(str(tmp_path / name)).path).name == seen


@pytest.mark.parametrize(("asked", "hint"), [("contract.doc", "contract.docx"), ("contarct.docx", "contract.docx"), ("x.pdf", "")])
def test_a_name_that_is_nearly_one_of_the_folder_is_asked_about(tmp_path: Path, asked: str, hint: str) -> None:
    (tmp_path / "contract.docx").write_bytes(b"PK")
    with pytest.raises(DocumentError) as caught:
        read_document(str(tmp_path / asked))
    wanted = f"did you mean {tmp_path / hint}?" if hint else "check the name and the folder"
    assert caught.value.hint == wanted


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open/a.txt").write_text("Words.", "utf-8")
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut/b.txt").write_text("Words.", "utf-8")
    usual = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path)

    monkeypatch.setattr(os, "scandir", scandir)
    listing = list_files([str(tmp_path)])
    assert [Path(f).name for f in listing.files] == ["a.txt"]
    assert listing.warning() == "1 file of the folder was not read: shut (a folder that cannot be read)"
    with pytest.raises(DocumentError, match=r"shut: cannot be read \(Permission denied\)"):
        list_files([str(tmp_path / "shut")])


def test_what_a_folder_leaves_out_is_said_in_one_language(tmp_path: Path) -> None:
    for name in ("movie.mp4", "scan.png", "Makefile", "settings.json", "x.qqq"):
        (tmp_path / name).write_bytes(b'{"a": 1}')
    (tmp_path / "a.md").write_text("Words", "utf-8")
    said = translate(list_files([str(tmp_path)]).warning(), "ja")
    for english in ("recording", "picture", "suffix", "transcript", "of the folder"):
        assert english not in said
    assert "Makefile (拡張子がありません)" in said
