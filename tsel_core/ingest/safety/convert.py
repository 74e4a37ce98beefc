"""Old binary Word and PowerPoint files, turned into today's by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from tsel_core.errors import DocumentError
from tsel_core.ingest.fence.office import locked, pipes_removed
from tsel_core.ingest.options import ReadOptions

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
MAX_SECONDS = 120.0


def converted(name: str, data: bytes, options: ReadOptions) -> bytes | None:
    """The file as .docx or .pptx; None when it needs no conversion, or no LibreOffice is there to do it.

    The program gets a copy in a folder of its own, no profile of the user, limits of time and memory, and a lock: it
    reads and writes no other file of the user and reaches no network (Linux).
    Raises DocumentError when it gives nothing.
    """
    kind = _kind(data)
    if not kind or not office():
        return None
    _check_whole(name, data, "WordDocument" if kind[0] == "doc" else "PowerPoint Document")
    return office_made(name, data, kind, options)


def _check_whole(name: str, data: bytes, stream: str) -> None:
    """A damaged file would be taken for a text file by LibreOffice, and its bytes for words. Raises DocumentError."""
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as ole, ole.openstream(stream) as held:
            begin = held.read(2)
    except Exception:  # the library's, of many kinds
        begin = b""
    if len(begin) < 2 or (stream == "WordDocument" and begin[1:] != b"\xa5"):
        raise DocumentError(
            f"{name}: the part {stream} is damaged", "open it in Word, let it repair the file, and save it again"
        )


def office_made(name: str, data: bytes, kind: tuple[str, str], options: ReadOptions | None = None) -> bytes:
    """A file of the first kind as one of the second ("docx", "pdf"). Raises DocumentError when nothing comes of it."""
    options, program = options or ReadOptions(), office()
    if program is None:
        raise DocumentError(f"{name}: LibreOffice is not installed", "install it")
    with tempfile.TemporaryDirectory(prefix="tsel-convert-") as folder:
        source = Path(folder) / f"document.{kind[0]}"
        source.write_bytes(data)
        profile = (Path(folder) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck",
                   "--convert-to", kind[1], "--outdir", folder, str(source)]  # fmt: skip
        made = Path(folder) / f"document.{kind[1]}"
        for _ in range(2):  # it starts anew when its profile is new, which it cannot by itself once it is locked
            with pipes_removed():
                _run(name, command, folder, options)
            if made.is_file():
                break
        if made.is_file() and made.stat().st_size <= options.max_file_bytes:
            return made.read_bytes()
    raise DocumentError(
        f"{name}: LibreOffice could not convert the .{kind[0]} file", "open it in Word and save it as .docx or PDF"
    )


def office() -> str | None:
    """Where LibreOffice's program is."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if os.access(place, os.X_OK)), None)


def _kind(data: bytes) -> tuple[str, str] | None:
    """(suffix, suffix to convert to) of a file that needs it; encrypted ones do not: the program would ask."""
    if not data.startswith(_OLE) or b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0" in data:
        return None
    wide = ("__properties_version1.0", "Workbook", "WordDocument", "PowerPoint Document")
    message, book, word, slides = (text.encode("utf-16-le") in data for text in wide)
    if message or (book and not word):
        return None
    return ("doc", "docx") if word else ("ppt", "pptx") if slides else None


def _run(name: str, command: list[str], folder: str, options: ReadOptions) -> None:
    home = {"HOME": folder, "TMPDIR": folder, "PATH": os.environ.get("PATH", "")}
    if sys.platform == "win32":
        home |= {"SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), "TEMP": folder, "TMP": folder}
    quiet = subprocess.DEVNULL
    try:
        child = subprocess.Popen(
            locked(command, folder),
            cwd=folder, env=home, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True,
        )  # fmt: skip
    except OSError:
        return
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        limit = 2 * options.memory_limit_bytes
        resource.prlimit(child.pid, resource.RLIMIT_AS, (limit, limit))
    try:
        child.wait(min(MAX_SECONDS, options.timeout_s))
    except subprocess.TimeoutExpired:
        _stop(child)
        raise DocumentError(
            f"{name}: LibreOffice took more than {min(MAX_SECONDS, options.timeout_s):.0f} s to convert it",
            "open it in Word and save it as .docx or PDF",
        ) from None
    except BaseException:
        _stop(child)
        raise


def _stop(child: subprocess.Popen[bytes]) -> None:
    """The program and what it started: they are one session."""
    import signal

    with contextlib.suppress(OSError, AttributeError):
        os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()
