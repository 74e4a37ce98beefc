"""Models that were checked before a release: what transformers makes of them, by the hash of their files.

The first start of a model compares our logits with those of transformers' own forward pass (decoder/paths.py), and
importing transformers takes longer than everything else. For a model whose sha256 is known here its outline and those
logits come with the package: data/KEY.safetensors. The start compares with them, on its own device and versions
(decoder/known_logits.py). tests/tools/shipped.py writes the files; tokenizers are in data/tokenizers.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsel_core.models.checked_files import SMALL_FILES, known_sha256, small_hash
from tsel_core.models.info import ModelInfo, weight_files
from tsel_core.models.outline import Outline, outline_from
from tsel_core.models.store import sha256_of_text

if TYPE_CHECKING:
    from torch import Tensor

_DATA = Path(__file__).parent / "data"
_CONFIGS = ("config.json", "generation_config.json")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model's outline, and the right logits of `tokens` placed at `offsets`.

    `logits` [offsets, rows, sampled] float32 by which layers were run ("every", "ends": those of `layers`); `sampled`:
    ids of the vocabulary, None: all of it.
    """

    outline: Outline
    tokens: tuple[int, ...]
    offsets: tuple[int, ...]
    layers: tuple[int, ...]
    sampled: Tensor | None
    logits: dict[str, Tensor]


def model_key(info: ModelInfo) -> str:
    """Names a model's weights and config; "" where no sha256 is known of the weights."""
    files = weight_files(info.path)
    hashes = [known_sha256(file, info.path, len(files)) for file in files]
    if not all(hashes):
        return ""
    return sha256_of_text("|".join([*hashes, *(small_hash(info.path / name) for name in _CONFIGS)]))[:40]


def known_model(info: ModelInfo) -> KnownModel | None:
    """What is known of a model; None for most."""
    key = model_key(info)
    file = _DATA / f"{key}.safetensors"
    if not key or not file.is_file():
        return None
    from safetensors import safe_open

    try:
        with safe_open(str(file), framework="pt") as archive:
            about = json.loads(archive.metadata()["about"])
            held = {name: archive.get_tensor(name) for name in archive.keys()}  # noqa: SIM118
        sampled = held.pop("sampled", None)
        tokens, offsets, layers = (tuple(about[name]) for name in ("tokens", "offsets", "layers"))
        return KnownModel(outline_from(about["outline"]), tokens, offsets, layers, sampled, held)
    except Exception:  # of another version: the model is compared with transformers here
        return None


def write_known(info: ModelInfo, known: KnownModel) -> Path:
    """Add a model to the package's data."""
    from safetensors.torch import save_file

    about = {name: getattr(known, name) for name in ("tokens", "offsets", "layers")}
    about["outline"] = known.outline.as_json()
    held = {name: tensor.contiguous() for name, tensor in known.logits.items()}
    if known.sampled is not None:
        held["sampled"] = known.sampled
    _DATA.mkdir(exist_ok=True)
    path = _DATA / f"{model_key(info)}.safetensors"
    save_file(held, str(path), {"about": json.dumps(about), "name": info.name})
    return path


def tokenizer_key(folder: Path, model_type: str) -> str:
    """Names the files that a tokenizer is made of."""
    return sha256_of_text("|".join([model_type, *(f"{name}:{small_hash(folder / name)}" for name in SMALL_FILES)]))[:40]


def known_record(folder: Path, model_type: str) -> dict[str, Any] | None:
    """What a TokenizerRecord of these files holds; None for most."""
    found: dict[str, Any] | None = _records().get(tokenizer_key(folder, model_type))
    return found


def write_record_of(folder: Path, model_type: str, record: dict[str, Any]) -> None:
    """Add a tokenizer to the package's data."""
    _DATA.mkdir(exist_ok=True)
    content = {**_records(), tokenizer_key(folder, model_type): record}
    (_DATA / "tokenizers.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _records() -> dict[str, Any]:
    try:
        content = json.loads((_DATA / "tokenizers.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
