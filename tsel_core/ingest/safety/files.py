"""Paths the user gave -> files to read: folders, globs, stdin, and the errors of each."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from tsel_core.errors import DocumentError, UsageError
from tsel_core.ingest.safety.detect import BINARY, PICTURES, SUFFIXES

STDIN = "-"
_HEAD_BYTES = 4096
_MAGIC = (b"PK", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")


def expand(paths: Sequence[str]) -> list[str]:
    """Files named by paths, folders (their readable files, all levels, sorted) and globs; `-` stays.

    Raises UsageError when nothing is named, DocumentError when a folder or glob holds nothing to read.
    """
    if not paths:
        raise UsageError("no file was given", "name a file, a folder, a glob, or - for stdin")
    if list(paths).count(STDIN) > 1:
        raise UsageError("- was given twice", "stdin can be read once")
    found: list[str] = []
    for path in paths:
        found.extend(_expand_one(path))
    return list(dict.fromkeys(found))


def _expand_one(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    if path == "":
        raise UsageError("a file name is empty", "name a file, a folder, a glob, or - for stdin")
    try:
        if os.path.isdir(path):
            return _folder(path)
        if os.path.lexists(path) or not glob.has_magic(path):
            return [path]
        matches = sorted(m for m in glob.glob(path, recursive=True) if os.path.isfile(m))
    except ValueError as error:
        raise DocumentError(f"{path!r}: not a file name", "check the name") from error
    if not matches:
        raise DocumentError(f"{path}: no file matches", "check the folder and the pattern")
    return matches


def _folder(path: str) -> list[str]:
    found = [
        os.path.join(folder, name)
        for folder, folders, names in os.walk(path)
        for name in names
        if Path(name).suffix.lower() in SUFFIXES
        and not name.startswith((".", "~$"))
        and not any(part.startswith(".") for part in Path(folder).relative_to(path).parts)
    ]
    if not found:
        raise DocumentError(f"{path}: a folder without a document in it", "name a file, or a folder that holds some")
    return sorted(found)


def read_stdin(limit: int, text_limit: int | None = None) -> bytes:
    """All bytes of stdin, at most `limit`; of a text at most `text_limit`."""
    if sys.stdin is None:
        raise DocumentError("-: there is no stdin", "name a file")
    if sys.stdin.isatty():
        raise UsageError("-: stdin is a terminal", "pipe a file in, such as: tsel inspect - < notes.txt")
    return _read_all("stdin", sys.stdin.buffer, limit, text_limit)


def read_file(path: str, limit: int, text_limit: int | None = None) -> bytes:
    """All bytes of a file, at most `limit`; of a text at most `text_limit`, so that a huge one is not read in vain.

    Raises DocumentError for a missing file, a folder, a file that may not be read, or one over the limit.
    """
    try:
        info = os.stat(path)
    except FileNotFoundError:
        raise DocumentError(f"{path}: no such file", "check the name and the folder") from None
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be opened ({_reason(error)})", "check the name and the rights") from None
    if stat.S_ISDIR(info.st_mode):
        raise DocumentError(f"{path}: a folder, and one file is needed", "name a file in it")
    if stat.S_ISREG(info.st_mode) and info.st_size > limit:
        raise too_large(path, info.st_size, limit)
    try:
        with open(path, "rb") as file:
            size = info.st_size if stat.S_ISREG(info.st_mode) else None
            return _read_all(path, file, limit, text_limit, size)
    except (OSError, MemoryError) as error:
        raise DocumentError(f"{path}: cannot be read ({_reason(error)})", "check the rights of the file") from None


def _read_all(name: str, file: BinaryIO, limit: int, text_limit: int | None, size: int | None = None) -> bytes:
    head = file.read(_HEAD_BYTES)
    suffix = Path(name).suffix.lower()
    binary = b"%PDF" in head or head.startswith(_MAGIC) or SUFFIXES.get(suffix) in BINARY or suffix in PICTURES
    if text_limit is not None and not binary:
        limit = min(limit, text_limit)
    if size is not None and size > limit:
        raise too_large(name, size, limit)
    rest = file.read(limit + 1 - len(head)) if len(head) == _HEAD_BYTES else b""
    if len(head) + len(rest) > limit:
        raise too_large(name, len(head) + len(rest), limit)
    return head + rest if rest else head


def too_large(name: str, size: int, limit: int) -> DocumentError:
    """The error for a file over a limit (bytes)."""
    return DocumentError(
        f"{name}: {size / 1e6:,.0f} MB is over the limit of {limit / 1e6:,.0f} MB",
        "split the file and read its parts",
    )


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
