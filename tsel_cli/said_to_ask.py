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
    r"|(?:です|ます|でしょう|ません|した|ない|ある|いる|れる|なる|する|いくら|いつ|誰|何|どこ)か)$"
)
_OPENS = lazy_pattern(
    r"^(?:please|quote|cite|list|name|explain|describe|summari[sz]e|show|tell|give|find|state|copy|translate|compare|count|read|print"
    r"|who|whose|whom|what|which|when|where|why|how|is|are|was|were|does|do|did|can|could|may|must|shall|should|will|would|has|have)\s",
    re.I,
)
_FILE_END = lazy_pattern(r"\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
_ROOT = lazy_pattern(r"^(?:[/\\~]|\.{1,2}[/\\]|[A-Za-z]:[/\\])")
_MANY_WORDS = 5  # from which on words without an end or an opening of a question are no name


def is_question(text: str) -> bool:
    """Whether a word of the command line is a question or a request, and no file: neither one that is there nor a name.

    A name that has the suffix of a file, or that stands in a folder that is there, is a file's, mistyped or not.
    """
    said = text.strip()
    if not said or os.path.exists(text) or glob.glob(text):
        return False
    return said.endswith(_ASKED) or (not is_name(said) and _reads_as_one(said))


def is_sentence(text: str) -> bool:
    """Whether words end as a sentence does: those of a mistyped name seldom do."""
    return text.rstrip().endswith((*_ASKED, *_ENDED))


def is_name(said: str) -> bool:
    """Whether words can only name a file, there or not: by their suffix, or by a folder that is there."""
    if _ROOT.match(said) or any(os.path.isdir(parent) for parent in PurePath(said).parents if parent.name):
        return True
    return _FILE_END.search(said) is not None or _has_suffix(said)


def is_document_name(text: str) -> bool:
    """Whether one word has the suffix of a document: no question, whether it is there or not."""
    return not text.strip().count(" ") and _has_suffix(text.strip())


def _has_suffix(said: str) -> bool:
    from tsel_core.ingest.safety.detect import PICTURES, SUFFIXES
    from tsel_core.ingest.safety.recordings import is_recording

    suffix = PurePath(said).suffix.lower()
    return suffix in SUFFIXES or suffix in PICTURES or is_recording(said)


def _reads_as_one(said: str) -> bool:
    words = said.split()
    if _TOLD_JA.search(said.rstrip("".join(_ENDED))):
        return True
    if len(words) < 2:
        return said.endswith(("。", "！"))
    if said.endswith(_ENDED) or _OPENS.match(said):
        return True
    return len(words) >= _MANY_WORDS
