"""Items of a clause, one within another: "(b)", then "(b)(i)"."""

from __future__ import annotations

from tsel_core.ingest.counting import roman

_ROMAN = ("", *(roman(number) for number in range(1, 31)))


class Items:
    """Follows the items of one clause."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, str]] = []  # (kind, number, as written), the outer one first

    def place(self, mark: str) -> str:
        """The item with those it stands in: "(b)(i)"."""
        kinds = _readings(mark)
        if not kinds:
            return f"({mark})"
        for depth in range(len(self._open) - 1, -1, -1):  # it counts on from an open one
            kind, number, _ = self._open[depth]
            if (kind, number + 1) in kinds:
                self._open[depth:] = [(kind, number + 1, mark)]
                return self._path()
        known = {kind for kind, _, _ in self._open}
        first = next((k for k in kinds if k[1] == 1 and k[0] not in known), None)
        if first is not None:
            self._open.append((*first, mark))
            return self._path()
        self._open = [(*kinds[0], mark)]  # a list of its own, or one with gaps
        return self._path()

    def _path(self) -> str:
        return "".join(f"({mark})" for _, _, mark in self._open)


def _readings(mark: str) -> list[tuple[str, int]]:
    """What a mark can be: (kind, number); "i" is a letter or a Roman numeral."""
    if mark.isdigit():
        return [("number", int(mark))]
    case = "upper" if mark.isupper() else "lower"
    small = mark.lower()
    found: list[tuple[str, int]] = []
    if small in _ROMAN[1:]:
        found.append((f"{case} roman", _ROMAN.index(small)))
    if len(set(small)) == 1 and small.isalpha():  # "aa" follows "z"
        found.append((f"{case} letter", ord(small[0]) - 96 + 26 * (len(small) - 1)))
    return found
