"""What the fit planner must know of a model on a device."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.device.kinds import compute_dtype, is_gpu
from tsel_core.engine.fit import ModelSizes
from tsel_core.kv.cost import INDEX_BITS, CacheShape
from tsel_core.models.families import FAMILIES, OTHER_POSITIONS
from tsel_core.models.load import device_list
from tsel_core.selection.beyond_window import has_room

if TYPE_CHECKING:
    from tsel_core.models.load import ModelInfo


def devices_apart(device: str) -> list[str]:
    """Devices that each hold a part of the cache; the parts of a CPU lie in one memory."""
    return device_list(device) if is_gpu(device) else ["cpu"]


def model_sizes(info: ModelInfo, device: str, config: EngineConfig, selection: SelectionConfig) -> ModelSizes:
    """Bytes and shapes of one device's part of the model and its cache; `device` may be several, with commas."""
    parts = len(devices_apart(device))
    selects, on_cuda = config.attention != "full", device.startswith("cuda")
    kv_heads, dtype = info.num_kv_heads // parts, compute_dtype(device)
    bits = INDEX_BITS[selection.index_bits] if selects and on_cuda else 0
    layers = info.num_layers - info.rowless_layers
    shape = CacheShape(layers, kv_heads, info.head_dim, dtype, bits, selects and device.startswith("cpu"))
    weights = info.loaded_bytes(device) // parts
    windows = (info.window_layers, info.window) if info.window else (0, 0)
    turns = info.model_type in FAMILIES and not info.rowless_layers and not info.window_layers and "," not in device
    stretches = turns and info.model_type not in OTHER_POSITIONS and has_room(selection, info.trained_window)
    heads, unpacked = info.num_heads // parts, _largest_map(info) if on_cuda else 0
    sizes = ModelSizes(shape, info.hidden_size, heads, weights, *windows)
    return replace(sizes, turns=turns, stretches=stretches, unpacked_bytes=unpacked)


def _largest_map(info: ModelInfo) -> int:
    """Bytes of a layer's largest map in 16 bits where weights are held in few: gate and up, three fifths of a layer."""
    if not info.packed:
        return 0
    of_layers = max(0, info.num_params - info.vocab_size * info.hidden_size)
    return 2 * of_layers * 3 // (5 * info.num_layers)
