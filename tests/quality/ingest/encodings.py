"""Our encoding rule beside charset-normalizer: `python tests/quality/ingest/encodings.py ../shared/data/dev`."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from tsel_core.errors import TselError
from tsel_core.ingest.encoding.encodings import decode

OTHERS = (
    ("Der Vermieter verpflichtet sich, die Räume bis zum 1. März zu übergeben. " * 3, ("cp1252",)),
    ("Le loyer est payable d’avance; les réparations sont à la charge du propriétaire. " * 3, ("cp1252",)),
    ("Арендодатель обязуется передать помещение до первого марта. " * 3, ("cp1251",)),
    ("承租方应当在每月一日之前支付租金，逾期应当支付违约金。" * 3, ("gb18030", "big5")),
    ("임차인은 매월 1일까지 임대료를 지급하여야 한다. " * 3, ("euc_kr",)),
)
AWKWARD = (
    ("cp932 with ① and ㈱", "①見積額は㈱高橋の確認済みです。".encode("cp932"), "①見積額は㈱高橋の確認済みです。"),
    ("half-width kana of a bank", "ﾌﾘｺﾐ ｶ)ﾀﾅｶｼﾖｳｼﾞ 120000 ﾐｽﾞﾎ".encode("cp932"), "ﾌﾘｺﾐ ｶ)ﾀﾅｶｼﾖｳｼﾞ 120000 ﾐｽﾞﾎ"),
    ("names only", "田中\n佐藤\n鈴木\n".encode("cp932"), "田中\n佐藤\n鈴木\n"),
    ("one bad byte in UTF-8", ("契約の期間は一年とする。" * 20).encode() + b"\xff rest", ("契約の期間は一年とする。" * 20) + "\ufffd rest"),
    ("cut within a character", ("契約の期間は一年とする。" * 20).encode()[:-1], "契約の期間は一年とする。" * 19 + "契約の期間は一年とする"),
)


def samples(folder: Path) -> Iterator[tuple[str, bytes, str]]:
    """(encoding, bytes, text) of whole documents and pieces of them."""
    rng = random.Random(7)
    for path in sorted(p for part in ("ja_docs", "contracts", "meetings") for p in (folder / part).glob("*.txt")):
        text = path.read_text("utf-8", "replace").replace("\ufeff", "")
        japanese = any(0x3041 <= ord(c) <= 0x30FF for c in text[:3000])
        codecs = ("cp932", "euc_jp", "iso2022_jp", "utf-8", "utf-16-le") if japanese else ("utf-8", "cp1252", "utf-16")
        for size in (60, 300, 3000, 30_000):
            start = rng.randrange(max(1, len(text) - size))
            for codec in codecs:
                data = text[start : start + size].encode(codec, "ignore")
                yield codec, data, data.decode(codec)
    for text, others in OTHERS:
        for codec in others:
            yield codec, text.encode(codec, "ignore"), text.encode(codec, "ignore").decode(codec)


def ours(data: bytes) -> str:
    try:
        return decode(data).text
    except TselError:
        return ""


def theirs(data: bytes) -> str:
    best = from_bytes(data).best()
    return "" if best is None else str(best)


def main(folder: Path) -> None:
    found = list(samples(folder))
    for name, read in (("tsel", ours), ("charset-normalizer", theirs)):
        start = time.perf_counter()
        right = [read(data).replace("\ufeff", "") == text.replace("\ufeff", "") for _, data, text in found]
        seconds = time.perf_counter() - start
        missed = sorted({codec for (codec, _, _), ok in zip(found, right, strict=True) if not ok})
        awkward = [label for label, data, text in AWKWARD if read(data) != text]
        print(f"{name}: {sum(right)} of {len(found)} in {seconds:.2f} s; missed in {missed}; awkward missed: {awkward}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
