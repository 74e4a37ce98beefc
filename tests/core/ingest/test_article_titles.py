"""The title of an article goes with its later paragraphs, and with nothing behind its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest.article_titles import ArticleTitles
from tsel_core.ingest.read import read_document


def under(texts: list[str]) -> list[str]:
    titles = ArticleTitles()
    return [" > ".join(titles.path(text, ())) for text in texts]


@pytest.mark.parametrize(
    ("texts", "titles"),
    [
        (["第19条（損害賠償）　甲は賠償する。", "2　上限は百万円とする。", "第20条（保険）　乙は加入する。", "2　写しを示す。"], ["", "損害賠償", "", "保険"]),
        (["第5条（支払）", "1　甲は支払う。", "(1) 現金", "② 振込"], ["", "支払", "支払", "支払"]),
        (["第28条（合意管轄）　東京地方裁判所とする。", "1. 対象業務　監視"], ["", ""]),  # a schedule's own list
        (["第28条（合意管轄）　東京とする。", "本契約の成立を証するため、本書2通を作成する。", "2　写し"], ["", "", ""]),
        (["第3条（期間）　一年とする。", "別紙1　業務仕様書", "2　実施場所"], ["", "", ""]),
        (["5. Insurance.", "5.1 The supplier insures.", "5.2 Proof is given.", "(a) yearly", "6.1 Fees are due."], ["", "Insurance", "Insurance", "Insurance", ""]),
        (["7. Car. Private use is allowed.", "(a) not abroad", "8. The car is returned.", "(b) washed"], ["", "Car", "", ""]),
        (["ARTICLE IV Term", "(a) five years", "Schedule 1", "(b) other"], ["", "Term", "", ""]),
        (["2. The parties are friends.", "(a) always"], ["", ""]),  # no title: a sentence
        (["10 Downing Street", "(a) Our shares rose."], ["", ""]),  # an address
        (["第3条（秘密保持）", "本文。", "買い物リスト", "(1) りんご"], ["", "秘密保持", "", ""]),  # a heading between
        (["第10条（秘密保持）", "甲は秘密を守る。", "この義務は3年間存続する。", "第11条（解約）　解約できる。", "別の文である。"], ["", "秘密保持", "秘密保持", "", ""]),
        (["第4条（解約）　甲は解約できる。", "前項の場合、1か月前に通知する。", "甲は東京にある。"], ["", "解約", ""]),
        (["第10条　秘密保持\n甲は秘密を守る。", "２．この定めは3年間有効とする。"], ["", "秘密保持"]),
        (["（秘密保持）", "第10条　甲は秘密を守る。", "２　前項は3年間有効とする。", "第11条　甲は解約できる。"], ["", "秘密保持", "秘密保持", ""]),
        (["第10条（秘密保持）", "上記を証するため、本書2通を作成する。", "甲は1通を持つ。"], ["", "", ""]),
    ],
)  # fmt: skip
def test_parts_of_an_article_stand_under_its_title(texts: list[str], titles: list[str]) -> None:
    assert under(texts) == titles


def test_another_heading_ends_an_article() -> None:
    titles = ArticleTitles()
    assert titles.path("第1条（目的）　売買とする。", ("契約",)) == ("契約",)
    assert titles.path("2　価格は別に定める。", ("契約",)) == ("契約", "目的")
    assert titles.path("2　写し", ("覚書",)) == ("覚書",)


def test_a_file_of_plain_text_has_them(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("業務委託契約書\n\n第1条（秘密保持）　乙は秘密を守る。\n2　前項は三年間存続する。\n第2条（解除）　甲は解除できる。\n", encoding="utf-8")  # fmt: skip
    held = {u.text[:2]: u.heading_path for u in read_document(path).units}
    assert held["2　"] == ("秘密保持",)
    assert held["第1"] == held["第2"] == ()
