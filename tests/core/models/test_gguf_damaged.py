"""A GGUF file with bytes changed is converted or refused in words, whatever the bytes: seeded flips in its head."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from damage import cases
from tiny_gguf import write_gguf

from tsel_core.errors import TselError
from tsel_core.models.gguf_convert import convert_gguf


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("gguf") / "whole.gguf"
    write_gguf(path)
    return path.read_bytes()


@pytest.mark.parametrize("seed", range(cases(60)))
def test_flipped_bytes_never_end_in_something_unexpected(seed: int, whole: bytes, tmp_path: Path) -> None:
    chosen = random.Random(seed)
    data = bytearray(whole)
    for _ in range(chosen.randint(1, 6)):
        at = chosen.randrange(4, min(len(data), 6000))
        data[at] = chosen.randrange(256)
    path = tmp_path / "damaged.gguf"
    path.write_bytes(bytes(data[: chosen.choice((len(data), len(data), chosen.randrange(8, len(data))))]))
    out = tmp_path / "out"
    out.mkdir()
    refused: list[TselError] = []
    try:
        convert_gguf(path, out)
    except TselError as error:
        refused.append(error)
    assert all(error.hint for error in refused)
    assert refused or (out / "model.safetensors").is_file()
