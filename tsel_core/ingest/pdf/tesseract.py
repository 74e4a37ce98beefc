"""The tesseract program, where it is installed: which way up a page stands, and its lines with their places."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import Any

from tsel_core.lazy_pattern import lazy_pattern

SECONDS_A_PAGE = 60
LANGUAGES = ("jpn", "jpn_vert", "eng")
SURE = 2.0  # tesseract's confidence in a page's orientation: a few words give less
_ROTATE = lazy_pattern(r"Rotate: (\d+)")
_SURE = lazy_pattern(r"Orientation confidence: ([\d.]+)")
Line = tuple[str, float, float, float, float]


@dataclass(frozen=True)
class Tesseract:
    """The program and what it knows; called with a picture [height, width, 3] uint8, it gives lines and boxes."""

    program: str
    known: frozenset[str]

    @classmethod
    def of(cls, program: str) -> Tesseract:
        """The program with its installed languages."""
        listed = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=SECONDS_A_PAGE, check=False
        )
        return cls(program, frozenset(listed.stdout.split()))

    @property
    def reads_japanese(self) -> bool:
        """Whether its Japanese is installed."""
        return "jpn" in self.known

    @property
    def reads_vertical(self) -> bool:
        """Whether its vertical Japanese is installed."""
        return "jpn_vert" in self.known

    @property
    def knows_turns(self) -> bool:
        """Whether it can tell which way up a page stands."""
        return "osd" in self.known

    def __call__(self, picture: Any) -> list[Line]:
        """(text, x0, y0, x1, y1) of the lines, also of vertical ones where jpn_vert is installed."""
        languages = [name for name in LANGUAGES if name in self.known] or ["eng"]
        return tesseract_lines(self._run(picture, "-l", "+".join(languages), "tsv"))

    def turns(self, picture: Any) -> int:
        """How many quarters a picture is to be turned to the left until its text stands upright; 0 where unsure."""
        if not self.knows_turns:
            return 0
        told = self._run(picture, "-l", "osd", "--psm", "0")
        rotate, sure = _ROTATE.search(told), _SURE.search(told)
        if rotate is None or sure is None or float(sure[1]) < SURE:
            return 0
        return -int(rotate[1]) // 90 % 4

    def _run(self, picture: Any, *arguments: str) -> str:
        head = f"P6 {picture.shape[1]} {picture.shape[0]} 255\n".encode()
        done = subprocess.run(
            [self.program, "stdin", "stdout", *arguments],
            input=head + picture.tobytes(),
            capture_output=True,
            timeout=SECONDS_A_PAGE,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
        return str(done.stdout, "utf-8", "replace")


def tesseract_lines(table: str) -> list[Line]:
    """Lines of tesseract's TSV output: the words of each (block, paragraph, line) joined."""
    from tsel_core.ingest.encoding.clean import join_lines

    lines: dict[tuple[str, ...], Line] = {}
    for row in table.split("\n")[1:]:
        cells = row.rstrip("\r").split("\t")
        if len(cells) < 12 or not cells[11].strip():
            continue
        x0, y0, width, height = (float(c) for c in cells[6:10])
        key = tuple(cells[1:5])
        text, a0, b0, a1, b1 = lines.get(key, ("", x0, y0, x0, y0))
        box = min(a0, x0), min(b0, y0), max(a1, x0 + width), max(b1, y0 + height)
        lines[key] = (join_lines(text, cells[11]), *box)
    return list(lines.values())
