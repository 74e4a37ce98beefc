"""Every kernel compiles for sm_80, sm_89 and sm_90 without a GPU, within the chip's shared memory, without heavy spills.

Compilation runs in processes of its own (this one may have the interpreter on), two at a time; Triton's cache makes
a second run quick.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="the kernels need triton")
SHARED = {80: 163 * 1024, 86: 99 * 1024, 89: 99 * 1024, 90: 227 * 1024}
CASES = [(80, 16, 2, 64), (89, 8, 8, 96), (90, 28, 4, 128)]
MAX_STACK = 256
"""Bytes of local memory a thread may need; the worst today needs 160 (votes shared by all heads, four warps)."""


OLDEST = os.environ.get("TSEL_OLDEST_TRITON", "")
"""A folder with the oldest Triton we support (3.6): `pip install --no-deps --target FOLDER triton==3.6.0` (.ci/run does)."""


def compile_case(case: tuple[int, int, int, int], only: str = "", triton_folder: str = "") -> list[dict[str, object]]:
    """Run the compiler script for (arch, heads, kv_heads, head_dim)."""
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    environment["PYTHONPATH"] = os.pathsep.join(
        [*filter(None, [triton_folder]), ".", "kernels", environment.get("PYTHONPATH", "")]
    )
    environment["OMP_NUM_THREADS"] = "1"
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("aot_compile.py")), *map(str, case), "bfloat16", only]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_every_kernel_compiles() -> None:
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(CASES, pool.map(compile_case, CASES), strict=True))
    for (arch, *_), lines in results.items():
        kernels = {line["kernel"] for line in lines}
        assert len(kernels) >= 23, sorted(kernels)
        for line in lines:
            assert line["shared"] <= SHARED[arch], line
            assert line["stack"] <= MAX_STACK, line
    newer = {"_fp8_kernel"}  # 8-bit floats came with sm_89
    assert {line["kernel"] for line in results[CASES[0]]} | newer == {line["kernel"] for line in results[CASES[2]]}


@pytest.mark.skipif(not Path(OLDEST, "triton").is_dir(), reason="TSEL_OLDEST_TRITON names no folder with Triton 3.6")
def test_every_kernel_compiles_with_the_oldest_triton() -> None:
    """Triton 3.6 promotes a scalar next to a float16 tensor to float32, later ones do not: that broke the votes once."""
    oldest = compile_case(CASES[2], triton_folder=OLDEST)
    newest = compile_case(CASES[2])
    assert {line["kernel"] for line in oldest} == {line["kernel"] for line in newest}
    assert max(int(str(line["stack"])) for line in oldest) <= MAX_STACK


def test_wide_index_rows_fit_small_shared_memory() -> None:
    """head_dim 256 on a chip with 99 KiB: four stages of 256 rows needed 103 KiB once."""
    lines = compile_case((89, 8, 4, 256), "score_kernel")
    assert len(lines) == 2, "4 and 8 bits"
    for line in lines:
        assert line["shared"] <= SHARED[89] // 3, "room for three programs on a multiprocessor"
        assert line["stack"] == 0, line


@pytest.mark.parametrize("folder", ["", OLDEST])
@pytest.mark.parametrize("case", [(80, 16, 2, 64), (90, 28, 4, 128)])
def test_attention_to_codes_copies_nothing_ahead(case: tuple[int, int, int, int], folder: str) -> None:
    """Selecting, with keys in 8 bits, over everything: asynchronous copies of codes ended in a misaligned address once."""
    lines = compile_case(case, "q4_step_attend_kernel", folder)
    assert len(lines) >= 3
    assert [line["copies_ahead"] for line in lines] == [0] * len(lines)
