"""Full or selecting attention for a prompt: what the settings ask for, or what is faster on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tsel_core.config import EngineConfig, Mode
from tsel_core.engine.crossover import NEVER, Crossover
from tsel_core.selection.beyond_window import BeyondWindow

# Below this "auto" does not even ask for the crossover: nothing was ever faster there.
_ALWAYS_FULL = 4096


class Modes(NamedTuple):
    """How the document is read and the answer written, why (for the receipt), from how many rows on layers select.

    `beyond` is set when the prompt leaves the trained window with its answer.
    """

    prefill: Mode
    decode: Mode
    reason: str
    select_from: int = 0
    beyond: BeyondWindow | None = None


def choose_modes(
    config: EngineConfig,
    num_tokens: int,
    beyond: BeyondWindow | None,
    stored: bool,
    crossover: Callable[[], Crossover],
) -> Modes:
    """Modes for a prompt of `num_tokens`.

    `beyond`: it leaves the trained window; `stored`: the cache holds its rows in a form that full attention would have
    to fetch at every step; `crossover` measures where selecting becomes faster and is only called when that matters.
    """
    if config.attention != "auto":
        reason = "asked for" if beyond is None else f"asked for; {beyond.reason(num_tokens)}"
        return Modes(config.attention, config.attention, reason, beyond=beyond)
    short = config.crossover is None and num_tokens <= _ALWAYS_FULL
    if short and beyond is None:
        return Modes("full", "full", f"{num_tokens:,} tokens: full attention is faster on short texts")
    found = Crossover(NEVER, NEVER) if short else crossover()
    if beyond is not None:
        return Modes("select", "select", beyond.reason(num_tokens), found.prefill, beyond)
    prefill: Mode = "select" if num_tokens >= found.prefill else "full"
    decode: Mode = "select" if stored or num_tokens >= found.decode else "full"
    side = "at or above" if prefill == "select" else "below"
    at = "" if found.prefill == NEVER else f" of {found.prefill:,}"
    # chunks of a long document before the crossover run full: they are faster so
    select_from = found.prefill if prefill == "select" else 0
    return Modes(prefill, decode, f"{num_tokens:,} tokens, {side} the crossover{at}", select_from)
