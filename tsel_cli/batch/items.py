"""The documents of a batch, and what is already done of them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tsel_core.errors import TselError, about_file

ITEMS = "items"
BESIDE = ".tsel.md"  # ends the name of a result that stands beside its document (--beside)


@dataclass(frozen=True)
class Item:
    """One document: `name` is its path below the folder of the batch, with / between folders.

    `question`: what it is asked ("" for a summary); `folder`: below the results, where its own one stands.
    """

    name: str
    path: Path
    folder: str = ITEMS
    question: str = ""

    @property
    def id(self) -> str:
        """Its name, with the folder of its results where that is not the first one."""
        return self.name if self.folder == ITEMS else f"{self.name} ({self.folder})"

    @property
    def is_recording(self) -> bool:
        """Whether it has to be written down."""
        from tsel_core.ingest.safety.recordings import is_recording

        return is_recording(self.name)

    @property
    def transcript(self) -> Path:
        """Where a recording's transcript stands, once it was written down."""
        from tsel_core.ingest.safety.recordings import BESIDE as TRANSCRIPT

        return self.path.with_name(self.path.name + TRANSCRIPT)

    def target(self, out: Path) -> Path:
        """Where its result is written: one JSON object."""
        return out / self.folder / (self.name + ".json")


def find_items(folder: Path, out: Path, *, ocr: bool = False) -> tuple[list[Item], str]:
    """The readable files of a folder, all levels, and a sentence about those that are not read ("" when all are).

    What the batch itself wrote is left out, and transcripts of recordings that are there. Raises DocumentError.
    """
    from tsel_core.ingest.safety.files import Listing, list_files, shown
    from tsel_core.ingest.safety.recordings import BESIDE as TRANSCRIPT

    inside = out.absolute()
    listing = list_files([str(folder)], ocr=ocr, recordings=True)
    paths = [Path(p).absolute() for p in listing.files]
    base = folder.absolute()
    paths = [p for p in paths if inside not in p.parents and not p.name.endswith(BESIDE)]
    there = set(map(str, paths))
    paths = [p for p in paths if not (p.name.endswith(TRANSCRIPT) and str(p).removesuffix(TRANSCRIPT) in there)]
    items = [Item(shown(p.relative_to(base).as_posix()), p) for p in paths]
    others = tuple(pair for pair in listing.left_out if inside not in Path(pair[0]).absolute().parents)
    return items, Listing((), others).warning()


def result_key(item: Item, settings: dict[str, Any]) -> str:
    """Names a result: sha256 of the file's bytes and of everything that decides the answer. Raises OSError.

    What a person corrected in the transcript of a recording decides it, too.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    with item.path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if item.is_recording and item.transcript.is_file():
        digest.update(item.transcript.read_bytes())
    return digest.hexdigest()


def finished(item: Item, out: Path, key: str) -> dict[str, Any] | None:
    """The result of an earlier run of the same work, None when there is none, or it failed."""
    result = read_result(item.target(out))
    return result if result is not None and result.get("key") == key and result.get("status") == "ok" else None


def read_result(path: Path) -> dict[str, Any] | None:
    """A result file's content; None when it is missing or not whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def write_result(path: Path, result: dict[str, Any]) -> None:
    """Write a result so that it is there whole or not at all; writing it twice gives the same file."""
    write_whole(path, lambda part: part.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8"))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file under another name, readable by its owner alone (0600), then rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))  # it keeps its rights when written
        with about_file(path):
            write(part)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def failed(key: str, error: TselError | OSError) -> dict[str, Any]:
    """The result of a document that could not be read."""
    if isinstance(error, TselError):
        return as_result(key, {"error": error.message, "hint": error.hint, "exit_code": error.exit_code})
    return as_result(key, {"error": str(error), "hint": "check the file and its rights", "exit_code": 1})


def as_result(key: str, done: dict[str, Any]) -> dict[str, Any]:
    """What EngineWorker.run gave, as it is written: key, status, record or error."""
    status = "ok" if "record" in done else "error"
    return {"key": key, "status": status, **done}
