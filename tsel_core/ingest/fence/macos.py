"""macOS: the process that reads a document is started under sandbox-exec, where the system has it and it works.

Allowed is what is not denied: a profile that denies everything would have to name services that change with each
version of the system. Denied are networks, writing, new processes, and the files of the users but the libraries.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache

TOOL = "/usr/bin/sandbox-exec"
_SECONDS = 20.0
_USERS = ("/Users", "/Volumes", "/private/var/mail", "/private/tmp", "/private/var/folders")


def profile(libraries: Sequence[str]) -> str:
    """The rules in the tool's language; of rules that match, the last one counts."""
    users = " ".join(f"(subpath {_quoted(place)})" for place in _USERS)
    allowed = " ".join(f"(subpath {_quoted(os.path.realpath(place))})" for place in libraries)
    python = " ".join(f"(literal {_quoted(place)})" for place in (os.path.realpath(sys.executable), sys.executable))
    return (
        "(version 1)(allow default)(deny network*)(deny file-write*)(deny process-fork)(deny process-exec*)"
        f"(allow process-exec {python})"
        f"(deny file-read-data {users})(allow file-read-data {allowed})"
        '(allow file-write-data (literal "/dev/null"))'
    )


def wrapped(command: Sequence[str], libraries: Callable[[], Sequence[str]]) -> list[str]:
    """The command under the tool; the command itself on other systems, or where the tool does not work."""
    if sys.platform != "darwin" or not os.path.exists(TOOL):
        return list(command)
    rules = profile(libraries())
    return [TOOL, "-p", rules, *command] if works(rules) else list(command)


@lru_cache(maxsize=4)
def works(rules: str) -> bool:
    """Whether Python starts under the rules: tried once."""
    try:
        command = [TOOL, "-p", rules, sys.executable, "-I", "-S", "-c", "pass"]
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
