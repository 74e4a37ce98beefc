"""Dots of 4 bytes of a weight with 4 of an activation, as each kind of processor computes them."""

from __future__ import annotations

from dataclasses import dataclass

from tsel_kernels.native.emit import I16, I32, Emit, Value, filled, vector


@dataclass(frozen=True)
class Dots:
    """A kind of x86-64 processor: LLVM's name of its level, features beyond it, int32 of a register, intrinsic of dots.

    `vnni`: bytes are multiplied and summed into int32 at once; "": in int16 first, which 8 dots of codes below 16 with
    bytes of at most 127 never leave (8 * 2 * 15 * 127 = 30,480).
    """

    level: str
    features: tuple[str, ...]
    lanes: int
    vnni: str

    def begin(self, emit: Emit, bias: Value) -> Value:
        """Sums of dots to come; `bias` int32 in each where a register can begin with it."""
        return emit.splat(bias, self.lanes) if self.vnni else filled(vector(I16, 2 * self.lanes), 0)

    def add(self, emit: Emit, sums: Value, codes: Value, four: Value) -> Value:
        """Sums plus the dots of codes uint8 [4 * lanes] below 16 with the four int8 in one int32."""
        row = emit.splat(four, self.lanes)
        if self.vnni:
            return emit.call(self.vnni, sums.type, sums, emit.at.bitcast(codes, sums.type), row)
        pairs = emit.call("llvm.x86.avx2.pmadd.ub.sw", sums.type, codes, emit.at.bitcast(row, codes.type))
        return emit.at.add(sums, pairs)

    def end(self, emit: Emit, sums: Value, bias: Value) -> Value:
        """The sums int32 [lanes] and `bias`."""
        return sums if self.vnni else emit.at.add(_paired(emit, sums), emit.splat(bias, self.lanes))

    def signed(self, emit: Emit, codes: Value, row: Value, bias: Value) -> Value:
        """Dots int32 [8] of codes with a row, int8 [32] of -127 .. 127; `bias`: -8 times the sum of the row's bytes."""
        if self.vnni:  # codes are raised by 128; 8 sums begin with twice the bias, which takes that off
            raised = emit.at.xor(codes, filled(codes.type, -128))
            first = emit.splat(emit.at.add(bias, bias), 8)
            return emit.call(_VNNI_8, first.type, first, *(emit.at.bitcast(v, first.type) for v in (raised, row)))
        sizes, turned = (emit.call("llvm.x86.avx2.psign.b", codes.type, v, codes) for v in (codes, row))
        return _paired(emit, emit.call("llvm.x86.avx2.pmadd.ub.sw", vector(I16, 16), sizes, turned))


def _paired(emit: Emit, sums: Value) -> Value:
    """int16 [2 n] summed by twos into int32 [n]."""
    return emit.call("llvm.x86.avx2.pmadd.wd", vector(I32, sums.type.count // 2), sums, filled(sums.type, 1))


_VNNI_8 = "llvm.x86.avx512.vpdpbusd.256"
KINDS = {
    "avx512-vnni": Dots("x86-64-v4", ("avx512vnni",), 16, "llvm.x86.avx512.vpdpbusd.512"),
    "avx-vnni": Dots("x86-64-v3", ("avxvnni",), 8, _VNNI_8),
    "avx2": Dots("x86-64-v3", (), 8, ""),
}
"""The best one first."""
_LEVELS = {
    "x86-64-v3": ("avx2", "fma", "bmi", "bmi2", "lzcnt", "movbe", "f16c"),
    "x86-64-v4": (
        "avx2",
        "fma",
        "bmi",
        "bmi2",
        "lzcnt",
        "movbe",
        "f16c",
        "avx512f",
        "avx512bw",
        "avx512dq",
        "avx512vl",
        "avx512cd",
    ),
}


def needed(kind: str) -> tuple[str, ...]:
    """The processor features, as LLVM names them, without which a kind's code does not run."""
    return (*_LEVELS[KINDS[kind].level], *KINDS[kind].features)
