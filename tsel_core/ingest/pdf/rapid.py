"""rapidocr: its models come with the wheel and read Japanese, Chinese and English (from 3.10 on), also in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

Line = tuple[str, float, float, float, float]
TALL = 1.5  # times as high as wide: a line that stands upright
POOR = 0.8  # mean score of lines that stand on their heads, or below
SURE = 0.5  # a line below it is mostly a stamp, a drawing or dirt: named, not read


@dataclass
class Rapid:
    """The engine; called with a picture [height, width, 3] uint8, it gives lines and boxes."""

    made: Any
    reads_japanese: bool
    vertical: Callable[[Any], list[Line]] | None = None  # reads pages of vertical lines better
    used_vertical: bool = False
    unsure: list[str] = field(default_factory=list)  # lines of the last page that were too poor to be read
    _last: tuple[int, list[Line]] = field(default=(0, []))  # the picture that was looked at last, and its lines

    @classmethod
    def find(cls) -> Rapid | None:
        """The installed one, of either name; None where there is none."""
        try:
            module = import_module("rapidocr")
            return cls(module.RapidOCR(params={"Global.log_level": "critical"}), True)
        except ImportError:
            pass
        except Exception:  # an older one, without these settings
            return cls(module.RapidOCR(), False)
        try:
            return cls(import_module("rapidocr_onnxruntime").RapidOCR(), False)
        except ImportError:
            return None

    def __call__(self, picture: Any) -> list[Line]:
        """(text, x0, y0, x1, y1) of the lines."""
        seen, lines = self._last
        if seen != id(picture):
            lines = [line for line, _ in self._read(picture)]
        if self.vertical is not None and _stand(lines):
            self.used_vertical = True
            self.unsure = []
            return self.vertical(picture)
        return lines

    def turns(self, picture: Any) -> int:
        """Quarters to turn a picture to the left until its text stands upright.

        Told by the lines: long ones that stand, in Latin letters, lie on their side; poor ones are upside down. Lines
        that stand, in Japanese, are taken as vertical writing.
        """
        found = self._read(picture, use_cls=False)
        if not found:
            return 0
        poor = sum(score for _, score in found) / len(found) < POOR
        signs = "".join(line[0] for line, _ in found)
        stand = _stand([line for line, _ in found])
        latin = 2 * sum(sign.isascii() for sign in signs) > len(signs)
        if stand and (latin or poor):
            return 3 if poor else 1
        if poor:
            return 2
        self._last = id(picture), [line for line, _ in found]
        return 0

    def _read(self, picture: Any, **settings: Any) -> list[tuple[Line, float]]:
        """Lines that can be read, with their scores; the engine's own limit would drop the rest without a word."""
        result = self.made(picture, text_score=0.0, **settings)
        rows: Sequence[tuple[Any, Any, Any]]
        if isinstance(result, tuple):  # rapidocr_onnxruntime: ([[box, text, score], ...], seconds)
            rows = [(row[0], row[1], row[2]) for row in result[0] or []]
        else:
            parts = [getattr(result, name, None) for name in ("boxes", "txts", "scores")]
            rows = list(zip(*parts, strict=True)) if all(part is not None for part in parts) else []
        self.unsure = [str(text) for _, text, score in rows if float(score) < SURE and _says_something(str(text))]
        return [(_boxed(str(text), box), float(score)) for box, text, score in rows if float(score) >= SURE]


def _stand(lines: Sequence[Line]) -> bool:
    """Most lines are higher than wide."""
    return 2 * sum(y1 - y0 > TALL * (x1 - x0) for _, x0, y0, x1, y1 in lines) > len(lines)


def _says_something(text: str) -> bool:
    """Dirt is taken for a dot or a dash."""
    return any(sign.isalnum() for sign in text)


def _boxed(text: str, corners: Any) -> Line:
    xs, ys = [float(p[0]) for p in corners], [float(p[1]) for p in corners]
    return text, min(xs), min(ys), max(xs), max(ys)
