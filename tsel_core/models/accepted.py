"""What the check of a model's path found, remembered: the same files and versions need it once."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tsel_core.cache_paths import models_dir
from tsel_core.device.versions import package_version
from tsel_core.models.outline import Outline, outline_from
from tsel_core.models.store import sha256_of_text

if TYPE_CHECKING:
    import torch


class Loaded(Protocol):
    """What is asked of a LoadedModel (models/load.py)."""

    @property
    def info(self) -> Any:
        """Its `sha256` is that of the weights."""

    @property
    def model(self) -> Any:
        """Of transformers."""

    @property
    def device(self) -> Any:
        """Where it is."""

    @property
    def dtype(self) -> torch.dtype:
        """Of activations."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The path that gave the right logits, and why not the lean one.

    With an `outline` it was the lean step over modules of our own, which the next start makes without transformers.
    `uncaptured`: why the other path does not write in the captured loop.
    """

    path: Literal["lean", "seam"]
    note: str = ""
    outline: Outline | None = None
    uncaptured: str = ""


def accepted(loaded: Loaded) -> Accepted | None:
    """What an earlier check of this model in this installation and on this kind of device found."""
    return _read(_file(loaded))


def accepted_files(digest: str, device: torch.device, stored: torch.dtype, dtype: torch.dtype) -> Accepted | None:
    """The same of files that are not loaded yet: their digest, dtypes of the weights and of what is computed."""
    return _read(_path(digest, "", device, stored, dtype)) if digest else None


def remember(loaded: Loaded, found: Accepted) -> None:
    """Keep the result; a folder that cannot be written costs a second at the next start, not the answer."""
    file = _file(loaded)
    if file is None:
        return
    content: dict[str, Any] = {"path": found.path, "note": found.note, "uncaptured": found.uncaptured}
    if found.outline is not None:
        content["outline"] = found.outline.as_json()
    write_record(file, json.dumps(content))


def refuse_known(loaded: Loaded) -> None:
    """Remember that what the package knows of this model is not so here: transformers is asked from now on."""
    file = _file(loaded)
    if file is not None:
        write_record(file.with_suffix(".refused"), "{}")


def known_refused(digest: str, device: torch.device, stored: torch.dtype, dtype: torch.dtype) -> bool:
    """Whether `refuse_known` was called for these files, on this device."""
    return _path(digest, "", device, stored, dtype).with_suffix(".refused").is_file()


def write_record(file: Path, content: str) -> None:
    """Write a small file whole or not at all; one that cannot be written is left out."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(content)
        os.replace(name, file)
    except OSError:
        pass


def _read(file: Path | None) -> Accepted | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8")) if file else {}
        if content.get("path") not in ("lean", "seam"):
            return None
        outline = outline_from(content["outline"]) if "outline" in content else None
        return Accepted(content["path"], content["note"], outline, content["uncaptured"])
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def _file(loaded: Loaded) -> Path | None:
    """Where the result of this model is; None for a model without a hash (random weights, tests)."""
    import torch

    sha256, config = getattr(loaded, "files_digest", ""), ""
    if not sha256:  # the digest covers the config, the hash of the weights does not
        sha256 = getattr(loaded.info, "sha256", "")
        config = loaded.model.config.to_json_string(use_diff=False) if sha256 else ""
    if not sha256:
        return None
    return _path(sha256, config, torch.device(loaded.device), loaded.model.dtype, loaded.dtype)


def _path(sha256: str, config: str, device: torch.device, stored: torch.dtype, dtype: torch.dtype) -> Path:
    import torch

    kind = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    parts = (sha256, config, kind, str(stored), str(dtype), code_hash(), torch.__version__)
    named = sha256_of_text("|".join((*parts, package_version("transformers"))))
    return models_dir() / ".accepted" / f"{named[:40]}.json"


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Changes when a file that computes does: a version number is not enough while the code is worked on."""
    root = Path(__file__).parent.parent
    folders = [root / n for n in ("decoder", "layers", "kv", "models")]
    stamps = [f"{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for d in folders for f in sorted(d.rglob("*.py"))]
    return sha256_of_text("|".join(stamps))
