"""Numbers as Word writes them in lists and notes: "iv", "(b)", "第三条", "イ", "⑤"."""

from __future__ import annotations

from collections.abc import Callable

_KANJI = "〇一二三四五六七八九"
_LEGAL = "零壱弐参四伍六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CIRCLED = "".join(chr(c) for c in (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0)))
_HALF = str.maketrans(
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ",
)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
             "twelve": "twelfth"}  # fmt: skip


def format_number(value: int, style: str) -> str:
    """`value` in a w:numFmt style; an unknown style counts in decimal."""
    make = _STYLES.get(style)
    return make(value) if make is not None and value >= 0 else str(value)


def kanji(value: int, digits: str = _KANJI, units: str = "十百千", *, always_one: bool = False) -> str:
    """十二, 百五; with `digits` and `always_one` the legal form 壱拾弐."""
    if value == 0:
        return digits[0]
    if value >= 10_000:
        return (
            kanji(value // 10_000, digits, units, always_one=always_one)
            + "万"
            + (kanji(value % 10_000, digits, units, always_one=always_one) if value % 10_000 else "")
        )
    text = ""
    for power in (3, 2, 1):
        digit = value // 10**power % 10
        if digit:
            text += ("" if digit == 1 and not always_one else digits[digit]) + units[power - 1]
    return text + (digits[value % 10] if value % 10 else "")


def roman(value: int) -> str:
    """Lower-case Roman numeral."""
    if value <= 0 or value > 50_000:
        return str(value)
    text = ""
    for size, sign in _ROMAN:
        text += sign * (value // size)
        value %= size
    return text


def letters(value: int) -> str:
    """a to z, then aa, bb as Word counts."""
    if value <= 0 or value > 26 * 200:
        return str(value)
    return chr(97 + (value - 1) % 26) * ((value - 1) // 26 + 1)


def words(value: int) -> str:
    """Number in English words below 1,000; digits beyond."""
    if value < 20:
        return _ONES[value]
    if value < 100:
        return _TENS[value // 10] + ("-" + _ONES[value % 10] if value % 10 else "")
    if value < 1000:
        return f"{_ONES[value // 100]} hundred" + (f" {words(value % 100)}" if value % 100 else "")
    return str(value)


def _ordinal(value: int) -> str:
    if 10 <= value % 100 <= 20:
        return f"{value}th"
    return f"{value}" + {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _ordinal_words(value: int) -> str:
    text = words(value)
    head, sep, last = text.rpartition("-")
    if text.isdigit():
        return _ordinal(value)
    last = _ORDINALS.get(last, last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return (head + sep + last).capitalize()


def _of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)] if value > 0 else str(value)


def _full(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


_STYLES: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda v: f"{v:02d}",
    "lowerLetter": letters,
    "upperLetter": lambda v: letters(v).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda v: roman(v).upper(),
    "ordinal": _ordinal,
    "cardinalText": lambda v: words(v).capitalize(),
    "ordinalText": _ordinal_words,
    "hex": lambda v: f"{v:X}",
    "numberInDash": lambda v: f"- {v} -",
    "none": lambda v: "",
    "bullet": lambda v: "",
    "decimalFullWidth": lambda v: _full(str(v)),
    "decimalFullWidth2": lambda v: _full(str(v)),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": lambda v: _CIRCLED[v - 1] if 0 < v <= len(_CIRCLED) else f"({v})",
    "decimalEnclosedCircleChinese": lambda v: _CIRCLED[v - 1] if 0 < v <= len(_CIRCLED) else f"({v})",
    "decimalEnclosedFullstop": lambda v: chr(0x2487 + v) if 0 < v <= 20 else f"{v}.",
    "decimalEnclosedParen": lambda v: chr(0x2473 + v) if 0 < v <= 20 else f"({v})",
    "japaneseCounting": kanji,
    "japaneseDigitalTenThousand": lambda v: "".join(_KANJI[int(d)] for d in str(v)),
    "japaneseLegal": lambda v: kanji(v, _LEGAL, "拾百千", always_one=True),
    "ideographDigital": lambda v: "".join(_KANJI[int(d)] for d in str(v)),
    "chineseCounting": kanji,
    "chineseCountingThousand": kanji,
    "chineseLegalSimplified": lambda v: kanji(v, "零壹贰叁肆伍陆柒捌玖", "拾佰仟", always_one=True),
    "taiwaneseCounting": kanji,
    "taiwaneseCountingThousand": kanji,
    "taiwaneseDigital": lambda v: "".join("○一二三四五六七八九"[int(d)] for d in str(v)),
    "koreanCounting": str,
    "aiueo": lambda v: _of(_AIUEO)(v).translate(_HALF),
    "aiueoFullWidth": _of(_AIUEO),
    "iroha": lambda v: _of(_IROHA)(v).translate(_HALF),
    "irohaFullWidth": _of(_IROHA),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographEnclosedCircle": lambda v: chr(0x327F + v) if 0 < v <= 10 else f"({v})",
    "chicago": lambda v: "*†‡§"[(v - 1) % 4] * ((v - 1) // 4 + 1) if v > 0 else str(v),
}
