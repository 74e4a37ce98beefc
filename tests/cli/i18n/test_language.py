"""The language of messages: what decides it, and real commands in both languages."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tsel_cli.app import run
from tsel_cli.console import Stderr
from tsel_cli.i18n import message_language, messages_for

ROOT = Path(__file__).parents[3]
JAPANESE = re.compile("[ぁ-んァ-ヶ一-鿿]")
TEXT = "The fee is 620 euros a month.\n\nThe term ends on 3 May 2027.\n\nNotices go to Mr Halvorsen in Oslo.\n"
SAME = ("answer", "found", "lang", "documents", "receipt", "attention", "citations", "warnings", "exit_code")
PLACES = ("LC_ALL", "LC_MESSAGES", "LANG", "TSEL_LANG")


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No locale, no config, and folders of its own."""
    for name in PLACES:
        monkeypatch.delenv(name, raising=False)
    for name in ("CACHE", "LOG_DIR", "MODELS"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))


@pytest.mark.parametrize(
    ("arguments", "environment", "config", "wanted"),
    [
        ([], {}, "", "en"),
        ([], {"LANG": "ja_JP.UTF-8"}, "", "ja"),
        ([], {"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "", "en"),
        ([], {"LANG": "en_US", "LC_MESSAGES": "de_DE", "LC_ALL": "ja"}, "", "ja"),
        ([], {"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "", "en"),
        ([], {"LANG": "ja_JP.UTF-8", "LC_ALL": ""}, "", "ja"),
        ([], {"LANG": "C"}, 'lang = "ja"', "ja"),
        ([], {"TSEL_LANG": "en"}, 'lang = "ja"', "en"),
        ([], {"TSEL_LANG": "auto", "LANG": "ja_JP"}, "", "ja"),
        ([], {"TSEL_LANG": "ja"}, "", "ja"),
        (["ask", "a", "--lang", "en"], {"TSEL_LANG": "ja"}, "", "en"),
        (["ask", "a", "--lang=ja"], {"LANG": "C"}, "", "ja"),
        (["ask", "a", "--lang", "en", "--lang", "ja"], {}, "", "ja"),
        (["ask", "a", "--lang", "auto"], {"LANG": "ja_JP"}, "", "ja"),
        (["ask", "a", "--", "--lang", "ja"], {}, "", "en"),
        (["ask", "a", "--lang"], {}, "", "en"),
        (["ask", "a"], {}, '[ask]\nlang = "ja"', "ja"),
        (["batch", "a"], {}, '[ask]\nlang = "ja"', "en"),
        ([], {"LANG": "ja_JP"}, "not TOML", "ja"),
    ],
)
def test_what_decides_the_language(
    arguments: list[str],
    environment: dict[str, str],
    config: str,
    wanted: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config.toml").write_text(config, "utf-8")
    with messages_for(arguments):
        assert message_language() == wanted


def test_windows_has_its_own_locale_and_threads_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["tsel", "ask", "--lang", "ja"])
    assert message_language() == "ja"
    monkeypatch.setattr(sys, "argv", ["tsel"])
    monkeypatch.setattr("locale.getlocale", lambda: ("Japanese_Japan", "932"))
    assert message_language() == "en"
    monkeypatch.setattr(sys, "platform", "win32")
    assert message_language() == "ja"
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert message_language() == "en"


def _encrypted(path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=ROOT / "samples/minutes.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)


def _blank(path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(path)


BAD_FILES: dict[str, tuple[Callable[[Path], object], int]] = {
    "missing.pdf": (lambda p: None, 1),
    "empty.txt": (lambda p: p.write_bytes(b""), 1),
    "locked.pdf": (_encrypted, 6),
    "blank.pdf": (_blank, 6),
    "cut.docx": (lambda p: p.write_bytes((ROOT / "samples/contract.docx").read_bytes()[:3000]), 1),
    "old.docx": (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")), 1),
    "binary.txt": (lambda p: p.write_bytes(bytes(range(1, 32)) * 90), 1),
    "picture.pdf": (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60)), 6),
    "folder": (lambda p: p.mkdir(), 1),
}
BAD_CALLS: dict[str, tuple[list[str], int]] = {
    "no question": (["ask", "{file}", " "], 2),
    "no arguments": (["ask"], 2),
    "unknown model": (["ask", "{file}", "q", "--model", "nope"], 2),
    "offline": (["ask", "{file}", "q", "--offline"], 1),
    "half a model": (["ask", "{file}", "q", "--model", "{half}"], 1),
    "bad number": (["ask", "{file}", "q", "--budget", "many"], 2),
    "number too small": (["ask", "{file}", "q", "--max-new-tokens", "0"], 2),
    "bad choice": (["ask", "{file}", "q", "--kv", "int3"], 2),
    "unknown option": (["ask", "{file}", "q", "--langg", "ja"], 2),
    "unknown command": (["sumarize", "{file}"], 2),
    "bad size": (["ask", "{file}", "q", "--model", "{model}", "--memory-limit", "some"], 2),
    "does not fit": (["ask", "{file}", "q", "--model", "{model}", "--memory-limit", "100MB"], 5),
    "beyond the window": (["ask", "{long}", "q", "--model", "{model}", "--effort", "quick"], 5),
    "bad pages": (["ask", "{pdf}", "q", "--pages", "99"], 2),
    "bad device": (["ask", "{file}", "q", "--model", "{model}", "--device", "tpu"], 2),
    "output file exists": (["config", "init"], 2),
    "bad setting": (["eval", "--suite", "pins", "--model", "{model}"], 2),
}


def _both(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Run in both languages; the two lines must say the same code in their own. Returns the Japanese lines."""
    said = {}
    for lang, heads in (("C", ("error: ", "hint: ")), ("ja_JP.UTF-8", ("エラー: ", "ヒント: "))):
        monkeypatch.setenv("LANG", lang)
        assert run(arguments) == code
        out, said[lang] = capsys.readouterr()
        assert out == ""
        lines = said[lang].splitlines()[-2:]
        assert lines[0].startswith(heads[0]), said[lang]
        assert lines[1].startswith(heads[1]), said[lang]
    assert not JAPANESE.search(said["C"])
    for line in said["ja_JP.UTF-8"].splitlines():
        text = line.split(": ", 1)[1]
        assert JAPANESE.search(text) or text.startswith(("tsel ", "--")), line  # a hint may be a command alone
    return said["ja_JP.UTF-8"]


@pytest.mark.parametrize("name", list(BAD_FILES))
def test_bad_files_in_both_languages(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make, code = BAD_FILES[name]
    make(tmp_path / name)
    _both(["ask", str(tmp_path / name), "q"], code, capsys, monkeypatch)


@pytest.mark.parametrize("name", list(BAD_CALLS))
def test_bad_calls_in_both_languages(
    name: str, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "long.txt").write_text(TEXT * 400, "utf-8")
    (tmp_path / "config.toml").write_text("", "utf-8")
    (tmp_path / "half").mkdir()
    for file in Path(model).iterdir():
        (tmp_path / "half" / file.name).write_bytes(file.read_bytes())
    weights = tmp_path / "half/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    places = {"file": tmp_path / "a.txt", "long": tmp_path / "long.txt", "half": tmp_path / "half"}
    arguments, code = BAD_CALLS[name]
    filled = [a.format(model=model, pdf=ROOT / "samples/minutes.pdf", **places) for a in arguments]
    _both(filled, code, capsys, monkeypatch)


def test_receipt_is_japanese_and_the_json_stays_english(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "記録.txt"
    path.write_bytes(TEXT.encode() + b"\0\n")
    arguments = [
        "ask",
        str(path),
        "What is the fee?",
        "--model",
        model,
        "--max-new-tokens",
        "6",
        "--timings",
        "--no-cache",
    ]
    found, said = {}, {}
    for lang in ("C", "ja_JP.UTF-8"):
        monkeypatch.setenv("LANG", lang)
        code = run([*arguments, "--json"])
        out, said[lang] = capsys.readouterr()
        found[lang] = (code, {k: json.loads(out)[k] for k in SAME})
    assert found["C"] == found["ja_JP.UTF-8"]
    lines = [line for line in said["ja_JP.UTF-8"].splitlines() if line]
    assert len(lines) == len([line for line in said["C"].splitlines() if line])
    for line in lines:
        assert JAPANESE.search(line), line
    text = said["ja_JP.UTF-8"]
    for part in (
        "警告: ",
        "NUL 文字 1 個を除きました",
        "読み取り  ",
        "3 段落中 3 段落、省略なし",
        "方式      full (",
        "時間 (秒) ",
    ):
        assert part in text
    numbers = [sorted(re.findall(r"\d[\d,]* (?:of|トークン中)", said[lang])) for lang in said]
    assert all(numbers)


def test_ctrl_c_is_said_in_japanese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tsel_cli.commands.ask.run_job", stop)
    assert run(["ask", str(ROOT / "samples/minutes.pdf"), "q", "--lang", "ja"]) == 130
    assert capsys.readouterr().err == "中断しました\n"


def test_a_cp932_console_of_its_own_process() -> None:
    env = {k: v for k, v in os.environ.items() if k not in PLACES}
    env |= {"LANG": "ja_JP.UTF-8", "PYTHONIOENCODING": "cp932", "TSEL_LOG": "0"}
    command = [sys.executable, "-m", "tsel_cli", "ask", "/no/such.pdf", "q"]
    done = subprocess.run(command, capture_output=True, env=env, cwd=ROOT, check=False)
    assert done.returncode == 1
    lines = done.stderr.decode("cp932").splitlines()
    assert lines == ["エラー: /no/such.pdf: ファイルがありません", "ヒント: ファイル名とフォルダーを確認してください"]


def test_english_loads_no_catalogue() -> None:
    env = {k: v for k, v in os.environ.items() if k not in PLACES}
    code = (
        "import sys; from tsel_cli.app import run; run(['ask', '/no/such.pdf', 'q']);"
        "print([m for m in sys.modules if m == 'polib'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [100, 24])
def test_progress_in_japanese_fits_the_line(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    from rich.cells import cell_len

    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    console = Stderr()
    console.begin("prefill", 12000, "tokens")
    drawn = re.split("\x1b\\[[0-9;?]*[A-Za-z]|[\r\n]", terminal.getvalue())
    assert max(map(cell_len, drawn)) <= columns
    whole = "モデルが文書を読んでいます  0 / 12,000 トークン"
    assert any(line.strip() == whole for line in drawn) is (columns == 100)
    assert any(line.strip() and whole.startswith(line.strip()) for line in drawn)
    console.note("x")
    assert terminal.getvalue().endswith("x\n")
    assert terminal.getvalue().rindex("\x1b[2K") < terminal.getvalue().rindex("x\n")  # the line was taken away before


@pytest.mark.parametrize(("language", "said"), [("en", "--attention must be one of auto, full, select, got selekt"), ("ja", "--attention は auto, full, select のどれかでなければなりませんが、selekt が指定されました")])
def test_a_wrong_choice_is_said_without_the_parsers_own_words(
    language: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The fee is 5 euros.")
    assert run(["ask", str(path), "What?", "--attention", "selekt", "--lang", language]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Value error" not in err


@pytest.mark.parametrize("command", [["models", "list"], ["models", "info"], ["log", "list"], ["log", "stats"]])
def test_tables_hold_no_english_words(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tsel_core.audit.log import record_run

    monkeypatch.setenv("TSEL_LOG", "1")
    record_run({"command": "ask", "exit_code": 0, "usage": {"prompt_tokens": 1200}})
    assert run(["--lang", "ja", *command]) == 0
    out = capsys.readouterr().out
    assert JAPANESE.search(out)
    for word in ("tokens", "exit", "cited", "not found", "total", "embedded", "not fetched", "licence", "layers", "yes"):
        assert word not in out
