"""Quick look at every part of a step with its kernels' times (profiler): where the time goes before tuning."""

from __future__ import annotations

import sys

import torch
from timing import ceilings, kernel_times, time_call
from workloads import MODELS, decode_calls, make_cache, mean_query_calls, prefill_calls, sdpa_calls


def show(name: str, call, **options) -> float:  # type: ignore[no-untyped-def]
    try:
        t = time_call(call, **options)
        print(f"{name:42s} {t.ms:9.4f} ms [{t.p20:.4f} {t.p80:.4f}]", flush=True)
        return t.ms
    except Exception as error:
        print(f"{name:42s} FAILED {type(error).__name__}: {str(error)[:300]}", flush=True)
        return float("nan")


def main(sizes: list[int]) -> None:
    print(torch.cuda.get_device_name(), torch.__version__, "copy GB/s, TFLOP/s:", ceilings(), flush=True)
    for rows in sizes:
        for model in MODELS[: 1 if rows > 200000 else 2]:
            cache = make_cache(model, rows)
            print(f"== {model.name} N={rows}", flush=True)
            one = torch.randn(1, model.heads, model.dim, device="cuda").bfloat16()
            for name, call in sdpa_calls(one, cache).items():
                show("decode full " + name, call)
            for groups in (model.kv_heads, 1):
                calls = decode_calls(model, cache, groups)
                for part in ("append", "miss", "hit", "attend"):
                    show(f"groups {groups} {part}", getattr(calls, part))
                show(f"groups {groups} miss + attend", lambda c=calls: (c.miss(), c.attend()))
                show(f"groups {groups} hit + attend", lambda c=calls: (c.hit(), c.attend()))
                try:
                    print(kernel_times(lambda c=calls: (c.append(), c.miss(), c.attend())), flush=True)
                except Exception as error:
                    print("profiler:", error)
            many = torch.randn(512, model.heads, model.dim, device="cuda").bfloat16()
            for name, call in sdpa_calls(many, cache).items():
                if rows < 200000 or "folded" not in name:
                    show("512 full " + name, call, graph=False, budget_ms=150)
            select, everything = mean_query_calls(model, cache)
            show("512 mean query select", select)
            show("512 mean query everything", everything)
            for gamma in (64, 16):
                calls = prefill_calls(model, cache, 8192, 64, gamma)
                for part in ("anchors", "votes", "top_k", "gathered", "delta", "everything"):
                    t = show(f"8192 gamma {gamma} {part}", getattr(calls, part), graph=False, budget_ms=200)
                    print(f"    = {t / 16:.4f} ms a 512-token chunk")
                if gamma == 64:
                    print(kernel_times(calls.everything, 2), flush=True)
                del calls
            del cache
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main([int(x) for x in sys.argv[1:]])
