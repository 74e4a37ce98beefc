# ruff: noqa: E501 (tables of words)
"""Denials in German, French, Spanish, Italian, Portuguese, Chinese and Korean: what a sentence says is not so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import LATIN
from tsel_core.text.tongue import SMALL_WORDS, folded, tongue_of
from tsel_core.trust.passages import stem

_REACH = 7  # words behind a denial that it may deny
_BEGINNING = 5  # letters by which words are compared: "untervermieten", "untervermietet"
_NEGATORS = {
    "de": lazy_pattern(r"nicht|nie|niemals|kein(?:e[mnrs]?)?|weder|untersagt|verboten|unzulässig"),
    "fr": lazy_pattern(r"pas|jamais|aucun(?:e|s)?|ni|nul(?:le)?|interdit(?:e|s)?|défendu(?:e|s)?"),
    "es": lazy_pattern(r"no|nunca|jamás|ningún|ninguno|ninguna|ni|tampoco|prohibid[oa]s?"),
    "it": lazy_pattern(r"non|mai|nessun[oa]?|né|vietat[oaie]|proibit[oaie]"),
    "pt": lazy_pattern(r"não|nunca|jamais|nenhum|nenhuma|nem|vedad[oa]s?|proibid[oa]s?"),
}
# behind one of these the denial does not deny: "nicht nur", "no solo", "pas seulement", "no más de"
_NOT_DENIED = frozenset("nur lediglich später weniger mehr seulement uniquement plus moins solo sólo solamente más menos solo soltanto più meno apenas somente mais menos".split())  # noqa: SIM905
_WORD = lazy_pattern(rf"[{LATIN}ß]+|[.;:!?\n]|,")
_BREAKS = frozenset("aber sondern jedoch sofern außer mais sauf pero sino salvo ma bensì tranne mas porém exceto".split())  # noqa: SIM905

_NO_ZH = lazy_pattern(r"不(?:仅|僅|但|论|論|少于|少於|超过|超過|低于|低於|迟于|遲於|晚于|晚於|动产|動產|可抗力|同)|无(?:论|論|偿|償)|非(?:常|独家|獨家)|未来|未來|未经[^，,。；]*|未經[^，,。；]*")
_DENIAL_ZH = lazy_pattern(r"(?:不得|不可以|不可|不能|不应|不應|不会|不會|不予|不再|不|未|没有|沒有|无权|無權|无|無|禁止|严禁|嚴禁|勿)(?:擅自|另行|再|被|对|對|向)?(?P<what>[\u4e00-\u9fff]{2})")
_DENIAL_KO = lazy_pattern(
    r"(?P<a>[가-힣]{2,8}?)(?:할|될|을|를|ㄹ)?\s?수(?:는|가)?\s?없|(?P<b>[가-힣]{2,8}?)(?:하|되|시키)?지\s?(?:않|못|아니|말)|(?P<c>[가-힣]{2,6})(?:은|는|이|가|을|를)?\s?(?:금지|불가|금한)"
)  # fmt: skip

# what is so only then, or unless: such a sentence is neither a plain yes nor a plain no
_BOUND = lazy_pattern(
    r"\b(?:ohne|außer|es sei denn|sofern|soweit|nur (?:mit|wenn|nach)|zustimmung|sans|sauf|excepté|seulement (?:si|avec)|à moins|accord (?:préalable|écrit)|sin|salvo|excepto|a menos|solo (?:si|con)"
    r"|senza|tranne|eccetto|a meno|solo (?:se|con)|sem|exceto|a não ser|a menos|somente (?:se|com))\b|未经|未經|除非|除外|但|없이|없는 한|제외|다만|단,",
    re.I,
)

# what is asked about a thing, and is no thing itself: "are animals allowed"
_ASKED_OF = lazy_pattern(
    r"permit\w+|autori[sz]\w+|permis\w*|ammess\w+|permess\w+|consentit\w+|admi[st]\w*|lícit\w+|erlaubt|gestattet|zulässig|verpflichtet|oblig\w+|obbligat\w+|tenue?s?|requis\w*|possível|posible|possibile"
)


def other_tongue(claim: str, evidence: str) -> str:
    """The code of the one language, of those here, that a claim and a sentence are in; "" for English and Japanese."""
    tongue = tongue_of(f"{evidence} {claim}")
    return tongue if tongue in (*_NEGATORS, "zh", "ko") else ""


def has_denial_in(text: str, tongue: str) -> bool:
    """Whether a text in one of these languages denies anything."""
    return next(_denied(text, tongue), None) is not None


def denies_in(claim: str, evidence: str, tongue: str) -> str:
    """The word that one of the two denies and the other states; "" when they go together."""
    for one, two in ((claim, evidence), (evidence, claim)):
        theirs = {word for scope in _denied(two, tongue) for word in scope}
        said = set(_keys(two, tongue))
        for scope in _denied(one, tongue):
            near = [word for word in scope if _stands(word, two, said, tongue)]
            if near and not theirs & set(near):
                return near[-1] if tongue == "de" else near[0]
    return ""


def says_no_to(question: str, sentence: str, tongue: str) -> bool:
    """Whether a sentence denies in plain words, of the same subject, what a question asks; False where it is not plain.

    A sentence with a condition or an exception, and a question that denies something itself, are not plain.
    """
    if _BOUND.search(sentence) or _BOUND.search(question) or has_denial_in(question, tongue):
        return False
    return bool(denies_in(question, sentence, tongue)) and _same_subject(question, sentence, tongue)


def _same_subject(question: str, sentence: str, tongue: str) -> bool:
    """Whether the first thing that a question names stands before the denial, or is what is denied."""
    if tongue in ("zh", "ko"):
        first = re.match(r"\W*([\u4e00-\u9fff]{2}|[가-힣]+?)(?=[은는이가]?\s|[\u4e00-\u9fff]|$)", question)
        denial = (_DENIAL_ZH if tongue == "zh" else _DENIAL_KO).search(sentence)
        return first is not None and denial is not None and first[1] in sentence[: denial.end()]
    words = _WORD.findall(question)
    named = [w for w in words[1:] if w[0].isupper()] if tongue == "de" else words
    content = [w.casefold() for w in named if w[0].isalpha() and w.casefold() not in SMALL_WORDS[tongue] and len(w) > 1]
    content = [w for w in content if not _ASKED_OF.fullmatch(w)]
    if not content:
        return False
    said = _WORD.findall(sentence.casefold())
    at = next((i for i, w in enumerate(said) if _NEGATORS[tongue].fullmatch(w)), 0)
    begin = max((i + 1 for i, w in enumerate(said[:at]) if w in ".;:!?"), default=0)
    denied = {key for scope in _denied(sentence, tongue) for key in scope[:2]}
    return _key(content[0]) in denied | {_key(w) for w in said[begin:at]}


def _stands(word: str, text: str, keys: set[str], tongue: str) -> bool:
    return word in text if tongue in ("zh", "ko") else word in keys


def _keys(text: str, tongue: str) -> list[str]:
    return [] if tongue in ("zh", "ko") else [_key(w) for w in _WORD.findall(text.casefold()) if w[0].isalpha()]


def _key(word: str) -> str:
    return stem(folded(word))[:_BEGINNING]


def _denied(text: str, tongue: str) -> Iterator[list[str]]:
    """For each denial the words that it may deny."""
    if tongue == "zh":
        for match in _DENIAL_ZH.finditer(_NO_ZH.sub("，", text)):
            yield [match["what"]]
    elif tongue == "ko":
        for match in _DENIAL_KO.finditer(text):
            yield [next(g for g in match.groups() if g)[:2]]
    else:
        yield from _denied_latin(_WORD.findall(text.casefold()), tongue)


def _denied_latin(words: list[str], tongue: str) -> Iterator[list[str]]:
    small = SMALL_WORDS[tongue]
    for at, word in enumerate(words):
        behind = words[at + 1 : at + 2]
        if not _NEGATORS[tongue].fullmatch(word) or (behind and behind[0] in _NOT_DENIED):
            continue
        if word in ("no", "non", "não") and (not behind or behind[0] in (",", ".", ";")):
            continue  # the answer "No, ..."
        scope = [w for w in _until_break(words[at + 1 :]) if w not in small and len(w) > 1]
        if not scope:  # "verlängert sich nicht": what stands before
            before = _until_break(words[:at][::-1])
            scope = [w for w in before if w not in small and len(w) > 1][::-1]
        yield [_key(w) for w in scope[:_REACH]]


def _until_break(words: list[str]) -> Iterator[str]:
    for word in words:
        if not word[0].isalpha() or word in _BREAKS:
            return
        yield word
