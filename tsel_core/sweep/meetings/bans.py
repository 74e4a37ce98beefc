# ruff: noqa: E501 (one pattern a line)
"""What somebody is told not to do: "I might offer them a rebate." - "Don't offer anything yet." """

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence
from tsel_core.trust.passages import features

_SCORE = 0.76  # marked
_BACK = 4  # sentences before a ban in which what is banned was spoken of
_BAN = {
    "en": lazy_pattern(r"(?i)^(?:(?:no|well|okay|ok|please|hold on|careful|but|so)\W+)*(?:please )?(?:don['’]t|do not) (?!worry|forget|know|think|mind|be\b|you\b|we\b|I\b|they\b|hesitate|let\b|get me|like\b|have\b|want\b|need\b|see\b|believe\b|agree\b|understand\b|care\b|remember\b|expect\b|suppose\b)[a-z]+\b[^?]*$"),
    "ja": lazy_pattern(r"(?:ないで(?:ください|おいて(?:ください)?|下さい)|ないように(?:してください|して下さい|お願いします))[。!！]?$"),
}  # fmt: skip
_NEVER_JA = lazy_pattern(r"忘れないで|心配しないで|遠慮しないで|気にしないで|忘れないように")
_MEANS = {
    "en": lazy_pattern(r"(?i)\b(?:I|we|you)(?:['’]ll| will|['’]d| would| could| might| may| can| want to|['’]m going to| plan to| intend to)\b|\b(?:shall|should) (?:I|we)\b|\bthinking of\b"),
    "ja": lazy_pattern(r"(?:ます|たい(?:です|と思います)?|つもりです|予定です|かもしれません|ましょうか|ようと思います|うと思って\w*)[。？?]?$"),
}  # fmt: skip


def bans(sentences: Sequence[Sentence], items: Sequence[Item], lang: str) -> list[Item]:
    """What a speaker forbids of what another one has just meant to do; a task that is called off is told elsewhere."""
    taken = {span for i in items for span in i.evidence}
    tasks = {span for i in items if i.kind == "action" for span in i.evidence}
    found = []
    for at, sentence in enumerate(sentences):
        if not sentence.speaker or sentence.span in taken or not _BAN[lang].search(sentence.text.strip()):
            continue
        if lang == "ja" and _NEVER_JA.search(sentence.text):
            continue
        words = set(features(sentence.text))
        before = [s for s in sentences[max(0, at - _BACK) : at] if 0 < sentence.turn - s.turn <= 1]
        meant = [s for s in before if s.speaker != sentence.speaker and _MEANS[lang].search(s.text) and words & set(features(s.text))]
        if meant and meant[-1].span not in tasks:
            evidence = (sentence.span, meant[-1].span)
            found.append(Item("decision", sentence.text.strip(), evidence, sentence.speaker, score=_SCORE, status="decided"))
    return found
