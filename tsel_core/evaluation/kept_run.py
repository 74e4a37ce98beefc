"""The results of an evaluation in a file, a line a document, so that a run that was stopped goes on from there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tsel_core.errors import UsageError
from tsel_core.evaluation.items import Item, as_jsonl
from tsel_core.evaluation.results import ItemResult, ReadingResult, Results

_FORM = 1
_HINT = "name another file for this run, or repeat the command that made this one"


class KeptRun:
    """A JSONL file: what the results were made with, then one line for every document that all settings have read.

    `made_with` must be the same when a run goes on: results of another model, version or setting cannot stand beside
    these. A last line that was cut off in the middle counts as not written. Raises UsageError.
    """

    def __init__(self, path: str | Path, made_with: Mapping[str, Any]) -> None:
        self.path = Path(path)
        head = {"form": _FORM, **json.loads(json.dumps(made_with))}
        try:
            found = self.path.read_bytes() if self.path.exists() else b""
            whole = found[: found.rfind(b"\n") + 1]  # what follows the last line's end was cut off
            lines = whole.decode("utf-8").split("\n")[:-1]
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--resume {self.path} cannot be read: {error}", _HINT) from error
        if lines:
            self._check(lines[0], head)
        elif not _line(head).encode().startswith(found):
            raise UsageError(f"{self.path}: not a file of tsel eval --resume", _HINT)
        rows = [self._object(line) for line in lines[1:]]
        self._found = {str(row.get("document")): row for row in rows}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.truncate(len(whole))
                file.write(b"" if lines else _line(head).encode())
        except OSError as error:
            raise UsageError(
                f"--resume {self.path} cannot be written: {error}", "name a file that can be written"
            ) from error

    def restore(self, group: Sequence[Item], into: Results) -> bool:
        """Add what is kept of the items of a document to results; whether there was anything."""
        row = self._found.get(digest(group))
        if row is None:
            return False
        try:
            items = [ItemResult(**found) for found in row["items"]]
            readings = [
                ReadingResult(**{**found, "by_layer": {int(layer): part for layer, part in found["by_layer"].items()}})
                for found in row["readings"]
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"{self.path}: a line of it is not what tsel eval --resume writes", _HINT) from error
        into.items += items
        into.readings += readings
        return True

    def add(self, group: Sequence[Item], items: Sequence[ItemResult], readings: Sequence[ReadingResult]) -> None:
        """Keep the results of all settings on the items of a document."""
        row = {
            "document": digest(group),
            "items": [asdict(r) for r in items],
            "readings": [asdict(r) for r in readings],
        }
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(_line(row))

    def _check(self, line: str, head: Mapping[str, Any]) -> None:
        found = self._object(line)
        if found.get("form") != _FORM:
            raise UsageError(f"{self.path}: not a file of tsel eval --resume", _HINT)
        other = [key for key in head if found.get(key) != head[key]]
        if other:
            raise UsageError(f"{self.path}: was made with another {', '.join(other)}", _HINT)

    def _object(self, line: str) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{self.path}: not a file of tsel eval --resume: {error}", _HINT) from error
        if not isinstance(found, dict):
            raise UsageError(f"{self.path}: not a file of tsel eval --resume", _HINT)
        return found


def digest(group: Sequence[Item]) -> str:
    """Of the questions, their answers and their document: results of others must not be taken for theirs."""
    made = hashlib.sha256(as_jsonl(group).encode())
    if group[0].text is None:
        path = Path(group[0].doc)
        made.update(path.read_bytes() if path.is_file() else b"")
    return made.hexdigest()


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
