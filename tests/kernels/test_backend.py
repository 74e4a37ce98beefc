"""Both backends offer the same functions with the same arguments and raise the same errors."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import torch

from tsel_kernels.backend import NAMES, load_kernels, torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape, decode_state

pytest.importorskip("triton", reason="the kernels need triton")


@pytest.mark.parametrize("name", NAMES)
def test_same_arguments(name: str) -> None:
    """The Triton form takes what the definition takes, and beyond that only optional tuning arguments."""
    theirs = inspect.signature(getattr(triton_kernels(), name)).parameters
    ours = inspect.signature(getattr(torch_kernels(), name)).parameters
    assert [p for p in theirs if p in ours] == list(ours)
    for key, parameter in theirs.items():
        if key in ours:
            assert parameter.kind == ours[key].kind
            assert parameter.default == ours[key].default
        else:
            assert parameter.default is None


def test_each_device_has_its_backend() -> None:
    assert load_kernels("cpu").name == "cpu"
    assert load_kernels(torch.device("cuda")).name == "triton"


def zeros(*size: int) -> torch.Tensor:
    return torch.zeros(size)


ENDS = torch.tensor([4], dtype=torch.int32)
STEP = DecodeShape(4, 2, 32, 8, 2, 1, num_sink=1, num_local=4)


def attend(b: Any, query: torch.Tensor, out: torch.Tensor) -> Any:
    state = decode_state(STEP, torch.float32, torch.device("cpu"))
    cache = zeros(2, 8, 32), zeros(2, 8, 32)
    return b.decode_attend_(query, *cache, ENDS, out, zeros(4), state, STEP, b.decode_workspace(STEP, query.device), scaling=1.0)


WRONG: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "head_dim": ("head_dim", lambda b: b.causal_attention(zeros(1, 4, 32), ENDS, zeros(2, 8, 64), zeros(2, 8, 64), scaling=1.0)),
    "heads": ("multiple", lambda b: b.causal_attention(zeros(1, 5, 32), ENDS, zeros(2, 8, 32), zeros(2, 8, 32), scaling=1.0)),
    "values": ("one shape", lambda b: b.causal_attention(zeros(1, 4, 32), ENDS, zeros(2, 8, 32), zeros(2, 9, 32), scaling=1.0)),
    "groups": ("groups", lambda b: b.soft_votes(zeros(1, 6, 32), zeros(1, 6), zeros(3, 8, 32), 0, ENDS, groups=2, scaling=1.0)),
    "voters": ("voters", lambda b: b.candidate_lse(zeros(3, 4, 32), zeros(2, 8, 32), 0, ENDS.repeat(2), scaling=1.0)),
    "step query": ("query of a decode step", lambda b: attend(b, zeros(32, 4).T, zeros(4, 32))),
    "step out": ("out of a decode step", lambda b: attend(b, zeros(4, 32), zeros(4, 64)[:, ::2])),
    "k": ("k must", lambda b: b.top_k_rows(zeros(1, 1, 8), 0, 0, ENDS)),
    "blocks": (
        "blocks of 2",
        lambda b: b.gathered_attention(
            zeros(5, 4, 32), 3, zeros(2, 8, 32), zeros(2, 8, 32), ENDS.view(1, 1, 1), ENDS, block_size=2, num_sink=1, scaling=1.0
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_same_errors(case: str) -> None:
    expected, call = WRONG[case]
    messages = []
    for backend in (torch_kernels(), triton_kernels()):
        with pytest.raises(ValueError, match=expected) as caught:
            call(backend)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
