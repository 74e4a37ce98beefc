"""A command's side of the resident engine. Imported at every start, so it imports nothing heavy."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence

from tsel_cli.clock import since_start
from tsel_cli.resident import wire
from tsel_cli.resident.keep_alive import wanted
from tsel_cli.resident.where import NotPrivate, check_private, runtime_folder

HANDED_OVER = ("ask", "summarize", "chat")
_TRIES = 4  # a process of another version leaves, one may just be leaving, and a busy system drops a connection
_PATIENCE = 3  # Ctrl-C as many times leaves at once, whatever the engine does


def hand_over(arguments: Sequence[str]) -> int | None:
    """Let the resident engine run this command; its exit code, None when the command must run by itself."""
    if not _may(arguments):
        return None
    from tsel_core.errors import UsageError

    try:
        seconds = wanted(arguments, os.environ)
    except UsageError:
        return None  # told in words by the command itself
    if not seconds or _asks_first(arguments):
        return None
    for _ in range(_TRIES):
        try:
            connection = _connect(os.environ)
        except (NotPrivate, OSError, ValueError):
            return None
        with connection:
            done = _Job(connection, arguments).run(seconds)
        if done is not None:
            return done if done >= 0 else None
    return None


def _may(arguments: Sequence[str]) -> bool:
    """Whether a command is one that is handed over, on a system where it can be done safely."""
    if not hasattr(socket, "AF_UNIX") or not hasattr(socket, "SCM_RIGHTS") or sys.platform == "win32":
        return False
    command = next((a for a in arguments if not a.startswith("-")), "")
    if command not in HANDED_OVER or "TORCHELASTIC_RUN_ID" in os.environ:
        return False
    if {"-h", "--help", "--version", "--no-trace"} & set(arguments) or os.environ.get("TSEL_NO_TRACE"):
        return False  # what is asked without a trace stays in no other process's memory
    # processes that share a model end with the command that began them
    devices = [os.environ.get("TSEL_DEVICE", "")]
    for here, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if here.startswith("--device"):
            devices.append(following if here == "--device" else here)
    return not any("," in device for device in devices)


def _asks_first(arguments: Sequence[str]) -> bool:
    """Whether the command may ask its user which model to begin with: that needs the user's own terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or os.environ.get("TSEL_MODEL"):
        return False
    if any(a.startswith("--model") or a == "-m" for a in arguments):
        return False
    from tsel_core.models.default import is_first_run

    return is_first_run(None)


def _connect(environment: Mapping[str, str]) -> socket.socket:
    """A connection to the resident process, which is started when there is none. Raises NotPrivate, OSError."""
    import fcntl

    folder = runtime_folder()
    path = os.path.join(folder, "engine.sock")
    found = connect(path)
    if found is not None:
        return found
    lock = os.open(os.path.join(folder, "engine.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands that begin together start one process
        found = connect(path)
        if found is None:
            _start(folder, path, environment)
            found = connect(path)
        if found is None:
            raise OSError("the resident engine was not started")
        return found
    finally:
        os.close(lock)


def connect(path: str) -> socket.socket | None:
    """A connection to this user's process at the socket, None when nobody listens. Raises NotPrivate, OSError."""
    try:
        check_private(path)
    except FileNotFoundError:
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(path)
    except (ConnectionRefusedError, FileNotFoundError):
        connection.close()
        return None
    except OSError:
        connection.close()
        raise
    if not wire.is_ours(connection):
        connection.close()
        raise NotPrivate(f"{path}: another user listens there")
    return connection


def tell(path: str, message: wire.Message) -> wire.Message | None:
    """Say something that is no job to the resident process; its status, None when there is none."""
    for _ in range(_TRIES):
        try:
            connection = connect(path)
            if connection is None:
                return None
            with connection:
                connection.settimeout(10)
                wire.send(connection, message)
                found = wire.receive(connection)
            if found is not None:
                return found
        except (NotPrivate, OSError, wire.Broken):
            continue
    return None


def _start(folder: str, path: str, environment: Mapping[str, str]) -> None:
    """Start the process with a socket that listens already: what is sent before it is ready waits there."""
    import subprocess

    from tsel_cli.resident.stamp import stamp

    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        if os.path.lexists(path):
            os.unlink(path)
        listener.bind(path)
    finally:
        os.umask(before)
    listener.listen(64)
    log = os.open(os.path.join(folder, "engine.log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        ours = [p for p in sys.path if p]
        program = [sys.executable, "-P", "-m", "tsel_cli.background"]
        subprocess.Popen(
            [*program, str(listener.fileno()), path, stamp(environment)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**environment, "PYTHONPATH": os.pathsep.join(ours)},
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    finally:
        os.close(log)
        listener.close()


class _Job:
    """One command that is handed over."""

    def __init__(self, connection: socket.socket, arguments: Sequence[str]) -> None:
        self.connection, self.arguments = connection, list(arguments)
        self.interrupts = 0

    def run(self, seconds: float) -> int | None:
        """The exit code; -1: it must run by itself; None: there was no such process any more, try again."""
        usual: list[Callable[[], object]] = []
        try:
            self._ask(seconds)
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

        streams = (sys.stdin, sys.stdout, sys.stderr)
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
            wire.send(self.connection, message, tuple(_fd(n, spare) for n in range(3)))
        finally:
            os.close(spare)

    def _wait(self) -> int | None:
        state = "asked"
        while True:
            if self.interrupts >= _PATIENCE:
                return 130
            try:
                found = wire.receive(self.connection)
            except InterruptedError:
                continue
            except (OSError, wire.Broken):
                found = None
            kind = None if found is None else found["kind"]
            if found is None:
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

    def _lost(self, state: str) -> int | None:
        """The process is gone: what it had printed cannot be taken back, so only an answer not begun is begun anew."""
        if self.interrupts:
            return 130
        if state == "written":
            from tsel_cli.console import print_error

            print_error("the resident engine ended in the middle of the answer", "ask again")
            return 1
        if state == "started":
            self._say("the resident engine ended; going on without it")
            return -1
        return None

    def _say(self, text: str) -> None:
        if not {"-q", "--quiet"} & set(self.arguments):
            from tsel_cli.console import print_note
            from tsel_cli.i18n import messages_for

            with messages_for(self.arguments):
                print_note(text)

    def _interrupt(self, number: int, _frame: object) -> None:
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
