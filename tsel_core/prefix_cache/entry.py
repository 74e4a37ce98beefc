"""A kept reading that was found: into a cache with its rows, and what its trace said."""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tsel_core.engine.reading import LostRows
from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import KVLayer
from tsel_core.kv.side_state import SideState, put_side_state
from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.format.file import ReadingFile
from tsel_core.prefix_cache.load.arrival import Arriving
from tsel_core.prefix_cache.load.load import load_rows

if TYPE_CHECKING:
    from tsel_core.layers.trace import Trace


@dataclass
class KeptReading:
    """A beginning of a prompt that can be loaded: the first `num_tokens` tokens of an open file."""

    file: ReadingFile
    key: MasterKey | None  # of sealed files
    on_damaged: Callable[[Path, str], None]  # removes a file that cannot be trusted, and says so
    num_tokens: int
    whole: bool  # the file holds exactly what was asked for
    chunk: int  # tokens of a prefill chunk: the first one sets the mean of the key index
    _arriving: Arriving | None = None
    _layers: list[KVLayer] = field(default_factory=list)  # that wait for their rows

    def fill(self, cache: KVCache, device: torch.device, trace: Trace | None = None) -> int:
        """Load into an empty cache on `device`; returns the tokens it then holds, 0 when the file was damaged.

        A damaged file is removed with a warning; the caller then reads the document as if there were no file.
        """
        try:
            if not self.file.is_open:  # a second attempt, after one that ran out of memory
                self.file = ReadingFile(self.file.path, self.key)
            side = self.file.header.about.get("side")
            if bool(side) != cache.forgets or (side and self.num_tokens < self.file.header.num_tokens):
                self.file.close()  # a state is that of the whole document alone
                return 0
            beside = [KVLayer(self.num_tokens)] if side else []
            self._layers = [*cache.pools, *beside]
            self._arriving = load_rows(self.file, cache, self.num_tokens, self.chunk, device, beside)
            if side:
                self._put_side_state(cache, side)
        except (DamagedReading, OSError) as error:
            cache.release()
            self._lost(error)
            return 0
        if trace is not None and self.whole:
            _restore_trace(trace, self.file.header.about.get("trace") or {})
        if self._arriving is None:
            self._used()
        return self.num_tokens

    def _put_side_state(self, cache: KVCache, about: dict[str, Any]) -> None:
        """The last layer of the file is none of the model's: what others hold beside rows. Raises DamagedReading."""
        held = self._layers[-1]
        if held.arrival is not None:
            held.arrival()
            held.arrival = None
        keys, values = held.held(self.num_tokens)
        try:
            put_side_state(cache, self.num_tokens, SideState.from_rows(keys[0], values[0], about))
        except (ValueError, KeyError, TypeError, RuntimeError) as error:
            raise DamagedReading(f"its state cannot be read: {error}") from error

    def join(self, completed: bool) -> None:
        """See Beginning. A file that turned out damaged on the way is removed with a warning."""
        arriving, self._arriving, layers, self._layers = self._arriving, None, self._layers, []
        if arriving is None:
            return
        arriving.join()
        for layer in layers:  # of a reading that was broken off: what waits holds the cache
            layer.arrival = None
        if isinstance(arriving.error, DamagedReading | OSError):
            self._lost(arriving.error)
            return
        if completed:
            try:
                arriving.check()
            except DamagedReading as error:
                self._lost(error)
                raise LostRows(str(error)) from error
        self._used()

    def _lost(self, error: Exception) -> None:
        self.file.close()
        self.on_damaged(self.file.path, str(error))

    def _used(self) -> None:
        self.file.close()
        with contextlib.suppress(OSError):
            os.utime(self.file.path)


def trace_json(trace: Trace) -> dict[str, Any]:
    """Prefill coverage by layer as [layer, mean, count], and the picked rows as packed bits."""
    by_layer: dict[int, list[float]] = {}
    for layer_idx, coverage in trace.prefill_coverage:
        by_layer.setdefault(layer_idx, []).append(float(coverage))
    rows = None if trace.picked is None else trace.picked.cpu().numpy()
    picked = "" if rows is None else base64.b64encode(np.packbits(rows).tobytes()).decode()
    return {"coverage": [[k, sum(v) / len(v), len(v)] for k, v in sorted(by_layer.items())], "picked": picked}


def _restore_trace(trace: Trace, kept: dict[str, Any]) -> None:
    """Put back what `trace_json` kept, so that the receipt of a loaded reading tells how it was read."""
    for layer_idx, mean, count in kept.get("coverage", []):
        trace.prefill_coverage.extend([(int(layer_idx), torch.tensor(float(mean)))] * int(count))
    if kept.get("picked") and trace.picked is not None:
        rows = np.unpackbits(np.frombuffer(base64.b64decode(kept["picked"]), dtype=np.uint8))
        size = min(len(rows), len(trace.picked))
        trace.picked[:size] |= torch.from_numpy(rows[:size].astype(bool)).to(trace.picked.device)
