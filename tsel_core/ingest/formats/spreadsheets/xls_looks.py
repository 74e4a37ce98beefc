"""How the cells of an .xls file look, as far as that hides them.

Hidden are ink of the ground's colour, tiny letters, formats that show nothing.
The records are those of BIFF8 ([MS-XLS]); older files are left as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tsel_core.ingest.formats.text_colours import WHITE, Colour, is_same_colour

_BOF, _FONT, _XF, _PALETTE, _FORMAT = 0x809, 0x31, 0xE0, 0x92, 0x41E
_CELLS = frozenset((0xFD, 0x204, 0x203, 0x27E, 0x06, 0x205, 0xD6))  # a cell a record: row, column, look
_MULRK = 0xBD  # several numbers of a row
_GROUND = 65  # the colour of a window
_TINY = 30  # twentieths of a point
_EGA = ((0, 0, 0), WHITE, (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255))
_LEAST_XF = 20


class XlsLooks:
    """Which looks (XF records, by number) of a workbook hide what a cell says."""

    def __init__(self, records: Iterator[tuple[int, bytes]]) -> None:
        self._colours: dict[int, Colour] = {at + base: c for base in (0, 8) for at, c in enumerate(_EGA)}
        self._colours[_GROUND] = WHITE
        self._fonts: list[tuple[int, int]] = []  # size, colour
        self._formats: dict[int, str] = {}
        looks: list[bytes] = []
        is_new = True
        for kind, body in records:
            if kind == _BOF:
                is_new = is_new and body[:2] == b"\0\x06"
            elif kind == _FONT and len(body) >= 6:
                size, _, colour = struct.unpack_from("<HHH", body)
                self._fonts.append((size, colour))
            elif kind == _PALETTE and len(body) >= 2:
                count = min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 4)
                self._colours |= {8 + n: (body[2 + 4 * n], body[3 + 4 * n], body[4 + 4 * n]) for n in range(count)}
            elif kind == _FORMAT and len(body) >= 5:
                self._formats[struct.unpack_from("<H", body)[0]] = _text(body[2:])
            elif kind == _XF:
                looks.append(body)
        self.unseen = frozenset(n for n, body in enumerate(looks) if is_new and self._is_unseen(body))

    def _is_unseen(self, body: bytes) -> bool:
        if len(body) < _LEAST_XF:
            return False
        font, form = struct.unpack_from("<HH", body)
        fill, colours = struct.unpack_from("<IH", body, 14)
        if self._formats.get(form, "").replace(" ", "") == ";;;":
            return True
        at = font - 1 if font > 4 else font  # there is no font of the number 4
        if not 0 <= at < len(self._fonts):
            return False
        size, ink = self._fonts[at]
        if size <= _TINY:
            return True
        pattern = fill >> 26
        if pattern > 1:  # hatched: uncertain, so seen
            return False
        ground = self._colours.get(colours & 0x7F) if pattern == 1 else WHITE
        found = self._colours.get(ink)
        return found is not None and ground is not None and is_same_colour(found, ground)

    def unseen_cells(self, kind: int, body: bytes) -> Iterator[tuple[int, int]]:
        """Row and column of the cells in a record that hide what they say."""
        if kind in _CELLS and len(body) >= 6:
            row, column, look = struct.unpack_from("<HHH", body)
            if look in self.unseen:
                yield row, column
        elif kind == _MULRK and len(body) >= 6:
            row, first = struct.unpack_from("<HH", body)
            for n in range((len(body) - 6) // 6):
                if struct.unpack_from("<H", body, 4 + 6 * n)[0] in self.unseen:
                    yield row, first + n


def _text(body: bytes) -> str:
    """A string with its length and whether its characters are two bytes wide."""
    count, is_wide = struct.unpack_from("<HB", body)
    if is_wide & 1:
        return body[3 : 3 + 2 * count].decode("utf-16-le", "replace")
    return body[3 : 3 + count].decode("latin-1")
