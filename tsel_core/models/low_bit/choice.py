"""In which form a model's weights are held: as they are stored, or in 4 or 8 bits."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace

from tsel_core.cache_paths import models_dir
from tsel_core.config import WeightsChoice
from tsel_core.errors import UsageError
from tsel_core.models.accepted import write_record
from tsel_core.models.families import FAMILIES
from tsel_core.models.forms import rows_together
from tsel_core.models.info import ModelInfo, weight_files
from tsel_core.models.low_bit.maps import Files, Map, maps_of, mostly_on_grids, packed_bytes
from tsel_core.models.store import sha256_of_text

_LEAST = 20_000_000  # parameters: a smaller model gains nothing


@dataclass(frozen=True, slots=True)
class Probe:
    """What a model's values say: whether most of them lie on 4-bit grids, and bytes of its forms by kind of device."""

    on_grids: bool
    num_bytes: dict[str, int]  # "q4 cpu" and so on


def choose_weights(info: ModelInfo, asked: WeightsChoice, device: str) -> ModelInfo:
    """The model with the form that its weights are to be held in. Raises UsageError where an asked one cannot be.

    "auto" takes 4 bits where the file was made in 4 bits and this CPU multiplies them; a GPU's weights stay as stored.
    """
    if asked == "full":
        return info
    why = _refused(info, device) or (no_fp8(device) if asked == "fp8" else "")
    if asked == "auto":
        usual = os.environ.get("TSEL_CPU_WEIGHTS", "auto") == "auto" and device == "cpu" and info.num_params >= _LEAST
        if why or not usual or not probe(info).on_grids:
            return info
        asked = "q4"
    elif why:
        raise UsageError(f"--weights {asked}: {why}", "use --weights full")
    if asked == "fp8":
        return replace(info, form=asked, form_bytes=3 * info.num_params)  # in 16 bits and in 8
    kind = "cuda" if device.startswith("cuda") else "cpu"
    return replace(info, form=asked, form_bytes=probe(info).num_bytes[f"{asked} {kind}"])


def _refused(info: ModelInfo, device: str) -> str:
    """Why weights cannot be held in few bits; "": they can."""
    if info.model_type not in FAMILIES:
        return f"models of type {info.model_type} keep the weights they have"
    if "," in device:
        return "several devices share the weights as they are stored"
    if not device.startswith(("cpu", "cuda")):
        return "this kind of device multiplies weights as they are stored"
    if device == "cpu" and not nibbles_are_known():
        return "this processor lays out 4-bit weights in a way that is not known"
    return ""


def no_fp8(device: str) -> str:
    """Why a device does not multiply 8-bit floats; "": it does."""
    if not device.startswith("cuda"):
        return "products in 8-bit floats are for NVIDIA GPUs of compute capability 8.9 and more"
    import torch

    if torch.version.hip is not None or torch.cuda.get_device_capability(device) < (8, 9):
        return "this GPU has no products of 8-bit floats (compute capability 8.9 and more)"
    return ""


def nibbles_are_known() -> bool:
    """Whether torch packs int4 weights on this CPU as `NibblePack` says: then they can be unpacked for a chunk."""
    return rows_together() > 0


def probe(info: ModelInfo) -> Probe:
    """Looks at a few rows of every matrix, once for files of these sizes and dates."""
    paths = weight_files(info.path)
    stamps = "|".join(f"{p.resolve()}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in paths)
    record = models_dir() / ".low_bit" / f"probe-{sha256_of_text(stamps)[:32]}.json"
    try:
        return Probe(**json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        pass
    with Files(paths) as files:
        maps = maps_of(files)
        rest = 2 * (info.num_params - sum(m.shape[0] * m.shape[1] for m in maps))
    mostly = mostly_on_grids(maps)

    def bits(one: Map) -> int:
        return one.bits(mostly)

    found = {f"q4 {d}": rest + packed_bytes(maps, bits, d) for d in ("cpu", "cuda")}
    found |= {f"q8 {d}": rest + packed_bytes(maps, lambda _one: 8, d) for d in ("cpu", "cuda")}
    result = Probe(mostly, found)
    write_record(record, json.dumps(asdict(result)))
    return result
