"""Tokens of a prompt that was read, masked: what is read and written after them gives them no mass.

Tokens that were read between them and the question have seen them, and keep what they made of it; only a second
reading without them is free of that.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading


def can_mask(engine: Engine, reading: Reading) -> bool:
    """Whether tokens of a reading can be masked.

    Its rows must all be there (no recurrent or sliding layers, not let go) on one device, their keys rotated by
    frequencies that do not depend on the text's length.
    """
    rows = reading.beyond is None and not reading.cache.forgets and len(reading.ids) > 0
    forward = engine.forward
    return rows and engine.ranks is None and not forward.rotaries and not forward.seam.windows


@torch.inference_mode()
def read_masked(engine: Engine, reading: Reading, end: int, rows: Sequence[int], tail: Sequence[int]) -> Reading:
    """Cut a reading to `end` tokens, mask those in `rows` (ascending, below `end`), and read `tail` behind them."""
    engine.reset()
    engine.crop(reading, end)
    reading.cache.take_out(rows)
    gone = set(rows)
    reading.ids[:] = [token for row, token in enumerate(reading.ids) if row not in gone]
    engine.extend(reading, tail)
    return reading
