# ruff: noqa: E501, SIM905 (lists of words)
"""The words of a sentence as the checks of claims see them: English tokens with stems, Japanese clauses and runs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.amounts import PLAIN
from tsel_core.text.tongue import is_chinese
from tsel_core.trust.passages import stem

_TOKEN = lazy_pattern(r"[A-Za-z]+(?:'[a-z]+)?|\d[\d.,]*|[.;:,!?()\n]")
WIDE = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff]")
RUN = lazy_pattern(r"[\u3400-\u9fff々]+|[\u30a1-\u30faー]{2,}|[A-Za-z]{2,}")
FUNCTION = frozenset(
    "a an the of to in on at by for from with and or not no is are was were be been being has have had it its this that these "
    "those as if but so than then there their they he she his her we our us you your i my who what when where which why how "
    "do does did will shall may can could should must would cannot any all each both some only such per under upon yes never "
    "none nor neither without into about also more most other one s t required entitled".split()
)

# forms of verbs that share too little with the verb
IRREGULAR = {"paid": "pay", "kept": "keep", "sold": "sell", "sent": "send", "made": "make", "held": "hold", "given": "give", "gave": "give", "bought": "buy", "written": "write", "wrote": "write", "took": "take", "taken": "take", "borne": "bear", "bore": "bear", "brought": "bring", "built": "build", "left": "leave", "lent": "lend", "met": "meet", "told": "tell", "bound": "bind", "used": "use", "using": "use", "shown": "show", "chosen": "choose", "chose": "choose", "sought": "seek", "begun": "begin", "began": "begin", "done": "do", "found": "find", "lost": "lose", "paying": "pay", "smoking": "smoke", "smoked": "smoke", "driving": "drive", "sharing": "share", "shared": "share", "storing": "store", "storage": "store", "stored": "store", "hiring": "hire", "hired": "hire", "riding": "ride", "dancing": "dance", "trading": "trade", "moving": "move", "leasing": "lease", "leased": "lease", "closing": "close", "closed": "close"}
_DOUBLED = 3  # letters of a stem that may end in a doubled one: "add" does not


@dataclass(frozen=True, slots=True)
class Token:
    """A word in lower case, its stem, and whether it is a function word or a mark."""

    word: str
    stem: str
    content: bool


def is_japanese(text: str) -> bool:
    """Whether a sentence is to be read as Japanese."""
    return WIDE.search(text) is not None and not is_chinese(text)


# one word under several names
_SUBLET = lazy_pattern(r"\b(?:sub-?let|sub-?leas|under-?let|under-?leas)(?:t?ings?|es?|ed|s)?\b", re.I)


def english_tokens(text: str) -> list[Token]:
    """Words, numbers and marks of an English sentence; "n't" is a word of its own."""
    plain = text.translate(PLAIN).lower().replace("cannot", "can not")
    if "let" in plain or "leas" in plain:
        plain = _SUBLET.sub("sublet", plain)
    plain = re.sub(r"(\w)n't\b", r"\1 not", plain).replace("wo not", "will not").replace("ca not", "can not")
    found = []
    for word in _TOKEN.findall(plain):
        word = re.sub(r"'s?$", "", word)
        if word:
            found.append(Token(word, _undoubled(word), word[0].isalpha() and word not in FUNCTION and len(word) > 1))
    return found


def _undoubled(word: str) -> str:
    """The stem of a word; of "drumming" and "planned" as of "drum" and "plan"."""
    made = stem(word)
    doubled = made != word and len(made) > _DOUBLED and made[-1] == made[-2] and made[-1] in "bgmnprt"
    return made[:-1] if doubled and word.endswith(("ing", "ed")) else made


def japanese_clauses(text: str) -> list[str]:
    """A Japanese sentence cut at 、 。 and ；, marks left out."""
    return [part for part in re.split(r"[、。，；;]+", text) if part.strip()]
