# ruff: noqa: E501 (a pattern)
"""A claim that something is done to somebody, resting on words which that one says: who interviews is not interviewed."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern

_DONE_TO = lazy_pattern(
    r"(?P<who>[A-Z][\w'’-]+(?: (?:de|van|von|la|[A-Z])[\w'’-]*)*),?\s(?:is|was|are|were|has been|have been|gets|got)\s(?:being\s)?(?:then\s|also\s)?"
    r"(?:interviewed|introduced|welcomed|thanked|questioned|invited|quoted|addressed|greeted|asked|told|called|congratulated|criti[cs]i[sz]ed|praised)\b"
)
_DONE_TO_JA = lazy_pattern(r"(?P<who>[^、。はが]{1,16}?)(?:さん|氏)?[はが][^。]{0,40}?(?:インタビューされ|インタビューを受け|取材を受け|取材され|紹介され|質問され|招かれ|尋ねられ|聞かれ|呼ばれ|感謝され)")
_MYSELF = lazy_pattern(r"\b(?:I|we)(?:['’](?:m|ve|re)| am| was| were| have| had| got| get)\b|(?:私|わたし|僕|ぼく)[はがも]")


def spoken_by(claim: str, sentence: str, speaker: str | None) -> str:
    """Who a claim says it is done to, where that is only who says the sentence; ""."""
    if not speaker or _MYSELF.search(sentence):
        return ""
    for pattern in (_DONE_TO, _DONE_TO_JA):
        for match in pattern.finditer(claim):
            who = match["who"].strip()
            if who and who in speaker and who not in sentence:
                return who
    return ""
