# ruff: noqa: E501 (tables of words)
"""A sentence about the other one of two: of trips at home where trips abroad are asked for, of children for adults."""

from __future__ import annotations

import re

from tsel_core.trust.claims.parts.words import is_japanese

# of each line one is what a question may be about, and the others are not
_SETS_JA = """
国内 / 海外, 国外, 外国
日帰り / 宿泊, 泊まり
平日 / 休日, 土日, 週末, 祝日, 日曜, 土曜
大人, 成人, 一般 / 子ども, 子供, こども, 小人, 小学生, 幼児
早番 / 遅番 / 夜勤, 夜番 / 日勤
正社員, 社員 / 派遣, 契約社員, パート, アルバイト
税込 / 税抜, 税別
個人 / 法人
新品 / 中古
片道 / 往復
市内 / 市外
県内 / 県外
社内 / 社外
屋内, 室内 / 屋外, 室外
春 / 夏 / 秋 / 冬
午前 / 午後
昼 / 夜
男性 / 女性
男子 / 女子
白黒, モノクロ / カラー
初回 / 二回目, 2回目, 次回以降
出席 / 欠席
収入 / 支出
売上 / 仕入
入社 / 退社, 退職
開始, 始業 / 終了, 終業
年末 / 年始
最大, 上限, 最高 / 最小, 下限, 最低
小型 / 大型 / 中型
普通車 / 軽自動車, 大型車
朝食, 朝ごはん / 昼食, 昼ごはん / 夕食, 夕飯, 夜食
本社, 本店 / 工場 / 支社, 支店, 営業所 / 倉庫
貸主, 賃貸人 / 借主, 賃借人 / 保証人
父 / 母
夫 / 妻
対人, 人身 / 対物, 物損
電話 / メール, 電子メール / 郵送
"""
_SETS_EN = """
weekday, weekdays / weekend, weekends, saturday, saturdays, sunday, sundays, bank holiday
adult, adults, grown-up, grown-ups / child, children, kids
full-time / part-time
domestic, inland / abroad, foreign, overseas, international
indoor, indoors, inside / outdoor, outdoors, outside
single, one-way / return
petrol / electric / diesel
gross / net
incoming / outgoing
summer / winter / spring / autumn
buyer / seller
tenant / landlord / guarantor
breakfast, breakfasts / lunch, lunches / dinner, dinners, supper
mother, mothers / father, fathers
husband / wife
employee / contractor
north / south / east / west
upstairs / downstairs
men / women
monochrome, black-and-white / colour, color
minimum, at least / maximum, at most
first-class / second-class, standard-class
"""


def _read(table: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    lines = (line for line in table.strip().splitlines() if line.strip())
    return tuple(tuple(tuple(w.strip() for w in side.split(",")) for side in line.split("/")) for line in lines)


_JA, _EN = _read(_SETS_JA), _read(_SETS_EN)


def told_of_contrast(question: str, sentence: str, near: str) -> str:
    """ "海外 / 国内": a question names one of two, a sentence the other one and neither it nor what is `near` the first; ""."""
    japanese = is_japanese(question)
    for sides in _JA if japanese else _EN:
        asked = [side for side in sides if _has(side, question, japanese)]
        if len(asked) != 1 or _has(asked[0], f"{sentence}\n{near}", japanese):
            continue
        for side in sides:
            if side is not asked[0] and _has(side, sentence, japanese):
                return f"{_found(asked[0], question)} / {_found(side, sentence)}"
    return ""


def _has(side: tuple[str, ...], text: str, japanese: bool) -> bool:
    if japanese:
        return any(re.search(rf"(?<![\u3400-\u9fff]){w}" if len(w) == 1 else w, text) for w in side)
    return any(re.search(rf"\b{re.escape(w)}\b", text, re.I) for w in side)


def _found(side: tuple[str, ...], text: str) -> str:
    return next((w for w in side if w in text.lower()), side[0])
