"""RULER's thirteen tasks (arXiv:2404.06654), generated from the paper: seeded, English and Japanese, at any length.

Ours differ where the paper's material is not ours to use: office prose stands for the essays, lists of our own for the
word lists, and the two questions-and-answers tasks are about made staff and branch cards (one hop, two hops), not about
SQuAD and HotpotQA. Prompts are in our words, of the paper's form (what to look for, the text, the question) without its
beginning of an answer: with that of `tsel ask`, which allows to refuse, small models refuse most of it. Scores are the
paper's: the share of the answers that the reply holds, and for questions and answers whether it holds one.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tsel_core.evaluation.items import Item
from tsel_core.evaluation.suites.haystack import CountTokens, hidden_in, noise, prose
from tsel_core.evaluation.suites.ruler_facts import cards, chain, coded_words, needle, word_list, words_of
from tsel_core.text.language import Lang

TASKS = (
    "niah_single_1",
    "niah_single_2",
    "niah_single_3",
    "niah_multikey_1",
    "niah_multikey_2",
    "niah_multikey_3",
    "niah_multivalue",
    "niah_multiquery",
    "vt",
    "cwe",
    "fwe",
    "qa_1",
    "qa_2",
)
_ASK = {
    "en": "What are all the special magic {what} for {keys} mentioned in the text?",
    "ja": "本文に出てくる{keys}の特別な魔法の{what}をすべて挙げてください。",
}
_WHAT = {"en": {"number": "numbers", "uuid": "uuids"}, "ja": {"number": "番号", "uuid": "UUID"}}
_TRACK = {
    "en": "Find all variables that are assigned the value {value} in the text, directly or through others. List them.",
    "ja": "本文で値{value}が直接または他の変数を通して代入されている変数をすべて見つけて挙げてください。",
}
_COMMON = {
    "en": "What are the 10 most common words in the numbered list?",
    "ja": "番号付きの一覧で最も多く出てくる語を10個挙げてください。",
}
_BEFORE: dict[str, dict[Lang, str]] = {
    "niah": {
        "en": "Special magic values are hidden in the text below. Memorise them: you will be asked about them.",
        "ja": "以下の本文には特別な魔法の値が隠されています。後で質問するので覚えておいてください。",
    },
    "vt": {
        "en": "Chains of variable assignments are hidden in the text below. Memorise and follow them.",
        "ja": "以下の本文には変数の代入の連なりが隠されています。覚えてたどってください。",
    },
    "cwe": {
        "en": "Some words of the numbered list below appear more often than others. Memorise the most frequent ones.",
        "ja": "以下の番号付きの一覧には、ほかより多く出てくる語があります。多く出てくる語を覚えておいてください。",
    },
    "fwe": {
        "en": "Read the coded text below and keep count of how often each coded word appears.",
        "ja": "以下の符号化された本文を読み、それぞれの符号語が何回現れるか数えてください。",
    },
    "qa": {
        "en": "Answer the question from the cards below. Give the answer alone.",
        "ja": "以下の票から質問に答えてください。答えだけを書いてください。",
    },
}
_LIMITS = {"vt": 64, "cwe": 120, "fwe": 50, "qa_1": 48, "qa_2": 48}
"""Tokens of an answer, as in the paper's code (its 30 and 32 of vt and qa follow a prompt that begins the answer)."""
_CODED = {
    "en": "What are the three most frequently appearing coded words in the text?",
    "ja": "本文で最も多く現れる符号語を三つ挙げてください。",
}


@dataclass(frozen=True, slots=True)
class _Made:
    """A text, what is asked of it, and what the reply must hold."""

    text: str
    question: str
    answers: tuple[str, ...]
    match: str = "share"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a task is made for."""

    lang: Lang
    length: int
    count: CountTokens
    draw: random.Random


def make_ruler(
    length: int, count: CountTokens, *, seed: int = 0, lang: Lang = "en", tasks: Sequence[str] = TASKS
) -> list[Item]:
    """One item of every task on a text of about `length` tokens of its own."""
    items = []
    for task in tasks:
        name = f"{task}-{lang}-{length}-{seed}"
        made = _MAKERS[task](_Wanted(lang, length, count, random.Random(f"ruler {name}")))
        asked = name, name, made.question, made.answers, made.match, "instruct", lang, task, made.text
        items.append(Item(*asked, limit=_LIMITS.get(task, 128), before=_before(task, lang)))
    return items


def _before(task: str, lang: Lang) -> str:
    """What stands before a task's text."""
    kind = "niah" if task.startswith("niah") else "qa" if task.startswith("qa") else task
    return _BEFORE[kind][lang]


def _needles(
    haystack: str, *, keys: int = 1, asked: int = 1, values: int = 1, key: str = "word", value: str = "number"
) -> Callable[[_Wanted], _Made]:
    """A maker of a needle task: `keys` keys of `values` values each, `asked` of them asked for."""

    def make(wanted: _Wanted) -> _Made:
        lang, draw = wanted.lang, wanted.draw
        names = _keys(key, keys, lang, draw)
        held = {name: [_value(value, draw) for _ in range(values)] for name in names}
        facts = [needle(lang, value, name, v) for name, of_name in held.items() for v in of_name]
        draw.shuffle(facts)
        chosen = names[:asked]
        source = _haystack(haystack, key, value, wanted)
        text = hidden_in(source, facts, wanted.length, wanted.count, draw)
        question = _ASK[lang].format(what=_WHAT[lang][value], keys=_and(chosen, lang))
        return _Made(text, question, tuple(v for name in chosen for v in held[name]))

    return make


def _haystack(kind: str, key: str, value: str, wanted: _Wanted) -> Iterator[str]:
    """Noise, prose, or other needles without end."""
    lang, draw = wanted.lang, wanted.draw
    if kind == "noise":
        yield from noise(lang)
    if kind == "prose":
        yield from prose(lang, draw)
    while True:
        yield needle(lang, value, _keys(key, 1, lang, draw, more=True)[0], _value(value, draw))


def _keys(kind: str, num: int, lang: Lang, draw: random.Random, more: bool = False) -> list[str]:
    if kind == "uuid":
        return [str(uuid.UUID(int=draw.getrandbits(128), version=4)) for _ in range(num)]
    return words_of(lang, num, draw, numbered=more)


def _value(kind: str, draw: random.Random) -> str:
    if kind == "uuid":
        return str(uuid.UUID(int=draw.getrandbits(128), version=4))
    return str(draw.randint(1_000_000, 9_999_999))


def _and(names: Sequence[str], lang: Lang) -> str:
    quoted = [f"「{n}」" if lang == "ja" else n for n in names]
    return "".join(quoted) if lang == "ja" else ", ".join(quoted)


def _variables(wanted: _Wanted) -> _Made:
    lang, draw = wanted.lang, wanted.draw
    names, value, facts = chain(lang, draw)
    text = hidden_in(noise(lang), facts, wanted.length, wanted.count, draw)
    return _Made(text, _TRACK[lang].format(value=value), names)


def _common_words(wanted: _Wanted) -> _Made:
    text, common = word_list(wanted.lang, wanted.length, wanted.count, wanted.draw)
    return _Made(text, _COMMON[wanted.lang], common)


def _frequent_words(wanted: _Wanted) -> _Made:
    text, frequent = coded_words(wanted.length, wanted.count, wanted.draw)
    return _Made(text, _CODED[wanted.lang], frequent)


def _cards(hops: int) -> Callable[[_Wanted], _Made]:
    def make(wanted: _Wanted) -> _Made:
        facts, source, question, answer = cards(wanted.lang, hops, wanted.draw)
        text = hidden_in(source, facts, wanted.length, wanted.count, wanted.draw, "\n\n")
        return _Made(text, question, (answer,), "any")

    return make


_MAKERS: dict[str, Callable[[_Wanted], _Made]] = {
    "niah_single_1": _needles("noise"),
    "niah_single_2": _needles("prose"),
    "niah_single_3": _needles("prose", value="uuid"),
    "niah_multikey_1": _needles("prose", keys=4),
    "niah_multikey_2": _needles("needles"),
    "niah_multikey_3": _needles("needles", key="uuid", value="uuid"),
    "niah_multivalue": _needles("prose", values=4),
    "niah_multiquery": _needles("prose", keys=4, asked=4),
    "vt": _variables,
    "cwe": _common_words,
    "fwe": _frequent_words,
    "qa_1": _cards(1),
    "qa_2": _cards(2),
}
