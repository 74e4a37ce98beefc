"""A model's weights in few bits on the disk: made once of its files, then loaded as they are.

One safetensors file a model, form and kind of device, in `.low_bit` of the models folder, beside a record with its
hash. The name holds the digest of the model's files; a file whose size or hash is another one is not used.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from tsel_core.cache_paths import models_dir, require_free_space, writable_models_dir
from tsel_core.device.versions import package_version
from tsel_core.models.accepted import write_record
from tsel_core.models.checked_files import fast_hash
from tsel_core.models.forms import BLOCK, LowBit, form_of, parts_of
from tsel_core.models.int8_copies import list_copies, remove_copies
from tsel_core.models.low_bit.maps import Files, Map, biases_of, maps_of, mostly_on_grids, packed_bytes
from tsel_core.models.low_bit.quantize import byte_rows, four_bits, nibble_pack, packed_eight, packed_four
from tsel_core.models.store import sha256_of_text

Form = Literal["q4", "q8"]
_VERSION = "low bit 1"
OnMap = Callable[[int, int], None]



def read_low_bit(digest: str, form: Form, device: torch.device) -> dict[str, Tensor | LowBit] | None:
    """Tensors and forms by the names of a PlainModel's weights, on `device`; None when there is no such file."""
    from safetensors import safe_open

    path = _path(digest, form, device)
    try:
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if record["bytes"] != path.stat().st_size or record["xxh3"] != fast_hash(path):
            path.with_suffix(".json").unlink()  # it is made anew
            return None
        with safe_open(str(path), framework="pt", device="cpu") as archive:
            parts = {name: archive.get_tensor(name).to(device) for name in archive.keys()}  # noqa: SIM118
        with suppress(OSError):
            os.utime(path.with_suffix(".json"))  # used now
    except Exception:  # the library's errors are plain Exceptions
        return None
    found: dict[str, Tensor | LowBit] = {}
    for name in parts:
        weight, _, part = name.partition(":")
        form_found = form_of(weight, parts) if part else None
        found[weight] = parts[name] if form_found is None else form_found
    return found


def has_low_bit(digest: str, form: Form, device: torch.device) -> bool:
    """Whether there is a file, right or not."""
    return bool(digest) and _path(digest, form, device).with_suffix(".json").is_file()


def make_low_bit(
    digest: str, model: str, paths: list[Path], form: Form, device: torch.device, on_map: OnMap | None = None
) -> None:
    """Pack a model's weights and keep them; `on_map(done, total)` hears the maps. Raises what a full disk raises."""
    with Files(paths) as files:
        maps = maps_of(files)
        exact = form == "q4" and mostly_on_grids(maps)
        bits = {m.name: 8 if form == "q8" else m.bits(exact) for m in maps}
        require_free_space(writable_models_dir(), 2 * packed_bytes(maps, lambda m: bits[m.name], device.type))
        tensors = _plain_tensors(files, maps)
        for done, one in enumerate(maps):
            weight = files.tensor(one.parts)
            tensors |= parts_of(one.name, _packed(one, weight, bits[one.name], device))
            if on_map is not None:
                on_map(done + 1, len(maps))
    kind = "" if device.type == "cpu" else f" {device.type}"
    _write(_path(digest, form, device), tensors, {"model": model, "form": form + kind})


def _plain_tensors(files: Files, maps: list[Map]) -> dict[str, Tensor]:
    """What stays as it is, in bf16: norms, biases (side by side as their maps are), matrices of odd widths."""
    taken = {part for m in maps for part in m.parts}
    found: dict[str, Tensor] = {}
    for one in maps:
        bias = biases_of(files, one)
        if bias is not None:
            found[one.name.removesuffix("weight") + "bias"] = bias.bfloat16()
            taken |= {p.removesuffix("weight") + "bias" for p in one.parts}
    for name in files.names:
        if name not in taken:
            found[name] = files.tensor([name]).bfloat16()
    return found


def _packed(one: Map, weight: Tensor, bits: int, device: torch.device) -> LowBit:
    if device.type == "cuda":
        return packed_four(four_bits(weight)) if bits == 4 else packed_eight(weight)
    if bits == 4 and weight.shape[0] % BLOCK == 0:
        return nibble_pack(four_bits(weight))
    return byte_rows(weight)


def _write(path: Path, tensors: dict[str, Tensor], about: dict[str, str]) -> None:
    """The file and its record, whole or not at all."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(descriptor)
    try:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, part)
        record = {**about, "bytes": os.path.getsize(part), "xxh3": fast_hash(Path(part))}
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(part)
        raise
    for old in list_copies():  # of files that the model had before
        if (old.model, old.form, old.path.parent) == (about["model"], about["form"], path.parent) and old.path != path:
            remove_copies(old)
    write_record(path.with_suffix(".json"), json.dumps(record))


def _path(digest: str, form: Form, device: torch.device) -> Path:
    kind = device.type
    if kind == "cpu":  # the layout of torch's int4 product depends on it
        kind += f" {torch.backends.cpu.get_cpu_capability()} {package_version('torch')}"
    named = sha256_of_text("|".join((digest, form, kind, _VERSION)))
    return models_dir() / ".low_bit" / f"{named[:40]}.safetensors"
