"""Help pages in Japanese: every text of every command, and nothing cut off."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from tsel_cli.app import app, run
from tsel_cli.i18n.help_page import texts_of
from tsel_cli.lazy_commands import PLACES

JAPANESE = re.compile("[ぁ-んァ-ヶ一-鿿]")
GROUPS = ("models", "cache", "log", "config")


def pages() -> list[list[str]]:
    """The words that lead to each help page."""
    root = get_command(app)
    found = [[], *([name] for name in PLACES)]
    return [*found, *([name, below] for name in GROUPS for below in root.commands[name].commands)]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which a help text may stand on one line."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "TSEL_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 2000)
    monkeypatch.setenv("COLUMNS", "2000")


def shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run([*words, "--help"]) == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("words", pages(), ids=" ".join)
def test_no_help_text_is_left_in_english(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    english = shown(words, capsys)
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    page = shown(words, capsys)
    command = get_command(app)
    for word in words:
        command = command.commands[word]
    texts = [" ".join(text.split()) for text in texts_of(command)]
    there = [text for text in texts if text in english]
    assert there
    assert [text for text in there if text in page and not text.islower()] == []
    for word in ("Usage:", "Options", "Arguments", "Commands", "[default:", "[env var:", "[required]", "Show this message"):
        assert word not in page
    lines = [line for line in page.split("│") if re.search("[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", line)]
    assert [line for line in lines if not JAPANESE.search(line)] == []
    monkeypatch.setenv("LANG", "C")
    assert shown(words, capsys) == english  # what was translated was a copy


def test_the_option_decides_as_it_does_for_messages(capsys: pytest.CaptureFixture[str]) -> None:
    assert "使い方:" in shown(["ask", "--lang", "ja"], capsys)
    assert "使い方:" in shown(["--lang", "ja"], capsys)
    assert "Usage:" in shown(["ask"], capsys)


@pytest.mark.parametrize("columns", ["70", "80"])
def test_nothing_is_cut_off_in_a_narrow_terminal(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", int(columns))
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert run(["inspect", "--help"]) == 0
    page = re.sub(r"[\s│╭╮╰╯─]", "", capsys.readouterr().out)
    assert "…" not in page
    assert "モデルに収まるか。" in page
