"""Characters: which are stripped from every text, which are Japanese, and how joined lines meet."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern

# C0 controls except tab and line feed, DEL, C1 controls, lone surrogates, and noncharacters: never part of a text.
_CONTROLS = lazy_pattern("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = lazy_pattern("\r\n?|[\x0b\x0c]|\x85|\u2028|\u2029")
# A no-break or typographic space says no more than a space, and costs several tokens; U+3000 is Japanese layout.
_SPACES = lazy_pattern("[\xa0\u1680\u2000-\u200a\u202f\u205f]")
_RUN = lazy_pattern(r"([-.=·・‥…─—―])\1\1\1|\. \. \. \.")
_LEADERS = lazy_pattern(r"([-.=·・‥…─—―])\1{3,}|(?: \.){4,}\.*(?!\w)")
_BLANKS = lazy_pattern("( ) {99,}|(\u3000)\u3000{99,}|(\t)\t{299,}")  # padding of a fixed width, or an attack
# Colours and titles of a terminal, which a log or a hostile file carries.
_ESCAPES = lazy_pattern(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|\x9d)[^\x07\x1b\n\x9c]{0,200}(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]"
)
_PRIVATE = lazy_pattern("[\uf020-\uf0ff]")
CJK = "\u2e80-\u2fdf\u3000-\u30ff\u3130-\u318f\u31a0-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_CJK = lazy_pattern(f"[{CJK}]")
_KANA_KANJI = lazy_pattern("[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_KANA = lazy_pattern("[\u3041-\u30fa\uff66-\uff9d]")
# Codes of the Symbol and Wingdings fonts, which say nothing elsewhere.
SYMBOLS = {
    0xF0B7: "•",
    0xF0A7: "▪",
    0xF0D8: "➢",
    0xF076: "❖",
    0xF0FE: "☒",
    0xF0A8: "☐",
    0xF06F: "☐",
    0xF0FC: "✓",
    0xF052: "☑",
    0xF0E0: "→",
    0xF02D: "-",
}


def clean_text(text: str) -> str:
    """Line ends become one line feed, spaces of any width one kind, runs of dashes and dots three; controls go.

    Of a hundred blanks and more in a row eight are left (of tabs: one of three hundred).
    The rest is left as the document has it.
    """
    if "\ufeff" in text:
        text = text.replace("\ufeff", "")
    if "\x1b" in text or "\x9b" in text or "\x9d" in text:
        text = _ESCAPES.sub("", text)
    if not text.isprintable():
        text = _SPACES.sub(" ", _CONTROLS.sub("", _BREAKS.sub("\n", text)))
        if _PRIVATE.search(text):
            text = text.translate(SYMBOLS)
    if " " * 100 in text or "\u3000" * 100 in text or "\t" * 300 in text:
        text = _BLANKS.sub(lambda match: match[3] or 8 * (match[1] or match[2]), text)
    if _may_run(text) and _RUN.search(text):
        text = _LEADERS.sub(lambda match: match[1] * 3 if match[1] else " ...", text)
    return text


def _may_run(text: str) -> bool:
    """A quick look for what `_RUN` finds: most texts hold none of it."""
    if "---" in text or "..." in text or "===" in text or ". ." in text:
        return True
    return not text.isascii() and any(sign * 3 in text for sign in "·・‥…─—―")


def is_cjk(char: str) -> bool:
    """A Chinese, Japanese or Korean character or full-width sign."""
    return bool(_CJK.match(char))


def count_cjk(text: str) -> int:
    """How many characters of the text are Chinese, Japanese or Korean."""
    return len(_CJK.findall(text))


def join_lines(first: str, second: str) -> str:
    """Two pieces of one sentence: no space between two CJK characters, one space otherwise."""
    first, second = first.rstrip(), second.lstrip()
    if not first or not second:
        return first or second
    if is_cjk(first[-1]) and is_cjk(second[0]):
        return first + second
    return first + " " + second


def is_japanese(text: str) -> bool:
    """Japanese: at least a tenth of the letters are kana or kanji, and some are kana (the first 20,000 count)."""
    sample = text[:20_000]
    letters = sum(1 for c in sample if c.isalpha())
    found = len(_KANA_KANJI.findall(sample))
    return found > 0 and found * 10 >= letters and bool(_KANA.search(sample))
