"""A model several times, each in a process and on a device of its own, each writing about several documents at once."""

from __future__ import annotations

import os
import threading
from multiprocessing.connection import Connection

from tsel_core.pool.pool import Processes
from tsel_core.pool.together import Together
from tsel_core.pool.worker import WorkSettings


def replicas(settings: list[WorkSettings], each: int) -> Processes:
    """A pool of as many processes as there are settings (device, threads), each with `each` documents at a time."""
    return Processes(settings, _serve, each) if each > 1 else Processes(settings)


def _serve(settings: WorkSettings, pipe: Connection, each: int) -> None:
    """The loop of a process: documents come one by one, results go back as they are there."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends the workers
    pool = Together(settings, each)

    def answers() -> None:
        try:
            while True:
                pipe.send(pool.next())
        finally:
            os._exit(1)  # what is given to a process that answers no more would be waited for: it is lost

    threading.Thread(target=answers, name="tsel-answers", daemon=True).start()
    while True:
        try:
            given = pipe.recv()
        except EOFError:
            pool.close()
            return
        pool.submit(*given)
