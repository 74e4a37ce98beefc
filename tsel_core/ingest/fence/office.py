"""The process that becomes LibreOffice: locked first. Arguments: sys.path as JSON, the folder, the program, its own."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from tsel_core.ingest.fence.child import child_path
from tsel_core.ingest.fence.lock import PIPES, lock_for_office

_START = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from tsel_core.ingest.fence.office import main;main()"


def locked(command: list[str], folder: str) -> list[str]:
    """The command that runs `command` locked: it reads libraries, writes in `folder`, and reaches no network."""
    if not sys.platform.startswith("linux") or not sys.executable:
        return command
    return [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, json.dumps(child_path()), folder, *command]


@contextlib.contextmanager
def pipes_removed() -> Iterator[None]:
    """Afterwards the socket is gone that a locked LibreOffice could make and not remove: one that nobody listens at."""
    before = set(_pipes())
    try:
        yield
    finally:
        for path in set(_pipes()) - before:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
                try:
                    line.connect(str(path))
                except ConnectionRefusedError:
                    path.unlink()


def _pipes() -> list[Path]:
    return [path for folder in PIPES for path in Path(folder).glob("OSL_PIPE_*")] if hasattr(socket, "AF_UNIX") else []


def main() -> None:
    """Lock this process and go on as the program."""
    folder, program, *rest = sys.argv[2:]
    lock_for_office(program, folder)
    os.execv(program, [program, *rest])
