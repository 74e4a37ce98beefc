"""Files, folders, globs and stdin; the process that parses; files made to do harm."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.core.ingest.make_files import docx, p, pdf
from tsel_core.errors import DocumentError, TselError, UnreadableDocument, UsageError
from tsel_core.ingest import ReadOptions, read_document, read_documents
from tsel_core.ingest.options import name_pages, parse_pages

LINES = [(50.0, 700.0 - 14 * i, 11.0, f"Line {i} with some words") for i in range(40)]


def test_several_files_folder_and_glob(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("first file", encoding="utf-8")
    (tmp_path / "sub" / "b.md").write_text("# second", encoding="utf-8")
    (tmp_path / "sub" / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "sub" / "~$lock.docx").write_bytes(b"x")
    (tmp_path / "契約 見本.txt").write_text("日本語の名前のファイル", encoding="utf-8")
    names = [Path(d.path).name for d in read_documents([str(tmp_path)])]
    assert names == ["a.txt", "b.md", "契約 見本.txt"]
    assert [Path(d.path).name for d in read_documents([str(tmp_path / "*.txt")])] == ["a.txt", "契約 見本.txt"]
    assert len(read_documents([str(tmp_path / "a.txt"), str(tmp_path / "a.txt")])) == 1
    for bad in (str(tmp_path / "*.pdf"), str(tmp_path / "none.txt"), "", str(tmp_path / "\0")):
        with pytest.raises(TselError):
            read_documents([bad])
    with pytest.raises(UsageError):
        read_documents([])
    with pytest.raises(DocumentError, match="folder"):
        read_document(tmp_path)


def test_copies_are_noticed(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("the same words", encoding="utf-8")
    first, second = read_documents([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])
    assert first.warnings == ()
    assert "copy of" in second.warnings[0]
    assert first.sha256 == second.sha256


def test_stdin_of_any_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    for data, kind in ((pdf([LINES]), "pdf"), (docx(p("words")), "docx"), (b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n", "vtt"), (b"words", "txt")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        document = read_document("-")
        assert (document.path, document.kind, document.warnings) == ("stdin", kind, ())
    with pytest.raises(UsageError):
        read_documents(["-", "-"])


def test_content_wins_over_a_wrong_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(pdf([LINES]))
    document = read_document(tmp_path / "a.txt")
    assert document.kind == "pdf"
    assert "named .txt but holds pdf" in document.warnings[0]
    (tmp_path / "b.pdf").write_text("no pdf", encoding="utf-8")
    with pytest.raises(DocumentError, match="not a PDF"):
        read_document(tmp_path / "b.pdf")
    (tmp_path / "c.docx").write_bytes(pdf([LINES]))
    assert read_document(tmp_path / "c.docx").kind == "pdf"


def test_same_result_in_a_process_of_its_own(tmp_path: Path) -> None:
    for name, data in (("a.pdf", pdf([LINES] * 3)), ("b.docx", docx(p("第1条　甲は"))), ("c.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Kim>hi\n")):
        (tmp_path / name).write_bytes(data)
        assert read_document(tmp_path / name) == read_document(tmp_path / name, ReadOptions(isolate=False))


def test_long_pdf_is_the_same_in_two_processes(tmp_path: Path) -> None:
    pages = [[(50.0, 700.0, 11.0, f"Words of page number {n}"), (290.0, 20.0, 9.0, str(n + 1))] for n in range(150)]
    (tmp_path / "a.pdf").write_bytes(pdf(pages))
    assert read_document(tmp_path / "a.pdf") == read_document(tmp_path / "a.pdf", ReadOptions(isolate=False))


def test_errors_cross_the_process(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([[]]))
    with pytest.raises(UnreadableDocument) as caught:
        read_document(tmp_path / "a.pdf")
    assert caught.value.exit_code == 6
    assert caught.value.hint
    (tmp_path / "b.pdf").write_bytes(pdf([LINES]))
    with pytest.raises(UsageError):
        read_document(tmp_path / "b.pdf", ReadOptions(pages="9"))


def test_the_reading_process_loads_no_model_library_and_refuses_network() -> None:
    code = (
        "import sys\nfrom tsel_core.ingest.options import ReadOptions\nfrom tsel_core.ingest.isolation.worker import forbid\n"
        "import tsel_core.ingest.parse, tsel_core.ingest.word.reader, tsel_core.ingest.pdf.reader\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)\nforbid(ReadOptions())\nimport socket, subprocess\n"
        "for call in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: subprocess.run(['true'])):\n"
        "    try:\n        call()\n    except PermissionError:\n        continue\n    raise SystemExit('allowed')\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_time_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.ingest.isolation import sandbox

    monkeypatch.setattr(sandbox, "_START", "import time; time.sleep(60)")
    (tmp_path / "a.txt").write_text("words", encoding="utf-8")
    started = time.perf_counter()
    with pytest.raises(DocumentError, match="took more than"):
        read_document(tmp_path / "a.txt", ReadOptions(timeout_s=0.5))
    assert time.perf_counter() - started < 10


def test_a_dying_process_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.ingest.isolation import sandbox

    (tmp_path / "a.txt").write_text("words", encoding="utf-8")
    for start in ("import os; os.abort()", "print('{broken')", "raise SystemExit(3)"):
        monkeypatch.setattr(sandbox, "_START", start)
        with pytest.raises(DocumentError, match="reader stopped"):
            read_document(tmp_path / "a.txt")


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux")
def test_memory_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"words and more words\n" * 1_000_000)
    with pytest.raises(DocumentError, match="memory"):
        read_document(tmp_path / "a.txt", ReadOptions(memory_limit_bytes=200 << 20))


def bomb(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(docx(p("x")))) as source:
            for name in source.namelist():
                if name not in parts:
                    archive.writestr(name, source.read(name))
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_zip_and_entity_bombs(tmp_path: Path) -> None:
    huge = b"<w:document>" + b" " * (300 << 20)
    entities = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document>&b;</w:document>'
    external = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document>&a;</w:document>'
    for name, data, words in (("zip", huge, "unpacks to"), ("entities", entities, "entities"), ("external", external, "entities")):
        file = tmp_path / f"{name}.docx"
        file.write_bytes(bomb({"word/document.xml": data}))
        started = time.perf_counter()
        with pytest.raises(DocumentError, match=words):
            read_document(file)
        assert time.perf_counter() - started < 20


def test_deep_nesting_ends_with_an_error_or_a_text(tmp_path: Path) -> None:
    deep_tables = "<w:tbl><w:tr><w:tc>" * 60 + p("inside") + "</w:tc></w:tr></w:tbl>" * 60
    deep_runs = "<w:p>" + "<w:smartTag>" * 200 + "<w:r><w:t>inside</w:t></w:r>" + "</w:smartTag>" * 200 + "</w:p>"
    deep_xml = "<w:sdt><w:sdtContent>" * 2000 + p("inside") + "</w:sdtContent></w:sdt>" * 2000
    pages = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n" + b"<</Type/Pages/Kids[" * 5000 + b"\nendobj\n"
    html = b"<html>" + b"<div><table><tr><td>" * 20_000 + b"inside"
    for name, data in (
        ("a.docx", docx(p("before") + deep_tables)),
        ("b.docx", docx(p("before") + deep_runs)),
        ("c.docx", docx(p("before") + deep_xml)),
        ("d.pdf", pages),
        ("e.html", html),
    ):
        (tmp_path / name).write_bytes(data)
        try:
            document = read_document(tmp_path / name)
        except TselError:
            continue
        assert document.units


def test_text_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(DocumentError):
        read_document(tmp_path / "a.txt")
    with (tmp_path / "b.bin").open("wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(DocumentError, match="over the limit"):
        read_document(tmp_path / "b.bin")


def test_page_ranges() -> None:
    assert parse_pages("3-9,12, 20-") == ((3, 9), (12, 12), (20, None))
    assert parse_pages("１〜３") == ((1, 3),)
    assert name_pages([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"


def test_options_are_checked() -> None:
    with pytest.raises(UsageError):
        ReadOptions(changes="maybe")  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        ReadOptions(pages="x")
