"""Where the resident process of this user listens: a socket in a folder that nobody else can enter."""

from __future__ import annotations

import os
import stat
import sys

VARIABLE = "TSEL_RUNTIME_DIR"
_LONGEST = 100  # bytes of a socket's path; the system's limit is 104 to 108


class NotPrivate(Exception):
    """The folder is another user's, or open to others: nothing is listened to or handed over there."""


def runtime_folder() -> str:
    """The folder, made for this user alone. Raises NotPrivate, or OSError."""
    named = os.environ.get(VARIABLE)
    session = os.environ.get("XDG_RUNTIME_DIR")
    if named:
        folder = os.path.abspath(named)
    elif session and os.path.isdir(session):
        folder = os.path.join(session, "tsel")
    elif sys.platform == "darwin":
        folder = os.path.join(os.path.expanduser("~/Library/Caches/tsel"), "run")
    else:
        folder = f"/tmp/tsel-{os.getuid()}"  # the same for every program of the user, whatever its TMPDIR is
    if len(os.fsencode(folder)) > _LONGEST - len("/engine.sock"):
        raise NotPrivate(f"{folder}: too long for the name of a socket")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    check_private(folder)
    return folder


def check_private(path: str) -> None:
    """Raise NotPrivate unless a folder or socket is this user's and closed to others."""
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise NotPrivate(f"{path}: it must be yours alone")


def refused() -> str:
    """Why no process of this user can listen; "" when one can."""
    try:
        runtime_folder()
    except (NotPrivate, OSError) as error:
        return str(error)
    except AttributeError:  # no such sockets on this system
        return ""
    return ""


def socket_path() -> str:
    """The socket's path; it may not exist. Raises NotPrivate, or OSError."""
    return os.path.join(runtime_folder(), "engine.sock")
