"""Encodings that are taken for Japanese or Western ones: Chinese, Korean, Windows Cyrillic."""

from __future__ import annotations

_USUAL_HANGUL = frozenset("이다는을의가에은로하고지를한서도기사자리인시정어나대라")  # four in ten of a Korean text

# three in ten of a Chinese text; one in sixty of signs taken at random from the set's first level
_USUAL_HAN = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们到于出就分对成会可发年同也能下过子说方后行所得之等第条及其或按由应本合三二十日月"
)
_CODEPAGES = ("cp1251", "koi8_r", "cp866", "iso8859_5")
_USUAL_CYRILLIC = frozenset("оеаинтсрвл")  # two in three of a Russian text's letters


def neighbour(data: bytes, japanese: str) -> tuple[str, str] | None:
    """(text, encoding) of Chinese (GB) or Korean (EUC-KR): such bytes also read as kanji, but without any kana."""
    wide = [c for c in japanese[:100_000] if ord(c) > 127]
    if len(wide) < 8 or sum(1 for c in wide if 0x3041 <= ord(c) <= 0x30FC) * 33 > len(wide):
        return None
    hangul = [c for c in (strict(data, "euc_kr") or "")[:100_000] if 0xAC00 <= ord(c) <= 0xD7A3]
    usual = sum(c in _USUAL_HANGUL for c in hangul)
    if len(hangul) * 10 >= len(wide) * 8 and usual * 6 >= len(hangul):
        return data.decode("euc_kr"), "euc_kr"
    chinese = strict(data, "gb18030")
    if chinese is not None and _is_chinese(chinese):
        return chinese, "gb18030"
    kanji = [c for c in wide if 0x4E00 <= ord(c) <= 0x9FFF]
    if chinese is None or sum(map(in_level_1, kanji)) * 100 >= len(kanji) * 88 > 0:
        return None  # kanji in everyday use: Japanese without kana, a list of names
    han = [c for c in chinese[:100_000] if 0x4E00 <= ord(c) <= 0x9FFF]
    common = sum(1 for c in han if 0xB0 <= c.encode("gb18030")[0] <= 0xD7 and len(c.encode("gb18030")) == 2)
    if len(han) >= 6 and common * 100 >= len(han) * 90:
        return chinese, "gb18030"
    return None


def _is_chinese(text: str) -> bool:
    """One sign in eight is among the most usual ones, not one name again and again: bytes of kanji give any."""
    han = [c for c in text[:100_000] if 0x4E00 <= ord(c) <= 0x9FFF]
    usual = [c for c in han if c in _USUAL_HAN]
    return len(set(usual)) >= 3 and len(usual) * 8 >= len(han)


def common_han(text: str, codec: str) -> bool:
    """Chinese signs, nearly all of them of the set's first level."""
    wide = [c for c in text[:20_000] if ord(c) > 127]
    han = [c for c in wide if 0x4E00 <= ord(c) <= 0x9FFF]
    signs = len(han) + sum(0x3000 <= ord(c) <= 0x303F or ord(c) >= 0xFF00 for c in wide)
    last = {"big5": 0xC6, "gb18030": 0xD7}[codec]
    common = sum(len(raw) == 2 and raw[0] <= last for raw in (c.encode(codec) for c in han))
    return len(wide) >= 8 and signs * 10 >= len(wide) * 9 and common * 10 >= len(han) * 9


def cyrillic(data: bytes) -> tuple[str, str] | None:
    """(text, encoding) of Russian: most letters are small, and most of those are the usual ones."""
    best: tuple[int, str, str] | None = None
    for codec in _CODEPAGES:
        text = strict(data, codec)
        letters = [c for c in (text or "")[:20_000] if c.isalpha()]
        small = sum("а" <= c <= "я" for c in letters)
        usual = sum(c in _USUAL_CYRILLIC for c in letters)
        wide = sum(ord(c) > 127 for c in (text or "")[:20_000])
        if sum(ord(c) > 127 for c in letters) * 10 < wide * 9:  # half-width kana become lines of boxes
            continue
        if text is not None and len(letters) >= 20 and small * 10 >= len(letters) * 7 and usual * 9 >= small * 4:
            best = max(best, (usual, text, codec)) if best else (usual, text, codec)
    return None if best is None else (best[1], best[2])


def is_unlikely(text: str) -> bool:
    """Most signs are outside ASCII: so reads no Western text, but any other one whose encoding was not found."""
    signs = [c for c in text[:20_000] if not c.isspace()]
    return len(signs) >= 8 and sum(ord(c) > 127 for c in signs) * 5 > len(signs) * 2


def in_level_1(char: str) -> bool:
    """JIS level 1 kanji: rows 16 to 47, the ones in everyday use."""
    try:
        raw = char.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return len(raw) == 2 and 0xB0 <= raw[0] <= 0xCF


def strict(data: bytes, codec: str) -> str | None:
    """Text of `data`, or None when some byte does not fit."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None
