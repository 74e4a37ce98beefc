"""The child process that parses one untrusted file. Imports no model library; see sandbox.py for the protocol."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
from dataclasses import fields
from typing import Any

from tsel_core.document import Unit
from tsel_core.errors import DocumentError, TselError
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.page_readers import PageReader, num_readers, start_readers

UNIT_FIELDS = tuple(field.name for field in fields(Unit))
TOGETHER = 200  # units of a line: one at a time costs more than reading them
_FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "urllib.Request", "ftplib.connect")
_FORBIDDEN_WITHOUT_OCR = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


def main() -> None:
    """Read a request from stdin, write the answer to stdout as JSON lines."""
    stdin, stdout = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not break the protocol
    gc.set_threshold(100_000, 20, 100)  # a short life, and few circles: looking for them takes a tenth of the time
    request = json.loads(stdin.readline())
    options = ReadOptions(**request["options"])
    limit_resources(options)
    data = stdin.read(request["num_bytes"])
    others = _others(request["name"], data, options, stdout)
    close_off(options)
    _answer(stdout, request, data, options, others)
    stdout.flush()
    os._exit(0)  # skip the libraries' own clean-up: the process is thrown away


def close_off(options: ReadOptions) -> None:
    """From here on the process can do no harm: by the kernel where it can, and by Python's hook in any case."""
    from tsel_core.ingest.fence.lock import lock_for_reading

    # tesseract is a program of its own; rapidocr, where it is used, is a library like the others
    lock_for_reading(shutil.which("tesseract") if options.ocr else None)
    forbid(options)


def _others(name: str, data: bytes, options: ReadOptions, stdout: Any) -> tuple[PageReader, ...]:
    """Processes that read parts of a long PDF: made now, since a locked process makes none."""
    count = min(num_readers(data), options.processes - 1)
    if count <= 0:
        return ()
    from tsel_core.ingest.pdf.reader import read_pages
    from tsel_core.ingest.source import Source

    def begin() -> None:
        os.close(stdout.fileno())  # else its end would not be seen as long as this one waits
        close_off(options)

    source = Source(name, data, "pdf")
    return start_readers(count, lambda pages, num_all: read_pages(source, options, pages, num_all), begin)


def limit_resources(options: ReadOptions) -> None:
    """Address space and CPU seconds, where the system has such limits; no core dump of confidential text."""
    try:
        import resource
    except ImportError:
        return
    cpu = int(options.timeout_s) + 1
    limits = [(resource.RLIMIT_CPU, cpu), (resource.RLIMIT_CORE, 0)]
    if sys.platform != "darwin":  # macOS refuses RLIMIT_AS below what is mapped already
        limits.append((resource.RLIMIT_AS, options.memory_limit_bytes * (3 if options.ocr else 1)))
    for kind, value in limits:
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            continue


def forbid(options: ReadOptions) -> None:
    """From here on a document cannot reach the network or start a program."""
    events = frozenset(_FORBIDDEN if options.ocr else (*_FORBIDDEN, *_FORBIDDEN_WITHOUT_OCR))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in events:
            raise PermissionError(f"{event} is not allowed while a document is read")

    sys.addaudithook(hook)


def _answer(
    stdout: Any, request: dict[str, Any], data: bytes, options: ReadOptions, others: tuple[PageReader, ...]
) -> None:
    from tsel_core.ingest.parse import out_of_memory, parse

    held: list[list[Any]] = []

    def put(unit: Unit) -> None:
        held.append([getattr(unit, name) for name in UNIT_FIELDS])
        if len(held) >= TOGETHER:
            flush()

    def flush() -> None:
        if held:
            _line(stdout, {"units": held})
            held.clear()

    name = request["name"]
    try:
        document = parse(name, data, request["sha256"], options, others=others, sink=put)
        for unit in document.units:
            put(unit)
        flush()
        head = {
            "path": document.path,
            "sha256": document.sha256,
            "kind": document.kind,
            "unit_kind": document.unit_kind,
            "warnings": document.warnings,
            "missing": document.missing,
            "metadata": document.metadata,
        }
        _line(stdout, {"document": head})
    except TselError as error:
        _error(stdout, error)
    except MemoryError:
        _error(stdout, out_of_memory(name, options))
    except BaseException as error:
        hint = "open it in the program it came from and save it again"
        _error(stdout, DocumentError(f"{name}: cannot be read ({type(error).__name__}: {error})", hint))


def _error(stdout: Any, error: TselError) -> None:
    _line(stdout, {"error": type(error).__name__, "message": error.message, "hint": error.hint})


def _line(stdout: Any, message: dict[str, Any]) -> None:
    stdout.write(json.dumps(message).encode() + b"\n")
