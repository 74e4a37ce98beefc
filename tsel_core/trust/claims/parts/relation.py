# ruff: noqa: E501 (patterns)
"""Whether a claim's verb and its object stand in one predicate of an English sentence, not in two that share a sentence.

A plain claim of one predicate is looked at. "The Supplier keeps the records and insures the building" does not say that the Supplier insures the records, though it
holds every word of it. Where the sentence has not the claim's verb, nothing is said here.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import IRREGULAR, Token, english_tokens, is_japanese

_BEGINNING = 5  # letters by which words are compared
_MODAL = frozenset("shall will may must can could should would".split())  # noqa: SIM905
_BE = frozenset("is are was were be been being".split())  # noqa: SIM905
_ADVERB = lazy_pattern(r"\w+ly$")
# what only says when, or in which case, something else is done
_ADJUNCT = frozenset("after before until upon if unless when where while whereas during following except provided because since".split())  # noqa: SIM905
_LINK = frozenset("and or but".split())  # noqa: SIM905
_OPENS = frozenset("the a an all any each every its their his her this that these those no to for from with".split())  # noqa: SIM905
_RELATIVE = frozenset("who which whose whom".split())  # noqa: SIM905
_PREPOSITION = frozenset("with within by at on in under to from for of into against".split())  # noqa: SIM905
_MOST_OBJECT = 3  # content words behind a claim's verb that are its object
# of a claim that is looked at: a longer one is the document's own sentence, or has several predicates itself
_MOST_CONTENT, _MOST_SEGMENTS = 8, 2


def other_object(claim: str, sentence: str) -> str:
    """A word that a claim's verb has for its object, and that the sentence has in another predicate; "" where none is."""
    if is_japanese(claim) or is_japanese(sentence):
        return ""
    tokens = english_tokens(claim)
    at = _verb_at(tokens)
    if at is None or sum(t.content for t in tokens) > _MOST_CONTENT or len(_segments(tokens)) > _MOST_SEGMENTS:
        return ""
    segments = _segments(english_tokens(sentence))
    verb = _key(tokens[at])
    with_verb = [n for n, segment in enumerate(segments) if any(_key(t) == verb for t in segment)]
    if not with_verb:
        return ""
    here = {_key(t) for n in with_verb for t in _reach(segments, n, verb)}
    there = {_key(t) for segment in segments for t in segment} - here
    for token in _object(tokens, at):
        if _key(token) in there:
            return token.word
    return ""


def _verb_at(tokens: list[Token]) -> int | None:
    """The place of a claim's main verb: behind a modal or "is", or the first finite word behind its subject."""
    for at, token in enumerate(tokens):
        if token.word in _MODAL | _BE:
            rest = (n for n in range(at + 1, min(len(tokens), at + 4)) if tokens[n].content and not _ADVERB.match(tokens[n].word))
            return next(rest, None)
        if at and token.content and re.search(r"(?:[^s]s|ed)$", token.word) and not is_party(token.word) and not _noun(tokens, at):
            return at
    return None


def _noun(tokens: list[Token], at: int) -> bool:
    """Whether a word in -s stands behind "the" or the like, so that it is no verb."""
    return tokens[at - 1].word in _OPENS or tokens[at - 1].word == "of"


def _object(tokens: list[Token], at: int) -> list[Token]:
    """The content words behind the verb (or its first preposition) up to the next one, parties left out."""
    found: list[Token] = []
    for token in tokens[at + 1 :]:
        ends = token.word in _ADJUNCT | _LINK or (found and token.word in _PREPOSITION)
        if ends or token.word in ".;" or len(found) == _MOST_OBJECT:
            break
        if token.content and not is_party(token.word) and not _ADVERB.match(token.word):
            found.append(token)
    return found


def _segments(tokens: list[Token]) -> list[list[Token]]:
    """The predicates of a sentence with their objects; what begins with "after", "if" and the like is one of its own."""
    segments: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        linked = token.word in _LINK and _has_verb(segments[-1]) and _begins(tokens, at + 1)
        if token.word in ".;:" or token.word in _ADJUNCT or token.word in _RELATIVE or linked:
            segments.append([])
        segments[-1].append(token)
    return [s for s in segments if s]


def _has_verb(segment: list[Token]) -> bool:
    """Whether a predicate may have ended: "Fuel and crew for the test are paid" has one, whatever "and" joins in it."""
    words = [t for t in segment if t.word not in _OPENS]
    return any(t.word in _MODAL | _BE for t in words) or any(re.search(r"(?:[^s]s|ed)$", t.word) for t in words[1:])


def _begins(tokens: list[Token], at: int) -> bool:
    """Whether another predicate begins here: a verb with its object, or a subject with its verb."""
    ahead = tokens[at : at + 5]
    if not ahead:
        return False
    if any(t.word in _MODAL | _BE for t in ahead[:4]):
        return True
    if len(ahead) > 1 and ahead[0].content and ahead[1].word in _OPENS and not re.search(r"(?:tion|ment|ness|ing)s?$", ahead[0].word):
        return True
    parties = [n for n, t in enumerate(ahead[:3]) if is_party(t.word)]
    return bool(parties) and any(re.search(r"[^s]s$", t.word) for t in ahead[parties[0] + 1 : parties[0] + 3])


def _reach(segments: list[list[Token]], at: int, verb: str) -> list[Token]:
    """The words of a predicate; where it has the verb alone ("use, copy and disclose the plans") those behind it too."""
    segment = segments[at]
    place = next(n for n, t in enumerate(segment) if _key(t) == verb)
    behind = [t for t in segment[place + 1 :] if t.word not in ",()"]
    bare = sum(1 for t in behind if t.content) <= 1 and not any(t.word in _OPENS for t in behind)
    return [*segment, *(_reach_on(segments, at + 1) if bare else [])]


def _reach_on(segments: list[list[Token]], at: int) -> list[Token]:
    return segments[at] if at < len(segments) else []


def _key(token: Token) -> str:
    word = IRREGULAR.get(token.word, token.stem)
    return word[:_BEGINNING]
