"""The head of an RTF file: code pages of its fonts, colours, heading styles; and how its text is cut into tokens."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from tsel_core.ingest.formats.text_colours import Colour
from tsel_core.lazy_pattern import lazy_pattern

TOKEN = lazy_pattern(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_CHARSETS = {0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5",
             161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
             222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"}  # fmt: skip
_HEAD = 400_000  # characters in which the tables stand


@dataclass
class RtfHead:
    """What the tables of the file's head say."""

    codec: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)  # number -> codec, "" for the file's own
    colours: list[Colour | None] = field(default_factory=list)
    headings: dict[int, int] = field(default_factory=dict)  # style -> level


def read_head(text: str) -> RtfHead:
    """The tables of an RTF file."""
    head = RtfHead()
    page = re.search(r"\\ansicpg(\d+)", text[:2000])
    if page is not None:
        head.codec = _codec(f"cp{page[1]}")
    for font in re.finditer(r"\\f(\d+)(?:(?!\\f\d|;).){0,200}?\\fcharset(\d+)", text[:_HEAD], re.S):
        head.fonts.setdefault(int(font[1]), _CHARSETS.get(int(font[2]), ""))
    table = re.search(r"\{\\colortbl(.*?)\}", text[:_HEAD], re.S)
    for entry in table[1].split(";") if table else ():
        parts = dict(re.findall(r"\\(red|green|blue)(\d+)", entry))
        known = len(parts) == 3
        head.colours.append((int(parts["red"]), int(parts["green"]), int(parts["blue"])) if known else None)
    named = r"\{\\s(\d+)[^{}]{0,400}? (?:heading|見出し) ?(\d)[^{}]{0,40};\}"
    for style in re.finditer(named, text[:_HEAD], re.I):
        head.headings[int(style[1])] = int(style[2])
    return head


def paired(text: str) -> str:
    """Signs beyond U+FFFF are written as two numbers."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _codec(name: str) -> str:
    try:
        return codecs.lookup({"cp65001": "utf-8", "cp10000": "mac_roman"}.get(name, name)).name
    except LookupError:
        return "cp1252"


def sample(text: str, codec: str) -> str:
    """Words of the file's first part, roughly: enough to tell its language."""
    found: list[str] = []
    data = bytearray()
    for word, number, code, _, _, words in TOKEN.findall(text[:200_000]):
        if code:
            data.append(int(code, 16))
        elif words and data:  # the second byte of a sign may stand as a letter
            data += words.encode("latin-1")
        elif word == "u" and number:
            found.append(chr(int(number) % 0x10000))
        else:
            found.append(words)
        if data and not code:
            found.append(data.decode(codec, "replace"))
            data.clear()
    return "".join(found)
