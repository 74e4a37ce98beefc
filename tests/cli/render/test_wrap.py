"""Words of an answer in a terminal's lines, however they come and however narrow it is."""

from __future__ import annotations

import os

import pytest
from order_answers import answered

from tsel_cli.console import Stderr
from tsel_cli.render.live import LiveAnswer
from tsel_cli.render.wrap import WordWrap, _cells, columns_of, padded, wrapped

TEXT = "The fee is 620 euros a month [1].\n\n  - payable on the 5th\nRésumé: 予算は 1,250,000 円です。次回は来週の水曜日に開きます。 End."


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize("width", [8, 20, 33, 80, 500])
def test_lines_break_between_words_and_nothing_is_lost(width: int, size: int) -> None:
    wrap = WordWrap(width)
    shown = "".join(wrap.push(TEXT[i : i + size]) for i in range(0, len(TEXT), size)) + wrap.finish()
    assert shown == wrapped(TEXT, width)
    assert "".join(shown.split()) == "".join(TEXT.split())
    assert all(sum(map(_cells, line)) <= width + 2 for line in shown.split("\n") if " " in line.strip())
    assert all(word in shown for word in ("euros", "payable", "Résumé:", "1,250,000"))


def test_a_wide_terminal_changes_nothing() -> None:
    assert wrapped(TEXT, 500) == TEXT
    assert wrapped("  - a\n\n\tb  c ", 80) == "  - a\n\n\tb  c "


def test_a_line_never_begins_with_a_full_stop() -> None:
    for width in range(8, 40):
        assert not any(line.startswith(("。", "、")) for line in wrapped(TEXT, width).split("\n"))


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("width", [12, 24, 60])
def test_answer_and_citations_are_broken_between_words_as_they_are_printed(
    width: int, streamed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was not streamed, as a quote at the beginning is not, and what follows the answer, too."""
    monkeypatch.setattr("shutil.get_terminal_size", lambda fallback=(80, 24): os.terminal_size((width, 400)))
    answer = answered("The tenant pays a fee of 620 euros every month.", "The tenant pays a fee of 620 euros every month.")
    live = LiveAnswer(Stderr(quiet=True), enabled=True)
    if streamed:
        live.write("The tenant pays")
    live.finish(answer)
    shown = capsys.readouterr().out.replace("\x1b[J", "").replace("\r", "")
    assert "620" in shown.split()
    assert all(sum(map(_cells, line)) <= width for line in shown.split("\n") if " " in line.strip() and "\x1b" not in line)
    plain = LiveAnswer(Stderr(quiet=True), enabled=False)
    plain.finish(answer)
    assert "The tenant pays a fee of 620 euros every month." in capsys.readouterr().out


def test_quotes_of_speakers_stand_below_each_other() -> None:
    lines = [padded(label, 13) + '"' for label in ("小川 00:00:13", "堀 00:00:21", "Ann 00:01:02")]
    assert len({columns_of(line) for line in lines[1:]}) == 1
    assert padded("業務委託契約書のとても長い名前", 4) == "業務委託契約書のとても長い名前"
