"""One command at the resident engine: what is sent, what comes back, Ctrl-C on the way. Imports nothing heavy."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence

from tsel_cli.clock import since_start
from tsel_cli.resident import wire

_HEARD = 30.0  # seconds in which a process that listens takes a command; it may be starting on a busy machine
_PATIENCE = 3  # Ctrl-C as many times leaves at once, whatever the engine does
Descriptors = tuple[int, int, int]


class HandedJob:
    """One command that is handed over, with this program's streams, or with `descriptors` of which nobody hears.

    `hears` is told how far it is: "asked", then what the process says ("waiting", "started", "written", "exit").
    """

    def __init__(
        self,
        connection: socket.socket,
        arguments: Sequence[str],
        descriptors: Descriptors | None = None,
        hears: Callable[[str], object] = lambda kind: None,
    ) -> None:
        self.connection, self.arguments, self.descriptors = connection, list(arguments), descriptors
        self.hears, self.interrupts = hears, 0

    def run(self, seconds: float) -> int | None:
        """The exit code; -1: it must run by itself; None: there was no such process any more, try again."""
        usual: list[Callable[[], object]] = []
        try:
            self._ask(seconds)
            self.hears("asked")
            if threading.current_thread() is threading.main_thread():
                before = signal.signal(signal.SIGINT, self._interrupt)
                usual.append(lambda: signal.signal(signal.SIGINT, before))
            return self._wait()
        except (OSError, wire.Broken):
            return None
        finally:
            for put_back in usual:
                put_back()

    def _ask(self, seconds: float) -> None:
        from tsel_cli.resident.stamp import stamp

        streams = (sys.stdin, sys.stdout, sys.stderr) if self.descriptors is None else (None, None, None)
        mask = os.umask(0o077)
        os.umask(mask)
        message = {
            "protocol": wire.PROTOCOL,
            "kind": "job",
            "stamp": stamp(os.environ),
            "arguments": self.arguments,
            "folder": os.getcwd(),
            "environment": dict(os.environ),
            "encodings": [getattr(s, "encoding", None) or "utf-8" for s in streams],
            "umask": mask,
            "keep_alive": seconds,
            "elapsed": since_start(),
        }
        spare = os.open(os.devnull, os.O_RDWR)  # for a stream that was closed before
        try:
            wire.send(self.connection, message, self.descriptors or tuple(_fd(n, spare) for n in range(3)))
        finally:
            os.close(spare)

    def _wait(self) -> int | None:
        state = "asked"
        self.connection.settimeout(_HEARD)
        while True:
            if self.interrupts >= _PATIENCE:
                return 130
            try:
                found = wire.receive(self.connection)
            except InterruptedError:
                continue
            except TimeoutError:  # it stands still: the connection is closed before anything is done here
                self._say("the resident engine does not answer; going on without it")
                return -1
            except (OSError, wire.Broken):
                found = None
            kind = None if found is None else found["kind"]
            if found is None:
                return self._lost(state)
            self.hears(str(kind))
            if kind == "taken":
                self.connection.settimeout(None)
                if not self._go():
                    return self._lost(state)
            if kind == "exit":
                return int(found["code"])
            if kind == "other":  # of another version: it leaves, and the next try starts one
                return None
            if kind == "busy":
                return -1
            if kind == "waiting":
                self._say("waiting   another command is being answered")
            elif kind in ("started", "written"):
                state = str(kind)

    def _go(self) -> bool:
        """Have the command begun; nothing of it is done before."""
        try:
            wire.send(self.connection, {"kind": "go"})
        except OSError:
            return False
        return True

    def _lost(self, state: str) -> int | None:
        """The process is gone: what it had printed cannot be taken back, so only an answer not begun is begun anew."""
        if self.interrupts:
            return 130
        if state == "written" and self.descriptors is None:
            from tsel_cli.console import print_error

            print_error("the resident engine ended in the middle of the answer", "ask again")
            return 1
        if state in ("started", "written"):
            self._say("the resident engine ended; going on without it")
            return -1
        return None

    def _say(self, text: str) -> None:
        if self.descriptors is None and not {"-q", "--quiet"} & set(self.arguments):
            from tsel_cli.console import print_note
            from tsel_cli.i18n import messages_for

            with messages_for(self.arguments):
                print_note(text)

    def _interrupt(self, number: int, _frame: object) -> None:
        self.interrupt()

    def interrupt(self) -> None:
        """Ctrl-C: the resident engine gets it as if it were the command."""
        self.interrupts += 1
        try:
            wire.send(self.connection, {"kind": "interrupt"})
        except OSError:
            self.interrupts = _PATIENCE
        if self.interrupts >= _PATIENCE:
            self.connection.shutdown(socket.SHUT_RDWR)


def _fd(number: int, spare: int) -> int:
    try:
        os.fstat(number)
    except OSError:
        return spare
    return number
