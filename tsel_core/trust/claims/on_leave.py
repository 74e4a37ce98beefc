# ruff: noqa: E501 (patterns)
"""What may be done with somebody's leave and not without it: "yes, with consent" and "no, not without" say the same.

"shall not sublet without the consent of the Landlord", "unless the parties otherwise agree" and 承諾を得なければ...できない
are neither a plain ban nor plain leave; an answer that names the same condition is right, whichever way it puts it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare_question import bare_question
from tsel_core.text.values import extract_values
from tsel_core.text.yes_no import SAYS_NO, SAYS_YES
from tsel_core.trust.claims.parts.asked import Asked, asks_yes_no
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.held import holds
from tsel_core.trust.claims.parts.roles import parties, plain_parties, roles, swapped
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.claims.verdicts import said_of

Leave = Literal["needed", "unless", "free", "never", ""]
"""A thing may be done with leave only; it is done unless something else is agreed; without leave; not even with it."""

_NOUN = r"(?:consents?|approval|permission|authori[sz]ation|(?:prior|written|express) agreement|agreement (?:of|from|by|in writing))"
_GIVES = r"(?:consents?|consented|approves?|approved|agrees?|agreed|permits?|permitted|authori[sz]es?|authori[sz]ed|allows?)"
_BY = r"(?:[\w'’,-]+\s+){0,7}?"
_UNREASONABLY = lazy_pattern(r"(?i)\bnot (?:to )?be unreasonably (?:withheld|delayed|refused)\b(?: or delayed)?|\bunreasonably\b")
_WITHOUT = lazy_pattern(rf"(?i)\bwithout\s+{_BY}{_NOUN}")
_UNLESS = lazy_pattern(rf"(?i)\b(?:unless|except (?:where|if|when|as|with|by)|save (?:where|if|as|with)|other than with|until)\s+{_BY}(?:{_NOUN}|{_GIVES})\b")
_WITH = lazy_pattern(
    rf"(?i)\b(?:with|upon|on|by|after|following|subject to|has|have|obtains?|obtaining|given|receives?|receiving|gets?)\s+(?!no\b){_BY}{_NOUN}"
    rf"|\b(?:if|where|when|provided(?: that)?|as long as|once|only)\s+{_BY}(?:{_GIVES}|{_NOUN}\s+{_BY}(?:given|obtained|granted))\b"
    rf"|\b(?:requires?|needs?|required|needed)\s+(?!no\b){_BY}{_NOUN}|{_NOUN}\s+(?!not\b){_BY}(?:is|must be|are|being)\s+(?!not\b)(?:required|needed|necessary|obtained|given)"
)
_EVEN = lazy_pattern(r"(?i)\beven (?:with|if|where)\b|ても|でも(?=[^、。]{0,12}(?:ない|ません|不可))")
_NO = lazy_pattern(r"(?i)\b(?:not|no|never|neither|nor|nobody|cannot|none)\b|n['’]t\b")
_NO_LEAD = lazy_pattern(r"(?i)^\s*no\s*[,.:;–—-]\s*")
_NEEDS_NONE = lazy_pattern(rf"(?i)\b(?:no|without (?:any|needing|need)|does not (?:need|require))\s+{_BY}{_NOUN}|\bfreely\b|{_NOUN}\s+is\s+not\s+(?:needed|required|necessary)")

_NOUN_JA = r"(?:承諾|同意|許可|承認|了承|了解|合意|許し)"
_GOT_JA = lazy_pattern(
    rf"{_NOUN_JA}[^、。]{{0,6}}?(?:を(?:得|受け|もら|取)(?:れば|て(?!も)|た(?:場合|とき|上|うえ|後|もの)|ること|ます(?=[。．]|$)|る(?=[。．ものこと]|$|必要))|が?(?:あれば|ある場合|あるとき|あった場合|得られ(?:れば|た場合)|出れば)|した場合|すれば|したとき|が必要|を要|を必要|の(?:上|うえ|下)で|に(?:限|基づ))"
    r"|(?:認め|許可|承認|合意|同意|承諾)(?:し)?(?:た|られた|る|ている)(?:場合|とき|もの)(?:に限|に(?:は|のみ)|のみ|だけ)"
)  # fmt: skip
_NOT_GOT_JA = lazy_pattern(
    rf"{_NOUN_JA}[^、。]{{0,6}}?(?:を(?:得|受け|もらわ|取ら)(?:な(?:い(?:限り|で|うち|まま)|ければ|くて)|ず(?!に?も)|ることなく|ない場合)|(?:が|の)?(?:な(?:い(?:限り|場合|とき)|ければ|くては|しに|しで|く)))"
    r"|(?:認め|許可|承認|合意|同意|承諾)(?:し)?(?:た|られた|る)(?:場合|とき|もの)(?:を除|以外|でなければ|は(?:別|この限り))"
    r"|別(?:段|途)[^、。]{0,14}(?:合意|定め|取決め)[^、。]{0,12}(?:除|ない限り)"
)  # fmt: skip
_DENIED_JA = lazy_pattern(r"(?:な(?:い|かった|りません)|ません|せん|まい|不可|禁止|禁じ|できず|漏らさず)[^、。]{0,8}[。．]?\s*$|^いいえ")
_OBLIGED_JA = lazy_pattern(r"な(?:ければ|くては)な(?:らない|りません)|必要があ")
_MADE_JA = lazy_pattern(rf"{_NOUN_JA}|認め|合意|書面|事前|あらかじめ|ない限り|得なければ|場合|貴社|当社")
_GIVER = lazy_pattern(rf"(?i){_NOUN}\s+(?:of|from|by)\s+(?:the\s+)?\w+")
_GIVER_JA = lazy_pattern(rf"[^、。はがを]{{1,12}}?の[^、。はがを]{{0,12}}{_NOUN_JA}|[^、。はがを]{{1,12}}?が[^、。はがを]{{0,12}}(?:認め|{_NOUN_JA})")
_FORM = lazy_pattern(r"(?i)\b(?:orally|oral|verbal|verbally|e-?mail|notari[sz]ed)\b|口頭|公正証書")
_TURNED = ("negation", "opposite", "quantifier", "yes-no", "words", "echo", "elsewhere")  # doubts that leave explains
_QUOTES = ("'", '"', "“", "‘", "「", "『")
_HOLDS = 0.6  # of the question's words, in the sentence and its headings


def leave_of(text: str) -> Leave:
    """What a text makes of leave; "" where it says nothing of it, or not plainly."""
    return _leave_ja(text) if is_japanese(text) else _leave_en(text)


def _leave_en(text: str) -> Leave:
    plain = " ".join(_UNREASONABLY.sub(" ", text).split())
    if _EVEN.search(plain):
        return "never"
    if _NEEDS_NONE.search(plain):
        return "free"
    led = _NO_LEAD.match(plain)
    rest = plain[led.end() :] if led else plain
    bare = _WITHOUT.sub(" ", _UNLESS.sub(" ", rest))
    denied = led is not None or _NO.search(bare) is not None
    if _WITHOUT.search(rest):
        return "needed" if denied else "free"
    if _UNLESS.search(rest):
        return "needed" if denied else "unless"
    if _WITH.search(rest):
        return "needed" if not _NO.search(_WITH.sub(" ", rest)) and led is None else ""
    return ""


def _leave_ja(text: str) -> Leave:
    if _EVEN.search(text):
        return "never"
    got, lost = _GOT_JA.search(text), _NOT_GOT_JA.search(text)
    plain = _OBLIGED_JA.sub("", text)
    denied = _DENIED_JA.search(plain.strip()) is not None or re.search(r"てはな(?:らない|りません)|ことはでき(?:ない|ません)", text) is not None
    if lost is not None:
        return "needed" if denied else "unless" if re.search(r"除|限り|別", lost.group()) else "free"
    if got is not None:
        return "" if denied and not _OBLIGED_JA.search(text) else "needed"
    return ""


def same_leave(said: str, sentence: str, behind: str = "") -> bool:
    """Whether an answer and a sentence (with a proviso behind it) both say that it depends on the same leave."""
    ours = leave_of(said)
    if ours not in ("needed", "unless"):
        return False
    whole = f"{sentence} {behind}" if _PROVISO.match(behind) else sentence
    theirs = leave_of(sentence)
    if theirs == "" and whole is not sentence:
        theirs = "needed" if _NOT_GOT_JA.search(behind) or _UNLESS.search(behind) else ""
    if theirs != ours or (_FORM.search(said) and not _FORM.search(whole)):
        return False
    values = [v for v in extract_values(said) if v.kind != "name"]
    return all(holds(whole, v) for v in values) and parties(plain_parties(said)) <= parties(plain_parties(whole))


_PROVISO = lazy_pattern(r"^\s*(?:ただし|但し)")


def on_leave(claim: Claim, question: str, sentences: Sentences, following: str = "") -> Claim:
    """A claim that names a condition of leave is not contradicted by a sentence that only denies what is done without that leave.

    It is unsure there: whether all of what is asked stands under the condition (the ground floor, repairs, Sundays) no rule
    tells safely. `following` is what stands behind a bare Yes or No and says on which condition.
    """
    following = "" if following[:1] in _QUOTES else following  # the words of a ban make no Yes conditional
    said = f"{claim.text.rstrip(' .。')}, {following}" if following else claim.text
    if claim.verdict == "supported" and claim.evidence is not None and leave_of(said) in ("free", "never"):
        other = leave_of(sentences.index.text(claim.evidence)) == "needed"
        return replace(claim, verdict="unsure", why="negation", detail="") if other else claim
    if claim.verdict == "supported" and claim.evidence is not None and leave_of(said) in ("needed", "unless"):
        told = " ".join(f"{s.headings} {s.text}" for s in sentences.at(claim.evidence))
        elsewhere = [v for v in extract_values(question) if v.kind != "name" and not holds(told, v)]  # another floor, another phase
        return replace(claim, verdict="unsure", why="elsewhere", detail=elsewhere[0].text) if elsewhere else claim
    if claim.verdict == "supported" or claim.why not in _TURNED or leave_of(said) not in ("needed", "unless"):
        return claim
    asked = Asked(bare_question(question)) if asks_yes_no(question) else None
    if asked is not None and (asked.banned or asked.leave):
        return claim  # a ban or leave itself is asked about: consent.py
    found = [*(sentences.at(claim.evidence) if claim.evidence is not None else ()), *sentences.candidates(said, question)]
    for sentence in dict.fromkeys(found):
        if not same_leave(said, sentence.text, sentence.behind):
            continue
        if claim.verdict == "contradicted" and (
            (asked is not None and _is_about(asked, said, sentence))
            or (claim.why in ("negation", "opposite") and sentence.span == claim.evidence)
        ):
            return replace(claim, verdict="unsure", why="words", detail="")
    return claim


def says_so(claim: Claim, question: str, sentences: Sentences) -> bool:
    """Whether the sentence of a supported Yes or No says it by itself: it may be vouched for, and be the nearest alone."""
    if claim.evidence is None:
        return False
    near = sentences.at(claim.evidence)
    said = said_of(Asked(bare_question(question)), sentences, near=near)
    told = said.no if SAYS_NO.match(claim.text) else said.yes
    return told is not None or any(same_leave(claim.text, s.text, s.behind) for s in near)


def _givers(text: str) -> frozenset[str]:
    """The parties whose leave a text speaks of."""
    patterns = (_GIVER_JA,) if is_japanese(text) else (_WITHOUT, _UNLESS, _WITH, _GIVER)
    places = [m.group() for pattern in patterns for m in pattern.finditer(text)]
    return frozenset().union(*(parties(plain_parties(place)) for place in places))


def _is_about(asked: Asked, text: str, sentence: Sentence) -> bool:
    """Whether a sentence has the words of what is asked, and of its verb what the answer adds is nothing else."""
    here = f"{sentence.headings} {sentence.text}"
    if not parties(asked.statement) <= parties(plain_parties(here)) or asked.share(here) < _HOLDS:
        return False
    if swapped(roles(plain_parties(text)), roles(plain_parties(sentence.text))):
        return False
    ours, theirs = _givers(text), _givers(sentence.text)
    if (ours and theirs and not ours & theirs) or parties(asked.statement) & theirs:
        return False
    lead = SAYS_NO.match(text) or SAYS_YES.match(text)
    words = text[lead.end() :] if lead else text
    rest = [w for w in Asked(words).missing(here) if not (is_japanese(words) and _MADE_JA.search(w))]
    extra = [w for w in rest if w not in asked.words and not _NEUTRAL.match(w)]
    return not extra


_NEUTRAL = lazy_pattern(r"^~?(?:agree|consent|approv|permi|allow|author|writ|prior|do|so|other|obtai|get|give|first|unless|if|with|only|yes|no|possi|case|party|partie|must|need|requi|可能|必要|自由|場合|限)")
