# ruff: noqa: E501 (lists of words)
"""British and American spellings of a word as one: words are compared, never printed, in the form made here."""

from __future__ import annotations

import re
from functools import lru_cache

from tsel_core.lazy_pattern import lazy_pattern

# words with -our- that have -or- in America, without it and what follows
_OUR = "arb arm behavi cand clam col demean endeav fav ferv flav glam harb hon hum lab neighb od parl ranc rig rum sav savi splend succ tum val vap vig"
# words with -re; what is put together with metre, litre and gramme too
_RE = "cent fib lust meag calib sab somb spect theat"
_MEASURES = "kilo|centi|milli|deci|nano|micro|hecto"
# verbs whose last l is doubled in Britain before -ed, -ing and -er
_L = "bevel cancel channel counsel dial equal fuel funnel initial jewel label level marshal model panel parcel pencil rival shovel signal stencil total travel tunnel unravel"
# -ise that is -ise everywhere
_ISE = "advertise advise apprise arise chastise circumcise comprise compromise demise despise devise disguise enterprise excise exercise expertise franchise guise improvise incise merchandise noise poise practise praise premise promise raise revise rise supervise surmise surprise televise treatise turquoise wise precise concise bruise cruise liaise appraise paradise malaise mayonnaise"
_WHOLE = {
    "aluminium": "aluminum", "artefact": "artifact", "axe": "ax", "cheque": "check", "draught": "draft", "enquire": "inquire", "enquiry": "inquiry", "gaol": "jail",
    "gramme": "gram", "grey": "gray", "kerb": "curb", "manoeuvre": "maneuver", "mould": "mold", "plough": "plow", "programme": "program", "programmes": "programs", "sceptical": "skeptical", "tyre": "tire",
    "analogue": "analog", "catalogue": "catalog", "dialogue": "dialog", "adviser": "advisor", "ageing": "aging", "whilst": "while", "amongst": "among", "towards": "toward",
    "encyclopaedia": "encyclopedia", "haemorrhage": "hemorrhage", "paediatric": "pediatric", "anaesthetic": "anesthetic", "orthopaedic": "orthopedic", "cosy": "cozy",
}  # fmt: skip
_KEPT = lazy_pattern(rf"^(?:re|un|over|mis|sun|super|up|pre|like|other|clock|length|co|dis|counter)?(?:{'|'.join(word[:-1] for word in _ISE.split())})$")
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (lazy_pattern(pattern), made)
    for pattern, made in (
        (rf"^((?:dis|mis|un|bi|re)?(?:{'|'.join(_OUR.split())}))our(?=(?:s|ed|ing|er|ers|able|ably|ite|ites|less|hood|al|ly|ism|ful|y)?$)", r"\1or"),
        (rf"^((?:epi)?(?:{'|'.join(_RE.split())})|(?:{_MEASURES})?(?:met|lit))re(?=s?$)", r"\1er"),
        (r"^centr(?=ed$|ing$)", "center"),
        (r"^((?:sub|un|re|cross)?licen|(?:de|of)fen|preten)c(?=es?$|ed$|ing$|ees?$|ors?$|ers?$|eless$|able$)", r"\1s"),
        (r"^practis(?=es?$|ed$|ing$|er)", "practic"),
        (r"^(re)?(fulfil|instal|enrol|distil|instil|enthral)(?=s?$|ment)", r"\1\2l"),
        (r"^(skil|wil)ful", r"\1lful"),
        (rf"^((?:re|mis|un|dis)?(?:{'|'.join(_L.split())}))l(?=ed$|ing$|ings$|er$|ers$|or$|ors$)", r"\1"),
        (r"^((?:mis)?judg|(?:un)?acknowledg|abridg|lodg)e(?=ments?$|mental$)", r"\1"),
        (r"^(anal|catal|paral|hydrol|electrol|dial)ys(?=e$|es$|ed$|ing$|er$|ers$)", r"\1yz"),
    )
)
_ISE_WORD = lazy_pattern(r"^([a-z]{3,}?)is(e|es|ed|ing|er|ers|able|ation|ations|ational)$")


_WORD = lazy_pattern(r"[a-z]{4,}")


def american(text: str) -> str:
    """A text in lower case with each English word in its American spelling."""
    return _WORD.sub(lambda word: one_spelling(word.group()), text)


@lru_cache(maxsize=1 << 15)
def one_spelling(word: str) -> str:
    """The American form of a word in lower case, British or not: "licence" as "license", "organisation" with z.

    A word that no rule knows is returned as it is.
    """
    if len(word) < 4 or not word.isascii():
        return word
    whole = _whole(word)
    if whole:
        return whole
    for pattern, made in _RULES:
        again = pattern.sub(made, word, count=1)
        if again != word:
            return again
    ise = _ISE_WORD.match(word)
    if ise is None or _KEPT.match(f"{ise[1]}is"):
        return word
    return f"{ise[1]}iz{ise[2]}"


def _whole(word: str) -> str:
    """The American form of a word of the table, with its ending."""
    if word in _WHOLE:
        return _WHOLE[word]
    if word.endswith("ies"):
        made = _WHOLE.get(f"{word[:-3]}y", "")
        return f"{made[:-1]}ies" if made else ""
    for ending in ("s", "ed", "ing", "er", "ers"):
        stem = word.removesuffix(ending)
        if stem != word and (stem in _WHOLE or f"{stem}e" in _WHOLE):
            made = _WHOLE.get(stem) or _WHOLE[f"{stem}e"]
            return made + ending if ending == "s" else made.removesuffix("e") + ending
    return ""
