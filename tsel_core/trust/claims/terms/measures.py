# ruff: noqa: E501 (tables of words)
"""The measure that a number is of: 3,500 kg is not 3,500 tonnes, 200キロメートル is not 200マイル."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alternation import any_of
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values

# (what it is called here, how it is written)
_NAMES: dict[str, str] = {
    "kg": "kg kgs kilogram kilograms kilogramme kilogrammes kilo kilos キログラム キロ",
    "g": "g gram grams gramme grammes グラム",
    "mg": "mg milligram milligrams ミリグラム",
    "t": "t ton tons tonne tonnes トン",
    "lb": "lb lbs ポンド",
    "oz": "oz ounce ounces オンス",
    "km": "km kms kilometre kilometres kilometer kilometers キロメートル キロ",
    "m": "m metre metres meter meters メートル",
    "cm": "cm centimetre centimetres centimeter centimeters センチメートル センチ",
    "mm": "mm millimetre millimetres millimeter millimeters ミリメートル ミリ",
    "mile": "mile miles マイル",
    "km/h": "km/h kph kmh",
    "mph": "mph",
    "yard": "yard yards ヤード",
    "foot": "ft foot feet フィート",
    "inch": "inch inches インチ",
    "l": "l litre litres liter liters リットル",
    "ml": "ml millilitre millilitres milliliter milliliters ミリリットル",
    "gallon": "gallon gallons ガロン",
    "m2": "m2 m² ㎡ sqm 平方メートル 平米",
    "ft2": "sqft 平方フィート",
    "ha": "ha hectare hectares ヘクタール",
    "acre": "acre acres エーカー",
    "坪": "坪",
    "m3": "m3 m³ ㎥ 立方メートル 立米",
    "kW": "kw kilowatt kilowatts キロワット",
    "MW": "mw megawatt megawatts メガワット",
    "kWh": "kwh kilowatt-hour kilowatt-hours キロワット時",
    "MWh": "mwh megawatt-hour megawatt-hours メガワット時",
    "MB": "mb megabyte megabytes メガバイト",
    "GB": "gb gigabyte gigabytes ギガバイト",
    "TB": "tb terabyte terabytes テラバイト",
}
_IS: dict[str, frozenset[str]] = {}
for _name, _written in _NAMES.items():
    for _word in _written.split():
        for _form in {_word, _word.replace("-", " ")}:  # "kilowatt-hours", "kilowatt hours"
            _IS[_form] = _IS.get(_form, frozenset()) | {_name}
_WIDE = [w for w in _IS if not w.isascii()]
_PLAIN = [w for w in _IS if w.isascii()]
_SQUARE = {"square": {"m": "m2", "km": "km2", "foot": "ft2", "mile": "mile2", "yard": "yard2"}, "cubic": {"m": "m3", "cm": "cm3", "foot": "ft3"}}
# behind a number; "ton" may be short or metric, and a letter alone is one only with nothing behind it
_UNIT = lazy_pattern(rf"[\s-]?(?:(?P<power>square|cubic|sq\.?|cu\.?)\s)?(?:metric\s)?(?:(?P<plain>{any_of(_PLAIN)})(?![A-Za-z0-9²³])|(?P<wide>{any_of(_WIDE)}))")
_POWERS = {"square": "square", "sq": "square", "cubic": "cubic", "cu": "cubic"}


def other_measure(claim: str, evidence: str) -> str:
    """ "t / kg": the measure of a number of a claim, where the evidence has that number with other measures only; ""."""
    theirs: list[Value] | None = None
    for value in bounded(extract_values(claim)):
        ours = _measures(claim, value)
        if not ours:
            continue
        theirs = theirs if theirs is not None else [v for v in bounded(extract_values(evidence)) if v.kind == "number"]
        there = [m for v in theirs if same_value(v, value) for m in [_measures(evidence, v)]]
        if there and all(there) and not any(ours & m for m in there):
            return f"{min(ours)} / {min(there[0])}"
    return ""


def _measures(text: str, value: Value) -> frozenset[str]:
    """What a number of a text may be counted in; nothing where no measure stands behind it."""
    match = _UNIT.match(text.lower(), value.end) if value.kind == "number" else None
    if match is None:
        return frozenset()
    found = _IS[match["plain"] or match["wide"]]
    if match["power"]:
        powers = _SQUARE[_POWERS[match["power"].rstrip(".")]]
        return frozenset(powers.get(name, f"{match['power']} {name}") for name in found)
    return found
