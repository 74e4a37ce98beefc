# ruff: noqa: E501 (one pattern a line)
"""Questions of a meeting whose answer is one turn: who objected and why, who does it by when, what was decided in the end.

Words alone find the turn better than a likeness of the whole question: an objection hardly names its subject, it answers
a turn that does; of several decisions the last one holds; a task stands in one sentence, and its neighbours name others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.the_turn import TheTurn
from tsel_core.evidence.locating.typed import values_told
from tsel_core.evidence.locating.wording import Wording
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import alike
from tsel_core.text.values import bounded
from tsel_core.trust.claims.parts.modality import DECIDED, OPEN

_ASKS_OBJECTION = lazy_pattern(r"反対|異議|異論|難色|懸念|\b(?:object(?:ed|ion|ions|s)?|disagree\w*|oppos\w+|against|concerns?|concerned|push(?:ed)? back|critici[sz]\w+)\b", re.I)
_OBJECTS = lazy_pattern(
    r"反対|異議|異論|賛成でき|賛同でき|納得でき|同意でき|難色|懸念|心配|厳しい|無理|問題があ|待ってくださ|避けたい|反発"
    r"|\b(?:object|objection|disagree|oppose[ds]?|against|not (?:so |very |really )?(?:sure|convinced|happy|comfortable)|concern(?:s|ed)?|worr(?:y|ied)|don['’]t (?:like|think|agree)|do not agree|can(?:no|['’])t (?:agree|support|accept)|push back|too (?:high|low|late|early|much|many|expensive|soon|tight|short|long|risky))\b",
    re.I,
)
_PLAINLY = lazy_pattern(r"反対|異議|異論|(?:賛成|賛同|納得|同意)でき(?:ま|な)|\b(?:object|disagree|oppose[ds]?|against|can(?:no|['’])t (?:agree|support|accept))\b", re.I)
_ASKS_TASK = lazy_pattern(r"担当|期限|いつまで|誰が|\bby when\b|\bwho (?:will|is to|should|has to|must|is going|takes?|took|is responsible|was asked|agreed to|volunteered)\b|\bassigned\b", re.I)
_ASKS_DECISION = lazy_pattern(r"最終的|結局|決まりました|決まった|決定|結論|\b(?:decided|finally|in the end|final|agreed|settled|outcome)\b", re.I)
_ASKS_WHY = lazy_pattern(r"なぜ|どうして|理由|\bwhy\b|\breasons?\b|\bhow come\b", re.I)
_FRAME = lazy_pattern(r"最初の|案に|提案|反対した|のは誰で?|誰が|理由|何でしたか|なぜ|どうして|最終的に|どう決まりましたか|決まりましたか|に関して|について|担当する|期限はいつですか|\b(?:who|why|what|when|was|were|did|the|first|reasons?|objected|objection|to|proposal|finally|decided|in the end|and)\b", re.I)
_REACH = 10  # turns between what is objected to and the objection
_ABOUT, _LEAST = 0.5, 0.6  # share of a question's words in a turn about it; in the one sentence that is the whole evidence
_SAID = 0.3  # the same in a turn of the person who is asked about
_LEAD = 0.1  # of that sentence over the next one
_NEAREST = 0.1  # of the share that another decision about the same thing may hold less


@dataclass(frozen=True, slots=True)
class _Turn:
    speaker: str
    text: str
    sentences: tuple[int, ...]


def the_turn(question: str, locator: Locator) -> TheTurn | None:
    """The turn that answers a question about a meeting; None for other questions, and where no turn stands out."""
    if not any(u.speaker for d in locator.index.documents for u in d.units):
        return None
    turns = _turns(locator)
    named = {turn.speaker for turn in turns if turn.speaker and turn.speaker in question}
    subject = _FRAME.sub(" ", _ASKS_OBJECTION.sub(" ", question))
    for name in named:
        subject = subject.replace(name, " ")
    wording = locator.word(subject)
    if not wording.weights:
        return None
    if _ASKS_OBJECTION.search(question):
        return _objection(turns, wording, named)
    if named and _ASKS_WHY.search(question):
        return _said_by(turns, wording, named)
    shares = {s.number: wording.share_of(locator.text(s.span)) for s in locator.sentences}
    if _ASKS_DECISION.search(question):
        return _decision(locator, shares)
    if _ASKS_TASK.search(question):
        best, second = [*sorted(shares, key=lambda n: -shares[n])[:2], -1][:2]
        if shares[best] >= _LEAST and shares[best] - shares.get(second, 0.0) >= _LEAD:
            return TheTurn((best,), _bare(locator, best))
    return None


def _turns(locator: Locator) -> list[_Turn]:
    """The turns of the documents with their sentences."""
    found: list[_Turn] = []
    last: tuple[int, int] | None = None
    for sentence in locator.sentences:
        place = (sentence.span.doc_index, sentence.span.unit_index)
        unit = locator.index.documents[place[0]].units[place[1]]
        words = locator.index.text(sentence.span)
        if place == last:
            turn = found[-1]
            found[-1] = _Turn(turn.speaker, f"{turn.text} {words}", (*turn.sentences, sentence.number))
        else:
            found.append(_Turn(unit.speaker or "", words, (sentence.number,)))
        last = place
    return found


def _said_by(turns: Sequence[_Turn], wording: Wording, named: Collection[str]) -> TheTurn | None:
    """The turn of the people named that holds most of the question; None where none holds enough."""
    shares = {n: wording.share_of(t.text) for n, t in enumerate(turns) if t.speaker in named}
    best = max(shares, key=lambda n: shares[n], default=-1)
    return None if best < 0 or shares[best] < _SAID else _spoken(turns[best])


def _objection(turns: Sequence[_Turn], wording: Wording, named: Collection[str]) -> TheTurn | None:
    """The turn that objects to what a turn before it says of the subject; None where none does.

    `named`: the people of whom it is asked; empty: anybody.
    """
    about = [wording.share_of(turn.text) >= _ABOUT for turn in turns]
    ranked: list[tuple[float, int]] = []
    for number, turn in enumerate(turns):
        if not _OBJECTS.search(turn.text) or (named and turn.speaker not in named):
            continue
        before = [n for n in range(max(0, number - _REACH), number + 1) if about[n]]
        if not before:
            continue
        proposed = [v for n in before for v in values_told(turns[n].text)]
        same = any(alike(v, p) for v in bounded(values_told(turn.text)) for p in bounded(proposed))
        score = 2.0 * bool(_PLAINLY.search(turn.text)) + 1.0 * same - 0.1 * (number - before[-1])
        ranked.append((score, -number))
    return _spoken(turns[-max(ranked)[1]]) if ranked else None


def _spoken(turn: _Turn) -> TheTurn:
    """A turn with its speaker."""
    words = turn.text.removeprefix(f"{turn.speaker}:").strip()
    return TheTurn(turn.sentences, f"{turn.speaker}: {words}", turn.speaker)


def _bare(locator: Locator, number: int) -> str:
    """A sentence without its speaker."""
    span = locator.sentences[number].span
    speaker = locator.index.documents[span.doc_index].units[span.unit_index].speaker
    return " ".join(locator.index.text(span).split()).removeprefix(f"{speaker}:").strip()


def _decision(locator: Locator, shares: dict[int, float]) -> TheTurn | None:
    """The last sentence that decides on what is asked."""
    texts = {s.number: locator.index.text(s.span) for s in locator.sentences}
    deciding = [n for n, t in texts.items() if shares[n] >= _LEAST and DECIDED.search(t) and not OPEN.search(t)]
    best = max((shares[n] for n in deciding), default=0.0)
    near = [n for n in deciding if shares[n] >= best - _NEAREST]
    return TheTurn((max(near),), _bare(locator, max(near))) if near else None
