"""Fields of Japanese items that are plainly of something else are unsure."""

from __future__ import annotations

import pytest

from tsel_core.extract.fields import Field, FieldKind
from tsel_core.extract.item_doubts import is_thing, item_doubt
from tsel_core.extract.item_parts import part_of


@pytest.mark.parametrize("words", ["人間ドック", "移転費用の予算", "前回の議事録", "今年度の夏季休業", "防災訓練", "全員必須とする"])
def test_a_thing_is_nobody(words: str) -> None:
    assert is_thing(words)
    assert item_doubt(Field("担当"), words, words, f"{words}は、9月4日に変更した。", "ja")


@pytest.mark.parametrize(
    "words", ["江口委員", "村上委員長", "総務部", "甲及び乙", "賃借人", "取締役会", "田中", "株式会社北見システムズ（甲）", "ベンダー", "甲又は乙", "従業員", "本会社", "相手方", "Kita Ltd."]
)
def test_a_person_an_office_or_a_party_is_somebody(words: str) -> None:
    assert not is_thing(words)
    assert item_doubt(Field("担当"), words, words, f"{words}は、7月4日までに見積りを取得する。", "ja") == ""


@pytest.mark.parametrize(
    ("quote", "doubted"),
    [
        ("採決の結果、賛成3名、反対1名（江口委員）で港南タワーを第一候補とする。", True),
        ("江口委員から、ノートパソコン45台の更新の提案があった。", True),
        ("江口委員は、ノートパソコンの見積りを取得する。", False),
        ("・ノートパソコンの見積り取得：江口委員、7月4日まで", False),
        ("江口委員から見積書を受け取り次第、発注する。", False),
    ],
)
def test_who_voted_or_proposed_is_not_in_charge(quote: str, doubted: bool) -> None:
    assert bool(item_doubt(Field("担当"), "江口委員", "江口委員", quote, "ja")) == doubted


@pytest.mark.parametrize(
    ("quote", "value", "doubted"),
    [
        ("前回（5月21日）の議事録は、修正なく承認された。", "-05-21", True),
        ("今年度の夏季休業は、8月12日から8月15日までとする。", "-08-12", True),
        ("防災訓練は9月1日を予定していたが、9月4日に変更した。", "-09-04", True),
        ("防災訓練は9月1日を予定していたが、9月4日に変更した。", "-09-01", True),
        ("健康診断の案内の送付：柏木委員、7月25日まで", "-07-25", False),
        ("7月25日（金）までに案内を送付する。", "-07-25", False),
        ("期限：令和8年7月4日", "2026-07-04", False),
        ("令和8年7月4日に支払う。", "2026-07-04", False),
    ],
)
def test_a_day_of_another_matter_is_no_deadline(quote: str, value: str, doubted: bool) -> None:
    assert bool(item_doubt(Field("期限", "date"), value, value, quote, "ja")) == doubted
    assert item_doubt(Field("開催日", "date"), value, value, quote, "ja") == ""


@pytest.mark.parametrize(("name", "kind", "lang"), [("担当", "text", "en"), ("内容", "text", "ja"), ("金額", "money", "ja")])
def test_other_columns_and_languages_stay(name: str, kind: FieldKind, lang: str) -> None:
    assert item_doubt(Field(name, kind), "人間ドック", "人間ドック", "人間ドックは見送る。", lang) == ""  # type: ignore[arg-type]


def test_who_approves_is_not_in_charge() -> None:
    quote = "契約の締結については、取締役会の承認を得るまで行わない。"
    assert item_doubt(Field("担当"), "取締役会", "取締役会", quote, "ja")
    assert item_doubt(Field("義務者"), "乙", "乙", "乙は、甲の承諾なく再委託してはならない。", "ja") == ""
    assert item_doubt(Field("担当"), "取締役会", "取締役会", "取締役会は、取締役会の承認の記録を残す。", "ja") == ""


def test_the_parts_by_code_are_as_they_were() -> None:
    assert part_of(Field("担当"), "乙は、損害を賠償する。", "ja") == "乙"
