"""Pages of a PDF as pictures, and where words stand on them, from a locked process of its own.

The child gets the bytes over a pipe, as the one that parses does (sandbox.py), and stays for the next page. Each
request is a JSON line, each answer a JSON line and as many bytes as it names. A child that dies is started again once.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from tsel_core.errors import DocumentError
from tsel_core.ingest.fence.child import child_path, environment
from tsel_core.ingest.options import ReadOptions

REQUEST_S = 60.0  # for one page
_CPU_S = 1_800.0  # of a child's whole life
_START = (
    "import json,sys;sys.path[:]=json.loads(sys.argv[1]);"
    "from tsel_core.ingest.isolation.page_worker import main;main()"
)
Place = tuple[int, float, float, float, float]  # page from 0, then shares of its width and height: x0, y0, x1, y1


class PagePainter:
    """One PDF. Its child is started by the first request; `close` ends it. For several threads."""

    def __init__(self, name: str, data: bytes, options: ReadOptions | None = None) -> None:
        self.name, self._data = name, data
        self._options = replace(options or ReadOptions(), timeout_s=_CPU_S, ocr=False)
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._sizes: list[tuple[float, float]] = []

    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each page in points. Raises DocumentError."""
        with self._lock:
            if not self._sizes:
                self._running()
            return self._sizes

    def paint(self, page: int, width: int) -> bytes:
        """A PNG of a page, `width` pixels wide at most. Raises DocumentError."""
        return self._ask({"do": "paint", "page": page, "width": width})[1]

    def places(self, page: int, text: str, spans: Sequence[tuple[int, int]]) -> list[list[Place]]:
        """Where each span of a unit's text stands, a box a line; none where its words are no text of the page."""
        head, _ = self._ask({"do": "places", "page": page, "text": text, "spans": list(spans)})
        return [[(int(b[0]), b[1], b[2], b[3], b[4]) for b in some] for some in head["places"]]

    def pages_of(self, texts: Sequence[str]) -> list[int]:
        """The page on which each text begins, those of one document in their order; -1 where it is on none."""
        head, _ = self._ask({"do": "pages", "page": 0, "texts": list(texts)})
        return [int(page) for page in head["found"]]

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            for last in (False, True):
                child = self._running()
                if not 0 <= request["page"] < len(self._sizes):
                    told = f"{self.name}: it has {len(self._sizes)} pages, no page {request['page'] + 1}"
                    raise DocumentError(told, "see its pages")
                found = self._exchange(child, json.dumps(request).encode() + b"\n")
                if found is not None and "error" not in found[0]:
                    return found
                if found is None:
                    self._end()
                if found is not None or last:
                    break
        where = f"{self.name}, page {request['page'] + 1}"
        raise DocumentError(f"{where}: it cannot be shown", "its text can be read beside it")

    def _running(self) -> subprocess.Popen[bytes]:
        """The child, started when there is none. Raises DocumentError."""
        if self._child is not None and self._child.poll() is None:
            return self._child
        flags = ["-I", "-S", "-X", "utf8"]
        try:
            child = subprocess.Popen(
                [sys.executable, *flags, "-c", _START, json.dumps(child_path())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
        except OSError as error:
            why = f"{self.name}: no process could be started to show it in ({error.strerror})"
            raise DocumentError(why, "close other programs") from error
        self._child = child
        head = {"name": self.name, "num_bytes": len(self._data), "options": asdict(self._options)}
        found = self._exchange(child, json.dumps(head).encode() + b"\n" + self._data)
        if found is None or "pages" not in found[0]:
            self._end()
            told = found[0] if found is not None else {}
            raise DocumentError(told.get("error", f"{self.name}: its pages cannot be shown"), told.get("hint", ""))
        self._sizes = [(w, h) for w, h in found[0]["pages"]]
        return child

    def _exchange(self, child: subprocess.Popen[bytes], request: bytes) -> tuple[dict[str, Any], bytes] | None:
        """What the child answers; None when it is gone by then, or took too long and was ended."""
        assert child.stdin is not None
        assert child.stdout is not None
        timer = threading.Timer(REQUEST_S, child.kill)
        timer.daemon = True
        timer.start()
        try:
            child.stdin.write(request)
            child.stdin.flush()
            line = child.stdout.readline()
            head = json.loads(line) if line else None
            if head is None:
                return None
            data = child.stdout.read(head["num_bytes"])
            return (head, data) if len(data) == head["num_bytes"] else None
        except (OSError, ValueError):
            return None
        finally:
            timer.cancel()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
