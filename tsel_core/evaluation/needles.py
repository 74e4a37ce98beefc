"""Built-in suite: facts hidden in plain prose, found again by their names. Seeded, English and Japanese.

The kinds follow the field's usual list (single, multi-key, multi-value, variable tracking, passkey); the texts are
our own. One document serves several questions, so that a reading is shared; "mixed" hides multi-key, multi-value,
tracking and passkey in one document, so that eight questions share one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tsel_core.evaluation.filler import paragraphs
from tsel_core.evaluation.items import Item
from tsel_core.text.language import Lang

KINDS = ("single", "multikey", "multivalue", "tracking", "passkey")
MIXED = "mixed"
CountTokens = Callable[[str], int]


def _list(joined: str) -> list[str]:
    return joined.split("|")


_NAMES: dict[str, list[str]] = {
    "en": _list(
        "copper lantern|quiet meadow|amber kettle|silver thicket|paper harbor|velvet orchard|"
        "granite swallow|crimson ladder|maple compass|frozen violin|hollow beacon|"
        "golden saddle"
    ),
    "ja": _list(
        "銅のランタン|静かな草原|琥珀のやかん|銀の茂み|紙の港|天鵞絨の果樹園|花崗岩のつばめ|"
        "深紅のはしご|楓の羅針盤|凍った楽器|空洞の灯台|金の鞍"
    ),
}
_FACT = {
    "en": "The registration code of {name} is {code}.",
    "ja": "「{name}」の登録番号は{code}です。",
}
_ASK = {
    "en": "What is the registration code of {name}?",
    "ja": "「{name}」の登録番号は何ですか。",
}
_ASK_ALL = {
    "en": "List all registration codes of {name}.",
    "ja": "「{name}」の登録番号をすべて挙げてください。",
}
_PASS = {"en": "The pass key is {code}. Remember it.", "ja": "パスキーは{code}です。覚えておいてください。"}
_ASK_PASS = {"en": "What is the pass key?", "ja": "パスキーは何ですか。"}
_LINK = {
    "en": "From then on the folder {name} was called {code}.",
    "ja": "それ以降、フォルダー「{name}」は「{code}」と呼ばれた。",
}
_ASK_LINK = {
    "en": "The folder {name} was renamed several times. What is it called in the end?",
    "ja": "フォルダー「{name}」は何度か改名されました。最後の名前は何ですか。",
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Facts in the order in which they must stand, and the questions about them."""

    facts: tuple[str, ...]
    questions: tuple[tuple[str, tuple[str, ...], str], ...]  # question, answers, match
    kinds: tuple[str, ...] = ()  # of each question, where they differ


def make_needles(
    lengths: Sequence[int],
    count_tokens: CountTokens,
    *,
    seeds: Sequence[int] = (0,),
    kinds: Sequence[str] = KINDS,
    langs: Sequence[Lang] = ("en", "ja"),
    num_questions: int = 4,
) -> list[Item]:
    """Items on documents of about `lengths` tokens, one document for every length, kind, language and seed.

    Raises ValueError for an unknown kind. `num_questions` is the most multi-key questions a document gets.
    """
    known = (*KINDS, MIXED)
    unknown = sorted(set(kinds) - set(known))
    if unknown:
        raise ValueError(f"kind must be one of {', '.join(known)}, got {', '.join(unknown)}")
    items = []
    for length in lengths:
        for kind in kinds:
            for lang in langs:
                for seed in seeds:
                    items += _document(kind, lang, length, seed, count_tokens, num_questions)
    return items


def _document(kind: str, lang: Lang, length: int, seed: int, count: CountTokens, num_questions: int) -> list[Item]:
    draw = random.Random(f"{kind} {lang} {length} {seed}")
    plan = _plan(kind, lang, draw, num_questions)
    name = f"needles-{kind}-{lang}-{length}-{seed}"
    text = _hide(plan.facts, lang, length, draw, count)
    return [
        Item(f"{name}-{i}", name, question, answers, match, "retrieval", lang, of_kind, text)
        for i, ((question, answers, match), of_kind) in enumerate(
            zip(plan.questions, plan.kinds or (kind,) * len(plan.questions), strict=True)
        )
    ]


def _code(draw: random.Random) -> str:
    return str(draw.randint(1_000_000, 9_999_999))


def _plan(kind: str, lang: Lang, draw: random.Random, num_questions: int) -> _Plan:
    names = draw.sample(_NAMES[lang], len(_NAMES[lang]))
    if kind == MIXED:
        return _mixed_plan(names, lang, draw, num_questions)
    return _plan_of(kind, names, lang, draw, num_questions)


def _mixed_plan(names: Sequence[str], lang: Lang, draw: random.Random, num_questions: int) -> _Plan:
    """Four kinds in one document; no name serves two of them, and the links of the chain stay in order."""
    parts = {
        "multikey": _plan_of("multikey", names[:5], lang, draw, num_questions),
        "multivalue": _plan_of("multivalue", names[5:8], lang, draw, num_questions),
        "tracking": _plan_of("tracking", names[8:12], lang, draw, num_questions),
        "passkey": _plan_of("passkey", (), lang, draw, num_questions),
    }
    whose = [kind for kind, part in parts.items() for _ in part.facts]
    draw.shuffle(whose)
    left = {kind: iter(part.facts) for kind, part in parts.items()}
    return _Plan(
        tuple(next(left[kind]) for kind in whose),
        tuple(question for part in parts.values() for question in part.questions),
        tuple(kind for kind, part in parts.items() for _ in part.questions),
    )


def _plan_of(kind: str, names: Sequence[str], lang: Lang, draw: random.Random, num_questions: int) -> _Plan:
    fact, ask = _FACT[lang], _ASK[lang]
    if kind == "passkey":
        code = _code(draw)
        return _Plan((_PASS[lang].format(code=code),), ((_ASK_PASS[lang], (code,), "any"),))
    if kind == "tracking":
        chain = names[:4]
        links = tuple(_LINK[lang].format(name=a, code=b) for a, b in pairwise(chain))
        return _Plan(links, ((_ASK_LINK[lang].format(name=chain[0]), (chain[-1],), "any"),))
    if kind == "multivalue":
        codes = tuple(_code(draw) for _ in range(3))
        facts = [fact.format(name=names[0], code=c) for c in codes]
        facts += [fact.format(name=n, code=_code(draw)) for n in names[1:3]]
        draw.shuffle(facts)
        return _Plan(tuple(facts), ((_ASK_ALL[lang].format(name=names[0]), codes, "all"),))
    num_facts = 1 if kind == "single" else 8
    pairs = [(n, _code(draw)) for n in names[:num_facts]]
    asked = draw.sample(pairs, min(num_questions, num_facts))
    return _Plan(
        tuple(fact.format(name=n, code=c) for n, c in pairs),
        tuple((ask.format(name=n), (c,), "any") for n, c in asked),
    )


def _hide(facts: Sequence[str], lang: str, length: int, draw: random.Random, count: CountTokens) -> str:
    """Prose of about `length` tokens with the facts in order at random depths, each within a paragraph."""
    source, size = paragraphs(lang, draw), sum(count(f) for f in facts)
    parts: list[str] = []
    while True:
        paragraph = next(source)
        size += count(paragraph) + 1
        if size > length and parts:
            break
        parts.append(paragraph)
    places = range(len(parts))
    apart = len(parts) >= len(facts)
    depths = sorted(draw.sample(places, len(facts)) if apart else draw.choices(places, k=len(facts)))
    space = "" if lang == "ja" else " "
    for at, sentence in zip(depths, facts, strict=True):
        parts[at] = parts[at] + space + sentence
    return "\n\n".join(parts)
