"""The resident process: python -m tsel_cli.background DESCRIPTOR PATH STAMP (tsel_cli.resident starts it)."""

from __future__ import annotations

import os
import socket
import sys

from tsel_cli.app import not_swallowed, run
from tsel_cli.resident.server import Server


def main() -> None:
    """Answer commands that come over the listening socket DESCRIPTOR, bound to PATH, until nobody asks any more."""
    descriptor, path, stamp = sys.argv[1:4]
    listener = socket.socket(fileno=int(descriptor))
    listener.set_inheritable(False)
    sys.unraisablehook = not_swallowed
    Server(listener, path, stamp, run).run()
    sys.stdout.flush()
    os._exit(0)  # nothing is left to clean up, and Python's own end takes a second


if __name__ == "__main__":
    main()
