"""Kernels compiled before they are launched, by several processes: a list of launches that was recorded on such a GPU.

Triton compiles a kernel when it is launched first, one after another, while a person waits: a quarter of a minute on a
new machine. A list `launches/sm90-triton3.6.jsonl` has a line for each kernel in the form it was compiled in, in the
order of their first use; tests/gpu/launches.sh writes it. `begin` has it compiled into Triton's cache, where a launch finds them, while
libraries and weights are still being read: the compiling processes do without torch, whose import is most of a start.
A line that does not fit (another Triton, another kernel) is left out: such a launch compiles as before.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

LISTS = Path(__file__).parent / "launches"
_OURS = "tsel_kernels."
_MOST_PROCESSES = 16
_LEAST_CORES = 4  # with fewer, what compiles would take them from whoever reads the weights
_OPTIONS = ("num_warps", "num_stages", "num_ctas", "maxnreg", "launch_pdl", "launch_cooperative_grid", "enable_fp_fusion")
_DIVISIBLE = [["tt.divisibility", 16]]
_PATIENCE = 600.0  # seconds after which a process that said it compiles is taken for dead
_AGAIN = 86_400.0  # and after which one that failed is begun again


def record(path: str) -> None:
    """Add every kernel that this process compiles, or finds in Triton's cache, to a list."""
    from triton import knobs

    seen = set()

    def note(*_: Any, fn: Any, compile: dict[str, Any], **__: Any) -> None:
        with suppress(Exception):  # what cannot be written is compiled at its launch, as before
            options = json.loads(compile["specialization_data"])["options"]
            line = line_of(fn.jit_function, compile["signature"], compile["constants"], compile["configs"][0], options)
            if line not in seen:
                seen.add(line)
                with open(path, "a", encoding="utf-8") as file:
                    file.write(line + "\n")

    knobs.runtime.jit_post_compile_hook = note


def line_of(kernel: Any, signature: Any, constants: dict[Any, Any], attributes: dict[Any, Any], options: dict[str, Any]) -> str:
    """A line of a list. TypeError for what has no form in JSON, ValueError for an attribute that is not `_DIVISIBLE`."""
    divisible = {_place(at): found == _DIVISIBLE for at, found in attributes.items()}
    if not all(divisible[_place(at)] or found == [] for at, found in attributes.items()):
        raise ValueError(f"{kernel.fn.__name__}: attributes of another kind")
    about = {
        "module": kernel.fn.__module__,
        "name": kernel.fn.__name__,
        "signature": {name: _plain(kind) for name, kind in signature.items()},
        "constants": {_place(at): _plain(value) for at, value in constants.items()},
        "divisible": divisible,
        "options": {name: options[name] for name in _OPTIONS if name in options},
    }
    return json.dumps(about, separators=(",", ":"))


def _place(at: tuple[int, ...]) -> str:
    """Where an argument stands: "3", or "0.2" within a tuple."""
    return ".".join(map(str, at))


def _at(place: str) -> tuple[int, ...]:
    """See _place."""
    return tuple(map(int, place.split(".")))


def _plain(value: Any) -> Any:
    """A value as JSON: tuples as lists, those with names marked. TypeError for one that has no such form."""
    if isinstance(value, tuple):
        parts = [_plain(v) for v in value]
        return {"named": f"{type(value).__module__}:{type(value).__qualname__}", "of": parts} if hasattr(value, "_fields") else parts
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if type(value).__name__ == "constexpr":
        return {"constexpr": _plain(value.value)}
    raise TypeError(f"a launch with {type(value).__name__} is not written down")


def _made(value: Any) -> Any:
    """See _plain."""
    if isinstance(value, list):
        return tuple(_made(v) for v in value)
    if not isinstance(value, dict):
        return value
    if "constexpr" in value:
        import triton.language as tl

        return tl.constexpr(_made(value["constexpr"]))
    module, _, name = value["named"].partition(":")
    kind: Any = getattr(import_module(module), name)
    return kind(*_made(value["of"]))


def compile_line(line: str, capability: int) -> bool:
    """Compile a kernel of a list, or find it in Triton's cache; False where it does not fit."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    try:
        about = json.loads(line)
        if not about["module"].startswith(_OURS):
            return False
        kernel = getattr(import_module(about["module"]), about["name"])
        signature = {name: _made(kind) for name, kind in about["signature"].items()}
        constants = {_at(place): _made(value) for place, value in about["constants"].items()}
        attributes = {_at(place): _DIVISIBLE if found else [] for place, found in about["divisible"].items()}
        source = ASTSource(kernel, signature, constants, attributes)
        options = {k: tuple(v) if isinstance(v, list) else v for k, v in about["options"].items()}
        kernel = triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options)
    except Exception:  # of another version of Triton or of ours
        return False
    with suppress(Exception):  # no C compiler: whoever launches says so
        from triton.backends.nvidia.driver import CudaLauncher

        CudaLauncher(kernel.src, kernel.metadata)  # Triton 3.6 has a library of its own compiled for each signature
    return True


def build_utils() -> None:
    """Have the library built by which Triton loads kernels; nothing where it cannot be."""
    with suppress(Exception):
        from triton.backends.nvidia.driver import CudaUtils

        CudaUtils()


def compile_list(path: str, capability: int) -> int:
    """Compile a list by as many processes as there are processors for it; how many kernels fitted."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    for module in dict.fromkeys(json.loads(line)["module"] for line in lines):
        if module.startswith(_OURS):
            with suppress(Exception):  # its kernels do not fit (compile_line)
                import_module(module)  # once, before the processes are made
    count = max(1, min(_MOST_PROCESSES, num_cores() - 1, len(lines)))
    if count == 1:
        build_utils()
        return sum(compile_line(line, capability) for line in lines)
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    fork = multiprocessing.get_context("fork")  # nothing here has asked for a GPU
    with ProcessPoolExecutor(count, fork) as pool:  # raises where a compiler takes its process with it
        pool.submit(build_utils)
        return sum(pool.map(compile_line, lines, [capability] * len(lines)))


def num_cores() -> int:
    """Cores that this process may use: those it is bound to, or fewer by the quota of its control group (cgroup v2)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            cores = min(cores, max(1, int(quota) // int(period)))
    return cores


def list_of(capability: tuple[int, int]) -> Path:
    """Where the list of a kind of GPU and this Triton is, or would be: versions of Triton name a kernel otherwise."""
    from importlib.metadata import version

    triton = ".".join(version("triton").split(".")[:2])
    return LISTS / f"sm{capability[0]}{capability[1]}-triton{triton}.jsonl"


@lru_cache(maxsize=1)
def begin(capability: tuple[int, int]) -> subprocess.Popen[bytes] | str:
    """Have the list of this kind of GPU compiled by processes beside this one, once on a machine and version.

    "" where there is nothing to do: no list, all of it done, another process at it, or too few cores; else why not: the
    same kernels are compiled at their launch. Raises nothing.
    """
    if os.environ.get("TRITON_INTERPRET", "0") == "1" or num_cores() < _LEAST_CORES:
        return ""
    try:
        listed = list_of(capability)
        if not listed.is_file():
            return ""
        done = _marker(listed)
        begun, failed = done.with_suffix(".begun"), done.with_suffix(".failed")
        if done.exists() or _is_fresh(begun, _PATIENCE):
            return ""
        if _is_fresh(failed, _AGAIN):
            return _last_line(failed)
        begun.parent.mkdir(parents=True, exist_ok=True)
        begun.touch()
        program = [sys.executable, "-P", "-m", "tsel_kernels.ahead", str(listed), f"{capability[0]}{capability[1]}", str(done)]
        path = os.pathsep.join(p for p in sys.path if p)
        return subprocess.Popen(
            program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
            env={**os.environ, "PYTHONPATH": path, "CUDA_VISIBLE_DEVICES": ""}, start_new_session=True,
        )  # fmt: skip
    except Exception as error:  # whatever it is, nobody's answer needs this
        return f"{type(error).__name__}: {error}"


def trouble(capability: tuple[int, int]) -> str:
    """Why the kernels of this kind of GPU were not compiled ahead, as far as it is known by now; else ""."""
    begun = begin(capability)
    if isinstance(begun, str):
        return begun
    with suppress(Exception):
        failed = _marker(list_of(capability)).with_suffix(".failed")
        if failed.exists():
            return _last_line(failed)
    return f"the process ended with code {begun.returncode}" if begun.poll() else ""


def _is_fresh(file: Path, seconds: float) -> bool:
    """Whether a file is there and was written within so many seconds."""
    return file.exists() and time.time() - file.stat().st_mtime < seconds


def _last_line(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return lines[-1] if lines else "no reason was written down"


def _marker(listed: Path) -> Path:
    """A file beside Triton's cache that says that a list was compiled by this version of Triton.

    An installation writes the list anew. That a kernel was edited is not seen: it compiles at its launch.
    """
    from importlib.metadata import version

    folder, stat = Path(os.environ.get("TRITON_CACHE_DIR") or Path.home() / ".triton" / "cache"), listed.stat()
    named = hashlib.sha256(f"{version('triton')}|{listed}|{stat.st_size}|{stat.st_mtime_ns}".encode()).hexdigest()
    return folder / f"tsel-{named[:32]}.done"


class _NoTorch(ModuleType):
    """Stands for torch where modules of kernels are imported to be compiled: their wrappers, which use it, are not run."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def main(arguments: Sequence[str]) -> int:
    """See the module; a third argument is a file that is made when all is done, or another beside it that says why not."""
    with suppress(OSError, AttributeError):
        os.nice(5)
    done = Path(arguments[2]) if len(arguments) > 2 else None
    try:
        compile_list(arguments[0], int(arguments[1]))
    except Exception:
        if done is not None:
            _write(done.with_suffix(".failed"), traceback.format_exc())
        return 1
    if done is not None:
        _write(done, "")
        with suppress(OSError):
            done.with_suffix(".failed").unlink()
    return 0


def _write(file: Path, text: str) -> None:
    """Where it cannot be, the next start compiles again."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.modules["torch"] = _NoTorch("torch")
    sys.exit(main(sys.argv[1:]))
