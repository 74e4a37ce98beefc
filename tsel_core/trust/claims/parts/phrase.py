# ruff: noqa: E501, SIM905 (lists of words)
"""Answers that are phrases, put into their questions."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.tongue import tongue_of
from tsel_core.trust.claims.parts.words import english_tokens, is_japanese

_PREDICATES = frozenset(
    "is are was were be been being has have had do does did shall will may must can could should would need needs says "
    "states pays owns runs begins starts ends continues bears covers includes applies expires sends".split()
)
# "The Customer delivers the pumps": a verb in the present tense behind a subject
_PRESENT = lazy_pattern(
    r"(?:The|An?|Each|Every|All|This|That|No|It|He|She|[A-Z][\w'’-]+)(?:\s[\w'’-]+){0,4}?\s[a-z]{3,}s\s"
    r"(?:the|an?|to|in|on|at|by|for|with|all|any|each|its|their|no|not|that|from|within|under|\d|[A-Z£$€¥])"
)
# of other languages: words that make a sentence of a few words; a longer one is a sentence anyway
_PREDICATES_IN = {
    tongue: lazy_pattern(words, re.I)
    for tongue, words in {
        "de": r"\b(?:ist|sind|war|waren|wird|werden|wurde|hat|haben|kann|können|darf|dürfen|muss|müssen|soll|beträgt|endet|beginnt|zahlt|gilt)\b",
        "fr": r"\b(?:est|sont|était|a|ont|peut|peuvent|doit|doivent|sera|paie|verse|commence|termine|prend|reste)\b",
        "es": r"\b(?:es|son|era|será|está|ha|puede|pueden|debe|deben|podrá|deberá|paga|empieza|comienza|termina)\b",
        "it": r"\b(?:è|sono|era|ha|hanno|può|possono|deve|devono|paga|inizia|termina|ammonta)\b",
        "pt": r"\b(?:é|são|era|será|está|tem|pode|podem|deve|devem|paga|começa|termina)\b",
        "zh": r"[是为為应應须須]|可以|不得|必须|有权|同意",
        "ko": r"(?:한다|된다|있다|없다|합니다|됩니다|있습니다|없습니다|하여야|해야)",
    }.items()
}
_SHORT = 6  # words
_WHO_EN = lazy_pattern(r"\bwho\b", re.I)
_WHO_JA = lazy_pattern(r"(?:誰|だれ|どなた|どちら)")


def asks_who(question: str) -> bool:
    """Whether a question asks for a person or a party."""
    return _WHO_EN.search(question) is not None or _WHO_JA.search(question) is not None


def asks_who_does(question: str) -> bool:
    """Whether a question asks who does something, not who somebody is ("Who are the parties?")."""
    return asks_who(question) and re.match(r"who (?:is|are|was|were) ", question, re.I) is None


def completed(stated: str, question: str) -> str:
    """A phrase put into its question: "Who pays the fee?" "The Supplier." -> "The Supplier pays the fee?"."""
    if not question or not _is_phrase(stated):
        return stated
    bare = bare_answer(stated)
    if _WHO_JA.search(question):
        return _WHO_JA.sub(bare, question, count=1)
    if _WHO_EN.search(question):
        return _WHO_EN.sub(bare, question, count=1)
    return f"{question} {stated}"


def bare_answer(stated: str) -> str:
    return re.sub(r"(?:です|でした|である)$", "", stated.strip(" .。"))


def _is_phrase(stated: str) -> bool:
    """An answer without a predicate of its own: "30 days", "the Supplier", 14営業日です."""
    tongue = tongue_of(stated)
    if tongue in _PREDICATES_IN:
        short = len(stated) <= 24 if tongue == "zh" else len(stated.split()) <= _SHORT
        return short and _PREDICATES_IN[tongue].search(stated) is None
    if is_japanese(stated):
        bare = re.sub(r"(?:です|でした|である)?[。\s]*$", "", stated)
        return len(bare) <= 30 and re.search(r"[はがをも]|ます|ました|ない$|する$|した$", bare) is None
    found = any(t.word in _PREDICATES or t.word.endswith("ed") for t in english_tokens(stated))
    found = found or _PRESENT.match(stated) is not None
    return not found and len(stated.split()) <= 12
