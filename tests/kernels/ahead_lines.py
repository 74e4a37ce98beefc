"""Compile launches of `cases.kernel_calls` as Triton does, then from lines of a list; print how many files each makes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ["TRITON_CACHE_DIR"] = folder = tempfile.mkdtemp()

import torch
import triton
from aot_compile import describe, record
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from tsel_kernels.ahead import compile_line, line_of


def files() -> int:
    return sum(1 for _ in Path(folder).rglob("*.cubin"))


told = {}
for name in sys.argv[1:]:
    found = next(x for x in record((28, 4, 128), 90, torch.bfloat16, "", 2048) if x[1].fn.__name__ == name)
    _, kernel, given, options = found
    arguments = {p.name: given[p.name] for p in kernel.params}
    signature, constants, attributes = describe(arguments, {p.name for p in kernel.params if p.is_constexpr})
    line = line_of(kernel, signature, constants, attributes, options)
    before = files()
    triton.compile(ASTSource(kernel, signature, constants, attributes), target=GPUTarget("cuda", 90, 32), options=options)
    compiled = files()
    fitted = compile_line(line, 90)
    told[name] = [compiled - before, fitted, files() - compiled, compile_line(line.replace(name, "nothing"), 90)]
print(json.dumps(told))
