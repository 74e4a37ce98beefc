"""A tokenizer of transformers that threads may share.

Whether special tokens in a text are text is a state of its machine, set anew by every call: without a lock a prompt's
own marks become letters, and marks that a document's author wrote become marks, while another thread encodes.
"""

from __future__ import annotations

import threading
from typing import Any


class LockedTokenizer:
    """The tokenizer, one call at a time; everything else is its own."""

    def __init__(self, inner: Any) -> None:
        self._inner, self._lock = inner, threading.Lock()

    def __call__(self, *texts: Any, **options: Any) -> Any:
        """See transformers' PreTrainedTokenizerFast."""
        with self._lock:
            return self._inner(*texts, **options)

    def decode(self, *ids: Any, **options: Any) -> Any:
        """See transformers' PreTrainedTokenizerFast."""
        with self._lock:
            return self._inner.decode(*ids, **options)

    def __getattr__(self, name: str) -> Any:
        if name == "_inner":  # not made yet: a copy or a pickle is under way
            raise AttributeError(name)
        return getattr(self._inner, name)
