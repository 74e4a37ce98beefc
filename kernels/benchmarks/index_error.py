"""What the low-bit index loses on the keys of a real model, per layer: score error, overlap of the pick, mass lost.

    PYTHONPATH=.:kernels python kernels/benchmarks/index_error.py --model qwen2.5-coder-0.5b --text FILE --tokens 3072 --shift 0 28000

Keys and queries of every layer are taken from one pass over the text. The channel mean comes from the first --chunk
rows, as in the engine; with --shift the later rows and the queries are rotated on by that many positions (a rotation
of both leaves their logits as they are), which is how an index whose mean is old meets the end of a long document.
Scores of the last --queries queries of every KV group vote for k rows between sinks and window. Printed per layer:
root mean square error of the logits (nats, without a query's constant), share of the exact pick found, and the exact
softmax mass over the candidates that the pick loses against the exact pick (mean and worst over queries and groups).
`step` is the largest head's median int4 step, `bound` what tsel_core.kv.cache expects it to become at the end of a
long document (it decides the width), `q` the mean norm of the queries times the scaling;
`clip` is the share of logits beyond 76 nats from the mean's share: what the score kernel clipped, and `lost_clipped`
what that cost, before it had a reference of its own (score/triton.py).
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tsel_core.kv.layer import late_step
from tsel_kernels.key_index import dequantize_keys, quantize_keys
from tsel_kernels.pointwise.reference import rope_rotate

LIMIT = 110.0 * math.log(2)
SINKS, WINDOW = 64, 256


def fp8_keys(keys: Tensor, mean: Tensor) -> Tensor:
    """keys [Hkv, N, D] through 8-bit floats (4 exponent, 3 mantissa bits), a scale per token and head."""
    centred = keys - mean[:, None]
    scale = centred.abs().amax(-1, keepdim=True).clamp(min=1e-6) / 448.0
    return (centred / scale).to(torch.float8_e4m3fn).float() * scale + mean[:, None]


FORMS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "int4": lambda keys, mean: dequantize_keys(quantize_keys(keys, mean, 4)),
    "int8": lambda keys, mean: dequantize_keys(quantize_keys(keys, mean, 8)),
    "fp8": fp8_keys,
}


def capture(model_name: str, text: str, num_tokens: int) -> tuple[list[tuple[Tensor, Tensor]], Tensor, float]:
    """(query [H, T, D], keys [Hkv, T, D]) of every layer, the rotary frequencies, and the softmax scaling."""
    from transformers import AttentionInterface
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    from tsel_core.models.load import load_model, resolve_model

    found: list[tuple[Tensor, Tensor]] = []
    scales: list[float] = []

    def attention(module: Any, query: Tensor, key: Tensor, value: Tensor, mask: Any, **options: Any) -> Any:
        found.append((query[0].float(), key[0].float()))
        scales.append(options["scaling"])
        return sdpa_attention_forward(module, query, key, value, None, is_causal=True, **options)

    AttentionInterface.register("capture", attention)
    loaded = load_model(resolve_model(model_name, offline=True), dtype=torch.float32, attn_implementation="capture")
    ids = loaded.tokenizer(text, return_tensors="pt")["input_ids"][:, :num_tokens]
    if ids.shape[1] < num_tokens:
        raise SystemExit(f"error: the text has {ids.shape[1]} tokens, {num_tokens} are needed")
    with torch.inference_mode():
        loaded.model(ids, use_cache=False, logits_to_keep=1)
    return found, loaded.model.model.rotary_emb.inv_freq.float(), scales[0]


def turned(rows: Tensor, by: int, inv_freq: Tensor) -> Tensor:
    """rows [*, N, D] rotated on by `by` positions."""
    angle = torch.cat([inv_freq, inv_freq])[None].double() * by
    return rope_rotate(rows, torch.zeros(rows.shape[-2], dtype=torch.long), angle.cos().float(), angle.sin().float())


def compare(exact: Tensor, near: Tensor, k: int) -> dict[str, float]:
    """Logits exact, near [Hkv, G, Q, C] in nats -> the columns of the table."""
    error = near - exact
    error = error - error.mean(-1, keepdim=True)
    shares = torch.softmax(exact, -1).sum(1), torch.softmax(near, -1).sum(1)  # soft votes of a KV group [Hkv, Q, C]
    best, mine = (s.topk(k, -1).indices for s in shares)
    held, got = (shares[0].gather(-1, rows).sum(-1) / exact.shape[1] for rows in (best, mine))
    chosen = torch.zeros_like(shares[0]).scatter_(-1, best, 1.0)
    overlap = chosen.gather(-1, mine).mean()
    lost = held - got
    return {
        "rms": float(error.square().mean().sqrt()), "overlap": float(overlap), "held": float(held.mean()),
        "lost": float(lost.mean()), "worst": float(lost.max()),
    }  # fmt: skip


def layer_rows(query: Tensor, keys: Tensor, inv_freq: Tensor, scaling: float, options: Any) -> list[dict[str, Any]]:
    """One row a shift and form."""
    kv, num = keys.shape[:2]
    rows, candidates = [], slice(SINKS, num - WINDOW)
    mean = keys[:, : options.chunk].mean(1)
    steps = [float(quantize_keys(turned(keys, s, inv_freq), mean).scale.float().median(1).values.max()) for s in options.shift]
    step = late_step(keys[:, : options.chunk], mean)
    size = float(query[:, -options.queries :].norm(dim=-1).mean()) * scaling
    for shift, now in zip(options.shift, steps, strict=True):
        q = turned(query[:, -options.queries :], shift, inv_freq).view(kv, -1, options.queries, query.shape[-1])
        k = turned(keys, shift, inv_freq)[:, candidates]
        exact = q @ k[:, None].transpose(-1, -2) * scaling
        for name, form in FORMS.items():
            near = q @ form(k, mean)[:, None].transpose(-1, -2) * scaling
            centred = near - q @ mean[:, None, :, None] * scaling
            clip = float((centred.abs() > LIMIT).float().mean())
            kept = compare(exact, near, options.k)
            worst = compare(exact, centred.clamp(-LIMIT, LIMIT), options.k)["lost"] if clip else kept["lost"]
            rows.append({"shift": shift, "form": name, **kept, "clip": clip, "lost_clipped": worst, "peak": float(centred.abs().max()), "step": now, "bound": step, "q": size})
    return rows


def main() -> None:
    """Measure and print: Markdown, or JSON lines with --json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b")
    parser.add_argument("--text", type=Path, required=True, help="a plain text file")
    parser.add_argument("--tokens", type=int, default=3072)
    parser.add_argument("--chunk", type=int, default=2048, help="rows the channel mean is taken from")
    parser.add_argument("--queries", type=int, default=32)
    parser.add_argument("--k", type=int, default=256)
    parser.add_argument("--shift", type=int, nargs="+", default=[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    layers, inv_freq, scaling = capture(options.model, options.text.read_text("utf-8"), options.tokens)
    names = ("rms", "overlap", "held", "lost", "worst", "clip", "lost_clipped", "peak", "step", "bound", "q")
    print("| layer | shift | form | " + " | ".join(names) + " |\n" + "|---" * (len(names) + 3) + "|")
    for i, (query, keys) in enumerate(layers):
        for row in layer_rows(query, keys, inv_freq, scaling, options):
            if options.json:
                print(json.dumps({"layer": i} | row))
            else:
                print(f"| {i} | {row['shift']} | {row['form']} | " + " | ".join(f"{row[n]:.4f}" for n in names) + " |")


if __name__ == "__main__":
    main()
