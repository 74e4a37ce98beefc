"""What the retrieval heads see while a question is read: known before the answer is written, for a look after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsel_core.evidence.asking.tail import Template, plain_ids
from tsel_core.evidence.heads.head_table import HeadTable, find_heads, keep_heads
from tsel_core.evidence.heads.masses import HeadMasses, masses_of, watched_layers
from tsel_core.layers.head_watch import HeadWatch
from tsel_core.progress import Progress
from tsel_core.prompts.build import Prompt

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine

LOOK_ROOM = 1536  # rows a reading needs for the question, the evidence and an answer beside its own


class Watching:
    """Notes what the retrieval heads see while a prompt's question is read: no second pass over it is needed."""

    def __init__(self, engine: Engine, tokenizer: Any, prompt: Prompt, heads: HeadTable | None) -> None:
        self.engine, self.prompt, self.heads = engine, prompt, heads
        self.watch: HeadWatch | None = None
        if heads is not None and heads.heads and engine.ranks is None:
            end = prompt.num_tokens - len(Template.of(tokenizer, prompt).end)
            begin = end - len(plain_ids(tokenizer, prompt.task.question, False))
            layers = watched_layers(heads.heads)
            self.watch = HeadWatch(layers, prompt.doc_start, prompt.doc_end, begin, prompt.num_tokens)

    def __enter__(self) -> Watching:
        self.engine.runtime.watch = self.watch
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.runtime.watch = None

    def masses(self) -> HeadMasses | None:
        """What was seen; None where nothing was watched."""
        if self.watch is None or self.heads is None or set(self.watch.last) != set(self.watch.heads):
            return None
        return masses_of(self.watch, self.heads.heads, self.prompt)


def known_heads(engine: Engine, tokenizer: Any, progress: Progress, make: bool | None = None) -> HeadTable | None:
    """The model's retrieval heads: known, or (by default on a GPU, where it takes seconds) calibrated now.

    None where they are not known and not made: evidence is then found by words alone.
    """
    sha256 = engine.loaded.info.sha256
    found = find_heads(sha256)
    if found is not None or not (engine.device.type == "cuda" if make is None else make):
        return found
    from tsel_core.evidence.calibration.calibrate import calibrate

    progress.begin("calibrate", 4, "documents")
    found = calibrate(engine, tokenizer, count=1, progress=lambda done, _: progress.advance(done))
    progress.end()
    keep_heads(sha256, found)
    return found
