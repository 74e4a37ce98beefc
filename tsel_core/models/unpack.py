"""A folder with packed weights (quantization_config) -> a plain one in the models folder, made once; or a refusal."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tsel_core.cache_paths import models_dir, require_free_space, writable_models_dir
from tsel_core.errors import ModelError
from tsel_core.models.checked_files import SMALL_FILES
from tsel_core.models.gguf_convert import write_safetensors
from tsel_core.models.info import weight_files
from tsel_core.models.store import MANIFEST, OnProgress, held, put_in_place, read_manifest, sha256_of_text, work_folder

UNPACKED = ("gptq", "awq", "compressed-tensors", "fp8")
_BY_TRANSFORMERS = ("mxfp4",)
_LIBRARIES = {
    "bitsandbytes": "bitsandbytes", "torchao": "torchao", "hqq": "hqq", "quanto": "optimum.quanto", "aqlm": "aqlm",
    "eetq": "eetq", "vptq": "vptq", "spqr": "spqr_quant", "quark": "quark", "fbgemm_fp8": "fbgemm_gpu",
}  # fmt: skip
"""quant_method -> the module whose own loader transformers calls, where it is installed."""


def plain_folder(folder: Path, name: str, progress: OnProgress | None = None) -> Path:
    """The folder itself, or the plain copy of one whose weights are packed.

    Raises ModelError for a packing that neither this program nor an installed library undoes.
    """
    config = _quantization(folder)
    method = str(config.get("quant_method", ""))
    if not method or method in _BY_TRANSFORMERS or _has_library(method):
        return folder
    if method not in UNPACKED:
        raise ModelError(
            f"the weights of {name} are packed by {method[:60]}, which is not undone here",
            "use the model's 16-bit, FP8, GPTQ or AWQ folder, or a GGUF file of it",
        )
    stamps = [f"{p.name}|{p.stat().st_size}|{p.stat().st_mtime_ns}" for p in weight_files(folder)]
    final = models_dir() / f"plain-{folder.name}-{sha256_of_text('|'.join([str(folder.resolve()), *stamps]))[:12]}"
    if read_manifest(final) is not None:
        return final
    home = writable_models_dir()
    with held(home, final.name), work_folder(home, final.name) as work:
        if read_manifest(final) is None:
            _unpack(folder, work, name, config, final.name, lambda d, t: progress and progress("convert", d, t))
            put_in_place(work, final)
    return final


def _has_library(method: str) -> bool:
    module = _LIBRARIES.get(method, "")
    try:
        return bool(module) and importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package above it
        return False


def _quantization(folder: Path) -> dict[str, Any]:
    """The quantization_config of a config.json; {} when there is none (describe_folder says what else is wrong)."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        text = config.get("text_config") or {}
        found = config.get("quantization_config") or text.get("quantization_config") or {}
    except (OSError, ValueError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def _unpack(
    folder: Path, work: Path, name: str, config: dict[str, Any], stored: str, on_bytes: Callable[[int, int], None]
) -> None:
    from tsel_core.models.low_bit.maps import Files
    from tsel_core.models.packed_checkpoint import plain_tensors

    with Files(weight_files(folder)) as files:
        try:
            tensors = plain_tensors(files, config)
        except (ValueError, KeyError, TypeError) as error:
            method = config["quant_method"]
            raise ModelError(
                f"the weights of {name} are packed by {method} in a form that is not known: {str(error)[:80]}",
                "use the model's 16-bit, FP8, GPTQ or AWQ folder, or a GGUF file of it",
            ) from error
        require_free_space(work, sum(2 * int(np.prod(t.shape)) for t in tensors))
        facts = write_safetensors(
            work / "model.safetensors",
            [(t.name, list(t.shape)) for t in tensors],
            (t.make().float().numpy() for t in tensors),
            on_bytes,
        )
    plain = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for part in (plain, plain.get("text_config") or {}):
        part.pop("quantization_config", None)
        part.pop("compression_config", None)
    (work / "config.json").write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    licences = [f.name for f in folder.iterdir() if f.name.upper().startswith(("LICENSE", "NOTICE"))]
    for small in (*SMALL_FILES, *licences):
        if small != "config.json" and (folder / small).is_file():
            shutil.copyfile(folder / small, work / small)
    manifest = {"format": 1, "name": stored, "source": "unpacked", "source_sha256": facts["weights_sha256"], **facts}
    (work / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
