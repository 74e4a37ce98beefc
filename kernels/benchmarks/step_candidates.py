"""A written token's kernels in 16 and in 4 bits beside each other on one CUDA device: `python kernels/benchmarks/step_candidates.py OUT.json`.

Qwen2-7B shape, 131,072 rows; weights in bf16 and in 4 bits by dots of two or three bytes a number, KV in 16 and in 4 bits.
First each against its torch definition, then its time alone with several block shapes (median, L2 flushed, a replayed
graph), then 28 layers in one graph: products, KV, both. Other processes compile first (`warm I N` is share I of N). Parts
by name: maps, layers, "row errors", rows, errors (default all).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from packed_linear import maps, product, random_weight
from step_rows import errors_of_rows, rows_calls, timed_rows, warm_rows
from timing import ceilings, time_call
from workloads import MODELS

from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.triton_device import Tile

gpu, reference = triton_kernels(), torch_kernels()
MODEL = MODELS[0]
PROCESSES = 12
TILES: dict[str, list[tuple[int, int, int, int]]] = {
    "norm + qkv": [(4, 128, 4, 4), (4, 128, 4, 2), (8, 128, 4, 2), (2, 128, 4, 6), (2, 128, 4, 4)],
    "output + residual": [(4, 128, 4, 4), (4, 128, 4, 2), (8, 128, 4, 2), (2, 128, 4, 6), (2, 128, 4, 4)],
    "norm + gate, up + silu": [(2, 128, 4, 4), (2, 128, 4, 6), (4, 128, 4, 4), (4, 128, 4, 3), (1, 128, 4, 6), (8, 128, 4, 2)],
    "down + residual": [(8, 128, 4, 1), (4, 128, 4, 1), (16, 128, 4, 1), (8, 256, 8, 1), (2, 1024, 8, 1), (2, 1024, 8, 2), (4, 1024, 16, 1), (1, 1024, 8, 2)],
    "head": [(4, 128, 4, 4), (4, 128, 4, 6), (8, 128, 4, 3), (2, 128, 4, 6)],
}
"""Weight rows and groups at a time, warps, programs a multiprocessor."""
LAYER = ("norm + qkv", "output + residual", "norm + gate, up + silu", "down + residual")
FORMS = ("bf16", "dots 2", "dots 3")


def call_of(form: str, name: str, weight: Any, tile: tuple[int, int, int, int] | None = None) -> Callable[[], Any]:
    """A product of one map in one form."""
    num, width, fused = maps(MODEL)[name]
    if form == "bf16":
        return product(gpu.row_linear_, weight, num, width, fused)
    options: dict[str, Any] = {"terms": int(form.split()[1])} | ({} if tile is None else {"tile": Tile(*tile)})
    return product(gpu.packed_row_linear_, weight, num, width, fused, **options)


def weight_of(form: str, name: str) -> Any:
    """Random weights of a map."""
    num, width, _ = maps(MODEL)[name]
    return torch.randn(num, width, device="cuda").bfloat16() * 0.02 if form == "bf16" else random_weight(num, width, 4)


def warm(mine: int, of: int) -> None:
    """Compile every `of`-th call from `mine` on."""
    todo: list[Callable[[], Any]] = []
    for name, tiles in TILES.items():
        todo += [lambda n=name, f=form: call_of(f, n, weight_of(f, n))() for form in FORMS]
        todo += [lambda n=name, f=form, t=tile: call_of(f, n, weight_of(f, n), t)() for tile in tiles for form in FORMS[1:]]
    for call in [*todo, *warm_rows()][mine::of]:
        try:
            call()
        except Exception as error:
            print("warm:", type(error).__name__, str(error)[:160], flush=True)


def errors() -> Iterator[dict[str, Any]]:
    """||form - definition|| / ||definition|| of every map; the definition in float32."""
    for name, (num, width, fused) in maps(MODEL).items():
        for bits in (4, 8):
            weight = random_weight(num, width, bits)
            row = torch.randn(width, device="cuda").bfloat16()
            row[7] = 300.0  # one channel far larger than the rest
            made = num // 2 if fused.get("gated") else num
            norm = torch.rand(width, device="cuda").bfloat16() if fused.get("norm") else None
            options = {"norm": norm, "gated": fused.get("gated", False)}
            want = reference.packed_row_linear_(row.float(), weight, torch.empty(made, device="cuda"), **options)
            for terms in (2, 3):
                out, again = (torch.full((made,), torch.nan, device="cuda") for _ in range(2))
                for one in (out, again):
                    gpu.packed_row_linear_(row, weight, one, **options, terms=terms)
                error = float((out - want).norm() / want.norm())
                yield {"part": "errors", "map": name, "bits": bits, "form": f"dots {terms}", "error": error, "same": bool(torch.equal(out, again))}
        torch.cuda.empty_cache()


def timed_maps(copy: float, best: dict[str, tuple[int, int, int, int]]) -> Iterator[dict[str, Any]]:
    """Each map alone; `best` receives the quickest tile of two terms."""
    for name, tiles in TILES.items():
        for form in FORMS:
            weight = weight_of(form, name)
            size = 2 * weight.numel() if form == "bf16" else weight.num_bytes
            found = []
            for tile in tiles if form.startswith("dots") else [None]:
                try:
                    timing = time_call(call_of(form, name, weight, tile), repeats=20)
                except Exception as error:
                    yield {"part": "maps", "map": name, "form": form, "tile": tile, "failed": f"{type(error).__name__}: {error}"[:160]}
                    continue
                found.append((timing.ms, tile))
                row = {"part": "maps", "map": name, "form": form, "tile": tile, "us": 1e3 * timing.ms, "p20": 1e3 * timing.p20, "p80": 1e3 * timing.p80}
                yield row | {"gb_s": size / timing.ms / 1e6, "of_copy": size / timing.ms / 1e6 / copy}
            if form == "dots 2" and found:
                quickest = min(found)[1]
                assert quickest is not None
                best[name] = quickest
            del weight
            torch.cuda.empty_cache()


def timed_layers(copy: float, best: dict[str, tuple[int, int, int, int]]) -> Iterator[dict[str, Any]]:
    """The maps of 28 layers and the head in one graph, then with what stands between them, in each form of both."""
    for form in FORMS:
        weights = {name: [weight_of(form, name) for _ in range(1 if name == "head" else 28)] for name in TILES}
        size = sum(2 * w.numel() if form == "bf16" else w.num_bytes for held in weights.values() for w in held)
        calls = {name: [call_of(form, name, w, best.get(name)) for w in held] for name, held in weights.items()}

        def products(calls: dict[str, Any] = calls) -> None:
            for i in range(28):
                for name in LAYER:
                    calls[name][i]()
            calls["head"][0]()

        ms = time_call(products, repeats=15).ms
        yield {"part": "layers", "products": form, "rows": "-", "ms": ms, "gb_s": size / ms / 1e6, "of_copy": size / ms / 1e6 / copy}
        if form != "dots 3":
            for rows, steps in rows_calls(MODEL, 28).items():

                def whole(calls: dict[str, Any] = calls, steps: Any = steps) -> None:
                    for i in range(28):
                        calls[LAYER[0]][i]()
                        steps[i]()
                        for name in LAYER[1:]:
                            calls[name][i]()
                    calls["head"][0]()

                ms = time_call(whole, repeats=15).ms
                yield {"part": "layers", "products": form, "rows": rows, "ms": ms, "tokens_s": 1e3 / ms}
        del weights, calls
        torch.cuda.empty_cache()


def run_part(part: str, out: Path) -> None:
    """One part in a process of its own: a fault of one form must not take the others' figures along."""
    copy, _ = ceilings()
    choice, found = out.with_suffix(".tiles"), []
    best: dict[str, tuple[int, int, int, int]] = {}
    if choice.exists():
        best = {name: tuple(tile) for name, tile in json.loads(choice.read_text()).items()}
    makers: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
        "errors": errors,
        "row errors": lambda: errors_of_rows(MODEL),
        "maps": lambda: timed_maps(copy, best),
        "rows": lambda: timed_rows(MODEL, copy),
        "layers": lambda: timed_layers(copy, best),
    }
    try:
        for row in makers[part]():
            print(json.dumps({k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in row.items()}), flush=True)
            found.append(row)
    except Exception as error:
        found.append({"part": part, "failed": f"{type(error).__name__}: {error}"[:300]})
        print(json.dumps(found[-1]), flush=True)
    if part == "maps":
        choice.write_text(json.dumps(best))
    rows = json.loads(out.read_text()) if out.exists() else []
    out.write_text(json.dumps([*rows, *found], indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Compile, check, time; a JSON line each and all of them in a file."""
    if sys.argv[1] == "warm":
        warm(int(sys.argv[2]), int(sys.argv[3]))
        return
    if sys.argv[1] == "part":
        run_part(sys.argv[2], Path(sys.argv[3]))
        return
    began, out, parts = time.perf_counter(), Path(sys.argv[1]), sys.argv[2:] or ["maps", "layers", "row errors", "rows", "errors"]
    jobs = [
        subprocess.Popen([sys.executable, __file__, "warm", str(i), str(PROCESSES)], env=os.environ | {"OMP_NUM_THREADS": "1"}) for i in range(PROCESSES)
    ]
    for job in jobs:
        job.wait()
    head = {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "compiled_s": time.perf_counter() - began}
    print(json.dumps(head), flush=True)
    out.write_text(json.dumps([head]) + "\n", encoding="utf-8")
    for part in parts:
        subprocess.run([sys.executable, __file__, "part", part, str(out)], check=False)
    print(f"done after {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
