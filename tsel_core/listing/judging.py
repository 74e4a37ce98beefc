"""The model's part of a list: yes or no about a sentence or a whole unit, measured by what it says of this document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Protocol

from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.deciding.judge import log_odds
from tsel_core.listing.wish import Wish
from tsel_core.prompts.library import has_prompt, prompt_list, prompt_text
from tsel_core.sweep.sentences import Sentence

_BEFORE = 2  # sentences of the same unit shown before the marked one
_LONGEST = 1500  # characters of a passage
_MARK = ">> "
_LEAST = 3  # sentences of a side that make its middle known
_USUAL = 2.0  # log-odds between a passage that says nothing and one that belongs in the list, where nothing is known
_TELLS = 0.4  # log-odds between the sides below which the model does not tell them apart


class ListJudge(Protocol):
    """What an exhaustive list asks of a model."""

    def sentence(self, unit: Sequence[Sentence], at: int, above: str) -> float:
        """Probability that the sentence `at` of a unit belongs in the list; `above` are the headings over it."""
        ...

    def unit(self, text: str, above: str) -> float:
        """Probability that a unit as a whole does."""
        ...

    def nothing(self) -> float:
        """The same of a passage that says nothing: how the model leans by the question alone."""
        ...


@dataclass(frozen=True)
class Scale:
    """What the model says of this document: the middle of what belongs in the list by its words, and of what does not.

    A model leans to yes or no by the question alone, and by the document; only where it stands between the two says
    something.
    """

    no: float
    yes: float

    @classmethod
    def of(cls, belonging: Sequence[float], other: Sequence[float], nothing: float) -> Scale:
        """From probabilities; a side with too few of them is put beside the passage that says nothing."""
        low = median(map(log_odds, other)) if len(other) >= _LEAST else log_odds(nothing)
        high = fmean(map(log_odds, belonging)) if len(belonging) >= _LEAST else low + _USUAL
        return cls(low, high)

    @property
    def tells(self) -> bool:
        """Whether the model tells the two apart at all."""
        return self.yes - self.no >= _TELLS

    def place(self, share: float) -> float:
        """Where a probability stands: 0 as what does not belong, 1 as what does."""
        return (log_odds(share) - self.no) / (self.yes - self.no)


@dataclass
class AskedJudge:
    """The model that read the documents; `alone` asks it about the passage without the document before it."""

    asker: Asker
    wish: Wish
    alone: bool = False
    num_asked: int = 0
    instruction: str = field(init=False)

    def __post_init__(self) -> None:
        wish, lang = self.wish, self.wish.lang
        kind = wish.kind.name if wish.kind is not None and has_prompt("list", wish.kind.name, lang) else "other"
        name = "rest" if wish.rest and kind != "other" else kind
        who = (
            prompt_text("list", "whose", lang).format(who=wish.who)
            if wish.who
            else prompt_text("list", "somebody", lang)
        )
        self.instruction = prompt_text("list", name, lang).format(who=who, wish=wish.words)

    def sentence(self, unit: Sequence[Sentence], at: int, above: str) -> float:
        """See ListJudge."""
        shown = range(max(0, at - _BEFORE), at + 1)
        lines = [(_MARK if n == at else "") + " ".join(unit[n].text.split()) for n in shown]
        speaker = unit[at].speaker
        return self._asked(_under(above, [*([f"{speaker}:"] if speaker else []), *lines]))

    def unit(self, text: str, above: str) -> float:
        """See ListJudge."""
        return self._asked(_under(above, [_MARK + " ".join(text.split())[:_LONGEST]]))

    def nothing(self) -> float:
        """See ListJudge."""
        return self._asked(prompt_text("list", "nothing", self.wish.lang))

    def _asked(self, passage: str) -> float:
        options = prompt_list("list", "options", self.wish.lang)
        self.num_asked += 1
        if not self.alone:
            try:
                return self.asker.choose(self.instruction, options, [passage], alone=False, by_first=True)[0]
            except DoesNotFit:  # no room behind the document
                self.alone = True
        return self.asker.choose(self.instruction, options, [passage], alone=True, once=True, by_first=True)[0]


def _under(above: str, lines: Sequence[str]) -> str:
    return "\n".join([above, *lines] if above else lines)
