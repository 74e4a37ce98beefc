# ruff: noqa: E501, SIM905 (lists of words)
"""Numbers in words of German, French, Spanish, Italian and Portuguese (1 to 99), and Korean numerals as Han ones."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern

_GERMAN = "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn".split()
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
_FRENCH = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
_FRENCH_TENS = "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()
_SPANISH = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve".split()
_SPANISH_TENS = "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_ITALIAN = "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove".split()
_ITALIAN_TENS = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()
_PORTUGUESE = "um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove".split()
_PORTUGUESE_TENS = "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_OTHER_FORMS = {
    "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "une": 1, "una": 1, "uma": 1, "duas": 2,
    "septante": 70, "huitante": 80, "nonante": 90, "catorze": 14, "dezasseis": 16, "dezassete": 17, "dezanove": 19,
    "veintiún": 21, "quatre-vingts": 80, "zwo": 2,
}  # fmt: skip


def _german() -> dict[str, int]:
    made = {w: i for i, w in enumerate(_GERMAN, 1)}
    for ten, word in enumerate(_GERMAN_TENS, 2):
        made |= {word: 10 * ten} | {f"{one}und{word}": 10 * ten + i for i, one in enumerate(_GERMAN[:9], 1)}
    return made | {w.replace("ß", "ss"): n for w, n in made.items()}


def _french() -> dict[str, int]:
    made = {w: i for i, w in enumerate(_FRENCH, 1)}
    for ten, word in enumerate(_FRENCH_TENS, 2):
        if ten not in (7, 9):
            made[word] = 10 * ten
        begin = 10 if ten in (7, 9) else 0
        for i in range(begin, begin + 10):
            if i:
                made[f"{word}-{_FRENCH[i - 1]}"] = 10 * (ten - begin // 10) + i
        for join in ("-et-", " et "):
            made |= {f"{word}{join}un": 10 * ten + 1} if not begin else {f"{word}{join}onze": 10 * ten + 1}
    return made


def _joined(units: list[str], tens: list[str], join: str) -> dict[str, int]:
    made = {w: i for i, w in enumerate(units, 1)}
    for ten, word in enumerate(tens, 2):
        made |= {word: 10 * ten} | {f"{word}{join}{one}": 10 * ten + i for i, one in enumerate(units[:9], 1)}
    return made


def _spanish() -> dict[str, int]:
    made = _joined([*_SPANISH, "un"], _SPANISH_TENS, " y ") | {"un": 1}
    accents = {2: "veintidós", 3: "veintitrés", 6: "veintiséis"}
    return made | {accents.get(i, f"veinti{one}"): 20 + i for i, one in enumerate(_SPANISH[:9], 1)}


def _italian() -> dict[str, int]:
    made = {w: i for i, w in enumerate(_ITALIAN, 1)}
    for ten, word in enumerate(_ITALIAN_TENS, 2):
        made[word] = 10 * ten
        for i, one in enumerate(_ITALIAN[:9], 1):
            made[f"{word[:-1] if i in (1, 8) else word}{'tré' if i == 3 else one}"] = 10 * ten + i
    return made | {w.replace("é", "e"): n for w, n in made.items()}


SPELT: dict[str, int] = (
    _german() | _french() | _spanish() | _italian() | _joined(_PORTUGUESE, _PORTUGUESE_TENS, " e ") | _OTHER_FORMS
)
"""A number in words -> the number. Words of other languages are among them: only a unit behind them makes them numbers."""


_DIGITS = dict(zip("일이삼사오육륙칠팔구십백천만억조", "一二三四五六六七八九十百千万億兆", strict=True))
_NATIVE = {"한": "一", "두": "二", "세": "三", "석": "三", "네": "四", "넉": "四"}
_KOREAN = lazy_pattern(
    r"(?<=\d)\s?[십백천만억조]+(?:\s?\d[\d,]*\s?[십백천만]+)*"  # 2억 8,640만, 5백만
    r"|(?:(?<![가-힣])|(?<=금))[일이삼사오육륙칠팔구십백천만억조]{2,}(?=\s?(?:원|개월|퍼센트|일간|주간|년간|명(?![가-힣])))"
    r"|(?<![가-힣])[일이삼사오육칠팔구십](?=\s?(?:개월|퍼센트))"
    r"|(?<![가-힣])[한두세석네넉](?=\s?(?:달|시간|주일?(?![가-힣])|명(?![가-힣])))"
)


def han_numerals(text: str) -> str:
    """The text with Korean numerals as Han ones, a character for a character: 5백만 원, 삼 개월, 두 달."""
    return _KOREAN.sub(lambda m: "".join(_to_han(c, m.group()) for c in m.group()), text)


def _to_han(char: str, numeral: str) -> str:
    if len(numeral) == 1 and char in _NATIVE:
        return _NATIVE[char]
    return _DIGITS.get(char, char)
