"""The rows of a table so far, in a file beside it: what is done is not done again, and our table may be replaced."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tsel_cli.batch.items import write_whole
from tsel_core.document import Document

ENDING = ".rows.jsonl"


class KeptRows:
    """Rows by document and settings, a line each, written as they are made; the owner alone may read them.

    The last line says which table was written from them: its bytes and its content.
    """

    def __init__(self, table: Path) -> None:
        self.table = table
        self.path = table.with_name(table.name + ENDING)
        self._rows: dict[str, dict[str, Any]] = {}
        self._written: Mapping[str, Any] = {}
        for told in _lines(self.path):
            if "written" in told:
                self._written = told["written"]
            elif "key" in told:
                self._rows[told["key"]] = told

    @property
    def is_ours(self) -> bool:
        """Whether the table that stands there is the one that was written last, as it was written."""
        return bool(self._written) and self._written.get("sha256") == _digest(self.table)

    @property
    def is_empty(self) -> bool:
        """Whether no row was made before."""
        return not self._rows

    def holds(self, content: bytes) -> bool:
        """Whether it is, and says this already."""
        return self.is_ours and self._written.get("content") == hashlib.sha256(content).hexdigest()

    def find(self, key: str) -> dict[str, Any] | None:
        """The record of a row that was made: its JSON with the "model"."""
        told = self._rows.get(key)
        return None if told is None else told["row"]

    def add(self, key: str, row: Mapping[str, Any]) -> None:
        """Keep a row. Raises OSError."""
        self._rows[key] = {"key": key, "row": dict(row)}
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(self._rows[key]) + "\n")

    def close(self, keys: Iterable[str], content: bytes) -> None:
        """The table was written: keep its own rows alone, and what the table was. Raises OSError."""
        written = {"sha256": _digest(self.table), "content": hashlib.sha256(content).hexdigest()}
        lines = [self._rows[key] for key in keys if key in self._rows] + [{"written": written}]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        write_whole(self.path, lambda part: part.write_text(text, encoding="utf-8"))


def row_key(document: Document, about: Mapping[str, Any], lang: str) -> str:
    """Names a row: the file's bytes and path, and everything that decides its cells."""
    told = json.dumps([document.path, document.sha256, lang, about], sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def _lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file's lines; a line that is not whole is left out, as the run that wrote it was ended."""
    found = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            found.append(told)
    return found


def _digest(path: Path) -> str:
    """sha256 of a file's bytes, "" where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
