"""The model that is taken where nobody names one. Asked before a command is handed over: it imports next to nothing."""

from __future__ import annotations

from tsel_core.cache_paths import models_dir

DEFAULT_NAME = "qwen2.5-coder-1.5b"


def is_first_run(model: str | None) -> bool:
    """Whether nobody named a model and the default is not on this machine yet."""
    return model in (None, "", "default") and not (models_dir() / DEFAULT_NAME).is_dir()
