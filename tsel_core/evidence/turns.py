# ruff: noqa: E501 (one pattern a line)
"""Questions of a meeting whose answer is one turn: who objected and why, who does it by when, what was decided in the end.

Words alone find the turn better than a likeness of the whole question: an objection hardly names its subject, it answers
a turn that does; of several decisions the last one holds; a task stands in one sentence, and its neighbours name others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tsel_core.evidence.locate import Locator
from tsel_core.evidence.typed import value_keys
from tsel_core.evidence.wording import Wording
from tsel_core.trust.claims.modality import DECIDED, OPEN

_ASKS_OBJECTION = re.compile(r"反対|異議|異論|難色|懸念|\b(?:object(?:ed|ion|ions|s)?|disagree\w*|oppos\w+|against|concerns?|concerned|push(?:ed)? back|critici[sz]\w+)\b", re.I)
_OBJECTS = re.compile(
    r"反対|異議|異論|賛成でき|賛同でき|納得でき|同意でき|難色|懸念|心配|厳しい|無理|問題があ|待ってくださ|避けたい|反発"
    r"|\b(?:object|objection|disagree|oppose[ds]?|against|not (?:so |very |really )?(?:sure|convinced|happy|comfortable)|concern(?:s|ed)?|worr(?:y|ied)|don['’]t (?:like|think|agree)|do not agree|can(?:no|['’])t (?:agree|support|accept)|push back|too (?:high|low|late|early|much|many|expensive|soon|tight|short|long|risky))\b",
    re.I,
)
_PLAINLY = re.compile(r"反対|異議|異論|(?:賛成|賛同|納得|同意)でき(?:ま|な)|\b(?:object|disagree|oppose[ds]?|against|can(?:no|['’])t (?:agree|support|accept))\b", re.I)
_ASKS_TASK = re.compile(r"担当|期限|いつまで|誰が|\bby when\b|\bwho (?:will|is to|should|has to|must|is going|takes?|took|is responsible|was asked|agreed to|volunteered)\b|\bassigned\b", re.I)
_ASKS_DECISION = re.compile(r"最終的|結局|決まりました|決まった|決定|結論|\b(?:decided|finally|in the end|final|agreed|settled|outcome)\b", re.I)
_ASKS_WHY = re.compile(r"なぜ|どうして|理由|\bwhy\b|\breasons?\b|\bhow come\b", re.I)
_FRAME = re.compile(r"最初の|案に|提案|反対した|のは誰で?|誰が|理由|何でしたか|なぜ|どうして|最終的に|どう決まりましたか|決まりましたか|に関して|について|担当する|期限はいつですか|\b(?:who|why|what|when|was|were|did|the|first|reasons?|objected|objection|to|proposal|finally|decided|in the end|and)\b", re.I)
_REACH = 10  # turns between what is objected to and the objection
_ABOUT, _LEAST = 0.5, 0.6  # share of a question's words in a turn about it; in the one sentence that is the whole evidence
_SAID = 0.3  # the same in a turn of the person who is asked about
_LEAD = 0.1  # of that sentence over the next one
_NEAREST = 0.1  # of the share that another decision about the same thing may hold less


@dataclass(frozen=True, slots=True)
class TheTurn:
    """Sentences (numbers, best first) that are the whole evidence, and whether their neighbours are shown with them."""

    sentences: tuple[int, ...]
    near: bool


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
        found = _objection(turns, wording, named)
        return TheTurn(found, near=True) if found else None
    if named and _ASKS_WHY.search(question):
        found = _said_by(turns, wording, named)
        return TheTurn(found, near=True) if found else None
    shares = {s.number: wording.share_of(locator.text(s.span)) for s in locator.sentences}
    if _ASKS_DECISION.search(question):
        return _decision(locator, shares)
    if _ASKS_TASK.search(question):
        best, second = [*sorted(shares, key=lambda n: -shares[n])[:2], -1][:2]
        if shares[best] >= _LEAST and shares[best] - shares.get(second, 0.0) >= _LEAD:
            return TheTurn((best,), near=False)
    return None


def stands_in(answer: str, question: str, text: str, people: Collection[str]) -> bool:
    """Whether an answer names a person or a value that the question does not, and all of them stand in a text."""
    named = [name for name in people if name in answer and name not in question]
    values = value_keys(answer) - value_keys(question)
    return bool(named or values) and all(n in text for n in named) and values <= value_keys(text)


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


def _said_by(turns: Sequence[_Turn], wording: Wording, named: Collection[str]) -> tuple[int, ...]:
    """The turn of the people named that holds most of the question, and the turn before it; () where none holds enough."""
    shares = {n: wording.share_of(t.text) for n, t in enumerate(turns) if t.speaker in named}
    best = max(shares, key=lambda n: shares[n], default=-1)
    if best < 0 or shares[best] < _SAID:
        return ()
    return (*turns[best].sentences, *(turns[best - 1].sentences[-2:] if best else ()))


def _objection(turns: Sequence[_Turn], wording: Wording, named: Collection[str]) -> tuple[int, ...]:
    """The turn that objects to what a turn before it says of the subject, and that turn; () where none does.

    `named`: the people of whom it is asked; empty: anybody.
    """
    about = [wording.share_of(turn.text) >= _ABOUT for turn in turns]
    ranked: list[tuple[float, int, int]] = []
    for number, turn in enumerate(turns):
        if not _OBJECTS.search(turn.text) or (named and turn.speaker not in named):
            continue
        before = [n for n in range(max(0, number - _REACH), number + 1) if about[n]]
        if not before:
            continue
        spoken = before[-1]
        proposed = set().union(*(value_keys(turns[n].text) for n in before))
        same = bool(value_keys(turn.text) & proposed)
        score = 2.0 * bool(_PLAINLY.search(turn.text)) + 1.0 * same - 0.1 * (number - spoken)
        ranked.append((score, -number, spoken))
    if not ranked:
        return ()
    _, at, spoken = max(ranked)
    objecting = turns[-at].sentences
    return tuple(dict.fromkeys([*objecting, *turns[spoken].sentences]))


def _decision(locator: Locator, shares: dict[int, float]) -> TheTurn | None:
    """The last sentence that decides on what is asked."""
    texts = {s.number: locator.index.text(s.span) for s in locator.sentences}
    deciding = [n for n, t in texts.items() if shares[n] >= _LEAST and DECIDED.search(t) and not OPEN.search(t)]
    best = max((shares[n] for n in deciding), default=0.0)
    near = [n for n in deciding if shares[n] >= best - _NEAREST]
    return TheTurn((max(near),), near=False) if near else None
