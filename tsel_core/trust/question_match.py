"""How much of a question stands together in one place of the document.

What a document answers it mostly speaks of somewhere, in words of the question; what it does not, hardly.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.asked_in import ASKS
from tsel_core.text.tongue import folded, tongue_of, tongues_in
from tsel_core.trust.passages import BOOST, PassageIndex, features, stem

CITED_REACH = 5  # the same around a cited passage: in a meeting the answer comes some turns after the question
REACH = 2  # passages before and after that count as the same place: the next turn, the sentence before
MIN_PLACE = 0.20  # of the question's weight around a passage that is cited for the question alone
MAX_PLACES = 4000  # passages looked at for one word; a word in more of them says nothing about the place
# what questions are made of, whatever they are about
_FRAME_WORDS = """
answer question statement true false yes no mention mentioned state stated say says said tell told explain
explained describe described discuss discussed discussion list name give given find quote cite summarize summary
according text document file agreement contract clause paragraph section passage page meeting minutes transcript
report article provide provided include included contain following specific specified specify there here much
many kind type think thought opinion view people participant person thing way main please exactly word between
other during both either detail information regarding concern concerning relate related use used made make mean
point reason long
"""
# the same in further languages, as whole words; in Chinese and Korean as what they are written with
_FRAME_WORDS_IN = """
vertrag vertrags vertrages dokument dokuments klausel absatz abschnitt aussage behauptung frage folgende folgenden
wahr falsch richtig erwähnt nennen zitieren steht laut contrat article affirmation suivante vrai vraie faux fausse
mentionné citez contrato documento cláusula artículo afirmación siguiente verdadera verdadero falsa falso mencionado
cite citar contratto clausola articolo affermazione seguente vera vero falsa menzionato citare artigo afirmação
seguinte verdadeira verdadeiro mencionada
"""
_FRAME_IN = {
    "zh": lazy_pattern(
        "是否|可不可以|可以|能不?能|可否|能否|有[没沒]有|是不是|什[么麼]时候|什麼時候|什[么麼]|多少|如何|为什么|為什麼|怎么|怎麼|[谁誰]|哪[里裡个個些一]?|几(?=[天日年月个])|[请請]|[吗嗎]"
        "|根据|根據|本?(?:合同|协议|協議|文件)[书書]?|规定|規定|约定|約定|条款|條款|引用|说明|說明|列出|应当|應當|应该|必[须須]|需要|以下|说法|正确|正確"
    ),
    "ko": lazy_pattern(
        "(?:수\\s?)?(?:있|없|하|되|해야|되어)?(?:습|입|합|됩|옵)?니까|인?가요|나요|얼마|언제|누구|누가|무엇|어디|어떤|어떻게|며칠|몇|계약서?(?:에|는|은|의)?|문서(?:에|는)?|조항|규정|인용해?|주세요|다음|문장"
    ),
}
_STATED = lazy_pattern(r"[\"“„«「]\s*([^\"”“»」]{4,})[\"”“»」]")
_JUDGED = lazy_pattern(
    r"(?:正しい|誤り|真偽|本当)[^「」]*「(?P<ja>[^」]{4,})」|「(?P<ja2>[^」]{4,})」[^「」]*(?:正しい|誤り|真偽|本当)"
    r"|\btrue\b.{0,40}\bfalse\b[^\"“]*[\"“](?P<en>[^\"”]{4,})[\"”]",
    re.I | re.S,
)
_FRAME = frozenset(stem(folded(word)) for word in (_FRAME_WORDS + _FRAME_WORDS_IN).split())


@dataclass(frozen=True, slots=True)
class QuestionMatch:
    """The place that holds the largest share (0..1) of a question's weight, of `num_words` indexed words.

    `span` is the passage in the middle of it that holds most; None when no word of the question is in the document. A
    question of frame words alone ("What is this document?") has share 1 and no words. `cited_share` is the largest
    share around a cited passage, None without citations.
    """

    share: float
    num_words: int
    span: SourceSpan | None = None
    cited_share: float | None = None


def content_words(question: str) -> dict[str, float]:
    """Indexed features of a question with their weights, without those that any question may have."""
    text = judged_statement(question) or question
    frame = _FRAME_IN.get(tongue_of(text))
    return {f: w for f, w in features(frame.sub(" ", text) if frame else text).items() if f not in _FRAME}


def judged_statement(question: str) -> str:
    """The statement in quotation marks that a question wants judged as true or false; "" for any other question."""
    match = _JUDGED.search(question)
    if match is None:
        asks = ASKS.get(tongue_of(question))
        match = _STATED.search(question) if asks is not None and asks.truth.search(question) else None
    return next(filter(None, match.groups()), "").strip() if match else ""


def match_question(question: str, index: PassageIndex, cited: Sequence[SourceSpan] = ()) -> QuestionMatch:
    """Find the place. Rare words count more, absent ones most; headings and speaker of a place count in full."""
    weights = {f: w * index.rarity(f) for f, w in content_words(question).items()}
    total = sum(weights.values())
    if not total:
        return QuestionMatch(1.0, 0)
    places = _Places(index, weights)
    number, score = places.best()
    around = [places.score(n, CITED_REACH) for span in cited for n in _passages(span, index)]
    return QuestionMatch(
        score / total,
        len(weights),
        None if number is None else index.spans[number],
        max(around) / total if around else None,
    )


def question_places(
    question: str, index: PassageIndex, k: int, boosts: dict[tuple[int, int], float] | None = None
) -> list[SourceSpan]:
    """Up to k passages that the question is about, best first, none beside another.

    `boosts` (0..1) favour units (doc_index, unit_index) that attention weighed. Places with less than MIN_PLACE of the
    question's weight around them are none.
    """
    weights = {f: w * index.rarity(f) for f, w in content_words(question).items()}
    total = sum(weights.values())
    places, ranked = _Places(index, weights), []
    for number, own in places.held.items():
        around = places.score(number, CITED_REACH)
        if around >= MIN_PLACE * total:
            span = index.spans[number]
            lent = BOOST * total * (boosts or {}).get((span.doc_index, span.unit_index), 0.0)
            ranked.append((around + sum(weights[f] for f in own) + lent, -number))
    chosen: list[int] = []
    for _, number in sorted(ranked, reverse=True):
        if len(chosen) < k and all(abs(number - other) > REACH for other in chosen):
            chosen.append(number)
    return [index.spans[-n] for n in chosen]


class _Places:
    """Which words of one question stand in which passages."""

    def __init__(self, index: PassageIndex, weights: dict[str, float]) -> None:
        self.index, self.weights = index, weights
        self.held: dict[int, set[str]] = defaultdict(set)
        for feature in weights:
            for number in index.postings.get(feature, ())[:MAX_PLACES]:
                self.held[number].add(feature)

    def score(self, number: int, reach: int) -> float:
        """Weight of the words within `reach` passages of one, in the same document, its headings among them."""
        span = self.index.spans[number]
        found = set(self.index.context[span.doc_index, span.unit_index] & self.weights.keys())
        for near in range(number - reach, number + reach + 1):
            if near in self.held and self.index.spans[near].doc_index == span.doc_index:
                found |= self.held[near]
        return sum(self.weights[f] for f in found)

    def best(self) -> tuple[int | None, float]:
        """Number of the passage with the best surroundings, of equal ones that which holds most itself."""
        best, place = (0.0, 0.0), None
        for number, own in self.held.items():
            score = (self.score(number, REACH), sum(self.weights[f] for f in own))
            if score > best:
                best, place = score, number
        return place, best[0]


def _passages(span: SourceSpan, index: PassageIndex) -> list[int]:
    """Numbers of the passages that a span touches."""
    numbers = index.by_unit.get((span.doc_index, span.unit_index), ())
    return [n for n in numbers if index.spans[n].start < span.end and index.spans[n].end > span.start]


def same_script(text: str, index: PassageIndex) -> bool:
    """Whether the words of a text can be compared with the documents' at all: not English with Japanese, or German."""
    units = (u for d in index.documents for u in islice((u for u in d.units if u.in_flow), 40))
    sample = "\n".join(u.text[:400] for u in units)
    asked, there = _wide_share(text), _wide_share(sample)
    if not (there >= 0.05 if asked > 0.2 else there <= 0.6):
        return False
    tongue, read = tongue_of(text), _tongues_in(sample)
    if not tongue or not read or tongue in read:
        return True
    return match_question(text, index).share >= MIN_PLACE  # "What is the Kaution?"


@lru_cache(maxsize=64)
def _tongues_in(sample: str) -> frozenset[str]:
    return tongues_in(sample)


def _wide_share(text: str) -> float:
    """Share of the letters that are Japanese."""
    letters = [c for c in text if c.isalpha()]
    return sum(1 for c in letters if ord(c) > 0x2E7F) / len(letters) if letters else 0.0
