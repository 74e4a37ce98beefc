"""An engine lent for a question of our own: what the next user sees of it is as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tsel_core.device.timings import Timings

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine


@contextmanager
def borrowed(engine: Engine) -> Iterator[None]:
    """Greedy, with records of its own; counts, picks, weights and the Selection Cache come back afterwards.

    The seconds go to the phase "look" of the run's timings.
    """
    runtime, config, storage = engine.runtime, engine.config, engine.storage
    captured = engine.captured
    kept = runtime.trace, runtime.timings
    caches = [selector.cache for selector in runtime.selectors]
    for selector in runtime.selectors:
        selector.cache = type(selector.cache)()
    runtime.trace = type(runtime.trace)()
    runtime.timings = Timings(on_cuda=kept[1].on_cuda)
    engine.config = replace(config, temperature=0.0)
    look = Timings(on_cuda=kept[1].on_cuda)
    try:
        with look.phase("look"):
            yield
    finally:
        look.settle()
        runtime.trace, runtime.timings = kept
        runtime.timings.add("look", look.get("look"))
        for selector, cache in zip(runtime.selectors, caches, strict=True):
            selector.cache = cache
        engine.config, engine.storage, engine.captured, runtime.watch = config, storage, captured, None
