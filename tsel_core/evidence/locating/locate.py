"""Where a document answers a question: whole sentences, found by words and (where known) by the model's own heads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, zip_longest

from tsel_core.document import SourceSpan
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.evidence.heads.sentence import Sentence, whole_sentences
from tsel_core.evidence.locating.spoken import Spoken, spoken_of
from tsel_core.evidence.locating.the_turn import TheTurn
from tsel_core.evidence.locating.wording import Wording, word_question
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.evidence import Sentences
from tsel_core.trust.passages import PassageIndex

NUM_BY_HEADS, NUM_BY_WORDS = 4, 2
NUM_WORDS_ALONE = 4
NUM_OPENING = 4  # sentences and headings that a document begins with
_OPENING = 200  # characters
_SHORT = 220  # characters of a neighbour that is shown too
_MARK = lazy_pattern(r"\W*\w{0,3}\W*")  # "4.", "(b)", "---": says nothing
BUDGET = {"en": 2000, "ja": 900}  # characters of evidence: about 500 tokens


@dataclass(frozen=True, slots=True)
class Located:
    """Evidence for a question: sentences best first, and what is shown of them in the document's order.

    `texts` are the passages as a reader is given them: neighbours of a sentence with it, headings in front.
    `by_words` and `by_heads` are the sentences' numbers as each of the two ranks them; `spoken` are the clauses that
    speak of the concept a judged question is about. `turn`: the turn of a meeting that answers.
    """

    ranked: tuple[Sentence, ...]
    spans: tuple[SourceSpan, ...]
    texts: tuple[str, ...]
    by_words: tuple[int, ...] = ()
    by_heads: tuple[int, ...] = ()
    spoken: Spoken | None = None
    turn: TheTurn | None = None


class Locator:
    """Finds evidence in one set of documents."""

    def __init__(self, index: PassageIndex) -> None:
        self.index = index
        self.sentences = whole_sentences(index)
        self.of_passage = {p: s.number for s in self.sentences for p in s.passages}

    @cached_property
    def read(self) -> Sentences:
        """The sentences as claims read them."""
        return Sentences(self.index)

    def locate(
        self,
        question: str,
        masses: HeadMasses | None = None,
        *,
        words: bool = True,
        opening: bool = False,
        judged: bool = False,
    ) -> Located:
        """Sentences that answer `question`: the heads' first four and the words' first two; without heads, four.

        `opening`: those that the first document begins with come first. `judged`: so do clauses of the concept.
        """
        by_words = self.rank_by_words(question) if words else ()
        by_heads = self.rank_by_heads(masses) if masses is not None else ()
        spoken = self.spoken(question) if judged else None
        first = [*(self.first(NUM_OPENING) if opening else []), *(spoken.clauses if spoken else ())]
        found = self.shown(list(dict.fromkeys([*first, *chosen_of(by_words, by_heads)])), by_words, by_heads)
        return replace(found, spoken=spoken)

    def spoken(self, matter: str) -> Spoken | None:
        """The clauses that speak of what a question or statement is about, where that is a known concept."""
        return spoken_of(matter, self.index, self.sentences)

    def opening(self) -> str:
        """How the first document begins: its title, mostly."""
        first = [self.index.text(self.sentences[n].span) for n in self.first(1)]
        return " ".join(" ".join(first).split())[:_OPENING]

    def first(self, count: int) -> list[int]:
        """Numbers of the sentences and headings that the documents begin with, lone marks left out."""
        said = (s.number for s in self.sentences if not _MARK.fullmatch(self.index.text(s.span)))
        return list(islice(said, count))

    def rank_by_words(self, question: str, k: int = 12) -> tuple[int, ...]:
        """Sentences that hold the question's words, or those that say the same, best first.

        The two orders take turns: neither the words as they are nor their synonyms find all.
        """
        plain = [self.of_passage[h.passage_idx] for h in self.index.search(question, 3 * k)]
        other = [self.of_passage[n] for n in self.word(question).rank(3 * k)]
        turns = (n for pair in zip_longest(other, plain) for n in pair if n is not None)
        return tuple(dict.fromkeys(turns))[:k]

    def word(self, question: str) -> Wording:
        """The words of a question in these documents."""
        return word_question(question, self.index)

    def rank_by_heads(self, masses: HeadMasses, k: int = 12) -> tuple[int, ...]:
        """Sentences that the retrieval heads look at, best first."""
        scores = masses.by_sentence(self.sentences)
        best = scores.argsort()[::-1][:k]
        return tuple(int(n) for n in best if scores[n] > 0)

    def shown(
        self,
        chosen: Sequence[int],
        by_words: Sequence[int] = (),
        by_heads: Sequence[int] = (),
        room: float = 1.0,
        near: bool = True,
    ) -> Located:
        """Evidence of these sentences (best first), as many as fit in `room` times the budget; `near`: neighbours."""
        kept: list[int] = []
        size = 0
        for number in chosen:
            text = self.index.text(self.sentences[number].span)
            if _MARK.fullmatch(text):
                continue
            limit = room * BUDGET["ja" if _is_wide(text) else "en"]
            if kept and size + len(text) > limit:
                continue
            kept.append(number)
            size += len(text)
        beside = {other for number in kept for other in self._with_neighbours(number)} if near else kept
        runs = _runs(sorted(beside), self.sentences)
        spans = [_joined(run, self.sentences) for run in runs]
        ranked = tuple(self.sentences[n] for n in kept)
        return Located(ranked, tuple(spans), tuple(map(self.text, spans)), tuple(by_words), tuple(by_heads))

    def text(self, span: SourceSpan) -> str:
        """The words of a span with the headings it stands under."""
        unit = self.index.documents[span.doc_index].units[span.unit_index]
        words = " ".join(self.index.text(span).split())
        above = " > ".join(h.strip() for h in unit.heading_path[-2:] if h.strip() and h.strip() not in words)
        return f"{above}: {words}" if above else words

    def _with_neighbours(self, number: int) -> Iterable[int]:
        """A sentence and those beside it: of the same unit, or short turns and rows before and after."""
        here = self.sentences[number].span
        yield number
        for near in (number - 1, number + 1):
            if 0 <= near < len(self.sentences):
                span = self.sentences[near].span
                same = (span.doc_index, span.unit_index) == (here.doc_index, here.unit_index)
                beside = span.doc_index == here.doc_index and abs(span.unit_index - here.unit_index) == 1
                if (same or beside) and span.end - span.start <= _SHORT and not _MARK.fullmatch(self.index.text(span)):
                    yield near


def chosen_of(by_words: Sequence[int], by_heads: Sequence[int]) -> list[int]:
    """What is shown of two orders, best first."""
    return list(dict.fromkeys([*by_heads[:NUM_BY_HEADS], *by_words[: NUM_BY_WORDS if by_heads else NUM_WORDS_ALONE]]))


def _runs(numbers: Sequence[int], sentences: Sequence[Sentence]) -> list[list[int]]:
    """Numbers in a row that belong to one unit."""
    runs: list[list[int]] = []
    for number in numbers:
        span = sentences[number].span
        before = sentences[runs[-1][-1]] if runs else None
        here = span.doc_index, span.unit_index
        same = before is not None and (before.span.doc_index, before.span.unit_index) == here
        if before is not None and same and before.number == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _joined(run: Sequence[int], sentences: Sequence[Sentence]) -> SourceSpan:
    first, last = sentences[run[0]].span, sentences[run[-1]].span
    return SourceSpan(first.doc_index, first.unit_index, first.start, last.end)


def _is_wide(text: str) -> bool:
    return sum(1 for c in text if ord(c) > 0x2E7F) > len(text) / 4
