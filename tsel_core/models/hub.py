"""Models of the Hugging Face Hub: fetched at one revision, which is remembered with the sha256 of its files.

A name on the Hub stands for what its owner put there last. So the first fetch pins the commit and the sha256 of every
weights file; from then on that commit is used, without asking the Hub, until another is named: owner/model@commit.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tsel_core.cache_paths import models_dir
from tsel_core.errors import ModelError
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.models.store import file_sha256, suggest

_PATTERNS = ["*.safetensors", "*.json", "*.jinja", "LICENSE*", "NOTICE*", "tokenizer.model", "merges.txt"]
_COMMIT = lazy_pattern(r"[0-9a-f]{40}")
_NAME = lazy_pattern(r"\w[\w.-]*/\w[\w.-]*")
_SUFFIX = lazy_pattern(r"\.[a-z]{2,11}")  # of a file; versions in the names of models have digits


@dataclass(frozen=True, slots=True)
class Pin:
    """What was fetched under a name: the commit, and the sha256 of its weights by file."""

    revision: str
    sha256: Mapping[str, str] = field(default_factory=dict)


def split_revision(name: str) -> tuple[str, str]:
    """("owner/model", commit or "") of a name. Raises ModelError for a revision that is no commit."""
    repo, _, revision = name.partition("@")
    if revision and not _COMMIT.fullmatch(revision):
        hint = "branches and tags can be moved: name the 40 letters of the commit, as the model's page shows them"
        raise ModelError(f"{repo}: the revision {revision[:60]} is not a commit", hint)
    return repo, revision


def is_hub_name(name: str) -> bool:
    """Whether a name may be asked of the Hub: an owner and a model, and nothing that looks like a path of this machine.

    The name of a folder that is not there would otherwise be told to a server.
    """
    repo = name.partition("@")[0].partition(":")[0]
    if not _NAME.fullmatch(repo) or ".." in repo:
        return False
    owner, _, model = repo.partition("/")
    return not _SUFFIX.fullmatch(Path(model).suffix.lower()) and not Path(owner).exists()


def hub_folder(repo: str, *, offline: bool = False, revision: str = "", sha256: tuple[str, ...] = ()) -> Path:
    """Local snapshot of a model (safetensors, small files), fetched when it is not there.

    `revision`, `sha256` (of its weights in the order of their names): what must be fetched. Without them what was
    pinned by the first fetch. Raises ModelError, also for weights that are not those.
    """
    known = read_pin(repo)
    wanted = revision or (known.revision if known else "")
    folder = _snapshot(repo, wanted, offline)
    if known is None or known.revision != folder.name or sha256:
        found = {f.name: _checked_sha256(repo, f) for f in sorted(folder.glob("*.safetensors"))}
        if sha256 and tuple(found.values()) != sha256:
            raise ModelError(f"{repo}: its weights at {wanted[:12]} are not the known ones", suggest(repo))
        if _COMMIT.fullmatch(folder.name):
            write_pin(repo, Pin(folder.name, found))
    return folder


def read_pin(repo: str) -> Pin | None:
    """What was fetched under this name; None when nothing was."""
    try:
        content = json.loads(_pin_path(repo).read_text(encoding="utf-8"))
        return Pin(str(content["revision"]), {str(k): str(v) for k, v in content["sha256"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def pinned_sha256(file: Path, folder: Path) -> str:
    """Of a weights file in a snapshot that was pinned; "" for others."""
    parts = folder.parent.parent.name.split("--", 2)  # models--owner--model/snapshots/commit
    if len(parts) != 3 or parts[0] != "models" or folder.parent.name != "snapshots":
        return ""
    pin = read_pin(f"{parts[1]}/{parts[2]}")
    return pin.sha256.get(file.name, "") if pin is not None and pin.revision == folder.name else ""


def _snapshot(repo: str, revision: str, offline: bool) -> Path:
    from huggingface_hub import snapshot_download

    def get(local: bool) -> Path:
        return Path(
            snapshot_download(repo, revision=revision or None, allow_patterns=_PATTERNS, local_files_only=local)
        )

    try:
        if revision and not offline:  # what is pinned and here is not asked for again
            try:
                return _whole(get(True))
            except Exception:
                return get(False)
        return get(offline)
    except Exception as error:
        raise hub_fault(repo, error, offline) from error


def _whole(folder: Path) -> Path:
    """The folder. FileNotFoundError when a fetch was broken off before the weights were there."""
    if not any(folder.glob("*.safetensors")):
        raise FileNotFoundError(folder)
    return folder


def hub_fault(repo: str, error: Exception, offline: bool) -> Exception:
    """What to raise for an error of the Hub's client: a ModelError for what a user can do something about."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, GatedRepoError):
        hint = f"accept it on the page of {repo}, run `hf auth login`, then try again"
        return ModelError(f"{repo} asks for an accepted licence and a login", hint)
    if isinstance(error, RevisionNotFoundError):
        return ModelError(f"{repo} has no such revision", "see the commits on the model's page")
    if isinstance(error, RepositoryNotFoundError):
        return ModelError(f"{repo} is not on the Hub", suggest(repo))
    if isinstance(error, OSError):
        why = "--offline forbids fetching it" if offline else "the Hub cannot be reached"
        hint = "name a folder that holds it, or use a model of `tsel models list` marked embedded"
        return ModelError(f"model {repo} is not on this machine, and {why}", hint)
    if "client has been closed" in str(error) or "httpx" in type(error).__module__:
        return ModelError(f"model {repo}: the Hub cannot be reached: {error}", suggest(repo))
    return error


def _checked_sha256(repo: str, file: Path) -> str:
    """Of a file of a snapshot. ModelError where its bytes are not those that the commit names.

    The Hub's cache names large files by the sha256 that stands in the commit; its client compares sizes alone.
    """
    named, found = file.resolve().name, file_sha256(file)
    if re.fullmatch(r"[0-9a-f]{64}", named) and named != found:
        raise ModelError(f"{repo}: {file.name} was damaged on its way", f"remove {file.resolve()} and fetch it again")
    return found


def _pin_path(repo: str) -> Path:
    return models_dir() / ".pins" / (repo.replace("/", "--") + ".json")


def write_pin(repo: str, pin: Pin) -> None:
    """Remember what was fetched; a folder that cannot be written leaves the name unpinned, not the model unused."""
    path = _pin_path(repo)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        part.write_text(json.dumps(asdict(pin), indent=1), encoding="utf-8")
        os.replace(part, path)
    except OSError:
        return
