"""Where nobody says a language, messages are in that of the question or the documents, as the answer is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tsel_cli.app import run
from tsel_cli.i18n import follow, message_language, messages_for
from tsel_cli.render.labels import words_lang

JAPANESE = re.compile("[ぁ-んァ-ヶ一-鿿]")
TEXT = "倉庫の鍵は受付で預かります。\n\n利用料は月額3万円とし、毎月5日までに支払います。\n\n契約は2027年5月3日に終わります。\n"


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No locale, no config, and folders of its own."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "TSEL_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CACHE", "LOG_DIR", "MODELS"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))


@pytest.mark.parametrize(
    ("locale", "arguments", "work", "wanted"),
    [
        ("C.UTF-8", [], "ja", "ja"),
        ("POSIX", [], "ja", "ja"),
        ("", [], "ja", "ja"),
        ("C", [], "en", "en"),
        ("C", [], "de", "en"),
        ("C", [], "", "en"),
        ("en_GB.UTF-8", [], "ja", "en"),
        ("fr_FR.UTF-8", [], "ja", "en"),
        ("ja_JP.UTF-8", [], "en", "ja"),
        ("C", ["ask", "--lang", "en"], "ja", "en"),
        ("C", ["ask", "--lang", "JA"], "en", "ja"),
    ],
)
def test_the_work_decides_where_the_locale_names_no_language(
    locale: str, arguments: list[str], work: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", locale)
    with messages_for(arguments):
        follow(work)
        assert message_language() == wanted
    with messages_for(arguments):  # what another command was about is forgotten
        follow("en", first=True)
        assert message_language() == ("ja" if "JA" in arguments or locale.startswith("ja") else "en")


def test_documents_say_it_only_where_no_question_did() -> None:
    with messages_for([]):
        follow("en")
        follow("ja", first=True)
        assert message_language() == "en"
        follow("ja")
        assert message_language() == "ja"
        assert words_lang("de") == "ja"
        assert words_lang("en") == "en"


def test_a_stream_that_cannot_show_it_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ascii:
        encoding = "ascii"

    monkeypatch.setattr("sys.stderr", Ascii())
    with messages_for([]):
        follow("ja")
        assert message_language() == "en"


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "{file}", "利用料はいくらですか？", "--model", "{model}"],
        ["ask", "{file}", "利用料はいくらですか？", "鍵はどこですか？", "--model", "{model}"],
        ["summarize", "{file}", "--model", "{model}", "--effort", "quick"],
        ["list", "{file}", "すべての期限", "--no-model"],
        ["compare", "{file}", "{other}", "--no-model"],
        ["extract", "{file}", "--preset", "personal-data"],
        ["inspect", "{file}"],
    ],
    ids=lambda c: " ".join(c[:1] + c[2:3]),
)
def test_every_line_of_a_command_is_in_one_language(
    command: list[str], model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keiyaku.txt").write_bytes(TEXT.encode() + b"\0\n")
    (tmp_path / "new.txt").write_text(TEXT.replace("3万円", "4万円"), "utf-8")
    places = {"file": tmp_path / "keiyaku.txt", "other": tmp_path / "new.txt", "model": model}
    shared = ["--max-new-tokens", "4", "--no-cache"] if "{model}" in command else []
    said = {}
    for lang in ("C.UTF-8", "ja_JP.UTF-8"):
        monkeypatch.setenv("LANG", lang)
        assert run([*(a.format(**places) for a in command), *shared]) in (0, 3, 4)
        said[lang] = capsys.readouterr()
    assert said["C.UTF-8"] == said["ja_JP.UTF-8"]
    for line in said["C.UTF-8"].err.splitlines():
        assert not line or JAPANESE.search(line), line


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TSEL_LOG", "flase", "TSEL_LOG must be one of 1, on, true, yes, 0, off, false, no, got flase"),
        ("TSEL_CPU_WEIGHTS", "int3", "TSEL_CPU_WEIGHTS must be one of auto, fp32, bf16, got int3"),
        ("TSEL_LOG_DAYS", "month", "TSEL_LOG_DAYS must be a number of at least 0, got month"),
        ("TSEL_LANG", "xx", "TSEL_LANG must be one of auto, ar, "),
    ],
)
def test_a_variable_of_another_value_is_refused(
    name: str, value: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("The key is red.")
    monkeypatch.setenv(name, value)
    command = ["compare", str(tmp_path / "a.txt"), str(tmp_path / "a.txt")]
    assert run(command) == 2
    assert said in capsys.readouterr().err
    assert run(["config", "show", "ask"]) == 0  # what shows the settings shows a wrong one
    capsys.readouterr()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--lang", "xx"),
        ("--device", "tpu"),
        ("--memory-limit", "lots"),
        ("--profile", "nosuch"),
        ("--keep-alive", "soon"),
        ("--encoding", "klingon"),
        ("--pages", "abc"),
        ("--time-stamps", "-5"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["list", "{file}", "every date", "--no-model"],
        ["compare", "{file}", "{other}", "--no-model"],
        ["extract", "{file}", "--preset", "personal-data"],
        ["batch", "{folder}", "--out", "{folder}/out"],
        ["chat", "{file}"],
    ],
    ids=lambda c: c[0],
)
def test_a_value_that_means_nothing_is_refused_by_commands_without_a_use_for_it(
    command: list[str], option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.txt").write_text(TEXT * 2, "utf-8")
    places = {"file": tmp_path / "a.txt", "other": tmp_path / "b.txt", "folder": tmp_path}
    assert run([*(a.format(**places) for a in command), option, value]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 2
