# ruff: noqa: E501 (patterns)
"""What stands behind "except", "unless", を除き or ただし: it is not what the rest of its sentence says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import is_japanese

_MARK = lazy_pattern(
    r"\b(?:except(?:ing)?(?:\s+(?:for|to|that|as|in|where|when|with|by))?|other\s+than|save\s+(?:for|that|as|where|to|in|with|by)|apart\s+from|with\s+the\s+exception\s+of|excluding|unless)\b",
    re.I,
)
_ENDS = lazy_pattern(r"[;:]|,\s+(?:and|but|or)\s+(?:shall|will|may|must|it|the|each|any)\b|\.\s")
_MARK_JA = lazy_pattern(r"(?P<what>[^、。，「」]*?)(?:の場合|とき)?(?:(?:を|は|については)除[きくい](?:て|、)?|以外(?=の|に|は|を|へ|で|、)|を除外し)")
_PROVISO_JA = lazy_pattern(r"^[\s\u3000]*(?:第[0-9０-９一二三四五六七八九十]+[条項]?)?[\s\u3000]*(?:ただし|但し)、?(?P<what>.*?)(?:については|については、|は|には|に関しては)?、?(?:この限りで(?:は)?な(?:い|く|し)|適用しない|除く)")
_PROVISO = lazy_pattern(
    r"^\s*(?:However,?\s+|Provided,?\s+(?:however,?\s+)?that\s+)?(?:the\s+|this\s+|these\s+|such\s+)?(?:foregoing(?:\s+\w+){0,2}|above|restrictions?|prohibitions?|obligations?|limitations?|exclusions?|sentence|section|clause|paragraph)\b[^.;]{0,40}?\b(?:shall|does|do|will)\s+not\s+apply\s+(?:to|in|where|if)\s+(?P<what>.+)$",
    re.I | re.S,
)
_PLACE = lazy_pattern(r"^(\s*(?:(?:to|in|on|at|by|for|with|of|from|as|where|when|if|that)\s+)?(?:(?!\b(?:and|or)\b)[^,])*?\w{3,}),?\s+(?:in|on|at|during|within|under|into|upon)\s", re.I)
_PLACE_JA = lazy_pattern(r"[にでをへ](?![対関よおつ基い])")
# what binds an exception to a condition of its own
_BOUND = lazy_pattern(r"\b(?:who|which|that|where|when|if|provided|only|need|to the extent|subject to|having|bound)\b|限り|場合|とき", re.I)


@dataclass(frozen=True, slots=True)
class Excepted:
    """`rest` is what a sentence says without its exception, `what` is what is excepted; `bound`: on a condition."""

    rest: str
    what: str

    @property
    def bound(self) -> bool:
        """Whether the exception holds on a condition."""
        return _BOUND.search(self.what) is not None


def excepted(clause: str, before: str = "") -> Excepted | None:
    """The exception of a sentence; `before` is the sentence before it, which a proviso excepts something from."""
    if is_japanese(clause):
        return _excepted_ja(clause, before)
    proviso = _PROVISO.match(clause)
    if proviso is not None:
        return Excepted(before, proviso["what"]) if before.strip() else None
    mark = _MARK.search(clause)
    if mark is None:
        return None
    if not re.search(r"\w+\W+\w+", clause[: mark.start()]):  # "Except for its staff, the Recipient ..."
        end = clause.find(",", mark.end())
        return Excepted(clause[end + 1 :], clause[mark.end() : end]) if end > 0 else None
    end_mark = _ENDS.search(clause, mark.end())
    end = end_mark.start() if end_mark else len(clause)
    what = clause[mark.end() : end]
    place = _PLACE.search(what) if not mark.group().lower().startswith("unless") else None
    cut = place.end(1) if place else len(what)  # "goods other than bicycles in the cellar": the cellar is not excepted
    return Excepted(f"{clause[: mark.start()]} {what[cut:]} {clause[end:]}", what[:cut])


def _excepted_ja(clause: str, before: str) -> Excepted | None:
    proviso = _PROVISO_JA.match(clause)
    if proviso is not None:
        return Excepted(before, proviso["what"]) if before.strip() else None
    mark = _MARK_JA.search(clause)
    if mark is None or not mark["what"].strip():
        return None
    start, what = mark.start("what"), mark["what"]
    topic = re.match(r"(?:.{0,20}?は)(?=.)", what)  # 甲は自己の従業員を除き: who does it is not excepted
    if topic:
        start, what = start + topic.end(), what[topic.end() :]
    place = list(_PLACE_JA.finditer(what))  # 倉庫に自転車以外の物品を: where it is done is not excepted
    if place and what[place[-1].end() :].strip():
        start, what = start + place[-1].end(), what[place[-1].end() :]
    return Excepted(clause[:start] + clause[mark.end() :], what)
