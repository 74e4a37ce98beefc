"""Mail messages (.eml) and saved web pages (.mht): head lines, the text, then attachments through their readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from itertools import pairwise

from tsel_core.errors import DocumentError, UsageError
from tsel_core.ingest.encoding.encodings import GARBLED, decode, has_escapes
from tsel_core.ingest.formats.email.attachments import add_attachment
from tsel_core.ingest.options import ReadOptions, check_encoding
from tsel_core.ingest.source import Draft, Source

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_ENVELOPE = re.compile(rb"^From [^\r\n]*\d{4}[^\r\n]*\r?\n(?=[!-9;-~]+:)", re.M)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
MAX_DEPTH = 8  # of parts within parts, and of forwarded messages
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError)  # of Python's library


def read_mail(draft: Draft, source: Source, options: ReadOptions) -> None:
    """A message's headers and body into `draft`."""
    message = BytesParser(policy=policy.default).parsebytes(source.data)
    _read_whole(draft, source, message, options)


def read_mailbox(draft: Draft, source: Source, options: ReadOptions) -> None:
    """The messages of an mbox file, one after the other."""
    data = source.data
    starts = [m.start() for m in _ENVELOPE.finditer(data)]
    for number, (start, end) in enumerate(pairwise([*starts, len(data)]), 1):
        draft.add("paragraph", f"message {number}", f"[message {number}]")
        body = data[data.index(b"\n", start) + 1 : end]
        message = BytesParser(policy=policy.default).parsebytes(_QUOTED_FROM.sub(rb"\1", body))
        try:
            _read_whole(draft, source, message, options)
        except DocumentError:
            draft.lose(f"message {number} of the mailbox has no header lines and was not read")
        except _FAULTS:
            draft.lose(f"message {number} of the mailbox is damaged and was read in part")
    draft.metadata["num_messages"] = len(starts)


def _read_whole(draft: Draft, source: Source, message: Message, options: ReadOptions) -> None:
    if not isinstance(message, EmailMessage) or not message.keys():
        raise DocumentError(f"{source.name}: the mail has no header lines", "check that it is a saved message (.eml)")
    _read(draft, source, message, options, 0)


def _read(draft: Draft, source: Source, message: EmailMessage, options: ReadOptions, depth: int) -> None:
    """Head lines, texts in their order, its files, then the messages it forwards, each in the same way."""
    for header in _HEADERS:
        raw = [value for name, value in message.raw_items() if name.lower() == header.lower()]
        for value, coded in zip(_values(message, header, raw), raw, strict=False):
            draft.add("line" if draft.units else "paragraph", header, f"{header}: {_header(value, str(coded))}")
    forwarded: list[EmailMessage] = []
    files: list[tuple[str, EmailMessage]] = []
    for part in _leaves(draft, message, options, 0):
        file = part.get_filename()
        if part.get_content_type() == "message/rfc822" and depth < MAX_DEPTH:
            forwarded.extend(m for m in part.get_payload() if isinstance(m, EmailMessage))
        elif part.is_multipart():
            draft.lose(f"parts nested more than {MAX_DEPTH} levels deep were left out")
        elif file or part.get_content_disposition() == "attachment" or not _is_text(part):
            files.append((str(file or part.get_content_type()), part))
        else:
            try:
                _put_text(draft, part, options)
            except DocumentError as error:
                draft.lose(f"a text of the mail was not read: {error.message.split(': ', 1)[-1]}")
    for name, part in files:
        try:
            body = part.get_payload(decode=True)
        except _FAULTS:
            body = b""
        add_attachment(draft, source, name, body if isinstance(body, bytes) else b"")
    for inner in forwarded:
        draft.add("paragraph", "forwarded message", "[forwarded message]")
        _read(draft, source, inner, options, depth + 1)


def _is_text(part: EmailMessage) -> bool:
    """Words to be read here; so is what calls itself several parts and has no line that divides them."""
    return part.get_content_type() in ("text/plain", "text/html") or part.get_content_maintype() == "multipart"


def _leaves(draft: Draft, message: EmailMessage, options: ReadOptions, depth: int) -> Iterator[EmailMessage]:
    """Parts that hold no others; of alternatives only the one that is read."""
    kind = message.get_content_type()
    if not message.is_multipart() or kind == "message/rfc822" or depth > MAX_DEPTH:
        yield message
    elif kind == "multipart/alternative":
        body = message.get_body(preferencelist=("plain", "html"))
        if body is not None and not _has_words(body):
            body = message.get_body(preferencelist=("html", "plain"))
        elif isinstance(body, EmailMessage) and body.get_content_type() == "text/plain":
            body = _shown(draft, message, body, options)
        parts = [p for p in message.iter_parts() if isinstance(p, EmailMessage)]
        inside = [p for p in parts if body is not None and any(q is body for q in p.walk())]
        for part in inside or parts[:1]:
            yield from _leaves(draft, part, options, depth + 1)
    else:
        related = kind == "multipart/related"  # a page, then its pictures and style sheets
        for at, inner in enumerate(message.iter_parts()):
            if isinstance(inner, EmailMessage) and (at == 0 or not related or inner.get_filename()):
                yield from _leaves(draft, inner, options, depth + 1)


def _shown(draft: Draft, message: EmailMessage, plain: EmailMessage, options: ReadOptions) -> EmailMessage:
    """The plain text, or the page beside it where that says something else."""
    from tsel_core.ingest.formats.email.mail_alternatives import differing, remark

    page = message.get_body(preferencelist=("html",))
    if not isinstance(page, EmailMessage) or not _has_words(page):
        return plain
    words = differing(_body_text(plain, options), _body_text(page, options))
    if words:
        draft.warn(remark(words))
    return page if words else plain


def _has_words(part: Message) -> bool:
    """Some programs put an empty text beside the page that holds the words."""
    raw = part.get_payload(decode=True)
    return not isinstance(raw, bytes) or bool(raw.strip())


def _put_text(draft: Draft, body: EmailMessage, options: ReadOptions) -> None:
    text = _body_text(body, options, draft)
    if body.get_content_type() == "text/html":
        from tsel_core.ingest.formats.html.html_text import read_html

        read_html(draft, text, hidden=options.hidden)
    else:
        from tsel_core.ingest.formats.text_blocks import add_blocks

        add_blocks(draft, draft.clean(text, turn=False))


def _values(message: EmailMessage, header: str, raw: list[object]) -> list[object]:
    """The header's values; as they stand where the library stumbles over them."""
    try:
        return message.get_all(header, [])
    except _FAULTS:
        return raw


def _header(value: object, coded: str) -> str:
    """A header line in words. Where the library lost signs, each coded word is decoded by the rule for texts."""
    text = str(value)
    if "=?" in coded and ("\ufffd" in text or "=?" in text):
        try:
            parts = decode_header(coded)
            text = "".join(p if isinstance(p, str) else _word(p) if c else p.decode("latin-1") for p, c in parts)
        except (*_FAULTS, DocumentError, HeaderParseError):
            text = coded  # damaged: as it stands
    return " ".join(text.split())


def _word(raw: bytes) -> str:
    """A coded word of an unknown encoding; it is whole, so a sign that seems to be cut is of another one."""
    decoded = decode(raw)
    return raw.decode("cp1252", "replace") if decoded.is_cut else decoded.text


def _body_text(part: EmailMessage, options: ReadOptions, draft: Draft | None = None) -> str:
    """A text of the mail; `draft` is told where parts of it are no text of its encoding."""
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset()
    if options.encoding is None and charset and not has_escapes(data):
        try:
            return data.decode(check_encoding(charset))
        except (UsageError, UnicodeDecodeError):
            pass
    if not data:
        return ""
    decoded = decode(data, options.encoding, "the mail's text")
    if draft is not None and decoded.warning:
        lost = decoded.is_cut or "\ufffd" in decoded.text or decoded.warning == GARBLED
        (draft.doubt if lost else draft.warn)(f"a text of the mail: {decoded.warning}")
    return decoded.text
