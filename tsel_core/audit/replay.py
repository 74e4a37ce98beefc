"""Running a logged run again, and whether it gave the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tsel_core.audit.log import library_versions, text_hash
from tsel_core.errors import UsageError

RunAgain = Callable[[Mapping[str, Any], str], Mapping[str, Any]]  # (record, question) -> the new --json object


@dataclass(frozen=True)
class Replayed:
    """`same`: the answers are equal. `changed` names what differs (documents, model, version, versions of libraries),

    `expected` whether the run was greedy and nothing changed, so that the same answer is due on the same machine.
    """

    same: bool
    expected: bool
    changed: tuple[str, ...]
    record: Mapping[str, Any]


def replay(record: Mapping[str, Any], run_again: RunAgain, question: str | None = None) -> Replayed:
    """Run again with the logged settings. The question must be given unless the log holds it (--log-text)."""
    if "settings" not in record:
        raise UsageError("this run was logged without its settings", "only runs of ask and summarize can be replayed")
    asked = question if question is not None else record.get("question", "")
    wanted = record.get("question_sha256")
    if wanted and not asked:
        raise UsageError("the log does not hold the question", 'give it: --question "..." (or log with --log-text)')
    if wanted and text_hash(asked) != wanted:
        raise UsageError("the question is not the one of this run", "give it exactly as it was asked")
    new = run_again(record, asked)
    changed = []
    if [d["sha256"] for d in record["documents"]] != [d["sha256"] for d in new["documents"]]:
        changed.append("documents")
    changed += [k for k in ("model", "version") if record.get(k) != new.get(k)]
    if record.get("versions", library_versions()) != library_versions():
        changed.append("versions")
    same = text_hash(new["answer"]) == record.get("answer_sha256")
    greedy = not record["settings"].get("temperature")
    return Replayed(same, greedy and not changed, tuple(changed), new)
