"""What RULER's tasks hide: needles, chains of variables, words of known frequency, cards of people and branches."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from itertools import pairwise

from tsel_core.evaluation.suites.haystack import CountTokens, fitting
from tsel_core.text.language import Lang


def _words(joined: str) -> list[str]:
    return joined.split()


_FIRST = {
    "en": "amber bold calm dusty eager faded gentle hollow icy jolly keen lucky mellow narrow odd plain quiet rusty",
    "ja": "琥珀の 大胆な 穏やかな 埃の 熱心な 色あせた 優しい 空洞の 氷の 陽気な 鋭い 幸運な 狭い 奇妙な 質素な 静かな",
}
_SECOND = {
    "en": "anchor basket candle drawer engine fiddle garden hammer island jacket kettle ladder mirror needle orchard",
    "ja": "錨 籠 蝋燭 引き出し 機関車 琴 庭園 金槌 小島 上着 やかん 梯子 鏡 針 果樹園",
}
_NEEDLE = {
    "en": "One of the special magic {what}s for {key} is: {value}.",
    "ja": "「{key}」の特別な魔法の{what}の一つは{value}です。",
}
_WHAT = {"en": {"number": "number", "uuid": "uuid"}, "ja": {"number": "番号", "uuid": "UUID"}}
_GIVEN = _words("Mara Tobias Aiko Peter Ines Colm Yusuf Nadia Oskar Lena Hugo Priya Tomas Edith Samir Wanda")
_FAMILY = _words("Lindqvist Renner Sano Osei Duarte Hayes Demir Petrov Novak Brandt Keller Moreau Ferro Olsen")
_FAMILY_JA = _words("三宅 柴田 大橋 小林 西村 古川 長谷川 松岡 石黒 早川 水野 片山 黒木 本多")
_GIVEN_JA = _words("健一 美咲 大輔 香織 直樹 由美 拓也 恵子 翔太 千尋 和也 真由 亮介 明美 誠 陽子")
_TOWN = _words("Leeds Bergen Porto Graz Lyon Cork Turin Gdansk Basel Ghent Malmo Tartu")
_TOWN_JA = _words("函館 仙台 金沢 長野 静岡 岡山 高松 松山 熊本 長崎 盛岡 富山")
_CARD = {
    "en": "Staff card. {name} works in the {town} branch, room {room}. Staff number {number}.",
    "ja": "職員票。{name}は{town}支店の{room}号室で働いています。職員番号は{number}です。",
}
_BRANCH = {
    "en": "Branch card. The {town} branch is reached by telephone under {number}.",
    "ja": "支店票。{town}支店の電話番号は{number}です。",
}
_ASK = {
    "en": ("What is the staff number of {name}?", "What is the telephone number of the branch where {name} works?"),
    "ja": ("{name}の職員番号は何ですか。", "{name}が働いている支店の電話番号は何ですか。"),
}
_COMMON, _OFTEN, _SELDOM = 10, 30, 3
_ALPHA = 2.0  # of the zeta distribution of coded words


def words_of(lang: Lang, num: int, draw: random.Random, numbered: bool = False) -> list[str]:
    """Different two-word names; `numbered` ones collide with no others."""
    found: dict[str, None] = {}
    space = "" if lang == "ja" else " "
    while len(found) < num:
        name = f"{draw.choice(_FIRST[lang].split())}{space}{draw.choice(_SECOND[lang].split())}"
        found[f"{name} {draw.randint(1000, 99999)}" if numbered else name] = None
    return list(found)


def needle(lang: Lang, what: str, key: str, value: str) -> str:
    """The sentence that gives a value to a key."""
    return _NEEDLE[lang].format(what=_WHAT[lang][what], key=key, value=value)


def chain(lang: Lang, draw: random.Random) -> tuple[tuple[str, ...], str, list[str]]:
    """A chain of four hops: (its variables, their value, the assignments in order)."""
    names: dict[str, None] = {}
    while len(names) < 5:
        names["".join(draw.choices(string.ascii_uppercase, k=5))] = None
    held, value = list(names), str(draw.randint(10000, 99999))
    lines = [f"VAR {held[0]} = {value}"]
    lines += [f"VAR {b} = VAR {a}" for a, b in pairwise(held)]
    end = "。" if lang == "ja" else "."
    return tuple(held), value, [line + end for line in lines]


def _invented(draw: random.Random, syllables: int) -> str:
    return "".join(draw.choice("bdfghklmnprstvz") + draw.choice("aeiou") for _ in range(syllables))


def word_list(lang: Lang, length: int, count: CountTokens, draw: random.Random) -> tuple[str, tuple[str, ...]]:
    """(a numbered list of words, the ten that stand 30 times in it; all others stand three times)."""
    space = "" if lang == "ja" else " "
    common = tuple(words_of(lang, _COMMON, draw))
    often = [w for w in common for _ in range(_OFTEN)]
    room = length - count("\n".join(f"{1000}. {w}" for w in often))
    fresh = (f"{_invented(draw, 2)}{space}{_invented(draw, 2)}" for _ in iter(int, 1))
    others = fitting((f"{1000}. {w}" for w in fresh), room // _SELDOM, count) if room > 60 else []
    every = often + [w.split(". ", 1)[1] for w in others for _ in range(_SELDOM)]
    draw.shuffle(every)
    return "\n".join(f"{i + 1}. {w}" for i, w in enumerate(every)), common


def coded_words(length: int, count: CountTokens, draw: random.Random) -> tuple[str, tuple[str, ...]]:
    """(coded words whose frequencies follow a zeta distribution, the three most frequent of them)."""
    known: dict[str, None] = {}
    while len(known) < 2000:
        known["".join(draw.choices(string.ascii_lowercase, k=6))] = None
    names = list(known)
    weights = [(rank + 1) ** -_ALPHA for rank in range(len(names))]
    drawn = (" ".join(draw.choices(names, weights, k=20)) for _ in iter(int, 1))
    text = "\n".join(fitting(drawn, length, count))
    written = text.split()
    best = sorted(names[:50], key=lambda w: -written.count(w))[:3]
    return text, tuple(best)


def _person(lang: Lang, draw: random.Random, number: int) -> tuple[str, str, str]:
    """(name, town, card) of a person; `number` keeps names apart."""
    if lang == "ja":
        name = f"{draw.choice(_FAMILY_JA)}{draw.choice(_GIVEN_JA)}"
        town = draw.choice(_TOWN_JA)
    else:
        name = f"{draw.choice(_GIVEN)} {draw.choice(string.ascii_uppercase)}. {draw.choice(_FAMILY)}"
        town = draw.choice(_TOWN)
    card = _CARD[lang].format(name=name, town=town, room=draw.randint(100, 999), number=number)
    return name, town, card


def cards(lang: Lang, hops: int, draw: random.Random) -> tuple[list[str], Iterator[str], str, str]:
    """(cards that must be there, others without end, a question, its answer) of one or two hops."""
    name, town, card = _person(lang, draw, draw.randint(100_000, 199_999))
    phones = {t: draw.randint(3_000_000, 3_999_999) for t in (_TOWN_JA if lang == "ja" else _TOWN)}
    branches = [_BRANCH[lang].format(town=t, number=n) for t, n in phones.items()]
    number = card.rstrip("。.").removesuffix("です").split()[-1]
    answer = str(phones[town]) if hops == 2 else "".join(c for c in number if c.isdigit())[-6:]

    def others() -> Iterator[str]:
        while True:
            other, _, text = _person(lang, draw, draw.randint(200_000, 999_999))
            if other != name:
                yield text

    facts = [card, *branches]
    draw.shuffle(facts)
    return facts, others(), _ASK[lang][hops - 1].format(name=name), answer
