"""Formulas (OMML) in one line: "a/b", "x^2", "√(x)", so that a fraction is no product."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.word.package import W, local

MAX_DEPTH = 40
_OVER = {"f": "/", "sSup": "^", "sSub": "_"}


def formula_text(element: Any, depth: int = 0) -> str:
    """Text of an m:oMath or of anything in it."""
    if depth > MAX_DEPTH:
        return ""
    name = local(element)
    if name in ("t", "delText"):
        return element.text or ""
    if name.endswith("Pr") or name in ("del", "instrText"):
        return ""
    parts = [(local(child), formula_text(child, depth + 1)) for child in element]
    if name == "f" and _attribute(element, "fPr", "type") == "noBar":
        return "(" + " ".join(text for _, text in parts if text) + ")"
    if name in _OVER:
        return _OVER[name].join(_grouped(text) for _, text in parts if text)
    inner = dict(parts)
    if name == "sSubSup":
        return f"{_grouped(inner.get('e', ''))}_{_grouped(inner.get('sub', ''))}^{_grouped(inner.get('sup', ''))}"
    if name == "rad":
        degree = inner.get("deg", "")
        return f"{degree}√({inner.get('e', '')})"
    if name == "nary":
        sign = _attribute(element, "naryPr", "chr") or "∫"
        low, high = inner.get("sub", ""), inner.get("sup", "")
        return (
            sign
            + (f"_{_grouped(low)}" if low else "")
            + (f"^{_grouped(high)}" if high else "")
            + f" {inner.get('e', '')}"
        )
    if name == "d":
        begin, end = _attribute(element, "dPr", "begChr"), _attribute(element, "dPr", "endChr")
        middle = ", ".join(text for _, text in parts if text)
        return ("(" if begin is None else begin) + middle + (")" if end is None else end)
    if name in ("m", "eqArr"):
        return "[" + "; ".join(text for _, text in parts if text) + "]"
    if name == "mr":
        return ", ".join(text for _, text in parts if text)
    return "".join(text for _, text in parts)


def _attribute(element: Any, properties: str, name: str) -> str | None:
    """m:val of a property, or None."""
    for child in element:
        if local(child) == properties:
            for found in child:
                if local(found) == name:
                    return next((v for k, v in found.attrib.items() if k.endswith("}val") and not k.startswith(W)), "")
    return None


def _grouped(text: str) -> str:
    """In brackets, unless it is one number or name."""
    return text if text.isalnum() or len(text) == 1 or (text[:1] == "(" and text[-1:] == ")") else f"({text})"
