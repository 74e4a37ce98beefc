"""What a user may choose about reading, and the limits under which untrusted files are parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tsel_core.errors import UsageError

Changes = Literal["accept", "reject", "show"]
CHANGES: tuple[Changes, ...] = ("accept", "reject", "show")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of `read_document`. Limits hold for one file; beyond them reading stops with a clear error."""

    encoding: str | None = None  # of text files; None detects it
    pages: str | None = None  # "3-9,12": physical pages of a PDF, counted from 1
    password: str | None = None  # of a PDF
    changes: Changes = "accept"  # tracked changes of a Word file
    annotations: bool = False  # a PDF's annotations
    comments: bool = False  # a Word file's comments
    hidden: bool = False  # text that no reader can see is given to the model too (marked)
    time_stamps_s: float = 60.0  # a transcript's time is given to the model when so much has passed; 0: never
    ocr: bool = False  # recognize pages without text (needs the ocr extra)
    timeout_s: float = 300.0  # wall clock for one file
    memory_limit_bytes: int = 3 << 30  # address space of the reading process, where the system can limit it
    max_file_bytes: int = 2 << 30  # largest file that is opened
    max_text_bytes: int = 32 << 20  # largest plain text that is read (about 8 million tokens)
    max_unpacked_bytes: int = 512 << 20  # largest sum of a zip's members
    processes: int = 4  # most that read one file; each has the memory limit
    isolate: bool = True  # parse in a process of its own

    def __post_init__(self) -> None:
        if self.changes not in CHANGES:
            raise UsageError(
                f"--changes {self.changes}: not one of accept, reject, show",
                "accept reads the text as if every change were accepted, show marks them",
            )
        if not 0 <= self.time_stamps_s <= 86_400:
            raise UsageError(
                f"--time-stamps {self.time_stamps_s:g}: must be between 0 and 86400 seconds",
                "60 gives the time once a minute, 0 never",
            )
        if self.encoding is not None:
            check_encoding(self.encoding)
        if self.pages is not None:
            parse_pages(self.pages)


def check_encoding(name: str) -> str:
    """Python's name of the encoding; cp932 is meant where people write Shift_JIS."""
    import codecs

    plain = name.strip().lower().replace("-", "_")
    if plain in ("sjis", "shift_jis", "shiftjis", "s_jis", "windows_31j", "ms932", "ms_kanji"):
        return "cp932"
    try:
        info = codecs.lookup(plain)
        "".encode(info.name)  # refuses bytes-to-bytes codecs such as hex
        if not getattr(info, "_is_text_encoding", True):
            raise LookupError(plain)
    except (LookupError, TypeError, ValueError, UnicodeError) as error:
        raise UsageError(
            f"--encoding {name}: no encoding of that name", "try utf-8, cp932, euc_jp, iso2022_jp or utf-16"
        ) from error
    return info.name


def parse_pages(text: str) -> tuple[tuple[int, int | None], ...]:
    """ "3-9,12,20-" as ranges ((3, 9), (12, 12), (20, None)); pages count from 1.

    Raises UsageError when the text is not such a list.
    """
    ranges: list[tuple[int, int | None]] = []
    for part in text.replace("、", ",").replace("，", ",").split(","):
        match = re.fullmatch(r"\s*(\d{1,9})\s*(?:([-–—~〜～])\s*(\d{1,9})?)?\s*", part)
        if match is None:
            raise UsageError(f"--pages {text}: '{part.strip()}' is not a page or a range", "write it as 3-9,12")
        first = int(match[1])
        last: int | None = first if match[2] is None else (int(match[3]) if match[3] else None)
        if first < 1 or (last is not None and last < first):
            raise UsageError(
                f"--pages {text}: {part.strip()} is not a range that counts upwards from 1",
                "write it as 3-9,12",
            )
        ranges.append((first, last))
    return tuple(ranges)


def selected_pages(pages: str | None, num_pages: int) -> list[int]:
    """Page indices (from 0, ascending) that `pages` names in a file of `num_pages`.

    Raises UsageError when a named page is not in the file.
    """
    if pages is None:
        return list(range(num_pages))
    chosen: set[int] = set()
    for first, last in parse_pages(pages):
        end = num_pages if last is None else last
        if first > num_pages or end > num_pages:
            raise UsageError(
                f"--pages {pages}: the file has {num_pages} {'page' if num_pages == 1 else 'pages'}",
                f"name pages between 1 and {num_pages}",
            )
        chosen.update(range(first - 1, end))
    return sorted(chosen)


def name_pages(pages: Iterable[int], limit: int = 12) -> str:
    """Pages (from 1) as "3-9, 12"; long lists end in "and N more"."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in runs[:limit]]
    more = len(runs) - limit
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
