"""What a number before a text measures: "3.5 tonnes", "1.5 per cent"."""

from __future__ import annotations

MEASURE = (
    r"\s?%"
    r"|\s?(?:m?g|kgs?|t|m?l|[kcm]?m|m[²³]|ha|h|kWh?|MWh?|[GM]B"
    r"|tonnes?|tons?|lit(?:re|er)s?|gallons?|barrels?|met(?:re|er)s?"
    r"|miles?|inch(?:es)?|feet|grams?|kilo(?:s|grams?|met(?:re|er)s?)?|hours?|hrs?|days?|weeks?"
    r"|months?|years?|minutes?|seconds?"
    r"|per ?cent|percentage|million|billion|thousand|times|points?|euros?|dollars?|pounds?|yen|pence|cents?|degrees"
    r"|units?|pieces?"
    r"|pallets?|hectares?|acres?|square met(?:re|er)s?|cubic met(?:re|er)s?|EUR|USD|GBP|JPY|CHF)\b(?!\))"
)
"""An expression for the unit behind a number: it is a value then, and no number of a clause."""
