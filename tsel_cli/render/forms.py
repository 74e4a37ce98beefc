"""The forms of an answer on stdout: text, Markdown, JSON."""

from __future__ import annotations

from typing import Any

from tsel_cli.i18n import in_language
from tsel_cli.render.confidence import confidence_block
from tsel_cli.render.labels import label_in, words_lang
from tsel_cli.render.trust_words import claims_block, role_words, verdict_sentence
from tsel_cli.render.wrap import columns_of, padded
from tsel_core import __version__
from tsel_core.answer import Answer
from tsel_core.text.safe import clean_for_terminal, safe_markdown, terminal_json

_CHECKS_JA = {"exact": "一致", "normalised": "表記ゆれ", "near": "近似", "missing": "文書になし"}
_DOUBTFUL = {"en": "DOUBTFUL: the passage gives orders", "ja": "疑わしい引用: 指示を含む箇所です"}
# How the quoted words were read, where that is not certain
_GRADES = {
    ("joined", "en"): "lines joined by a guess",
    ("joined", "ja"): "行のつながりは推定",
    ("low", "en"): "read from a poor or recognized text",
    ("low", "ja"): "文字認識などによる低品質の読み取り",
}
_NEAREST = {"en": "Nearest passages:", "ja": "近い箇所:"}


def answer_json(answer: Answer) -> str:
    """One object; its keys are those of `tsel_core.answer.Answer.as_json`."""
    return terminal_json(answer.as_json(__version__), indent=2)


def answer_text(answer: Answer) -> str:
    """The answer, a sentence if it is not well supported, its citations, or the nearest passages when not found."""
    parts = [clean_for_terminal(answer.text)]
    tail = text_tail(answer)
    if tail:
        parts.append(tail)
    return "\n\n".join(parts)


def text_tail(answer: Answer) -> str:
    """What follows the answer's own words on a terminal."""
    blocks = [block for block in (doubts(answer), confidence_block(answer)) if block]
    if answer.citations:
        width = max(columns_of(_label(c, answer)) for c in answer.citations)
        blocks.append("\n".join(citation_line(c, answer, min(width, 48)) for c in answer.citations))
    nearest = answer.extra.get("nearest") or []
    if answer.found is False and nearest:
        lines = [f'  {_place(p, answer)}  "{" ".join(p["quote"].split())}"' for p in nearest]
        blocks.append("\n".join([_NEAREST[words_lang(answer.lang)], *lines]))
    return clean_for_terminal("\n\n".join(blocks))


def doubts(answer: Answer) -> str:
    """What must be looked up before the answer is relied on: sentences that are not supported, or that nothing is."""
    return (claims_block(answer) if answer.found else "") or verdict_sentence(answer)


def _place(passage: dict[str, Any], answer: Answer) -> str:
    """The label of a passage; the file is named when there are several."""
    label = label_in(str(passage["label"]), words_lang(answer.lang))
    return label if len(answer.documents) == 1 else f"{passage['file']} {label}"


def _label(citation: Any, answer: Answer) -> str:
    label = label_in(citation.label, words_lang(answer.lang))
    return label if len(answer.documents) == 1 else f"{citation.file} {label}"


def citation_line(citation: Any, answer: Answer, width: int = 0) -> str:
    """`[1] p. 3  "quoted words"  exact`; the file is named when there are several."""
    label = _label(citation, answer)
    quote = " ".join(citation.quote.split())
    return f'[{citation.id}] {padded(label, width)}  "{quote}"  {_check(citation, answer)}'


def _check(citation: Any, answer: Answer) -> str:
    lang = words_lang(answer.lang)
    if citation.role == "question":
        return role_words(lang)
    if citation.doubtful:
        return _DOUBTFUL[lang]
    check = check_words(citation.check, lang)
    check = f"{check} ({citation.distance})" if citation.check == "near" else check
    read = _GRADES.get((citation.grade, lang))
    return f"{check}, {read}" if read else check


def check_words(check: str, lang: str) -> str:
    """What the check of a quote came to."""
    return _CHECKS_JA.get(check, check) if lang == "ja" else str(check)


def answer_markdown(answer: Answer) -> str:
    """The answer with a list of sources, or of the nearest passages when nothing was found."""
    lines = [clean_for_terminal(answer.text), ""]
    if doubts(answer):
        lines += [*(f"> **{line.strip()}**" for line in doubts(answer).splitlines()), ""]
    if confidence_block(answer):
        lines += [*(f"> {line}" for line in confidence_block(answer).split("\n")), ""]
    for citation in answer.citations:
        quote = " ".join(citation.quote.split())
        label = _label(citation, answer)
        lines.append(f"- **[{citation.id}]** {label}: “{quote}” ({_check(citation, answer)})")
    nearest = answer.extra.get("nearest") or []
    if answer.found is False and nearest:
        lines += [_NEAREST[words_lang(answer.lang)], ""]
        lines += [f"- {_place(p, answer)}: “{' '.join(p['quote'].split())}”" for p in nearest]
    receipt = answer.receipt
    read = f"{receipt.tokens_read:,} of {receipt.tokens_in_file:,} tokens read, {receipt.rest}"
    files = ", ".join(d.path for d in answer.documents)
    lines += ["", f"*{files}: {in_language(read, words_lang(answer.lang))}; {answer.model['name']}*"]
    return safe_markdown("\n".join(lines))  # the "> " of a quotation is ours
