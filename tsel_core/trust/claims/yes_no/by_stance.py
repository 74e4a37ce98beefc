# ruff: noqa: E501 (patterns)
"""A yes/no question and one sentence, by the way the sentence decides about what is asked (stance.py)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY
from tsel_core.trust.claims.parts.asked import MUST, Asked
from tsel_core.trust.claims.parts.bounds import bound_of
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.held import without
from tsel_core.trust.claims.parts.modality import FLOATED
from tsel_core.trust.claims.parts.quantifiers import other_quantity
from tsel_core.trust.claims.parts.reading import Reading
from tsel_core.trust.claims.parts.roles import parties, plain_parties, roles, swapped
from tsel_core.trust.claims.yes_no.differs import narrowing, only_allowed, other_value
from tsel_core.trust.claims.yes_no.stance import Stance, points_back, stance_of, stances

_WHOLE, _HALF = 0.999, 0.5  # share of the question's keys
_MOST = 0.6  # from which on a sentence is near enough to speak against another reading
_ONLY = lazy_pattern(r"\b(?:only|solely|exclusively|nobody else|no one else|no other|nothing else)\b", re.I)
_OTHER = lazy_pattern(r"\b(?:other|another|different|else|others)\b", re.I)
_PLACED = lazy_pattern(
    r"\b(as|for|to|by|at|with|in|on)\b((?:\s+(?!(?:as|for|to|by|at|with|in|on)\b)[a-z][\w-]*){1,5})", re.I
)
_LAW = lazy_pattern(
    r"\b(?!This|The|Which|Any|Other|Applicable|Common|Labou?r|Corporate)([A-Z][a-z]+) law\b|\blaws? of (?:the )?(?:State of |Republic of |Province of )?([A-Z][a-z]+)"
)
_COUNTRY = dict(
    p.split(":")
    for p in ["french:france", "dutch:netherlands", "swiss:switzerland", "scots:scotland", "scottish:scotland", "welsh:wales", "danish:denmark", "polish:poland", "spanish:spain", "greek:greece", "irish:ireland", "turkish:turkey", "british:united", "chinese:china"]
)
_VERB = lazy_pattern(r"\b(?:may|can|could|must|shall|should|will|would)\s+(?:be\s+)?([a-z]+)", re.I)
_SEVERAL = 2  # words that tell what a question is about without its subject
_PAPER = r"(?:agreements?|contracts?|lease|deed|licen[cs]e|documents?|terms?|clauses?|provisions?)\b"
_OF_PAPER = lazy_pattern(rf"\w+(?:n['’]t)?\s+(?:the |this |that |any |these |those )?(?:\w+ )?{_PAPER}", re.I)
# the subject of a sentence: "This agreement", "The existence and terms of this agreement"
_ABOUT_PAPER = lazy_pattern(rf"^[\W\d]*(?:(?:the|this|any) )?(?:(?:existence|contents?|terms?|provisions?)(?: and | or |, )?(?:the )?)*(?:of (?:the|this) )?(?:\w+ )?{_PAPER}", re.I)
_WHOLLY = lazy_pattern(r"\b(?:whole|full|entire|fully|entirely|wholly)\b", re.I)
_PART = lazy_pattern(r"\b\d{1,2}(?:\.\d+)?\s?(?:%|per ?cent)|\bhalf\b|\ba (?:third|quarter)\b", re.I)
_LIGHT = frozenset(("give", "make", "take", "put", "get", "have"))
_OFTEN = {
    "daily": lazy_pattern(r"\bdaily\b|\b(?:every|each|per|a) day\b", re.I),
    "weekly": lazy_pattern(r"\bweekly\b|\b(?:every|each|per|a) week\b", re.I),
    "monthly": lazy_pattern(r"\bmonthly\b|\b(?:every|each|per|a) month\b", re.I),
    "quarterly": lazy_pattern(r"\bquarterly\b|\b(?:every|each|per|a) quarter\b", re.I),
    "yearly": lazy_pattern(r"\b(?:yearly|annually)\b|\b(?:every|each) year\b", re.I),
    "once": lazy_pattern(r"\bonce(?= only|[,.;]|$)|\bonly once\b", re.I),
}
_OFTEN_ANY = lazy_pattern("|".join(p.pattern for p in _OFTEN.values()), re.I)
_PAST = lazy_pattern(r"^(?:was|were|did|has|have|had)\b", re.I)  # asks for what happened
_OPEN = lazy_pattern(rf"{MAY}|\b(?:might|can|could|should|would|let['’]?s|let us|going to|will)\b", re.I)
_EITHER = lazy_pattern(
    r"\b(?:either|neither|no|each|any|both|all)(?: of the)? part(?:y|ies)\b|\b(?:nobody|no one)\b(?! else)|\bthe parties\b",
    re.I,
)
_GRANTS = lazy_pattern(rf"{MAY}|\b(?:can|could|allowed|permitted|entitled|free)\b", re.I)
_DUTY = lazy_pattern(r"^(?:must|shall|does|do|did|will|has|is)\b", re.I)


def by_stance(asked: Asked, sentence: Sentence, clause: str) -> Reading | None:
    """Yes or no where a sentence has all that is asked and decides it; None where it does not."""
    ours, condition = _parts(asked)
    if not ours.keys and not asked.values:
        return None
    clause = _named(clause, sentence.before)
    made = list(stances(clause))
    if not made:
        return None
    anchor = _anchor(ours, made)
    if anchor.aside or (_PAST.match(asked.question) and _OPEN.search(anchor.text)) or FLOATED.search(anchor.text):
        return None
    if anchor.relative and any(s.sign < 0 for s in made[: made.index(anchor)]):
        return None
    ours = _lighter(ours)
    if _verb_lost(asked, ours, _keys(made)):
        return None
    own = _keys(s for s in made if not s.aside) | stance_of(sentence.headings).keys
    before = stance_of(sentence.before).keys
    share = _share(ours, own)
    if share >= _HALF and (points_back(anchor.text) or re.match(r"\s*the\b", anchor.text, re.I)):
        share = _share(ours, own | before)
    law = _other_law(asked, clause)
    if law:
        return Reading("no", "name", law, share)
    part = _PART.search(clause)
    if share >= _WHOLE and part is not None and _WHOLLY.search(asked.question):
        return Reading("no", "quantifier", part.group(), share)
    only = _only(asked, ours, anchor, clause, own)
    if only:
        return Reading("no", "quantifier", only, share)
    often = _other_frequency(asked, ours, anchor, own)
    if often:
        return Reading("no", "number", often, share)
    spared = [key for key in ours.keys if key not in own and f"-{key}" in own]
    if len(spared) == 1 and ours.keys - own == set(spared) and ours.sign > 0 and anchor.sign > 0:
        return Reading("no", "negation", "without", share) if other_value(asked, clause) is None else None
    bound = _keys(s for s in made if s.aside)
    if condition and len(condition & (bound | before)) < _HALF * len(condition):
        return None
    if share < _WHOLE or other_value(asked, clause) is not None or not _same_modality(asked, ours, anchor):
        return None
    who = _who(asked, anchor, clause)
    if ours.keys and anchor.keys and not anchor.keys & ours.keys and not points_back(anchor.text):
        return None  # the heading alone speaks of it
    if ours.sign != anchor.sign:
        return Reading("no", "negation", "", share) if who in ("same", "none") else None
    if who == "other":
        role = swapped(roles(asked.statement), roles(plain_parties(clause)))
        return Reading("no", "role", role, share) if _owes(asked, anchor) else None
    if who not in ("same", "none") or not anchor.keys & ours.keys or _less(asked, anchor, clause):
        return None
    narrowed = narrowing(clause) and not narrowing(asked.question)
    return Reading("yes", share=share, narrowed=narrowed)


@lru_cache(maxsize=1)
def _parts(asked: Asked) -> tuple[Stance, frozenset[str]]:
    """What is asked, and the words of the condition under which it is asked."""
    parts = list(stances(without(asked.statement, asked.values)))
    bound = _keys(s for s in parts if s.aside)
    main = next((s for s in parts if not s.aside and s.keys), None)
    if not bound or main is None:
        return what_is_asked(asked), frozenset()
    return _asked_stance(asked, main.text), bound - main.keys


def _named(clause: str, before: str) -> str:
    """A clause that begins with "It", with the party that the sentence before begins with in its place."""
    match = re.match(r"\s*(?:[\d.]+\s+)?((?:The|Each|Either) [A-Z]\w+)", before)
    if match is None or not parties(match[1]):
        return clause
    return re.sub(r"^It\b", match[1], clause)


def _keys(clauses: Iterable[Stance]) -> frozenset[str]:
    return frozenset().union(*(s.keys for s in clauses))


def _verb_lost(asked: Asked, ours: Stance, keys: frozenset[str]) -> bool:
    """Whether a sentence lacks what is to be done: a title "Assignment" above it does not make it speak of assigning."""
    verb = _VERB.search(asked.statement)
    done = stance_of(verb[1]).keys if verb else frozenset()
    return bool(done & ours.keys) and not done & keys


def subject_lost(asked: Asked, clause: str) -> bool:
    """Whether one word is asked of the paper itself, and a sentence says it of something else.

    "Is the agreement exclusive?" is not answered by "the courts of Munich have exclusive jurisdiction".
    """
    of_paper = _OF_PAPER.match(asked.question.strip())
    few = of_paper is not None and len(what_is_asked(asked).keys) < _SEVERAL and not asked.values
    return few and _ABOUT_PAPER.search(clause) is None


def lost(asked: Asked, text: str) -> frozenset[str]:
    """The keys of what is asked that a text has in no clause."""
    there = _keys(stances(text))
    return what_is_asked(asked).keys - there - frozenset(key[1:] for key in there if key[:1] == "-")


@lru_cache(maxsize=1)
def what_is_asked(asked: Asked) -> Stance:
    """The stance of the question's statement, its values apart."""
    return _asked_stance(asked, without(asked.statement, asked.values))


def _asked_stance(asked: Asked, statement: str) -> Stance:
    """Who is asked of is no key; "supplier names" is no party, and "supplier" one."""
    return stance_of(statement, asked=bool(parties(asked.statement)))


def speaks_against(asked: Asked, clause: str, says: str) -> bool:
    """Whether the clause nearest to what is asked decides the other way than a reading by other rules has it."""
    ours = what_is_asked(asked)
    made = list(stances(clause))
    if not made or not ours.keys:
        return False
    anchor = _anchor(ours, made)
    if anchor.aside or (_PAST.match(asked.question) and _OPEN.search(anchor.text)):
        return True
    spoken = _keys(made)
    if _verb_lost(asked, ours, spoken):
        return True
    share = _share(ours, spoken)
    if says == "yes" and share < _HALF:
        return True  # it hardly speaks of it
    return share >= _MOST and bool(anchor.keys & ours.keys) and (ours.sign == anchor.sign) != (says == "yes")


def _anchor(ours: Stance, made: list[Stance]) -> Stance:
    """The clause that says most of what is asked, its sense before its other words."""
    told = {key: [s for s in made if key in s.keys] for key in ours.keys}
    denied = [s[0] for key, s in told.items() if key != ours.first and len(s) == 1 and s[0].sign < 0 and not s[0].aside]
    if denied and len(made) > 1:  # a word of the question stands in a clause alone, and that denies
        return denied[-1]
    return max(made, key=lambda s: len(s.keys & ours.keys) + 1.5 * len(s.senses & ours.senses) + 0.1 * len(s.senses))


def _share(ours: Stance, keys: frozenset[str]) -> float:
    return len(ours.keys & keys) / len(ours.keys) if ours.keys else 1.0


def _same_modality(asked: Asked, ours: Stance, anchor: Stance) -> bool:
    """Leave that is given says nothing of a duty, and a duty denied nothing of leave."""
    if asked.must or "+duty" in ours.senses:
        return "+leave" not in anchor.senses and (anchor.sign < 0 or not only_allowed(anchor.text))
    free = "+duty" in anchor.senses and anchor.sign < 0
    return not (free and (_GRANTS.search(asked.question) or "+leave" in ours.senses))


def _who(asked: Asked, anchor: Stance, clause: str) -> str:
    """ "same" party, "other" party, "none" named in the question, "open" where the sentence names nobody it asks of."""
    named = parties(asked.statement)
    if not named or _EITHER.search(clause):
        return "none"
    if not parties(plain_parties(anchor.text)) and re.match(r"(?:there|no|nothing)\b", anchor.text, re.I):
        return "none"
    found = roles(plain_parties(clause))
    if swapped(roles(asked.statement), found):
        return "other"
    there = parties(plain_parties(anchor.text)) or parties(plain_parties(clause))
    return "same" if named <= there or not there else "other" if there and not named & there else "open"


def _owes(asked: Asked, anchor: Stance) -> bool:
    """Whether what another party does is then not this one's to do: a duty or a cost, no leave."""
    if _GRANTS.search(asked.question) or _GRANTS.search(anchor.text) or anchor.sign < 0:
        return False
    return _DUTY.match(asked.question) is not None and swapped(roles(asked.statement), roles(anchor.text)) != ""


def _less(asked: Asked, anchor: Stance, clause: str) -> bool:
    """Whether a sentence says it of less than is asked, or only that it is allowed."""
    if other_quantity(asked.statement, clause) or (asked.must and only_allowed(anchor.text)):
        return True
    return MUST.search(asked.question) is None and any(bound_of(asked.statement, v) == "over" for v in asked.values)


def _lighter(ours: Stance) -> Stance:
    """Without verbs that say little beside a noun: to give a guarantee, to make a payment."""
    rest = ours.keys - _LIGHT
    return replace(ours, keys=rest) if len(rest) > 1 else ours


def _other_frequency(asked: Asked, ours: Stance, anchor: Stance, own: frozenset[str]) -> str:
    """ "weekly / monthly": how often it is asked to happen, and how often it does."""
    one, two = (next((n for n, p in _OFTEN.items() if p.search(text)), "") for text in (asked.question, anchor.text))
    rest = ours.keys - stance_of(" ".join(m.group() for m in _OFTEN_ANY.finditer(asked.statement))).keys
    return f"{one} / {two}" if one and two and one != two and rest and rest <= own and anchor.sign > 0 else ""


def _other_law(asked: Asked, clause: str) -> str:
    """ "French / German": another law than the one that a contract is under."""
    ours, theirs = _LAW.search(asked.question), _LAW.search(clause)
    if ours is None or theirs is None:
        return ""
    one, two = (next(g for g in m.groups() if g) for m in (ours, theirs))
    same = _COUNTRY.get(one.casefold(), one.casefold())[:3] == _COUNTRY.get(two.casefold(), two.casefold())[:3]
    return "" if same else f"{one} / {two}"


def _beside_only(match: re.Match[str], clause: str) -> bool:
    """Whether "only" stands right before a phrase with a preposition or at its end."""
    return (
        re.search(r"\b(?:only|solely|exclusively)\s+$", clause[: match.start()], re.I) is not None
        or _ONLY.search(match.group()) is not None
    )


def _only(asked: Asked, ours: Stance, anchor: Stance, clause: str, own: frozenset[str]) -> str:
    """ "only": what is asked goes beyond the one thing that a sentence allows it for."""
    limit = _ONLY.search(clause)
    if limit is None or anchor.sign < 0 or ours.sign < 0 or _ONLY.search(asked.question) or _share(ours, own) < _HALF:
        return ""
    if "+duty" in ours.senses and _ONLY.search(anchor.text) is None:
        return ""  # what may be done only for a purpose says nothing of who answers for it
    missing = ours.keys - own
    wide = limit.group().lower() not in ("only", "solely", "exclusively")
    there = {m[1].lower() for m in _PLACED.finditer(clause) if wide or _beside_only(m, clause)}
    for match in _PLACED.finditer(asked.statement):
        keys = stance_of(match[2]).keys
        other = _OTHER.search(match.group()) is not None
        if match[1].lower() in there and (keys & missing or (other and keys <= own)):
            return limit.group()
    return ""
