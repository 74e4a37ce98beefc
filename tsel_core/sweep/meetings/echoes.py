# ruff: noqa: E501 (one pattern a line)
"""Decisions in no usual words: the last plain statement of a topic that takes up what somebody had proposed.

However people say it ("Turin wins, then."), what is decided was named before by somebody else, and is named again
without doubt, question or reason. Such a sentence is a doubtful candidate, the last of its topic a likely one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.common_words import COMMON
from tsel_core.sweep.deadlines import find_deadline
from tsel_core.sweep.item import Item, Status
from tsel_core.sweep.meetings.agreements import Agreement, agreements
from tsel_core.sweep.meetings.decisions import decision_words
from tsel_core.sweep.meetings.openings import is_spontaneous
from tsel_core.sweep.meetings.talk import Talk, stretches, turns_down
from tsel_core.sweep.meetings.topics import mentioned
from tsel_core.sweep.meetings.walk import Walk
from tsel_core.sweep.sentences import Sentence
from tsel_core.trust.passages import features

_LIKELY, _DOUBTFUL = 0.76, 0.42
_PLAINLY = 0.75  # score of a candidate by words that needs no help
_TASK = 0.8  # of a task that takes on what was spoken of
_STRETCH = 60  # sentences of a topic that is one question; in longer talk everything is taken up again
_MOST_DOUBTFUL = 3  # candidates of a stretch
_MOST_WORDS, _MOST_CHARS = 26, 60
_NO_EN = lazy_pattern(
    r"(?i)\b(?:because|since|but|doubt|trouble|problem|worry|worried|unhappy|not happy|could|would|might|maybe|perhaps|why|if|think|suggest|propose|vote for|prefer|like|liked|fine|compromise|what|how|who|when|looked|last (?:year|time)|was|were|had|did|promised|cannot|can['’]t|don['’]t|not sure|not [\w ]+, please|side|idea|see you|bye)\b|\?\s*$"
)
_NO_JA = lazy_pattern(
    r"反対|心配|無理|厳しい|難しい|からです|ためです|ので|と思い|考えて|推し|ではない|どうで|いかが|でしょうか|ですか|ますか|賛成でき|なら|かもしれ|案は|提案|案です|案という|しましょうか|ました[。]?$|でした|聞いて|お願いします|資料|(?:いくら|いつ|どこ|誰|だれ|どう|何|なぜ|どれ)[^。]*の[。]?$|[？?]$"
)
_OUT = lazy_pattern(
    r"(?i)^no \w+(?: \w+)?[.!]?$|\bis out\b|\bnot\b(?!.*(?:\bbut\b|[;,:–—]\s*\S))|no majority|\bno support\b|\bsay no\b|no to\b|ではありません|ではない|(?:は|を|も)[^、。]{0,6}(?:ません|ない|やめます|やめましょう|なし)(?:です|で)?[。]?$|不採用|見送|見合わせ|取り下げ|取りやめ|却下|否決"
)
_ASKS = lazy_pattern(r"[?？](?:\s|$)|(?:ですか|ますか|でしょうか)(?:。|$)")
_LONGEST = {"en": 140, "ja": 70}  # characters of a sentence that changes a decision
_LEAD = lazy_pattern(
    r"(?i)^(?:(?:ok(?:ay)?|right|so|now|well|good|fine|great|all right|then|and|yes|yeah|done|perfect|very well)\b[,.!]?\s*|(?:はい|では|それでは|じゃあ|ええ)[、。]?)+"
)


@dataclass(frozen=True, slots=True)
class _Echo:
    at: int
    words: frozenset[str]


def echo_items(walk: Walk, found: Sequence[Item]) -> list[Item]:
    """Candidates beside those that were found by words, which this raises where both say so.

    Likely is what settles a topic in which nothing was plainly decided, what is turned down right behind a decision,
    and a later return to the topic; doubtful are other late words of a topic.
    """
    talk = Talk.of(walk.sentences)
    if is_spontaneous(walk.sentences):
        return []
    used = {s for i in found for s in i.evidence if i.score >= _PLAINLY and not _is_object(s, i)}
    decided = {i.place for i in found if i.kind == "decision" and i.score >= _PLAINLY}
    settled = {s.index for s in walk.sentences if s.span in used}
    items: list[Item] = []
    for topic, indices in stretches(walk.topics):
        if len(indices) > _STRETCH:
            continue
        taken = _echoes(walk, talk, topic, indices)
        echoes = [e for e in taken if walk.sentences[e.at].span not in used]
        settling: _Echo | None = None
        nods: tuple[Sentence, ...] = ()
        if not _is_plain(walk, topic, indices, taken, decided):
            settling = _settling(walk, topic, echoes)
            agreed = _agreed(walk, talk, topic, indices, used)
            if agreed is not None and (settling is None or _decides(talk, indices, agreed.at, settling)):
                words = frozenset(f for f, w in talk.held[agreed.at].items() if f in talk.rare and w > 0.3)
                settling, nods = _Echo(agreed.at, words), agreed.nods
                echoes = [*(e for e in echoes if e.at != agreed.at), settling]
            elif settling is not None:
                led = [e for e in echoes if _leads(walk, walk.sentences[e.at]) and not _rejects(walk, e)]
                settling = next(
                    (e for e in led if turns_down(talk, indices, e.at, settling.at, settling.words)), settling
                )
        if settling is not None:
            settled.add(settling.at)
        late = {e.at for e in echoes[-_MOST_DOUBTFUL:]}
        for echo in echoes:
            near = [echo.at - n for n in (1, 2, 3) if echo.at - n in settled]
            behind = near != [] and topic != "" and not echo.words & _decided(talk, settled, indices)
            other = settling is not None and turns_down(talk, indices, settling.at, echo.at, echo.words)
            out = behind and (other or _rejects(walk, echo))
            likely = echo is settling or (out and _leads(walk, walk.sentences[echo.at]))
            if likely or echo.at in late:
                rejects = echo is not settling and (out or _rejects(walk, echo))
                made = _item(walk, echo.at, topic, _LIKELY if likely else _DOUBTFUL, out=rejects)
                told = tuple(n.span for n in nods) if echo is settling else ()
                items.append(replace(made, evidence=(*made.evidence, *told)))
    return items + _returns(walk, talk, used | {s for i in items for s in i.evidence if i.score >= _PLAINLY}, settled)


def _is_object(span: SourceSpan, item: Item) -> bool:
    """Whether a sentence before a task that is not plain only says what that is about: it may settle something itself."""
    place = item.place
    before = (span.doc_index, span.unit_index, span.start) < (place.doc_index, place.unit_index, place.start)
    return item.kind == "action" and item.score <= _TASK and before


def _decides(talk: Talk, indices: range, agreed: int, settling: _Echo) -> bool:
    """Whether what was agreed on stands, not what the chair said: that was before, or turns another proposal down."""
    return agreed > settling.at or turns_down(talk, indices, agreed, settling.at, settling.words)


def _agreed(walk: Walk, talk: Talk, topic: str, indices: range, used: set[SourceSpan]) -> Agreement | None:
    """What was agreed on last in a stretch, tasks and plain decisions left out."""
    title = set(features(topic))
    told = {
        at: {f for f, w in talk.held[at].items() if f in talk.rare and f not in title and f not in COMMON and w > 0.3}
        for at in indices
        if walk.sentences[at].span not in used and not talk.idle(walk.sentences[at])
    }
    found = agreements(walk.sentences, indices, told, walk.people.chair, walk.lang)
    return found[-1] if found else None


def _decided(talk: Talk, settled: set[int], indices: range) -> set[str]:
    """Words of what was settled in a stretch: to deny them is an objection, not a proposal turned down."""
    return {f for at in indices if at in settled for f in talk.held[at]}


def merged(found: Sequence[Item], echoes: Sequence[Item]) -> list[Item]:
    """Both, each sentence once: a doubtful candidate by words that is likely by structure is likely."""
    likely = {i.place: i for i in echoes}
    kept = []
    for item in found:
        other = likely.get(item.place)
        if other is None or item.score >= _PLAINLY:
            kept.append(item)
        elif item.kind == "decision" and item.status == other.status:
            kept.append(replace(item, score=max(item.score, other.score), section=item.section or other.section))
            likely.pop(item.place)
        elif item.score >= other.score:
            kept.append(item)
            likely.pop(item.place)
    return [*kept, *likely.values()]


def _is_plain(walk: Walk, topic: str, indices: range, taken: Sequence[_Echo], decided: set[SourceSpan]) -> bool:
    """Whether a decision by words is about the topic: it takes up what was proposed, or names the topic."""
    about = {e.at for e in taken} | {at for at in indices if topic.lower() in walk.sentences[at].text.lower()}
    return any(walk.sentences[at].span in decided for at in about)


def _item(walk: Walk, at: int, topic: str, score: float, *, out: bool) -> Item:
    sentence = walk.sentences[at]
    words = decision_words(sentence.text, walk.lang)
    status: Status = "rejected" if out else "decided"
    return Item("decision", words, (sentence.span,), sentence.speaker, status=status, section=topic, score=score)


def _settling(walk: Walk, topic: str, echoes: Sequence[_Echo]) -> _Echo | None:
    """What settles a topic: the last of the chair's own words that take something up; with its name before all."""
    led = [e for e in echoes if _leads(walk, walk.sentences[e.at]) and not _rejects(walk, e)]
    named = [e for e in led if topic.lower() in walk.sentences[e.at].text.lower()]
    return next(reversed(named or led), None)


def _rejects(walk: Walk, echo: _Echo) -> bool:
    return _OUT.search(walk.sentences[echo.at].text) is not None


def _returns(walk: Walk, talk: Talk, used: set[SourceSpan], settled: set[int]) -> list[Item]:
    """The chair comes back to a topic by its name and to what was said about it: a decision, or another one.

    Within the topic it must name what was decided, and is a change of it then.
    """
    said: dict[str, set[str]] = {}  # words of each topic's talk, and of its decisions
    decided: dict[str, set[str]] = {}
    items = []
    for at, sentence in enumerate(walk.sentences):
        words = talk.rare & set(talk.held[at])
        fresh = not any(n in settled and walk.sentences[n].turn == sentence.turn for n in range(max(0, at - 2), at))
        if fresh and sentence.span not in used and _comes_back(walk, at):
            turn = [s.text for s in walk.sentences[max(0, at - 2) : at + 1] if s.turn == sentence.turn]
            topic = mentioned(list(reversed(turn)), list(said))
            held = words - set(features(topic))
            changes = held & decided.get(topic, set())
            if topic and (changes or (held & said[topic] and topic != walk.topics[at])):
                made = _item(walk, at, topic, _LIKELY, out=False)
                items.append(replace(made, status="changed") if changes else made)
                decided.setdefault(topic, set()).update(held)
        now = walk.topics[at]
        if now and not talk.idle(sentence):
            said.setdefault(now, set()).update(words - set(features(now)))
        if at in settled:
            about = mentioned([sentence.text], list(said)) or now
            decided.setdefault(about, set()).update(words - set(features(about)))
    return items


def _comes_back(walk: Walk, at: int) -> bool:
    """Whether a sentence may return to a topic: the chair's, short, no question, nothing turned down, no opening."""
    sentence = walk.sentences[at]
    opens = walk.topics[at] not in walk.topics[:at]
    turn = " ".join(s.text for s in walk.sentences[max(0, at - 2) : at + 1] if s.turn == sentence.turn)
    plain = not _ASKS.search(turn) and not _OUT.search(sentence.text) and not sentence.cells
    return plain and not opens and _leads(walk, sentence) and len(sentence.text) <= _LONGEST[walk.lang]


def _leads(walk: Walk, sentence: Sentence) -> bool:
    return not walk.people.chair or sentence.speaker == walk.people.chair


def _echoes(walk: Walk, talk: Talk, topic: str, indices: range) -> list[_Echo]:
    """Sentences of a stretch that plainly name what another speaker named before in it."""
    title = set(features(topic))
    named: dict[str, set[str]] = {}
    found: list[_Echo] = []
    for at in indices:
        sentence = walk.sentences[at]
        if talk.idle(sentence) or at == indices[0]:  # a phrase, or what opens the topic
            continue
        held = talk.held[at]
        words = {f for f in held if f in talk.rare and f not in title and f not in COMMON and held[f] >= 0.3}
        taken = frozenset(f for f in words if named.get(f, set()) - {sentence.speaker})
        weight = sum(held[f] for f in taken)
        if weight >= (0.6 if walk.lang == "ja" else 1.0) and _states(sentence, walk.lang):
            found.append(_Echo(at, taken))
        for word in words:
            named.setdefault(word, set()).add(sentence.speaker)
    return found


def _states(sentence: Sentence, lang: str) -> bool:
    """Whether a sentence is short and says something without doubt, question, reason or deadline."""
    text = _LEAD.sub("", sentence.text)
    long = len(text) > _MOST_CHARS if lang == "ja" else len(text.split()) > _MOST_WORDS
    if long or sentence.cells:
        return False
    if (_NO_JA if lang == "ja" else _NO_EN).search(text) and not _OUT.search(text):
        return False
    due = find_deadline(sentence.text, lang)
    return due is None or not due[2]  # by when: rather a task
