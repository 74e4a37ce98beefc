"""Attention of one written token to every row of a cache in float32: blocks of rows by turns, then their join.

A KV head's rows are read once for all of its queries. A block keeps the largest logit and the sum of its weights, and
blocks are joined by them (the online softmax of FlashAttention, arXiv:2205.14135).
"""

from __future__ import annotations

import math

from llvmlite import ir

from tsel_kernels.native.emit import F32, I32, I64, POINTER, Emit, Value, filled, vector

ATTEND = (
    "query",
    "keys",
    "values",
    "parts",
    "key_head",
    "key_row",
    "value_head",
    "value_row",
    "scaling",
    "group",
    "num",
)
"""Arguments of attend_rows: float32 [H, D], rows of keys and values, a room of `room_floats`; strides in bytes,
the logits' scale as float32 bits, queries of a KV head, rows."""
BLOCK = 128
"""Rows of a turn."""
_WIDE = 16


def room_floats(turns: int, group: int, dim: int) -> int:
    """Of the room that so many turns need."""
    return turns * (group * (dim + 2) + BLOCK)


def widths(dim: int) -> list[int]:
    """A head's D floats as vectors of at most 64."""
    found: list[int] = []
    while sum(found) < dim:
        left = dim - sum(found)
        found.append(next(size for size in (64, 32, 16) if size <= left))
    return found


def attend_rows(module: ir.Module, dim: int) -> None:
    """attend_rows(arguments, begin, end): turn = KV head * blocks of a head + block."""
    emit = Emit(module, "attend_rows", [POINTER, I64, I64])
    held, begin, end = emit.arguments
    at = emit.at
    of = {n: emit.load(held, POINTER if i < 4 else I64, 8 * i) for i, n in enumerate(ATTEND)}
    scaling = emit.load(held, F32, 8 * ATTEND.index("scaling"))
    blocks = at.sdiv(at.add(of["num"], I64(BLOCK - 1)), I64(BLOCK))
    with emit.loop(begin, end) as turn:
        head, block = at.sdiv(turn.index, blocks), at.srem(turn.index, blocks)
        first = at.mul(block, I64(BLOCK))
        left = at.sub(of["num"], first)
        count = at.select(at.icmp_signed("<", left, I64(BLOCK)), left, I64(BLOCK))
        keys, values = (
            emit.place(of[n], at.add(at.mul(head, of[f"{k}_head"]), at.mul(first, of[f"{k}_row"])))
            for n, k in (("keys", "key"), ("values", "value"))
        )
        logits = emit.place(of["parts"], at.mul(turn.index, _turn_bytes(emit, of["group"], dim)))
        outs = emit.place(logits, I64(4 * BLOCK))
        with emit.loop(I64(0), of["group"]) as query:
            own = at.add(at.mul(head, of["group"]), query.index)
            rows = _parts(emit, emit.place(of["query"], at.mul(own, I64(4 * dim))), dim)
            emit.store(filled(vector(F32, BLOCK), -1e30), logits, I64(0))  # rows that a short block lacks
            with emit.loop(I64(0), count) as row:
                key = _parts(emit, emit.place(keys, at.mul(row.index, of["key_row"])), dim)
                dot = at.fmul(_dot(emit, rows, key), scaling)
                emit.store(dot, logits, at.mul(row.index, I64(4)))
            largest, total = _softmax(emit, logits)
            place = emit.place(outs, at.mul(query.index, I64(4 * (dim + 2))))
            begun = [filled(vector(F32, size), 0.0) for size in widths(dim)]
            for part, (size, start) in enumerate(zip(widths(dim), begun, strict=True)):
                offset = 4 * sum(widths(dim)[:part])
                with emit.loop(I64(0), count, [start]) as row:
                    weight = emit.splat(emit.load(logits, F32, at.mul(row.index, I64(4))), size)
                    there = at.add(at.mul(row.index, of["value_row"]), I64(offset))
                    row.after.append(emit.fma(weight, emit.load(values, start.type, there), row.values[0]))
                emit.store(row.values[0], place, I64(offset))
            emit.store(largest, place, I64(4 * dim))
            emit.store(total, place, I64(4 * dim + 4))
    at.ret_void()


def join_blocks(module: ir.Module, dim: int) -> None:
    """join_blocks(parts, out float32 [H, D], H, G, blocks of a head)."""
    emit = Emit(module, "join_blocks", [POINTER, POINTER, I64, I64, I64])
    parts, out, heads, group, blocks = emit.arguments
    at = emit.at
    with emit.loop(I64(0), heads) as own:
        first = at.mul(at.sdiv(own.index, group), blocks)
        query = at.add(at.mul(at.srem(own.index, group), I64(4 * (dim + 2))), I64(4 * BLOCK))

        def part(block: Value, first: Value = first, query: Value = query) -> Value:
            turn = at.mul(at.add(first, block), _turn_bytes(emit, group, dim))
            return emit.place(parts, at.add(turn, query))

        with emit.loop(I64(0), blocks, [F32(-1e30)]) as block:
            largest = emit.load(part(block.index), F32, 4 * dim)
            block.after.append(_larger(emit, block.values[0], largest))
        top = block.values[0]
        start = [F32(0), *(filled(vector(F32, size), 0.0) for size in widths(dim))]
        with emit.loop(I64(0), blocks, start) as block:
            place = part(block.index)
            share = _exp(emit, emit.splat(at.fsub(emit.load(place, F32, 4 * dim), top), 4))
            share = at.extract_element(share, I32(0))
            block.after.append(emit.fma(emit.load(place, F32, 4 * dim + 4), share, block.values[0]))
            for held, value in zip(block.values[1:], _parts(emit, place, dim), strict=True):
                block.after.append(emit.fma(value, emit.splat(share, value.type.count), held))
        place, offset = emit.place(out, at.mul(own.index, I64(4 * dim))), 0
        for held in block.values[1:]:
            emit.store(at.fdiv(held, emit.splat(block.values[0], held.type.count)), place, I64(offset))
            offset += 4 * held.type.count
    at.ret_void()


def _turn_bytes(emit: Emit, group: Value, dim: int) -> Value:
    """A turn's room: the logits of a query, and for each query its D sums, largest logit and sum of weights."""
    return emit.at.add(emit.at.mul(group, I64(4 * (dim + 2))), I64(4 * BLOCK))


def _parts(emit: Emit, place: Value, dim: int) -> list[Value]:
    """A head's floats."""
    found, offset = [], 0
    for size in widths(dim):
        found.append(emit.load(place, vector(F32, size), 4 * offset))
        offset += size
    return found


def _dot(emit: Emit, one: list[Value], other: list[Value]) -> Value:
    sums: dict[int, Value] = {}
    for a, b in zip(one, other, strict=True):
        held = sums.get(a.type.count)
        sums[a.type.count] = emit.at.fmul(a, b) if held is None else emit.fma(a, b, held)
    total: Value = None
    for size in sorted(sums, reverse=True):
        own = emit.folded(sums[size], emit.at.fadd)
        total = own if total is None else emit.at.fadd(total, own)
    return total


def _larger(emit: Emit, a: Value, b: Value) -> Value:
    return emit.at.select(emit.at.fcmp_ordered(">", a, b), a, b)


def _softmax(emit: Emit, logits: Value) -> tuple[Value, Value]:
    """A block's logits become exp(logit - largest): (largest, their sum)."""
    at, kind = emit.at, vector(F32, _WIDE)
    offsets = range(0, 4 * BLOCK, 4 * _WIDE)
    held = [emit.load(logits, kind, offset) for offset in offsets]
    while len(held) > 1:
        held = [_larger(emit, a, b) for a, b in zip(held[::2], held[1::2], strict=True)]
    largest = emit.folded(held[0], lambda a, b: _larger(emit, a, b))
    total, top = filled(kind, 0.0), emit.splat(largest, _WIDE)
    for offset in offsets:
        weight = _exp(emit, at.fsub(emit.load(logits, kind, offset), top))
        emit.store(weight, logits, I64(offset))
        total = at.fadd(total, weight)
    return largest, emit.folded(total, at.fadd)


def _exp(emit: Emit, x: Value) -> Value:
    """exp of float32 of at most 0, relative error 2e-7: a power of two times a polynomial; below 1e-37: about that.

    NaN of NaN (a logit that is one, or infinity less itself), so that it comes out of the attention.
    """
    at, kind = emit.at, x.type
    broken = at.fcmp_unordered("uno", x, x)
    power = at.fmul(x, filled(kind, math.log2(math.e)))
    power = _larger(emit, power, filled(kind, -126.0))
    whole = emit.call(f"llvm.rint.v{kind.count}f32", kind, power)
    rest = at.fsub(power, whole)
    value = filled(kind, math.log(2) ** 6 / math.factorial(6))
    for degree in range(5, -1, -1):
        value = emit.fma(value, rest, filled(kind, math.log(2) ** degree / math.factorial(degree)))
    bits = at.fptosi(whole, vector(I32, kind.count))
    bits = at.shl(at.add(bits, filled(bits.type, 127)), filled(bits.type, 23))
    return at.select(broken, x, at.fmul(value, emit.as_floats(bits)))
