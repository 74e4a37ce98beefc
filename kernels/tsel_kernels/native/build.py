"""The functions compiled for the processor at hand, once a process: 0.1 s, of which most is loading LLVM."""

from __future__ import annotations

import ctypes
from ctypes import c_int64, c_void_p
from dataclasses import dataclass
from typing import Any

JOBS = ("nibble_rows", "byte_rows", "attend_rows")
"""What a team runs, by number."""


@dataclass(frozen=True)
class Library:
    """What was compiled, by name, as functions of ctypes; `jobs` as JOBS names them, (arguments, begin, end)."""

    round_rows: Any
    join_blocks: Any
    run: Any
    inside: Any
    serve: Any
    jobs: tuple[Any, ...]


def best_kind(asked: str = "") -> str:
    """The best kind (dots.KINDS) that this processor can run, or the `asked` one. RuntimeError where there is none."""
    import llvmlite.binding as llvm

    from tsel_kernels.native.dots import KINDS, needed

    there = llvm.get_host_cpu_features()
    for kind in [asked] if asked in KINDS else list(KINDS):
        if all(there.get(feature) for feature in needed(kind)):
            return kind
    raise RuntimeError("this processor has no AVX2")


def compiled(kind: str, together: int, dim: int) -> Library:
    """The functions for a kind of processor (dots.KINDS), a NibblePack's rows that lie together, heads of `dim` (0: none).

    Raises ImportError without llvmlite, RuntimeError where LLVM refuses.
    """
    import llvmlite.binding as llvm
    from llvmlite import ir

    from tsel_kernels.native import attend, dots, products, tickets

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    own = dots.KINDS[kind]
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=own.level, features=",".join(f"+{f}" for f in own.features), opt=3, jit=True
    )
    module = ir.Module("tsel_rows")
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    products.round_rows(module)
    products.nibble_rows(module, own, together)
    products.byte_rows(module, own)
    if dim:
        attend.attend_rows(module, dim)
        attend.join_blocks(module, dim)
    jobs = JOBS if dim else JOBS[:2]
    tickets.ticket_functions(module, jobs)
    builder = llvm.JITLibraryBuilder().add_ir(str(module))
    for name in ("round_rows", "run", "inside", "serve", *jobs, *(["join_blocks"] if dim else [])):
        builder.export_symbol(name)
    jit = llvm.create_lljit_compiler(machine)
    held = builder.link(jit, "tsel_rows")
    ctypes.pythonapi.Py_IncRef(ctypes.py_object((jit, held)))  # threads may run it while the process ends

    def function(name: str, result: Any, *arguments: Any) -> Any:
        return ctypes.CFUNCTYPE(result, *arguments)(held[name])

    return Library(
        round_rows=function("round_rows", None, *[c_void_p] * 5, c_int64),
        join_blocks=function("join_blocks", None, c_void_p, c_void_p, *[c_int64] * 3) if dim else None,
        run=function("run", None, c_void_p, c_int64, c_void_p, *[c_int64] * 3),
        inside=function("inside", c_int64, c_void_p),
        serve=function("serve", None, c_void_p, c_int64, c_int64),
        jobs=tuple(function(name, None, c_void_p, c_int64, c_int64) for name in jobs),
    )
