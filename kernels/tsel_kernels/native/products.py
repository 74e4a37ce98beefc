"""Few rows times a weight in few bits: the rows are rounded to 8 bits by groups of 32, the products are integer dots.

Every sum is taken in one order, whatever the number of rows or threads: a row's product is its own, bit by bit.
A row x is taken as scale * code, scale = largest |x| of a group / 127, as llama.cpp does (its block Q8_0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llvmlite import ir

from tsel_kernels.native.dots import Dots
from tsel_kernels.native.emit import F32, I8, I16, I32, I64, POINTER, Emit, Value, filled, vector

ROWS = ("codes", "scales", "biases", "zeros")
"""What `round_rows` makes of rows [T, K], K / 32 groups each: int8 codes, scale, -8 * sum of codes, scale * sum."""
ARGUMENTS = ("weight", "steps", *ROWS, "out", "add", "groups", "num", "rows")
"""Of both products: a form's two tensors, what `round_rows` made, float32 [T, N], [N], and K / 32, N, T."""
_GROUP = 32
_SMALLEST = 1e-30  # of a group's largest value: 127 / a smaller one is infinite
_AHEAD = 4  # groups: the steps of a block lie far from each other, where no processor looks by itself


def round_rows(module: ir.Module) -> None:
    """round_rows(x float32 [n * 32], codes, scales, biases, zeros, n)."""
    emit = Emit(module, "round_rows", [POINTER] * 5 + [I64])
    x, codes, scales, biases, zeros, num = emit.arguments
    at = emit.at
    with emit.loop(I64(0), num) as loop:
        values = emit.load(x, vector(F32, _GROUP), at.mul(loop.index, I64(4 * _GROUP)))
        sizes = emit.call("llvm.fabs.v32f32", values.type, values)
        largest = emit.folded(sizes, lambda a, b: emit.at.select(at.fcmp_ordered(">", a, b), a, b))
        flat = at.fcmp_ordered("<", largest, F32(_SMALLEST))
        inverse = at.select(flat, F32(0), at.fdiv(F32(127), largest))
        scale = at.select(flat, F32(0), at.fmul(largest, F32(1 / 127)))
        broken = emit.folded(at.fmul(values, filled(values.type, 0.0)), at.fadd)  # 0, or NaN of a NaN or an infinity
        scale = at.fadd(scale, broken)
        scaled = at.fmul(values, emit.splat(inverse, _GROUP))
        whole = at.fptosi(emit.call("llvm.rint.v32f32", scaled.type, scaled), vector(I32, _GROUP))
        total = emit.folded(whole, at.add)
        emit.store(at.trunc(whole, vector(I8, _GROUP)), codes, at.mul(loop.index, I64(_GROUP)))
        here = at.mul(loop.index, I64(4))
        emit.store(scale, scales, here)
        emit.store(at.mul(total, I32(-8)), biases, here)
        emit.store(at.fmul(scale, at.sitofp(total, F32)), zeros, here)
    at.ret_void()


class _Job:
    """A function (arguments, begin, end) over some of a weight's rows; the ARGUMENTS lie side by side, 8 bytes each."""

    def __init__(self, module: ir.Module, name: str) -> None:
        self.emit = Emit(module, name, [POINTER, I64, I64])
        held, self.begin, self.end = self.emit.arguments
        numbers = ("groups", "num", "rows")
        self.of = {n: self.emit.load(held, I64 if n in numbers else POINTER, 8 * i) for i, n in enumerate(ARGUMENTS)}

    def row(self, turn: Value, group: Value) -> tuple[Value, Value, Value, Value]:
        """(place of the codes, scale, bias, zero) of one of the rows' groups."""
        emit = self.emit
        at = emit.at.add(emit.at.mul(turn, self.of["groups"]), group)
        four = emit.at.mul(at, I64(4))
        scale, bias, zero = (
            emit.load(self.of[n], kind, four) for n, kind in (("scales", F32), ("biases", I32), ("zeros", F32))
        )
        return emit.place(self.of["codes"], emit.at.mul(at, I64(_GROUP))), scale, bias, zero

    def some_rows(self, body: Callable[[list[Value]], None], most: int) -> None:
        """`body` of all rows, `most` (a power of two) at a time, of the rest half as many, and so on."""
        at, rows, begin = self.emit.at, self.of["rows"], I64(0)
        while most:
            end = at.sub(rows, at.srem(rows, I64(most)))
            with self.emit.loop(begin, end, step=most) as loop:
                body([at.add(loop.index, I64(i)) for i in range(most)])
            begin, most = end, most // 2


def nibble_rows(module: ir.Module, dots: Dots, together: int) -> None:
    """nibble_rows(arguments, begin, end): blocks of `together` rows of the weight begin .. end - 1."""
    job = _Job(module, "nibble_rows")
    emit, of, at = job.emit, job.of, job.emit.at
    groups, num = of["groups"], of["num"]
    floats = vector(F32, together)
    with emit.loop(job.begin, job.end) as block:
        own = emit.place(of["weight"], at.mul(at.mul(block.index, groups), I64(_GROUP * together // 2)))
        first = at.mul(block.index, I64(4 * together))

        def product(turns: list[Value]) -> None:
            with emit.loop(I64(0), groups, [filled(floats, 0.0)] * len(turns)) as loop:
                codes = emit.place(own, at.mul(loop.index, I64(_GROUP * together // 2)))
                place = at.add(first, at.mul(loop.index, at.mul(num, I64(4))))
                steps = emit.load(of["steps"], vector(I32, together), place)
                ahead = at.add(place, at.mul(num, I64(4 * _AHEAD)))
                for line in range(0, 4 * together, 64):
                    there = emit.place(of["steps"], at.add(ahead, I64(line)))
                    emit.call("llvm.prefetch.p0", ir.VoidType(), there, I32(0), I32(3), I32(1))
                step = emit.as_floats(at.shl(steps, filled(steps.type, 16)))
                zero = emit.as_floats(at.and_(steps, filled(steps.type, -65536)))
                rows = [job.row(turn, loop.index) for turn in turns]
                sums = _nibble_dots(emit, dots, together, codes, rows)
                for total, (_, scale, _, of_zero), dot in zip(loop.values, rows, sums, strict=True):
                    scaled = at.fmul(step, emit.splat(scale, together))
                    total = emit.fma(at.sitofp(dot, floats), scaled, total)
                    loop.after.append(emit.fma(zero, emit.splat(of_zero, together), total))
            bias = emit.load(of["add"], floats, first)
            for turn, total in zip(turns, loop.values, strict=True):
                there = at.add(first, at.mul(turn, at.mul(num, I64(4))))
                emit.store(at.fadd(total, bias), of["out"], there)

        job.some_rows(product, 4 if dots.lanes == 16 else 2)  # as many as the registers hold
    at.ret_void()


def _nibble_dots(
    emit: Emit, dots: Dots, together: int, codes: Value, rows: Sequence[tuple[Value, Value, Value, Value]]
) -> list[Value]:
    """int32 [together] for each row: dots of a group's codes, less 8, with its bytes."""
    at, half = emit.at, together // 2
    columns = [column * half + row for row in range(half) for column in range(4)]
    parts = 2 * half // dots.lanes
    begun = [dots.begin(emit, bias) for _, _, bias, _ in rows for _ in range(parts)]
    with emit.loop(I64(0), I64(_GROUP), begun, step=4) as quad:  # not written out: it would be compiled for longer
        by_row = emit.take(emit.load(codes, vector(I8, 4 * half), at.mul(quad.index, I64(half))), columns)
        wide = at.bitcast(by_row, vector(I16, 2 * half))  # bytes have no shift
        low = at.and_(by_row, filled(by_row.type, 15))
        high = at.and_(at.bitcast(at.lshr(wide, filled(wide.type, 4)), by_row.type), filled(by_row.type, 15))
        cut = emit.cut(low, 4 * dots.lanes) + emit.cut(high, 4 * dots.lanes)
        for turn, (place, _, _, _) in enumerate(rows):
            four = emit.load(place, I32, quad.index)
            sums = quad.values[turn * parts : (turn + 1) * parts]
            quad.after += [dots.add(emit, s, c, four) for s, c in zip(sums, cut, strict=True)]
    ends = iter(quad.values)
    return [emit.joined([dots.end(emit, next(ends), bias) for _ in range(parts)]) for _, _, bias, _ in rows]


def byte_rows(module: ir.Module, dots: Dots) -> None:
    """byte_rows(arguments, begin, end): rows begin .. end - 1 of the weight, eight at a time."""
    job = _Job(module, "byte_rows")
    emit, of, at = job.emit, job.of, job.emit.at
    groups, num = of["groups"], of["num"]
    width = at.mul(groups, I64(_GROUP))

    def some(begin: Value, count: int) -> None:
        places = [emit.place(of["weight"], at.mul(at.add(begin, I64(i)), width)) for i in range(count)]

        def product(turns: list[Value]) -> None:
            with emit.loop(I64(0), groups, [filled(vector(F32, 8), 0.0)] * (count * len(turns))) as loop:
                here = at.mul(loop.index, I64(_GROUP))
                codes = [emit.load(place, vector(I8, _GROUP), here) for place in places]
                totals = iter(loop.values)
                for turn in turns:
                    place, scale, bias, _ = job.row(turn, loop.index)
                    row = emit.load(place, vector(I8, _GROUP))
                    for own in codes:
                        dot = at.sitofp(dots.signed(emit, own, row, bias), vector(F32, 8))
                        loop.after.append(emit.fma(dot, emit.splat(scale, 8), next(totals)))
            totals = iter(loop.values)
            for turn in turns:
                for i in range(count):
                    own = at.add(begin, I64(i))
                    bits = at.zext(emit.load(of["steps"], I16, at.mul(own, I64(2))), I32)
                    step = emit.as_floats(at.shl(bits, I32(16)))
                    bias = emit.load(of["add"], F32, at.mul(own, I64(4)))
                    total = emit.fma(emit.folded(next(totals), at.fadd), step, bias)
                    emit.store(total, of["out"], at.mul(at.add(own, at.mul(turn, num)), I64(4)))

        job.some_rows(product, 2)

    eight = at.add(job.begin, at.mul(at.sdiv(at.sub(job.end, job.begin), I64(8)), I64(8)))
    with emit.loop(job.begin, eight, step=8) as loop:
        some(loop.index, 8)
    with emit.loop(eight, job.end) as loop:
        some(loop.index, 1)
    at.ret_void()
