"""How far the rounding of rows moves a model in 4 bits: KL of what is read through compiled products, and through bf16 slabs.

`python tests/quality/few_rows_kl.py MODEL BEFORE TOKENS ROWS -- FILE...`: TOKENS tokens of each file, read ROWS at a time behind BEFORE tokens
that are read by slabs (a kept reading), against the same weights with rows in float32 (neither 8 bits nor bf16): of each way the KL in
nats and the share of the same top token. Weights are 4-bit in all ways, so 1.5B takes 2 GB.
"""

from __future__ import annotations

import json
import sys

import torch
from torch import Tensor

from tests.quality.low_bit_kl import compared
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.low_bit.cpu import ByteLinear, LowBitLinear, NibbleLinear, Scratch
from tsel_core.engine.engine import Engine
from tsel_core.ingest import read_documents
from tsel_core.kv.cache import KVCache
from tsel_core.models.load import resolve_model
from tsel_core.models.low_bit.choice import choose_weights
from tsel_core.parallel.open import open_engine
from tsel_core.selection.passes import Pass


def read(engine: Engine, cache: KVCache, before: int, ids: list[int], rows: int) -> Tensor:
    """Log-probabilities [T, vocab] after every token; the cache is cut back to what was `before`."""
    cache.crop(before)
    parts = (torch.tensor(ids[at : at + rows]) for at in range(0, len(ids), rows))
    return torch.cat([engine.forward(cache, part, Pass(every=True)).float().log_softmax(-1) for part in parts])


def use(scratch: Scratch, numbers: torch.dtype, nibbles: int, whole: int) -> None:
    """Slabs in these numbers from more rows on than so many."""
    scratch.dtype = numbers
    NibbleLinear.most, ByteLinear.most = nibbles, whole


def main() -> None:
    """Measure and print."""
    at = sys.argv.index("--")
    name, before, num, rows, files = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[at + 1 :]
    engine = open_engine(choose_weights(resolve_model(name, offline=True), "q4", "cpu"), "cpu", EngineConfig(attention="full"), SelectionConfig())
    step = engine.forward.step
    assert step is not None
    scratch = next(m for m in (step.layers[0].down, step.layers[0].gate_up) if isinstance(m, LowBitLinear)).scratch
    ways = {
        "exact": (torch.float32, 0, 0), "bf16 slabs": (torch.bfloat16, 0, 0), "compiled": (torch.bfloat16, 1 << 20, 1 << 20),
        "as it is": (scratch.dtype, NibbleLinear.most, ByteLinear.most),
    }  # fmt: skip
    for file in files:
        text = "\n".join(unit.text for document in read_documents([file]) for unit in document.units)
        ids = engine.loaded.tokenizer(text, add_special_tokens=False).input_ids[: before + num]
        cache = KVCache(engine.loaded.info.num_layers, len(ids) + 1)
        use(scratch, torch.bfloat16, 0, 0)
        if before:
            engine.forward(cache, torch.tensor(ids[:before]), Pass())
        found = {}
        for way, how in ways.items():
            use(scratch, *how)
            found[way] = read(engine, cache, before, ids[before:], rows)
        for way in list(ways)[1:]:
            told = {"file": file, "before": before, "tokens": len(ids) - before, "rows": rows, "way": way}
            print(json.dumps(told | compared(found["exact"], found[way])), flush=True)


if __name__ == "__main__":
    with torch.inference_mode():
        main()
