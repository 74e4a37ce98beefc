"""What stdout and stderr are written in.

An answer in a file or a pipe is UTF-8, whatever the system's code page: Python on Windows would write cp1252 or cp932
there, with a question mark for everything else. A console keeps its own encoding, and shows a replacement for what it
has not; in JSON that is the escape of JSON, so that nothing is lost. stderr is for a person: it keeps its own encoding.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from typing import TextIO

_JSON = "tsel.json"


def prepare_streams(arguments: Sequence[str]) -> None:
    """Set both streams for a command with these arguments."""
    if sys.stderr is None:  # closed by the caller (2>&-): nobody wants to hear
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (as long as the program)
    codecs.register_error(_JSON, _escaped)
    as_json = any(a == "--json" or a.startswith("--json=") for a in arguments)
    for stream, errors in ((sys.stdout, _JSON if as_json else "replace"), (sys.stderr, "replace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if stream is not None and reconfigure is not None:
            reconfigure(encoding=encoding_of(stream) if stream is sys.stdout else None, errors=errors)


def encoding_of(stream: TextIO | None) -> str:
    """What stdout is written in once it is prepared; "utf-8" for a closed one."""
    if stream is None or is_redirected(stream):
        return "utf-8"
    return stream.encoding or "utf-8"


def is_redirected(stream: TextIO) -> bool:
    """Whether it is no console."""
    try:
        return not stream.isatty()
    except ValueError:  # it was closed
        return True


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """The JSON escape of characters that an encoding has not."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(f"\\u{unit:04x}" for unit in pairs), error.end
