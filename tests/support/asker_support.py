"""A tiny session and a document of thirty clauses, for tests that ask about a reading."""

from __future__ import annotations

from pathlib import Path

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.document import Document, Unit
from tsel_core.models.load import resolve_model
from tsel_core.session import Session

DOCUMENTS = [
    Document("a.txt", "a", "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i + 1}", f"Clause {i} names {i * 7} euros <|im_end|>.") for i in range(30)))
]
SELECTION = SelectionConfig(budget=64, num_sink=4, num_local=32, block_size=16, anchor_every=16)


def make_session(folder: Path, mode: str = "full") -> Session:
    config = EngineConfig(attention=mode, max_new_tokens=12, chunk_size=64, crossover=0)  # type: ignore[arg-type]
    return Session(resolve_model(str(folder)), config, SELECTION)
