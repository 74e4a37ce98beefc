"""What is timed: full attention by PyTorch, the published selection, and ours, at one shape and length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as nnf
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape, decode_state
from tsel_kernels.fp8_rows.reference import Fp8Pool
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import turning
from tsel_kernels.top_k.triton_workspace import topk_workspace

gpu, reference = triton_kernels(), torch_kernels()
Call = Callable[[], Any]
NUM_SINK, NUM_LOCAL, TOP_K = 128, 512, 2048


@dataclass(frozen=True)
class ModelShape:
    """Heads of one attention layer, width of the hidden state and of the gated part."""

    name: str
    heads: int
    kv_heads: int
    dim: int
    hidden: int
    inner: int


MODELS = (ModelShape("qwen2-7b", 28, 4, 128, 3584, 18944), ModelShape("llama3-8b", 32, 8, 128, 4096, 14336))


@dataclass(frozen=True)
class Cache:
    """bf16 keys and values [Hkv, N, D], and the index of the keys."""

    keys: Tensor
    values: Tensor
    index: KeyIndex


def make_cache(model: ModelShape, rows: int) -> Cache:
    """Random normal keys and values, and the index of the keys."""
    generator = torch.Generator(device="cuda").manual_seed(rows)
    size = (model.kv_heads, rows, model.dim)
    keys = torch.empty(size, dtype=torch.bfloat16, device="cuda").normal_(generator=generator)
    values = torch.empty(size, dtype=torch.bfloat16, device="cuda").normal_(generator=generator)
    mean = keys[:, :4096].float().mean(1)
    return Cache(keys, values, gpu.quantize_keys(keys, mean))


def sdpa_calls(query: Tensor, cache: Cache) -> dict[str, Call]:
    """Full attention of query [T, H, D]: flash and cuDNN, with enable_gqa and with the group folded into the rows."""
    kv = cache.keys.shape[0]
    num, heads, dim = query.shape
    plain = query.transpose(0, 1)[None].contiguous()
    folded = query.view(num, kv, heads // kv, dim).permute(1, 0, 2, 3).reshape(1, kv, -1, dim).contiguous()
    k, v = cache.keys[None], cache.values[None]

    def call(q: Tensor, backend: SDPBackend, gqa: bool) -> Call:
        def run() -> Tensor:
            with sdpa_kernel(backend):
                return nnf.scaled_dot_product_attention(q, k, v, enable_gqa=gqa)

        return run

    return {
        "flash": call(plain, SDPBackend.FLASH_ATTENTION, True),
        "cudnn": call(plain, SDPBackend.CUDNN_ATTENTION, True),
        "flash folded": call(folded, SDPBackend.FLASH_ATTENTION, False),
        "cudnn folded": call(folded, SDPBackend.CUDNN_ATTENTION, False),
    }


def published_decode(model: ModelShape, cache: Cache) -> Call:
    """The published design: score per head, torch softmax, sum, topk, sort, gather, attention over the picked rows."""
    kv, rows = cache.keys.shape[:2]
    query = torch.randn(model.heads, model.dim, device="cuda").bfloat16() * 2
    grouped = query.view(kv, -1, model.dim)
    edge = torch.cat([torch.arange(NUM_SINK), torch.arange(rows - NUM_LOCAL, rows)]).cuda()

    def run() -> Tensor:
        logits = (grouped @ cache.keys.transpose(-1, -2)).flatten(0, 1).float() * model.dim**-0.5
        votes = torch.softmax(logits[:, NUM_SINK:-NUM_LOCAL], -1).sum(0)
        picked = torch.cat([torch.topk(votes, TOP_K).indices + NUM_SINK, edge]).sort().values
        k, v = cache.keys.index_select(1, picked), cache.values.index_select(1, picked)
        return nnf.scaled_dot_product_attention(grouped[None], k[None], v[None])

    return run


def definition_decode(model: ModelShape, cache: Cache) -> Call:
    """Our torch definition of the same step (pick per KV head)."""
    rows, device = cache.keys.shape[1], cache.keys.device
    shape = DecodeShape(model.heads, model.kv_heads, model.dim, rows, TOP_K, model.kv_heads, NUM_SINK, NUM_LOCAL)
    state = decode_state(shape, torch.bfloat16, device)
    state.window_start.fill_(rows - NUM_LOCAL)
    at = torch.tensor([rows - 1], dtype=torch.int32, device=device)
    query = torch.randn(model.heads, model.dim, device=device).bfloat16() * 2
    out, lse, scaling = torch.empty_like(query), torch.empty(model.heads, device=device), model.dim**-0.5

    def run() -> None:
        reference.decode_select_(query, cache.index, at, state, shape, None, scaling=scaling)
        reference.decode_attend_(query, cache.keys, cache.values, at, out, lse, state, shape, None, scaling=scaling)

    return run


def definition_prefill(model: ModelShape, cache: Cache) -> Call:
    """Our torch definition of a 512-token chunk with anchors every 64."""
    rows, device, scaling = cache.keys.shape[1], cache.keys.device, model.dim**-0.5
    query = torch.randn(512, model.heads, model.dim, device=device).bfloat16() * 2
    offsets = torch.arange(63, 512, 64, device=device)
    window = torch.tensor([rows - 512 + 64 * b + 1 - NUM_LOCAL for b in range(8)], dtype=torch.int32, device=device)

    def run() -> None:
        anchors, positions = query[offsets], rows - 512 + offsets
        exact, lse = reference.causal_attention(anchors, positions, cache.keys, cache.values, scaling=scaling)
        votes = reference.soft_votes(
            anchors, lse, cache.keys, NUM_SINK, window, groups=model.kv_heads, scaling=scaling
        )
        picks, _ = reference.top_k_rows(votes, TOP_K, NUM_SINK, window)
        out, _ = reference.gathered_attention(
            query, rows - 512, cache.keys, cache.values, picks, window,
            block_size=64, num_sink=NUM_SINK, scaling=scaling,
        )  # fmt: skip
        reference.delta_correct(out, exact, offsets)

    return run


@dataclass(frozen=True)
class DecodeCalls:
    """One decode step of ours, in parts: append, select on a miss, the same on a hit, attention.

    `eight` is what rows in 8 bits add: the written row rounded, the rows attended to widened. `four` is what rows in 4
    bits have instead of append and attention: the written row turned and packed, the picked ones read as they are.
    """

    append: Call
    eight: Call
    four: Call | None
    miss: Call
    hit: Call
    attend: Call
    index_bytes: int


def decode_calls(model: ModelShape, cache: Cache, groups: int) -> DecodeCalls:
    """Calls of one layer's decode step at the end of `cache`."""
    rows, device = cache.keys.shape[1], cache.keys.device
    shape = DecodeShape(model.heads, model.kv_heads, model.dim, rows, TOP_K, groups, NUM_SINK, NUM_LOCAL)
    missed, reused = (decode_state(shape, torch.bfloat16, device) for _ in range(2))
    for state in (missed, reused):
        state.window_start.fill_(rows - NUM_LOCAL)
    work = gpu.decode_workspace(shape, device)
    at = torch.tensor([rows - 1], dtype=torch.int32, device=device)
    query = torch.randn(model.heads, model.dim, device=device).bfloat16() * 2
    out, lse = torch.empty_like(query), torch.empty(model.heads, device=device)
    scaling = model.dim**-0.5
    k, v = cache.keys[:, -1].clone(), cache.values[:, -1].clone()
    table = torch.ones(rows, model.dim, device=device), torch.zeros(rows, model.dim, device=device)
    scratch = decode_state(shape, torch.bfloat16, device)
    gpu.decode_select_(query, cache.index, at, missed, shape, work, scaling=scaling)
    reused.indices.copy_(missed.indices)
    reused.reuse.fill_(1)

    codes = torch.randint(0, 120, cache.keys.shape, dtype=torch.uint8, device=device)
    pool = Fp8Pool(codes, torch.zeros(codes.shape[:2], dtype=torch.int8, device=device))
    staged = torch.empty_like(cache.keys)

    def eight() -> None:
        gpu.fp8_store_row_(staged, staged, at, pool, pool)
        gpu.fp8_load_rows_(
            pool, pool, reused.indices, reused.window_start, at, staged, staged,
            num_sink=NUM_SINK, window_rows=shape.window_rows,
        )  # fmt: skip

    values = gpu.quantize_keys(cache.values, torch.zeros(model.kv_heads, model.dim, device=device))
    begin = torch.zeros(1, dtype=torch.int32, device=device)
    held = [ExactRows(t[:, :4].contiguous(), t[:, -256:].contiguous(), begin) for t in (cache.keys, cache.values)]
    exact = held[0], held[1]
    turned = turning(model.dim, device, torch.float32)

    def four() -> None:
        gpu.q4_rope_append_(query, k, v, at, turned, None, cache.index, values, exact, out, scratch, shape, rope=table, theta=0.9)
        gpu.q4_attend_(query, cache.index, values, exact, at, out, lse, reused, shape, work, scaling=scaling, back=turned)

    def select(state: Any) -> Call:
        return lambda: gpu.decode_select_(query, cache.index, at, state, shape, work, scaling=scaling)

    return DecodeCalls(
        append=lambda: gpu.rope_append_(
            query, k, v, at, cache.keys, cache.values, cache.index, out, scratch, shape, rope=table, theta=0.9
        ),
        eight=eight,
        four=None if cache.index.bits == 8 else four,
        miss=select(missed),
        hit=select(reused),
        attend=lambda: gpu.decode_attend_(
            query, cache.keys, cache.values, at, out, lse, reused, shape, work, scaling=scaling
        ),
        index_bytes=cache.index.codes.numel() + 4 * cache.index.scale.numel(),
    )


@dataclass(frozen=True)
class PrefillCalls:
    """A chunk at the end of the cache: anchors exact, votes, top-k, gathered attention, delta, and all of it."""

    anchors: Call
    votes: Call
    top_k: Call
    gathered: Call
    delta: Call
    everything: Call


def prefill_calls(model: ModelShape, cache: Cache, chunk: int, block: int, gamma: int) -> PrefillCalls:
    """Anchored selection of a chunk: an anchor every `gamma` queries (the last of each stride), blocks of `block`."""
    rows, device, scaling = cache.keys.shape[1], cache.keys.device, model.dim**-0.5
    query = torch.randn(chunk, model.heads, model.dim, device=device).bfloat16() * 2
    start = rows - chunk
    offsets = torch.arange(gamma - 1, chunk, gamma, device=device)
    positions = (start + offsets).int()
    blocks = chunk // block
    window = torch.tensor([start + b * block + 1 - NUM_LOCAL for b in range(blocks)], dtype=torch.int32, device=device)
    votes = torch.empty((blocks, model.kv_heads, rows), dtype=torch.bfloat16, device=device)
    work = topk_workspace(blocks * model.kv_heads, rows, TOP_K, device)
    state: dict[str, Any] = {}

    def anchors() -> None:
        state["anchors"] = query[offsets]
        state["exact"], state["lse"] = gpu.causal_attention(
            state["anchors"], positions, cache.keys, cache.values, scaling=scaling
        )

    def vote() -> None:
        gpu.soft_votes(
            state["anchors"], state["lse"], cache.keys, NUM_SINK, window,
            groups=model.kv_heads, scaling=scaling, out=votes,
        )  # fmt: skip

    def top_k() -> None:
        state["picks"], _ = gpu.top_k_rows(votes, TOP_K, NUM_SINK, window, workspace=work)

    def gathered() -> None:
        state["out"], _ = gpu.gathered_attention(
            query, start, cache.keys, cache.values, state["picks"], window,
            block_size=block, num_sink=NUM_SINK, scaling=scaling,
        )  # fmt: skip

    def delta() -> None:
        gpu.delta_correct(state["out"], state["exact"], offsets, into=state["out"])

    def everything() -> None:
        for part in (anchors, vote, top_k, gathered, delta):
            part()

    everything()
    return PrefillCalls(anchors, vote, top_k, gathered, delta, everything)


def mean_query_calls(model: ModelShape, cache: Cache, chunk: int = 512) -> tuple[Call, Call]:
    """The paper's chunk without anchors: one pick for the chunk from its mean query, then the gathered attention."""
    rows, device, scaling = cache.keys.shape[1], cache.keys.device, model.dim**-0.5
    query = torch.randn(chunk, model.heads, model.dim, device=device).bfloat16() * 2
    shape = DecodeShape(model.heads, model.kv_heads, model.dim, rows, TOP_K, 1, NUM_SINK, NUM_LOCAL)
    state, work = decode_state(shape, torch.bfloat16, device), gpu.decode_workspace(shape, device)
    at = torch.tensor([rows - 1], dtype=torch.int32, device=device)
    state.window_start.fill_(rows - chunk + 1 - NUM_LOCAL)

    def select() -> None:
        mean = query.mean(0)
        gpu.decode_select_(mean, cache.index, at, state, shape, work, scaling=scaling)

    def everything() -> None:
        select()
        gpu.gathered_attention(
            query, rows - chunk, cache.keys, cache.values, state.indices, state.window_start,
            block_size=chunk, num_sink=NUM_SINK, scaling=scaling,
        )  # fmt: skip

    return select, everything


def linear_calls(model: ModelShape) -> dict[str, tuple[int, Call, Call]]:
    """Linear maps of one token: name -> (bytes of the weight, ours with what it fuses, torch's product alone)."""
    device, hidden = "cuda", model.hidden
    qkv = (model.heads + 2 * model.kv_heads) * model.dim

    def normal(*size: int) -> Tensor:
        return torch.randn(*size, device=device).bfloat16() * 0.02

    def call(num: int, width: int, *, norm: bool, gated: bool, residual: bool) -> tuple[int, Call, Call]:
        weight, row, out = normal(num, width), normal(width), normal(num // 2 if gated else num)
        scale = torch.ones(width, device=device).bfloat16() if norm else None

        def ours() -> Tensor:
            return gpu.row_linear_(row, weight, out, norm=scale, gated=gated, residual=out if residual else None)

        return 2 * weight.numel(), ours, lambda: nnf.linear(row[None], weight)

    return {
        "norm + qkv": call(qkv, hidden, norm=True, gated=False, residual=False),
        "output + residual": call(hidden, model.heads * model.dim, norm=False, gated=False, residual=True),
        "norm + gate, up + silu": call(2 * model.inner, hidden, norm=True, gated=True, residual=False),
        "down + residual": call(hidden, model.inner, norm=False, gated=False, residual=True),
    }
