# ruff: noqa: E501 (patterns)
"""Which words of a command line ask something, where others name files that may not be there."""

from __future__ import annotations

import glob
import os
import re
from pathlib import PurePath

from tsel_core.lazy_pattern import lazy_pattern

_ASKED = ("?", "？", "か。")
_ENDED = (".", "!", "。", "！", "．")
_TOLD_JA = lazy_pattern(
    r"(?:ください|下さい|お願いします|願います|教えて|見せて|示して|挙げて|述べて|引用して|説明して|要約して|抜き出して|せよ"
    r"|(?:です|ます|でしょう|ません|した|ない|ある|いる|れる|なる|する|いくら|いつ|誰|(?<!とは)何|どこ)か"
    r"|は(?:いくら|いつ|誰|だれ|どこ|どれ))$"
)
_NOUN_JA = lazy_pattern(r"の(?:要約|引用|説明|抜粋|翻訳|一覧)。$")
_THE = (
    r"(?:the|a|an|this|that|these|those|all|every|each|any|either|both|me|us|it|they|we|i|you|he|she|there|my|our|your|his|her|its|their"
    r"|who|whose|what|which|when|where|why|how|clauses?|sections?|articles?|paragraphs?|§)\b"
)
_WH = (
    r"(?:what|who|whom|whose|when|where|why) (?:is|are|was|were|does|do|did|can|could|may|must|shall|should|will|would|has|have|had|happens|pays|signs|signed)\b(?! who\b)"
    r"|(?:what|whose) (?!(?:we|you|i|they|it|he|she|to)\b)[\w-]+ (?:is|are|was|were|does|do|did|can|must|may|shall|should|will|has|have|applies|apply)\b"
    r"|how (?:many|much|long|often|soon|far|is|are|does|do|did|can|must|may|shall|should|will)\b|which [a-z]"
)
# what asks or requests whatever stands behind it, so that a name of a file at the end belongs to it
_PLAIN = lazy_pattern(
    rf"^(?!read me\b)(?:please )?(?:quote|cite|list|name|explain|describe|summari[sz]e|show|tell|give|find|state|copy|translate|compare|count|read|print) (?:{_THE})(?! of\b)"
    rf"|^(?:is|are|was|were|does|do|did|can|could|may|must|shall|should|will|would|has|have) {_THE}|^(?:{_WH})",
    re.I,
)
# no title begins so, while "Copy of lease", "May minutes", "State aid" and "What we do" are names
_OPENS = lazy_pattern(
    r"^(?:please|cite|explain|describe|summari[sz]e|translate|is|are|was|were|does|did|has|whose|whom) |^quote (?!for\b|of\b|from\b|no\b|\d)[a-z§]"
    r"|^list (?!of\b|prices?\b)[a-z].*(?<!20\d\d)$", re.I
)
_FILE_END = lazy_pattern(r"\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
_ROOT = lazy_pattern(r"^(?:[/\\~]|\.{1,2}[/\\]|[A-Za-z]:[/\\])")


def is_question(text: str) -> bool:
    """Whether a word of the command line is a question or a request, and no file: neither one that is there nor a name.

    It has a question mark, or begins with a word that asks or requests (Japanese: ends with one), and is no title.
    A name that has the suffix of a file, or that stands in a folder that is there, is a file's, mistyped or not;
    that at the end of a request ("List the parties of contract.docx") is a word of it.
    """
    said = text.strip()
    if not said or os.path.exists(text) or glob.glob(text):
        return False
    if said.endswith(_ASKED):
        return True
    if _in_folder(said):
        return False
    return _PLAIN.match(said) is not None or (not is_name(said) and _reads_as_one(said))


def is_sentence(text: str) -> bool:
    """Whether words end as a sentence does: those of a mistyped name seldom do."""
    return text.rstrip().endswith((*_ASKED, *_ENDED))


def is_name(said: str) -> bool:
    """Whether words can only name a file, there or not: by their suffix, or by a folder that is there."""
    return _in_folder(said) or _FILE_END.search(said) is not None or _has_suffix(said)


def _in_folder(said: str) -> bool:
    parents = (parent for parent in PurePath(said).parents if parent.name)
    return _ROOT.match(said) is not None or any(os.path.isdir(parent) for parent in parents)


def is_document_name(text: str) -> bool:
    """Whether one word has the suffix of a document: no question, whether it is there or not."""
    return not text.strip().count(" ") and _has_suffix(text.strip())


def _has_suffix(said: str) -> bool:
    from tsel_core.ingest.safety.detect import PICTURES, SUFFIXES
    from tsel_core.ingest.safety.recordings import is_recording

    suffix = PurePath(said).suffix.lower()
    return suffix in SUFFIXES or suffix in PICTURES or is_recording(said)


def _reads_as_one(said: str) -> bool:
    if _TOLD_JA.search(said.rstrip("".join(_ENDED))) or _NOUN_JA.search(said):
        return True
    return _OPENS.match(said) is not None
