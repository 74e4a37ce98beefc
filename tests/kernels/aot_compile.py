"""Compile every kernel launch of `cases.kernel_calls` for one GPU generation, without a GPU; print JSON lines.

Run as a script in its own process (the interpreter must be off): aot_compile.py arch heads kv_heads dim [dtype [only [k]]],
`only` the name of one kernel (in all its forms), `k` the picked rows.
The launches are recorded, not described by hand: what is compiled is what the wrappers launch, with the block
shapes they choose for that chip.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from triton.runtime.jit import JITFunction

sys.path.insert(0, str(Path(__file__).parent))

LIMITS: dict[int, tuple] = {80: (108, 163 * 1024, False), 86: (84, 99 * 1024, False), 89: (128, 99 * 1024, False), 90: (132, 227 * 1024, True, True)}
TYPES = {
    torch.bfloat16: "bf16", torch.float16: "fp16", torch.float32: "fp32", torch.uint8: "u8", torch.int8: "i8", torch.int16: "i16",
    torch.float8_e4m3fn: "fp8e4nv", torch.int32: "i32", torch.int64: "i64",
}  # fmt: skip
OPTIONS = ("num_warps", "num_stages", "maxnreg", "launch_pdl")


def record(dims: tuple[int, int, int], arch: int, dtype: torch.dtype, only: str, k: int) -> list[tuple[str, JITFunction, dict[str, Any], dict[str, Any]]]:
    """(call name, kernel, arguments by name, options) of every launch."""
    from cases import kernel_calls

    from tsel_kernels import triton_device
    from tsel_kernels.backend import triton_kernels

    triton_kernels()  # imports every module that asks for the limits
    limits = triton_device.DeviceLimits(*LIMITS[arch])
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("tsel_kernels.") and hasattr(module, "device_limits"):
            module.device_limits = lambda _device: limits  # type: ignore[attr-defined]
    launches, name = [], ""

    def run(self: JITFunction, *args: Any, grid: Any, warmup: bool, **kwargs: Any) -> None:
        options = {k: kwargs.pop(k) for k in OPTIONS if k in kwargs}
        launches.append((name, self, dict(zip(self.arg_names, args, strict=False)) | kwargs, options))

    JITFunction.run = run  # type: ignore[method-assign]
    for name, call in kernel_calls("cpu", *dims, dtype, rows=max(2048, 4 * k), k=k).items():
        # second forms of a kernel ("soft_votes index") once are enough
        if arch == 90 or only or " " not in name:
            call()
    return launches


def describe(
    arguments: dict[str, Any], constants: set[str], plain: frozenset[int] = frozenset()
) -> tuple[dict[str, Any], dict[tuple[int, ...], Any], dict[tuple[int, ...], Any]]:
    """Signature, constants and divisibility attributes by place, as Triton's own specialization makes them.

    `plain`: places of the arguments that are not specialized.
    """
    constexprs: dict[tuple[int, ...], Any] = {}
    attributes: dict[tuple[int, ...], Any] = {}

    def kind(value: Any, place: tuple[int, ...]) -> Any:
        if isinstance(value, tuple):
            parts = [kind(part, (*place, i)) for i, part in enumerate(value)]
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        if isinstance(value, torch.Tensor):
            attributes[place] = [["tt.divisibility", 16]]
            return "*" + TYPES[value.dtype]
        if isinstance(value, int) and not isinstance(value, bool):
            if len(place) == 1 and place[0] in plain:
                return "i32" if abs(value) < 2**31 else "i64"
            if value == 1:
                constexprs[place] = value
                return "constexpr"
            if value % 16 == 0:
                attributes[place] = [["tt.divisibility", 16]]
            return "i32" if abs(value) < 2**31 else "i64"
        return "fp32"

    signature: dict[str, Any] = {}
    for i, (key, value) in enumerate(arguments.items()):
        if key in constants:
            signature[key], constexprs[(i,)] = "constexpr", value
        else:
            signature[key] = kind(value, (i,))
    return signature, constexprs, attributes


def not_specialized(kernel: JITFunction) -> frozenset[int]:
    """Places of the arguments that a kernel is not compiled for."""
    return frozenset(p.num for p in kernel.params if p.do_not_specialize)


def usage(cubin: bytes) -> tuple[int, int]:
    """(registers, stack bytes) a cubin needs, by the cuobjdump that comes with Triton; (-1, -1) without it."""
    tool = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"
    if not tool.exists():
        return -1, -1
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(cubin)
        file.flush()
        text = subprocess.run([tool, "-res-usage", file.name], capture_output=True, text=True, check=False).stdout
    found = re.search(r"REG:(\d+) STACK:(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (-1, -1)


def main(arch: int, dims: tuple[int, int, int], dtype: torch.dtype, only: str, k: int) -> None:
    """Compile each distinct launch once and print what it needs."""
    seen = set()
    for name, kernel, arguments, options in record(dims, arch, dtype, only, k):
        if only not in ("", kernel.fn.__name__):
            continue
        constants = {p.name for p in kernel.params if p.is_constexpr}
        arguments = {p.name: arguments[p.name] for p in kernel.params}
        signature, constexprs, attributes = describe(arguments, constants, not_specialized(kernel))
        key = (kernel.fn.__name__, str(signature), str(constexprs), str(options))
        if key in seen:
            continue
        seen.add(key)
        source = ASTSource(kernel, signature, constexprs, attributes)
        compiled = triton.compile(source, target=GPUTarget("cuda", arch, 32), options=options)
        registers, stack = usage(compiled.asm["cubin"])
        line = {"call": name, "kernel": kernel.fn.__name__, "arch": arch, "shared": compiled.metadata.shared}
        line |= {"registers": registers, "stack": stack, "copies_ahead": compiled.asm["ptx"].count("cp.async")}
        print(json.dumps(line | {"warps": options.get("num_warps", 4)}), flush=True)
        if folder := os.environ.get("TSEL_ASM_DIR"):
            stem = f"{name.replace(' ', '_')}.{kernel.fn.__name__}.{arch}"
            Path(folder, stem + ".ptx").write_text(compiled.asm["ptx"])
            Path(folder, stem + ".ttgir").write_text(compiled.asm["ttgir"])
            Path(folder, stem + ".cubin").write_bytes(compiled.asm["cubin"])


if __name__ == "__main__":
    _, gpu_arch, *sizes, kind, only, picked = [*sys.argv, *("bfloat16", "", "256")[len(sys.argv) - 5 :]]
    main(int(gpu_arch), (int(sizes[0]), int(sizes[1]), int(sizes[2])), getattr(torch, kind), only, int(picked))
