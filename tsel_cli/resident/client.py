"""A command's side of the resident engine. Imported at every start, so it imports nothing heavy."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, cast

from tsel_cli.resident import wire
from tsel_cli.resident.handed import Descriptors, HandedJob
from tsel_cli.resident.keep_alive import wanted
from tsel_cli.resident.where import NotPrivate, check_private, runtime_folder

HANDED_OVER = ("ask", "summarize", "chat", "extract", "list", "batch")
_BY_ITSELF = {
    "batch": {"--jobs", "--replicas", "--ray", "--watch"},  # engines of its own, or one that goes on for ever
    "extract": {"--preset", "--jobs", "--replicas", "--ray"},  # the first asks no model
}
_TRIES = 4  # a process of another version leaves, one may just be leaving, and a busy system drops a connection

_ALONE: list[str] = []


def why_alone() -> str:
    """Why this command found no folder of its user's own, in which a resident engine could listen; "" where it did."""
    return _ALONE[0] if _ALONE else ""


def hand_over(arguments: Sequence[str]) -> int | None:
    """Let the resident engine run this command; its exit code, None when the command must run by itself."""
    if not may_be_handed(arguments, HANDED_OVER):
        return None
    return handed(arguments, None)


def printed(arguments: Sequence[str]) -> str | None:
    """What the resident engine prints for a call of `tsel mcp`; None when it must be done here.

    Nobody is asked anything, and nothing is shown meanwhile. An engine that ends before its answer is whole gave none.
    """
    if not may_be_handed(arguments, ("mcp",)):
        return None
    with hidden_file() as out, open(os.devnull, "r+b") as empty:
        code = handed(arguments, (empty.fileno(), out.fileno(), empty.fileno()))
        out.seek(0)
        return out.read().decode("ascii", "replace") if code == 0 else None


def hidden_file() -> BinaryIO:
    """A file without a name, in memory where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("tsel"), "w+b")
    import tempfile

    return cast("BinaryIO", tempfile.TemporaryFile())


def handed(
    arguments: Sequence[str],
    descriptors: Descriptors | None,
    begins: Callable[[HandedJob], object] = lambda job: None,
) -> int | None:
    """The exit code of a command that the resident engine ran, None when it did not; `begins` is given each try."""
    from tsel_core.errors import UsageError

    try:
        seconds = wanted(arguments, os.environ)
    except UsageError:
        return None  # told in words by the command itself
    if not seconds or (descriptors is None and _asks_first(arguments)):
        return None
    for _ in range(_TRIES):
        try:
            connection = _connect(os.environ)
        except NotPrivate as error:
            _ALONE[:] = [str(error)]
            return None
        except (OSError, ValueError):
            return None
        with connection:
            job = HandedJob(connection, arguments, descriptors)
            begins(job)
            done = job.run(seconds)
        if done is not None:
            return done if done >= 0 else None
    return None


def may_be_handed(arguments: Sequence[str], commands: Sequence[str]) -> bool:
    """Whether a command is one that is handed over, on a system where it can be done safely."""
    if not hasattr(socket, "AF_UNIX") or not hasattr(socket, "SCM_RIGHTS") or sys.platform == "win32":
        return False
    command = next((a for a in arguments if not a.startswith("-")), "")
    if command not in commands or "TORCHELASTIC_RUN_ID" in os.environ:
        return False
    if _BY_ITSELF.get(command, set()) & {a.partition("=")[0] for a in arguments}:
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


def release() -> None:
    """Ask the resident engine, if there is one, for its memory: another model is about to be loaded here."""
    from tsel_cli.resident.where import socket_path

    with contextlib.suppress(NotPrivate, OSError, AttributeError):  # no such sockets on this system
        tell(socket_path(), {"kind": "release"})


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
