"""Whether this machine's few rows go through compiled products, and if not, why: decided once a process."""

from __future__ import annotations

import os
import platform
from functools import cache
from threading import Lock, Thread
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from tsel_kernels.native.calls import NativeRows

SWITCH = "TSEL_CPU_ROWS"
"""Environment: `torch` keeps torch's products, a name of dots.KINDS takes that kind (where the processor has it)."""
_TOGETHER = (32, 64)  # rows that torch's packing puts together, with AVX2 and with AVX-512
_LOCK = Lock()
_asked: dict[int, int] = {}  # rows that lie together, by width of heads
_made: dict[int, NativeRows] = {}
_why = "no weights in few bits were loaded"


def _forked() -> None:
    """A forked process has none of the threads that may hold the lock."""
    global _LOCK
    _LOCK = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def attends(dim: int) -> bool:
    """Whether compiled code attends with heads of this width."""
    return dim % 16 == 0 and dim <= 256


def prepare(together: int, dim: int) -> None:
    """Begin to compile on a thread of its own: a prompt is read meanwhile. A process that ends waits for it."""
    _asked[dim] = together
    Thread(target=native_rows, args=(together, dim), name="tsel-compile").start()


def native_rows(together: int, dim: int) -> NativeRows | None:
    """The products for NibblePacks of `together` rows and heads of `dim` (0: no attention); None: there are none here."""
    with _LOCK:
        return _chosen(together, dim)


def prepared_rows(dim: int) -> NativeRows | None:
    """What was prepared for heads of `dim`, if anything was; waits until it is compiled: never now this, now that."""
    return native_rows(_asked[dim], dim) if dim and dim in _asked else None


def describe() -> str:
    """What multiplies few rows by weights in few bits: "compiled (avx512-vnni)", or why it is torch."""
    return f"compiled ({next(iter(_made.values())).kind})" if _made else f"torch ({_why})"


@cache
def _chosen(together: int, dim: int) -> NativeRows | None:
    global _why
    asked = os.environ.get(SWITCH, "")
    try:
        if asked == "torch":
            raise RuntimeError(f"{SWITCH}=torch")
        if platform.machine().lower() not in ("x86_64", "amd64"):
            raise RuntimeError(f"not written for {platform.machine()}")
        if together not in _TOGETHER:
            raise RuntimeError(f"torch packs 4-bit weights in another way here ({together} rows together)")
        from tsel_kernels.native.build import best_kind
        from tsel_kernels.native.calls import NativeRows

        rows = NativeRows(best_kind(asked), together, dim)
        if not is_right(rows):
            raise RuntimeError("its products are not right here")
    except ImportError:
        _why = "llvmlite is not installed"
    except (RuntimeError, OSError) as error:
        _why = str(error)
    except Exception as error:  # an llvmlite of other years: whatever it is, torch's product is there
        _why = f"{type(error).__name__}: {error}"
    else:
        _made[dim] = rows
        return rows
    return None


def is_right(rows: NativeRows) -> bool:
    """Whether both products of a small weight are those of its numbers and of the rounded rows, and attention's too."""
    generator = torch.Generator().manual_seed(0)
    num, width = 2 * rows.together, 96
    codes = torch.randint(0, 256, (num, width // 2), generator=generator, dtype=torch.uint8)
    steps = torch.rand(width // 32, num, 2, generator=generator, dtype=torch.float32).bfloat16()

    def drawn(*shape: int) -> Tensor:  # transformers changes torch's default type while it loads a model
        return torch.randn(shape, generator=generator, dtype=torch.float32)

    x, bias = drawn(3, width), drawn(num)
    whole = torch.randint(-127, 128, (num, width), generator=generator, dtype=torch.int8)
    plain = rounded(x)
    pairs = [
        (rows.nibbles(x, codes, steps, bias), plain @ nibble_numbers(codes, steps, rows.together).T + bias),
        (rows.bytes(x, whole, steps[0, :, 0].contiguous(), bias), plain @ (whole * steps[0, :, :1].float()).T + bias),
    ]
    if not rows.dim:
        return all(_is_near(*pair) for pair in pairs)
    query, keys, values = (drawn(n, 150, rows.dim) for n in (4, 2, 2))
    found = rows.attend(query[None, :, 0], keys, values, 0.1)[0]
    weights = torch.softmax(query[:, :1] @ keys.repeat_interleave(2, 0).mT * 0.1, -1)
    pairs.append((found, (weights @ values.repeat_interleave(2, 0))[:, 0]))
    return all(_is_near(*pair) for pair in pairs)


def _is_near(got: Tensor, want: Tensor) -> bool:
    return bool((got - want).norm() <= 1e-4 * want.norm())


def rounded(x: Tensor) -> Tensor:
    """Rows [T, K] as the products take them: 8 bits by groups of 32, from each group's largest value."""
    groups = x.unflatten(-1, (-1, 32))
    largest = groups.abs().amax(-1, keepdim=True)
    inverse = (127 / largest).where(largest >= 1e-30, 0)
    found: Tensor = ((groups * inverse).round() * (largest * (1 / 127))).flatten(-2)
    return found


def nibble_numbers(codes: Tensor, steps: Tensor, together: int) -> Tensor:
    """The numbers float32 [N, K] of a NibblePack's tensors."""
    blocks = codes.view(-1, codes.shape[1] * 2, together // 2)
    found = torch.cat((blocks & 15, blocks >> 4), 2).transpose(1, 2).reshape(codes.shape[0], -1)
    scale, zero = (t.T.repeat_interleave(32, 1) for t in steps.float().unbind(-1))
    return scale * (found.float() - 8) + zero
