"""The functions compiled for the processor at hand, once a process: 0.1 s, of which most is loading LLVM."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from ctypes import c_int64, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llvmlite import ir


@dataclass(frozen=True)
class Job:
    """A function (arguments, begin, end) for a team: as one of ctypes, and where it lies."""

    call: Any
    address: int


@dataclass(frozen=True)
class Library:
    """What was compiled for a model, by name; the attention's are None where there are no heads."""

    round_rows: Any
    join_blocks: Any
    nibble_rows: Job
    byte_rows: Job
    attend_rows: Job | None


@dataclass(frozen=True)
class Tickets:
    """The functions of tickets.py."""

    run: Any
    inside: Any
    serve: Any


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
    from llvmlite import ir

    from tsel_kernels.native import attend, dots, products

    own, module = dots.KINDS[kind], ir.Module("tsel_rows")
    products.round_rows(module)
    products.nibble_rows(module, own, together)
    products.byte_rows(module, own)
    if dim:
        attend.attend_rows(module, dim)
        attend.join_blocks(module, dim)
    found = _machine_code(module, own.level, own.features)

    def job(name: str) -> Job:
        return Job(_function(found(name), None, c_void_p, c_int64, c_int64), found(name))

    return Library(
        round_rows=_function(found("round_rows"), None, *[c_void_p] * 5, c_int64),
        join_blocks=_function(found("join_blocks"), None, c_void_p, c_void_p, *[c_int64] * 3) if dim else None,
        nibble_rows=job("nibble_rows"),
        byte_rows=job("byte_rows"),
        attend_rows=job("attend_rows") if dim else None,
    )


@cache
def compiled_tickets() -> Tickets:
    """Those of the process, for jobs of every library. Raises as `compiled` does."""
    from llvmlite import ir

    from tsel_kernels.native.tickets import ticket_functions

    module = ir.Module("tsel_tickets")
    ticket_functions(module)
    found = _machine_code(module, "x86-64", ())
    return Tickets(
        run=_function(found("run"), None, *[c_void_p] * 3, *[c_int64] * 3),
        inside=_function(found("inside"), c_int64, c_void_p),
        serve=_function(found("serve"), None, c_void_p, c_int64, c_int64),
    )


def _machine_code(module: ir.Module, level: str, features: Sequence[str]) -> Callable[[str], int]:
    """Compile a module for a level of processors: the address of each of its functions by name."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=level, features=",".join(f"+{f}" for f in features), opt=3, jit=True
    )
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    builder = llvm.JITLibraryBuilder().add_ir(str(module))
    for function in module.functions:
        if not function.is_declaration:
            builder.export_symbol(function.name)
    jit = llvm.create_lljit_compiler(machine)
    held = builder.link(jit, module.name)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object((jit, held)))  # threads may run it while the process ends
    return lambda name: int(held[name])


def _function(address: int, result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)(address)
