"""Text files: plain, Markdown, captions, transcripts, HTML, mail, tables of values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tsel_core.errors import DocumentError
from tsel_core.ingest.encoding.clean import clean_text, is_japanese
from tsel_core.ingest.encoding.encodings import decode
from tsel_core.ingest.formats.articles import Articles
from tsel_core.ingest.formats.units_of_text import MAX_CHARS, blocks, pieces
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.files import too_large
from tsel_core.ingest.source import Draft, Source

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
MAX_LINES = 2_000_000
_ENDS = ".:;!?。．：；！？)）」』"


def read_text_file(source: Source, options: ReadOptions) -> Draft:
    """Any of the text kinds. Raises DocumentError when it is not text or over the limit."""
    if len(source.data) > options.max_text_bytes:
        raise too_large(source.name, len(source.data), options.max_text_bytes)
    draft = Draft(source.kind, "paragraph")
    if source.kind == "eml":
        from tsel_core.ingest.formats.mail import read_mail

        read_mail(draft, source.name, source.data, options)
        draft.warn_hidden(shown=options.hidden)
        return draft
    if source.kind == "mbox":
        from tsel_core.ingest.formats.mail import read_mailbox

        read_mailbox(draft, source.name, source.data, options)
        draft.warn_hidden(shown=options.hidden)
        return draft
    if source.kind == "html":
        from tsel_core.ingest.formats.html_text import decode_html, read_html

        read_html(draft, decode_html(source.data, options.encoding, source.name), hidden=options.hidden)
        draft.warn_hidden(shown=options.hidden)
        return draft
    decoded = decode(source.data, options.encoding, source.name)
    if decoded.warning:
        (draft.lose if "cut off" in decoded.warning else draft.warn)(decoded.warning)
    draft.metadata["encoding"] = decoded.encoding
    if "\x00" in decoded.text:
        draft.warn(f"{decoded.text.count(chr(0))} NUL characters were left out")
    text = clean_text(decoded.text)
    if text.count("\n") > MAX_LINES:
        raise DocumentError(f"{source.name}: more than {MAX_LINES:,} lines", "split the file and read its parts")
    if not text.strip():
        raise DocumentError(f"{source.name}: the file is empty", "check that the file was saved or copied")
    read_decoded(draft, text)
    return draft


def read_decoded(draft: Draft, text: str) -> None:
    """Units of `text` by the draft's kind."""
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
        read_markdown(draft, text)
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


def read_markdown(draft: Draft, text: str) -> None:
    """Blocks between empty lines; headings give the heading path."""
    from tsel_core.ingest.transcript.speakers import read_speakers

    if not re.search(r"^#{1,6}\s|^```|^\|", text, re.M) and read_speakers(draft, text.split("\n")):
        return
    path: list[tuple[int, str]] = []
    for first, block in _markdown_blocks(text):
        match = _HEADING.match(block.split("\n", 1)[0])
        if match:
            level = len(match[1])
            path = [*(p for p in path if p[0] < level), (level, match[2])]
        _add_block(draft, first, first + block.count("\n"), block, tuple(name for _, name in path))


def _markdown_blocks(text: str) -> Iterator[tuple[int, str]]:
    """(first line, block): blocks between empty lines; a heading is one of its own, outside of code."""
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
            else:
                held.append(line)
        if held:
            yield start, "\n".join(held)


def add_blocks(draft: Draft, text: str, heading_path: tuple[str, ...] = ()) -> None:
    """Paragraphs and lines of plain text."""
    articles = Articles(is_japanese(text))
    for first, _, block in blocks(text):
        lines = block.split("\n")
        starts = _starts(lines, articles) if _is_wrapped(lines) else [0]
        for start, end in pairwise([*starts, len(lines)]):
            part = "\n".join(lines[start:end])
            _add_block(draft, first + start, first + end - 1, part, heading_path, articles, inside=start > 0)


def _starts(lines: list[str], articles: Articles) -> list[int]:
    """Lines of a block (from 0) that begin an article, a clause or an item, where the line before has ended; and 0."""
    full = 0.75 * max(len(line) for line in lines)
    found = [0]
    for at in range(1, len(lines)):
        before = lines[at - 1].rstrip()
        if articles.begins(lines[at]) and (before[-1:] in _ENDS or len(before) < full):
            found.append(at)
    return found


def _add_block(
    draft: Draft,
    first: int,
    last: int,
    block: str,
    heading_path: tuple[str, ...],
    articles: Articles | None = None,
    *,
    inside: bool = False,
) -> None:
    """A wrapped paragraph is one unit; lines that are paragraphs of their own, or too much for one, are one each.

    `inside`: the block follows another without an empty line.
    """
    lines = block.split("\n")
    heading = f"{heading_path[-1]}, " if heading_path else ""

    def where(line: str) -> str:
        place = articles.place(line, False) if articles is not None else ""
        return f"{place}, " if place else heading

    if (len(lines) == 1 or _is_wrapped(lines)) and len(block) <= MAX_CHARS:
        span = f"line {first}" if first == last else f"lines {first}-{last}"
        draft.add("line" if inside else "paragraph", where(lines[0]) + span, block, heading_path=heading_path)
        return
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        parts = pieces(line)
        place = where(line)
        for part, piece in enumerate(parts, 1):
            label = f"{place}line {number}" + (f", part {part}" if len(parts) > 1 else "")
            kind = "paragraph" if number == first and part == 1 and not inside else "line"
            draft.add(kind, label, piece, heading_path=heading_path)  # type: ignore[arg-type]


def _is_wrapped(lines: list[str]) -> bool:
    """Lines of a paragraph wrapped at a column: none is long."""
    return max(len(line) for line in lines) <= 110
