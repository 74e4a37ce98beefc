"""Where things are kept on this machine, and clear errors when they cannot be."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tsel_core.errors import ModelError

_REMEDY = "set TSEL_CACHE (or TSEL_MODELS, for models alone) to a folder that can be written"


def cache_dir() -> Path:
    """The cache of the program: TSEL_CACHE, else the user's cache folder of this system."""
    named = os.environ.get("TSEL_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("tsel", appauthor=False)


def models_dir() -> Path:
    """Converted models: TSEL_MODELS, else `models` in the cache. May not exist yet."""
    named = os.environ.get("TSEL_MODELS")
    return Path(named).expanduser().absolute() if named else cache_dir() / "models"


def writable_models_dir() -> Path:
    """models_dir(), made if it was missing. Raises ModelError when it cannot be written."""
    folder = models_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A name of its own for each call: two threads that share one remove it under each other.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ModelError(
            f"the models folder cannot be written: {folder}: {error.strerror}", _REMEDY
        ) from error
    return folder


def require_free_space(folder: Path, num_bytes: int) -> None:
    """Raise ModelError when the disk of `folder` has less than `num_bytes` free."""
    import shutil

    free = shutil.disk_usage(folder).free
    if free < num_bytes:
        raise ModelError(
            f"the model needs {num_bytes / 1e9:.1f} GB of disk while it is made, "
            f"{free / 1e9:.1f} GB are free in {folder}",
            "free some space, or " + _REMEDY,
        )
