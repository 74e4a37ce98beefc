"""Paths the user gave -> files to read: folders, globs, stdin, and the errors of each."""

from __future__ import annotations

import glob
import os
import re
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from tsel_core.errors import DocumentError, UsageError
from tsel_core.ingest.safety.convert import office
from tsel_core.ingest.safety.detect import BINARY, PICTURES, SUFFIXES, marked
from tsel_core.ingest.safety.long_path import reachable
from tsel_core.ingest.safety.recordings import BESIDE, is_recording
from tsel_core.lazy_pattern import lazy_pattern

STDIN = "-"
MAX_NAMED = 20  # files of a folder that are not read
_SPEECH = re.compile(rb'"(?:text|sentence|transcript|value|display)"\s*:')
_TIMES = re.compile(rb'"(?:start|start_time|start[TO]\w+|timestamps?|ts|begin|offset\w*)"\s*:')
_CONTROLS = lazy_pattern(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # in a name: a line feed makes a line of its own
_OF_FOLDER = lazy_pattern(r"\d+ files? of the folder (?:was|were) not read: ")
_HEAD_BYTES = 4096
_PIECE = 16 << 20
_MAX_COMPARED = 2_000  # names of a folder that a name which is not there is compared with
_MAGIC = (b"PK", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")


def shown(path: str) -> str:
    """The path for messages and documents: bytes that are no UTF-8 text, and controls, stand as \\x8c or \\n."""
    path = _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), path)
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        except UnicodeEncodeError:
            return path.encode("utf-8", "backslashreplace").decode("utf-8")
    return path


def tells_of_folder(warning: str) -> bool:
    """Whether a warning is of the files of a folder, not of the one that carries it."""
    return _OF_FOLDER.match(warning) is not None


@dataclass(frozen=True, slots=True)
class Listing:
    """Files to read, and those of the named folders that are not: (path, why)."""

    files: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    of_folders: frozenset[str] = frozenset()  # files that nobody named: one that cannot be read stops no other

    def warning(self) -> str:
        """A sentence that names what is not read; "" when all is."""
        if not self.left_out:
            return ""
        named = "; ".join(f"{shown(os.path.basename(path))} ({why})" for path, why in self.left_out[:MAX_NAMED])
        more = len(self.left_out) - MAX_NAMED
        tail = f" and {more} more" if more > 0 else ""
        if len(self.left_out) == 1:
            return f"1 file of the folder was not read: {named}"
        return f"{len(self.left_out)} files of the folder were not read: {named}{tail}"


def expand(paths: Sequence[str]) -> list[str]:
    """As `list_files`: the files alone."""
    return list(list_files(paths).files)


def list_files(paths: Sequence[str], *, ocr: bool = False, recordings: bool = False) -> Listing:
    """Files named by paths, folders (their readable files, all levels, sorted) and globs; `-` stays.

    `recordings`: those in folders are taken, by a caller that has them written down.
    Raises UsageError when nothing is named, DocumentError when a folder or glob holds nothing to read.
    """
    if not paths:
        raise UsageError("no file was given", "name a file, a folder, a glob, or - for stdin")
    if list(paths).count(STDIN) > 1:
        raise UsageError("- was given twice", "stdin can be read once")
    found: dict[str, None] = {}
    left_out: dict[str, str] = {}
    of_folders: set[str] = set()
    for path in paths:
        listing = _expand_one(path, ocr, recordings)
        of_folders |= listing.of_folders
        found.update(dict.fromkeys(listing.files))
        left_out.update(listing.left_out)
    rest = tuple((path, why) for path, why in left_out.items() if path not in found)
    return Listing(tuple(found), rest, frozenset(of_folders.difference(paths)))


def _expand_one(path: str, ocr: bool, recordings: bool) -> Listing:
    if path == STDIN:
        return Listing((path,))
    if path == "":
        raise UsageError("a file name is empty", "name a file, a folder, a glob, or - for stdin")
    try:
        if os.path.isdir(path):
            return _folder(path, ocr, recordings)
        if os.path.lexists(path) or not glob.has_magic(path):
            return Listing((path,))
        matches = sorted(m for m in glob.glob(path, recursive=True) if os.path.isfile(m))
    except ValueError as error:
        raise DocumentError(f"{path!r}: not a file name", "check the name") from error
    if not matches:
        raise DocumentError(f"{shown(path)}: no file matches", "check the folder and the pattern")
    return Listing(tuple(matches))


def _folder(path: str, ocr: bool, recordings: bool) -> Listing:
    files: list[str] = []
    left_out: list[tuple[str, str]] = []

    def closed(error: OSError) -> None:
        if error.filename == path:
            why = f"cannot be read ({error.strerror})"
            raise DocumentError(f"{shown(path)}: {why}", "check the rights of the folder") from error
        left_out.append((str(error.filename), "a folder that cannot be read"))

    for folder, folders, names in os.walk(path, onerror=closed):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            place = os.path.join(folder, name)
            why = _not_recorded(place, recordings) if is_recording(name) else _not_taken(place, name, ocr)
            if why:
                left_out.append((place, why))
            elif why is not None:
                files.append(place)
    if not files:
        raise DocumentError(
            f"{shown(path)}: a folder without a document in it", "name a file, or a folder that holds some"
        )
    return Listing(tuple(sorted(files)), tuple(left_out), frozenset(files))


def _not_taken(place: str, name: str, ocr: bool) -> str | None:
    """Why a file of a folder is not read; "" when it is; None for hidden and lock files, nobody's documents."""
    if name.startswith((".", "~$")) or name.lower() in ("thumbs.db", "desktop.ini"):
        return None
    suffix = Path(name).suffix.lower()
    if suffix in PICTURES:
        return "" if ocr else "a picture: --ocr reads it"
    if suffix in (".json", ".jsonl", ".ndjson"):
        return "" if _is_transcript(place) else "no transcript"
    if suffix == ".xml":
        return "" if marked(_head(place, _HEAD_BYTES)) else "no document"
    if suffix in (".doc", ".ppt", ".dot") and office() is None and _starts_with(place, b"\xd0\xcf\x11\xe0"):
        return "needs LibreOffice"
    if suffix in SUFFIXES:
        return "" if os.path.isfile(place) else "not a file"
    return f"{shown(suffix)} is not a known suffix" if suffix else "no suffix"


def _not_recorded(place: str, recordings: bool) -> str | None:
    """As `_not_taken`, of a recording; one with a transcript beside it is not written down again."""
    if os.path.basename(place).startswith("."):
        return None
    if not recordings:
        return "a recording: name the file, or use tsel batch"
    there = os.path.isfile(place + BESIDE) or find_spec("faster_whisper") is not None
    return "" if there else "a recording: needs faster-whisper"


def _is_transcript(place: str) -> bool:
    """The JSON file's head speaks of words and times, as recognizers write them."""
    head = _head(place, 65536)
    return bool(_SPEECH.search(head)) and bool(_TIMES.search(head))


def _starts_with(place: str, magic: bytes) -> bool:
    return _head(place, len(magic)) == magic


def _head(place: str, size: int) -> bytes:
    try:
        with open(reachable(place), "rb") as file:
            return file.read(size)
    except OSError:
        return b""


def read_stdin(limit: int, text_limit: int | None = None) -> bytes:
    """All bytes of stdin, at most `limit`; of a text at most `text_limit`."""
    if sys.stdin is None:
        raise DocumentError("-: there is no stdin", "name a file")
    if sys.stdin.isatty():
        raise UsageError("-: stdin is a terminal", "pipe a file in, such as: tsel inspect - < notes.txt")
    return _read_all("stdin", sys.stdin.buffer, limit, text_limit)


def _near_name(place: str) -> str:
    """A path of the same folder whose name is nearly the one that is not there; "" where none is."""
    from difflib import get_close_matches

    folder, name = os.path.split(place)
    try:
        names = os.listdir(folder or ".")[:_MAX_COMPARED]
    except (OSError, ValueError):
        return ""
    near = get_close_matches(name, names, n=1, cutoff=0.75)
    return os.path.join(folder, near[0]) if near else ""


def read_file(place: str, limit: int, text_limit: int | None = None) -> bytes:
    """All bytes of a file, at most `limit`; of a text at most `text_limit`, so that a huge one is not read in vain.

    Raises DocumentError for a missing file, a folder, a file that may not be read, or one over the limit.
    """
    path = shown(place)
    try:
        info = os.stat(reachable(place))
    except FileNotFoundError:
        near = _near_name(place)
        if near:
            raise DocumentError(f"{path}: no such file", f"did you mean {shown(near)}?") from None
        raise DocumentError(f"{path}: no such file", "check the name and the folder") from None
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be opened ({_reason(error)})", "check the name and the rights") from None
    if stat.S_ISDIR(info.st_mode):
        raise DocumentError(f"{path}: a folder, and one file is needed", "name a file in it")
    if not stat.S_ISREG(info.st_mode):  # one without a writer would be waited for, a device may never end
        raise DocumentError(f"{path}: a pipe or a device, not a file", "pipe it in: tsel ask - QUESTION < FILE")
    if info.st_size > limit:
        raise too_large(path, info.st_size, limit)
    try:
        with open(reachable(place), "rb") as file:
            return _read_all(path, file, limit, text_limit, info.st_size)
    except MemoryError:
        hint = "split the file, or raise ulimit -v"
        raise DocumentError(f"{path}: there is not enough memory to read it", hint) from None
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({_reason(error)})", "check the rights of the file") from None


def _read_all(name: str, file: BinaryIO, limit: int, text_limit: int | None, size: int | None = None) -> bytes:
    head = file.read(_HEAD_BYTES)
    suffix = Path(name).suffix.lower()
    binary = b"%PDF" in head or head.startswith(_MAGIC) or SUFFIXES.get(suffix) in BINARY or suffix in PICTURES
    if text_limit is not None and not binary:
        limit = min(limit, text_limit)
    if size is not None and size > limit:
        raise too_large(name, size, limit)
    if len(head) < _HEAD_BYTES:
        return head
    pieces, length = [head], len(head)
    while piece := file.read(min(_PIECE, limit + 1 - length)):  # a read of the limit takes memory for all of it
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            raise too_large(name, length, limit)
    return b"".join(pieces)


def too_large(name: str, size: int, limit: int) -> DocumentError:
    """The error for a file over a limit (bytes)."""
    return DocumentError(
        f"{name}: {size / 1e6:,.0f} MB is over the limit of {limit / 1e6:,.0f} MB",
        "split the file and read its parts",
    )


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
