"""Labels of units in the language around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_cli.app import run
from tsel_cli.render.labels import label_in, places_in


@pytest.mark.parametrize(
    ("label", "japanese"),
    [
        ("lines 2-4", "2〜4行目"), ("line 7", "7行目"), ("p. 4", "4ページ"), ("p. iv", "ivページ"), ("para 3", "段落3"), ("table 1, row 2", "表1、2行目"), ("slide 5", "スライド5"),
        ("sheet Totals", "シートTotals"), ("turn 3", "発言3"), ("header", "ヘッダー"), ("footnote 2", "脚注2"), ("Clause 1.1(a), para 7", "第1.1(a)項、段落7"), ("note on Totals!B2", "Totals!B2のメモ"),
        ("p. 3, EXHIBIT 10.3 Clause 2.1", "3ページ、EXHIBIT 10.3 第2.1項"), ("p. 2-3", "2〜3ページ"), ("Art. IV", "第IV条"), ("Table 2, row 1", "表2、1行目"),
        ("p. 1 hidden", "1ページ（非表示）"), ("p. 1 footer (pages 1-5)", "1ページのフッター（1〜5ページ）"), ("comment, para 2", "コメント、段落2"), ("message 3", "3通目"),
        ("attachment a.pdf, p. 1", "添付ファイルa.pdf、1ページ"), ("line 4, part 2", "4行目、2番目の部分"), ("drawing, para 1", "図、段落1"),
        ("Important Clause", "Important Clause"), ("第3条, 段落4", "第3条, 段落4"), ("Ann Lee 00:12:03", "Ann Lee 00:12:03"), ("Totals!A2:C2", "Totals!A2:C2"),
    ],
)  # fmt: skip
def test_places_in_japanese(label: str, japanese: str) -> None:
    assert label_in(label, "ja") == japanese
    if "段落" not in label:  # of a Japanese file
        assert label_in(label, "en") == label
        assert label_in(label, "de") == label


def test_inspect_says_all_but_the_words_of_the_document_in_japanese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("One.\n\nTwo and\nthree.\n", encoding="utf-8")
    assert run(["inspect", str(path), "--lang", "ja"]) == 0
    shown = capsys.readouterr().out
    assert "2 段落" in shown
    assert "1行目  One." in shown
    assert "3〜4行目  Two and three." in shown


@pytest.mark.parametrize(
    ("labels", "en", "ja"),
    [
        (["p. 4", "p. 5", "p. 6", "p. 9"], "p. 4-6, p. 9", "4〜6ページ、9ページ"),
        (["第1条, 段落2", "第1条, 段落3", "第2条, 段落4"], "第1条, para 2-3; 第2条, para 4", "第1条, 段落2〜3; 第2条, 段落4"),
        (["第3条", "第4条", "第7条"], "第3条, 第4条, 第7条", "第3条、第4条、第7条"),
        (["Art. 1, para 2", "Art. 1, para 3", "p. iv"], "Art. 1, para 2-3; p. iv", "第1条、段落2〜3、ivページ"),
        ([f"p. {n}" for n in range(1, 40, 2)], "p. 1, p. 3, p. 5, p. 7, p. 9, p. 11, 14 more", "1ページ、3ページ、5ページ、7ページ、9ページ、11ページ、ほか 14 か所"),
        (["Kim 00:12:03", "Kim 00:12:04", "Clause 2.1", "Clause 2.2"], "Kim 00:12:03, Kim 00:12:04, Clause 2.1, Clause 2.2", "Kim 00:12:03、Kim 00:12:04、第2.1項、第2.2項"),
        (["Table 1, row 2", "Table 1, row 3"], "Table 1, row 2-3", "表1、2〜3行目"),
        ([], "", ""),
    ],
)  # fmt: skip
def test_many_places_are_one_short_line(labels: list[str], en: str, ja: str) -> None:
    assert (places_in(labels, "en"), places_in(labels, "ja")) == (en, ja)


@pytest.mark.parametrize(
    ("label", "english"),
    [
        ("段落4", "para 4"), ("第3条, 段落4", "第3条, para 4"), ("表1 行2", "Table 1, row 2"), ("別紙1 第1条, 段落5", "別紙1 第1条, para 5"),
        ("段落の書き方, 段落2", "段落の書き方, para 2"), ("工程表1 行2", "工程表1 行2"), ("小川 00:00:13", "小川 00:00:13"),
    ],
)  # fmt: skip
def test_labels_of_japanese_files_in_english(label: str, english: str) -> None:
    assert label_in(label, "en") == english
    assert label_in(label, "ja") == label


def test_ranges_of_japanese_labels_in_english() -> None:
    assert places_in(["段落2", "段落3", "段落4"], "en") == "para 2-4"
