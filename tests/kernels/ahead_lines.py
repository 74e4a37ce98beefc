"""Launch kernels of `cases.kernel_calls` as on a GPU that is not there: python ahead_lines.py LIST KERNEL...

Triton compiles what a launch asks for; nothing runs. With a LIST that does not exist the launches are recorded in it.
Prints how many files of compiled kernels this made in Triton's cache.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent))

import aot_compile
import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.runtime.jit import JITFunction

from tsel_kernels import ahead


def files() -> int:
    return sum(1 for _ in Path(os.environ["TRITON_CACHE_DIR"]).rglob("*.cubin"))


path, *names = sys.argv[1:]
target = GPUTarget("cuda", 90, 32)
triton.runtime.driver.set_active(
    SimpleNamespace(get_current_device=lambda: 0, get_current_target=lambda: target, get_current_stream=lambda _device: 0)
)
if not Path(path).exists():
    ahead.record(path)
run = JITFunction.run
launches = aot_compile.record((28, 4, 128), 90, torch.bfloat16, "", 2048)
JITFunction.run = run  # type: ignore[method-assign]
before = files()
for _, kernel, arguments, options in launches:
    if kernel.fn.__name__ in names:
        kernel.warmup(grid=(1,), **{p.name: arguments[p.name] for p in kernel.params}, **options)
print(files() - before)
