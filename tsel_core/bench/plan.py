"""What `tsel bench` runs: settings x lengths on a document, or on random weights of a known shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from tsel_core.bench.rows import BenchRow
from tsel_core.bench.run import rehearse, run_setting, run_transformers, warm_up
from tsel_core.bench.writing import compare_writing
from tsel_core.engine.engine import Engine
from tsel_core.engine.fit import FitPlan, ModelSizes, plan_fit
from tsel_core.errors import DoesNotFit, UsageError
from tsel_core.kv.cost import CacheShape
from tsel_core.models.plain_decoder import PackedMap
from tsel_core.prefix_cache.store import ReadingStore
from tsel_core.progress import Progress


@dataclass(frozen=True)
class BenchPlan:
    """`baselines` of "full", "transformers", "transformers-cudnn"; counts are tokens.

    `writing` compares writing alone: "read" reads (or loads from `store`) every length once, "random" reads nothing
    and fills the cache with random rows.
    """

    baselines: tuple[str, ...] = ("full",)
    max_new_tokens: int = 64
    fidelity: bool = True
    writing: str | None = None
    store: ReadingStore | None = None


def parse_lengths(text: str) -> list[int]:
    """ "8k,32k,128k" -> tokens (k = 1024, m = 1024 * 1024). Raises UsageError."""
    lengths = []
    for part in text.lower().replace(" ", "").split(","):
        scale = {"k": 1024, "m": 1024 * 1024}.get(part[-1:], 1)
        digits = part[:-1] if scale > 1 else part
        if not digits.isdigit() or int(digits) == 0:
            raise UsageError(
                f"--lengths must be token counts such as 8k,32k,128k, got {text!r}", "tsel bench --lengths 8k"
            )
        lengths.append(int(digits) * scale)
    return lengths


def run_plan(
    engine: Engine,
    plan: BenchPlan,
    prompts: Sequence[tuple[Sequence[int], int]],
    decode: Callable[[Sequence[int]], str],
    progress: Progress | None = None,
) -> Iterator[list[BenchRow]]:
    """Rows of one prompt after another; a prompt is (ids, where the question's tail begins)."""
    warm_up(engine, prompts[0][0])
    for ids, tail_start in prompts:
        if plan.writing is not None:
            yield compare_writing(
                engine,
                ids,
                tail_start,
                baselines=plan.baselines,
                max_new_tokens=plan.max_new_tokens,
                decode=decode,
                store=plan.store,
                random_rows=plan.writing == "random",
                progress=progress,
            )
            continue
        yield _one(engine, plan, ids, tail_start, decode, progress)
        if engine.device.type == "cuda":
            torch.cuda.empty_cache()


def _one(
    engine: Engine, plan: BenchPlan, ids: Sequence[int], tail: int, decode: Any, progress: Progress | None
) -> list[BenchRow]:
    num = plan.max_new_tokens
    rows = []
    for name in plan.baselines:
        if name.startswith("transformers"):
            rows += _rival(engine, ids, num, decode, name)
    if plan.baselines == ("none",):
        rehearse(engine, ids, tail, "select")
        select, _ = run_setting(
            engine, "select", "select", ids, tail, max_new_tokens=num, decode=decode, progress=progress
        )
        return [select]
    rehearse(engine, ids, tail, "full")
    full, logits = run_setting(
        engine,
        "full",
        "full",
        ids,
        tail,
        max_new_tokens=num,
        decode=decode,
        keep_logits=plan.fidelity,
        progress=progress,
    )
    rehearse(engine, ids, tail, "select")
    select, _ = run_setting(
        engine,
        "select",
        "select",
        ids,
        tail,
        max_new_tokens=num,
        decode=decode,
        forced_ids=full.answer_ids if plan.fidelity else (),
        forced_logits=logits,
        progress=progress,
    )
    return [*rows, full, select]


def hold_random(engine: Engine, num_tokens: int) -> FitPlan:
    """Plan the longest run of an engine with random weights and make its caches as planned. Raises DoesNotFit.

    A dry run on a CPU takes `--kv host` too. Keys of random weights are never so wide that the index needs 8 bits.
    """
    info, config = engine.loaded.info, engine.config
    bits, on_cpu = 4 * (engine.device.type == "cuda"), engine.device.type == "cpu"
    shape = CacheShape(info.num_layers, info.num_kv_heads, info.head_dim, engine.loaded.dtype, bits, on_cpu)
    model = engine.loaded.model
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    weights += weights // 2 if getattr(info, "form", "") == "fp8" else 0
    packed = [m.form for m in model.modules() if isinstance(m, PackedMap)]
    weights += sum(form.num_bytes for form in packed)
    largest = max((f.shape[0] * f.shape[1] for f in packed if f.shape[0] != info.vocab_size), default=0)
    dry = config.kv == "host" and engine.device.type == "cpu"
    fit = plan_fit(
        num_tokens,
        ModelSizes(
            shape,
            info.hidden_size,
            info.num_heads,
            weights,
            turns=engine.turns,
            unpacked_bytes=2 * largest if bits else 0,
        ),
        trained_window=max(num_tokens, info.trained_window),
        device=engine.device,
        loaded=True,
        kv="auto" if dry else config.kv,
        memory_limit=config.memory_limit,
        chunk_size=config.chunk_size,
        block_size=engine.selection.block_size,
        cell_rows=engine.selection.cell_rows,
    )
    chosen = fit.check(info.name)
    engine.hold("host" if dry else chosen.storage, chosen.chunk_size)
    return fit


def _rival(engine: Engine, ids: Sequence[int], num: int, decode: Any, name: str) -> list[BenchRow]:
    """transformers' generate; nothing when it does not fit where ours does."""
    cudnn = name.endswith("cudnn")
    try:
        if engine.device.type == "cuda":  # as rehearse does for ours
            run_transformers(engine, ids, max_new_tokens=2, decode=decode, cudnn=cudnn)
        return [run_transformers(engine, ids, max_new_tokens=num, decode=decode, cudnn=cudnn)]
    except (torch.OutOfMemoryError, DoesNotFit):
        torch.cuda.empty_cache()
        return []


def random_prompts(vocab_size: int, lengths: Sequence[int]) -> list[tuple[list[int], int]]:
    """Random token ids of each length, the last 32 standing for the question."""
    generator = torch.Generator().manual_seed(0)
    return [(torch.randint(10, vocab_size, (n,), generator=generator).tolist(), n - 32) for n in lengths]


def cut_prompts(ids: Sequence[int], tail_start: int, lengths: Sequence[int]) -> list[tuple[list[int], int]]:
    """A document's prompt repeated or shortened to each length, its question kept at the end (for speed only)."""
    body, tail = list(ids[:tail_start]), list(ids[tail_start:])
    prompts = []
    for length in lengths:
        room = max(1, length - len(tail))
        repeated = (body * (room // len(body) + 1))[:room]
        prompts.append((repeated + tail, room))
    return prompts
