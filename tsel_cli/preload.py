"""A GPU's context, made by calls of C while Python imports torch: the first call of CUDA waits for the driver.

Nothing here decides anything: what fails is tried again, and told, by torch itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

_MAJOR, _MINOR = 75, 76  # of the compute capability: CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_*


def torch_libraries() -> str | None:
    """The folder of torch's own libraries; None where there is no torch as usual."""
    found = find_spec("torch")
    places = list(found.submodule_search_locations or ()) if found is not None else []
    folder = os.path.join(places[0], "lib") if places else ""
    return folder if os.path.isdir(folder) else None


def begin_context(device: str, found: Callable[[tuple[int, int]], Any]) -> None:
    """Make the primary context of an NVIDIA GPU, which torch then finds; returns when it is there, or cannot be.

    `found` is called before, with the GPU's compute capability.
    """
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
            parts = [ctypes.c_int(), ctypes.c_int()]
            for part, attribute in zip(parts, (_MAJOR, _MINOR), strict=True):
                driver.cuDeviceGetAttribute(ctypes.byref(part), attribute, place)
            with suppress(Exception):
                found((parts[0].value, parts[1].value))
            driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), place)
