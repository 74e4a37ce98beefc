"""How far weights in few bits move a model: KL and top tokens against its weights as they are stored, on real text.

`python tests/quality/low_bit_kl.py MODEL DEVICE TOKENS OUT.json FORM... -- FILE...`: each file's first TOKENS tokens, read in chunks
and, for 64 tokens at the end, written one by one (on a CPU the stored weights then go through their int8 copies: `full rows`).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.kv.cache import KVCache
from tsel_core.models.load import resolve_model
from tsel_core.models.low_bit.choice import choose_weights
from tsel_core.parallel.open import open_engine
from tsel_core.selection.passes import Pass

_CHUNK, _ROWS = 128, 64


@torch.inference_mode()
def logits_of(engine: Engine, ids: list[int]) -> dict[str, Tensor]:
    """Log-probabilities on the CPU, half precision: of every token as read, of the last ones as written."""
    tokens = torch.tensor(ids, device=engine.device)
    cache, read = KVCache(engine.loaded.info.num_layers, len(ids) + 1), []
    for begin in range(0, len(ids), _CHUNK):
        read.append(engine.forward(cache, tokens[begin : begin + _CHUNK], Pass(every=True)).float().log_softmax(-1).cpu())
    rows = KVCache(engine.loaded.info.num_layers, len(ids) + 1)
    engine.forward(rows, tokens[:-_ROWS], Pass())
    written = [engine.forward(rows, tokens[i : i + 1], Pass()).float().log_softmax(-1).cpu() for i in range(len(ids) - _ROWS, len(ids))]
    return {"read": torch.cat(read), "rows": torch.stack(written)}


def compared(want: Tensor, got: Tensor) -> dict[str, float]:
    """KL(want || got) in nats, mean and 99th percentile over tokens; share of the same top token."""
    kl = (want.exp() * (want - got)).sum(-1)
    return {"kl": float(kl.mean()), "kl_p99": float(kl.quantile(0.99)), "top": float((want.argmax(-1) == got.argmax(-1)).float().mean())}


def main() -> None:
    """Measure, print and write."""
    arguments, files = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    name, device, num, out, forms = arguments[0], arguments[1], int(arguments[2]), arguments[3], arguments[4:]
    info, found, base = resolve_model(name, offline=True), [], []
    for form in ["full", *forms]:
        began = time.perf_counter()
        chosen: Any = choose_weights(info, form, device)  # type: ignore[arg-type]
        engine = open_engine(chosen, device, EngineConfig(attention="full"), SelectionConfig())
        for at, file in enumerate(files):
            ids = engine.loaded.tokenizer(Path(file).read_text(encoding="utf-8"), add_special_tokens=False).input_ids[:num]
            logits = logits_of(engine, ids)
            if form == "full":
                base.append(logits["read"])
                found.append({"form": "full rows", "file": Path(file).name, **compared(logits["read"][-_ROWS:], logits["rows"])})
                continue
            row = {"form": form, "file": Path(file).name, "tokens": len(ids), **compared(base[at], logits["read"])}
            found.append(row | {"rows": compared(base[at][-_ROWS:], logits["rows"])})
        for row in found:
            if row["form"].startswith(form):
                print(json.dumps(row), flush=True)
        print(f"{form}: {chosen.loaded_bytes(device) / 1e9:.2f} GB of weights, {time.perf_counter() - began:.0f} s", flush=True)
        del engine
    Path(out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
