"""What a model folder is, read from its small files alone: geometry, sizes, licence, checksum. No torch."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tsel_core.cache_paths import models_dir
from tsel_core.device.kinds import is_gpu
from tsel_core.errors import ModelError
from tsel_core.models.catalog import CatalogEntry
from tsel_core.models.precision import reads_in_bf16
from tsel_core.models.store import file_sha256, read_manifest, sha256_of_text

SourceKind = Literal["catalog", "hub", "folder", "gguf"]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model on this machine. Sizes are bytes of its safetensors files, windows are tokens."""

    name: str
    path: Path
    source: SourceKind
    licence: str
    sha256: str  # of the weights: the catalogue's or the .gguf file's own hash, else computed and remembered
    trained_window: int
    num_params: int
    weight_bytes: int
    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    hidden_size: int
    vocab_size: int
    model_type: str
    rowless_layers: int = 0  # without keys and values: recurrent ones
    window_layers: int = 0  # that see `window` tokens
    window: int = 0
    form: str = ""  # of the weights: "q4", "q8" in few bits (models.low_bit), "fp8" beside 16; "": 16 or 32
    form_bytes: int = 0  # that they then take

    @property
    def packed(self) -> bool:
        """Whether the weights are held in few bits, and not as they are stored."""
        return self.form in ("q4", "q8")

    def loaded_bytes(self, device: str) -> int:
        """Bytes of the loaded weights: bf16 on a GPU; on a CPU fp32 or bf16, and int8 for one-row products."""
        if self.form:
            return self.form_bytes
        if is_gpu(device):
            return 2 * self.num_params
        return self.num_params * (3 if reads_in_bf16(self.model_type) else 5)


def describe_folder(
    folder: Path,
    *,
    name: str,
    source: SourceKind,
    entry: CatalogEntry | None = None,
) -> ModelInfo:
    """ModelInfo of a folder with config.json and safetensors. ModelError when it is not a whole model."""
    try:
        return _described(folder, name, source, entry)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"[:160]
        raise ModelError(f"{folder}: damaged model files ({why})", "fetch the model again, or use another") from error


def _described(folder: Path, name: str, source: SourceKind, entry: CatalogEntry | None) -> ModelInfo:
    """See describe_folder; what damaged files make of it is left to the caller."""
    config = _read_json(folder / "config.json", folder)
    text = config.get("text_config") or config
    files = weight_files(folder)
    num_params = sum(_num_params(f) for f in files)
    heads = _need(text, "num_attention_heads", folder)
    hidden = _need(text, "hidden_size", folder)
    manifest = read_manifest(folder)
    kinds = kinds_in(text)
    sha256 = manifest["source_sha256"] if manifest else _weights_sha256(files)
    return ModelInfo(
        name=name,
        path=folder,
        source=source,
        licence=_licence(folder, entry, manifest),
        sha256=sha256,
        trained_window=_known_window(text, folder, entry),
        num_params=num_params,
        weight_bytes=sum(f.stat().st_size for f in files),
        num_layers=_need(text, "num_hidden_layers", folder),
        num_heads=heads,
        num_kv_heads=text.get("num_key_value_heads") or heads,
        head_dim=_head_dim(text, hidden // heads),
        hidden_size=hidden,
        vocab_size=_need(text, "vocab_size", folder),
        model_type=str(text.get("model_type", "unknown")),
        rowless_layers=sum(kind in _ROWLESS for kind in kinds),
        window_layers=kinds.count("sliding_attention"),
        window=int(text.get("sliding_window") or 0),
    )


_ROWLESS = frozenset({"linear_attention", "mamba", "conv", "recurrent", "moe", "mlp"})


def kinds_in(text: dict[str, Any]) -> list[str]:
    """The kind of every layer, as far as a config.json says; to plan memory with: [] counts as full attention."""
    named, count = text.get("layer_types"), int(text.get("num_hidden_layers") or 0)
    if isinstance(named, list) and len(named) == count:
        return [str(kind) for kind in named]
    periods = {"sliding_window_pattern": "sliding_attention", "full_attention_interval": "linear_attention"}
    for key, usual in periods.items():
        period = text.get(key)
        if isinstance(period, int) and period > 1:
            return ["full_attention" if (i + 1) % period == 0 else usual for i in range(count)]
    return []


def _head_dim(text: dict[str, Any], usual: int) -> int:
    """Dimensions of a row of a head to plan memory with: the widest layer's; latent attention has two widths."""
    if text.get("qk_nope_head_dim"):
        keys = int(text["qk_nope_head_dim"]) + int(text.get("qk_rope_head_dim") or 0)
        return -(-(keys + int(text.get("v_head_dim") or keys)) // 2)
    by_layer = (text.get("per_layer_config") or {}).values()
    own = [int(layer.get("head_dim") or 0) for layer in by_layer if isinstance(layer, dict)]
    return max([int(text.get("head_dim") or usual), int(text.get("global_head_dim") or 0), *own])


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a folder, each checked to be whole. ModelError when one is missing or cut."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(_read_json(index, folder).get("weight_map", {}).values()))
    else:
        names = sorted(f.name for f in folder.glob("*.safetensors"))
    if not names:
        raise ModelError(
            f"{folder} holds no .safetensors weights",
            "name a folder with config.json, tokenizer.json and .safetensors files, or a .gguf file",
        )
    if any(Path(n).name != n for n in names):  # an index must not name files elsewhere on this machine
        raise ModelError(f"{index} names weights outside of its folder", "fetch the model again")
    for file in (folder / n for n in names):
        if not file.is_file() or safetensors_end(file) != file.stat().st_size:
            raise ModelError(
                f"{file} is missing or only partly there",
                "fetch the model again (`tsel models rm`, then `tsel models pull`)",
            )
    return [folder / n for n in names]


def safetensors_header(file: Path) -> tuple[int, dict[str, Any]]:
    """(byte where the tensors' data begins, header) of a safetensors file; (0, {}) when it is not one."""
    try:
        with file.open("rb") as stream:
            (size,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(size)) if size < 100_000_000 else {}
    except (OSError, struct.error, ValueError, RecursionError):
        return 0, {}
    if not isinstance(header, dict):
        return 0, {}
    header.pop("__metadata__", None)
    return 8 + size, header


def safetensors_end(file: Path) -> int:
    """Bytes the file must have by its header; 0 when the header cannot be read."""
    begin, header = safetensors_header(file)
    return begin + max((t["data_offsets"][1] for t in header.values()), default=0) if begin else 0


def _num_params(file: Path) -> int:
    total = 0
    for name, tensor in safetensors_header(file)[1].items():
        count = 2 if name.endswith("_blocks") and tensor["dtype"] == "U8" else 1  # MXFP4: two weights a byte
        for n in tensor["shape"]:
            count *= n
        total += count
    return total


def _known_window(text: dict[str, Any], folder: Path, entry: CatalogEntry | None) -> int:
    """The catalogue's window, unless the config on the disk stretches it (somebody added YaRN)."""
    if entry is None:
        return _window(text, folder)
    scaling = text.get("rope_scaling") or text.get("rope_parameters") or {}
    stretched = scaling.get("rope_type", scaling.get("type")) == "yarn"
    return max(entry.trained_window, _window(text, folder)) if stretched else entry.trained_window


def _window(text: dict[str, Any], folder: Path) -> int:
    """Tokens the model was trained for: max_position_embeddings, or what a yarn setting stretches it to."""
    window = int(_need(text, "max_position_embeddings", folder))
    scaling = text.get("rope_scaling") or text.get("rope_parameters") or {}
    if scaling.get("rope_type", scaling.get("type")) == "yarn":
        original = scaling.get("original_max_position_embeddings") or window
        window = max(window, int(original * float(scaling.get("factor") or 1)))
    return window


def _licence(folder: Path, entry: CatalogEntry | None, manifest: dict[str, Any] | None) -> str:
    if entry:
        return entry.licence
    if manifest and manifest.get("licence"):
        return str(manifest["licence"])
    present = [f.name for f in folder.iterdir() if f.name.upper().startswith("LICENSE")]
    return f"see {present[0]} in its folder" if present else "not stated; see where it came from"


def _weights_sha256(files: list[Path]) -> str:
    """sha256 of the weights (of the files' hashes, when several), remembered by path, size and date."""
    key = "|".join(f"{f.resolve()}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for f in files)
    store = models_dir() / ".sha256" / f"{sha256_of_text(key)[:32]}.txt"
    try:
        return store.read_text().strip()
    except OSError:
        pass
    parts = [f.resolve().name if _is_sha256(f.resolve().name) else file_sha256(f) for f in files]  # Hub blobs
    digest = parts[0] if len(parts) == 1 else sha256_of_text("\n".join(parts))
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(digest + "\n")
    except OSError:
        pass  # a models folder that cannot be written costs time at the next start, not the answer
    return digest


def _is_sha256(name: str) -> bool:
    return len(name) == 64 and all(c in "0123456789abcdef" for c in name)


def _need(config: dict[str, Any], key: str, folder: Path) -> int:
    if not isinstance(config.get(key), int):
        kind = config.get("model_type", "unknown")
        raise ModelError(
            f"model type {kind}: {folder / 'config.json'} has no {key}",
            "use a decoder with softmax attention in every layer; `tsel models list --families` names them",
        )
    return int(config[key])


def _read_json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder} holds no {path.name}",
            "name a folder with config.json, tokenizer.json and .safetensors files",
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}", "fetch the model again") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} is not a JSON object", "fetch the model again")
    return content
