"""The log's rows as a chain: each holds the hash of the one before, so that a row changed or taken out shows.

What is deleted on purpose (asked for, or by age) leaves a row of its own that the chain goes on from. Whoever can write
the file can make a whole new chain: the last hash, kept elsewhere, tells that too (`tsel log verify` prints it).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DELETIONS = ("log purge", "log retention")
_PAUSE, _STEADY, _BACK = 31 * 86400.0, 86400.0, 3600.0  # seconds
_COLUMNS = "time, command, model, exit_code, record"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole chain found. `num_before` rows are older than the chain; `head` is the last hash."""

    num_rows: int
    num_before: int
    num_deleted: int
    head: str
    problems: tuple[str, ...]


def prepare(base: sqlite3.Connection) -> None:
    """Give a log of an earlier version the columns of the chain."""
    names = {row[1] for row in base.execute("PRAGMA table_info(runs)")}
    for name in ("prev", "hash"):
        if name not in names:
            base.execute(f"ALTER TABLE runs ADD COLUMN {name} TEXT")


def append(base: sqlite3.Connection, record: Mapping[str, Any], now: float) -> None:
    """Add a row behind the last one; call it in a transaction that nobody else writes in."""
    row = (
        now,
        record.get("command"),
        (record.get("model") or {}).get("name"),
        record.get("exit_code"),
        json.dumps(record, ensure_ascii=False, default=str),
    )
    last = base.execute("SELECT hash FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    prev = (last[0] if last else None) or ""
    base.execute(f"INSERT INTO runs ({_COLUMNS}, prev, hash) VALUES (?,?,?,?,?,?,?)", (*row, prev, link(prev, row)))


def link(prev: str, row: tuple[Any, ...]) -> str:
    """Hash of a row (time, command, model, exit code, record) behind another."""
    return hashlib.sha256(json.dumps([prev, *row], ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def delete_before(base: sqlite3.Connection, limit: float, now: float, why: str) -> int:
    """Delete the rows before the first that is not older than `limit`, and note it. Returns how many there were."""
    first = base.execute("SELECT MIN(id) FROM runs WHERE time >= ?", (limit,)).fetchone()[0]
    bound = first if first is not None else (base.execute("SELECT MAX(id) FROM runs").fetchone()[0] or 0) + 1
    doomed = base.execute("SELECT hash FROM runs WHERE id < ? ORDER BY id DESC LIMIT 1", (bound,)).fetchone()
    if doomed is None:
        return 0
    kinds = ",".join("?" * len(DELETIONS))
    num_runs = base.execute(
        f"SELECT COUNT(*) FROM runs WHERE id < ? AND IFNULL(command, '') NOT IN ({kinds})", (bound, *DELETIONS)
    ).fetchone()[0]
    base.execute("DELETE FROM runs WHERE id < ?", (bound,))
    purged = {"count": num_runs, "before_id": bound, "last_hash": doomed[0] or ""}
    if base.execute("SELECT COUNT(*) FROM runs").fetchone()[0]:
        append(base, {"command": why, "purged": purged, "exit_code": 0}, now)
    else:  # nothing is left to go on from: the note begins the chain where the deleted rows ended
        row = (now, why, None, 0, json.dumps({"command": why, "purged": purged, "exit_code": 0}))
        prev = doomed[0] or ""
        base.execute(f"INSERT INTO runs ({_COLUMNS}, prev, hash) VALUES (?,?,?,?,?,?,?)", (*row, prev, link(prev, row)))
    return int(num_runs)


def clock_is_steady(base: sqlite3.Connection, now: float) -> bool:
    """Whether the clock may be trusted with deleting: it has gone on for a day without a leap.

    A leap is more than 31 days between two runs, or a step back of more than an hour. After one (a wrong clock, or
    a long pause) nothing is deleted by age until the log has gone on for a day.
    """
    after = now
    for (at,) in base.execute("SELECT time FROM runs ORDER BY id DESC"):
        if after - at > _PAUSE or at - after > _BACK:
            return False
        if now - at >= _STEADY:
            return True
        after = at
    return False


def verify(base: sqlite3.Connection) -> Verified:
    """Walk the whole chain."""
    rows = base.execute(f"SELECT id, prev, hash, {_COLUMNS} FROM runs ORDER BY id").fetchall()
    chained = [row for row in rows if row[2] is not None]
    notes = [json.loads(row[-1]).get("purged") or {} for row in chained if row[4] in DELETIONS]
    starts = {"", *(str(note.get("last_hash", "")) for note in notes)}
    problems: list[str] = []
    before: tuple[int, str] | None = None
    for number, prev, own, *values in rows:
        if own is None:
            if before is not None:
                problems.append(f"run {number} was put in without the chain")
            continue
        if link(prev, tuple(values)) != own:
            problems.append(f"run {number} was changed")
        if before is None:
            if prev not in starts:
                problems.append(f"runs before {number} are missing")
        elif prev != before[1]:
            problems.append(f"runs between {before[0]} and {number} are missing or were changed")
        before = (number, own)
    last = base.execute("SELECT seq FROM sqlite_sequence WHERE name = 'runs'").fetchone()
    if last is not None and last[0] > (rows[-1][0] if rows else 0):
        problems.append(f"runs after {rows[-1][0] if rows else 0} are missing")
    deleted = sum(int(note.get("count", 0)) for note in notes)
    return Verified(len(chained), len(rows) - len(chained), deleted, before[1] if before else "", tuple(problems))


def now_seconds() -> float:
    """Seconds since 1970 by this machine's clock; a test puts another clock in place."""
    return time.time()
