"""The int8 copies of a model's matrices on the disk, so that a start maps them instead of making them anew.

One safetensors file a model, in `.int8` of the models folder, beside a record with its hash. The name holds the digest
of the model's files; a file whose size or hash is another one is not used. They hold nothing of any document.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsel_core.cache_paths import models_dir
from tsel_core.device.versions import package_version
from tsel_core.models.accepted import write_record
from tsel_core.models.checked_files import fast_hash
from tsel_core.models.store import sha256_of_text

if TYPE_CHECKING:
    from torch import Tensor

VARIABLE = "TSEL_KEEP_INT8"
_VERSION = "rows 2"  # of the layout
_SPARE = 4  # times its size must be free on the disk


@dataclass(frozen=True, slots=True)
class Copies:
    """A file of copies: the model it was made of, its bytes, the form ("int8": of rows; q4, q8: models/low_bit)."""

    path: Path
    model: str
    num_bytes: int
    form: str = "int8"


def wanted() -> bool:
    """Whether copies are kept: TSEL_KEEP_INT8=0 says no."""
    return os.environ.get(VARIABLE, "1").strip().lower() not in ("0", "off", "false", "no")


def read_copies(digest: str, shapes: Sequence[tuple[int, int]]) -> list[tuple[Tensor, Tensor]] | None:
    """(int8 [out, in], scale bf16 [out]) of matrices of these shapes, mapped; None when there is no such file."""
    from safetensors import safe_open

    path = _path(digest)
    try:
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if record["bytes"] != path.stat().st_size or record["xxh3"] != fast_hash(path):
            return None
        with safe_open(str(path), framework="pt", device="cpu") as archive:
            found = [(archive.get_tensor(f"{i}.int8"), archive.get_tensor(f"{i}.scale")) for i in range(len(shapes))]
        os.utime(path.with_suffix(".json"))  # used now
    except Exception:  # no file, a damaged one: they are made as ever (the library's errors are plain Exceptions)
        return None
    fits = all(tuple(a.shape) == s and tuple(b.shape) == s[:1] for (a, b), s in zip(found, shapes, strict=True))
    return found if fits else None


def write_copies(digest: str, model: str, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Keep copies, whole or not at all; a disk without room keeps none. Those of the same model's other files go."""
    path, part = _path(digest), None
    size = sum(a.numel() + 2 * b.numel() for a, b in pairs)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < _SPARE * size:
            return
        descriptor, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(descriptor, "wb") as stream:
            for piece in _pieces(pairs):
                stream.write(piece)
        about = {"model": model, "bytes": os.path.getsize(part), "xxh3": fast_hash(Path(part))}
        for old in list_copies():
            if old.model == model and old.path != path and old.path.parent == path.parent:
                remove_copies(old)
        os.replace(part, path)
        write_record(path.with_suffix(".json"), json.dumps(about))
    except OSError:
        if part is not None:
            with suppress(OSError):
                os.unlink(part)


def list_copies() -> list[Copies]:
    """Every file of copies on this machine."""
    found = []
    for path in (p for f in (".int8", ".low_bit") for p in sorted((models_dir() / f).glob("*.safetensors"))):
        about = {"model": "?", "form": "int8" if path.parent.name == ".int8" else "?"}
        with suppress(OSError, ValueError, TypeError):
            about |= json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        with suppress(OSError):
            found.append(Copies(path, str(about["model"]), path.stat().st_size, str(about["form"])))
    return found


def remove_copies(copies: Copies) -> None:
    """Delete a file of copies and its record; a process that has it mapped goes on with it."""
    for path in (copies.path, copies.path.with_suffix(".json")):
        path.unlink(missing_ok=True)


def _path(digest: str) -> Path:
    named = sha256_of_text("|".join((digest, _VERSION, package_version("torch"))))
    return models_dir() / ".int8" / f"{named[:40]}.safetensors"


def _pieces(pairs: Sequence[tuple[Tensor, Tensor]]) -> Iterator[Any]:
    """The bytes of a safetensors file: header, then every tensor as it lies in memory."""
    import torch

    header: dict[str, Any] = {}
    at = 0
    tensors = [(f"{i}.int8", a, "I8") for i, (a, _) in enumerate(pairs)]  # first: their sizes are multiples of 64
    tensors += [(f"{i}.scale", b, "BF16") for i, (_, b) in enumerate(pairs)]
    for name, tensor, kind in tensors:
        end = at + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)  # products of several rows load aligned weights (decoder/cpu_linear.py)
    yield len(text).to_bytes(8, "little")
    yield text
    for _, tensor, kind in tensors:
        plain = tensor.view(torch.int16) if kind == "BF16" else tensor
        yield plain.contiguous().numpy().data.cast("B")
