"""A seccomp filter: which system calls this process, and what it starts, may make from now on.

Written by hand as a program of classic BPF. pyseccomp wants the libseccomp of the system, which is not everywhere,
and had its last release in 2021; what is needed is two system calls (docs/dev/architecture.md).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable

from tsel_core.ingest.fence.syscalls import HARMFUL, LOCAL_SOCKET, OWN_SOCKETS, PLAIN, Condition, Machine, conditions

_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x80000000, 0x00050000 | 1, 0x00050000 | 38  # EPERM, ENOSYS
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # places in struct seccomp_data
_X32 = 0x40000000
_NEWER = 424  # calls from here on are answered as an older kernel would, so that libc takes their predecessor
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


def reading_filter(machine: Machine, pid: int) -> list[Instruction]:
    """What reading a document needs, and nothing else."""
    program = _head(machine)
    program += _each((numbers[machine.column] for numbers in PLAIN.values()), _ALLOW)
    for condition in conditions(pid):
        program += _conditional(condition, machine)
    return [*program, (_AT_LEAST, 0, 1, _NEWER), (_RETURN, 0, 0, _UNKNOWN), (_RETURN, 0, 0, _REFUSE)]


def helper_filter(machine: Machine) -> list[Instruction]:
    """Everything but what no reader and no program it starts has a use for."""
    program = _head(machine) + _each((numbers[machine.column] for numbers in HARMFUL.values()), _REFUSE)
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def office_filter(machine: Machine) -> list[Instruction]:
    """As `helper_filter`, for a program that talks to itself over a socket: of this machine, and not to others."""
    program = _head(machine)
    refused = (numbers[machine.column] for name, numbers in HARMFUL.items() if name not in OWN_SOCKETS)
    program += _conditional(LOCAL_SOCKET, machine) + _each(refused, _REFUSE)
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def install(program: list[Instruction], machine: Machine) -> bool:
    """Bind this process, all of its threads, to the program for good. False where the kernel has no seccomp."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    held = ctypes.create_string_buffer(code, len(code))
    whole = Program(len(program), ctypes.addressof(held))
    return forgo_privileges() and (
        ctypes.CDLL(None, use_errno=True).syscall(
            ctypes.c_long(machine.seccomp), ctypes.c_ulong(_SET_FILTER), ctypes.c_ulong(_ALL_THREADS),
            ctypes.byref(whole),
        ) == 0
    )  # fmt: skip


def forgo_privileges() -> bool:
    """No program that this process starts gets more rights than it has."""
    nothing = ctypes.c_ulong(0)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), nothing, nothing, nothing) == 0)


def _head(machine: Machine) -> list[Instruction]:
    """Calls by another table of numbers end the process; then the number is at hand."""
    return [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
    ]


def _each(numbers: Iterable[int | None], verdict: int) -> list[Instruction]:
    program: list[Instruction] = []
    for number in numbers:
        if number is not None:
            program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, verdict)]
    return program


def _conditional(condition: Condition, machine: Machine) -> list[Instruction]:
    """Four kinds of lines: is it the call, the argument, its values, the two verdicts."""
    number = condition.numbers[machine.column]
    if number is None:
        return []
    low = _ARGUMENTS + 8 * condition.argument  # both machines put the lower half first
    body: list[Instruction] = []
    if condition.whole:
        body += [(_LOAD, 0, 0, low + 4), (_EQUAL, 1, 0, 0), (_RETURN, 0, 0, _REFUSE)]
    body += [(_LOAD, 0, 0, low), (_AND, 0, 0, condition.mask)]
    for value in condition.values:
        body += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    body.append((_RETURN, 0, 0, _REFUSE))
    return [(_EQUAL, 0, len(body), number), *body]
