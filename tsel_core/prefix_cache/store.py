"""Kept readings: what was read once is loaded the next time, or read on from where it agrees.

A reading is the keys and values of the first tokens of a prompt (template and document; the question comes last).
They depend on those token ids, on the weights, and on how they were computed, so exactly that is the key: a file
that changed gives other tokens and is read again. Readings of one model and setting share a folder; among them
the one with the longest common beginning serves a document that grew at the end.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor

from tsel_core.device.faults import as_fault
from tsel_core.kv.cache import KVCache
from tsel_core.kv.side_state import SideState, row_layers
from tsel_core.prefix_cache.entry import KeptReading, trace_json
from tsel_core.prefix_cache.folder import SUFFIX, ReadingFolder, by_age, make_private
from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.format.file import OtherFormat, ReadingFile, SealedByOther
from tsel_core.prefix_cache.format.header import file_size
from tsel_core.prefix_cache.format.write import write_reading
from tsel_core.prefix_cache.load.codes import codes_json

if TYPE_CHECKING:
    from tsel_core.layers.trace import Trace

DEFAULT_MAX = 20 * 10**9
ANNOUNCED = ".announced"  # beside the folder, once the user was told of it
_SCANNED = 256  # newest readings looked at for a common beginning


@dataclass
class ReadingStore:
    """The folder of kept readings. `max_bytes` bounds it (least recently used go first); 0 keeps nothing.

    `max_document_bytes` bounds the readings of the same documents (by several models or settings); None: half of it.

    Several processes may use one folder: files appear whole by a rename and vanish by an unlink. Threads may share a
    store: `wait` is for what any of them keeps.
    """

    folder: Path
    max_bytes: int = DEFAULT_MAX
    key: MasterKey | None = None
    warn: Callable[[str], None] = lambda _text: None
    max_document_bytes: int | None = None
    tell: Callable[[str], None] | None = None  # what is no fault: that something is kept at all, said once
    _waiting: list[threading.Thread] = field(default_factory=list)
    _writers: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)  # of both lists

    @property
    def files(self) -> ReadingFolder:
        """What is on the disk."""
        return ReadingFolder(self.folder)

    def find(self, identity: dict[str, Any], ids: Sequence[int], end: int, chunk: int) -> KeptReading | None:
        """The kept reading of ids[:end], or the longest beginning of it, in whole chunks of the prefill.

        Whole chunks, so that what is read on is cut where a first reading would cut it.
        """
        self.wait()
        self.files.clean()
        wanted = np.asarray(ids[:end], dtype="<i4")  # once: of a long document it takes longer than its header
        exact = self._path(identity, wanted)
        file = self._open(exact, identity)
        if file is not None:
            if np.array_equal(file.header.token_ids, wanted):
                return KeptReading(file, self.key, self.drop, end, True, chunk)
            file.close()
            self.drop(exact, "its tokens are not those of its name")
        return self._longest_common(exact.parent, identity, wanted, chunk)

    def _longest_common(
        self, family: Path, identity: dict[str, Any], ids: np.ndarray, chunk: int
    ) -> KeptReading | None:
        best: ReadingFile | None = None
        most = chunk - 1
        for path in by_age(family)[:_SCANNED]:
            file = self._open(path, identity)
            if file is None:
                continue
            common = common_prefix(file.header.token_ids, ids)
            if common > most:
                if best is not None:
                    best.close()
                best, most = file, common
            else:
                file.close()
        return None if best is None else KeptReading(best, self.key, self.drop, most - most % chunk, False, chunk)

    def _open(self, path: Path, identity: dict[str, Any]) -> ReadingFile | None:
        try:
            file = ReadingFile(path, self.key)
            if file.header.about.get("identity") == identity:
                return file
            file.close()
            self.drop(path, "it was computed with another model or other settings than its folder")
        except (FileNotFoundError, SealedByOther):
            return None
        except OtherFormat:  # nothing is wrong with it: a newer tsel reads the document once more and keeps it anew
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        except DamagedReading as error:
            self.drop(path, str(error))
        except OSError as error:
            self.warn(f"a kept reading could not be opened, the document is read again: {error}")
        return None

    def drop(self, path: Path, reason: str) -> None:
        """Remove a file that cannot be trusted, and say so."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        self.warn(f"a kept reading was damaged ({reason}); it was removed and the document is read again")

    def _path(self, identity: dict[str, Any], ids: Sequence[int] | np.ndarray) -> Path:
        key_id = self.key.key_id if self.key else b""  # readings sealed with another key keep a folder of their own
        family = hashlib.sha256(json.dumps(identity, sort_keys=True).encode() + key_id).hexdigest()[:16]
        tokens = hashlib.sha256(np.asarray(ids, dtype="<i4").tobytes()).hexdigest()[:40]
        return self.folder / family / (tokens + SUFFIX)

    def keep(
        self,
        identity: dict[str, Any],
        ids: Sequence[int],
        cache: KVCache,
        *,
        documents: Sequence[dict[str, Any]] = (),
        trace: Trace | None = None,
        side: SideState | None = None,
    ) -> None:
        """Write the rows of `ids` (the first of the cache) in the background, until `wait` returns.

        Only the rows from len(ids) on may change meanwhile. From a GPU nothing is copied before `flush`: while an
        answer is written a graph may be captured there. Failure is a warning, never a lost answer. `side`: of a cache
        with layers that do not know all their past, their state after `ids`.
        """
        if self.max_bytes <= 0 or not ids:
            return
        pools: list[tuple[Any, Any]] = [layer.kept_rows() for layer in row_layers(cache)]
        if side is not None:
            pools.append(side.as_rows(len(ids), pools[0][0].dtype))
        about = {
            "side": None if side is None else side.about,
            "identity": identity,
            "documents": list(documents),
            "created": time.time(),
            "trace": trace_json(trace) if trace is not None else {},
            "codes": codes_json(cache),
        }
        path, tokens = self._path(identity, ids), list(ids)
        writer = threading.Thread(target=self._write, args=(path, pools, tokens, about), name="tsel-keep")
        with self._lock:
            self._waiting.append(writer)
        if pools[0][0].device.type == "cpu":
            self.flush()

    def flush(self) -> None:
        """Start writing what waits; call it when an answer was written."""
        with self._lock:
            while self._waiting:
                writer = self._waiting.pop()
                try:
                    writer.start()
                    self._writers.append(writer)
                except RuntimeError:  # the program ends, and Python starts no more threads: then it is done here
                    writer.run()

    def wait(self) -> None:
        """Return when everything was written. A program calls it before it ends: what is written then may be lost."""
        self.flush()
        with self._lock:
            writers = list(self._writers)
        for writer in writers:  # those that another thread adds meanwhile are of rows that this one does not have
            writer.join()
        with self._lock:
            self._writers = [writer for writer in self._writers if writer not in writers]

    def _write(self, path: Path, pools: list[tuple[Tensor, Tensor]], ids: list[int], about: dict[str, Any]) -> None:
        try:
            if path.exists():  # another process was faster; the next one to load it checks it
                return
            make_private(path.parent)
            needed = file_size([(k.shape[0], k.shape[2], v.shape[2]) for k, v in pools], len(ids), pools[0][0].dtype)
            documents = frozenset(str(d.get("sha256")) for d in about["documents"])
            half = max(self.max_bytes // 2, needed)  # a single one may be larger: it is then the document's only one
            most = half if self.max_document_bytes is None else self.max_document_bytes
            problem = self.files.make_room_for(documents, needed, most, path, self.key)
            problem = problem or self.files.make_room(needed, self.max_bytes, path)
            if problem:
                self.warn(f"the reading was not kept: {problem}")
            else:
                if about["side"] is None:
                    write_reading(path, pools, ids, about, self.key)
                else:  # bytes of a state are no values that could be packed
                    write_reading(path, pools, ids, about, self.key, pack=False)
                self._announce(needed)
                self.files.make_room(0, self.max_bytes, path)  # another process may have written at the same time
        except (OSError, MemoryError, RuntimeError) as error:
            fault = as_fault(error, "writing it")  # in a thread of its own: it must not end the program
            if fault is None and not isinstance(error, OSError):
                raise
            self.warn(f"the reading was not kept: {fault or error}")


    def _announce(self, num_bytes: int) -> None:
        """Say once that readings are kept at all, where, and how to be rid of them."""
        mark = self.folder.with_name(self.folder.name + ANNOUNCED)
        if self.tell is None or mark.exists():
            return
        with contextlib.suppress(OSError):
            mark.touch(mode=0o600)
        size, sealed = f"{num_bytes / 1e6:,.0f} MB", "sealed with your key" if self.key else "NOT sealed"
        self.tell(
            f"what was read of this document is kept for the next question: {size} in {self.folder}, "
            f"{sealed}; see `tsel cache info`, `tsel cache purge --all`, --no-cache and --no-trace"
        )


def common_prefix(left: np.ndarray, right: np.ndarray) -> int:
    """Length of the common beginning of two 1-D arrays of token ids."""
    size = min(len(left), len(right))
    differs = np.flatnonzero(left[:size] != right[:size])
    return int(differs[0]) if len(differs) else size
