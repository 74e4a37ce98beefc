"""LLVM's intermediate form, a function at a time: a builder with the few shapes that the products are written in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from llvmlite import ir

I1, I8, I16, I32, I64, F32 = (
    ir.IntType(1),
    ir.IntType(8),
    ir.IntType(16),
    ir.IntType(32),
    ir.IntType(64),
    ir.FloatType(),
)
POINTER, VOID = ir.PointerType(), ir.VoidType()
Value = Any
"""A value of llvmlite, which has no types."""


@dataclass
class Loop:
    """A loop while it is written: its index, what it carries into a turn, and `after`: what it carries out of one."""

    index: Value
    values: list[Value]
    after: list[Value] = field(default_factory=list)


class Emit:
    """A function that is being written."""

    def __init__(self, module: ir.Module, name: str, arguments: Sequence[Any], result: Any = VOID) -> None:
        self.module, self.function = module, ir.Function(module, ir.FunctionType(result, arguments), name)
        self.at = ir.IRBuilder(self.function.append_basic_block())
        self.arguments: Sequence[Value] = self.function.args

    @contextmanager
    def loop(self, begin: Value, end: Value, start: Sequence[Value] = (), step: int = 1) -> Iterator[Loop]:
        """for index in range(begin, end, step); the values that were carried out last stand in `values` behind it."""
        head, body, done = (self.function.append_basic_block() for _ in range(3))
        before = self.at.block
        self.at.branch(head)
        self.at.position_at_end(head)
        index = self.at.phi(I64)
        index.add_incoming(begin, before)
        loop = Loop(index, [self.at.phi(value.type) for value in start])
        for phi, value in zip(loop.values, start, strict=True):
            phi.add_incoming(value, before)
        self.at.cbranch(self.at.icmp_signed("<", index, end), body, done)
        self.at.position_at_end(body)
        yield loop
        last = self.at.block
        index.add_incoming(self.at.add(index, I64(step)), last)
        for phi, value in zip(loop.values, loop.after, strict=True):
            phi.add_incoming(value, last)
        self.at.branch(head)
        self.at.position_at_end(done)

    def place(self, pointer: Value, offset: Value) -> Value:
        """The address `offset` bytes behind a pointer."""
        return self.at.gep(pointer, [offset], source_etype=I8)

    def load(self, pointer: Value, kind: Any, offset: Value | int = 0) -> Value:
        """A value or vector at any address."""
        offset = I64(offset) if isinstance(offset, int) else offset
        return self.at.load(self.place(pointer, offset), align=1, typ=kind)

    def store(self, value: Value, pointer: Value, offset: Value) -> None:
        """The same to memory."""
        self.at.store(value, self.place(pointer, offset), align=1)

    def splat(self, value: Value, num: int) -> Value:
        """A vector of `num` times one value."""
        kind = ir.VectorType(value.type, num)
        first = self.at.insert_element(ir.Constant(kind, ir.Undefined), value, I32(0))
        return self.take(first, [0] * num)

    def take(self, vector: Value, places: Sequence[int], other: Value | None = None) -> Value:
        """The elements at these places of a vector, or of two one behind the other."""
        other = ir.Constant(vector.type, ir.Undefined) if other is None else other
        mask = ir.Constant(ir.VectorType(I32, len(places)), list(places))
        return self.at.shuffle_vector(vector, other, mask)

    def cut(self, vector: Value, size: int) -> list[Value]:
        """A vector as vectors of `size`."""
        num = vector.type.count
        return [self.take(vector, range(begin, begin + size)) for begin in range(0, num, size)]

    def joined(self, parts: Sequence[Value]) -> Value:
        """Vectors of one size one behind the other; their number a power of two."""
        held = list(parts)
        while len(held) > 1:
            size = held[0].type.count
            held = [self.take(a, range(2 * size), b) for a, b in zip(held[::2], held[1::2], strict=True)]
        return held[0]

    def folded(self, vector: Value, join: Any) -> Value:
        """All elements joined into one, halves first: always in the same order."""
        while vector.type.count > 1:
            half = vector.type.count // 2
            low, high = self.cut(vector, half)
            vector = join(low, high)
        return self.at.extract_element(vector, I32(0))

    def call(self, name: str, result: Any, *arguments: Value) -> Value:
        """An intrinsic, declared when it is first called."""
        known = self.module.globals.get(name)
        if known is None:
            known = ir.Function(self.module, ir.FunctionType(result, [a.type for a in arguments]), name)
        return self.at.call(known, arguments)

    def call_at(self, address: Value, *arguments: Value) -> None:
        """A function at an address, whose types are those of the arguments."""
        self.at.call(_Called(address, ir.FunctionType(VOID, [a.type for a in arguments])), arguments)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """a * b + c of float32 or vectors of it, rounded once."""
        return self.call(f"llvm.fma{suffix(a.type)}", a.type, a, b, c)

    def as_floats(self, wide: Value) -> Value:
        """int32 bits as float32."""
        return self.at.bitcast(wide, vector(F32, wide.type.count) if hasattr(wide.type, "count") else F32)


class _Called:
    """A pointer with the type of what it points to, which llvmlite asks of whatever is called."""

    def __init__(self, address: Value, function_type: Any) -> None:
        self.type, self.function_type, self.get_reference = address.type, function_type, address.get_reference


def vector(kind: Any, num: int) -> Any:
    """A vector's type."""
    return ir.VectorType(kind, num)


def filled(kind: Any, value: float) -> Value:
    """A constant vector of one value."""
    return ir.Constant(kind, [value] * kind.count)


def suffix(kind: Any) -> str:
    """How an intrinsic names a type: .v16f32, .f32."""
    element = getattr(kind, "element", kind)
    name = "f32" if element == F32 else f"i{element.width}"
    return f".v{kind.count}{name}" if hasattr(kind, "count") else f".{name}"
