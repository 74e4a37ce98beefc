"""Copies through page-locked memory: the same values, in pieces, and nothing overwritten that is on its way."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
import torch

from tsel_core.device import pinned
from tsel_core.device.pinned import PinnedUploads

DEVICE = torch.device("cuda", 1)


class Event:
    """Stands for one of CUDA: a copy is on its way until somebody waits for it."""

    waiting: ClassVar[list[Event]] = []

    def record(self, stream: torch.device) -> None:
        assert stream == DEVICE
        Event.waiting.append(self)

    def synchronize(self) -> None:
        if self in Event.waiting:
            Event.waiting.remove(self)


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> PinnedUploads:
    """As for a GPU, with small pieces, on the CPU."""
    empty = torch.empty
    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: device)
    monkeypatch.setattr(pinned.torch, "empty", lambda *size, pin_memory=False, **named: empty(*size, **named))
    Event.waiting.clear()
    return PinnedUploads(DEVICE, 64)


@pytest.mark.parametrize("shape", [(3, 5), (33,), (7, 40), (64, 64), (0, 4), ()])
def test_values_are_the_same(shape: Any, uploads: PinnedUploads) -> None:
    part = torch.randn(shape).bfloat16()
    place = torch.full(shape, float("nan"), dtype=torch.bfloat16)
    assert uploads.copy(place, part) is place
    assert torch.equal(place, part)
    uploads.finish()
    assert not Event.waiting


@pytest.mark.parametrize("other", ["dtype", "strides"])
def test_others_are_copied_plainly(other: str, uploads: PinnedUploads) -> None:
    part = torch.randn(40, 40).t() if other == "strides" else torch.randn(40, 40)
    place = torch.empty(40, 40, dtype=torch.bfloat16 if other == "dtype" else torch.float32)
    assert torch.equal(uploads.copy(place, part), part.to(place.dtype))
    assert not uploads._pieces


def test_a_piece_is_filled_again_only_when_its_copy_is_done(uploads: PinnedUploads) -> None:
    uploads.copy(torch.empty(1000), torch.randn(1000))
    assert len(uploads._pieces) == len({p.data_ptr() for p, _ in uploads._pieces}) == pinned._PIECES
    assert len(Event.waiting) == pinned._PIECES


def test_on_a_cpu_it_is_a_copy() -> None:
    uploads = PinnedUploads(torch.device("cpu"), 64)
    part = torch.randn(100)
    assert torch.equal(uploads.copy(torch.empty(100), part), part)
    assert not uploads._pieces
