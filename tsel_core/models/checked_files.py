"""Are the files of a model those that were checked before? Weights by a hash of every byte, small files by content.

The first load of a model compares its weights with what is known of them (the fast hash that a conversion wrote, the
sha256 that names a Hub blob) and records size, date and a fast hash. Every later load hashes again: a bit that flipped
under an unchanged date is refused; a file that somebody replaced (another date) is another model from then on. The
digest of all files is part of what a kept reading was computed with.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from tsel_core.cache_paths import models_dir
from tsel_core.errors import ModelError
from tsel_core.models.hub import pinned_sha256
from tsel_core.models.info import ModelInfo, weight_files
from tsel_core.models.store import file_sha256, read_manifest, sha256_of_text

SMALL_FILES = (
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json",
    "merges.txt", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json",
)  # fmt: skip
"""What answers depend on beside the weights."""
_STEP = 64 << 20  # bytes hashed at once


def check_files(info: ModelInfo) -> str:
    """Digest of every file an answer depends on. Raises ModelError for weights that are not those checked before."""
    files = weight_files(info.path)
    hashes = [_checked(file, info) for file in files]
    small = [f"{name}:{small_hash(info.path / name)}" for name in SMALL_FILES]
    return sha256_of_text("|".join([*hashes, *small]))


def known_digest(info: ModelInfo) -> str:
    """`check_files` of weights that are not read now: those of the recorded size and date count as checked."""
    hashes = []
    for file in weight_files(info.path):
        record, stat = _record(file), file.stat()
        same = (record.get("size"), record.get("mtime_ns")) == (stat.st_size, stat.st_mtime_ns)
        hashes.append(str(record["xxh3"]) if same and "xxh3" in record else _checked(file, info))
    small = [f"{name}:{small_hash(info.path / name)}" for name in SMALL_FILES]
    return sha256_of_text("|".join([*hashes, *small]))


def known_sha256(file: Path, folder: Path, num_files: int) -> str:
    """The sha256 that a weights file must have: of the manifest, or the name of a Hub blob; "" when none is known."""
    manifest = read_manifest(folder)
    if manifest and num_files == 1:
        return str(manifest.get("weights_sha256", ""))
    name = file.resolve().name
    return name if len(name) == 64 and all(c in "0123456789abcdef" for c in name) else pinned_sha256(file, folder)


def file_digests(info: ModelInfo) -> dict[str, str]:
    """sha256 of every file that answers depend on, by name; of weights the known one, else they are read."""
    weights = weight_files(info.path)
    found = {f.name: known_sha256(f, info.path, len(weights)) or file_sha256(f) for f in weights}
    small = {name: small_hash(info.path / name) for name in SMALL_FILES}
    return found | {name: digest for name, digest in small.items() if digest}


def verify(info: ModelInfo) -> list[tuple[str, str]]:
    """(file, "right" | "damaged" | "not pinned") of every weights file by its full sha256."""
    files = weight_files(info.path)
    found = []
    for file in files:
        known = known_sha256(file, info.path, len(files))
        state = "not pinned" if not known else "right" if file_sha256(file) == known else "damaged"
        if state != "damaged" and _differs(file, _record(file)):
            state = "damaged"
        found.append((file.name, state))
    return found


def fast_hash(file: Path) -> str:
    """xxh3 of every byte: half a second for three gigabytes in the page cache."""
    import xxhash

    digest = xxhash.xxh3_128()
    with file.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size:
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content, memoryview(content) as view:
                for begin in range(0, size, _STEP):
                    with view[begin : begin + _STEP] as part:
                        digest.update(part)
    return digest.hexdigest()


def _checked(file: Path, info: ModelInfo) -> str:
    """The fast hash of a weights file, compared with what is known of it."""
    record, stat = _record(file), file.stat()
    if (record.get("size"), record.get("mtime_ns")) == (stat.st_size, stat.st_mtime_ns):
        found = fast_hash(file)
        if record.get("xxh3") != found:
            raise _damaged(file, info, "its content changed while its size and date did not")
        return found
    num_files = len(weight_files(info.path))
    made, known = _made_fast_hash(info.path, num_files), known_sha256(file, info.path, num_files)
    if known and not made and file_sha256(file) != known:
        raise _damaged(file, info, "its sha256 is not the known one")
    found = fast_hash(file)
    if made and found != made:
        raise _damaged(file, info, "its hash is not that of the conversion")
    _remember(file, {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "xxh3": found})
    return found


def _made_fast_hash(folder: Path, num_files: int) -> str:
    """The fast hash that a conversion wrote beside the sha256: a first load with it saves the seconds of the other."""
    manifest = read_manifest(folder)
    return str(manifest.get("weights_xxh3", "")) if manifest and num_files == 1 else ""


def _damaged(file: Path, info: ModelInfo, why: str) -> ModelError:
    return ModelError(
        f"the weights of {info.name} are damaged or were tampered with: {file}: {why}",
        "fetch the model again (`tsel models rm`, `tsel models pull`); a file you changed yourself needs a new date",
    )


def _differs(file: Path, record: dict[str, Any]) -> bool:
    """Whether a file of the recorded size and date has another content."""
    stat = file.stat()
    same_date = (record.get("size"), record.get("mtime_ns")) == (stat.st_size, stat.st_mtime_ns)
    return same_date and fast_hash(file) != record.get("xxh3")


def _record_path(file: Path) -> Path:
    return models_dir() / ".weights" / f"{sha256_of_text(str(file.resolve()))[:32]}.json"


def _record(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(_record_path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remember(file: Path, record: dict[str, Any]) -> None:
    """Keep the record; a folder that cannot be written costs a full hash at the next load, not the answer."""
    path = _record_path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(record, stream)
        os.replace(name, path)
    except OSError:
        pass


def small_hash(file: Path) -> str:
    """sha256 of a small file; "" where there is none. Kept while size, dates and place of the file stay."""
    try:
        found = file.stat()
    except OSError:
        return ""
    return _small_hash(file, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@lru_cache(maxsize=64)
def _small_hash(file: Path, *_stamps: int) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def states(found: Sequence[tuple[str, str]]) -> str:
    """The worst state of several files."""
    order = ("damaged", "not pinned", "right")
    return min((state for _, state in found), key=order.index, default="not pinned")
