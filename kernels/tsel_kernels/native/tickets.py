"""Threads that wait for the next product without sleeping, and leave as soon as nothing comes or they are called away.

A job is cut into tickets. Whoever asked for it takes tickets, and so does every thread that waits: none is waited for
that did not begin, so another program's time slice costs nothing but that thread's help.
"""

from __future__ import annotations

from llvmlite import ir

from tsel_kernels.native.emit import I64, POINTER, VOID, Emit

NEXT, INSIDE, RECALL, _JOB = 0, 128, 256, 384
"""Where in a team's state its numbers lie, each in a line of the cache: next ticket, threads inside a job, calls away."""
STATE_BYTES = 512
CLOSED = 1 << 40
"""The next ticket while there is no job."""
_LOOKS = 2000  # some hundredths of a millisecond
_FUNCTION, _ARGUMENTS, _ITEMS, _CHUNK, _TICKETS = (_JOB + 8 * i for i in range(5))


def ticket_functions(module: ir.Module) -> None:
    """`run`, `inside` and `serve`; a job is the address of a function (arguments, begin, end), of whichever library."""
    _take_tickets(module)
    _run(module)
    _inside(module)
    _serve(module)


def _take_tickets(module: ir.Module) -> None:
    """take_tickets(state): take tickets until there are no more, and do what they say."""
    emit = Emit(module, "take_tickets", [POINTER])
    (state,), at = emit.arguments, emit.at
    again, work, done = (emit.function.append_basic_block() for _ in range(3))
    at.branch(again)
    at.position_at_end(again)
    ticket = at.atomic_rmw("add", emit.place(state, I64(NEXT)), I64(1), "seq_cst")
    at.cbranch(at.icmp_signed("<", ticket, emit.load(state, I64, _TICKETS)), work, done)
    at.position_at_end(work)
    chunk, items = emit.load(state, I64, _CHUNK), emit.load(state, I64, _ITEMS)
    begin = at.mul(ticket, chunk)
    end = at.add(begin, chunk)
    end = at.select(at.icmp_signed("<", end, items), end, items)
    arguments = emit.load(state, POINTER, _ARGUMENTS)
    emit.call_at(emit.load(state, POINTER, _FUNCTION), arguments, begin, end)
    at.branch(again)
    at.position_at_end(done)
    at.ret_void()


def _run(module: ir.Module) -> None:
    """run(state, function, arguments, items, chunk, tickets): afterwards no ticket is left; others may be inside theirs."""
    emit = Emit(module, "run", [POINTER, POINTER, POINTER, I64, I64, I64])
    state, *job = emit.arguments
    for value, place in zip(job, (_FUNCTION, _ARGUMENTS, _ITEMS, _CHUNK, _TICKETS), strict=True):
        emit.store(value, state, I64(place))
    emit.at.atomic_rmw("xchg", emit.place(state, I64(NEXT)), I64(0), "seq_cst")
    emit.at.call(module.globals["take_tickets"], [state])
    emit.at.atomic_rmw("xchg", emit.place(state, I64(NEXT)), I64(CLOSED), "seq_cst")
    emit.at.ret_void()


def _inside(module: ir.Module) -> None:
    """inside(state) -> threads inside a job, once there are none or after _LOOKS looks."""
    emit = Emit(module, "inside", [POINTER], I64)
    (state,), at = emit.arguments, emit.at
    before = at.block
    look, again, done = (emit.function.append_basic_block() for _ in range(3))
    at.branch(look)
    at.position_at_end(look)
    turn = at.phi(I64)
    turn.add_incoming(I64(0), before)
    inside = at.load_atomic(emit.place(state, I64(INSIDE)), "seq_cst", 8, typ=I64)
    stays = at.and_(at.icmp_signed(">", inside, I64(0)), at.icmp_signed("<", turn, I64(_LOOKS)))
    at.cbranch(stays, again, done)
    at.position_at_end(again)
    _pause(emit)
    turn.add_incoming(at.add(turn, I64(1)), again)
    at.branch(look)
    at.position_at_end(done)
    at.ret(inside)


def _serve(module: ir.Module) -> None:
    """serve(state, seen, idle): help with jobs until RECALL is not `seen`, or none came for `idle` cycles."""
    emit = Emit(module, "serve", [POINTER, I64, I64])
    state, seen, idle = emit.arguments
    at = emit.at
    look, closed, opened, pause, leave = (emit.function.append_basic_block() for _ in range(5))
    begun, before = emit.call("llvm.readcyclecounter", I64), at.block
    at.branch(look)
    at.position_at_end(look)
    since = at.phi(I64)
    since.add_incoming(begun, before)
    recalled = at.load_atomic(emit.place(state, I64(RECALL)), "acquire", 8, typ=I64)
    at.cbranch(at.icmp_signed("==", recalled, seen), closed, leave)
    at.position_at_end(closed)
    ticket = at.load_atomic(emit.place(state, I64(NEXT)), "acquire", 8, typ=I64)
    at.cbranch(at.icmp_signed("<", ticket, I64(CLOSED)), opened, pause)
    at.position_at_end(opened)
    at.atomic_rmw("add", emit.place(state, I64(INSIDE)), I64(1), "seq_cst")
    emit.at.call(module.globals["take_tickets"], [state])
    at.atomic_rmw("sub", emit.place(state, I64(INSIDE)), I64(1), "seq_cst")
    since.add_incoming(emit.call("llvm.readcyclecounter", I64), at.block)
    at.branch(look)
    at.position_at_end(pause)
    _pause(emit)
    waited = at.sub(emit.call("llvm.readcyclecounter", I64), since)
    since.add_incoming(since, at.block)
    at.cbranch(at.icmp_signed("<", waited, idle), look, leave)
    at.position_at_end(leave)
    at.ret_void()


def _pause(emit: Emit) -> None:
    emit.call("llvm.x86.sse2.pause", VOID)
