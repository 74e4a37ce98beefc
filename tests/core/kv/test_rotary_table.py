"""Rotary tables in parts are the table in one piece."""

from __future__ import annotations

import pytest
import torch

from tests_support import make_model
from tsel_core.decoder import mixer as step_mixer
from tsel_core.decoder.mixer import RotaryTable


def test_rows_are_those_of_the_whole_table() -> None:
    model = make_model("llama")
    expected = model.model.rotary_emb(torch.empty(()), torch.arange(5000)[None])
    table = RotaryTable(model, 5000)
    for start, num in ((0, 7), (3, 4), (900, 200), (1023, 1), (1024, 1), (4000, 1000), (10, 5)):
        for got, want in zip(table.rows(start, num), expected, strict=True):
            assert torch.equal(got, want[0, start : start + num])


def test_a_table_made_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("llama")
    whole = RotaryTable(model, 300)
    monkeypatch.setattr(step_mixer, "_BLOCK", 128)
    parts = RotaryTable(model, 300)
    assert torch.equal(whole.cos, parts.cos)
    assert torch.equal(whole.sin, parts.sin)
    assert parts.cos.shape[0] == 300
