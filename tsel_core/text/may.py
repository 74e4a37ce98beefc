"""The verb "may", which is no month: "by 1 May" allows nothing."""

from __future__ import annotations

MAY = r"(?-i:\bmay\b|\bMAY\b|(?<![\w,] )\bMay\b(?!\s+(?:\d|of\b|until\b|to\b)))"
"""An expression for the verb, whatever the flags of the pattern around it; with a capital where a sentence begins."""
MONTH_OF_MAY = r"(?-i:(?<=[\w,] )May\b|\bMay(?=\s+(?:\d|of\b)))"
"""An expression for the month."""
