"""The objects of the public JSON schema (`--json`, the server, the log) as types; docs/cli.md names the exit codes.

Keys may be added within a schema_version, never renamed. Times are seconds, counts are tokens unless something is said.
"""

from __future__ import annotations

from typing import Any, TypedDict


class DocumentJson(TypedDict):
    """One entry of "documents"."""

    path: str
    sha256: str
    num_units: int
    unit_kind: str
    warnings: list[str]
    missing: list[str]  # of the warnings: those that say that text may be missing


class ReceiptJson(TypedDict):
    """What was in the files and what the model read of it; `cut`: text was not read, or may be missing."""

    tokens_in_file: int
    tokens_read: int
    units_in_file: int
    units_read: int
    cut: bool
    missing: list[str]  # why text of the files may be missing
    left_out: dict[str, int]  # what was not read by choice or for its kind: {"comment": 3}


class CoverageJson(TypedDict):
    """Shares of softmax mass in 0..1; `low`: the mean is at least this with 95 % confidence."""

    mean: float
    lowest: float
    low: float | None


class AttentionJson(TypedDict):
    """What ran and why."""

    prefill: str
    decode: str
    reason: str
    budget: int
    num_sink: int
    num_local: int
    vote: str
    rule: str
    num_sharing: int
    coverage_mean: float | None
    coverage_lowest: float | None
    prefill_coverage: CoverageJson | None
    decode_coverage: CoverageJson | None
    selection_cache_hit_rate: float | None
    full_layers: dict[str, str]
    beyond_window: dict[str, Any] | None


class CitationJson(TypedDict):
    """A place in a document; `start` and `end` are characters of the unit's text."""

    id: int
    file: str
    label: str
    quote: str
    check: str
    distance: int
    start: int
    end: int
    role: str
    grade: str
    doubtful: bool
    doc_index: int
    unit_index: int


class UsageJson(TypedDict):
    """Tokens of the prompt and of the answer."""

    prompt_tokens: int
    completion_tokens: int


class ModelJson(TypedDict):
    """The "model" object: which weights answered, on what. `trained_window` in tokens; `weights`: full, fp8, q8, q4."""

    name: str
    sha256: str
    tokenizer_sha256: str
    dtype: str
    device: str
    trained_window: int
    weights: str


class AnswerJson(TypedDict):
    """The keys that every answer has; others (support, facts, claims, evidence, ...) stand beside them."""

    schema_version: int
    command: str
    version: str
    answer: str
    found: bool | None
    lang: str
    documents: list[DocumentJson]
    model: ModelJson
    receipt: ReceiptJson
    attention: AttentionJson
    citations: list[CitationJson]
    timings_s: dict[str, float]
    prefill_tokens_per_s: float | None
    decode_tokens_per_s: float | None
    usage: UsageJson
    stop_reason: str
    warnings: list[str]
