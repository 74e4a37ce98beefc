"""Text files: plain, Markdown, captions, transcripts, HTML, mail, tables of values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tsel_core.errors import DocumentError
from tsel_core.ingest.encoding.clean import is_japanese
from tsel_core.ingest.encoding.encodings import GARBLED, decode
from tsel_core.ingest.encoding.invisible import without_invisible
from tsel_core.ingest.formats.articles import Articles
from tsel_core.ingest.formats.markdown.markdown_unseen import without_unseen
from tsel_core.ingest.formats.text_blocks import add_block, add_blocks
from tsel_core.ingest.formats.units_of_text import blocks
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.files import too_large
from tsel_core.ingest.source import Draft, Source
from tsel_core.lazy_pattern import lazy_pattern

_HEADING = lazy_pattern(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
MAX_LINES = 1_000_000


def read_text_file(source: Source, options: ReadOptions) -> Draft:
    """Any of the text kinds. Raises DocumentError when it is not text or over the limit."""
    if len(source.data) > options.max_text_bytes:
        raise too_large(source.name, len(source.data), options.max_text_bytes)
    draft = Draft(source.kind, "paragraph")
    if source.kind == "eml":
        from tsel_core.ingest.formats.email.mail import read_mail

        read_mail(draft, source, options)
        draft.warn_hidden(shown=options.hidden)
        return draft
    if source.kind == "mbox":
        from tsel_core.ingest.formats.email.mail import read_mailbox

        read_mailbox(draft, source, options)
        draft.warn_hidden(shown=options.hidden)
        return draft
    if source.kind == "html":
        from tsel_core.ingest.formats.html.html_source import decode_html
        from tsel_core.ingest.formats.html.html_text import read_html

        read_html(draft, decode_html(source.data, options.encoding, source.name), hidden=options.hidden)
        draft.warn_hidden(shown=options.hidden)
        return draft
    decoded = decode(source.data, options.encoding, source.name)
    if decoded.warning and not decoded.is_cut:
        lost = "\ufffd" in decoded.text or decoded.warning == GARBLED
        (draft.doubt if lost else draft.warn)(decoded.warning)
    draft.metadata["encoding"] = decoded.encoding
    if "\x00" in decoded.text:
        draft.warn(f"{decoded.text.count(chr(0))} NUL characters were left out")
    text = draft.clean(decoded.text, turn=False)
    if text.count("\n") > MAX_LINES:
        raise DocumentError(f"{source.name}: more than {MAX_LINES:,} lines", "split the file and read its parts")
    if not text.strip():
        raise DocumentError(f"{source.name}: the file is empty", "check that the file was saved or copied")
    read_decoded(draft, text, hidden=options.hidden)
    draft.warn_hidden(shown=options.hidden)
    if decoded.is_cut:
        draft.lose(decoded.warning)
    return draft


def read_decoded(draft: Draft, text: str, *, hidden: bool = False) -> None:
    """Units of `text` by the draft's kind; what a page made of it does not show is marked when `hidden`."""
    if draft.kind in ("vtt", "srt"):
        from tsel_core.ingest.transcript.captions import read_captions

        draft.unit_kind = "turn"
        read_captions(draft, text)
    elif draft.kind == "csv":
        from tsel_core.ingest.formats.table_text import read_csv

        read_csv(draft, text)
    elif draft.kind == "json":
        from tsel_core.ingest.transcript.json_turns import read_json

        if not read_json(draft, text):
            add_blocks(draft, text)
    elif draft.kind == "md":
        read_markdown(draft, text, hidden=hidden)
    else:
        read_plain(draft, text)


def read_plain(draft: Draft, text: str) -> None:
    """A transcript's turns, a caption file under another name, or paragraphs and lines."""
    from tsel_core.ingest.transcript.speakers import read_speakers

    if _is_caption(text):
        draft.unit_kind = "turn"
        from tsel_core.ingest.transcript.captions import read_captions

        read_captions(draft, text)
        return
    lines = text.split("\n")
    if len(text) <= 16 << 20 and read_speakers(draft, lines):
        return
    add_blocks(draft, text)


def _is_caption(text: str) -> bool:
    """Two or more numbered cues with times, as SubRip has them, or times as SBV has them, in a file named .txt."""
    head = text[:20_000]
    numbered = re.findall(r"^[ \t]*\d+[ \t]*\n[ \t]*\d+:\d\d:\d\d[.,]\d+\s*-->", head, re.M)
    return len(numbered) >= 2 or len(re.findall(r"^\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}$", head, re.M)) >= 2


def read_markdown(draft: Draft, text: str, *, hidden: bool = False) -> None:
    """Blocks between empty lines; headings give the heading path, comments are kept apart."""
    from tsel_core.ingest.transcript.speakers import read_speakers

    text, unseen = without_unseen(text)
    for number, words in unseen:
        draft.add_hidden(f"line {number}", words, shown=hidden)
    marked = re.search(r"^#{1,6}\s|^```|^\|", text, re.M) is not None
    if read_speakers(draft, text.split("\n"), timed=marked):
        return
    path: list[tuple[int, str]] = []
    articles = Articles(is_japanese(text))
    for first, block in _markdown_blocks(text, articles):
        match = _HEADING.match(block.split("\n", 1)[0])
        if match:
            level = len(match[1])
            title = without_invisible(match[2])[0]
            path = [*(p for p in path if p[0] < level), (level, title)]
            articles.leave(title)
        names = tuple(name for _, name in path)
        add_block(draft, first, first + block.count("\n"), block, names, None if match else articles)


def _markdown_blocks(text: str, articles: Articles) -> Iterator[tuple[int, str]]:
    """(first line, block): blocks between empty lines; a heading is one of its own, outside of code.

    What follows a table, and a clause with a number of several parts, begins one too.
    """
    fenced = False
    for first, _, block in blocks(text):
        held: list[str] = []
        start = first
        for number, line in enumerate(block.split("\n"), first):
            if line.lstrip().startswith(("```", "~~~")):
                fenced = not fenced
            if not fenced and _HEADING.match(line):
                if held:
                    yield start, "\n".join(held)
                yield number, line
                held, start = [], number + 1
                continue
            ends_table = bool(held) and _is_row(held[-1]) and not _is_row(line)
            if held and not fenced and (ends_table or articles.begins_article(line)):
                yield start, "\n".join(held)
                held, start = [], number
            held.append(line)
        if held:
            yield start, "\n".join(held)


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")
