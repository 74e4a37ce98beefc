"""What a resident process must have in common with a command, so that it answers as the command itself would."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping

# read when a library is imported or first used, so a process that runs keeps to what it was started with
_PREFIXES = (
    "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "ATEN_", "TORCH", "PYTORCH", "CUDA", "NVIDIA", "NCCL_", "HF_",
    "HUGGINGFACE_", "TRANSFORMERS_", "TRITON_", "TOKENIZERS_", "SAFETENSORS_", "LD_", "DYLD_", "PYTHON", "TSEL_CPU",
)  # fmt: skip


def stamp(environment: Mapping[str, str]) -> str:
    """Changes with the program's code, the installed packages, the interpreter and settings that are read once."""
    parts = [sys.executable, sys.version, *_code(), *_packages()]
    parts += [f"{n}={v}" for n, v in sorted(environment.items()) if n.startswith(_PREFIXES)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _code() -> Iterator[str]:
    """Every source file of the program: an upgrade, and an edit of a checkout, is another program."""
    import tsel_core

    cli = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    core = os.path.dirname(os.path.abspath(tsel_core.__file__))
    kernels = [os.path.join(p, "tsel_kernels") for p in sys.path]
    for folder in (cli, core, next((p for p in kernels if os.path.isdir(p)), "")):
        yield from _sources(folder)


def _sources(folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(".py"):
            found = entry.stat()
            yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _sources(entry.path)


def _packages() -> Iterator[str]:
    """The folders of installed packages: their times change when something is installed or removed."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            try:
                yield f"{folder} {os.stat(folder).st_mtime_ns}"
            except OSError:
                continue
