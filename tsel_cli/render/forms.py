"""The forms of an answer on stdout: text, Markdown, JSON."""

from __future__ import annotations

from typing import Any

from tsel_core import __version__
from tsel_core.answer import Answer
from tsel_core.safe_text import clean_for_terminal, terminal_json

_CHECKS_JA = {"exact": "一致", "normalised": "表記ゆれ", "near": "近似", "missing": "文書になし"}
_NEAREST = {"en": "Nearest passages:", "ja": "近い箇所:"}


def answer_json(answer: Answer) -> str:
    """One object, keys as documented in docs/json.md."""
    return terminal_json(answer.as_json(__version__), indent=2)


def answer_text(answer: Answer) -> str:
    """The answer, then its citations, then (when nothing was found) the nearest passages."""
    parts = [clean_for_terminal(answer.text)]
    tail = text_tail(answer)
    if tail:
        parts.append(tail)
    return "\n\n".join(parts)


def text_tail(answer: Answer) -> str:
    """What follows the answer's own words on a terminal."""
    blocks = []
    if answer.citations:
        width = max(len(c.label) for c in answer.citations)
        blocks.append("\n".join(citation_line(c, answer, min(width, 48)) for c in answer.citations))
    nearest = answer.extra.get("nearest") or []
    if answer.found is False and nearest:
        lines = [f'  {p["label"]}  "{p["quote"]}"' for p in nearest]
        blocks.append("\n".join([_NEAREST.get(answer.lang, _NEAREST["en"]), *lines]))
    return clean_for_terminal("\n\n".join(blocks))


def citation_line(citation: Any, answer: Answer, width: int = 0) -> str:
    """`[1] p. 3  "quoted words"  exact`; the file is named when there are several."""
    label = citation.label if len(answer.documents) == 1 else f"{citation.file} {citation.label}"
    check = _CHECKS_JA.get(citation.check, citation.check) if answer.lang == "ja" else citation.check
    quote = " ".join(citation.quote.split())
    return f'[{citation.id}] {label:<{width}}  "{quote}"  {check}'


def answer_markdown(answer: Answer) -> str:
    """The answer with a list of sources."""
    lines = [clean_for_terminal(answer.text), ""]
    for citation in answer.citations:
        quote = " ".join(citation.quote.split())
        lines.append(f"- **[{citation.id}]** {citation.label}: “{quote}” ({citation.check})")
    receipt = answer.receipt
    lines += [
        "",
        f"*{', '.join(d.path for d in answer.documents)}: {receipt.tokens_read:,} of {receipt.tokens_in_file:,} tokens "
        f"read, nothing cut; {answer.model['name']}*",
    ]
    return clean_for_terminal("\n".join(lines))
