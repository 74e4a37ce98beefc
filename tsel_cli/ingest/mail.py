"""Mail messages (.eml) and saved web pages (.mht): head lines, then the text; attachments are named, not opened."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from tsel_cli.ingest.encodings import decode
from tsel_cli.ingest.options import ReadOptions, check_encoding
from tsel_cli.ingest.source import Draft
from tsel_core.errors import DocumentError, UsageError

_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read_mail(draft: Draft, name: str, data: bytes, options: ReadOptions) -> None:
    """A message's headers and body into `draft`."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise DocumentError(f"{name}: the mail has no header lines", "check that it is a saved message (.eml)")
    for header in _HEADERS:
        for value in message.get_all(header, []):
            draft.add("line" if draft.units else "paragraph", header, f"{header}: {_header(value)}")
    for part in message.walk():
        if part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        file = part.get_filename()
        if file or part.get_content_disposition() == "attachment":
            draft.warn(f"the attachment {file or part.get_content_type()} was not read")
            draft.metadata.setdefault("attachments", []).append(str(file or part.get_content_type()))
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None or not isinstance(body, EmailMessage):
        return
    text = _body_text(body, options)
    if body.get_content_type() == "text/html":
        from tsel_cli.ingest.html_text import read_html

        read_html(draft, text)
    else:
        from tsel_cli.ingest.clean import clean_text
        from tsel_cli.ingest.text import add_blocks

        add_blocks(draft, clean_text(text))


def _header(value: object) -> str:
    return " ".join(str(value).split())


def _body_text(part: EmailMessage, options: ReadOptions) -> str:
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset()
    if options.encoding is None and charset:
        try:
            return data.decode(check_encoding(charset))
        except (UsageError, UnicodeDecodeError):
            pass
    return decode(data, options.encoding, "the mail's text").text if data else ""
