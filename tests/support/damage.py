"""Seeded damage to files: flipped, cut and inserted bytes, and values of a JSON text that no program expects."""

from __future__ import annotations

import json
import os
import random
from typing import Any

VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**63, -(2**63) - 1, 10**40, 1e308, float("inf"), float("nan"), "", "x", "-1", "\x00", "\ud800",
    [], [[]], {}, {"x": 1}, [None], "a" * 100_000,
)  # fmt: skip


def cases(usual: int) -> int:
    """How many seeds a fuzzer runs: the usual number, times TSEL_FUZZ (pytest --fuzz sets it)."""
    return usual * max(1, int(os.environ.get("TSEL_FUZZ", "1")))


def damaged_bytes(data: bytes, chosen: random.Random, reach: int | None = None) -> bytes:
    """With up to six bytes changed within `reach` of its head; sometimes cut, or with something put in."""
    found = bytearray(data)
    end = min(len(found), reach or len(found))
    for _ in range(chosen.randint(1, 6)):
        found[chosen.randrange(end)] = chosen.choice((0, 0xFF, chosen.randrange(256)))
    kind = chosen.random()
    if kind < 0.2:
        return bytes(found[: chosen.randrange(len(found))])
    if kind < 0.3:
        at = chosen.randrange(end)
        return bytes(found[:at]) + chosen.randbytes(chosen.randint(1, 64)) + bytes(found[at:])
    return bytes(found)


def damaged_json(text: str, chosen: random.Random) -> str:
    """With one to three values replaced, removed or doubled, at any depth; sometimes nested, sometimes no JSON."""
    if chosen.random() < 0.1:
        return chosen.choice(("", "[", "null", "[]", "3", '"x"', "[" * 5000, "{" * 3000, '{"a":' * 3000, "\x00", text[: len(text) // 2]))
    content = json.loads(text)
    for _ in range(chosen.randint(1, 3)):
        place = _place(content, chosen)
        if place is None:
            break
        holder, key = place
        if isinstance(holder, dict) and chosen.random() < 0.2:
            del holder[key]
        else:
            holder[key] = chosen.choice(VALUES)
    return json.dumps(content)


def _place(content: Any, chosen: random.Random) -> tuple[Any, Any] | None:
    """A random (container, key) of a nested value."""
    holder, found = content, None
    while isinstance(holder, dict | list) and holder:
        key = chosen.choice(list(holder)) if isinstance(holder, dict) else chosen.randrange(len(holder))
        found = (holder, key)
        holder = holder[key]
        if chosen.random() < 0.4:
            break
    return found
