"""InfiniteBench's synthetic tasks (arXiv:2402.13718), generated from the paper at any length, English and Japanese.

Passkey, number string, key-value retrieval, finding numbers in a long list, running code. Its code debugging has real
repositories; ours asks which of four made functions is at fault among many (marked "made"). Its novels, dialogue and
real code are not to be had and are left out.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterator, Sequence

from tsel_core.evaluation.items import Item
from tsel_core.evaluation.suites.haystack import CountTokens, fitting, hidden_in, noise
from tsel_core.text.language import Lang

TASKS = ("passkey", "number_string", "kv_retrieval", "math_find", "code_run", "code_debug_made")
_LIMITS = {"kv_retrieval": 100}  # tokens of an answer that names key and value; the paper's 50 follow "value is"
_Made = tuple[str, str, str, str]  # text, question, answer, match

_ASK: dict[str, dict[str, str]] = {
    "passkey": {"en": "What is the pass key?", "ja": "パスキーは何ですか。"},
    "number_string": {"en": "What is the sequence of digits?", "ja": "数字の列は何ですか。"},
    "kv_retrieval": {
        "en": "What is the value of the key {key} in the JSON object?",
        "ja": "JSONのキー{key}の値は何ですか。",
    },
    "math_find": {"en": "What is the {what} number in the list?", "ja": "一覧の中で{what}数は何ですか。"},
    "code_run": {
        "en": "What is the return value of {name}({value})? Answer with the number.",
        "ja": "{name}({value})の戻り値は何ですか。数字で答えてください。",
    },
    "code_debug_made": {
        "en": "One function uses a name that is nowhere defined. Which one: {names}?",
        "ja": "どこにも定義されていない名前を使う関数が一つあります。次のどれですか: {names}",
    },
}
_FIND = {
    "en": "Important information is hidden in the irrelevant text below. Memorise it: you will be asked about it.",
    "ja": "以下の関係のない本文には大事な情報が隠されています。後で質問するので覚えておいてください。",
}
_BEFORE = {"passkey": _FIND, "number_string": _FIND}
_PASS = {
    "en": "The pass key is {code}. Remember it. {code} is the pass key.",
    "ja": "パスキーは{code}です。覚えておいてください。",
}
_DIGITS = {"en": "The sequence of digits is {code}. Remember it.", "ja": "数字の列は{code}です。覚えておいてください。"}
_WHAT = {
    "en": {"largest": "largest", "smallest": "smallest"},
    "ja": {"largest": "最も大きい", "smallest": "最も小さい"},
}


def make_infinitebench(
    length: int, count: CountTokens, *, seed: int = 0, lang: Lang = "en", tasks: Sequence[str] = TASKS
) -> list[Item]:
    """One item of every task on a text of about `length` tokens of its own."""
    items = []
    for task in tasks:
        name = f"{task}-{lang}-{length}-{seed}"
        draw = random.Random(f"infinitebench {name}")
        text, question, answer, match = _MAKERS[task](lang, length, count, draw)
        limit = _LIMITS.get(task, 0)
        asked = name, name, question, (answer,), match, "instruct", lang, task, text
        items.append(Item(*asked, limit=limit, before=_BEFORE.get(task, {}).get(lang, "")))
    return items


def _passkey(lang: Lang, length: int, count: CountTokens, draw: random.Random) -> _Made:
    code = str(draw.randint(10_000, 99_999))
    text = hidden_in(noise(lang), [_PASS[lang].format(code=code)], length, count, draw)
    return text, _ASK["passkey"][lang], code, "any"


def _number_string(lang: Lang, length: int, count: CountTokens, draw: random.Random) -> _Made:
    code = "".join(d * draw.randint(1, 3) for d in draw.choices("0123456789", k=6))[:10]
    text = hidden_in(noise(lang), [_DIGITS[lang].format(code=code)], length, count, draw)
    return text, _ASK["number_string"][lang], code, "share"


def _kv_retrieval(lang: Lang, length: int, count: CountTokens, draw: random.Random) -> _Made:
    pairs: dict[str, str] = {}

    def line() -> str:
        key, value = (str(uuid.UUID(int=draw.getrandbits(128), version=4)) for _ in range(2))
        pairs[key] = value
        return f"{json.dumps(key)}: {json.dumps(value)},"

    lines = fitting(iter(line, ""), length - 40, count)
    key = json.loads(draw.choice(lines).split(":", 1)[0])
    text = "JSON data:\n{" + "\n".join(lines).removesuffix(",") + "}"
    return text, _ASK["kv_retrieval"][lang].format(key=key), pairs[key], "share"


def _math_find(lang: Lang, length: int, count: CountTokens, draw: random.Random) -> _Made:
    lines = fitting((", ".join(str(draw.randint(0, 99)) for _ in range(20)) for _ in iter(int, 1)), length, count)
    what = draw.choice(("largest", "smallest"))
    extreme = draw.randint(100, 999) if what == "largest" else -draw.randint(1, 99)
    at = draw.randrange(len(lines))
    lines[at] = f"{lines[at]}, {extreme}"
    return ", ".join(lines), _ASK["math_find"][lang].format(what=_WHAT[lang][what]), str(extreme), "any"


def _function(name: str, body: str) -> str:
    return f"def {name}(x):\n    return {body}\n"


def _code_run(lang: Lang, length: int, count: CountTokens, draw: random.Random) -> _Made:
    """A chain of three calls, each of which adds or subtracts, among functions nobody calls."""
    names = [f"func_{n}" for n in draw.sample(range(10_000, 99_999), 3)]
    steps = [draw.randint(-9, 9) for _ in names]
    bodies = [f"{then}(x) + {step}" for then, step in zip(names[1:], steps, strict=False)] + [f"x + {steps[-1]}"]
    facts = [_function(n, b) for n, b in zip(names, bodies, strict=True)]
    draw.shuffle(facts)
    text = hidden_in(_functions(draw), facts, length, count, draw)
    value = draw.randint(1, 99)
    return text, _ASK["code_run"][lang].format(name=names[0], value=value), str(value + sum(steps)), "any"


def _functions(draw: random.Random) -> Iterator[str]:
    while True:
        yield _function(f"func_{draw.randint(100_000, 999_999)}", f"x + {draw.randint(-9, 9)}")


def _code_debug(lang: Lang, length: int, count: CountTokens, draw: random.Random) -> _Made:
    names = [f"func_{n}" for n in draw.sample(range(10_000, 99_999), 4)]
    wrong = draw.choice(names)
    facts = [_function(n, "value + 1" if n == wrong else f"x + {draw.randint(-9, 9)}") for n in names]
    text = hidden_in(_functions(draw), facts, length, count, draw)
    return text, _ASK["code_debug_made"][lang].format(names=", ".join(names)), wrong, "share"


_MAKERS: dict[str, Callable[[Lang, int, CountTokens, random.Random], _Made]] = {
    "passkey": _passkey,
    "number_string": _number_string,
    "kv_retrieval": _kv_retrieval,
    "math_find": _math_find,
    "code_run": _code_run,
    "code_debug_made": _code_debug,
}
