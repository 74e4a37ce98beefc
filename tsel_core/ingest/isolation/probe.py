"""What a process that is locked as a reader of documents can still do on this machine: tried, not believed."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tsel_core.ingest.fence import macos, windows
from tsel_core.ingest.fence.child import child_path, environment
from tsel_core.ingest.fence.lock import lock_for_reading, readable

_START = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from tsel_core.ingest.isolation.probe import main;main()"
_SECONDS = 30.0
_PTRACE_ME = 0
_MEMORY = 1 << 30


@dataclass(frozen=True, slots=True)
class Probe:
    """Version of Landlock (0: none), whether seccomp holds, what could be done nevertheless, what else holds."""

    landlock: int
    seccomp: bool
    possible: tuple[str, ...]
    other: str = ""  # "sandbox-exec" (macOS), "a job object" (Windows)


def probe() -> Probe | None:
    """Start a process, lock it, and let it try. None where it cannot be started."""
    bare = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, json.dumps(child_path())]
    command = macos.wrapped(bare, readable)
    pipe = subprocess.PIPE
    try:
        child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment())
        job = windows.hold(child, _MEMORY)
        try:
            out, _ = child.communicate(b"\n", timeout=_SECONDS)
        finally:
            child.kill()
            windows.let_go(job)
        told = json.loads(out)
        other = "sandbox-exec" if command != bare else "a job object" if job is not None else ""
        return Probe(told["landlock"], told["seccomp"], tuple(told["possible"]), other)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None


def main() -> None:
    """The process that is locked: tries, and says what it could do."""
    sys.stdin.readline()  # it is held by now, where the system holds it from outside
    held = lock_for_reading()
    possible = [name for name, attempt in _ATTEMPTS.items() if _succeeds(attempt)]
    sys.stdout.write(json.dumps({"landlock": held.landlock, "seccomp": held.seccomp, "possible": possible}))
    sys.stdout.flush()
    os._exit(0)


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, AttributeError):
        return False
    return True


def _open_file() -> None:
    """A file that every user may read, and that is no library."""
    for place in ("/etc/hostname", "/etc/passwd", os.path.expanduser("~")):
        with contextlib.suppress(FileNotFoundError):
            os.close(os.open(place, os.O_RDONLY))
            return


def _write_file() -> None:
    """As its own user it may write beside its libraries, or in the folder for temporary files."""
    name = os.path.join("/tmp" if os.name == "posix" else os.environ.get("TEMP", "."), f"tsel-probe-{os.getpid()}")
    os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(name)


def _socket() -> None:
    import socket

    socket.socket().close()


def _start() -> None:
    """A copy of this process ends at once: it must not go on here."""
    if not hasattr(os, "fork"):
        subprocess.run([sys.executable, "-c", "pass"], check=False, timeout=_SECONDS)
        return
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _trace() -> None:
    if ctypes.CDLL(None, use_errno=True).ptrace(_PTRACE_ME, 0, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


_ATTEMPTS: dict[str, Callable[[], object]] = {
    "open files of the user": _open_file,
    "write files": _write_file,
    "make sockets": _socket,
    "start processes": _start,
    "trace processes": _trace,
}
