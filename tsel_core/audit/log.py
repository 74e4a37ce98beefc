"""The audit log: one row a run in SQLite, without a word of the documents or of the answer unless asked for.

Many processes may write at once (write-ahead log, busy timeout). Writing never raises: a log that cannot be written
must not cost the user the answer, so every error comes back as a warning.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tsel_core.audit import chain
from tsel_core.errors import TselError, UsageError

WAIT_S = 20.0  # for other writers
KEEP_DAYS = 365.0
_OFF = frozenset({"0", "off", "false", "no"})
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, command TEXT, model TEXT,
    exit_code INTEGER, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS runs_time ON runs (time);
"""
# what is kept of the --json object; everything else may hold words of the document
_KEEP = (
    "schema_version", "command", "version", "found", "lang", "model", "receipt", "attention", "timings_s",
    "usage", "prefill_tokens_per_s", "decode_tokens_per_s", "stop_reason", "reading",
    "reason", "num_invented_quotes", "confidence", "state", "exit_code",
)  # fmt: skip
_KEEP_DOCUMENT = ("path", "sha256", "num_units", "unit_kind")
# a label may be a heading or a speaker: the unit's number says as much to whoever has the file
_KEEP_CITATION = ("id", "file", "check", "role", "distance", "start", "end", "doc_index", "unit_index")
_KEEP_SUPPORT = ("verdict", "why", "question_share")
_KEEP_CLAIM = ("verdict", "why", "citations")
_SECRET = ("password", "question", "focus")
_TEXT = ("answer", "question", "citations", "support", "claims", "nearest", "warnings", "unread", "focus")


def is_enabled() -> bool:
    """Whether runs are logged: TSEL_LOG=0 switches it off."""
    return os.environ.get("TSEL_LOG", "1").strip().lower() not in _OFF


def log_path() -> Path:
    """The log's file: in TSEL_LOG_DIR, else in the user's state folder of this system."""
    named = os.environ.get("TSEL_LOG_DIR")
    if named:
        return Path(named).expanduser() / "audit.sqlite3"
    from platformdirs import user_state_path

    return user_state_path("tsel", appauthor=False) / "audit.sqlite3"


def keep_days() -> float:
    """Days that runs are kept: TSEL_LOG_DAYS, else 365; 0 keeps them for ever."""
    try:
        return float(os.environ.get("TSEL_LOG_DAYS", KEEP_DAYS))
    except ValueError:
        return KEEP_DAYS


def without_text(record: Mapping[str, Any]) -> dict[str, Any]:
    """The `--json` object without words of documents, question or answer; the answer's and the question's hash stay.

    A list of what is kept, not of what is dropped: a key that is new tomorrow is not logged by accident.
    """
    kept = {k: record[k] for k in _KEEP if k in record}
    kept["documents"] = [{k: d.get(k) for k in _KEEP_DOCUMENT} for d in record.get("documents", ())]
    kept["citations"] = [{k: c.get(k) for k in _KEEP_CITATION if k in c} for c in record.get("citations", ())]
    if "support" in record:
        kept["support"] = {k: record["support"].get(k) for k in _KEEP_SUPPORT}
    if "facts" in record:
        kept["num_unsupported_facts"] = sum(1 for f in record["facts"] if not f.get("found"))
    if "claims" in record:
        kept["claims"] = [{k: c.get(k) for k in _KEEP_CLAIM} for c in record["claims"]]
    if "unread" in record:
        kept["num_unread"] = len(record["unread"])
    if record.get("orders"):
        kept["num_orders"] = len(record["orders"])
    for key in ("answer", "question"):
        if isinstance(record.get(key), str):
            kept[f"{key}_sha256"] = text_hash(record[key])
    return kept


def text_hash(text: str) -> str:
    """sha256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def library_versions() -> dict[str, str]:
    """Versions of what an answer depends on beside tsel itself; a library that is not installed is left out."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name in ("torch", "transformers", "triton"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def record_run(
    record: Mapping[str, Any],
    *,
    settings: Mapping[str, Any] | None = None,
    question: str = "",
    log_text: bool = False,
    path: Path | None = None,
) -> str | None:
    """Add one run: the `--json` object, and the settings that repeat it (a password is never kept).

    Returns None, or a warning for the user. With `log_text` the answer, the quotes and the question are kept too.
    """
    if not is_enabled():
        return None
    try:
        full = {**record, "question": question} if question else dict(record)
        kept = {**without_text(full), "versions": library_versions()}
        if log_text:
            kept |= {k: full[k] for k in _TEXT if k in full}
        if settings is not None:
            kept["settings"] = {k: v for k, v in settings.items() if k not in _SECRET or (log_text and k != "password")}
        _insert(path or log_path(), kept)
    except Exception as error:  # whatever it is, the answer comes first
        return f"the run was not written to the log ({path or log_path()}): {error}"
    return None


def _insert(path: Path, record: Mapping[str, Any]) -> None:
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            with closing(_connect(path)) as base, base:
                base.execute("BEGIN IMMEDIATE")  # the row before must stay the one before
                now = chain.now_seconds()
                old = now - 86400 * keep_days()
                if keep_days() > 0 and chain.clock_is_steady(base, now):
                    chain.delete_before(base, old, now, "log retention")
                chain.append(base, record, now)
            return
        except sqlite3.OperationalError as error:
            # switching to the write-ahead log does not wait for the busy timeout
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    base = sqlite3.connect(path, timeout=WAIT_S)
    try:
        if base.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")
        base.executescript(_SCHEMA)
        chain.prepare(base)
    except sqlite3.Error:
        base.close()
        raise
    return base


def _open_to_read(path: Path | None) -> sqlite3.Connection | None:
    place = path or log_path()
    if not place.is_file():
        return None
    try:
        base = _connect(place)
        base.execute("SELECT 1 FROM runs LIMIT 1")
        return base
    except (sqlite3.Error, OSError) as error:
        raise _unusable("read", place, error) from error


def _unusable(what: str, place: Path, error: Exception) -> TselError:
    return TselError(
        f"the log cannot be {what}: {place}: {error}",
        "see that the disk has room and the file is whole and yours, or name another folder with TSEL_LOG_DIR",
    )


def runs(
    *, since: float | None = None, limit: int | None = None, newest_first: bool = False, path: Path | None = None
) -> Iterator[dict[str, Any]]:
    """Logged runs, oldest first: {"id", "time" (seconds since 1970, UTC), "record"}. `limit` keeps the newest ones."""
    base = _open_to_read(path)
    if base is None:
        return
    with closing(base):
        rows = base.execute(
            "SELECT id, time, record FROM runs WHERE time >= ? AND IFNULL(command, '') NOT IN (?, ?) "
            "ORDER BY id DESC LIMIT ?",
            (since or 0.0, *chain.DELETIONS, -1 if limit is None else limit),
        )
        found = rows if newest_first else reversed(rows.fetchall())
        for number, at, record in found:
            yield {"id": number, "time": at, "record": json.loads(record)}


def get_run(number: int, *, path: Path | None = None) -> dict[str, Any]:
    """One run. Raises UsageError for a number that is not in the log."""
    base = _open_to_read(path)
    row = None
    if base is not None:
        with closing(base):
            row = base.execute("SELECT id, time, record FROM runs WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise UsageError(f"no run {number} in the log {path or log_path()}", "tsel log list shows the runs")
    return {"id": row[0], "time": row[1], "record": json.loads(row[2])}


def purge_runs(*, older_than_days: float | None = None, path: Path | None = None) -> int:
    """Delete runs (all, or those older than some days), give the space back, and return how many there were."""
    base = _open_to_read(path)
    if base is None:
        return 0
    now = chain.now_seconds()
    limit = float("inf") if older_than_days is None else now - 86400 * older_than_days
    with closing(base):
        try:
            with base:
                base.execute("BEGIN IMMEDIATE")
                num_deleted = chain.delete_before(base, limit, now, "log purge")
            base.execute("VACUUM")  # what was deleted must not stay readable in the file
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise _unusable("purged", path or log_path(), error) from error
    return num_deleted


def verify_log(*, path: Path | None = None) -> chain.Verified:
    """Whether every run stands as it was written and none is missing. Raises TselError for a log that is damaged."""
    base = _open_to_read(path)
    if base is None:
        return chain.Verified(0, 0, 0, "", ())
    with closing(base):
        try:
            return chain.verify(base)
        except (sqlite3.Error, ValueError) as error:
            raise _unusable("verified", path or log_path(), error) from error
