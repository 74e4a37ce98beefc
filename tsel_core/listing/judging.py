"""The model's part of a list: yes or no about a sentence or a unit, as log-odds over what it says of no text at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asker import Asker
from tsel_core.evidence.judge import log_odds
from tsel_core.listing.wish import Wish
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.sweep.sentences import Sentence

_BEFORE, _AFTER = 2, 0  # sentences of the same unit shown around the marked one
_LONGEST = 1500  # characters of a passage


@dataclass(frozen=True, slots=True)
class Yes:
    """Probability of yes, and how much more that is than for a passage that says nothing (nats of log-odds)."""

    share: float
    lift: float


class ListJudge(Protocol):
    """What an exhaustive list asks of a model."""

    def sentence(self, unit: Sequence[Sentence], at: int, above: str) -> Yes:
        """Whether the sentence `at` of a unit belongs in the list; `above` are the headings it stands under."""
        ...

    def unit(self, text: str, above: str) -> Yes:
        """Whether anything in a unit belongs in the list."""
        ...


@dataclass
class AskedJudge:
    """The model that read the documents; `alone` asks it about the passage without the document before it."""

    asker: Asker
    wish: Wish
    alone: bool = False
    num_asked: int = 0
    _priors: dict[str, float] = field(default_factory=dict)

    def sentence(self, unit: Sequence[Sentence], at: int, above: str) -> Yes:
        """See ListJudge."""
        lines = [
            (">> " if number == at else "") + " ".join(unit[number].text.split())
            for number in range(max(0, at - _BEFORE), min(len(unit), at + _AFTER + 1))
        ]
        speaker = unit[at].speaker
        return self._asked("sentence", _under(above, "\n".join(lines), speaker))

    def unit(self, text: str, above: str) -> Yes:
        """See ListJudge."""
        return self._asked("unit", _under(above, " ".join(text.split())[:_LONGEST], ""))

    def _asked(self, name: str, passage: str) -> Yes:
        share = self._share(name, passage)
        if name not in self._priors:
            self._priors[name] = self._share(name, prompt_text("list", f"nothing_{name}", self.wish.lang))
        return Yes(share, log_odds(share) - log_odds(self._priors[name]))

    def _share(self, name: str, passage: str) -> float:
        lang = self.wish.lang
        options = prompt_list("list", "options", lang)
        instruction = prompt_text("list", name, lang).format(wish=self.wish.words)
        self.num_asked += 1
        if not self.alone:
            try:
                return self.asker.choose(instruction, options, [passage], alone=False, by_first=True)[0]
            except DoesNotFit:  # no room behind the document
                self.alone = True
        return self.asker.choose(instruction, options, [passage], alone=True, once=True, by_first=True)[0]


def _under(above: str, text: str, speaker: str) -> str:
    spoken = f"{speaker}: {text}" if speaker else text
    return f"{above}\n{spoken}" if above else spoken
