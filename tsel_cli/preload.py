"""torch's libraries and a GPU's context, begun in threads that hold none of Python's locks.

`import torch` has the system link some gigabytes of libraries while no other thread of Python can run, and the first
call of CUDA waits for the driver. Both are asked for at the first moment instead, while Python imports and reads.
Nothing here decides anything: what fails is tried again, and told, by torch itself.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec

_NOW, _GLOBAL = 0x2, 0x100  # of dlopen on Linux: as torch asks for them
_FIRST = (("libtorch_global_deps.so", _NOW | _GLOBAL), ("libtorch_python.so", _NOW))
COMMANDS = ("ask", "summarize", "extract", "list", "chat", "batch", "warmup", "bench", "eval")


def begin_libraries(arguments: list[str]) -> None:
    """Have torch's libraries linked in a thread, for a command that needs them."""
    command = next((a for a in arguments if not a.startswith("-")), "")
    if command in COMMANDS and not {"-h", "--help"} & set(arguments) and sys.platform == "linux":
        threading.Thread(target=_link, name="tsel-link", daemon=True).start()


def _link() -> None:
    with suppress(Exception):
        import ctypes

        folder = torch_libraries()
        if folder is None or "torch" in sys.modules:
            return
        linker = ctypes.CDLL(None).dlopen  # called as a function of C, so that other threads go on
        linker.argtypes, linker.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
        for name, flags in _FIRST:
            linker(os.fsencode(os.path.join(folder, name)), flags)


def torch_libraries() -> str | None:
    """The folder of torch's own libraries; None where there is no torch as usual."""
    found = find_spec("torch")
    places = list(found.submodule_search_locations or ()) if found is not None else []
    folder = os.path.join(places[0], "lib") if places else ""
    return folder if os.path.isdir(folder) else None


def begin_context(device: str) -> None:
    """Make the primary context of an NVIDIA GPU, which torch then finds; returns when it is there, or cannot be."""
    with suppress(Exception):
        import ctypes

        folder = torch_libraries()
        if sys.platform != "linux" or folder is None or not os.path.isfile(os.path.join(folder, "libtorch_cuda.so")):
            return
        driver = ctypes.CDLL("libcuda.so.1")
        os.environ.setdefault("CUDA_MODULE_LOADING", "LAZY")  # as torch does before it asks the driver for anything
        place, context = ctypes.c_int(), ctypes.c_void_p()
        number = int(device.partition(":")[2] or 0)
        if driver.cuInit(0) == 0 and driver.cuDeviceGet(ctypes.byref(place), number) == 0:
            driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), place)
