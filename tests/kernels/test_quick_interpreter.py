"""The interpreter of the kernel tests gives what Triton's own gives, and leaves nothing replaced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

pytest.importorskip("triton", reason="the kernels need triton")
import triton
import triton.language as tl
from triton.runtime import interpreter

from tests.kernels import quick_interpreter
from tests.kernels.build import normal
from tsel_kernels.triton_device import INTERPRET

pytestmark = [pytest.mark.interpret, pytest.mark.skipif(not INTERPRET, reason="kernels are compiled here")]


@triton.jit
def _twice(x):
    return x + x


@triton.jit
def _row(x_ptr, at, N: tl.constexpr):
    return _twice(tl.load(x_ptr + at * N + tl.arange(0, N)))


@triton.jit
def rows_kernel(x_ptr, codes_ptr, out_ptr, N: tl.constexpr):
    at = tl.program_id(0)
    tl.store(out_ptr + at, tl.sum(_row(x_ptr, at, N) / tl.max(tl.abs(_row(x_ptr, at, N)), 0), 0))
    wide = tl.load(codes_ptr + at * N + tl.arange(0, N)) * 2147483647 + 2147483647  # past the end of int32
    tl.store(codes_ptr + at * N + tl.arange(0, N), wide)


def answer() -> tuple[torch.Tensor, torch.Tensor]:
    """One launch of three programs with calls in calls."""
    x, codes, out = normal(torch.device("cpu"), torch.float32, 3, 16), torch.arange(48, dtype=torch.int32), torch.empty(3)
    rows_kernel[(3,)](x, codes, out, N=16)
    return out, codes


@pytest.fixture
def stock() -> Iterator[quick_interpreter.Patch]:
    """The interpreter as Triton has it; it is quick again behind the test."""
    builder, executor = interpreter.interpreter_builder, interpreter.GridExecutor
    held = builder.options, interpreter._patch_lang, executor.__call__
    patches = held[1].__self__  # type: ignore[attr-defined]
    builder.options = interpreter.InterpreterOptions()
    interpreter._patch_lang, executor.__call__ = patches.patch, patches.launch
    yield patches.patch
    builder.options, interpreter._patch_lang, executor.__call__ = held


def test_numbers_are_those_of_the_stock_interpreter(stock: quick_interpreter.Patch) -> None:
    """Of both, wrapped sums of int32 too: without `debug` neither says a word about them."""
    want = answer()
    back = quick_interpreter.install()
    try:
        got = answer()
    finally:
        back()
    assert all(torch.equal(a, b) for a, b in zip(got, want, strict=True))
    assert interpreter._patch_lang is stock
    assert interpreter.interpreter_builder.options.sanitize_overflow


def test_a_launch_patches_each_module_once(stock: quick_interpreter.Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []

    def counted(function: object) -> object:
        counts[-1] += 1
        return stock(function)  # type: ignore[arg-type]

    monkeypatch.setattr(interpreter, "_patch_lang", counted)
    counts.append(0)
    answer()
    back = quick_interpreter.install()
    counts.append(0)
    try:
        answer()
    finally:
        back()
    assert counts[0] > 10
    assert counts[1] == 2  # `tl`, and `tl.core` that the functions of tl.standard see


def test_builtins_are_as_before_behind_a_launch_and_an_error() -> None:
    before = tl.load, tl.sum, tl.tensor.__add__
    answer()
    assert (tl.load, tl.sum, tl.tensor.__add__) == before
    with pytest.raises(interpreter.InterpreterError):
        rows_kernel[(1,)](torch.ones(16), torch.ones(16), torch.ones(1), N=12)  # no power of two
    assert (tl.load, tl.sum, tl.tensor.__add__) == before
    answer()
