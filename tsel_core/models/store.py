"""The models folder: fetch or convert once under a lock, rename into place, list, remove.

A folder with a manifest (tsel.json) is whole: it appears by one rename after everything was checked.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tsel_core.cache_paths import models_dir, require_free_space, writable_models_dir
from tsel_core.errors import ModelError, about_file
from tsel_core.models.catalog import CATALOG, CatalogEntry, find_entry
from tsel_core.models.fetch_wheels import fetch_joined
from tsel_core.models.leftovers import PART, REMOVED, discard, left_behind
from tsel_core.models.licence import write_licence

MANIFEST = "tsel.json"
FORMAT = 1  # of the converted folder; a folder of another format is made again
OnProgress = Callable[[str, int, int], None]  # phase ("fetch", "convert"), bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A converted model of the models folder."""

    name: str
    path: Path
    manifest: dict[str, Any]

    @property
    def num_bytes(self) -> int:
        """Bytes on disk."""
        return bytes_on_disk(self.path)


def bytes_on_disk(folder: Path) -> int:
    """What a model's folder takes, wherever it is: the figure that is told of a model."""
    return sum(f.stat().st_size for f in folder.iterdir() if f.is_file())


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a converted folder, None when there is none or it is of another format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if manifest.get("format") == FORMAT else None


def stored_models() -> list[StoredModel]:
    """Every whole model of the models folder, by name."""
    folder = models_dir()
    try:
        found = sorted(f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
    except OSError:
        return []
    pairs = ((f, read_manifest(f)) for f in found)
    return [StoredModel(m.get("name", f.name), f, m) for f, m in pairs if m is not None]


def embedded_folder(entry: CatalogEntry, *, offline: bool = False, progress: OnProgress | None = None) -> Path:
    """Folder of an embedded catalogue model, fetched and converted when it is not there yet."""
    final = models_dir() / entry.name
    if _is_whole(final, entry.gguf_sha256):
        return final
    if offline:
        raise ModelError(
            f"model {entry.name} is not on this machine, and --offline forbids fetching it",
            f"run `tsel models pull {entry.name}` once with a network, or copy {final} from a machine that has it",
        )
    folder = writable_models_dir()
    with held(folder, entry.name), work_folder(folder, entry.name) as work:
        if _is_whole(final, entry.gguf_sha256):  # another process made it while we waited
            return final
        require_free_space(folder, entry.gguf_bytes + 2 * entry.num_params + entry.parts[0].size)
        gguf = fetch_joined(entry, work, lambda done, total: progress and progress("fetch", done, total))
        made = _convert(gguf, work, entry.name, entry.gguf_sha256, entry, progress)
        put_in_place(made, final)
    return final


def fetched_folder(entry: CatalogEntry, fetch: Callable[[], Path], *, progress: OnProgress | None = None) -> Path:
    """Folder of a catalogue model that is one GGUF file of the Hub: `fetch` brings the file when it must be converted.

    Raises ModelError for other bytes than the catalogue's.
    """
    assert entry.hub_file is not None
    final, sha256 = models_dir() / entry.name, entry.hub_file.sha256
    if _is_whole(final, sha256):
        return final
    path = fetch()
    folder = writable_models_dir()
    with held(folder, entry.name), work_folder(folder, entry.name) as work:
        if _is_whole(final, sha256):
            return final
        require_free_space(folder, 2 * entry.num_params)
        if file_sha256(path) != sha256:
            raise ModelError(
                f"{path}: not the file that the catalogue knows", f"remove {path.resolve()} and fetch it again"
            )
        put_in_place(_convert(path, work, entry.name, sha256, entry, progress), final)
    return final


def gguf_folder(path: Path, *, progress: OnProgress | None = None) -> Path:
    """Folder of the converted copy of a .gguf file, made once and found again by path, size and date."""
    stat = path.stat()
    key = sha256_of_text(f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}")[:12]
    final = models_dir() / f"gguf-{path.stem}-{key}"
    if _is_whole(final, None):
        return final
    folder = writable_models_dir()
    with held(folder, final.name), work_folder(folder, final.name) as work:
        if _is_whole(final, None):
            return final
        require_free_space(folder, 5 * stat.st_size)
        made = _convert(path, work, final.name, file_sha256(path), None, progress)
        put_in_place(made, final)
    return final


def clean_models() -> None:
    """Remove what killed processes left in the models folder."""
    for path in left_behind(models_dir()):
        discard(path)


def remove_model(name: str) -> int:
    """Remove a converted model by its or its folder's name; bytes freed. Raises ModelError when absent."""
    entry = find_entry(name)
    wanted = entry.name if entry else name
    for model in stored_models():
        if wanted in (model.name, model.path.name):
            num_bytes = model.num_bytes
            doomed = Path(tempfile.mkdtemp(prefix=REMOVED, dir=model.path.parent))
            os.replace(model.path, doomed / model.path.name)
            shutil.rmtree(doomed)
            return num_bytes
    raise ModelError(f"model {name} is not in the models folder {models_dir()}", "see `tsel models list`")


def file_sha256(path: Path) -> str:
    """sha256 of a file, streamed."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """sha256 of a text's UTF-8 bytes."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def suggest(name: str) -> str:
    """A hint with the nearest catalogue name."""
    from difflib import get_close_matches

    near = get_close_matches(
        name.lower(), [e.name for e in CATALOG] + [e.origin.lower() for e in CATALOG], n=1, cutoff=0.5
    )
    return (f"did you mean {near[0]}? " if near else "") + "see `tsel models list`"


def _is_whole(folder: Path, source_sha256: str | None) -> bool:
    manifest = read_manifest(folder)
    return manifest is not None and source_sha256 in (None, manifest.get("source_sha256"))


def _convert(
    gguf: Path, work: Path, name: str, sha256: str, entry: CatalogEntry | None, progress: OnProgress | None
) -> Path:
    from tsel_core.models.gguf_convert import convert_gguf

    made = work / "made"
    made.mkdir()
    facts = convert_gguf(gguf, made, lambda done, total: progress and progress("convert", done, total))
    manifest = {
        "format": FORMAT,
        "name": name,
        "source": "catalog" if entry else "gguf",
        "source_sha256": sha256,
        **facts,
    }
    if entry:
        manifest |= {"licence": entry.licence, "origin": entry.origin}
        write_licence(made, entry)
    (made / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return made


def put_in_place(made: Path, final: Path) -> None:
    """Rename into place; an older or broken folder of that name goes away."""
    if final.exists():
        shutil.rmtree(final)
    os.replace(made, final)


@contextmanager
def held(folder: Path, name: str) -> Iterator[None]:
    """One process at a time makes a model; the others wait for it."""
    from filelock import FileLock

    with FileLock(str(folder / f".{name}.lock")):
        yield


@contextmanager
def work_folder(folder: Path, name: str) -> Iterator[Path]:
    """A temporary folder on the same disk, removed whatever happens. Call it under the lock of `name`.

    What a killed process left for this name is removed first: the lock says that nobody works on it.
    """
    prefix = f"{PART}{name}~"
    for left in folder.glob(prefix + "*"):
        discard(left)
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    try:
        with about_file(work):
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
