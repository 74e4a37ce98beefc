"""Vectors that several clients want at once: a text is counted as it is, never as another request has it cut."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="fastapi is not installed (the serve extra)")

from tsel_cli.serve.embeddings import Embedder
from tsel_core.errors import UsageError


class Model:
    """A model whose tokenizer cuts while texts are encoded, as those of transformers do."""

    max_seq_length = 8

    def __init__(self) -> None:
        self.cuts, self.encodes = False, threading.Event()

    def tokenizer(self, text: str) -> dict[str, Any]:
        words = text.split()
        return {"input_ids": words[: self.max_seq_length] if self.cuts else words}

    def encode(self, texts: list[str], **_: Any) -> Any:
        self.cuts = True
        self.encodes.set()
        time.sleep(0.1)
        self.cuts = False
        return np.zeros((len(texts), 2))


def test_a_long_text_is_refused_while_another_request_is_encoded() -> None:
    embedder, model = Embedder.__new__(Embedder), Model()
    embedder.model, embedder._lock = model, threading.Lock()  # type: ignore[assignment]
    other = threading.Thread(target=embedder.vectors, args=(["a short text"],))
    other.start()
    assert model.encodes.wait(5)
    with pytest.raises(UsageError, match="20 tokens"):
        embedder.vectors(["word " * 20])
    other.join()
    assert embedder.vectors(["two words"]).num_tokens == 2
