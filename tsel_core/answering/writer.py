"""Writing an answer after a reading: tokens to text, thoughts apart, an interruption keeps what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tsel_core.answering.places import Places
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading, Step
from tsel_core.engine.sampling import Choose
from tsel_core.errors import TselError
from tsel_core.progress import Progress
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.stop_words import StopWords
from tsel_core.prompts.stream import TextStream
from tsel_core.prompts.thinking import Thoughts, closing_ids, opens_thought
from tsel_core.prompts.units import unit_of_rows
from tsel_core.text.sentences import SentenceTracker

OnText = Callable[[str], None]
_EVERY = 16  # tokens between two looks at the text


@dataclass(frozen=True)
class Written:
    """What was written: text with the attention of each sentence, and how it ended.

    `stop`: "end", "length", "interrupted" or "error"; `failure` is the error. `answer_ids` are the tokens of the
    answer, `num_tokens` counts those of a thought too.
    """

    tracker: SentenceTracker
    num_tokens: int
    stop: str = "end"
    failure: TselError | None = None
    answer_ids: tuple[int, ...] = ()
    thought: dict[str, Any] | None = None
    places: Places | None = None  # what the weights of the text's sentences are of; None: units

    @classmethod
    def otherwise(cls, text: str, num_tokens: int, stop: str = "end") -> Written:
        """A text that was made otherwise than by writing it after the reading; nothing is known of its attention."""
        tracker = SentenceTracker()
        tracker.add(text, None)
        return cls(tracker, num_tokens, stop)


@dataclass(frozen=True)
class Writer:
    """Writes after readings; `limit` tokens at most, `think` of them before the answer (0: half of them).

    What is not at its end there may go on for `more` tokens; `stops` is asked of the text now and then, and ends it.
    `choose` picks the tokens instead of the engine's settings; the reply ends before the first of `stop_words`.
    """

    engine: Engine
    tokenizer: Any
    progress: Progress
    limit: int
    think: int = 0
    more: int = 0
    stops: Callable[[str], bool] | None = None
    choose: Choose | None = None
    stop_words: tuple[str, ...] = ()
    fine: bool = False  # weigh the document by its sentences, for a report

    def write(self, prompt: Prompt, reading: Reading, on_text: OnText | None = None) -> Written:
        """Write the answer to a prompt that was read. Ctrl-C keeps what was written.

        An error after the first words keeps them, too; the caller then lets the reading go. Raises TselError when
        nothing was written yet, with the reading empty and its memory free.
        """
        stream, tracker = TextStream(self.tokenizer), SentenceTracker()
        thoughts = Thoughts(self.tokenizer, opens_thought(self.tokenizer.decode(prompt.input_ids[-8:])))
        ends = StopWords(self.stop_words)
        stop, failure = "end", None
        places = self._watch(prompt, reading) if self.engine.traced_layers else None
        self.progress.begin("write", self.limit, "tokens")
        try:
            for step in self._steps(reading, thoughts):
                piece = thoughts.push(step.token_id, stream.push(step.token_id))
                self.progress.advance(len(stream.ids))
                if not thoughts.inside:
                    _take(ends.push(piece), step, tracker, on_text)
                if ends.found is not None:
                    break
                if self.stops is not None and len(stream.ids) % _EVERY == 0 and self.stops(tracker.text):
                    break
            if len(stream.ids) == self.limit + self.more and ends.found is None:
                stop = "length"
        except KeyboardInterrupt:
            stop = "interrupted"
        except TselError as error:
            if not stream.ids:
                self.engine.let_go(reading)
                raise
            stop, failure = "error", error
        rest = ends.push(thoughts.finish(stream.finish()))
        rest += ends.finish()
        tracker.end(rest)
        if rest and on_text:
            on_text(rest)
        self.progress.end()
        thought = thoughts.as_json() if thoughts.num_tokens else None
        return Written(tracker, len(stream.ids), stop, failure, tuple(thoughts.answer_ids), thought, places)

    def _watch(self, prompt: Prompt, reading: Reading) -> Places | None:
        """Weigh units, or for a report the document's sentences, from now on."""
        places = Places.of(prompt) if self.fine else None
        capacity = reading.cache.capacity
        rows = unit_of_rows(prompt, capacity) if places is None else places.rows(capacity)
        count = len(prompt.rendered.placed) if places is None else len(places.sentences)
        self.engine.runtime.trace.watch_units(rows.to(self.engine.device), count)
        return places

    def _steps(self, reading: Reading, thoughts: Thoughts) -> Iterator[Step]:
        """The tokens of a reply. A thought longer than its share of them is ended, and the answer written after it."""
        most, steps = (
            self.think or self.limit // 2,
            self.engine.write(reading, self.limit + self.more, choose=self.choose),
        )
        written = 0
        for step in steps:
            written += 1
            yield step
            if thoughts.inside and thoughts.num_tokens >= most:
                break
        else:
            return
        steps.close()  # type: ignore[attr-defined]
        closing = closing_ids(self.tokenizer)
        left = self.limit + self.more - written - len(closing)
        if left > 0:
            self.engine.extend(reading, [step.token_id, *closing])  # the token that was just yielded is not in it yet
            thoughts.end()
            yield from self.engine.write(reading, left, choose=self.choose)


def _take(piece: str, step: Step, tracker: SentenceTracker, on_text: OnText | None) -> None:
    tracker.add(piece, step.unit_weights)
    if piece and on_text:
        on_text(piece)
