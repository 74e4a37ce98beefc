"""Benchmark of the kernels on one CUDA device: `python kernels/benchmarks/run.py` (from the root of the project).

Runs the kernel tests first and refuses the rows of a family whose tests are red. Times are medians with the 20th
and 80th percentile, calls captured in CUDA graphs where they allow it, the L2 cache flushed before each. Results go
to kernels/benchmarks/results/ as JSON and Markdown, named after the GPU.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import torch
import triton
from bilevel_workload import bilevel_rows
from gate import red_families
from packed_workload import unpack_call
from report import markdown
from timing import Call, Timing, ceilings, kernel_times, time_call
from workloads import (
    MODELS,
    Cache,
    ModelShape,
    decode_calls,
    definition_decode,
    definition_prefill,
    linear_calls,
    make_cache,
    mean_query_calls,
    prefill_calls,
    published_decode,
    sdpa_calls,
)

from tsel_kernels.append.triton_index import quantize_keys


def best(calls: dict[str, Call], **options: Any) -> tuple[str, Timing]:
    """The fastest of several calls that run at all."""
    found: dict[str, Timing] = {}
    for name, call in calls.items():
        try:
            found[name] = time_call(call, **options)
        except RuntimeError as error:  # a backend that refuses the shape
            print(f"  {name}: {str(error).splitlines()[0][:80]}", file=sys.stderr)
    name = min(found, key=lambda n: found[n].ms)
    return name, found[name]


def row(name: str, timing: Timing, share: float = 1.0, **extra: Any) -> dict[str, Any]:
    """One result; `share` scales a chunk's time to 512 tokens."""
    return {"name": name, "ms": timing.ms * share, "p20": timing.p20 * share, "p80": timing.p80 * share, **extra}


def decode_rows(model: ModelShape, cache: Cache, copy: float) -> list[dict[str, Any]]:
    """Full attention, the published design, the torch definition, and ours on a miss and on a hit."""
    query = torch.randn(1, model.heads, model.dim, device="cuda").bfloat16()
    plain = {n: c for n, c in sdpa_calls(query, cache).items() if n != "cudnn folded"}
    which, full = best(plain)
    size = 4 * cache.keys.numel()
    rows = [row(f"decode: full attention ({which})", full, gb_s=size / full.ms / 1e6)]
    calls = decode_calls(model, cache, model.kv_heads)
    shared = decode_calls(model, cache, 1)
    wide = decode_calls(model, dataclasses.replace(cache, index=quantize_keys(cache.keys, cache.index.mean, 8)), model.kv_heads)
    ours = {
        "decode: miss, pick per KV head + attention": lambda: (calls.miss(), calls.attend()),
        "decode: miss, one pick for all heads + attention": lambda: (shared.miss(), shared.attend()),
        "decode: miss, 8-bit index, pick per KV head + attention": lambda: (wide.miss(), wide.attend()),
        "decode: hit + attention": lambda: (calls.hit(), calls.attend()),
    }
    published = time_call(published_decode(model, cache), repeats=10)
    definition = time_call(definition_decode(model, cache), repeats=3, graph=False)
    for name, call in ours.items():
        t = time_call(call)
        ratios = {"vs_full": full.ms / t.ms, "vs_published": published.ms / t.ms, "vs_definition": definition.ms / t.ms}
        rows.append(row(name, t, **ratios))
    rows.append(row("decode: append (norm, rope, K, V, index, reuse)", time_call(calls.append)))
    rows.append(row("decode: rows in 8 bits, the written one rounded, those attended to widened", time_call(calls.eight)))
    if calls.four is not None:
        rows.append(row("decode: rows in 4 bits, the written one turned and packed, those attended to read as they are", time_call(calls.four)))
    parts = kernel_times(lambda: (calls.miss(), calls.attend()))
    for note, form in (("", calls), (" (8-bit index)", wide)):
        found = parts if form is calls else kernel_times(lambda: (wide.miss(), wide.attend()))
        score = found.get("score_kernel", 0.0)
        both = score + found.get("decode_vote_kernel", 0.0)
        for name, ms in (("decode: score kernel", score), ("decode: score + vote kernels", both)):
            if ms:
                rate = form.index_bytes / ms / 1e6
                rows.append(row(name + note, Timing(ms, ms, ms), gb_s=rate, of_copy=rate / copy))
    rows.append(row("decode: published selection + attention", published))
    rows.append(row("decode: torch definition", definition))
    rows[-1]["kernels_ms"] = parts
    return rows


def prefill_rows(model: ModelShape, cache: Cache, matmul: float) -> list[dict[str, Any]]:
    """A 512-token chunk: full attention, the paper's pick without anchors, anchors every 64 and 16 (of an 8192 chunk)."""
    num_rows = cache.keys.shape[1]
    query = torch.randn(8192, model.heads, model.dim, device="cuda").bfloat16()
    plain = {n: c for n, c in sdpa_calls(query[:512], cache).items() if "folded" not in n}
    which, full = best(plain, graph=False, budget_ms=120)
    wide_name, wide = best(
        {n: c for n, c in sdpa_calls(query, cache).items() if n == "cudnn"}, graph=False, budget_ms=60, repeats=3
    )
    if wide.ms / 16 < full.ms:
        which, full = f"{wide_name}, 1/16 of 8192", Timing(wide.ms / 16, wide.p20 / 16, wide.p80 / 16)
    flops = 4 * 512 * model.heads * model.dim * num_rows
    rows = [row(f"prefill 512: full attention ({which})", full, tflop_s=flops / full.ms / 1e9)]
    definition = time_call(definition_prefill(model, cache), repeats=1, graph=False, budget_ms=1)
    _, everything = mean_query_calls(model, cache)
    t = time_call(everything)
    rows.append(
        row("prefill 512: one pick of the mean query (paper's chunk)", t, vs_full=full.ms / t.ms)
    )
    for gamma in (64, 16):
        calls = prefill_calls(model, cache, 8192, 64, gamma)
        t = time_call(calls.everything, graph=False, budget_ms=120)
        name = f"prefill 512: pick per 64 tokens, anchors every {gamma}"
        ratios = {"vs_full": 16 * full.ms / t.ms, "vs_definition": 16 * definition.ms / t.ms}
        rows.append(row(name, t, 1 / 16, **ratios))
        anchors = 8192 // gamma
        work = 4 * model.heads * model.dim * num_rows * anchors
        gathered = 4 * model.heads * model.dim * 8192 * (128 + 2048 + 512 + 32)
        for part, flop in (("anchors", work), ("votes", work / 2), ("top_k", 0), ("gathered", gathered), ("delta", 0)):
            p = time_call(getattr(calls, part), graph=False, budget_ms=60)
            extra = {"tflop_s": flop / p.ms / 1e9, "of_matmul": flop / p.ms / 1e9 / matmul} if flop else {}
            rows.append(row(f"  of it, gamma {gamma}: {part}", p, 1 / 16, **extra))
        del calls
    rows.append(row("prefill 512: torch definition, anchors every 64", definition))
    return rows


def top_k_rows(model: ModelShape, num_rows: int) -> list[dict[str, Any]]:
    """Top-k alone against torch.topk + sort, one pick and one per KV head."""
    from tsel_kernels.top_k.triton import top_k_rows as pick
    from tsel_kernels.top_k.triton_workspace import topk_workspace

    rows = []
    for groups in (1, model.kv_heads):
        votes = torch.rand(1, groups, num_rows, device="cuda") ** 8
        end = torch.tensor([num_rows], dtype=torch.int32, device="cuda")
        work = topk_workspace(groups, num_rows, 2048, votes.device)
        ours = time_call(lambda v=votes, e=end, w=work: pick(v, 2048, 0, e, workspace=w))
        theirs = time_call(lambda v=votes: torch.topk(v, 2048).indices.sort(-1))
        rows.append(row(f"top-k 2048, {groups} row(s)", ours, vs_torch_topk_sort=theirs.ms / ours.ms))
    return rows


def linear_rows(model: ModelShape, copy: float) -> list[dict[str, Any]]:
    """The linear maps of one written token against torch's product, which fuses nothing."""
    rows = []
    for name, (size, ours, torchs) in linear_calls(model).items():
        t, plain = time_call(ours), time_call(torchs)
        rate = size / t.ms / 1e6
        rows.append(row(f"linear, one row: {name}", t, gb_s=rate, of_copy=rate / copy, vs_torch_linear=plain.ms / t.ms))
    return rows


def kept_rows(cache: Cache, copy: float) -> list[dict[str, Any]]:
    """What the device does for a layer of a kept reading."""
    size, call = unpack_call(cache)
    t = time_call(call)
    rate = size / t.ms / 1e6
    return [row("kept reading: a layer's blocks checked and unpacked", t, gb_s=rate, of_copy=rate / copy)]


def store(result: dict[str, Any], folder: Path) -> None:
    """Write JSON and Markdown named after the GPU."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", result["gpu"].lower()).strip("-")
    (folder / f"{stem}.json").write_text(json.dumps(result, indent=1) + "\n")
    (folder / f"{stem}.md").write_text(markdown(result))


def warm(model: ModelShape, cache: Cache) -> None:
    """Compile what the rows of this shape and length need (several processes can share that work)."""
    for groups in (1, model.kv_heads):
        calls = decode_calls(model, cache, groups)
        for call in (calls.append, calls.miss, calls.attend):
            call()
    mean_query_calls(model, cache)[1]()
    for gamma in (64, 16):
        prefill_calls(model, cache, 8192, 64, gamma)
    top_k_rows(model, cache.keys.shape[1])


def main() -> int:
    """Run, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[32768, 131072, 524288, 1048576], help="tokens in the cache")
    parser.add_argument("--models", nargs="+", default=[m.name for m in MODELS])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    parser.add_argument("--warm", action="store_true", help="only compile, into Triton's cache")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        print("error: the kernel benchmark needs a CUDA device", file=sys.stderr)
        return 1
    if options.warm:
        for num_rows in options.rows:
            for model in (m for m in MODELS if m.name in options.models):
                warm(model, make_cache(model, num_rows))
        return 0
    red = red_families()
    for family, tests in red.items():
        print(f"error: {family} rows refused, tests are red: {', '.join(tests[:5])}", file=sys.stderr)
    copy, matmul = ceilings()
    result: dict[str, Any] = {
        "gpu": torch.cuda.get_device_name(), "torch": torch.__version__, "triton": triton.__version__,
        "cudnn": torch.backends.cudnn.version(), "date": time.strftime("%Y-%m-%d"),
        "copy_gb_s": copy, "matmul_tflop_s": matmul, "refused": red, "runs": [],
    }  # fmt: skip
    for num_rows in options.rows:
        for model in (m for m in MODELS if m.name in options.models):
            cache = make_cache(model, num_rows)
            rows = [] if "decode" in red else decode_rows(model, cache, copy) + top_k_rows(model, num_rows)
            if num_rows == options.rows[0] and "decode" not in red:
                rows += linear_rows(model, copy)
            rows += [] if "kept" in red else kept_rows(cache, copy)
            rows += [] if "prefill" in red or num_rows < 16384 else prefill_rows(model, cache, matmul)
            rows += [] if "bilevel" in red or num_rows < 32768 else bilevel_rows(model, cache, matmul)
            result["runs"].append({"model": model.name, "rows": num_rows, "results": rows})
            print(markdown(result, only_last=True), flush=True)
            store(result, options.out)
            del cache
            torch.cuda.empty_cache()
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
