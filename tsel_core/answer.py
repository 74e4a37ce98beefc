"""What a run gives back: the answer, and the receipt that says what was read, how, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tsel_core.answer_json import (
    AnswerJson,
    AttentionJson,
    CitationJson,
    CoverageJson,
    DocumentJson,
    ModelJson,
    ReceiptJson,
)
from tsel_core.document import Document, Grade, SourceSpan, rest_words

SCHEMA_VERSION = 1

Check = Literal["exact", "normalised", "near", "missing"]
Role = Literal["answer", "question"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Tokens and units of the files, and how many of them the model read.

    `missing`: sentences that say that text of the files may be missing (damage, a scan, an attachment); `left_out`:
    what was not read by choice or for its kind, and how many ("comment", "picture").
    """

    tokens_in_file: int
    tokens_read: int
    units_in_file: int
    units_read: int
    missing: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def cut(self) -> bool:
        """Whether text of the files was not read, as far as that is known; what is in `left_out` apart."""
        return self.tokens_read < self.tokens_in_file or self.units_read < self.units_in_file or bool(self.missing)

    @property
    def rest(self) -> str:
        """What of the files was not read, in words; "nothing cut"."""
        left = self.units_in_file - self.units_read
        if left <= 0 and self.tokens_read < self.tokens_in_file:
            return "SOMETHING WAS CUT"
        return rest_words(left, missing=bool(self.missing), left_out=self.left_out)

    def as_json(self) -> ReceiptJson:
        """Its values, `cut` among them."""
        return {
            "tokens_in_file": self.tokens_in_file,
            "tokens_read": self.tokens_read,
            "units_in_file": self.units_in_file,
            "units_read": self.units_read,
            "cut": self.cut,
            "missing": list(self.missing),
            "left_out": dict(self.left_out),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """Share of softmax mass the picked rows hold: mean over layers, steps and heads, and the lowest layer's mean.

    `low`: the mean is at least this with 95 % confidence (None: not every pick was bounded).
    """

    mean: float
    lowest: float
    low: float | None = None


@dataclass(frozen=True, slots=True)
class AttentionReport:
    """What ran and why. prefill and decode are "full" or "select"; counts are tokens."""

    prefill: str
    decode: str
    reason: str
    budget: int
    num_sink: int
    num_local: int
    vote: str
    prefill_coverage: Coverage | None
    decode_coverage: Coverage | None
    selection_cache_hit_rate: float | None
    rule: str = ""  # the pick rule of a plugin, by which rows were picked
    num_sharing: int = 0  # layers that take another one's pick
    full_layers: dict[int, str] = field(default_factory=dict)
    beyond_window: dict[str, Any] | None = None  # how a document was read that exceeds the trained window


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document that supports a sentence of the answer.

    `quote` is `unit.text[start:end]`, the document's own words. `check` says how the model's quotation of them stands
    (exact, normalised, near with `distance` edits), or "exact" where we chose the quote ourselves. `sentences` are all
    sentences of the answer that it supports, `sentence_index` the first. `role` is "question" for the passage that the
    question is about, cited for a bare Yes or No, which has no words of its own to look for. `grade` is the unit's:
    how far the words that were read are those that a person sees.
    """

    id: int
    file: str
    label: str
    quote: str
    check: Check
    distance: int
    start: int
    end: int
    doc_index: int
    unit_index: int
    sentence_index: int
    sentences: tuple[int, ...] = ()
    role: Role = "answer"
    grade: Grade = "certain"
    doubtful: bool = False  # it stands in a passage that gives orders to the reader or to the program

    @property
    def span(self) -> SourceSpan:
        """Where the quote stands."""
        return SourceSpan(self.doc_index, self.unit_index, self.start, self.end)


@dataclass(frozen=True)
class QuestionHeat:
    """Sentences that the retrieval heads looked at when they read the question, with their shares, most first.

    `times_absent`: the heads' mass on the first as a multiple of that for questions that nothing answers.
    """

    spans: tuple[tuple[SourceSpan, float], ...]
    times_absent: float


@dataclass(frozen=True)
class Draft:
    """What was written for one task on one or several documents, before anything in it was checked. Times are seconds.

    `tsel_core.trust.finish.finish_answer` makes an Answer of it.
    """

    command: str
    text: str
    lang: str
    documents: tuple[Document, ...]
    model: ModelJson
    receipt: Receipt
    attention: AttentionReport
    timings: dict[str, float]
    prompt_tokens: int
    completion_tokens: int
    stop_reason: str  # "end", "length", "interrupted", "error" (then extra["error"] says what)
    warnings: Sequence[str] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0
    weights: Sequence[Any] = ()  # SentenceWeights, for citations and the report; not part of the JSON
    selected_units: set[tuple[int, int]] | None = None  # (doc, unit) picked at least once; None: all were attended
    heat: QuestionHeat | None = None  # for the report and the alarm; not part of the JSON

    def as_json(self, version: str) -> dict[str, Any]:
        """The object of `--json`: keys may be added within a schema_version, never renamed."""
        found, citations = self._checked()
        prefill, decode = self.timings.get("prefill", 0.0), self.timings.get("decode", 0.0)
        reused = (self.extra.get("reading") or {}).get("reused_tokens", 0)  # loaded, not read
        base: AnswerJson = {
            "schema_version": SCHEMA_VERSION,
            "command": self.command,
            "version": version,
            "answer": self.text,
            "found": found,
            "lang": self.lang,
            "documents": [document_json(d) for d in self.documents],
            "model": self.model,
            "receipt": self.receipt.as_json(),
            "attention": _attention_json(self.attention),
            "citations": [_citation_json(c) for c in citations],
            "timings_s": {k: round(v, 4) for k, v in self.timings.items()},
            "prefill_tokens_per_s": round((self.prompt_tokens - reused) / prefill, 2) if prefill else None,
            "decode_tokens_per_s": round(max(0, self.completion_tokens - 1) / decode, 2) if decode else None,
            "usage": {"prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens},
            "stop_reason": self.stop_reason,
            "warnings": list(self.warnings),
        }
        return {**base, **self.extra, "exit_code": self.exit_code}

    def _checked(self) -> tuple[bool | None, Sequence[Citation]]:
        """`found` and the citations; of a draft nothing is known."""
        return None, ()


@dataclass(frozen=True)
class Answer(Draft):
    """A checked answer: its citations stand in the documents, and `found` says whether they support it.

    `text` has [1][2] behind cited sentences. Made by `tsel_core.trust.finish.finish_answer` alone.
    """

    found: bool = field(kw_only=True)
    citations: Sequence[Citation] = field(kw_only=True)

    def _checked(self) -> tuple[bool | None, Sequence[Citation]]:
        return self.found, self.citations


def document_json(document: Document) -> DocumentJson:
    """One entry of "documents"."""
    return {
        "path": document.path,
        "sha256": document.sha256,
        "num_units": document.num_units,
        "unit_kind": document.unit_kind,
        "warnings": list(document.warnings),
        "missing": list(document.missing),
    }


def _attention_json(report: AttentionReport) -> AttentionJson:
    cover = report.decode_coverage or report.prefill_coverage
    return {
        "prefill": report.prefill,
        "decode": report.decode,
        "reason": report.reason,
        "budget": report.budget,
        "num_sink": report.num_sink,
        "num_local": report.num_local,
        "vote": report.vote,
        "rule": report.rule,
        "num_sharing": report.num_sharing,
        "coverage_mean": cover.mean if cover else None,
        "coverage_lowest": cover.lowest if cover else None,
        "prefill_coverage": _coverage_json(report.prefill_coverage),
        "decode_coverage": _coverage_json(report.decode_coverage),
        "selection_cache_hit_rate": report.selection_cache_hit_rate,
        "full_layers": {str(k): v for k, v in report.full_layers.items()},
        "beyond_window": report.beyond_window,
    }


def _coverage_json(coverage: Coverage | None) -> CoverageJson | None:
    return None if coverage is None else {"mean": coverage.mean, "lowest": coverage.lowest, "low": coverage.low}


def _citation_json(citation: Citation) -> CitationJson:
    return {
        "id": citation.id,
        "file": citation.file,
        "label": citation.label,
        "quote": citation.quote,
        "check": citation.check,
        "distance": citation.distance,
        "start": citation.start,
        "end": citation.end,
        "role": citation.role,
        "grade": citation.grade,
        "doubtful": citation.doubtful,
        "doc_index": citation.doc_index,
        "unit_index": citation.unit_index,
    }
