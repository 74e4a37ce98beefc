"""GGUF files of the Hub: one of the catalogue, known to the byte, or one of a repository that holds GGUF files alone.

Names are those of other programs: owner/model-GGUF takes the usual form, owner/model-GGUF:Q8_0 another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tsel_core.errors import ModelError
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.models.catalog_entry import HubFile
from tsel_core.models.hub import Pin, hub_fault, read_pin, split_revision, write_pin
from tsel_core.models.store import file_sha256

USUAL = ("Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "Q4_K_S", "Q4_0", "BF16", "F16")  # forms in the order they are taken
_PIECE = lazy_pattern(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)


def names_gguf(name: str) -> bool:
    """Whether a name of the Hub stands for GGUF files: it names a form, or the repository is called so."""
    repo = name.partition("@")[0]
    return ":" in repo or repo.lower().endswith("-gguf")


def known_gguf(known: HubFile, *, offline: bool = False) -> Path:
    """The catalogue's file, fetched when it is not here; its sha256 is compared when it is converted. ModelError."""
    return _file(known.repo, known.file, known.revision, offline)


def hub_gguf(name: str, *, offline: bool = False) -> Path:
    """The file that owner/model-GGUF[:form][@commit] names, fetched when it is not here, and pinned by the first fetch.

    Raises ModelError: no such repository, no such form, a model in several pieces, no network.
    """
    named, revision = split_revision(name)
    repo, _, form = named.partition(":")
    pin = read_pin(repo)
    if pin is not None and revision in ("", pin.revision):
        found = _of_form(pin.sha256, form)
        if found and (path := _here(repo, found, pin.revision)):
            return path
    commit, files = _listed(repo, revision or (pin.revision if pin else ""), offline)
    chosen = _chosen(repo, files, form)
    path = _file(repo, chosen, commit, offline)
    kept = dict(pin.sha256) if pin is not None and pin.revision == commit else {}
    write_pin(repo, Pin(commit, {**kept, chosen: file_sha256(path)}))
    return path


def _chosen(repo: str, files: list[str], form: str) -> str:
    """The file of a form among those of a repository."""
    whole = [f for f in files if f.lower().endswith(".gguf") and "mmproj" not in f.lower()]
    found = _of_form([f for f in whole if not _PIECE.search(f)], form)
    if found:
        return found
    if _of_form(whole, form):
        hint = "join them with llama-gguf-split, and name the file"
        raise ModelError(f"{repo}: the file of this form is cut in pieces", hint)
    forms = ", ".join(sorted({m for f in whole for m in _forms(f)})) or "none"
    raise ModelError(f"{repo}: no GGUF file of the form {form or USUAL[0]}", f"forms there: {forms}")


def _of_form(files: Iterable[str], form: str) -> str:
    """The first file of the form, of the usual ones without it; "" when there is none."""
    names = sorted(files)
    for wanted in (form,) if form else USUAL:
        for name in names:
            if wanted.upper() in _forms(name):
                return name
    return ""


def _forms(file: str) -> list[str]:
    """The form that a file's name ends with: [Q4_K_M] of model-Q4_K_M.gguf."""
    found = re.search(r"[-.](I?Q\d\w*|BF16|F16|F32|MXFP4\w*)(-\d{5}-of-\d{5})?\.gguf$", file, re.IGNORECASE)
    return [found[1].upper()] if found else []


def _listed(repo: str, revision: str, offline: bool) -> tuple[str, list[str]]:
    """The commit and the names of its files."""
    if offline:
        raise hub_fault(repo, OSError("offline"), True)
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(repo, revision=revision or None)
    except Exception as error:
        raise hub_fault(repo, error, offline) from error
    return str(info.sha), [s.rfilename for s in info.siblings or []]


def _here(repo: str, file: str, revision: str) -> Path | None:
    """The file in the Hub's cache; None when it is not there."""
    try:
        return _file(repo, file, revision, True)
    except ModelError:
        return None


def _file(repo: str, file: str, revision: str, offline: bool) -> Path:
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(repo, file, revision=revision, local_files_only=offline))
    except Exception as error:
        raise hub_fault(repo, error, offline) from error
