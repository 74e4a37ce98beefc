"""This process as our code would find it on Windows: modules and names of POSIX are gone for it, and for it alone.

Python's own library and those of others go on as on the system that they run on, so paths stay, and what Windows itself
would do differently (files that are open cannot be replaced, ...) is not shown.
"""

from __future__ import annotations

import builtins
import os
import signal
import socket
import sys
from types import ModuleType
from typing import Any

OURS = ("tsel_cli", "tsel_core", "tsel_kernels")
MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "crypt", "readline")
INSTEAD = {"sys": {"platform": "win32"}, "os": {"name": "nt"}}
_OF_OS = (
    "fork forkpty getuid geteuid getgid getegid getgroups getpgid setsid setpgid setpgrp killpg wait wait3 wait4 "
    "WNOHANG preadv preadv2 pwritev pread pwrite posix_fallocate posix_fadvise sched_getaffinity sched_yield "
    "sched_setaffinity sysconf uname getloadavg chown fchown lchown fchmod mkfifo mknod nice statvfs fstatvfs "
    "ttyname ctermid O_CLOEXEC O_NOFOLLOW O_DIRECTORY O_NONBLOCK O_SYNC O_PATH memfd_create sendfile splice pipe2"
)
_OF_SIGNAL = (
    "SIGKILL SIGHUP SIGALRM SIGCHLD SIGPIPE SIGQUIT SIGUSR1 SIGUSR2 SIGSTOP SIGCONT SIGXCPU pthread_kill "
    "pthread_sigmask setitimer alarm sigwait"
)
_OF_SOCKET = "AF_UNIX SCM_RIGHTS SO_PEERCRED send_fds recv_fds"
GONE = {"os": _OF_OS.split(), "signal": _OF_SIGNAL.split(), "socket": _OF_SOCKET.split()}


class _Without(ModuleType):
    """A module that shows our code what Windows has of it."""

    def __getattribute__(self, name: str) -> Any:
        own = super().__getattribute__("__name__")
        if name in INSTEAD.get(own, ()) or name in GONE.get(own, ()):
            frame = _frame(1)
            asks = frame.f_globals.get("__name__", "") if frame is not None else ""
            if asks.partition(".")[0] in OURS:
                if name in GONE.get(own, ()):
                    raise AttributeError(f"module {own!r} has no attribute {name!r}")
                return INSTEAD[own][name]
        return super().__getattribute__(name)


_frame = sys._getframe


def become_windows() -> None:
    """Take away from our code what Windows does not have."""
    for module in (os, signal, socket, sys):
        module.__class__ = _Without
    real = builtins.__import__

    def without(name: str, globals: Any = None, *args: Any, **named: Any) -> Any:
        asks = str((globals or {}).get("__name__", "")).partition(".")[0]
        if name.partition(".")[0] in MODULES and asks in OURS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, globals, *args, **named)

    builtins.__import__ = without
