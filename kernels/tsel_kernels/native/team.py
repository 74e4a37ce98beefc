"""The cores that torch may use, for jobs of compiled code: those of `cpu_threads`, which wait between two jobs."""

from __future__ import annotations

import atexit
import ctypes
import os
import time
from ctypes import c_int64
from functools import cache
from threading import Lock

from tsel_kernels import cpu_threads
from tsel_kernels.native.build import Job, compiled_tickets
from tsel_kernels.native.tickets import CLOSED, NEXT, RECALL, STATE_BYTES

_IDLE = 6_000_000  # cycles of the processor's clock: about 2 ms, in which a token's next product comes
_LINE = 64


class Team:
    """Runs jobs of all libraries, one at a time; whoever finds it busy does a job alone. A process has one (`team`)."""

    def __init__(self) -> None:
        self._tickets = compiled_tickets()
        self._begin()
        cpu_threads.tell_of_turns(self.recall)
        atexit.register(self._dismiss)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        """No job, no threads: as at first, and in a forked process, which has none of its parent's."""
        self._held = ctypes.create_string_buffer(STATE_BYTES + _LINE)
        self._state = -(-ctypes.addressof(self._held) // _LINE) * _LINE
        c_int64.from_address(self._state + NEXT).value = CLOSED
        self._recalls = c_int64.from_address(self._state + RECALL)
        self._waiting: list[None] = []  # threads that were asked to wait for jobs and have not come back
        self._busy, self._dismissed = Lock(), False

    def _dismiss(self) -> None:
        """Before the interpreter ends: no thread may be left in a state that is about to go."""
        self._dismissed = True
        self.recall()
        until = time.monotonic() + 1
        while self._waiting and time.monotonic() < until:
            time.sleep(1e-4)

    def run(self, job: Job, arguments: ctypes.Array[c_int64], items: int, chunk: int) -> None:
        """A job over `items`, `chunk` of them a turn of a core."""
        others = min(cpu_threads.cores(), -(-items // chunk)) - 1
        if others <= 0 or self._dismissed or not self._busy.acquire(blocking=False):
            job.call(ctypes.addressof(arguments), 0, items)
            return
        tickets = -(-items // chunk)
        try:
            missing = others - len(self._waiting)
            if missing > 0:
                self._ask(missing)
            self._tickets.run(self._state, job.address, ctypes.addressof(arguments), items, chunk, tickets)
        finally:  # an interrupt, too, waits until nobody is inside: what the job writes to is let go next
            self._end()

    def _end(self) -> None:
        """Wait for whoever is inside a ticket, through interrupts, which are raised afterwards."""
        interrupt: KeyboardInterrupt | None = None
        while True:
            try:
                while self._tickets.inside(self._state):  # a thread that another program keeps from its turn
                    time.sleep(0)
                break
            except KeyboardInterrupt as again:
                interrupt = again
        self._busy.release()
        if interrupt is not None:
            raise interrupt

    def recall(self) -> None:
        """Let the threads that wait for a job do something else."""
        self._recalls.value += 1

    def _ask(self, num: int) -> None:
        seen = self._recalls.value

        def wait() -> None:
            try:
                self._tickets.serve(self._state, seen, _IDLE)
            finally:
                self._waiting.pop()

        self._waiting.extend([None] * num)
        cpu_threads.ask_helpers(wait, num)


@cache
def team() -> Team:
    """The process's own: its threads wait for jobs of every model that is loaded."""
    return Team()
