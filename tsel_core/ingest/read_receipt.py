"""The coverage receipt of reading: every unit of the file, what the model sees of it, in characters and tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tsel_core.document import (
    Document,
    RenderedText,
    Unit,
    file_name,
    left_out_of,
    render_documents,
    rest_words,
)
from tsel_core.ingest.token_counts import token_counter
from tsel_core.version import __version__

PROMPT_TOKENS = 700  # room for the chat template, the question and an answer, in the verdict whether it fits
PREVIEW = 56
LONG_CHARS = 4_000_000  # from here on the whole counts as its units and what stands between them: at most 1 % more


@dataclass(frozen=True)
class Inspection:
    """Documents with their token counts. `model` is None when tokens are estimated."""

    documents: tuple[Document, ...]
    tokens: tuple[tuple[int, ...], ...]  # of each unit; 0 for units that are not in the flow
    tokens_in_file: int  # of the rendered text, separators included
    model: str | None
    trained_window: int | None

    @property
    def fits(self) -> bool | None:
        """It fits the model's trained window with room for question and answer; None when no window is known."""
        if self.trained_window is None:
            return None
        return self.tokens_in_file + PROMPT_TOKENS <= self.trained_window

    def lines(self, say: Callable[[str], str] = str, place: Callable[[str], str] = str) -> Iterator[str]:
        """The listing for a person.

        `say` puts its own sentences, not words of a document, in the user's language, and `place` a unit's label.
        """
        for document, tokens in zip(self.documents, self.tokens, strict=True):
            yield f"{document.path}  {document.kind}, {_counts(document, say)}"
            for unit, count in zip(document.units, tokens, strict=True):
                yield _unit_line(unit, count, say, place)
            yield from map(say, self._receipt(document, tokens))
            yield ""
        about = "" if self.model else "about "
        model = self.model or "estimated: no model is installed yet"
        yield say(f"tokens    {about}{self.tokens_in_file:,} ({model})")
        if self.fits is not None:
            verdict = "fits" if self.fits else "exceeded: a question is answered from overlapping parts"
            yield say(f"window    {verdict}: {self.model} was trained on {self.trained_window:,} tokens")

    def _receipt(self, document: Document, tokens: Sequence[int]) -> Iterator[str]:
        apart = Counter(u.kind for u in document.units if not u.in_flow)
        names = {"hidden": "hidden text"}
        kept = "; ".join(f"{n:,} {names.get(kind, kind)}{'s' if n != 1 else ''}" for kind, n in apart.items())
        chars = sum(len(u.text) for u in document.units if u.in_flow)
        read, in_file = _read(document), document.units_in_file
        unit = f"{document.unit_kind if document.unit_kind == 'page' else 'unit'}{'s' if in_file != 1 else ''}"
        rest = rest_words(in_file - read, missing=bool(document.missing), left_out=left_out_of([document]))
        yield f"read      {read:,} of {in_file:,} {unit}, {chars:,} characters; {rest}"
        if kept:
            yield f"apart     {kept} (kept as units, not given to the model)"

    def as_json(self) -> dict[str, Any]:
        """One object; the keys follow the answer's JSON."""
        return {
            "schema_version": 1,
            "command": "inspect",
            "version": __version__,
            "documents": [_document_json(d, t) for d, t in zip(self.documents, self.tokens, strict=True)],
            "model": {"name": self.model, "trained_window": self.trained_window},
            "receipt": {
                "tokens_in_file": self.tokens_in_file,
                "tokens_read": self.tokens_in_file,
                "tokens_estimated": self.model is None,
                "units_in_file": sum(d.units_in_file for d in self.documents),
                "units_read": sum(_read(d) for d in self.documents),
                "cut": any(_read(d) < d.units_in_file or d.missing for d in self.documents),
                "missing": [w for d in self.documents for w in d.missing],
                "left_out": left_out_of(self.documents),
            },
            "fits": self.fits,
            "exit_code": 0,
        }


def inspect_documents(documents: Sequence[Document], model: str | None) -> Inspection:
    """Count the tokens of every unit. `model` as `token_counter` takes it."""
    counter = token_counter(model)
    tokens = []
    for document in documents:
        counts = iter(counter.count([u.text for u in document.units if u.in_flow]))
        tokens.append(tuple(next(counts) if u.in_flow else 0 for u in document.units))
    rendered = render_documents(documents)
    if len(rendered.text) > LONG_CHARS:  # a second count of the whole would take as long as the first
        gaps = Counter(_between(rendered))
        own = dict(zip(gaps, counter.count(list(gaps)), strict=True))
        whole = sum(map(sum, tokens)) + sum(own[gap] * count for gap, count in gaps.items())
    else:
        whole = counter.count([rendered.text])[0]
    return Inspection(tuple(documents), tuple(tokens), whole, counter.model, counter.trained_window)


def _between(rendered: RenderedText) -> Iterator[str]:
    """What stands before, between and after the units of a rendered text."""
    at = 0
    for placed in rendered.placed:
        yield rendered.text[at : placed.start]
        at = placed.end
    yield rendered.text[at:]


def _read(document: Document) -> int:
    """Units, or pages, whose text is given to the model."""
    return document.count_read(u.index for u in document.units if u.in_flow and u.text)


def _counts(document: Document, say: Callable[[str], str] = str) -> str:
    if document.unit_kind == "page":
        return say(f"{document.num_units:,} page{'s' if document.num_units != 1 else ''}")
    counts = Counter(u.kind for u in document.units if u.in_flow)
    told = (say(f"{n:,} {kind}{'s' if n != 1 else ''}") for kind, n in counts.items())
    return ", ".join(told) or say("no units")


def _unit_line(unit: Unit, tokens: int, say: Callable[[str], str], place: Callable[[str], str]) -> str:
    text = " ".join(unit.text[: 4 * PREVIEW].split())
    shown = text if len(text) <= PREVIEW else text[: PREVIEW - 1] + "…"
    state = "" if unit.quality == "ok" else f" [{say(unit.quality)}]"
    seen = f"{tokens:>7,}" if unit.in_flow else f"{say('apart'):>7}"
    return f"{unit.index:>6}  {seen}  {place(unit.label)}{state}  {shown}"


def _document_json(document: Document, tokens: Sequence[int]) -> dict[str, Any]:
    return {
        "path": document.path,
        "name": file_name(document),
        "sha256": document.sha256,
        "kind": document.kind,
        "unit_kind": document.unit_kind,
        "num_units": document.num_units,
        "num_units_kept_apart": len(document.units) - document.num_units,
        "num_chars": sum(len(u.text) for u in document.units if u.in_flow),
        "num_tokens": sum(tokens),
        "warnings": list(document.warnings),
        "missing": list(document.missing),
        "metadata": document.metadata,
        "units": [
            {**asdict(unit), "num_chars": len(unit.text), "num_tokens": count}
            for unit, count in zip(document.units, tokens, strict=True)
        ],
    }
