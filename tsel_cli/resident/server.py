"""The resident process: listens, queues, and runs one command after another with the model kept between them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

from tsel_cli import clock
from tsel_cli.resident import shelf, wire
from tsel_cli.resident.queued import Job
from tsel_cli.resident.streams import Rest, Streams, silence
from tsel_core.ingest import kept

_SOUND = (0, 2, 3, 4, 5, 6, 130, 141)  # exit codes after which the engine is as good as new
_EMPTY = 10.0  # seconds that a process stays which holds no model: there is little to keep
_LONG = ("chat", "batch")  # commands that wait for a person, or go on for hours: nobody waits for those


class Server:
    """`run` is the main thread's loop; every connection has a thread of its own."""

    def __init__(self, listener: socket.socket, path: str, stamp: str, command: Callable[[list[str]], int]) -> None:
        self.listener, self.path, self.stamp, self.command = listener, path, stamp, command
        self._inode = os.stat(path).st_ino
        self._in_command = False
        self.shelf = shelf.Shelf()
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._change = threading.Condition()
        self._leaves = False
        self._release = False
        self._readers: list[threading.Thread] = []  # that still write what a slow reader takes
        self._keep = _EMPTY  # seconds without a job before the process ends; the jobs say how many
        self._idle_since = time.monotonic()

    def run(self) -> None:
        """Until nobody has asked for as long as the last job allowed, or a client told to end."""
        signal.signal(signal.SIGINT, self._on_interrupt)
        signal.signal(signal.SIGTERM, self._on_end)
        streams = Streams()
        shelf.current.set(self.shelf)
        kept.current.set(self.shelf.documents)
        threading.Thread(target=self._listen, name="tsel-listen", daemon=True).start()
        while (job := self._next()) is not None:
            code = self._do(job, streams)
            with self._change:
                self._current, self._idle_since = None, time.monotonic()
            self._end(job, code, streams.take_rest())
            self.shelf.take_back(code in _SOUND)
            if self.shelf.engine is None:
                self._keep = min(self._keep, _EMPTY)
        self.shelf.clear()
        for thread in self._readers:
            thread.join()

    def _end(self, job: Job, code: int, rest: Rest | None) -> None:
        """Tell a client its exit code, once its readers have taken what was written; nobody else waits for them."""

        def end() -> None:
            if rest is not None:
                rest.write()
            job.tell({"kind": "exit", "code": code})
            job.connection.close()

        if rest is None:
            end()
            return
        self._readers = [t for t in self._readers if t.is_alive()] + [threading.Thread(target=end, name="tsel-rest")]
        self._readers[-1].start()

    def _do(self, job: Job, streams: Streams) -> int:
        """Run a command as its own process would; its exit code."""
        job.tell({"kind": "started", "pid": os.getpid()})
        fds, job.fds = job.fds, []
        try:
            with streams.of(job.about, fds, lambda: job.tell({"kind": "written"})):
                return self._run(job)
        except KeyboardInterrupt:
            return 130
        except OSError as error:  # its folder is gone: in the log of the process, as its own streams may be the reason
            print(f"a command could not be begun: {error}", file=sys.stderr)
            return 1

    def _run(self, job: Job) -> int:
        arguments = [str(a) for a in job.about["arguments"]]
        sys.argv = ["tsel", *arguments]
        clock.begin(float(job.about["elapsed"]) + time.monotonic() - job.began)
        try:
            self._in_command = True  # from here on Ctrl-C is the command's
            return 130 if job.stopped else self.command(arguments)
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1
        finally:
            self._in_command = False

    def _next(self) -> Job | None:
        with self._change:
            while True:
                if self._release:
                    self._release = False
                    self.shelf.clear()
                    self.shelf.forget()
                if self._waiting:
                    self._current = job = self._waiting.popleft()
                    self._keep = float(job.about["keep_alive"])
                    return job
                left = self._idle_since + self._keep - time.monotonic()
                if self._leaves or left <= 0:
                    self._leaves = True
                    self._unlink()
                    return None
                self._change.wait(min(left, 60.0))

    def _on_interrupt(self, _number: int, _frame: object) -> None:
        if self._in_command:
            raise KeyboardInterrupt

    def _on_end(self, _number: int, _frame: object) -> None:
        self._unlink()
        os._exit(143)

    def _unlink(self) -> None:
        """Take the socket away, unless another process listens there by now."""
        with contextlib.suppress(OSError):
            if os.stat(self.path).st_ino == self._inode:
                os.unlink(self.path)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), name="tsel-client", daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        """One client: its first message says what it wants."""
        try:
            if not wire.is_ours(connection):
                connection.close()
                return
            connection.settimeout(10)
            message, fds = wire.receive_with(connection, 3)
            connection.settimeout(None)
        except (OSError, wire.Broken):
            connection.close()
            return
        if message is None:
            connection.close()
            return
        if message.get("kind") == "job" and len(fds) == 3:
            self._queue(Job(message, fds, connection))
            return
        for fd in fds:
            os.close(fd)
        with connection, contextlib.suppress(OSError):
            wire.send(connection, self._other(message))

    def _other(self, message: wire.Message) -> wire.Message:
        """Answer a message that is no job."""
        kind = message.get("kind")
        if kind == "stop":
            self._leave()
        elif kind == "release":
            with self._change:
                self._release = True
                self._change.notify_all()
        return self.status()

    def status(self) -> wire.Message:
        """What `tsel ps` shows."""
        with self._change:
            job = self._current
            return {
                "kind": "status",
                "pid": os.getpid(),
                "model": self.shelf.name,
                "device": self.shelf.device,
                "memory_bytes": _resident_bytes(),
                "running": None if job is None else job.command,
                "waiting": len(self._waiting),
                "ends_in": None if job is not None else max(0.0, self._idle_since + self._keep - time.monotonic()),
                "ends": self._leaves,
            }

    def _leave(self) -> None:
        """Take no more jobs, and end after those that were taken."""
        with self._change:
            self._leaves = True
            self._unlink()
            self._change.notify_all()

    def _queue(self, job: Job) -> None:
        """Take a job, or refuse it, and stay its client's ear until it is done."""
        fits = job.about.get("protocol") == wire.PROTOCOL and job.about.get("stamp") == self.stamp
        refused = "" if fits else "other"
        if fits and not job.is_wanted():
            refused = "late"
        with self._change:
            ahead = [j for j in (self._current, *self._waiting) if j is not None]
            if not refused and self._leaves:
                refused = "other"
            if not refused and any(j.command in _LONG for j in ahead):
                refused = "busy"
            if not refused:
                if ahead:
                    job.tell({"kind": "waiting", "ahead": len(ahead)})
                self._waiting.append(job)
                self._change.notify_all()
        if refused:
            if refused == "other":
                self._leave()
            job.tell({"kind": refused})
            job.drop()
            job.connection.close()
            return
        self._hear(job)

    def _hear(self, job: Job) -> None:
        """Interrupts of a client, and that it is gone."""
        while True:
            try:
                message = wire.receive(job.connection)
            except (OSError, wire.Broken):
                message = None
            with self._change:
                job.stopped = True
                if self._current is job:
                    if message is None:
                        silence()  # a prompt on a terminal that is gone would wait for ever
                    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
                elif job in self._waiting:
                    self._waiting.remove(job)
                    job.tell({"kind": "exit", "code": 130})
                    job.drop()
                    return
                if message is None:
                    return


def _resident_bytes() -> int:
    """Memory of this process; 0 where the system has no /proc."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
