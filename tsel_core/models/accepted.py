"""What the check of a model's path found, remembered: the same weights, config and versions need it once."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tsel_core.cache_paths import models_dir

if TYPE_CHECKING:
    from tsel_core.models.load import LoadedModel


@dataclass(frozen=True, slots=True)
class Accepted:
    """The path that gave the right logits, and why not the lean one."""

    path: Literal["lean", "seam"]
    note: str = ""


def accepted(loaded: LoadedModel) -> Accepted | None:
    """What an earlier check of this model in this installation and on this kind of device found."""
    file = _file(loaded)
    try:
        content = json.loads(file.read_text(encoding="utf-8")) if file else {}
        return Accepted(content["path"], content["note"]) if content.get("path") in ("lean", "seam") else None
    except (OSError, ValueError, KeyError, AttributeError):
        return None


def remember(loaded: LoadedModel, found: Accepted) -> None:
    """Keep the result; a folder that cannot be written costs a second at the next start, not the answer."""
    file = _file(loaded)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(found), stream)
        os.replace(name, file)
    except OSError:
        pass


def _file(loaded: LoadedModel) -> Path | None:
    """Where the result of this model is; None for a model without a hash (random weights, tests)."""
    import torch
    import transformers

    from tsel_core.models.store import sha256_of_text

    sha256 = getattr(loaded, "files_digest", "") or getattr(loaded.info, "sha256", "")
    if not sha256:
        return None
    device = torch.device(loaded.device)
    kind = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    config = loaded.model.config.to_json_string(use_diff=False)
    versions = (_code_hash(), torch.__version__, transformers.__version__)
    parts = (sha256, config, kind, str(loaded.model.dtype), str(loaded.dtype), *versions)
    return models_dir() / ".accepted" / f"{sha256_of_text('|'.join(parts))[:40]}.json"


@lru_cache(maxsize=1)
def _code_hash() -> str:
    """Changes when a file that computes does: a version number is not enough while the code is worked on."""
    from tsel_core.models.store import sha256_of_text

    root = Path(__file__).parent.parent
    folders = [root / n for n in ("decoder", "layers", "kv", "models")]
    stamps = [f"{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for d in folders for f in sorted(d.rglob("*.py"))]
    return sha256_of_text("|".join(stamps))
