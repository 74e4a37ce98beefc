"""EQ fields, the formulas of old Word files, which also set ruby and circled signs."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern

_OPERATOR = lazy_pattern(r"((?:\\[a-zA-Z*]{1,4}[^(),;\\]*)+)\(")
_SWITCH = lazy_pattern(r"\\([a-z*]+)")
_ENCLOSURES = frozenset("○◯〇□△◇☐◎")


def equation(code: str) -> str:
    r"""An EQ field in one line: "\f(a,b)" is a/b; of "\o(\s\up 9(かな),漢字)" (old ruby) the base stays."""
    text, _ = _equation(code.strip(), 0, 0)
    return text.strip()


def _equation(code: str, at: int, depth: int) -> tuple[str, int]:
    """Text up to a comma or bracket that belongs to the caller, and where it stands."""
    found: list[str] = []
    while at < len(code):
        match = _OPERATOR.match(code, at)
        if match is not None and depth < 20:
            at = match.end()
            parts: list[str] = []
            while at - 1 < len(code) and code[at - 1] in "(,;":
                text, at = _equation(code, at, depth + 1)
                parts.append(text)
                at += 1
            found.append(_composed(_SWITCH.findall(match[1].lower()), parts))
        elif code[at] == "\\" and at + 1 < len(code):
            found.append(code[at + 1])
            at += 2
        elif depth and code[at] in "),;":
            return "".join(found), at
        else:
            found.append(code[at])
            at += 1
    return "".join(found), at


def _composed(names: list[str], parts: list[str]) -> str:
    """Parts of an operator; the first of its switches names it."""
    name = next((n for n in names if n in ("f", "o", "r", "s")), "")
    if name == "f" and len(parts) == 2:
        return "/".join(p if p.isalnum() else f"({p})" for p in parts)
    if name == "s":  # set above: a reading, when something stands below it
        return ("\x00" if "up" in names else "") + parts[0]
    if name == "o" and len(parts) > 1:
        return "".join(p for p in parts if not p.startswith("\x00") and p.strip() not in _ENCLOSURES)
    if name == "r":
        return f"√({parts[-1]})"
    return ", ".join(p.lstrip("\x00") for p in parts)
