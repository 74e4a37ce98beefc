"""The child process that paints pages of one untrusted PDF. See page_painter.py for the protocol."""

from __future__ import annotations

import json
import os
import sys
from collections import OrderedDict
from typing import Any, BinaryIO

from tsel_core.errors import TselError
from tsel_core.ingest.isolation.worker import close_off, limit_resources
from tsel_core.ingest.options import ReadOptions

_HELD = 8  # pages whose signs are remembered


class Pages:
    """An opened PDF: its sizes, its pictures, the places of words."""

    def __init__(self, name: str, data: bytes, password: str | None) -> None:
        from tsel_core.ingest.pdf.fonts import use_installed_fonts
        from tsel_core.ingest.pdf.opening import open_pdf

        use_installed_fonts()  # a person is to see the words in letters, whatever the file holds
        self.document = open_pdf(name, data, password)[0]
        self._signs: OrderedDict[int, Any] = OrderedDict()

    def sizes(self) -> list[list[float]]:
        """Width and height of each page in points."""
        return [[round(side, 2) for side in self.document.get_page_size(i)] for i in range(len(self.document))]

    def picture(self, index: int, width: int) -> bytes:
        """A PNG of a page."""
        from tsel_core.ingest.pdf.painting import paint

        page = self.document[index]
        try:
            return paint(page, width)
        finally:
            page.close()

    def places(self, index: int, text: str, spans: list[tuple[int, int]]) -> list[list[list[float]]]:
        """For each span of a unit's text its boxes [page, x0, y0, x1, y1]; what goes over on the next page is there."""
        from tsel_core.ingest.pdf.placing import places_of

        boxes, shares = places_of(text, spans, self._signs_of(index))
        found = [[[index, *box] for box in some] for some in boxes]
        if min(shares, default=1.0) < 1.0 and index + 1 < len(self.document):
            following, more = places_of(text, spans, self._signs_of(index + 1))
            for at, (here, there) in enumerate(zip(shares, more, strict=True)):
                if here < 0.9 and there > 0.1 and here + there < 1.2:
                    found[at] += [[index + 1, *box] for box in following[at]]
        return found

    def pages_of(self, texts: list[str]) -> list[int]:
        """The page on which each text begins, -1 where it is on none."""
        from tsel_core.ingest.pdf.placing import pages_of

        return pages_of(texts, [self._signs_of(i).text for i in range(len(self.document))])

    def _signs_of(self, index: int) -> Any:
        from tsel_core.ingest.pdf.painting import read_signs

        if index not in self._signs:
            page = self.document[index]
            try:
                self._signs[index] = read_signs(page)
            finally:
                page.close()
            while len(self._signs) > _HELD:
                self._signs.popitem(last=False)
        return self._signs[index]


def main() -> None:
    """Read the document and then requests from stdin, answer on stdout."""
    stdin, stdout = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not break the protocol
    request = json.loads(stdin.readline())
    options = ReadOptions(**request["options"])
    limit_resources(options)
    data = stdin.read(request["num_bytes"])
    _import_all()
    close_off(options)
    try:
        pages = Pages(request["name"], data, options.password)
        _say(stdout, {"pages": pages.sizes()})
    except TselError as error:
        _say(stdout, {"error": error.message, "hint": error.hint})
        os._exit(0)
    while line := stdin.readline():
        _serve(pages, json.loads(line), stdout)
    os._exit(0)


def _import_all() -> None:
    """What is used later: a locked process reads less of the disk."""
    import numpy as np
    import PIL.PngImagePlugin

    import tsel_core.ingest.pdf.opening
    import tsel_core.ingest.pdf.painting
    import tsel_core.ingest.pdf.placing

    del np, PIL, tsel_core


def _serve(pages: Pages, asked: dict[str, Any], stdout: BinaryIO) -> None:
    try:
        if asked["do"] == "paint":
            _say(stdout, {}, pages.picture(asked["page"], asked["width"]))
        elif asked["do"] == "pages":
            _say(stdout, {"found": pages.pages_of(asked["texts"])})
        else:
            _say(stdout, {"places": pages.places(asked["page"], asked["text"], asked["spans"])})
    except MemoryError:
        os._exit(9)
    except Exception as error:  # a damaged page: the others can still be shown
        _say(stdout, {"error": type(error).__name__, "hint": ""})


def _say(stdout: BinaryIO, head: dict[str, Any], data: bytes = b"") -> None:
    stdout.write(json.dumps({**head, "num_bytes": len(data)}).encode() + b"\n" + data)
    stdout.flush()
