"""Heat by layer and head group in few bytes: one byte a unit, layer band and head group of every sentence."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MAX_CELLS = 2_000_000  # bytes of heat in one report; finer layers are joined into bands above it


@dataclass(frozen=True)
class PackedHeat:
    """Mass of every sentence as bytes [bands, groups, units] in base64, by sentence.

    A byte q stands for the mass (q / 255) ** 2 * top: a square root, as a few units hold most of it. `bands` are the
    layers (first, last) of each band. Sentences without heat are empty strings.
    """

    bands: tuple[tuple[int, int], ...]
    num_groups: int
    tops: tuple[float, ...]
    data: tuple[str, ...]


def pack_heat(
    heats: Sequence[np.ndarray | None], layers: Sequence[int], max_cells: int = MAX_CELLS
) -> PackedHeat | None:
    """Pack the heat [layers, groups, units] of sentences; None when there is none.

    Neighbouring layers are added up into bands as far as needed to stay under `max_cells` bytes in all.
    """
    known = [h for h in heats if h is not None and h.size]
    if not known:
        return None
    num_layers, num_groups, num_units = known[0].shape
    room = max(1, max_cells // (num_groups * num_units * len(known)))
    per_band = -(-num_layers // room)
    starts = list(range(0, num_layers, per_band))
    tops, data = [], []
    for heat in heats:
        if heat is None or not heat.size:
            tops.append(0.0)
            data.append("")
            continue
        bands = np.add.reduceat(np.nan_to_num(heat, posinf=0.0, neginf=0.0).clip(0), starts, axis=0)
        top = float(bands.max())
        levels = np.sqrt(bands / top) * 255 if top > 0 else bands
        tops.append(float(f"{top:.4g}"))
        data.append(base64.b64encode(np.rint(levels).astype(np.uint8).tobytes()).decode("ascii"))
    names = tuple((layers[s], layers[min(s + per_band, num_layers) - 1]) for s in starts)
    return PackedHeat(names, num_groups, tuple(tops), tuple(data))


def unpack_heat(packed: PackedHeat, sentence: int) -> np.ndarray:
    """Mass [bands, groups, units] float32 of one sentence, as the report's script computes it."""
    levels = np.frombuffer(base64.b64decode(packed.data[sentence]), np.uint8).astype(np.float32)
    mass = (levels / 255) ** 2 * packed.tops[sentence]
    return mass.reshape(len(packed.bands), packed.num_groups, -1)
