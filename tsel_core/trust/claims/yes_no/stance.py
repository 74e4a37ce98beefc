# ruff: noqa: E501 (tables of words)
"""Which way an English clause decides about a thing: allowed or forbidden, included or excluded, rising or falling.

A clause is written in one form: words that say the same become one key, a word of opposite sense the same key with the
sign turned, and each denial turns the sign once more. "Live music is not permitted" and "playing live music is
prohibited" both speak of live music, negatively. Two texts about the same keys agree when their signs do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import FRAME
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import IRREGULAR, Token, english_tokens

# words of several parts, and such as deny nothing
_PHRASES = tuple(
    (lazy_pattern(pattern, re.I), by)
    for pattern, by in (
        (r"\be-mail", "email"),
        (r"\b(?:no|not) (?:later|more|less|fewer|earlier|sooner|greater|lower|higher|longer|shorter) than\b|\bnot only\b|\bno doubt\b", " "),
        (r"\bin no (?:event|case|circumstances?)\b|\bunder no circumstances\b|\bat no time\b|\bby no means\b|\bno longer\b", " not "),
        (r"\bthrough no fault\b|\bwithout (?:any )?fault\b", " blamelessly "),
        (r"\bgo(?:es)? down\b|\bcome(?:s)? down\b|\bfall(?:s)? below\b", " fall "),
        (r"\bgo(?:es)? up\b", " rise "),
        (r"\bform(?:s)? (no )?part of\b|\b(?:is|are) (not )?(?:a )?part of\b", r" \1\2 included "),
        (r"\bpart of\b", " included "),
        (r"\b(?:surviv(?:e|es)|continu(?:e|es) after|outlast(?:s)?|remain(?:s)? in (?:force|effect) after)\s+(?:the )?(?:end|termination|expiry|expiration|completion)(?: of)?\b", " survives "),
        (r"\b(?:bear|pay|meet|cover|carrie|carry|assume)(?:s|d|ed)?\s+(?:for\s+)?(?:the|all|its|their|any)?\s*(?:own )?(?:costs?|expenses?|charges?|bill) (?:of|for)\b", " pays "),
        (r"\b(?:at|for) the (?:cost|expense) of\b|\b(?:borne|paid|met|covered) by\b", " paid "),
        (r"\b(?:ends?|ended|stops?|terminates?|expires?)\s+(?:with|on|upon|when|after|at the end of)\s+(?=(?:the |this )?(?:agreement|contract|lease|employment|term|deed)\b)", " ceases "),
        (r"\bcontinues? (?:to apply )?after (?:the )?(\w+)\b[^.;]{0,20}?\b(?:ends|ended|end)\b", r" survives \1 "),
        (r"\binterest rate\b|\brate of interest\b", " interest "),
        (r"\b(?:can|could)(?:not| not|n['’]t) (?:come|make it|be here|attend|join)\b|\bsends? (?:his |her |their )?apologies\b|\bis (?:away|off sick|ill) (?:today|this week)\b", " absent "),
        (r"\b(?:leave|keep|put) (?:it |that |this |them )?(?:off |open )?(?:for|until|till|to) (?=(?:next|later|another|the next|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|\w+ (?:is|are) back)\b)", " postpone "),
        (r"\bby word of mouth\b", " orally "),
        (r"\b(?:and |but )?(?:for|to|in|with) (?:no other|nobody else|no one else|nothing else)(?: \w+)?\b|\band (?:no|nothing) (?:other|else)\b", " solely "),
        (r"\b(?:together|along) with\b", " included "),
        (r"\bin writing\b|\bin written form\b|\bwritten form\b", " written "),
        (r"\brul(?:e|es|ed) out\b|\bout of the question\b", " prohibited "),
        (r"\btak(?:e|es|ing) place\b", " happen "),
        (r"\bcancel(?:s|led|ed)\b(?= *(?:[.,;]|$))|\bcalled off\b", " not happen "),
        (r"\bturn(?:s|ed)? down\b", " rejected "),
        (r"\bsubject to\b", " bound-by "),
    )
)
# key, words that say it, words of opposite sense. "+": any clause has a stance on it, so the word need not be there
_SENSES = (
    ("+leave", "allow(?:s|ed|able)? permit(?:s|ted)? permissible permission admissible entitle(?:s|d)? entitlement authori[sz](?:es|ed) lawful free welcome", "prohibit(?:s|ed|ion)? forbid(?:s|den)? bans? banned bar(?:s|red) preclude(?:s|d)? unlawful disallow(?:s|ed) impermissible"),
    ("+duty", "requir(?:e|es|ed) need(?:s|ed)? necessary obliged obligat(?:ed|ory|ion) mandatory compulsory bound responsible", "optional voluntary voluntarily unnecessary exempt(?:ed)? discretionary discretion"),
    ("+valid", "valid suffic(?:e|es|ient) binding effective enforceable", "invalid void insufficient ineffective unenforceable"),
    ("waive", "", "waiv(?:e|es|ed|er)"),
    ("part", "includ(?:e|es|ed|ing) cover(?:s|ed|ing)? contain(?:s|ed)? compris(?:e|es|ed) appl(?:y|ies|ied|icable) extend(?:s|ed)? encompass(?:es|ed)?", "exclud(?:e|es|ed|ing) exclusions? except(?:ed)? omit(?:s|ted) inapplicable"),
    ("last", "surviv(?:e|es|al) continu(?:e|es|ed) persist(?:s)? endure(?:s)?", "cease(?:s|d)? lapse(?:s|d)? expire(?:s|d)?"),
    ("rise", "ris(?:e|es|en|ing) rose increas(?:e|es|ed|ing) rais(?:e|es|ed)", "fall(?:s|en)? fell decreas(?:e|es|ed) reduc(?:e|es|ed|tion) lower(?:s|ed)? drop(?:s|ped)?"),
    ("written", "written writing signature", "oral orally verbal verbally spoken"),
    ("present", "attend(?:s|ed)? present", "absent apologies"),
    ("choose", "approv(?:e|es|ed|al) accept(?:s|ed)? adopt(?:s|ed)? agreed decisions? choos(?:e|es) chose chosen select(?:ed)? decid(?:e|es|ed)", "reject(?:s|ed)? refus(?:e|es|ed|al) declin(?:e|es|ed) withh(?:o|e)ld withheld postpone(?:s|d)? dismissed"),
    ("pay", "pay pays paid payable bears? borne reimburs(?:e|es|ed)", ""),
)  # fmt: skip
_KNOWN = tuple(
    (key, sign, lazy_pattern("|".join(words.split())))
    for key, for_it, against in _SENSES
    for sign, words in ((1, for_it), (-1, against))
    if words
)
# words that say the same of any thing
_SAME = (
    "try attempt", "show disclose reveal", "start begin commence", "end terminate cancel", "buy purchase", "sell sale", "amend change modify alter vary amendment modification", "hire employ recruit", "cap limit limitation",
    "repair maintain", "premises property", "supply provide deliver furnish", "fee price charge", "hand return", "licence license", "job work", "firm company", "use utilise utilize", "lawsuit litigation suit proceedings", "assist help", "get receive obtain", "keep retain hold",
    "inform notify tell", "worker employee staff", "yearly annual annually", "monthly month", "early prematurely premature",
)  # fmt: skip
_SCOPE_ENDS = frozenset("after before during until by in on at for from to".split())  # noqa: SIM905
_NEGATORS = frozenset("not no never neither nor none nobody nothing cannot".split())  # noqa: SIM905
_AUXILIARY = r"(?:may|shall|must|can|cannot|could|will|would|should|is|are|was|were|be|does|do|did|has|have|had|need|needs)"
_CUT = lazy_pattern(
    rf"[;:!?\n]|\.(?=\s|$)|,?\s*\b(?:but|unless|except(?: that)?|provided(?: that)?|if|whereas|which|who|whose|when|while|although|until|because|since|as long as|so that|whether)\b"
    rf"|,(?=(?:\s+\w+){{0,7}}?\s+{_AUXILIARY}\b)|\band\b(?=\s+(?:\w+\s+){{0,3}}?(?:{_AUXILIARY}|not|no|never|forms?|bears?)\b)",
    re.I,
)  # fmt: skip
_ASIDE = lazy_pattern(r"\b(?:if|unless|except|when|while|although|until|because|since|as long as|whether|whereas)\b", re.I)
_FINITE = lazy_pattern(rf"\b{_AUXILIARY}\b", re.I)
_RELATIVE = lazy_pattern(r"\b(?:which|who|whose)\b", re.I)
_PRONOUN = lazy_pattern(r"^(?:it|they|this|these|those|such|he|she)\b|\b(?:it|them)\b", re.I)


def _same() -> dict[str, str]:
    made = {}
    for group in _SAME:
        words = group.split()
        for word in words:
            made[_key(*english_tokens(word))] = _key(*english_tokens(words[0]))
    return made


def _key(token: Token) -> str:
    return key_of(IRREGULAR.get(token.word, token.stem))


_ALIKE = _same()


_BEGINNING = 4  # letters by which a word is looked for
_WORDS_OF = {key: tuple(k for k, v in _ALIKE.items() if v == key) for key in set(_ALIKE.values())} | {
    key.lstrip("+"): tuple(re.sub(r"\W.*", "", word) for word in f"{for_it} {against}".split())
    for key, for_it, against in _SENSES
}


@dataclass(frozen=True, slots=True)
class Stance:
    """What a clause is about (`keys`), which way it decides (`sign`: 1 or -1), and the senses it has words of."""

    keys: frozenset[str]
    sign: int
    senses: frozenset[str]
    text: str = ""
    relative: bool = False  # "which ...": it describes, and decides nothing where the rest denies
    first: str = ""  # the key that stands first
    aside: bool = False  # a reason, a condition, or what is only asked ("whether"): it says nothing by itself


def stance_of(text: str, asked: bool = False) -> Stance:
    """The stance of one clause; "without X" makes X a key of its own. Of what is `asked` the first party is no key."""
    keys, senses, sign, without, subject, first = set(), set(), 1, 0, asked, ""
    for token in english_tokens(plain(text)):
        without -= 1
        if token.word in _SCOPE_ENDS:
            without = 0
        if token.word == "without":
            without = 4
            continue
        if token.word in _NEGATORS:
            sign = -sign
            continue
        sense = next(((key, s) for key, s, words in _KNOWN if words.fullmatch(token.word)), None)
        if sense is not None:
            sign *= sense[1]
            senses.add(sense[0])
            if sense[0][0] != "+":
                keys.add(sense[0])
            continue
        if subject and is_party(token.word):
            subject = False
            continue
        if not token.content or token.word in FRAME:
            continue
        key = _key(token)
        first = first or _ALIKE.get(key, key)
        keys.add(f"-{_ALIKE.get(key, key)}" if without > 0 else _ALIKE.get(key, key))
    return Stance(frozenset(keys), sign, frozenset(senses), text, first=first)


def alternatives(keys: Iterable[str]) -> list[tuple[str, ...]]:
    """For each key the beginnings of the words that say it, in lower case."""
    return [tuple(w.removeprefix("~")[:_BEGINNING] for w in _WORDS_OF.get(key, (key.lstrip("-"),))) for key in keys]


def plain(text: str) -> str:
    """A text with words of several parts in one word, and what denies nothing left out."""
    for pattern, by in _PHRASES:
        text = pattern.sub(by, text)
    return text


def stances(sentence: str) -> Iterator[Stance]:
    """The stance of each clause of a sentence, in order."""
    text, start, aside, relative = plain(sentence), 0, False, False
    for cut in [*_CUT.finditer(text), None]:
        if cut is not None and cut.group() == "," and not _FINITE.search(text[start : cut.start()]):
            continue  # a row of things before their verb
        part = text[start : cut.start() if cut else len(text)].strip()
        if part:
            yield replace(stance_of(part), aside=aside, relative=relative)
        if cut is not None:
            aside, start = _ASIDE.search(cut.group()) is not None, cut.end()
            relative = _RELATIVE.search(cut.group()) is not None


def points_back(clause: str) -> bool:
    """Whether a clause speaks of something by a pronoun, so that the sentence before may name it."""
    return _PRONOUN.search(clause) is not None
