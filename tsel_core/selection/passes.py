"""What one forward pass depends on beside its tokens and its cache, and when a layer selects in it."""

from __future__ import annotations

from dataclasses import dataclass

from tsel_core.config import Mode, SelectionConfig
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_core.selection.lexical import LexicalRows


@dataclass(frozen=True, slots=True)
class Pass:
    """A forward pass: handed down from the engine to the layers, told to other processes, never set and put back.

    `mode`: what the pass is asked to do; `decoding`: it forwards a written token. `select_from`: cached rows below
    which a chunk runs full even in select mode. `lexical`: the prompt's tokens, where a pick asks for them. `beyond`:
    the cache's keys are un-rotated, as the prompt leaves the trained window. `every`: logits after every token are
    wanted, not after the last alone.
    """

    mode: Mode = "full"
    decoding: bool = False
    select_from: int = 0
    lexical: LexicalRows | None = None
    beyond: BeyondWindow | None = None
    every: bool = False

    def selects(self, config: SelectionConfig, layer_idx: int, num_rows: int, num_queries: int) -> bool:
        """Whether a layer selects for the last `num_queries` of `num_rows` cached rows: the one place that decides.

        It must be asked to, not be one of `full_layers`, have as many rows as make selecting faster (a chunk), and more
        candidates than the budget; otherwise full attention gives the same rows. Layers whose attention has a feature
        that selection does not know (windows, sinks, soft caps) are not asked (layers/runtime.py).
        """
        if self.mode != "select" or layer_idx in config.full_layers:
            return False
        if num_queries > 1 and num_rows < self.select_from:
            return False
        candidates = num_rows - num_queries - config.num_local - config.num_sink
        return candidates > config.budget_of(layer_idx)
