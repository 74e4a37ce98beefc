"""Compiled products of few rows: the plain definition, one order of sums, threads that come and go, and no way out."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from tsel_kernels import cpu_threads
from tsel_kernels.native import choice

pytest.importorskip("llvmlite")
from tsel_kernels.native import build, dots
from tsel_kernels.native.calls import NativeRows
from tsel_kernels.native.emit import I32

ROOT = Path(__file__).parents[2]
DIMS = (16, 80, 128)


def runs(kind: str) -> bool:
    try:
        return build.best_kind(kind) == kind
    except RuntimeError:
        return False


HERE = [kind for kind in dots.KINDS if runs(kind)]
pytestmark = pytest.mark.skipif(not HERE, reason="this processor has no AVX2")


@cache
def rows_of(kind: str, together: int = 64, dim: int = 128) -> NativeRows:
    return NativeRows(kind, together, dim)


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def pack(num: int, width: int, seed: int, size: float = 1.0) -> tuple[Tensor, Tensor, Tensor]:
    """Codes, steps and a bias of random numbers; the first group's steps are zero."""
    generator = torch.Generator().manual_seed(seed)
    codes = torch.randint(0, 256, (num, width // 2), generator=generator, dtype=torch.uint8)
    steps = (torch.randn(width // 32, num, 2, generator=generator) * size).bfloat16()
    steps[0, ::3] = 0
    return codes, steps, torch.randn(num, generator=generator) * size


def activations(rows: int, width: int, seed: int, size: float) -> Tensor:
    """Rows of which one group is zero and one has a single large value; with more than one, the last is all zero."""
    x = torch.randn(rows, width, generator=torch.Generator().manual_seed(seed)) * size
    x[0, :32] = 0
    x[0, -1] *= 1000
    if rows > 1:
        x[-1] = 0
    return x


def near(got: Tensor, want: Tensor, terms: Tensor) -> bool:
    """Within float32's rounding of sums whose terms have these sizes."""
    return bool(((got.double() - want).abs() <= 2e-6 * terms + 1e-30).all())


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(HERE),
    together=st.sampled_from([32, 64]),
    blocks=st.integers(1, 5),
    groups=st.integers(1, 13),
    rows=st.integers(1, 8),
    threads=st.sampled_from([1, 2]),
    size=st.sampled_from([1e-25, 1e-6, 1.0, 1e6, 1e15]),
    seed=st.integers(0, 99),
)
def test_nibbles_are_the_plain_definition(
    kind: str, together: int, blocks: int, groups: int, rows: int, threads: int, size: float, seed: int
) -> None:
    torch.set_num_threads(threads)
    codes, steps, bias = pack(blocks * together, 32 * groups, seed, size)
    x = activations(rows, 32 * groups, seed, 1 / size)
    plain, weight = choice.rounded(x).double(), choice.nibble_numbers(codes, steps, together).double()
    got = rows_of(kind, together).nibbles(x, codes, steps, bias)
    scale = steps.float().abs().sum(-1).T.repeat_interleave(32, 1).double()
    assert near(got, plain @ weight.T + bias, plain.abs() @ (15 * scale).T + bias.abs())


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(HERE),
    num=st.integers(1, 150),
    groups=st.integers(1, 13),
    rows=st.integers(1, 8),
    threads=st.sampled_from([1, 2]),
    size=st.sampled_from([1e-25, 1e-6, 1.0, 1e6, 1e15]),
    seed=st.integers(0, 99),
)
def test_bytes_are_the_plain_definition(
    kind: str, num: int, groups: int, rows: int, threads: int, size: float, seed: int
) -> None:
    torch.set_num_threads(threads)
    generator = torch.Generator().manual_seed(seed)
    codes = torch.randint(-127, 128, (num, 32 * groups), generator=generator, dtype=torch.int8)
    codes[0] = -127 if seed % 2 else 127
    scale, bias = (torch.randn(num, generator=generator) * size).bfloat16(), torch.randn(num, generator=generator)
    x = activations(rows, 32 * groups, seed, 1 / size)
    plain, weight = choice.rounded(x).double(), codes.double() * scale.double()[:, None]
    got = rows_of(kind).bytes(x, codes, scale, bias)
    assert near(got, plain @ weight.T + bias, plain.abs() @ (255 * scale.double().abs()[:, None]).expand_as(weight).T + 9)


def test_largest_bytes_and_codes_do_not_overflow() -> None:
    """Every code and every byte at its end, of either sign: what int16 sums would not hold."""
    x = torch.tensor([1.0, -1.0]).repeat(64)[None]
    for kind in HERE:
        for code in (0, 15):
            codes = torch.full((64, 64), code | code << 4, dtype=torch.uint8)
            steps = torch.tensor([1.0, 0.0]).bfloat16().expand(4, 64, 2).contiguous()
            for row in (x, x.abs(), -x.abs()):
                got = rows_of(kind).nibbles(row, codes, steps, torch.zeros(64))
                assert torch.allclose(got, (row.sum() * (code - 8)).expand(1, 64), atol=1e-3)
        for code in (-127, 127):
            codes = torch.full((9, 128), code, dtype=torch.int8)
            for row in (x, x.abs(), -x.abs()):
                got = rows_of(kind).bytes(row, codes, torch.ones(9).bfloat16(), torch.zeros(9))
                assert torch.allclose(got, (row.sum() * code).expand(1, 9), atol=1e-2)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_stays_none(value: float) -> None:
    """A model that overflows must not look as if it had not: its row, and no other."""
    codes, steps, bias = pack(64, 64, 3)
    x = torch.randn(2, 64)
    x[1, 40] = value
    for kind in HERE:
        for got in (
            rows_of(kind).nibbles(x, codes, steps, bias),
            rows_of(kind).bytes(x, torch.ones(64, 64, dtype=torch.int8), torch.ones(64).bfloat16(), bias),
        ):
            assert got[0].isfinite().all()
            assert got[1].isnan().all()


@pytest.mark.parametrize("kind", HERE)
def test_a_row_does_not_depend_on_others_nor_on_threads(kind: str) -> None:
    """What batches and lookahead rely on: the same bits, whoever is multiplied beside it."""
    codes, steps, bias = pack(1024, 512, 5)
    whole = torch.randint(-127, 128, (1000, 512), dtype=torch.int8)
    scale, x, rows = torch.rand(1000).bfloat16(), torch.randn(8, 512), rows_of(kind)
    found = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for parts in (x.split(1), x.split(3), x.split(8)):
            found.append(torch.cat([rows.nibbles(p, codes, steps, bias) for p in parts]))
            found.append(torch.cat([rows.bytes(p, whole, scale, bias[:1000]) for p in parts]))
    assert all(torch.equal(found[i % 2], other) for i, other in enumerate(found))


@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("kind", HERE)
@pytest.mark.parametrize(("num", "heads", "kv_heads"), [(1, 4, 4), (128, 6, 2), (129, 6, 1), (700, 12, 2)])
def test_attention_of_a_token(kind: str, dim: int, num: int, heads: int, kv_heads: int) -> None:
    """Rows as a cache holds them, with room behind; small and large logits."""
    cache = torch.randn(kv_heads, num + 7, 2, dim, generator=torch.Generator().manual_seed(num))
    keys, values = cache[:, :num, 0], cache[:, :num, 1]
    for size in (0.0, 1.0, 40.0):
        query = torch.randn(1, heads, dim, generator=torch.Generator().manual_seed(dim)) * size
        wide = [t.double().repeat_interleave(heads // kv_heads, 0) for t in (keys, values)]
        weights = torch.softmax(query[0].double()[:, None] @ wide[0].mT * 0.1, -1)
        for threads in (1, 2):
            torch.set_num_threads(threads)
            got = rows_of(kind, 64, dim).attend(query, keys, values, 0.1)
            assert torch.allclose(got[0].double(), (weights @ wide[1])[:, 0], atol=3e-5 * max(1.0, size))


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("at", [0, 130, 299])
def test_attention_of_numbers_that_are_none_is_none(at: int, wrong: float) -> None:
    """As by torch: a head whose queries meet such a key has NaN, the others have their numbers."""
    generator = torch.Generator().manual_seed(at)
    query, keys, values = (torch.randn(n, generator=generator) for n in ((1, 4, 128), (2, 300, 128), (2, 300, 128)))
    keys[1, at, 5] = wrong
    query[0, 2:, 5] = 1.0  # an infinite logit: all of the weight, or none
    rows = query.view(1, 2, 2, 128)
    want = torch.nn.functional.scaled_dot_product_attention(rows, keys[None], values[None], scale=0.1).view(1, 4, 128)
    for kind in HERE:
        got = rows_of(kind, 64, 128).attend(query, keys, values, 0.1)
        assert got.isnan().equal(want.isnan())
        assert torch.allclose(got, want, atol=1e-5, equal_nan=True)
    assert bool(want[:, 2:].isnan().all()) == (wrong != -float("inf"))


def _dropped_bias(method: str) -> Callable[..., Any]:
    """The dots with a bias of zero."""
    usual = getattr(dots.Dots, method)
    place = {"begin": 1, "signed": 3}[method]

    def changed(self: Any, *arguments: Any) -> Any:
        given = list(arguments)
        given[place] = I32(0)
        return usual(self, *given)

    return changed


def _short_sums(self: Any, emit: Any, sums: Any, codes: Any, four: Any) -> Any:
    return sums


@pytest.mark.parametrize(
    ("method", "mutant"),
    [("begin", _dropped_bias("begin")), ("signed", _dropped_bias("signed")), ("add", _short_sums)],
)
def test_wrong_code_is_found_before_it_is_used(
    method: str, mutant: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "vnni" not in HERE[0]:
        pytest.skip("these mistakes are in code of a processor with VNNI")
    assert choice.is_right(rows_of(HERE[0]))
    monkeypatch.setattr(dots.Dots, method, mutant)
    assert not choice.is_right(NativeRows(HERE[0], 64, 128))
    choice._chosen.cache_clear()
    assert choice.native_rows(64, 112) is None
    assert "not right" in choice._why
    choice._chosen.cache_clear()


def test_threads_are_called_away_and_come_again() -> None:
    """Turns of torch's operations between products: neither waits for the other."""
    torch.set_num_threads(2)
    codes, steps, bias = pack(4096, 512, 1)
    x, rows, seen = torch.randn(1, 512), rows_of(HERE[0]), []
    want = rows.nibbles(x, codes, steps, bias)
    for _ in range(200):
        assert torch.equal(rows.nibbles(x, codes, steps, bias), want)
        cpu_threads.in_turns(seen.append, 6)
    assert len(seen) == 1200


def test_several_callers_at_once() -> None:
    torch.set_num_threads(2)
    codes, steps, bias = pack(4096, 512, 2)
    inputs, rows = torch.randn(4, 1, 512), rows_of(HERE[0])
    want = [rows.nibbles(x, codes, steps, bias) for x in inputs]

    def work(at: int) -> bool:
        cpu_threads.use_threads(2)
        return all(torch.equal(rows.nibbles(inputs[at], codes, steps, bias), want[at]) for _ in range(300))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


def test_models_of_a_process_share_its_threads() -> None:
    """Jobs of two libraries in turn: what one left behind helps neither the other nor later ones."""
    torch.set_num_threads(2)
    all_rows = [rows_of(HERE[0], 64, dim) for dim in DIMS]
    told, threads = len(cpu_threads._told), threading.active_count()
    all_rows += [NativeRows(HERE[0], 64, dim) for dim in DIMS]
    assert len({id(rows.team) for rows in all_rows}) == 1
    assert len(cpu_threads._told) == told
    tensors = [(torch.randn(1, 8, rows.dim), torch.randn(4, 900, rows.dim)) for rows in all_rows]
    want = [rows.attend(query, keys, keys, 0.1) for rows, (query, keys) in zip(all_rows, tensors, strict=True)]
    for _ in range(100):
        for rows, (query, keys), wanted in zip(all_rows, tensors, want, strict=True):
            assert torch.equal(rows.attend(query, keys, keys, 0.1), wanted)
    assert threading.active_count() <= threads + 1


_PROGRAM = """
import os, sys, torch
from tsel_kernels.native.build import best_kind
from tsel_kernels.native.calls import NativeRows
torch.set_num_threads(2)
rows = NativeRows(best_kind(), 64, 128)
codes, steps = torch.zeros(8192, 512, dtype=torch.uint8), torch.ones(32, 8192, 2).bfloat16()
x = torch.ones(1, 1024)
def product():
    for _ in range(50):
        out = rows.nibbles(x, codes, steps, torch.zeros(8192))
    return float(out[0, 0])
assert abs(product() + 7 * 1024) < 1e-2
if sys.argv[1] == "fork":
    child = os.fork()
    if not child:
        os._exit(0 if abs(product() + 7 * 1024) < 1e-2 else 3)
    assert os.waitpid(child, 0)[1] == 0
    product()
"""


@pytest.mark.parametrize("how", ["end", pytest.param("fork", marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork"))])
def test_a_process_ends_and_forks_while_threads_wait(how: str) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "kernels")])
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", _PROGRAM, how], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-1000:]


def test_without_it_torch_computes_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_made", {})
    monkeypatch.setattr(choice, "_asked", {96: 64})

    def why() -> str:
        choice._chosen.cache_clear()
        assert choice.native_rows(64, 96) is choice.prepared_rows(96) is choice.prepared_rows(95) is None
        return choice.describe()

    monkeypatch.setenv(choice.SWITCH, "torch")
    assert why() == "torch (TSEL_CPU_ROWS=torch)"
    monkeypatch.setenv(choice.SWITCH, "")
    monkeypatch.setattr(choice.platform, "machine", lambda: "riscv64")
    assert why() == "torch (not written for riscv64)"
    monkeypatch.setattr(choice.platform, "machine", lambda: "AMD64")
    usual = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("llvmlite"):
            raise ImportError(name)
        return usual(name, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "__import__", without)
        assert why() == "torch (llvmlite is not installed)"
    with monkeypatch.context() as patch:
        patch.setattr(dots, "needed", lambda kind: ("no such feature",))
        assert why() == "torch (this processor has no AVX2)"

    def old(*_: object) -> Any:
        raise TypeError("PointerType() missing 1 required positional argument")

    with monkeypatch.context() as patch:  # an llvmlite of other years
        patch.setattr("tsel_kernels.native.calls.compiled", old)
        assert why().startswith("torch (TypeError: PointerType()")
    choice._chosen.cache_clear()
    assert choice.native_rows(0, 96) is None
    assert "in another way here" in choice.describe()
    choice._chosen.cache_clear()


@pytest.mark.parametrize("default", [torch.bfloat16, torch.float16, torch.float64])
def test_torchs_default_type_changes_nothing(default: torch.dtype) -> None:
    """transformers sets it, for the whole process, while it loads a model: what is written to stays float32."""
    rows = rows_of(HERE[-1])
    codes, steps, bias = pack(128, 64, 0, 1.0)
    x, query = torch.randn(2, 64), torch.randn(1, 4, 128)
    keys = torch.randn(2, 40, 128)
    usual = rows.nibbles(x, codes, steps, bias), rows.attend(query, keys, keys, 0.1)
    before = torch.get_default_dtype()
    torch.set_default_dtype(default)
    try:
        found = rows.nibbles(x, codes, steps, bias), rows.attend(query, keys, keys, 0.1)
        assert choice.is_right(rows)
    finally:
        torch.set_default_dtype(before)
    assert all(f.dtype == torch.float32 and torch.equal(f, u) for f, u in zip(found, usual, strict=True))
    with pytest.raises(TypeError, match="float32"):
        rows.nibbles(x.to(default), codes, steps, bias)
    with pytest.raises(TypeError, match="float32"):
        rows.attend(query, keys.to(default), keys, 0.1)
