"""Outlook messages (.msg): head lines, the text, attachments through their readers, and messages within it.

Through olefile; extract-msg reads more of them, under the GPL, which a program of another licence cannot ship.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from tsel_core.ingest.encoding.encodings import decode
from tsel_core.ingest.formats.email.attachments import add_attachment
from tsel_core.ingest.formats.email.lzfu import unpack_rtf
from tsel_core.ingest.formats.email.mail_alternatives import differing, remark
from tsel_core.ingest.formats.html.html_source import decode_html
from tsel_core.ingest.formats.html.html_text import read_html
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.source import Draft, Source

_SUBJECT, _TO, _CC, _SENDER, _ADDRESS, _SMTP = "0037", "0E04", "0E03", "0C1A", "0C1F", "5D01"
_BODY, _HTML, _RTF = "1000", "1013", "1009"
_SENT, _DELIVERED, _CODE_PAGE = 0x00390040, 0x0E060040, 0x3FFD0003
_NAMES = ("3707", "3704", "3001")  # of an attachment: long, short, shown
MAX_DEPTH = 8


def read_msg(source: Source, options: ReadOptions) -> Draft:
    """A message's head lines and text."""
    import olefile

    draft = Draft("msg", "paragraph")
    with olefile.OleFileIO(BytesIO(source.data)) as ole:
        _Message(ole, [], draft, options, source).read(0)
    draft.warn_hidden(shown=options.hidden)
    return draft


class _Message:
    """A message, or one that stands in another, at `path` of the file."""

    def __init__(self, ole: Any, path: list[str], draft: Draft, options: ReadOptions, source: Source) -> None:
        self._ole, self._path, self._draft, self._options, self._source = ole, path, draft, options, source
        self._properties = self._fixed()
        page = self._properties.get(_CODE_PAGE, 1252)
        self._codec = "utf-8" if page == 65001 else f"cp{page}"

    def read(self, depth: int) -> None:
        sender = self._text(_SENDER)
        address = self._text(_SMTP) or self._text(_ADDRESS)
        if address and address != sender and "@" in address:
            sender = f"{sender} <{address}>" if sender else address
        sent = self._properties.get(_SENT) or self._properties.get(_DELIVERED)
        lines = (("From", sender), ("To", self._text(_TO)), ("Cc", self._text(_CC)), ("Date", _date(sent)),
                 ("Subject", self._text(_SUBJECT)))  # fmt: skip
        for name, value in lines:
            words = " ".join(value.split())
            if words:
                self._draft.add("line" if self._draft.units else "paragraph", name, f"{name}: {words}")
        self._body()
        for storage in self._attachments():
            inner = [*storage, "__substg1.0_3701000D"]
            if self._ole.exists(inner) and depth >= MAX_DEPTH:
                self._draft.lose(f"parts nested more than {MAX_DEPTH} levels deep were left out")
                continue
            if self._ole.exists(inner):
                self._draft.add("paragraph", "forwarded message", "[forwarded message]")
                _Message(self._ole, inner, self._draft, self._options, self._source).read(depth + 1)
                continue
            name = next((text for tag in _NAMES if (text := self._text(tag, storage))), "without a name")
            add_attachment(self._draft, self._source, name, self._stream("37010102", storage) or b"")

    def _body(self) -> None:
        from tsel_core.ingest.formats.text_blocks import add_blocks

        text, data = self._text(_BODY), self._stream(f"{_HTML}0102")
        page = decode_html(data.rstrip(b"\0"), None, "the message") if data is not None else ""
        words = differing(text, page) if text.strip() and page.strip() else []
        if words:
            self._draft.warn(remark(words))
        if text.strip() and not words:
            add_blocks(self._draft, self._draft.clean(text, turn=False))
            return
        if data is not None:
            read_html(self._draft, page, hidden=self._options.hidden)
            return
        packed = self._stream(f"{_RTF}0102")
        if packed is not None and self._source.read_inner is not None:
            unpacked, is_whole = unpack_rtf(packed)
            if not is_whole:
                self._draft.doubt("the text of the message is cut off")
            self._draft.add_draft(self._source.read_inner("message.rtf", unpacked), "text")

    def _attachments(self) -> list[list[str]]:
        depth = len(self._path)
        entries = self._ole.listdir(streams=False, storages=True)
        inside = [e for e in entries if e[:depth] == self._path and len(e) == depth + 1]
        return [e for e in inside if e[depth].startswith("__attach_version1.0")]

    def _text(self, tag: str, path: list[str] | None = None) -> str:
        """A text property: in UTF-16, else in the message's code page."""
        wide = self._stream(f"{tag}001F", path)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self._stream(f"{tag}001E", path)
        if narrow is None:
            return ""
        try:
            return narrow.decode(self._codec).rstrip("\x00")
        except (UnicodeDecodeError, LookupError):
            return decode(narrow, self._options.encoding, "the message").text.rstrip("\x00") if narrow else ""

    def _stream(self, tag: str, path: list[str] | None = None) -> bytes | None:
        place = [*(self._path if path is None else path), f"__substg1.0_{tag}"]
        return bytes(self._ole.openstream(place).read()) if self._ole.exists(place) else None

    def _fixed(self) -> dict[int, int]:
        """Numbers and times, 16 bytes each after a head."""
        place = [*self._path, "__properties_version1.0"]
        if not self._ole.exists(place):
            return {}
        data = self._ole.openstream(place).read()
        found: dict[int, int] = {}
        for at in range(24 if self._path else 32, len(data) - 15, 16):
            tag, _, value = struct.unpack_from("<IIQ", data, at)
            found[tag] = value if tag & 0xFFFF == 0x40 else value & 0xFFFFFFFF
        return found


def _date(filetime: int | None) -> str:
    """Windows counts tenths of microseconds since 1601."""
    if not filetime or filetime > 1 << 60:
        return ""
    moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=filetime // 10)
    return moment.strftime("%a, %d %b %Y %H:%M:%S UTC")
