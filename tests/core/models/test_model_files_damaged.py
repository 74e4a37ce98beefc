"""Damaged safetensors headers, configs and tokenizers: used, or refused in words; never a traceback, an abort or a hang.

Seeded; `pytest --fuzz 50` (or TSEL_FUZZ) runs fifty times as many seeds.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import fuzz_models
import pytest
from damage import cases
from tiny_folder import make_folder

from tsel_core.errors import ModelError
from tsel_core.models.load import resolve_model

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("models") / "tiny")


def test_seeded_damage_never_ends_in_something_unexpected(whole: Path, tmp_path: Path) -> None:
    count = cases(120)
    path = os.pathsep.join(str(p) for p in (ROOT, ROOT / "kernels", ROOT / "tests" / "support"))
    done = subprocess.run(
        [sys.executable, fuzz_models.__file__, str(whole), "0", str(count)],
        capture_output=True, text=True, timeout=120 + count, env={**os.environ, "PYTHONPATH": path, "TSEL_CACHE": str(tmp_path)},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"ended ({done.returncode}) at {lines[-1:]}: {done.stderr[-500:]}"
    assert [line for line in lines if "unexpected" in line] == []
    tally = lines[-1]
    assert tally["refused"] + tally["used"] == count
    assert tally["used"] > count // 20  # some damage does no harm: the fuzzer reaches the end of the road
    assert tally["refused"] > count // 2


def rewrite_header(path: Path, header: object) -> None:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])


@pytest.mark.parametrize("header", [[], {"a": 3}, {"a": {"shape": None, "data_offsets": [0, 4]}}, {"a": {"data_offsets": "ab"}}, {}])
def test_headers_that_are_json_and_no_header(header: object, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    rewrite_header(folder / "model.safetensors", header)
    with pytest.raises(ModelError) as caught:
        resolve_model(str(folder))
    assert caught.value.hint


def test_an_index_must_not_lead_out_of_its_folder(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    for name in ("../other/model.safetensors", "/etc/passwd"):
        (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}), encoding="utf-8")
        with pytest.raises(ModelError, match="outside of its folder"):
            resolve_model(str(folder))
