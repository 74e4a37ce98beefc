"""Token counts and the reason of an end, as several interfaces tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tsel_core.answer import Draft

_STOP = {"end": "stop", "length": "length", "interrupted": "stop"}


def finish_reason(draft: Draft) -> str:
    """Either "stop" or "length"."""
    return _STOP.get(draft.stop_reason, "stop")


def cached_tokens(draft: Draft) -> int:
    """Tokens of the prompt that came from a reading which was kept."""
    return int((draft.extra.get("reading") or {}).get("reused_tokens", 0))


def usage(drafts: Sequence[Draft]) -> dict[str, Any]:
    """Of all replies to one request; the prompt counts once, as it is read once."""
    written = sum(d.completion_tokens for d in drafts)
    return {
        "prompt_tokens": drafts[0].prompt_tokens,
        "completion_tokens": written,
        "total_tokens": drafts[0].prompt_tokens + written,
        "prompt_tokens_details": {"cached_tokens": cached_tokens(drafts[0])},
    }
